r"""Centred batch normalisation with three samples: the mean-field recursion converges from every non-degenerate start.

For n = 3 the state is a point w of the unit disc, |w| = tanh(artanh(r)/2), r the anisotropy of M G M; one layer sends it to
anisotropy |R(w)|, R = N/D a quotient of two power series in w and its conjugate.  Convergence to G_* from every start follows
from |R(w)| < 2|w|/(1 + |w|^2) on 0 < |w| < 1.  That holds on paper for every activation with mu > 0, (T1) to (T4); here it is proved once
more, activation by activation, by ball arithmetic.  Equations: docs/derivations/three_samples.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb
from sympy import Expr, Symbol

from numerics.balls import rational_ball, symmetric, to_data
from numerics.boxes import Box
from numerics.certificates.circle_series import CircleSeries, circle_series
from numerics.errors import UndecidedError
from numerics.precision import working_bits
from theory.activations.base import Activation
from theory.dual import as_activation

MOST_BOXES = 20_000
radius = Symbol("s", real=True)
"""|w| = tanh(artanh(r)/2), the modulus of a state of three samples."""

anisotropy = 2 * radius / (1 + radius**2)
"""r, the anisotropy of M G M, as a function of |w|."""

anisotropy_bound = 1 - (1 - radius) * (1 - radius**3) / ((1 + radius) * (1 + radius**3))
"""(T3): one layer's anisotropy is at most this, whatever the activation; below `anisotropy` on 0 < |w| < 1, (T4)."""


@dataclass(frozen=True)
class ThreeSampleCertificate:
    """A proof, or how far it got.

    Attributes:
        activation: name.
        formula: the activation, as text.
        proved: whether |R(w)| < 2|w|/(1 + |w|^2) holds on the whole punctured disc.
        slope_at_zero: ball around |R(w)|/|w| at w = 0; must be below 2.
        rim_slope: lower bound of -d(D^2 - |N|^2)/ds over the boxes at the rim |w| = 1, (11).
        boxes: those on which the inequality was shown, as (test, s_low, s_high, t_low, t_high) with angle pi t.
        undecided: boxes that stay open.
        bits: working precision.
        seconds: wall time.
        reason: what stopped the proof, or empty.
        series: the enclosed coefficients, `to_data` form.
    """

    activation: str
    formula: str
    proved: bool
    slope_at_zero: arb | None
    rim_slope: arb | None
    boxes: tuple[tuple[str, Fraction, Fraction, Fraction, Fraction], ...]
    undecided: tuple[Box, ...]
    bits: int
    seconds: float
    reason: str
    series: dict[str, Any]

    def __bool__(self) -> bool:
        raise TypeError("a certificate is not a boolean: read .proved, and .reason where it is False")

    def to_json(self) -> dict[str, Any]:
        """Everything as strings, integers and lists, exact numbers as p/q."""
        return {
            "statement": "n = 3, centred batch normalisation: |R(w)| < 2|w|/(1+|w|^2) for 0 < |w| < 1",
            "activation": self.activation,
            "formula": self.formula,
            "proved": self.proved,
            "slope_at_zero": None if self.slope_at_zero is None else to_data(self.slope_at_zero),
            "rim_slope": None if self.rim_slope is None else to_data(self.rim_slope),
            "boxes": [[test, *map(str, ends)] for test, *ends in self.boxes],
            "undecided": [[str(e) for side in box.sides for e in side] for box in self.undecided],
            "bits": self.bits,
            "seconds": round(self.seconds, 3),
            "reason": self.reason,
            "series": self.series,
        }


@dataclass(frozen=True)
class DiscMap:
    """Coefficients of (8): D = sum_j weight_j s^{3j} cos j tau, N = s (sum_j forward_j s^{3j} e^{i j tau} + sum_j backward_j
    s^{3j+1} e^{-i(j+1) tau}), and symmetric balls for all later terms together and for their s-derivatives."""

    weights: tuple[arb, ...]
    forward: tuple[arb, ...]
    backward: tuple[arb, ...]
    tail: arb
    tail_slope: arb

    @classmethod
    def of(cls, series: CircleSeries) -> DiscMap:
        """Convolutions of the coefficients with index 1 modulo 3, (6) and (7), with their tails, (9)."""
        count = len(series.coefficients)
        q, size = series.decay, series.size
        kept = {k: series.coefficients[abs(k)] for k in range(1 - count, count) if k % 3 == 1}
        # pairs with an index beyond the kept ones
        missing = symmetric(4 * size * size * q**count / (1 - q**3))

        def convolution(m: int, sign: int) -> arb:
            others = ((k, sign * (m - k)) for k in kept)
            return sum((kept[k] * kept[j] for k, j in others if j in kept), arb(0)) + missing

        terms = max(2, count // 6)
        weights = [convolution(6 * j, -1) * (1 if j == 0 else 2) for j in range(terms)]
        forward = [convolution(2 + 6 * j, 1) for j in range(terms)]
        backward = [convolution(-4 - 6 * j, 1) for j in range(terms)]
        tail, slope = (symmetric(v) for v in _tails(6 * terms - 2, q, size))
        return cls(tuple(weights), tuple(forward), tuple(backward), tail, slope)

    def parts(self, s: arb, tau: arb) -> tuple[arb, arb, arb, arb, arb, arb]:
        """D, Re N/s, Im N/s (N rotated by the angle of w), and the s-derivatives of D, Re N, Im N."""
        cube = s * s * s
        d, dd = self.tail, self.tail_slope
        re, im, dre, dim = self.tail, self.tail, self.tail_slope, self.tail_slope
        power, lower = arb(1), arb(0)
        for j, (a, b, c) in enumerate(zip(self.weights, self.forward, self.backward)):
            cos, sin = (tau * j).cos(), (tau * j).sin()
            cos1, sin1 = (tau * (j + 1)).cos(), (tau * (j + 1)).sin()
            d += a * power * cos
            re += b * power * cos + c * power * s * cos1
            im += b * power * sin - c * power * s * sin1
            dre += power * (b * cos * (3 * j + 1) + c * s * cos1 * (3 * j + 2))
            dim += power * (b * sin * (3 * j + 1) - c * s * sin1 * (3 * j + 2))
            dd += a * cos * (3 * j) * lower * s * s
            power, lower = power * cube, power
        return d, re, im, dd, dre, dim

    def inside(self, s: arb, tau: arb) -> arb:
        """4 D^2 - (1 + s^2)^2 |N/s|^2: positive where the inequality holds, (10)."""
        d, re, im, *_ = self.parts(s, tau)
        rim = 1 + s * s
        return 4 * d * d - rim * rim * (re * re + im * im)

    def at_rim(self, low: Fraction, tau: arb) -> tuple[arb, arb]:
        """(11) on s in [low, 1]: what must be positive, and minus the s-derivative of D^2 - |N|^2."""
        s = rational_ball(low).union(arb(1))
        d, re, im, dd, dre, dim = self.parts(s, tau)
        falling = 2 * s * (re * dre + im * dim) - 2 * d * dd
        one_plus, rim = 1 + s, 1 + s * s
        return falling - d * d * (1 - rational_ball(low)) * one_plus * one_plus / (rim * rim), falling


def _tails(start: int, q: arb, size: arb) -> tuple[arb, arb]:
    """Bounds of sum |coefficient of index m| and of sum m |...| over all m >= start, both conjugates: (9)."""
    c = 1 + 2 * q * q / (1 - q * q)
    a = start + c
    first = a / (1 - q) + q / (1 - q) ** 2
    second = a * a / (1 - q) + 2 * a * q / (1 - q) ** 2 + q * (1 + q) / (1 - q) ** 3
    scale = 2 * size * size * q**start
    return (scale * first).abs_upper(), (scale * second).abs_upper()


def three_sample_convergence(
    activation: Activation | str | Expr,
    *,
    bits: int = 80,
    seconds: float | None = 120.0,
    progress: Callable[[int, int], None] | None = None,
) -> ThreeSampleCertificate:
    """Prove that three samples converge to G_* from every start with M G M of rank two.

    Args:
        activation: analytic around [-sqrt 2, sqrt 2] (tanh, erf, GELU, sine, ...); kinked ones come back unproved with the
            reason.
        bits: working precision.
        seconds: time limit, None for none.
        progress: called with (boxes shown, boxes open).

    Returns:
        A `ThreeSampleCertificate`; ``proved`` is certain when True and says nothing when False.

    >>> three_sample_convergence("sin").proved
    True
    """
    activation = as_activation(activation)
    started = time.monotonic()
    with working_bits(bits):
        try:
            series = circle_series(activation.formula, bits - 16)
        except UndecidedError as failure:
            return _unproved(activation, bits, started, failure.advice)
        disc = DiscMap.of(series)
        head = disc.weights[0]
        if not head > 0:
            return _unproved(
                activation,
                bits,
                started,
                "the mean of |v|^2 is not certainly positive: sigma may be a function of T_3(x/sqrt 2), as a constant is",
            )
        slope = abs(disc.forward[0]) / head
        shown, open_boxes, reason, rate = _cover(disc, started, seconds, progress)
        data = {
            "half_width": str(series.half_width),
            "size": to_data(series.size),
            "weights": [to_data(v) for v in disc.weights],
            "forward": [to_data(v) for v in disc.forward],
            "backward": [to_data(v) for v in disc.backward],
            "tail": to_data(disc.tail),
            "tail_slope": to_data(disc.tail_slope),
        }
    proved = not open_boxes and not reason
    return ThreeSampleCertificate(
        activation.name, str(activation.formula), proved, slope, rate, tuple(shown), tuple(open_boxes[:500]), bits,
        time.monotonic() - started, reason, data,
    )  # fmt: skip


def _unproved(activation: Activation, bits: int, started: float, reason: str) -> ThreeSampleCertificate:
    return ThreeSampleCertificate(
        activation.name,
        str(activation.formula),
        False,
        None,
        None,
        (),
        (),
        bits,
        time.monotonic() - started,
        reason,
        {},
    )


def _cover(
    disc: DiscMap, started: float, seconds: float | None, progress: Callable[[int, int], None] | None
) -> tuple[list[tuple[str, Fraction, Fraction, Fraction, Fraction]], list[Box], str, arb | None]:
    """Halve the rectangle s in [0, 1], tau = pi t in [0, pi] until (10) or, at the rim, (11) holds on each box."""
    zero, one = Fraction(0), Fraction(1)
    pending = [Box(((zero, one), (zero, one)))]
    shown: list[tuple[str, Fraction, Fraction, Fraction, Fraction]] = []
    rate: arb | None = None
    reason = ""
    while pending:
        box = pending.pop()
        (low, high), (t_low, t_high) = box.sides
        tau = arb.pi() * rational_ball(t_low).union(rational_ball(t_high))
        test = ""
        if high < 1 and disc.inside(rational_ball(low).union(rational_ball(high)), tau) > 0:
            test = "inside"
        elif high == 1:
            enough, falling = disc.at_rim(low, tau)
            if enough > 0:
                test = "rim"
                rate = falling.lower() if rate is None else rate.min(falling.lower())
            elif disc.inside(rational_ball(low).union(arb(1)), tau) > 0:
                test = "inside"
        if test:
            shown.append((test, low, high, t_low, t_high))
            if progress is not None:
                progress(len(shown), len(pending))
            continue
        if len(shown) + len(pending) >= MOST_BOXES or (seconds is not None and time.monotonic() - started > seconds):
            pending.append(box)
            reason = f"{len(shown)} boxes shown, {len(pending)} open after {time.monotonic() - started:.0f} s, one of them {box}"
            break
        # the rim needs thin rings first, then short arcs
        radial = (high - low) * 2 >= (t_high - t_low)
        pending += box.split(0 if radial else 1)
    return shown, pending, reason, rate
