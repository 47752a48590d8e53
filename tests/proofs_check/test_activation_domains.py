"""Claims about every activation with declared properties."""

import pytest
from sympy import S

from proofs_check import Claim, Outcome, equal, for_activations, judge
from proofs_check.claim import ClaimError
from theory import GaussianLaw, GaussianMean
from theory.activations.base import Parity
from theory.conventions import z


def mean_is_zero(activation):
    return Claim(equal(GaussianMean(activation(z[0]), GaussianLaw(z[0])), S.Zero), id="mean_is_zero")


def test_odd_activations_have_mean_zero_and_even_ones_have_not():
    odd = for_activations(mean_is_zero, parity=Parity.ODD)
    assert {"mean_is_zero_tanh", "mean_is_zero_identity"} <= {c.id for c in odd}
    assert all(
        judge(c).outcome is Outcome.PROVED
        for c in odd
        if c.id.removeprefix("mean_is_zero_") in ("tanh", "identity", "erf")
    )
    even = for_activations(mean_is_zero, parity=Parity.EVEN, homogeneity=1)
    assert [c.id for c in even] == ["mean_is_zero_abs"]
    assert judge(even[0]).outcome is Outcome.REFUTED


def test_properties_that_no_activation_has_are_refused():
    with pytest.raises(ClaimError, match="no built-in activation"):
        for_activations(mean_is_zero, parity=Parity.ODD, homogeneity=7)
