"""The derivative of F at the fixed point, against finite differences of F itself at perturbed Gram matrices."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, S, Symbol, acos, limit, oo, pi, sqrt

from tests.theory.sphere_grid import grid_value, jacobian, mean_field
from theory import Network, fixed_point, linearize
from theory.conventions import batch_size as n
from theory.irreps import EquivariantOperator, centered_standard
from theory.network import NetworkError


def softplus(t: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(t))


SMOOTH = [("tanh", np.tanh), ("log(1+exp(x))", softplus), ("x", lambda t: t), ("x^3", lambda t: t**3), ("sin", np.sin)]


@pytest.mark.parametrize(("name", "function"), SMOOTH, ids=[a for a, _ in SMOOTH])
@pytest.mark.parametrize("size", [3, 4])
def test_eigenvalues_are_those_of_the_finite_difference_jacobian(name, function, size):
    gram = np.array(fixed_point(Network(name, batch_size=size)).matrix().applyfunc(lambda e: S(grid_value(e)))).astype(
        float
    )
    assert np.allclose(mean_field(function, gram), gram, atol=1e-11)
    numeric = np.sort(np.linalg.eigvals(jacobian(function, gram)).real)
    linear = linearize(Network(name, batch_size=size))
    expected = [grid_value(linear.eigenvalue_standard)] * (size - 1)
    if size > 3:
        expected += [grid_value(linear.eigenvalue_pairs)] * (size * (size - 3) // 2)
    expected += [0.0] * (size * (size + 1) // 2 - len(expected))
    assert np.allclose(numeric, np.sort(expected), atol=2e-7)


@pytest.mark.parametrize("name", ["tanh", "x", "x^3", "sin"])
@pytest.mark.parametrize("size", [2, 3])
def test_uncentred_eigenvalues_of_odd_activations(name, size):
    function = dict(SMOOTH)[name]
    network = Network(name, "batch-uncentered", size)
    gram = np.array(fixed_point(network).matrix().applyfunc(lambda e: S(grid_value(e)))).astype(float)
    assert np.allclose(mean_field(function, gram, centered=False), gram, atol=1e-11)
    numeric = np.sort(np.linalg.eigvals(jacobian(function, gram, centered=False)).real)
    linear = linearize(network)
    expected = [grid_value(linear.eigenvalue_standard)] * (size - 1)
    expected += [grid_value(linear.eigenvalue_pairs)] * (size * (size - 1) // 2) + [0.0]
    assert np.allclose(numeric, np.sort(expected), atol=2e-7)


def test_five_samples_by_the_three_sphere():
    network = Network("tanh", batch_size=5)
    gram = np.array(fixed_point(network).matrix().applyfunc(lambda e: S(grid_value(e, 40)))).astype(float)
    spread = np.diag([1.0, -1, 0, 0, 0])
    centre = np.eye(5) - 0.2
    direction, h = centre @ spread @ centre, 1e-3
    change = (
        mean_field(np.tanh, gram + h * direction, points=40) - mean_field(np.tanh, gram - h * direction, points=40)
    ) / (2 * h)
    linear = linearize(network)
    assert np.allclose(centre @ change @ centre, grid_value(linear.eigenvalue_standard, 40) * direction, atol=1e-5)
    assert grid_value(linear.eigenvalue_standard, 40) == pytest.approx(0.50853, abs=1e-5)
    assert grid_value(linear.eigenvalue_pairs, 40) == pytest.approx(0.76751, abs=1e-5)


def test_relu_closed_forms_for_symbolic_batch_size():
    """`relu_standard_eigenvalue_in_closed_form` and its companion print these; here they come out of the general formula."""
    linear = linearize(Network("relu"))
    slope = 1 - acos(-1 / (n - 1)) / pi
    c = linear.gram.c
    standard = ((n - 2) * (1 - c) + n * slope / (n - 1)) / ((n + 1) * (1 - c))
    pairs = n * slope / ((n + 1) * (1 - c))
    for size in (4, 5, 17, 123):
        for ours, printed in ((linear.eigenvalue_standard, standard), (linear.eigenvalue_pairs, pairs)):
            assert abs((ours - printed).subs(n, size).evalf(40)) < 1e-35
    assert linear.eigenvalue_standard.subs(n, 5).evalf(5) == pytest.approx(0.60972, abs=1e-5)
    assert linear.eigenvalue_pairs.subs(n, 10).evalf(5) == pytest.approx(0.57438, abs=1e-5)
    assert limit(linear.eigenvalue_pairs, n, oo).equals(pi / (2 * (pi - 1)))


def test_identity_is_rational_in_the_batch_size():
    linear = linearize(Network("identity"))
    assert linear.eigenvalue_standard == linear.eigenvalue_pairs == (n - 1) / (n + 1)
    assert linear.condition_number is oo
    uncentred = linearize(Network("identity", "batch-uncentered"))
    assert uncentred.eigenvalue_standard == uncentred.eigenvalue_pairs == n / (n + 2)


@pytest.mark.parametrize("size", [4, 5, 6, 7, 8])
def test_blocks_of_an_equivariant_operator(size):
    """Every orbit alone, as an explicit tensor: entries have degree <= 2 in n, so five sizes prove them."""
    names = ["11_11", "11_12", "11_22", "11_23", "12_11", "12_33", "12_12", "12_13", "12_34"]

    def orbit(i, j, k, l):
        shared = len({i, j} & {k, l})
        if i == j:
            return "11_11" if k == l == i else "11_22" if k == l else "11_12" if shared else "11_23"
        if k == l:
            return "12_11" if shared else "12_33"
        return {2: "12_12", 1: "12_13", 0: "12_34"}[shared]

    v = np.zeros(size)
    v[0], v[1] = 1, -1
    ones = np.ones((size, size))
    d_matrix = np.diag(v)
    e_matrix = np.add.outer(v, v) * (ones - np.eye(size))
    pairs = np.zeros((size, size))
    pairs[0, 2] = pairs[2, 0] = pairs[1, 3] = pairs[3, 1] = 1
    pairs[0, 3] = pairs[3, 0] = pairs[1, 2] = pairs[2, 1] = -1
    for name in names:
        kernel = np.array([[[[float(orbit(i, j, k, l) == name) for l in range(size)] for k in range(size)]
                            for j in range(size)] for i in range(size)])  # fmt: skip
        block = EquivariantOperator(*(int(name == other) for other in names), batch_size=size)

        def act(matrix, kernel=kernel):
            return np.einsum("ijkl,kl->ij", kernel, matrix)

        trivial, standard = np.array(block.trivial).astype(float), np.array(block.standard).astype(float)
        for column, source in enumerate((np.eye(size), ones - np.eye(size))):
            assert np.allclose(
                act(source), trivial[0, column] * np.eye(size) + trivial[1, column] * (ones - np.eye(size))
            )
        for column, source in enumerate((d_matrix, e_matrix)):
            assert np.allclose(act(source), standard[0, column] * d_matrix + standard[1, column] * e_matrix)
        assert np.allclose(act(pairs), float(block.pairs) * pairs)


def test_centred_direction_is_the_projection_of_a_diagonal():
    size = 6
    v = np.array([2.0, -1, -1, 0, 0, 0])
    centre = np.eye(size) - 1 / size
    coordinates = np.array(centered_standard(size)).astype(float).ravel()
    e_matrix = np.add.outer(v, v) * (1 - np.eye(size))
    assert np.allclose(centre @ np.diag(v) @ centre, coordinates[0] * np.diag(v) + coordinates[1] * e_matrix)


def test_three_samples_have_no_pairs():
    linear = linearize(Network("relu", batch_size=3))
    assert linear.eigenvalue_pairs is None
    assert "dimension 0" in str(linear.pairs_reason)
    assert linear.contraction_rate.equals(linear.eigenvalue_standard)


def test_leaky_relu_interpolates():
    ours = linearize(Network("leaky_relu(1)", batch_size=7)).eigenvalue_pairs
    assert ours == Rational(6, 8)
    assert linearize(Network("leaky_relu(0)", batch_size=7)).eigenvalue_pairs.equals(
        linearize(Network("relu", batch_size=7)).eigenvalue_pairs
    )


def test_condition_number_of_relu():
    linear = linearize(Network("relu", batch_size=5))
    eigenvalues = np.linalg.eigvalsh(np.array(linear.gram.matrix()).astype(float))
    assert float(linear.condition_number) == pytest.approx(eigenvalues[-1] / eigenvalues[0], rel=1e-12)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Network("relu", batch_size=2), "degenerate"),
        (Network("relu", "batch-uncentered", 5), "not odd"),
        (Network("relu", None, 5), "needs batch normalisation"),
        (Network("x^0*3", batch_size=5), "mu = b"),
    ],
)
def test_linearize_errors(network, message):
    with pytest.raises(NetworkError, match=message):
        linearize(network)


def test_batch_of_one_is_refused():
    with pytest.raises(NetworkError, match="at least 2"):
        Network("relu", batch_size=1)


def test_other_symbols_serve_as_batch_size():
    m = Symbol("m", integer=True, positive=True)
    assert linearize(Network("identity", batch_size=m)).eigenvalue_standard == (m - 1) / (m + 1)
    assert sqrt(linearize(Network("identity", batch_size=m)).eigenvalue_standard ** 2).subs(m, 4) == Rational(3, 5)
