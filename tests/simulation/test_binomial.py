"""Binomial tails against exact rational arithmetic; the beta mixture against exact enumeration."""

import math
from fractions import Fraction

import numpy as np
import pytest

from numerics.simulation.binomial import (
    BernoulliMean,
    binomial_log_probability,
    binomial_lower_tail,
    binomial_upper_tail,
    clopper_pearson,
)


def _exact_upper(k: int, n: int, p: float) -> Fraction:
    top, bottom = Fraction(p).as_integer_ratio()
    terms = sum(math.comb(n, j) * top**j * (bottom - top) ** (n - j) for j in range(k, n + 1))
    return Fraction(terms, bottom**n)


@pytest.mark.parametrize("n", [1, 2, 7, 40, 300])
@pytest.mark.parametrize("p", [1e-9, 1e-3, 0.25, 0.5, 0.9, 1 - 2.0**-20])
def test_tails_are_exact(n, p):
    for k in sorted({0, 1, n // 7, n // 3, n // 2, (9 * n) // 10, n - 1, n}):
        upper = _exact_upper(k, n, p)
        lower = 1 - _exact_upper(k + 1, n, p)
        assert abs(Fraction(binomial_upper_tail(k, n, p)) - upper) <= upper * Fraction(1, 10**10) + Fraction(1, 10**300)
        assert abs(Fraction(binomial_lower_tail(k, n, p)) - lower) <= lower * Fraction(1, 10**10) + Fraction(1, 10**300)


def test_tail_of_a_large_sample_against_exact_integers():
    n, k, p = 20000, 10700, 0.5
    term = total = math.comb(n, k)
    for j in range(k, n):
        term = term * (n - j) // (j + 1)
        total += term
    exact = Fraction(total, 2**n)
    assert float(Fraction(binomial_upper_tail(k, n, p)) / exact) == pytest.approx(1.0, abs=1e-11)


def test_probabilities_sum_to_one():
    total = sum(math.exp(binomial_log_probability(k, 1000, 0.37)) for k in range(1001))
    assert total == pytest.approx(1.0, abs=1e-12)


def test_degenerate_probabilities():
    assert binomial_upper_tail(1, 5, 0.0) == 0.0
    assert binomial_upper_tail(0, 5, 0.0) == 1.0
    assert binomial_upper_tail(5, 5, 1.0) == 1.0
    assert binomial_lower_tail(4, 5, 1.0) == 0.0
    assert binomial_lower_tail(5, 5, 1.0) == 1.0
    assert binomial_log_probability(0, 5, 0.0) == 0.0
    assert binomial_log_probability(1, 5, 0.0) == -math.inf


@pytest.mark.parametrize(("k", "n"), [(0, 30), (3, 30), (15, 30), (30, 30), (1, 10**6)])
def test_clopper_pearson_inverts_the_tails(k, n):
    interval = clopper_pearson(k, n, alpha=0.02)
    if k:
        assert binomial_upper_tail(k, n, interval.lower) == pytest.approx(0.01, rel=1e-8)
        assert binomial_upper_tail(k, n, interval.lower) <= 0.01
    else:
        assert interval.lower == 0.0
    if k < n:
        assert binomial_lower_tail(k, n, interval.upper) == pytest.approx(0.01, rel=1e-8)
        assert binomial_lower_tail(k, n, interval.upper) <= 0.01
    else:
        assert interval.upper == 1.0


@pytest.mark.parametrize("p", [0.01, 0.3])
def test_clopper_pearson_coverage_is_exact(p):
    covered = sum(
        math.exp(binomial_log_probability(k, 60, p)) for k in range(61) if p in clopper_pearson(k, 60, alpha=0.1)
    )
    assert covered >= 0.9


@pytest.mark.parametrize("p", [1e-6, 0.02, 0.5, 0.9])
def test_mixture_is_a_martingale(p):
    # Exact expectation of the e-value over all outcomes of n trials, n fixed: 1 at the boundary.
    n, total = 60, 0.0
    for k in range(n + 1):
        coin = BernoulliMean(alpha=0.1)
        coin.add(k, n)
        total += math.exp(binomial_log_probability(k, n, p) + coin.log_e_value(p, "equal"))
        assert coin.log_e_value(p, "at_most") <= coin.log_e_value(p, "equal") + 1e-12
        assert coin.log_e_value(p, "at_least") <= coin.log_e_value(p, "equal") + 1e-12
    assert total == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize("p", [1e-4, 0.05, 0.5])
def test_sequence_covers_at_every_look(p):
    # Runs that ever miss: at most Binomial(500, 0.1); failing at 105 has probability below 1e-12.
    runs, limit = 500, 105
    assert binomial_upper_tail(limit, runs, 0.1) < 1e-12
    rng = np.random.default_rng(11)
    missed = 0
    for _ in range(runs):
        coin, inside = BernoulliMean(alpha=0.1), True
        for count in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024):
            coin.add(int(rng.binomial(count, p)), count)
            try:
                inside = inside and p in coin.interval()
            except ValueError:
                inside = False
        missed += not inside
    assert missed < limit


def test_naive_frequency_rule_always_alarms():
    # "frequency > delta" for an event of probability exactly delta alarms somewhere in 200 examples; the sequence,
    # sharing 1e-6 among them, does not.
    rng = np.random.default_rng(12)
    counts = rng.binomial(1000, 0.01, 200)
    assert (counts > 10).any()
    alarms = 0
    for count in counts:
        coin = BernoulliMean(alpha=1e-6 / 200)
        coin.add(int(count), 1000)
        alarms += coin.interval().lower > 0.01
    assert alarms == 0


def test_tiny_probability_is_held_to_its_bound():
    coin = BernoulliMean(alpha=1e-6)
    coin.add(0, 10**6)
    assert coin.interval().lower == 0.0
    assert coin.interval().upper < 4e-5
    coin.add(40, 10**6)
    assert coin.log_e_value(1e-6, "at_most") > math.log(1e6)
    assert coin.log_e_value(1e-3, "at_most") < 0
    assert coin.log_e_value(1e-3, "at_least") > math.log(1e6)
    assert coin.interval().lower > 1e-6


def test_certain_events():
    coin = BernoulliMean(alpha=0.01)
    coin.update(np.ones(50, dtype=bool))
    assert coin.interval().upper == 1.0
    assert coin.log_e_value(0.0) == math.inf
    assert coin.log_e_value(1.0) == coin.log_e_value(1.0, "equal") < 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binomial_upper_tail(3, 2, 0.5), "successes"),
        (lambda: binomial_upper_tail(-1, 2, 0.5), "successes"),
        (lambda: binomial_lower_tail(1, 2, 1.5), "from 0 to 1"),
        (lambda: binomial_lower_tail(1, 2, math.nan), "from 0 to 1"),
        (lambda: binomial_upper_tail(1.5, 2, 0.5), "integers"),
        (lambda: clopper_pearson(0, 0, alpha=0.1), "at least 1"),
        (lambda: clopper_pearson(0, 5, alpha=2.0), "alpha"),
        (lambda: BernoulliMean(alpha=1.0), "alpha"),
        (lambda: BernoulliMean(alpha=0.1).update([0.5]), "true or false"),
        (lambda: BernoulliMean(alpha=0.1).add(2, 1), "successes"),
        (lambda: BernoulliMean(alpha=0.1).log_e_value(0.5, "<="), "at_most"),
        (lambda: BernoulliMean(alpha=0.1).log_e_value(-0.5), "from 0 to 1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_changed_probability_is_named():
    coin = BernoulliMean(alpha=0.01)
    coin.add(0, 1000)
    coin.interval()
    coin.add(5000, 5000)
    with pytest.raises(ValueError, match="no probability is left"):
        coin.interval()
