"""Means and finite-width numbers that do not exist for a rare parameter, or with a small probability, whatever a few points show."""

import pytest
from sympy import Max, Piecewise, Rational, Symbol, erfc, exp, log, sqrt, symbols, tanh

from proofs_check import (
    ChainMean,
    ChainProbability,
    Claim,
    Entry,
    Event,
    GramStatistic,
    Grounds,
    Integers,
    Interval,
    Outcome,
    Relation,
    Trace,
    Variable,
    at_least,
    at_most,
    judge,
)
from proofs_check.domains.definedness import undefined_part
from proofs_check.finite_width.existence import declared, doubt
from proofs_check.methods import KnownInequality
from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.methods.under_hypotheses import UnderHypotheses
from theory import GaussianLaw, GaussianMean, Network, SphereLaw, SphereMean
from theory.activations.base import Activation
from theory.conventions import x as argument
from theory.network import BatchNorm

t, x, z = symbols("t x z", real=True)
n = Symbol("n", integer=True, positive=True)
FAR, WHERE = 10**8, Rational(73219, 100003)
UNIT, BATCHES = (Variable(t, Interval(0, 1)),), (Variable(n, Integers(3)),)
RARELY_WIDE = GaussianLaw(x, Rational(1, 4) + Max(0, 1 - 10**6 * abs(t - WHERE)))
RARELY_OPEN = Piecewise((1, x > t), (0, x < t - Max(0, Rational(1, 10**6) - abs(t - WHERE))))


@pytest.mark.parametrize("integrand", [1 / (FAR - z), sqrt(FAR - z), log(FAR - z)], ids=str)
def test_a_row_of_many_samples_reaches_where_an_integrand_has_no_value(integrand):
    assert undefined_part(SphereMean(integrand, SphereLaw(z, n)), BATCHES)


@pytest.mark.parametrize("integrand", [sqrt(abs(z)), 1 / sqrt(abs(z)), log(abs(z)), 1 / (1 + z**2)], ids=str)
def test_what_scales_with_the_row_is_followed(integrand):
    assert undefined_part(SphereMean(integrand, SphereLaw(z, n)), BATCHES) is None


@pytest.mark.parametrize(
    "integrand", [1 / erfc(x), 1 / (exp(-(x**2)) + exp(-2 * x**2)), 1 / (1 - tanh(x**2)), RARELY_OPEN], ids=str
)
def test_a_mean_that_diverges_for_rare_parameters_is_seen(integrand):
    assert undefined_part(GaussianMean(integrand, RARELY_WIDE), UNIT)


@pytest.mark.parametrize("integrand", [1 / (1 + exp(-x)), 1 / (1 + abs(x)), Piecewise((1, x > t), (0, True))], ids=str)
def test_inverses_that_stay_small_are_followed(integrand):
    assert undefined_part(GaussianMean(integrand, GaussianLaw(x)), UNIT) is None


RARELY_FLAT = Activation.from_expression(Max(argument, Rational(58, 100)), "rarely_flat")
NEVER = ["tanh", "relu", "softplus", "sign", "silu"]


@pytest.mark.parametrize("name", NEVER)
def test_samples_stay_apart_under_an_activation_that_tells_signs_apart(name):
    assert doubt(ChainMean(Trace(), Network(name, batch_size=4), 1, 3)) == ""


DOUBTFUL = {
    "a flat part across 0": Network(RARELY_FLAT, batch_size=4),
    "an even activation": Network("abs", batch_size=4),
    "rows that may be negative": Network("relu", "batch-uncentered", 12),
    "layer normalisation": Network("tanh", "layer", 4),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_networks_that_may_divide_by_zero_are_named(name):
    assert "not shown" in doubt(ChainMean(Trace(), DOUBTFUL[name], 1, 2))
    assert doubt(ChainMean(Trace(), DOUBTFUL[name], 1, 1)) == ""


def test_an_epsilon_or_a_bias_keeps_the_norm_above_zero():
    assert doubt(ChainMean(Trace(), Network("relu", BatchNorm(False, Rational(1, 10)), 4), 1, 2)) == ""
    assert doubt(ChainMean(Trace(), Network("tanh", "batch-uncentered", 4), 1, 2)) == ""
    assert doubt(ChainMean(Trace(), Network("relu", "batch-uncentered", 4, bias_variance=1), 1, 2)) == ""
    assert doubt(ChainMean(Trace(), Network("relu", None, 4), 1, 2)) == ""


def test_a_known_inequality_about_a_network_that_may_die_is_supported_at_most():
    network = DOUBTFUL["rows that may be negative"]
    tail = ChainProbability(Event(Trace(), Relation.AT_LEAST, 9), network, 1, 2)
    verdict = judge(Claim(at_most(tail, ChainMean(Trace(), network, 1, 2) / 9)))
    assert (verdict.outcome, verdict.grounds) == (Outcome.SUPPORTED, Grounds.SIMULATION)
    assert verdict.rests_on


def test_a_declared_range_is_in_the_trusted_base_of_what_was_simulated():
    first = GramStatistic("first entry", lambda grams: grams[:, 0, 0], 0, 4)
    network = Network("relu", batch_size=4)
    verdict = judge(Claim(at_most(ChainMean(first, network, 8, 2), 3)))
    assert verdict.outcome is Outcome.SUPPORTED
    assert verdict.rests_on == ("the declared range of 'first entry': at least 0 and at most 4",)
    false = judge(Claim(at_least(ChainMean(first, network, 8, 2), 3)))
    assert (false.outcome, false.rests_on) == (Outcome.REFUTED, verdict.rests_on)
    assert declared(ChainMean(Entry(0, 0), network, 8, 2)) == ""
    whole = GramStatistic("any", lambda grams: grams[:, 0, 0], -float("inf"), None)
    assert declared(ChainMean(whole, network, 8, 2)) == ""


def test_tries_share_the_error_level():
    spent = []

    class Records(Method):
        def check(self, statement, context):
            spent.append(context.level)
            return StepResult(None, Grounds.SIMULATION)

    network = Network("relu", batch_size=4)
    mean = ChainMean(Trace(), network, 8, 2)
    given = (at_most(t, Rational(1, 2)), at_most(t**2, 1))
    UnderHypotheses(Records(), given).check(at_most(t * mean, 3), Context(UNIT, level=0.01))
    assert sum(spent) <= 0.01
    spent.clear()
    KnownInequality(Records()).check(
        at_most(ChainProbability(Event(Trace(), Relation.AT_LEAST, 3), network, 8, 1), Rational(1, 2)),
        Context(level=0.01),
    )
    assert spent
    assert sum(spent) <= 0.01
