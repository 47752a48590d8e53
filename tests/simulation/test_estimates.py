"""Estimates, quantiles, decisions, decay rates, budgets and streams."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

from numerics.simulation.binomial import binomial_upper_tail
from numerics.simulation.canonical import canonical, stream
from numerics.simulation.decay import mean_decay_rate, median_decay_rate
from numerics.simulation.decide import Decision, decide
from numerics.simulation.error_budget import ErrorBudget
from numerics.simulation.estimates import estimate_mean, estimate_probability, estimate_quantile, estimate_variance
from numerics.simulation.quantiles import QuantileSequence


def test_estimates_contain_the_truth_and_are_narrow():
    # Each interval misses with probability at most 1e-8: together below 1e-7.
    rng = np.random.default_rng(1)
    sample = rng.beta(2, 6, 20000)
    mean = estimate_mean(sample, lower=0.0, upper=1.0, alpha=1e-8)
    assert 0.25 in mean.interval
    assert mean.interval.width < 0.015
    variance = estimate_variance(sample, lower=0.0, upper=1.0, alpha=1e-8)
    assert 12 / (64 * 9) in variance.interval
    assert variance.interval.width < 0.006
    assert variance.number == 10000
    normal = rng.standard_normal(20000)
    scale = estimate_variance(normal, lower=-math.inf, upper=math.inf, alpha=1e-8)
    assert 0.9 < scale.interval.lower < 1.0
    assert scale.interval.upper == math.inf
    third = estimate_quantile(normal, 0.25, alpha=1e-8)
    assert -0.6744897501960817 in third.interval
    assert third.interval.width < 0.15
    share = estimate_probability(normal > 0, alpha=1e-8)
    assert 0.5 in share.interval
    assert share.interval.width < 0.06
    assert share.estimate == float(np.mean(normal > 0))


def test_quantile_sequence_covers_at_every_look_with_ties():
    # Geometric variable: P(X <= 1) = 0.51, median 1. Runs that ever miss: at most Binomial(400, 0.1); 90: below 1e-12.
    runs, limit = 400, 90
    assert binomial_upper_tail(limit, runs, 0.1) < 1e-12
    rng = np.random.default_rng(5)
    missed = 0
    for kind, truth in (("atoms", 1.0), ("smooth", math.log(2.0))):
        for _ in range(runs // 2):
            sequence, inside = QuantileSequence(0.5, alpha=0.1), True
            for count in (4, 8, 16, 32, 64, 128, 256):
                values = rng.geometric(0.3, count) - 1.0 if kind == "atoms" else rng.standard_exponential(count)
                sequence.update(values)
                try:
                    inside = inside and truth in sequence.interval()
                except ValueError:
                    inside = False
            missed += not inside
    assert missed < limit


def test_quantile_interval_is_infinite_until_the_sample_can_tell():
    sequence = QuantileSequence(0.9, alpha=1e-3)
    assert sequence.interval().lower == -math.inf
    sequence.update([1.0, 2.0])
    assert sequence.interval().upper == math.inf
    sequence.update(np.full(1000, 3.0))
    assert (sequence.interval().lower, sequence.interval().upper) == (3.0, 3.0)
    assert sequence.estimate == 3.0


def test_quantile_of_changed_law_is_named():
    sequence = QuantileSequence(0.5, alpha=1e-3)
    sequence.update(np.zeros(100))
    sequence.interval()
    sequence.update(np.ones(1000))
    with pytest.raises(ValueError, match="no quantile is left"):
        sequence.interval()


def _uniform(seed):
    # Observation i is a function of (seed, i) alone, as decide asks of a sampler.
    sample = np.random.default_rng(seed).random(200000)
    return lambda k, start: sample[start : start + k]


@pytest.mark.parametrize(
    ("bound", "relation", "decision"),
    [
        (0.55, "at_most", Decision.HOLDS),
        (0.45, "at_most", Decision.VIOLATED),
        (0.45, "at_least", Decision.HOLDS),
        (0.55, "at_least", Decision.VIOLATED),
        (0.55, "equal", Decision.VIOLATED),
        (0.5, "equal", Decision.HOLDS),
        (0.5, "at_most", Decision.UNDECIDED),
    ],
)
def test_decisions(bound, relation, decision):
    # Wrong with probability at most 1e-8 each.
    margin = {"relative_margin": 0.05} if relation == "equal" else {}
    found = decide(_uniform(1), bound, relation, alpha=1e-8, budget=50000, upper=1.0, **margin)
    assert found.decision is decision
    assert found.number <= 50000
    assert 0.5 in found.interval
    assert found.ratio == pytest.approx(bound / 0.5, rel=0.1)
    if decision is Decision.VIOLATED:
        assert found.log_e_value > math.log(1e8)
        assert found.number < 20000
    if relation == "at_most" and decision is Decision.HOLDS:
        assert found.interval.upper <= bound
    if relation == "equal" and decision is Decision.HOLDS:
        assert found.margin == pytest.approx(0.025)
        assert bound - found.margin <= found.interval.lower
        assert found.interval.upper <= bound + found.margin
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(TypeError, match="three values"):
        bool(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.number = 1


def test_false_alarms_of_decide_at_its_worst_point():
    # The bound equals the mean, 200 runs at alpha = 0.1 with budget 2000: any decision is an error of one of the two
    # kinds, so at most Binomial(200, 0.1); 57 or more has probability below 1e-12.
    assert binomial_upper_tail(57, 200, 0.1) < 1e-12
    wrong = sum(
        decide(_uniform(1000 + run), 0.5, "at_most", alpha=0.1, budget=2000, upper=1.0).decision
        is not Decision.UNDECIDED
        for run in range(200)
    )
    assert wrong < 57


def test_decide_without_upper_limit_refutes_but_never_confirms():
    sample = np.random.default_rng(2).standard_exponential(10**5)
    found = decide(lambda k, start: sample[start : start + k], 0.8, "at_most", alpha=1e-6, budget=10**5)
    assert found.decision is Decision.VIOLATED
    far = decide(lambda k, start: sample[start : start + k], 50.0, "at_most", alpha=1e-6, budget=2000)
    assert far.decision is Decision.UNDECIDED
    assert far.interval.upper == math.inf
    assert far.log_e_value < 0


def test_declared_range_may_decide_without_data():
    def refuse(k, start):
        raise AssertionError("no data are needed")

    holds = decide(refuse, 2.0, "at_most", alpha=1e-6, budget=10, upper=1.0)
    assert (holds.decision, holds.number) == (Decision.HOLDS, 0)
    assert math.isnan(holds.measured)
    violated = decide(refuse, -1.0, "at_most", alpha=1e-6, budget=10, upper=1.0)
    assert (violated.decision, violated.log_e_value) == (Decision.VIOLATED, math.inf)


def test_equality_with_zero_needs_an_absolute_margin():
    sampler = _uniform(3)

    def centred(k, start):
        return sampler(k, start) - 0.5

    found = decide(centred, 0.0, "equal", alpha=1e-6, budget=10**5, lower=-0.5, upper=0.5, absolute_margin=0.02)
    assert found.decision is Decision.HOLDS
    assert found.interval.width <= 0.04


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"relation": "<="}, "at_most"),
        ({"bound": math.nan}, "finite number"),
        ({"budget": 0}, "at least 1"),
        ({"alpha": 1.0}, "alpha"),
        ({"lower": -math.inf}, "moment bound"),
        ({"relation": "equal"}, "relative_margin and absolute_margin"),
        ({"relation": "equal", "relative_margin": 0.1, "absolute_margin": 0.1}, "one of"),
        ({"relation": "equal", "relative_margin": -0.1}, "positive"),
        ({"relation": "equal", "relative_margin": 0.1, "bound": 0.0}, "absolute_margin"),
        ({"relative_margin": 0.1}, "leave it out"),
        ({"sampler": lambda k, start: np.zeros(3)}, "returned 3"),
        ({"sampler": lambda k, start: np.full(k, -1.0)}, "outside the declared range"),
    ],
)
def test_decide_refuses_bad_input(changes, message):
    arguments = {"sampler": _uniform(1), "bound": 0.4, "relation": "at_most", "alpha": 0.1, "budget": 100, **changes}
    with pytest.raises(ValueError, match=message):
        decide(
            arguments.pop("sampler"),
            arguments.pop("bound"),
            arguments.pop("relation"),
            **arguments,
        )


def test_decay_rates_hold_the_truth_and_differ_where_they_should():
    # Three networks in ten fall by 0.9 a layer, the rest by 0.5: the mean follows the slow ones, the median the others.
    # Intervals at 1e-7 each.
    rng = np.random.default_rng(9)
    first = rng.random(20000)
    factors = np.where(rng.random(20000) < 0.3, 0.9, 0.5)
    last = first * factors**4
    mean = mean_decay_rate(first, last, first_layer=1, last_layer=5, upper=1.0, alpha=1e-7)
    truth = (0.3 * 0.9**4 + 0.7 * 0.5**4) ** 0.25
    assert truth in mean.interval
    assert mean.interval.width < 0.05
    median = median_decay_rate(first, last, first_layer=1, last_layer=5, alpha=1e-7)
    assert median.rate == pytest.approx(0.5)
    assert median.interval.upper < truth


def test_decay_interval_covers():
    # 120 runs at 0.1; at most Binomial(120, 0.1) miss, 41 or more has probability below 1e-12.
    assert binomial_upper_tail(41, 120, 0.1) < 1e-12
    rng = np.random.default_rng(10)
    missed = 0
    for _ in range(120):
        first, noise = rng.random(300), rng.random(300)
        fall = mean_decay_rate(first, first * noise, first_layer=0, last_layer=1, upper=1.0, alpha=0.1)
        missed += 0.5 not in fall.interval
    assert missed < 41


def test_decay_to_zero_has_an_upper_limit():
    fall = mean_decay_rate(np.ones(100), np.zeros(100), first_layer=0, last_layer=1, upper=1.0, alpha=0.01)
    assert fall.rate == fall.interval.lower == 0.0
    assert 0.0 < fall.interval.upper < 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: mean_decay_rate([1.0], [1.0], first_layer=2, last_layer=2, upper=1.0, alpha=0.1),
            "first_layer < last",
        ),
        (lambda: mean_decay_rate([1.0], [], first_layer=0, last_layer=2, upper=1.0, alpha=0.1), "one a network"),
        (lambda: mean_decay_rate([0.0], [1.0], first_layer=0, last_layer=2, upper=1.0, alpha=0.1), "no rate"),
        (lambda: mean_decay_rate([1.0], [1.0], first_layer=0, last_layer=2, upper=math.inf, alpha=0.1), "finite bound"),
        (lambda: mean_decay_rate([2.0], [1.0], first_layer=0, last_layer=2, upper=1.0, alpha=0.1), "outside"),
        (lambda: median_decay_rate([1.0], [0.0], first_layer=0, last_layer=2, alpha=0.1), "positive values only"),
        (lambda: estimate_mean([], lower=0.0, upper=1.0, alpha=0.1), "at least 1"),
        (lambda: estimate_variance([1.0], lower=0.0, upper=1.0, alpha=0.1), "at least 2"),
        (lambda: estimate_variance([1.0, 0.5], lower=1.0, upper=0.0, alpha=0.1), "lower < upper"),
        (lambda: estimate_probability([], alpha=0.1), "at least 1"),
        (lambda: estimate_quantile([], 0.5, alpha=0.1), "at least 1"),
        (lambda: estimate_quantile([1.0], 1.0, alpha=0.1), "strictly between"),
        (lambda: estimate_quantile([math.nan], 0.5, alpha=0.1), "finite"),
        (lambda: ErrorBudget(0.0), "strictly between"),
        (lambda: ErrorBudget(0.1).share(0), "at least 1 part"),
        (lambda: ErrorBudget(0.1).term(-1), "counted from 0"),
        (lambda: stream(-1, "a"), "at least 0"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_budget_is_spent_once():
    budget = ErrorBudget(1e-6)
    assert 10 * 200 * budget.share(10).share(200).alpha == pytest.approx(1e-6)
    # sum over all indices is exactly the whole; a million terms come within 1e-6 of it from below
    assert 1 - 1e-6 < sum(budget.term(index).alpha for index in range(10**6)) / 1e-6 < 1


def test_streams_depend_on_their_name_alone():
    reference = stream(1, "claim", {"width": 8, "gram": np.eye(2)})
    again = stream(1, "claim", {"gram": np.eye(2), "width": np.int64(8)})
    assert reference.entropy == again.entropy
    big_endian = stream(1, "claim", {"width": 8, "gram": np.eye(2, dtype=">f8")})
    assert big_endian.entropy == reference.entropy
    others = [
        stream(2, "claim", {"width": 8, "gram": np.eye(2)}),
        stream(1, "claims", {"width": 8, "gram": np.eye(2)}),
        stream(1, "claim", {"width": 8.0, "gram": np.eye(2)}),
        stream(1, "claim", {"width": 8, "gram": np.eye(2, dtype=np.float32)}),
        stream(1, "claim", {"width": 8, "gram": 2 * np.eye(2)}),
        stream(1, "claim", {"width": True, "gram": np.eye(2)}),
    ]
    assert len({s.entropy for s in [reference, *others]}) == 7
    # pinned: a change would silently change every published number
    assert np.random.default_rng(stream(0, "pin")).integers(10**6) == 264124


def test_canonical_text():
    assert (
        canonical({"b": [1, 2.5, None, True, "x"], "a": math.inf}) == '{"a":{"float":"inf"},"b":[1,2.5,null,true,"x"]}'
    )
    for value, message in ((object(), "plain data"), ({1: 2}, "keyed by strings"), (np.array([object()]), "objects")):
        with pytest.raises(TypeError, match=message):
            canonical(value)
    for seed in (1.5, "1", True):
        with pytest.raises(TypeError, match="write an integer"):
            stream(seed)
