r"""Two samples, identity, no centring: the chain is a mean of wrapped Cauchy points, and every constant is known.

G = I + [[x, y], [y, -x]] with w = x + i y in the unit disc.  Given w the next one is the mean of d independent points of the
unit circle with the wrapped Cauchy law of mean s(|w|) w/|w|, s(r) = tanh(artanh(r)/2) = r/(1 + sqrt(1-r^2)): the mean-field
orbit is halved in the hyperbolic metric, and the one-step noise is (1 - s^2)/d exactly.
Derivation: docs/derivations/two_samples.md.
"""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import Expr, Max, S, Symbol, atanh, exp, sqrt, tanh

from theory.concentration.base import DIGITS, Bound, BoundKind, Hypothesis, HypothesisError, threshold
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

start = Symbol("r0", nonnegative=True)
radius = Symbol("r", positive=True)


def next_radius(r: Any) -> Expr:
    """The mean-field map of |w|: ``tanh(artanh(r)/2)``.

    >>> next_radius(S(4) / 5)
    1/2
    """
    value = S(r)
    return value / (1 + sqrt(1 - value**2))


def orbit(r: Any, depth: Any) -> Expr:
    """|w_l| on the mean-field orbit after `depth` layers, from every start 0 <= r < 1."""
    return tanh(atanh(S(r)) / 2 ** S(depth))


def _exit(room: Expr) -> Expr:
    """One-step probability of noise beyond `room`: bounded differences 2/d about a mean of at most d^(-1/2)."""
    return exp(-d * Max(room - 1 / sqrt(d), 0) ** 2 / 2)


NOT_DEGENERATE = Hypothesis(
    "non-degenerate start", "r0 = |w_0| < 1: the two samples are not parallel", lambda v: v["r0"] < 1
)


def two_sample_mean_square() -> Bound:
    """``E|G_L - I|_F^2 <= 2 k^L r0^2 + 2 (1-k^L)/((1-k) d) + 2 L p`` with k = (s(r)/r)^2, for every r between r0 and 1.

    While |w_l| <= r, E|w_{l+1}|^2 <= k |w_l|^2 + 1/d, and only noise beyond r - s(r) leaves; k -> 1/4 as r -> 0, where the
    bound meets the exact stationary value 8/(3 d).
    """
    shrink = 1 / (1 + sqrt(1 - radius**2)) ** 2
    decay = shrink**L
    inside = 2 * decay * start**2 + 2 * (1 - decay) / ((1 - shrink) * d)
    return Bound(
        name="two samples, linear, uncentred",
        quantity=r"\mathbb{E}\|G_{L} - I\|_F^2",
        kind=BoundKind.MEAN_SQUARE,
        formula=inside + 2 * L * _exit(radius - next_radius(radius)),
        hypotheses=(NOT_DEGENERATE,),
        trivial=S(2),
        tuned=((radius, start, S.One),),
        validity="every depth up to exp(c d), from every non-degenerate start",
        needs="sigma = id, n = 2, no centring",
        source=DERIVED_HERE,
    )


def two_sample_recursion(width: int, depth: int, r0: Any) -> Any:
    """The same bound with the radius followed layer by layer: sharper from far starts, minimised over the noise allowed.

    r_{l+1} = s(r_l) + t bounds every path whose noise stays below t; then m_{l+1} = (s(r_l)/r_l)^2 m_l + 1/d.

    Raises:
        HypothesisError: r0 >= 1 (parallel samples stay parallel for ever).
    """
    with mpmath.workdps(DIGITS):
        first = mpmath.mpf(str(S(r0).evalf(DIGITS)))
        if not 0 <= first < 1:
            raise HypothesisError(f"two samples: hypothesis 'non-degenerate start' fails: need 0 <= r0 < 1, not {r0}")

        def total(t: Any) -> Any:
            r, mean = first, first**2
            for _ in range(depth):
                root = 1 + mpmath.sqrt(1 - r * r)
                mean = mean / root**2 + mpmath.mpf(1) / width
                r = r / root + t
                if r >= 1:
                    return mpmath.mpf(2)
            room = max(t - 1 / mpmath.sqrt(width), 0)
            return 2 * mean + 2 * depth * mpmath.exp(-width * room**2 / 2)

        return min(total(mpmath.mpf(2) ** (-k / mpmath.mpf(8))) for k in range(1, 160))


def two_sample_threshold(depth: int, r0: Any, level: Any = 2) -> int | None:
    """Smallest width (three digits) at which `two_sample_recursion` falls below `level`; 2 is the trivial bound."""
    return threshold(lambda width: bool(two_sample_recursion(width, depth, r0) < level))
