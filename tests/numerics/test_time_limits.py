"""Time limits and interrupts are heeded in the middle of the work, and leave every precision as it was."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager

import mpmath
import pytest
from flint import acb, arb, ctx
from mpmath.calculus.quadrature import TanhSinh
from sympy import Max, Rational, Sum, Symbol, exp, tanh

from numerics import CoverOutcome, EvaluationError, compare, cover, enclose, enclose_eigenvalues, evaluate, find_roots
from numerics.ball_means.quadrature import MOST_BITS_AT_A_STRETCH, _at_a_stretch, integral
from numerics.digit_means.rules import _DOUBLE_EXPONENTIAL
from numerics.precision import NO_DEADLINE, Deadline, TimeLimitError, paced, working_bits
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean

x, y = (Symbol(name, real=True) for name in "xy")
k = Symbol("k", integer=True)
HALF = Rational(1, 2)
LAW = GaussianLaw((x, y), [[1, HALF], [HALF, 1]])
SECONDS, SLACK = 0.2, 3.0

DEEP = [
    GaussianMean(tanh(x) ** 2, GaussianLaw(x)),
    GaussianMean(Max(x, 0) * exp(x) * tanh(x), GaussianLaw(x)),
    SphereMean(tanh(x) * tanh(y), SphereLaw((x, y), 7)),
    SphereMean(Max(x, 0) * tanh(x), SphereLaw(x, 6)),
]


@contextmanager
def within(seconds):
    before = mpmath.mp.prec, ctx.prec
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
    assert (mpmath.mp.prec, ctx.prec) == before


@pytest.mark.parametrize("mean", DEEP, ids=str)
def test_a_limit_is_kept_at_thousands_of_digits(mean):
    with within(SECONDS + SLACK):
        found = enclose(mean, 9000, seconds=SECONDS)
    assert not found.decided
    assert "time limit" in found.advice
    with within(SECONDS + SLACK), pytest.raises(EvaluationError, match="time limit"):
        evaluate(mean, 4000, seconds=SECONDS, independent=True)


def test_an_interrupt_is_heeded_in_the_first_quadrature():
    def interrupt(*_):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        with within(SECONDS + SLACK):
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            with pytest.raises(KeyboardInterrupt):
                enclose(DEEP[1], 9000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def test_what_is_made_of_many_balls_shares_one_limit():
    slow = DEEP[1]
    with within(SECONDS + SLACK):
        assert compare(slow, slow + 1, bits=9000, seconds=SECONDS).value == "undecided"
    with within(SECONDS + SLACK):
        found = enclose_eigenvalues([[slow, 0], [0, slow]], 9000, seconds=SECONDS)
    assert "time limit" in found[0].advice


def test_a_cover_and_a_search_for_roots_return_what_is_open():
    t = Symbol("t", real=True)
    mean = GaussianMean(tanh(x) * tanh(y), GaussianLaw((x, y), [[1, t / 100], [t / 100, 1]]))
    with within(SECONDS + SLACK):
        found = cover(mean, Rational(1, 5), [(t, -99, 49)], bits=2000, seconds=SECONDS)
    assert found.outcome is CoverOutcome.UNDECIDED
    assert sum(b.widths[0] for b in found.undecided) > 0
    assert "time limit" in found.advice
    with within(SECONDS + SLACK):
        roots = find_roots(mean - t / 1000, [(t, -99, 98)], bits=2000, seconds=SECONDS)
    assert not roots.complete


def test_a_sum_with_slow_terms_ends_in_time():
    with within(SECONDS + SLACK), pytest.raises(EvaluationError):
        evaluate(Sum(1 / (k**2 + 1), (k, 0, 10**9)), 30, seconds=SECONDS)


def test_limits_nest_and_the_sooner_one_holds():
    with Deadline.after(0).running(), Deadline.after(100).running(), pytest.raises(TimeLimitError):
        list(paced(range(3)))
    with Deadline.after(100).running():
        with Deadline.after(None).running():
            assert list(paced(range(3))) == [0, 1, 2]
        with pytest.raises(TimeLimitError), Deadline.after(-1).running():
            list(paced(range(3)))


INTEGRANDS = [
    (lambda z, a: z.tanh() * z.exp() * (-z * z / 2).exp(), 9),
    (lambda z, a: z.sqrt(analytic=a) * (1 + z).log(analytic=a), 1),
    (lambda z, a: 1 / (1 + z * z), 3),
    (lambda z, a: acb(0) * z, 3),
]


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize(("function", "end"), INTEGRANDS)
def test_beyond_a_thousand_bits_halving_agrees_with_arb(function, end, relative):
    with working_bits(MOST_BITS_AT_A_STRETCH + 1):
        ours = integral(function, arb(0), arb(end), NO_DEADLINE, relative)
        arbs = _at_a_stretch(function, arb(0), arb(end), NO_DEADLINE, relative)
        assert ours.overlaps(arbs)
        assert ours.rad() <= arb(2) ** (20 - MOST_BITS_AT_A_STRETCH)


def test_beyond_a_thousand_bits_a_jump_and_a_pole_get_no_ball():
    with working_bits(MOST_BITS_AT_A_STRETCH + 1):
        assert not integral(lambda z, a: 1 / (3 * z - 1), arb(0), arb(1)).is_finite()


@pytest.mark.parametrize("degree", [1, 4])
def test_paced_nodes_are_those_of_mpmath(degree):
    with mpmath.workprec(120):
        ours = _DOUBLE_EXPONENTIAL.calc_nodes(degree, 100)
        theirs = TanhSinh(mpmath.mp).calc_nodes(degree, 100)
    assert len(ours) == len(theirs)
    for (a, v), (b, w) in zip(ours, theirs):
        assert abs(a - b) + abs(v - w) < mpmath.mpf(2) ** -95
