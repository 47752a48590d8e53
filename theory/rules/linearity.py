"""Linearity: sums and constants come out of a mean."""

from __future__ import annotations

from sympy import Add, Expr, Mul, cosh, erfc, exp, expand, sinh

from theory.expectation import Mean
from theory.rules.base import NotApplicable, Rule

MAX_TERMS = 400


def apply(mean: Mean) -> Expr:
    variables = mean.law.variables
    body = mean.expression
    if not body.has(*variables):
        return body
    wide = body.replace(sinh, lambda t: (exp(t) - exp(-t)) / 2).replace(cosh, lambda t: (exp(t) + exp(-t)) / 2)
    wide = wide.replace(erfc, lambda t: 1 - erf_of(t))
    for _ in range(2):  # powers of sums first, then their products
        wide = Add(*(Mul(*map(_expanded, Mul.make_args(term))) for term in Add.make_args(wide)))
        wide = _expanded(wide)
    wide = Add(*(_joined(term) for term in Add.make_args(wide)))
    terms = Add.make_args(wide)
    if len(terms) > MAX_TERMS:
        raise NotApplicable(f"the integrand has {len(terms)} terms, more than {MAX_TERMS}")
    constants = [t.as_independent(*variables, as_Add=False) for t in terms]
    if len(terms) == 1 and constants[0][0] == 1 and constants[0][1] == body:
        raise NotApplicable("the integrand is a single term without a constant factor")
    return Add(*(k * (mean.func(rest, mean.law) if rest != 1 else 1) for k, rest in constants))


def _expanded(e: Expr) -> Expr:
    """Products and powers of sums multiplied out; denominators stay as they are."""
    below = [f for f in Mul.make_args(e) if f.is_Pow and f.exp.is_number and f.exp.is_negative]
    above = Mul(*(f for f in Mul.make_args(e) if f not in below))
    wide = expand(above, deep=False, power_exp=False, power_base=False, log=False)
    return Add(*(Mul(*below, term) for term in Add.make_args(wide))) if below else wide


def erf_of(argument: Expr) -> Expr:
    from sympy import erf

    return erf(argument)


def _joined(term: Expr) -> Expr:
    """One exponential a term: exp(a) exp(b) = exp(a + b)."""
    exponent, rest = [], []
    for factor in Mul.make_args(term):
        if isinstance(factor, exp):
            exponent.append(factor.args[0])
        elif factor.is_Pow and isinstance(factor.base, exp) and factor.exp.is_Integer:
            exponent.append(factor.base.args[0] * factor.exp)
        else:
            rest.append(factor)
    return Mul(*rest, exp(expand(Add(*exponent)))) if exponent else term


LINEARITY = Rule("linearity", r"\mathbb{E}[a f + b g] = a\,\mathbb{E} f + b\,\mathbb{E} g", apply, partial=True)
