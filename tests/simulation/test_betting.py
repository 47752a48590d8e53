"""Means by betting: level, power, ranges. Random tests have fixed seeds and state their false-alarm probability."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.simulation.betting import BoundedMean, EProcess, Interval
from numerics.simulation.binomial import binomial_upper_tail


def _laws(rng):
    """Laws on [0, 1] with their means, among them those that break normal approximations."""
    return {
        "uniform": (rng.random, 0.5),
        "rare": (lambda k: (rng.random(k) < 1e-3).astype(float), 1e-3),
        "skewed": (lambda k: rng.beta(0.02, 1.98, k), 0.01),
        "two-point": (lambda k: np.where(rng.random(k) < 0.5, 0.4, 0.6), 0.5),
    }


@pytest.mark.parametrize("name", ["uniform", "rare", "skewed", "two-point"])
def test_interval_covers_at_every_look(name):
    # 150 runs at alpha = 0.1, 4 looks each: runs that ever miss are at most Binomial(150, 0.1);
    # the test fails at 47 or more, which has probability below 1e-12 for a valid sequence.
    runs, alpha, limit = 150, 0.1, 47
    assert binomial_upper_tail(limit, runs, alpha) < 1e-12
    sampler, mean = _laws(np.random.default_rng(20261122))[name]
    missed = 0
    for _ in range(runs):
        sequence = BoundedMean(0.0, 1.0, alpha=alpha)
        inside = True
        for count in [5, 15, 60, 240]:
            sequence.update(sampler(count))
            try:
                inside = inside and mean in sequence.interval()
            except ValueError:
                inside = False
        missed += not inside
    assert missed < limit


def test_naive_rule_fails_where_the_e_process_does_not():
    # The rule "stop when |t| > 1.96" applied at every look rejects a true mean in most runs of thousands of looks;
    # the e-process at 0.05 does so in at most 5 %: 300 runs, failing at 50, probability below 1e-12.
    runs, alpha, limit = 300, 0.05, 50
    assert binomial_upper_tail(limit, runs, alpha) < 1e-12
    rng = np.random.default_rng(7)
    sample = rng.random((runs, 10000))
    number = np.arange(1, sample.shape[1] + 1)
    means = np.cumsum(sample, axis=1) / number
    naive = (np.abs(means - 0.5) * np.sqrt(12 * number) > 1.96)[:, 20:].any(axis=1)
    assert naive.mean() > 0.4
    false_alarms = 0
    for row in sample:
        process = EProcess(0.5, "at_most", lower=0.0, upper=1.0)
        for batch in np.array_split(row, 20):
            process.update(batch)
        false_alarms += process.refutes(alpha)
    assert false_alarms < limit


@pytest.mark.parametrize("relation", ["at_most", "at_least"])
@pytest.mark.parametrize("mean", [0.01, 0.3, 0.5, 0.9])
def test_e_value_has_mean_one_at_the_bound(relation, mean):
    # Exact expectation over the outcomes of five events whose probability is the bound itself; the range is [-1, 3].
    total = 0.0
    for successes in range(6):
        process = EProcess(4 * mean - 1, relation, lower=-1.0, upper=3.0)
        process.update([3.0] * successes + [-1.0] * (5 - successes))
        probability = math.comb(5, successes) * mean**successes * (1 - mean) ** (5 - successes)
        total += probability * math.exp(process.log_e_value)
    assert total == pytest.approx(1.0, abs=1e-12)


def test_planted_violation_is_refuted_and_the_truth_is_not():
    # Mean 1/3 against a bound 5 % too small; the true bound survives except with probability 1e-6.
    values = np.random.default_rng(3).random(40000) ** 2
    for relation, shrunk in (("at_most", 0.95 / 3), ("at_least", 1.05 / 3)):
        planted = EProcess(shrunk, relation, lower=0.0, upper=1.0)
        true = EProcess(1 / 3, relation, lower=0.0, upper=1.0)
        planted.update(values)
        true.update(values)
        assert planted.refutes(1e-9)
        assert not true.refutes(1e-6)


def test_refutation_is_remembered():
    process = EProcess(0.5, "at_most")
    process.update(np.ones(100))
    process.update(np.zeros(1000))
    assert process.log_e_value < 0
    assert process.refutes(1e-6)


def test_grouping_of_the_observations_does_not_matter():
    values = np.random.default_rng(1).beta(2, 5, 999)
    once, often = BoundedMean(alpha=0.01), BoundedMean(alpha=0.01)
    first, second = EProcess(0.2), EProcess(0.2)
    once.update(values)
    first.update(values)
    for batch in np.array_split(values, 37):
        often.update(batch)
        second.update(batch)
    assert once.interval() == often.interval()
    assert first.log_e_value == pytest.approx(second.log_e_value, rel=1e-12)


def test_interval_is_where_the_e_process_does_not_refute():
    values = np.random.default_rng(2).beta(2, 5, 500)
    sequence = BoundedMean(alpha=0.01)
    sequence.update(values)
    interval = sequence.interval()
    for point, relation, refuted in (
        (interval.lower, "at_most", True),
        (interval.lower + 1e-3 * interval.width, "at_most", False),
        (interval.upper, "at_least", True),
        (interval.upper - 1e-3 * interval.width, "at_least", False),
    ):
        process = EProcess(point, relation, lower=0.0, upper=1.0)
        process.update(values)
        assert process.refutes(0.005) is refuted


def test_width_is_near_the_normal_one():
    # Not only valid: at alpha = 1e-6 within a third of the fixed-sample normal width for a uniform variable.
    values = np.random.default_rng(4).random(10**5)
    sequence = BoundedMean(alpha=1e-6)
    sequence.update(values)
    normal = 2 * 4.892 / math.sqrt(12 * values.size)
    assert 1.0 < sequence.interval().width / normal < 1.34


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_intervals_follow_affine_maps(shift, scale, seed):
    values = np.random.default_rng(seed).beta(1, 3, 200)
    rounding = 1e-9 * (abs(shift) + scale)
    plain = BoundedMean(alpha=0.01)
    mapped = BoundedMean(shift - rounding, shift + scale + rounding, alpha=0.01)
    plain.update(values)
    mapped.update(shift + scale * values)
    a, b = plain.interval(), mapped.interval()
    slack = 1e-3 * scale + 1e-8 * abs(shift)
    assert b.lower == pytest.approx(shift + scale * a.lower, abs=slack)
    assert b.upper == pytest.approx(shift + scale * a.upper, abs=slack)


def test_unbounded_nonnegative_variable_refutes_from_above_only():
    values = np.random.default_rng(5).standard_exponential(20000)
    process = EProcess(0.9, "at_most", lower=0.0)
    process.update(values)
    assert process.refutes(1e-6)
    sequence = BoundedMean(0.0, math.inf, alpha=1e-6)
    sequence.update(values)
    assert 0.9 < sequence.interval().lower < 1.0
    assert sequence.interval().upper == math.inf
    below = BoundedMean(-math.inf, 0.0, alpha=1e-6)
    below.update(-values)
    assert -1.0 < below.interval().upper < -0.9
    assert below.interval().lower == -math.inf


def test_constants():
    for value in (0.0, 0.25, 1.0):
        sequence = BoundedMean(alpha=1e-6)
        sequence.update(np.full(10**4, value))
        interval = sequence.interval()
        assert value in interval
        assert interval.width < 0.01


def test_mean_at_the_end_of_the_range():
    process = EProcess(0.0, "at_most", lower=0.0)
    process.update(np.zeros(10))
    assert process.log_e_value == 0.0
    process.update([1e-300])
    assert process.log_e_value == math.inf
    assert process.refutes(1e-9)


def test_huge_values_do_not_overflow_quietly():
    process = EProcess(1e-300, "at_most", lower=0.0)
    process.update([1e300, 0.0])
    assert process.refutes(1e-9)
    mild = EProcess(1.0, "at_most", lower=0.0)
    mild.update([1e200] + [0.0] * 5000)
    assert math.isfinite(mild.log_e_value)


def test_changed_mean_is_named():
    sequence = BoundedMean(alpha=1e-3)
    sequence.update(np.zeros(500))
    sequence.interval()
    sequence.update(np.ones(5000))
    with pytest.raises(ValueError, match="no mean is left"):
        sequence.interval()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.5, math.nan], "observation 1 is nan"),
        ([math.inf], "finite"),
        ([0.1, 1.5], "outside the declared range"),
        ([-1e-9], "outside"),
    ],
)
def test_bad_observations_are_refused_and_not_kept(values, message):
    for estimator in (BoundedMean(alpha=0.1), EProcess(0.5, upper=1.0)):
        with pytest.raises(ValueError, match=message):
            estimator.update(values)
        assert estimator.number == 0


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: BoundedMean(1.0, 1.0, alpha=0.1), "lower < upper"),
        (lambda: BoundedMean(math.nan, 1.0, alpha=0.1), "lower < upper"),
        (lambda: BoundedMean(-math.inf, math.inf, alpha=0.1), "moment bound"),
        (lambda: BoundedMean(alpha=0.0), "strictly between 0 and 1"),
        (lambda: BoundedMean(alpha=math.nan), "strictly between 0 and 1"),
        (lambda: EProcess(0.5, "<="), "at_most"),
        (lambda: EProcess(2.0, "at_most", upper=1.0), "outside the declared range"),
        (lambda: EProcess(2.0, "at_least"), "declare upper"),
        (lambda: EProcess(2.0, "at_most", lower=-math.inf, upper=3.0), "declare lower"),
        (lambda: Interval(1.0, 0.0, 0.1), "lower <= upper"),
    ],
)
def test_bad_set_up_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
