"""Claims about every activation with declared properties."""

import pytest
from sympy import S

from proofs_check import Claim, Outcome, equal, for_activations, judge
from proofs_check.claim import ClaimError
from theory import GaussianLaw, GaussianMean
from theory.activations.base import Activation, Parity
from theory.conventions import x, z


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


def test_a_list_of_ones_own_activations_is_what_is_quantified_over():
    cube = Activation("cube", x**3, parity=Parity.ODD)
    shifted = Activation("shifted", x**3 + 1)
    claims = for_activations(mean_is_zero, among=[cube, shifted, "tanh"], parity=Parity.ODD)
    assert [c.id for c in claims] == ["mean_is_zero_cube", "mean_is_zero_tanh"]
    proved = judge(claims[0])
    assert proved.outcome is Outcome.PROVED
    assert proved.rests_on == ("no activation but those of the list cube, tanh",)
    # a false neighbour: the property dropped, an activation without it is met
    everything = for_activations(mean_is_zero, among=[cube, shifted])
    assert [judge(c).outcome for c in everything] == [Outcome.PROVED, Outcome.REFUTED]


def test_lists_that_cannot_be_told_apart_or_are_empty_are_refused():
    with pytest.raises(ClaimError, match="two activations of the list are called 'cube'"):
        for_activations(mean_is_zero, among=[Activation("cube", x**3), Activation("cube", 2 * x**3)])
    with pytest.raises(ClaimError, match="no activation of the list"):
        for_activations(mean_is_zero, among=[])
