"""Any closed expression of the theory as a ball that certainly contains its value, or undecided with advice.

>>> from sympy import tanh
>>> from theory import GaussianLaw, GaussianMean
>>> from theory.conventions import x
>>> enclose(GaussianMean(tanh(x) ** 2, GaussianLaw(x))).contains(0.394)
False
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb
from sympy import Expr, Limit, Sum

from numerics.balls import Comparison, endpoints, less, mid_rad, same, to_data
from numerics.errors import UndecidedError
from numerics.formulas.enclosed_number import EnclosedNumber
from numerics.formulas.expressions import outermost_means, prepared, require_closed, scalar
from numerics.formulas.walker import real_function
from numerics.precision import Deadline, working_bits
from numerics.series.infinite_sums import sum_ball
from theory.display import Displayed, text
from theory.notation import OURS, Notation

FEWEST_BITS, MOST_BITS = 10, 40_000
_ROUNDS = (1.0, 1.5, 3.0, 8.0)


@dataclass(frozen=True)
class Enclosure(Displayed):
    """A ball that certainly contains the value, or None where none is known.

    Attributes:
        ball: `flint.arb`, finite, or None when undecided.
        bits: the accuracy asked for (relative, or absolute for a value that is 0 to that accuracy).
        method: how the ball was found.
        advice: what to do where the ball is missing or wider than asked.
    """

    ball: arb | None
    bits: int
    method: str
    advice: str = ""

    @property
    def decided(self) -> bool:
        """Whether there is a ball."""
        return self.ball is not None

    ok = decided

    def _known(self) -> arb:
        if self.ball is None:
            raise UndecidedEnclosureError(f"undecided at {self.bits} bits: {self.advice}")
        return self.ball

    def lower(self) -> Fraction:
        """The lower end, exactly; UndecidedEnclosureError where there is no ball."""
        return endpoints(self._known())[0]

    def upper(self) -> Fraction:
        """The upper end, exactly; UndecidedEnclosureError where there is no ball."""
        return endpoints(self._known())[1]

    @property
    def radius(self) -> Fraction | None:
        """Half the width, or None where there is no ball."""
        return None if self.ball is None else mid_rad(self.ball)[1]

    def contains(self, number: Any) -> bool:
        """Whether a rational number (int, Fraction, float as the dyadic number it is, exact sympy or mpmath number)
        lies in the ball."""
        low, high = endpoints(self._known())
        return low <= as_fraction(number) <= high

    def to_json(self) -> dict[str, Any]:
        """Exact data for JSON: mantissas and binary exponents as decimal strings."""
        return {"bits": self.bits, "method": self.method, "advice": self.advice,
                "ball": None if self.ball is None else to_data(self.ball)}  # fmt: skip

    def latex(self, notation: Notation | str = OURS) -> str:
        """The ball as midpoint and radius, or why there is none."""
        shown = str(self)
        if self.ball is None:
            return text(shown)
        return re.sub(
            r"e([-+]?)0*(\d+)",
            lambda found: rf" \cdot 10^{{{found[1].strip('+')}{found[2]}}}",
            shown.replace("+/-", r"\pm"),
        )

    def __str__(self) -> str:
        if self.ball is None:
            return f"undecided at {self.bits} bits: {self.advice}"
        return self.ball.str(max(5, int(self.bits * 0.30103)))


class UndecidedEnclosureError(ValueError):
    """An end of an undecided enclosure was asked for."""


def as_fraction(number: Any) -> Fraction:
    """An exact rational for a number that is one.

    Raises:
        TypeError: not a rational number.
    """
    if hasattr(number, "_mpf_") and not isinstance(number, arb):
        sign, mantissa, exponent, _ = number._mpf_
        value = Fraction(int(mantissa) * (-1 if sign else 1))
        return value * Fraction(2) ** int(exponent)
    if hasattr(number, "p") and hasattr(number, "q"):
        return Fraction(int(number.p), int(number.q))
    try:
        return Fraction(number)
    except (TypeError, ValueError) as failure:
        raise TypeError(f"expected a rational number, not {number!r}") from failure


def enclose(expression: Any, bits: int = 128, *, seconds: float | None = None) -> Enclosure:
    """A ball around the value of a closed expression.

    Args:
        expression: a sympy expression without free symbols: numbers, elementary and special functions, `GaussianMean`,
            `SphereMean`, ...
        bits: accuracy wanted, relative to the value; working precision grows as needed, up to 8 times.
        seconds: time limit, looked at between parts of the work; None for none.

    Returns:
        An `Enclosure`.  Undecided (``ball is None``) with advice where no rigorous method applies; never a guess.

    Raises:
        ValueError: `bits` outside 10 .. 40000.
        TypeError: not a scalar expression.
    """
    if isinstance(bits, bool) or not isinstance(bits, int) or not FEWEST_BITS <= bits <= MOST_BITS:
        raise ValueError(f"bits must be a whole number from {FEWEST_BITS} to {MOST_BITS}, not {bits!r}")
    body = scalar(expression)
    deadline = Deadline.after(seconds)
    with deadline.running():
        return _rounds(body, bits, deadline)


def _rounds(body: Expr, bits: int, deadline: Deadline) -> Enclosure:
    method = "means and ball arithmetic" if outermost_means(body) else "ball arithmetic"
    best: arb | None = None
    advice = ""
    for factor in _ROUNDS:
        working = int((bits + 12) * factor)
        try:
            ball = expression_ball(body, working, deadline)
        except UndecidedError as failure:
            advice = failure.advice
            break
        except (
            ArithmeticError,
            ValueError,
            TypeError,
            AttributeError,
            NotImplementedError,
            RecursionError,
            MemoryError,
        ) as failure:
            advice = f"the expression could not be read ({type(failure).__name__}: {failure}): simplify it"
            break
        if ball.is_finite():
            with working_bits(working + 30):  # at the ambient precision the midpoint would be rounded
                best = ball if best is None else best.intersection(ball)
            if _accurate(best, bits):
                break
            width = best.rad().str(3, radius=False)
            advice = f"cancellation leaves a radius of {width} at {working} bits: ask for more bits"
        else:
            advice = (
                f"no finite value at {working} bits: the expression is undefined there, diverges, "
                "or touches the edge of a domain"
            )
    if best is None:
        return Enclosure(None, bits, method, advice)
    return Enclosure(best, bits, method, "" if _accurate(best, bits) else advice)


def _accurate(ball: arb, bits: int) -> bool:
    radius = ball.rad()
    if ball.contains(0):
        return bool(radius <= arb(2) ** -bits)
    return bool(radius <= ball.abs_lower() * arb(2) ** (2 - bits))


def expression_ball(expression: Expr, bits: int, deadline: Deadline) -> arb:
    """One pass at a fixed precision; UndecidedError where no method applies."""
    require_closed(expression)
    expression = prepared(expression)
    limits = [node for node in expression.atoms(Limit) if not node.free_symbols]
    if limits:
        from numerics.series.limits import limit_ball

        expression = expression.xreplace({node: EnclosedNumber(limit_ball(node, bits, deadline)) for node in limits})
    if expression.has(Sum):
        sums = {node: EnclosedNumber(sum_ball(node, bits, deadline)) for node in expression.atoms(Sum)}
        expression = expression.xreplace(sums)
    means = outermost_means(expression)
    balls = [mean_enclosure(m, bits, deadline) for m in means]
    if means == [expression]:
        return balls[0]
    with working_bits(
        bits
    ):  # the means themselves are the variables: putting symbols in their place wakes Max and Abs up
        return real_function(expression, tuple(means))(*balls)


def mean_enclosure(mean: Any, bits: int, deadline: Deadline) -> arb:
    """The ball of one closed mean; means inside its law are enclosed first."""
    from numerics.ball_means.mean import mean_ball

    inner = {m for a in mean.args for m in outermost_means(a)}
    if inner:
        mean = mean.xreplace({m: EnclosedNumber(mean_enclosure(m, bits + 16, deadline)) for m in inner})
    return mean_ball(mean, bits, deadline)


def compare(left: Any, right: Any, relation: str = "<", bits: int = 128, *, seconds: float | None = None) -> Comparison:
    """What balls say about ``left relation right``.

    Args:
        relation: one of ``< <= > >= == !=``.  Equality can be refuted, and confirmed only where both balls are one
            exact number.

    Raises:
        ValueError: another relation, or `bits` out of range.
    """
    if relation not in _RELATIONS:
        raise ValueError(f"relation must be one of {' '.join(_RELATIONS)}, not {relation!r}")
    with Deadline.after(seconds).running():
        first, second = enclose(left, bits), enclose(right, bits)
    if first.ball is None or second.ball is None:
        return Comparison.UNDECIDED
    a, b = (second.ball, first.ball) if relation[0] == ">" else (first.ball, second.ball)
    if relation in ("==", "!="):
        answer = same(a, b)
        answer = answer if relation == "==" or answer is None else not answer
    elif relation in ("<", ">"):
        answer = less(a, b)
    else:
        strict = less(b, a)
        answer = None if strict is None else not strict
    return {True: Comparison.CERTAINLY_TRUE, False: Comparison.CERTAINLY_FALSE, None: Comparison.UNDECIDED}[answer]


_RELATIONS = ("<", "<=", ">", ">=", "==", "!=")
