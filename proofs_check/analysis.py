"""Everything known about one network, as numbers that say what they are worth.

`theory.analysis` gives expressions; here each becomes a decimal with an error bound from an enclosing ball, or, where no
ball is known, the evaluator's estimate, labelled as one.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, S, oo

from proofs_check.decimal_text import decimal_of_interval, rounded_up, significant
from theory.analysis import KEYS, analyze
from theory.display import Displayed, text
from theory.expectation import SphereMean
from theory.mean_field import has_correlated_rows
from theory.network import Network, NetworkError
from theory.notation import OURS, Notation

BALL_SECONDS = 5.0
FEWEST_DIGITS = 16
FLUCTUATION_DIGITS = 12
SHIFTED_KINK_DIGITS = 12
FLOAT_DIGITS = 15
FEWEST_ESTIMATED = 6
ESTIMATE_SECONDS = 30.0


@dataclass(frozen=True)
class Number(Displayed):
    """A value and what it is worth.

    Args:
        value: a decimal string, "inf", a boolean, or None.
        error_bound: bound on the distance of `value` from the truth; None where there is no number.
        method: how it was found; the reason where `value` is None.
        formula: the expression behind it, for LaTeX.
    """

    value: str | bool | None
    error_bound: str | None
    method: str
    formula: Expr | None = None

    def latex(self, notation: Notation | str = OURS) -> str:
        """The value, and the interval that its error bound leaves."""
        from proofs_check.latex import power_of_ten

        if self.value is None or isinstance(self.value, bool):
            return text(self.method if self.value is None else f"{'yes' if self.value else 'no'} ({self.method})")
        if self.value == "inf":
            return r"\infty"
        exact = self.error_bound in (None, "0")
        return power_of_ten(self.value) + ("" if exact else rf" \pm {power_of_ten(str(self.error_bound))}")

    def __str__(self) -> str:
        shown = (
            {None: "no number", True: "yes", False: "no"}[self.value] if not isinstance(self.value, str) else self.value
        )
        error = "" if self.error_bound in (None, "0") else f" +/- {self.error_bound}"
        return f"{shown}{error} ({self.method})"

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, "error_bound": self.error_bound, "method": self.method}


@dataclass(frozen=True)
class _Interval:
    lower: Fraction
    upper: Fraction


def analyze_network(network: Network, digits: int = 20) -> dict[str, Number]:
    """The keys of ``gramchain analyze`` for one network.

    Args:
        network: batch normalisation with epsilon = 0, an integer batch size.
        digits: significant digits of the decimals.

    Returns:
        One `Number` for each of `theory.analysis.KEYS`.

    Raises:
        NetworkError: no batch normalisation, a symbolic batch size, or epsilon > 0.

    >>> analyze_network(Network("identity", batch_size=4), digits=5)["contraction_rate"].value
    '0.6'
    """
    if not network.batch_size.is_Integer:
        raise NetworkError(f"an analysis needs an integer batch size, not {network.batch_size}")
    formulas = analyze(network)
    # pairs with a kink away from 0 come from a series that converges like a power of its order
    most = SHIFTED_KINK_DIGITS if any(kink != 0 for kink in network.activation.kinks) else digits
    enclosed: dict[tuple[Expr, int], _Interval | None] = {}

    def enclosure(formula: Expr, wanted: int = digits) -> _Interval | None:
        if (formula, wanted) not in enclosed:
            enclosed[formula, wanted] = _enclosed(formula, min(wanted, most))
        return enclosed[formula, wanted]

    stable = _stable(formulas["stable"], enclosure)
    numbers: dict[str, Number] = {}
    estimates = _without_formula(network, digits)
    for key in KEYS:
        formula = formulas[key]
        if key in estimates:
            numbers[key] = estimates[key]
        elif isinstance(formula, tuple):
            numbers[key] = Number(None, None, formula[1])
        elif key == "stable":
            numbers[key] = stable
        elif key == "fluctuation_constant" and stable.value is not True:
            why = "is unstable: fluctuations about it do not settle" if stable.value is False else "may be unstable"
            numbers[key] = Number(None, None, f"the fixed point {why}")
        else:
            # means of four coordinates: each digit costs more than all the other numbers together
            wanted = (
                max(FLUCTUATION_DIGITS, digits // 3)
                if key == "fluctuation_constant" and needs_four(formula)
                else digits
            )
            numbers[key] = number(formula, min(wanted, digits), enclosure)
    return numbers


def needs_four(formula: Expr) -> bool:
    """Whether a formula contains a mean of three or more coordinates."""
    return any(len(mean.law.variables) > 2 for mean in formula.atoms(SphereMean))


def _without_formula(network: Network, digits: int) -> dict[str, Number]:
    """Float estimates where rows at the fixed point are not uniform (uncentred, activation not odd); else nothing."""
    if not has_correlated_rows(network):
        return {}
    from numerics.uncentered.fixed_point import Estimate, uncentered_analysis

    numbers: dict[str, Number] = {}
    try:
        found = uncentered_analysis(network)
    except ValueError as error:
        return {key: Number(None, None, str(error)) for key in KEYS}
    for key, entry in found.items():
        if not isinstance(entry, Estimate):
            numbers[key] = Number(None, None, entry[1])
        elif key == "stable":
            decided = abs(entry.value) > entry.error
            numbers[key] = Number(entry.value > 0 if decided else None, None, entry.method)
        elif math.isinf(entry.value):
            numbers[key] = Number("inf", None, entry.method)
        else:
            shown = f"{entry.value:.{min(digits, _places(entry.value, entry.error))}g}"
            numbers[key] = Number(
                shown, rounded_up(Fraction(entry.error + abs(float(shown) - entry.value))), entry.method
            )
    return {**numbers, **_uncentered_digits(network, digits)}


def _places(value: float, error: float) -> int:
    """Significant digits worth showing: two beyond the error, at most those of a float."""
    if value == 0 or error == 0:
        return FLOAT_DIGITS
    return min(FLOAT_DIGITS, max(2, math.floor(math.log10(abs(value) / error)) + 3))


def _uncentered_digits(network: Network, digits: int) -> dict[str, Number]:
    """The fixed point of an uncentred network with a homogeneous activation, to so many digits."""
    import mpmath

    from numerics.uncentered.digits import fixed_point_digits, has_digits

    if not has_digits(network):
        return {}
    n, point = int(network.batch_size), fixed_point_digits(network, digits)
    with mpmath.workdps(digits + 15):
        b, c = point.diagonal, point.correlation
        spread, top = 1 - c, 1 + (n - 1) * c
        values = {"b": b, "c": c, "mu": b * spread, "condition_number": max(top / spread, spread / top)}
        method = "Laplace integral by a doubly exponential sum; the error is estimated by refining it"
        numbers = {}
        for key, value in values.items():
            shown = mpmath.nstr(value, digits)
            # the condition number is a ratio with derivative at most n/spread^2 in c
            growth = n / spread**2 if key == "condition_number" else 2
            error = growth * point.error + abs(mpmath.mpf(shown) - value)
            numbers[key] = Number(shown, mpmath.nstr(error * mpmath.mpf("1.01"), 3), method)
        return numbers


def number(formula: Expr, digits: int, enclosure: Any = None) -> Number:
    """One expression as a number: a ball if there is one, the evaluator's estimate otherwise."""
    if formula in (oo, S.Infinity):
        return Number("inf", None, "exact", formula)
    if formula.is_Rational:
        exact = Fraction(int(formula.p), int(formula.q))
        value, bound = decimal_of_interval(exact, exact, digits)
        return Number(value, bound, "exact", formula)
    interval = enclosure(formula, digits) if enclosure else _enclosed(formula, digits)
    if interval is not None:
        value, bound = decimal_of_interval(interval.lower, interval.upper, digits)
        return Number(value, bound, "ball", formula)
    return _estimated(formula, digits)


def _enclosed(formula: Expr, digits: int) -> _Interval | None:
    """The ends of a ball narrow enough for so many digits, or None."""
    from numerics.enclose import enclose

    enclosure = enclose(formula, math.ceil(digits * math.log2(10)) + 8, seconds=BALL_SECONDS)
    if enclosure.ball is None:  # fewer digits may be within reach
        return _enclosed(formula, digits // 2) if digits >= FEWEST_DIGITS else None
    lower, upper = enclosure.lower(), enclosure.upper()
    size = max(abs(lower), abs(upper))
    # a ball too wide to give a few digits is worth less than an honest estimate
    return (
        None if upper - lower > size * Fraction(1, 1000) and size > Fraction(1, 10**digits) else _Interval(lower, upper)
    )


def _estimated(formula: Expr, digits: int, seconds: float = ESTIMATE_SECONDS) -> Number:
    from numerics.errors import EvaluationError
    from numerics.evaluate import evaluate

    start = time.monotonic()
    try:
        evaluation = evaluate(formula, digits, seconds=seconds)
    except EvaluationError as error:
        # means of several coordinates with kinks away from 0 stop at float64
        left = seconds - (time.monotonic() - start)
        if digits > FEWEST_ESTIMATED and left > 0:
            return _estimated(formula, max(FEWEST_ESTIMATED, digits - 4), left)
        return Number(None, None, str(error), formula)
    value = _fraction(evaluation.value)
    if value is None:
        return Number("inf", None, "evaluation", formula)
    shown = significant(value, digits)
    estimate = _fraction(evaluation.error) or Fraction(0)
    bound = rounded_up(estimate + abs(Fraction(shown) - value))
    return Number(shown, bound, "estimate: no ball was found, and the error bound is the evaluator's own", formula)


def _fraction(value: Any) -> Fraction | None:
    from numerics.enclose import as_fraction

    try:
        return as_fraction(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _stable(margin: Any, enclosure: Any) -> Number:
    """Whether 1 - contraction_rate is certainly positive, certainly negative, or neither."""
    if isinstance(margin, tuple):
        return Number(None, None, margin[1])
    if margin.is_Rational:
        if margin == 0:
            return Number(None, None, "the contraction rate is exactly 1: the linearisation does not decide", margin)
        return Number(bool(margin > 0), None, "exact: contraction_rate compared with 1", margin)
    interval = enclosure(margin) or enclosure(margin, FEWEST_ESTIMATED)  # a sign needs few digits
    if interval is not None and interval.lower > 0:
        return Number(True, None, "ball: contraction_rate is certainly below 1", margin)
    if interval is not None and interval.upper < 0:
        return Number(False, None, "ball: contraction_rate is certainly above 1", margin)
    return Number(None, None, "undecided: no ball separates contraction_rate from 1; ask for more digits", margin)
