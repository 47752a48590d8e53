"""One layer exactly: from orthonormal inputs, and from the starts that batch normalisation takes for them."""

import pytest
from sympy import Max, Rational, diag, eye, ones

from proofs_check import ChainMean, Claim, Entry, Outcome, ProofStep, SquaredErrorToFixedPoint, equal, judge
from proofs_check.methods import OneStep
from proofs_check.methods.one_step import OneStepError, expand_one_step
from theory import Network, SphereLaw, SphereMean
from theory.conventions import z

EXCHANGEABLE = eye(4) / 5 + Rational(4, 5) * ones(4, 4)


def pair(centered):
    return SphereMean(Max(z[0], 0) * Max(z[1], 0), SphereLaw(z[:2], 4, centered))


@pytest.mark.parametrize(
    ("normalization", "start", "factor", "outcome"),
    [
        ("batch", 3 * EXCHANGEABLE, 1, Outcome.PROVED),
        ("batch", 3 * EXCHANGEABLE, Rational(21, 20), Outcome.REFUTED),
        ("batch-uncentered", 7 * eye(4), 1, Outcome.PROVED),
        ("batch-uncentered", EXCHANGEABLE, 1, Outcome.GAP),  # the mean direction is seen
        ("batch", diag(1, 1, 1, 2), 1, Outcome.GAP),
        ("batch", EXCHANGEABLE + diag(0, 0, 0, 1), 1, Outcome.GAP),
    ],
)
def test_an_exchangeable_start_is_one_of_orthonormal_inputs(normalization, start, factor, outcome):
    mean = ChainMean(Entry(0, 1), Network("relu", normalization, 4), 8, 1, start)
    statement = equal(mean, factor * pair(normalization == "batch"))
    found = judge(Claim(statement, steps=(ProofStep("one_step", statement, by=OneStep()),), id="start"))
    assert found.outcome is outcome, str(found)


def test_the_error_to_the_fixed_point_is_one_steps_noise_from_an_exchangeable_start():
    network = Network("relu", batch_size=4)
    from_there = expand_one_step(ChainMean(SquaredErrorToFixedPoint(), network, 8, 1, EXCHANGEABLE))
    assert from_there == expand_one_step(ChainMean(SquaredErrorToFixedPoint(), network, 8, 1))


@pytest.mark.parametrize("start", [diag(1, 1, 2, 2), diag(1, 1, 1, 2)])
def test_other_starts_are_refused_with_what_to_write(start):
    with pytest.raises(OneStepError, match="p I \\+ q 11\\^T with p > 0"):
        expand_one_step(ChainMean(Entry(0, 1), Network("relu", batch_size=4), 8, 1, start))
