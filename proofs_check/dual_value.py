"""The dual activation E[sigma(u) sigma(v)] as a number with an error bound, and its closed form where one is confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from sympy import Expr, Rational

from proofs_check.analysis import Number, number
from proofs_check.comparison import agree_closely
from proofs_check.confirmed_form import Q1, Q2, C, ConfirmedForm, confirm_form, symbolic_dual
from proofs_check.time_limit import TimeLimitReached, time_limit
from theory.activations.base import Activation
from theory.derivation import derive
from theory.expectation import GaussianMean

CLOSED_FORM_SECONDS = 10.0
VALUE_SECONDS = 10.0


@dataclass(frozen=True)
class DualValue:
    """A value of a dual activation.

    Args:
        number: the value and what it is worth.
        closed_form: in the symbols c, q_1, q_2; None where none was confirmed.
        checks: what the form was compared with, independently of its derivation, and what came out.
    """

    number: Number
    closed_form: Expr | None
    checks: str = ""


def dual_value(activation: Activation, c: Fraction, q1: Fraction, q2: Fraction, digits: int) -> DualValue:
    """E[sigma(u) sigma(v)] for (u, v) centred Gaussian with variances q1, q2 and covariance c.

    Args:
        activation: sigma.
        c: covariance, c^2 <= q1 q2.
        q1, q2: variances, positive.
        digits: significant digits wanted.

    Raises:
        ValueError: a covariance beyond what the variances allow.

    >>> from theory import activations
    >>> dual_value(activations.get("relu"), Fraction(0), Fraction(1), Fraction(1), 6).number.value
    '0.159155'
    """
    if c * c > q1 * q2:
        raise ValueError(f"the covariance {c} exceeds what the variances {q1} and {q2} allow: c^2 <= q1 q2")
    exact = {C: _rational(c), Q1: _rational(q1), Q2: _rational(q2)}
    mean = symbolic_dual(activation)
    value = mean.subs(exact)
    found = _closed_form(activation, mean)
    if found is None or not found.confirmed:
        return DualValue(number(value, digits), None, "" if found is None else str(found))
    try:
        with time_limit(VALUE_SECONDS):
            shown = number(value, digits)
            if shown.value is not None and agree_closely(found.form.subs(exact), value, 128, 20) is False:
                return DualValue(shown, None, "disagrees at the point asked for")
    except (TimeLimitReached, SystemError):  # SystemError: the time was up inside a callback of flint
        shown = number(found.form.subs(exact), digits)
        shown = replace(shown, method=f"{shown.method} of the closed form")
    return DualValue(shown, found.form, str(found))


def _closed_form(activation: Activation, mean: GaussianMean) -> ConfirmedForm | None:
    """The derived form with its checks, or None where the rules find none in time."""
    try:
        with time_limit(CLOSED_FORM_SECONDS):
            derivation = derive(mean)
    except (TimeLimitReached, ValueError, TypeError, NotImplementedError, ArithmeticError):
        return None
    return confirm_form(activation, derivation.form) if derivation.solved else None


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)
