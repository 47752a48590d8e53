"""The dual activation E[sigma(u) sigma(v)] as a number with an error bound, and its closed form where one is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr, Rational, Symbol

from proofs_check.analysis import Number, number
from proofs_check.comparison import agree_closely
from proofs_check.time_limit import TimeLimitReached, time_limit
from theory.activations.base import Activation
from theory.conventions import rho, z
from theory.expectation import GaussianLaw, GaussianMean, Mean

CLOSED_FORM_SECONDS = 10.0
C = Symbol("c", real=True)
Q1, Q2 = Symbol("q_1", positive=True), Symbol("q_2", positive=True)


@dataclass(frozen=True)
class DualValue:
    """A value of a dual activation.

    Args:
        number: the value and what it is worth.
        closed_form: in the symbols c, q_1, q_2 (or rho at unit variances); None where none was confirmed.
    """

    number: Number
    closed_form: Expr | None


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
    mean = GaussianMean(activation(z[0]) * activation(z[1]), GaussianLaw(z[:2], [[Q1, C], [C, Q2]]))
    value = mean.subs(exact)
    return DualValue(number(value, digits), _closed_form(activation, mean, value, exact))


def _closed_form(activation: Activation, mean: GaussianMean, value: Expr, exact: dict[Symbol, Expr]) -> Expr | None:
    """A derived form that agrees in balls with the mean at the point asked for."""
    candidates: list[tuple[Expr, Expr]] = []
    try:
        with time_limit(CLOSED_FORM_SECONDS):
            derived = mean.doit()
            if isinstance(derived, Expr) and not derived.atoms(Mean):
                candidates.append((derived, derived.subs(exact)))
    except (TimeLimitReached, ValueError, TypeError, NotImplementedError, ArithmeticError):
        pass
    if activation.dual is not None and exact[Q1] == exact[Q2] == 1:
        candidates.append((activation.dual, activation.dual.subs(rho, exact[C])))
    for form, there in candidates:
        if agree_closely(there, value, 128, 20):
            return form
    return None


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)
