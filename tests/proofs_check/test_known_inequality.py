"""Named inequalities: applied where their hypotheses hold, and nowhere else."""

import pytest
from sympy import Abs, Rational, Symbol, exp, tanh

from proofs_check import (
    ChainMean,
    ChainProbability,
    Claim,
    Event,
    Grounds,
    Interval,
    Outcome,
    Relation,
    Settings,
    SquaredErrorToOrbit,
    Trace,
    Variable,
    at_most,
    judge,
    less,
)
from proofs_check.claim import ProofStep
from proofs_check.methods import KnownInequality
from proofs_check.methods.base import Context
from theory import GaussianLaw, GaussianMean, Network
from theory.conventions import z

c = Symbol("c", real=True)
x, y = z[0], z[1]
pair = GaussianLaw((x, y), [[1, c], [c, 1]])
CORRELATIONS = (Variable(c, Interval(-1, 1)),)
relu = Network("relu", batch_size=4)
network16 = (relu, 16, 1)


def by_name(statement, domain=()):
    claim = Claim(statement, domain, steps=(ProofStep("s", statement, by=KnownInequality()),), id="x")
    return judge(claim, Settings(time_limit=40))


def tail(threshold, network=relu, depth=1, width=64):
    return ChainProbability(Event(SquaredErrorToOrbit(), Relation.AT_LEAST, threshold), network, width, depth)


def test_cauchy_schwarz_bounds_the_dual_at_every_correlation():
    square = GaussianMean(tanh(x) ** 2, GaussianLaw(x))
    found = by_name(at_most(Abs(GaussianMean(tanh(x) * tanh(y), pair)), square), CORRELATIONS)
    assert (found.outcome, found.grounds) == (Outcome.PROVED, Grounds.EXACT)
    assert "Cauchy-Schwarz" in found.evidence.note


def test_jensen_for_the_square():
    found = by_name(at_most(GaussianMean(exp(x), GaussianLaw(x)) ** 2, GaussianMean(exp(2 * x), GaussianLaw(x))))
    assert found.outcome is Outcome.PROVED
    assert "Jensen" in found.evidence.note


def test_a_false_neighbour_of_cauchy_schwarz_is_refuted():
    square = GaussianMean(tanh(x) ** 2, GaussianLaw(x))
    assert (
        by_name(at_most(Abs(GaussianMean(tanh(x) * tanh(y), pair)), square / 2), CORRELATIONS).outcome
        is Outcome.REFUTED
    )


def test_pinelis_is_cited_and_its_hypotheses_are_checked():
    # R = n = 4, so the bound is 2 exp(-64 * 2 / (4 * 16)) = 2 exp(-2)
    statement = at_most(tail(2), 2 * exp(-2))
    found = by_name(statement)
    assert (found.outcome, found.grounds) == (Outcome.PROVED, Grounds.CITATION)
    assert any("pinelis" in source for source in found.rests_on)
    assert by_name(less(tail(2), Rational(28, 100))).outcome is Outcome.PROVED
    tighter = KnownInequality().check(at_most(tail(2), exp(-2)), Context())
    assert tighter.holds is not True


@pytest.mark.parametrize(
    "network", [Network("x^3", batch_size=4), Network("relu", None, 4)], ids=["growth", "normalization"]
)
def test_pinelis_needs_batch_normalisation_and_a_growth_bound(network):
    assert KnownInequality().check(at_most(tail(2, network), 2 * exp(-2)), Context()).holds is not True


def test_pinelis_is_about_one_layer():
    assert KnownInequality().check(at_most(tail(2, depth=2), 2 * exp(-2)), Context()).holds is not True


def test_markov():
    event = ChainProbability(Event(Trace(), Relation.AT_LEAST, 3), *network16)
    found = by_name(at_most(event, ChainMean(Trace(), *network16) / 3))
    assert found.outcome is Outcome.PROVED
    assert "Markov" in found.evidence.note
