"""Critical batch sizes: neighbours with enclosed rates on either side of 1."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational, S

from numerics.critical_batch import Stability, find_critical_batch
from numerics.every_batch import inside_unit_interval
from numerics.fixed_gram import fixed_point_gram
from numerics.maps import mean_field_step
from theory import Network, linearize
from theory.conventions import batch_size


def test_polynomials_have_a_real_root_between_the_neighbours():
    from sympy import Poly, together

    for text, low in (("x^3", 5), ("x^2", 7)):
        found = find_critical_batch(text, largest=64)
        assert (found.stable, found.unstable) == (low, low + 1)
        left, right = found.root
        assert right - left < 2**-39
        assert found.kind is Stability.ENCLOSED
        assert found.complete
        numerator = together(linearize(Network(text)).eigenvalue_standard - 1).as_numer_denom()[0]
        roots = [float(r) for r in Poly(numerator).nroots(n=30) if r.is_real]
        assert any(float(left) - 1e-12 <= r <= float(right) + 1e-12 for r in roots)


@pytest.mark.slow
def test_gelu_silu_and_softplus():
    """GELU is stable at n = 20 and unstable at n = 50 (`gelu_eigenvalue_rises_through_one`): the crossing lies at 38 and 39."""
    for text, low in (("x*Phi(x)", 38), ("x/(1+exp(-x))", 25), ("log(1+exp(x))", 42)):
        found = find_critical_batch(text, largest=64, bits=40)
        assert (found.stable, found.unstable) == (low, low + 1)
        assert found.limit.upper() < 0
        assert found.root is None
        assert found.kind is Stability.ENCLOSED
        assert str(found) == f"stable at n = {low}, unstable at n = {low + 1}"


@pytest.mark.parametrize("text", ["identity", "relu", "leaky_relu(1/5)", "sign"])
def test_formulas_in_n_are_proved_stable_at_every_batch(text):
    """Seen beside it: the derivative of the float64 map at G_* itself, by differences, at batch sizes in between."""
    found = find_critical_batch(text, largest=12)
    assert found.kind is Stability.NEVER_LOST
    assert found.unstable is None
    assert found.complete
    assert str(found) == "stable at every batch size (proved for every real n >= 3)"
    for n in (5, 9):
        assert spectral_radius(Network(text, batch_size=n)) < 1
    rate = max(abs(float(e.ball.mid())) for e in found.rates)
    assert spectral_radius(Network(text, batch_size=12)) == pytest.approx(rate, rel=1e-6)


def spectral_radius(network: Network) -> float:
    """Largest modulus among the eigenvalues of dF at G_*, by central differences of the float64 map."""
    n = int(network.batch_size)
    start = fixed_point_gram(network)
    places = np.triu_indices(n)
    step = 1e-5
    columns = []
    for i, j in zip(*places, strict=True):
        change = np.zeros((n, n))
        change[i, j] = change[j, i] = step
        # centring takes away what makes G_* + change indefinite
        shifted = start + np.ones((n, n))
        difference = mean_field_step(network, shifted + change) - mean_field_step(network, shifted - change)
        columns.append(difference[places] / (2 * step))
    return float(np.abs(np.linalg.eigvals(np.array(columns))).max())


def test_the_cover_proves_nothing_false():
    """Constants moved by 1 %, an eigenvalue that leaves (-1, 1) between integers, one below -1."""
    n = batch_size
    relu = linearize(Network("relu"))
    assert inside_unit_interval(relu.eigenvalue_standard, 3)
    assert not inside_unit_interval(relu.eigenvalue_standard * Rational(101, 100), 3)
    assert inside_unit_interval(n / (n + 1), 3)
    assert not inside_unit_interval((n + 1) / n, 3)
    assert not inside_unit_interval(S.One + 0 * n, 3)
    bump = Rational(1001, 1000) - (n - Rational(7, 2)) ** 2 / n**2
    assert all(abs(bump.subs(n, k)) < 1 for k in range(3, 60))
    assert not inside_unit_interval(bump, 3)
    assert not inside_unit_interval(-(n + 2) / n, 3)
    assert inside_unit_interval(linearize(Network("x^3")).eigenvalue_standard, 3, Fraction(51, 10))
    assert not inside_unit_interval(linearize(Network("x^3")).eigenvalue_standard, 3, Fraction(52, 10))


def test_elsewhere_stability_is_reported_up_to_the_size_tried():
    found = find_critical_batch("tanh", largest=8, bits=40)
    assert found.kind is Stability.NOT_LOST_SO_FAR
    assert (found.stable, found.unstable, found.complete) == (8, None, False)
    assert str(found).startswith(
        "stable up to n = 8, the largest batch tried (not proved beyond; 1 - rate tends to [0.0695"
    )


def test_unstable_almost_from_the_start():
    found = find_critical_batch("x^7", largest=8)
    assert (found.stable, found.unstable) == (4, 5)
    assert spectral_radius(Network("x^7", batch_size=4)) < 1 < spectral_radius(Network("x^7", batch_size=5))
