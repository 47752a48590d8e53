"""Indicators and error functions: probabilities that Gaussians exceed thresholds.

An error function is a probability, erf(y) = 2 P(W <= sqrt2 y) - 1 with W an independent standard normal, so a product of
indicators and error functions of affine arguments is a sum of orthant probabilities.
"""

from __future__ import annotations

from itertools import combinations
from math import prod

from sympy import Expr, Heaviside, Mul, Pow, S, asin, erf, expand, pi, sqrt

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, affine
from theory.rules.tidy import tidy_rational
from theory.special import BivariateNormalCdf, normal_cdf

Event = tuple[tuple[Expr, ...], Expr, int]
"""Coefficients on the variables of the law, threshold, and 1 where an independent standard normal is added."""

MAX_EVENTS = 8


def orthant(events: tuple[Event, ...], sigma: object) -> Expr:
    """``P(Y_i > t_i for all i)`` for ``Y_i = w_i . z + W_i``."""
    if not events:
        return S.One
    k = len(events[0][0])

    def covariance(i: int, j: int) -> Expr:
        (a, _, extra), (b, _, _) = events[i], events[j]
        total = sum(a[m] * b[n] * sigma[m, n] for m in range(k) for n in range(k))  # type: ignore[index]
        return tidy_rational(expand(total + (extra if i == j else 0)))

    spread = [sqrt(covariance(i, i)) for i in range(len(events))]
    thresholds = [t for _, t, _ in events]
    if len(events) == 1:
        return normal_cdf(-thresholds[0] / spread[0])

    def correlation(i: int, j: int) -> Expr:
        return covariance(i, j) / sqrt(covariance(i, i) * covariance(j, j))

    if len(events) == 2:
        return BivariateNormalCdf(-thresholds[0] / spread[0], -thresholds[1] / spread[1], correlation(0, 1))
    if len(events) == 3 and all(t == 0 for t in thresholds):
        return S.One / 8 + sum(asin(correlation(i, j)) for i, j in ((0, 1), (0, 2), (1, 2))) / (4 * pi)
    raise NotApplicable(f"the probability of {len(events)} Gaussian inequalities has no closed form in general")


def events_of(mean: GaussianMean, with_erf: bool) -> tuple[list[Event], list[Event]]:
    """(indicators, error functions) of the integrand."""
    names = mean.law.variables
    certain: list[Event] = []
    probable: list[Event] = []
    for factor in Mul.make_args(mean.expression):
        base, power = (
            (factor.base, int(factor.exp)) if isinstance(factor, Pow) and factor.exp.is_Integer else (factor, 1)
        )
        if not isinstance(base, (Heaviside, erf)) or power < 1:
            raise NotApplicable(f"{factor} is neither an indicator nor an error function")
        if isinstance(base, erf) and not with_erf:
            raise NotApplicable("the integrand has an error function")
        slopes, rest = [], base.args[0]
        for v in names:
            line = affine(base.args[0], v)
            if line is None or line[0].has(*names):
                raise NotApplicable(f"{base} has no affine argument")
            slopes.append(line[0])
            rest = rest.subs(v, 0)
        if isinstance(base, Heaviside):
            certain.append((tuple(slopes), -rest, 0))
        else:
            probable += [(tuple(sqrt(2) * s for s in slopes), -sqrt(2) * rest, 1)] * power
    return certain, probable


def _mean_of(mean: GaussianMean, with_erf: bool) -> Expr:
    certain, probable = events_of(mean, with_erf)
    if with_erf and not probable:
        raise NotApplicable("the integrand has no error function")
    if len(certain) + len(probable) > MAX_EVENTS:
        raise NotApplicable("too many factors")
    odd = not certain and all(t == 0 for _, t, _ in probable)
    if odd and len(probable) % 2:
        return S.Zero
    total: Expr = S.Zero
    for size in range(len(probable) + 1):
        for chosen in combinations(probable, size):
            sign = prod([-1] * (len(probable) - size))
            total += sign * 2**size * orthant((*certain, *chosen), mean.law.covariance)
    return total


def indicators(mean: GaussianMean) -> Expr:
    return _mean_of(mean, with_erf=False)


def error_functions(mean: GaussianMean) -> Expr:
    return _mean_of(mean, with_erf=True)


BIVARIATE_NORMAL = Rule("bivariate normal distribution", r"\mathbb{P}(u > s, v > t) = \Phi_2(-s, -t; r)", indicators)
ERROR_FUNCTION = Rule(
    "error functions",
    r"\operatorname{erf}(y) = 2\,\mathbb{P}(W \le \sqrt{2}\,y) - 1,\ W \sim \mathcal{N}(0, 1)",
    error_functions,
)
