"""Critical batch sizes: neighbours with enclosed rates on either side of 1."""

from __future__ import annotations

import pytest

from numerics.critical_batch import find_critical_batch
from theory import Network, linearize


def test_polynomials_have_a_real_root_between_the_neighbours():
    from sympy import Poly, together

    for text, low in (("x^3", 5), ("x^2", 7)):
        found = find_critical_batch(text, largest=64)
        assert (found.stable, found.unstable) == (low, low + 1)
        left, right = found.root
        assert right - left < 2**-39
        numerator = together(linearize(Network(text)).eigenvalue_standard - 1).as_numer_denom()[0]
        roots = [float(r) for r in Poly(numerator).nroots(n=30) if r.is_real]
        assert any(float(left) - 1e-12 <= r <= float(right) + 1e-12 for r in roots)


@pytest.mark.slow
def test_gelu_silu_and_softplus():
    """GELU is stable at n = 20 and unstable at n = 50 (theory.md section 3): the crossing lies at 38 and 39."""
    for text, low in (("x*Phi(x)", 38), ("x/(1+exp(-x))", 25), ("log(1+exp(x))", 42)):
        found = find_critical_batch(text, largest=64, bits=40)
        assert (found.stable, found.unstable) == (low, low + 1)
        assert found.limit.upper() < 0
        assert found.root is None
        assert str(found) == f"stable at n = {low}, unstable at n = {low + 1}"


def test_stable_activations_are_reported_up_to_the_size_tried():
    found = find_critical_batch("relu", largest=24, every=True)
    assert found.unstable is None
    assert found.complete
    assert str(found) == "stable up to n = 24, the largest batch tried"
