"""Confirm a derived closed form of a dual by what shares no code with the derivation: balls of the mean at hard points.

Two checks: the form against the mean at correlations 0, near 1 and near -1, and at unequal variances; and its derivative
in the covariance against Price's mean ``E sigma'(u) sigma'(v)``.  theory's rules take no part: the means are enclosed by
quadrature from the formula of the activation.  Where no ball can be had and the activation is homogeneous (of any real
degree), an integral over the circle in many digits takes its place.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import mpmath
from sympy import Expr, Integer, Rational, Symbol

from numerics.enclose import enclose
from numerics.literal.homogeneous_dual import homogeneous_dual
from proofs_check.time_limit import TimeLimitReached, time_limit
from theory.activations.base import Activation
from theory.conventions import z
from theory.expectation import GaussianLaw, GaussianMean, Mean

C = Symbol("c", real=True)
Q1, Q2 = Symbol("q_1", positive=True), Symbol("q_2", positive=True)
BITS, DIGITS = 80, 12
SECONDS = 20.0
VALUE, PRICE = "the mean", "Price's mean of derivatives"

Point = tuple[Expr, Expr, Expr]
UNEQUAL: Point = (Rational(13, 10), Rational(7, 10), Rational(-2, 5))
ONE = Integer(1)
HARD: tuple[Point, ...] = (
    UNEQUAL,
    (ONE, ONE, Integer(0)),
    (ONE, ONE, Rational(15, 16)),
    (ONE, ONE, Rational(-15, 16)),
)


@dataclass(frozen=True)
class Check:
    """One comparison, in balls unless it says otherwise; `agrees` is None where no narrow ball could be had."""

    kind: str
    point: Point
    agrees: bool | None
    by: str = "balls"


@dataclass(frozen=True)
class ConfirmedForm:
    """A derived form and the checks it went through.

    Args:
        form: in the symbols c, q_1, q_2.
        checks: in the order they were made.
    """

    form: Expr
    checks: tuple[Check, ...]

    @property
    def confirmed(self) -> bool:
        """No check failed, and both kinds of check were decided at unequal variances."""
        decided = {c.kind for c in self.checks if c.agrees and c.point == UNEQUAL}
        return decided == {VALUE, PRICE} and all(c.agrees is not False for c in self.checks)

    def __str__(self) -> str:
        words = {True: "agrees with", False: "disagrees with", None: "is undecided against"}
        parts = []
        for outcome in (False, True, None):
            for kind in (VALUE, PRICE):
                hit = [c for c in self.checks if c.kind == kind and c.agrees is outcome]
                if hit:
                    by = " and ".join(dict.fromkeys(c.by for c in hit))
                    at = ", ".join(f"({', '.join(map(str, c.point))})" for c in hit)
                    parts.append(f"{words[outcome]} {kind} at {at} by {by}")
        return "; ".join(parts) + " [points are (q_1, q_2, c)]" if parts else "not checked"


def symbolic_dual(activation: Activation) -> GaussianMean:
    """The dual as a mean in the symbols `Q1`, `Q2`, `C`."""
    return GaussianMean(activation(z[0]) * activation(z[1]), GaussianLaw(z[:2], [[Q1, C], [C, Q2]]))


def confirm_form(activation: Activation, form: Expr, seconds: float = SECONDS) -> ConfirmedForm:
    """Check a closed form of a dual in balls at hard points, and its derivative by Price's theorem.

    Args:
        activation: sigma.
        form: expression in `C`, `Q1`, `Q2`, without means.
        seconds: time for all checks; what is left then counts as undecided.

    Returns:
        The form with its checks; a form that disagrees anywhere is wrong.

    Raises:
        ValueError: the form still contains means, or other symbols.

    >>> from theory import activations
    >>> confirm_form(activations.get("identity"), C).confirmed
    True
    >>> confirm_form(activations.get("identity"), C + Q1 / 1000).confirmed
    False
    """
    if form.has(Mean) or form.free_symbols - {C, Q1, Q2}:
        raise ValueError(f"a closed form has the symbols c, q_1, q_2 and no means, unlike {form}")
    mean = symbolic_dual(activation)
    sides = {VALUE: (form, mean), PRICE: (form.diff(C), mean.diff(C))}
    end = time.monotonic() + seconds
    checks: list[Check] = []
    roots = activation.homogeneity is not None and not activation.homogeneity.is_integer  # no balls at their kink
    for point in HARD:
        at = dict(zip((Q1, Q2, C), point))
        for kind in (VALUE, PRICE):
            left, right = (side.subs(at) for side in sides[kind])
            seconds_left = min(end - time.monotonic(), seconds / 3)
            check = Check(kind, point, None if roots else _agree(left, right, seconds_left))
            if check.agrees is None and activation.homogeneity is not None:
                check = Check(kind, point, _agree_on_the_circle(activation, left, kind, point), "quadrature")
            checks.append(check)
            if check.agrees is False:
                return ConfirmedForm(form, tuple(checks))
    return ConfirmedForm(form, tuple(checks))


def _agree(left: Expr, right: Expr, seconds: float) -> bool | None:
    if seconds <= 0:
        return None
    sides = []
    try:
        with time_limit(seconds + 2):
            for side in (left, right):
                ball = enclose(side, BITS, seconds=seconds).ball
                if ball is None or not ball.is_finite():
                    return None
                sides.append(ball)
    except (TimeLimitReached, SystemError, ValueError, NotImplementedError, ArithmeticError):
        return None  # SystemError: the time was up inside a callback of flint
    scale = max(abs(float(side.mid())) for side in sides)
    if any(float(side.rad()) > max(scale, 1e-6) * 10.0**-DIGITS for side in sides):
        return None
    return bool(sides[0].overlaps(sides[1]))


def _agree_on_the_circle(activation: Activation, value: Expr, kind: str, point: Point) -> bool | None:
    """The same comparison to `DIGITS` digits with one integral over the circle, for a homogeneous activation."""
    degree, factors = activation.homogeneity, (activation(-1), activation(1))
    assert degree is not None
    if kind == PRICE:
        if degree <= 0 or (degree - 1) * 2 <= -2:
            return None
        degree, factors = degree - 1, (-degree * factors[0], degree * factors[1])
    witness = homogeneous_dual(*factors, degree, *point, digits=DIGITS + 3)
    with mpmath.workdps(30):
        number = mpmath.mpmathify(value.evalf(30))
        return bool(abs(number - witness) <= mpmath.mpf(10) ** -DIGITS * (1 + abs(witness)))
