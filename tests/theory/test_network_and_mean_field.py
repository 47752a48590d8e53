"""Networks refuse what is outside the model; exchangeable fixed points against direct sphere quadrature."""

import subprocess
import sys

import pytest
from sympy import Float, Max, Rational, Symbol, cos, eye, ones, simplify, symbols

from tests.theory.reference import compiled, sphere_pair
from theory import activations
from theory.conventions import batch_size, x
from theory.expectation import GaussianMean, SphereMean
from theory.mean_field import batch_norm_row, centering_matrix, fixed_point, mean_field_map
from theory.network import BatchNorm, LayerNorm, Network, NetworkError


@pytest.mark.parametrize(("build", "message"), [
    (lambda: Network("relu", batch_size=1), "at least 2"),
    (lambda: Network("relu", batch_size=Rational(5, 2)), "integer"),
    (lambda: Network("relu", "bach"), "unknown normalization 'bach'"),
    (lambda: Network("relu", 3), "BatchNorm, a LayerNorm or None"),
    (lambda: Network(3), "an activation is a value"),
    (lambda: Network("relu", weight_variance=0), "weight variance must be positive"),
    (lambda: Network("relu", bias_variance=-1), "bias variance must not be negative"),
    (lambda: BatchNorm(epsilon=-1), "epsilon must be a nonnegative"),
    (lambda: Network("relu", None).require_sphere(), "needs batch normalisation"),
    (lambda: Network("relu", BatchNorm(epsilon=1)).require_sphere(), "epsilon = 0"),
    (lambda: Network("relu", BatchNorm(False), bias_variance=1).require_sphere(), "bias before uncentred"),
    (lambda: mean_field_map(Network("relu", batch_size=3), eye(2)), "2 x 2, but"),
    (lambda: mean_field_map(Network("relu", LayerNorm(), 2), eye(2)), "couple the neurons"),
    (lambda: fixed_point(Network("relu")).matrix(), "integer batch size"),
])  # fmt: skip
def test_errors(build, message):
    with pytest.raises(NetworkError if "epsilon must" not in message else ValueError, match=message):
        build()


def test_network_takes_values_names_and_expressions():
    assert Network(Max(x, 0)).activation.formula == Network("relu").activation.formula
    assert Network("cos(x)").activation.formula == cos(x)
    assert Network("relu", "rms", 1).normalization_key == "rms"
    assert repr(Network("relu", None, 2, weight_variance=2)) == "Network(relu, none, n=2, weight_variance=2)"
    assert Network("relu").with_batch_size(7).batch_size == 7


@pytest.mark.parametrize("n", [3, 4, 5, 6, 10, 40])
@pytest.mark.parametrize("centered", [True, False])
def test_closed_fixed_points_against_sphere_quadrature(n, centered):
    for name in ("relu", "abs", "identity", "leaky_relu(1/5)") if centered else ("identity", "x^3-x"):
        point = fixed_point(Network(name, BatchNorm(centered), n))
        single, pair = sphere_pair(compiled(activations.get(name).formula, x), n, centered)
        assert abs(float(point.diagonal) - single) < 1e-11
        assert abs(float(point.off_diagonal) - pair) < 1e-11, (name, n)


def test_symbolic_batch_size_agrees_with_integers():
    for name in ("relu", "abs", "leaky_relu(1/5)"):
        general = fixed_point(Network(name))
        for n in (3, 5, 12):
            special = fixed_point(Network(name, batch_size=n))
            assert simplify(general.off_diagonal.subs(batch_size, n) - special.off_diagonal) == 0


def test_authors_printed_value():
    point = fixed_point(Network("relu", batch_size=5))
    assert point.diagonal == Rational(1, 2)
    assert abs(point.off_diagonal.evalf(20) - Float("0.10165494")) < 5e-9


def test_fixed_point_quantities():
    point = fixed_point(Network("identity", batch_size=4))
    assert point.matrix() == Rational(4, 3) * centering_matrix(4)
    assert (point.mu, point.c, point.top_eigenvalue) == (Rational(4, 3), Rational(-1, 3), 0)
    means = fixed_point(Network("tanh", batch_size=4))
    assert isinstance(means.diagonal, SphereMean)
    assert means.b == means.diagonal


def test_mean_field_map_entries():
    q, c = symbols("q c", positive=True)
    image = mean_field_map(Network("tanh", None, 2, weight_variance=2, bias_variance=1), [[q, c], [c, q]])
    assert isinstance(image[0, 1], GaussianMean)
    assert image[0, 1] == image[1, 0]
    assert image[0, 1].law.covariance[0, 1] == 2 * c + 1
    assert mean_field_map(Network("tanh", batch_size=2), [[q, c], [c, q]])[0, 0].law.indices == (0,)


def test_batch_norm_row_is_on_the_sphere():
    row = batch_norm_row([1, 2, 4])
    assert sum(row).equals(0)
    assert sum(e**2 for e in row).equals(3)
    assert sum(e**2 for e in batch_norm_row([1, 2, 4], centered=False)).equals(3)
    assert centering_matrix(3) * ones(3, 1) == 0 * ones(3, 1)


def test_import_is_lazy():
    code = (
        "import theory, sys; assert 'sympy' not in sys.modules, 'sympy'; "
        "import theory.activations as a; assert not [m for m in sys.modules if 'library.' in m]; "
        "a.relu; print([m for m in sys.modules if 'library.' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['theory.activations.library.relu']"


def test_unknown_names_say_what_there_is():
    import theory

    with pytest.raises(AttributeError, match="it offers Activation"):
        theory.Nothing  # noqa: B018
    with pytest.raises(AttributeError, match="the activations are abs"):
        activations.nothing  # noqa: B018
    assert "Network" in dir(theory)
    assert Symbol("n", integer=True, positive=True) == batch_size


def test_exported_names_stay_what_they_are_whatever_is_imported():
    """A name that is also a module of the package would turn into that module."""
    import importlib
    import pkgutil

    import theory

    modules = {found.name for found in pkgutil.iter_modules(theory.__path__)}
    assert not modules & set(theory.__all__)
    for name in theory.__all__:
        assert getattr(theory, name) is getattr(importlib.import_module(theory._HOME[name]), name)
