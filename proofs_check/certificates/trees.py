"""Expressions as the trees that `proofs_check.recheck` reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import (
    Abs,
    Add,
    E,
    Expr,
    Heaviside,
    Limit,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    Symbol,
    atanh,
    exp,
    oo,
    pi,
    sign,
    sqrt,
)
from sympy import functions as sf

from proofs_check import recheck
from proofs_check.finite_width.chain import _ChainNumber
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereLaw, SphereMean

Tree = list[Any]
_FUNCTIONS = {getattr(sf, name): name for name in ("log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
                                                   "erf", "erfc")}  # fmt: skip
_MINUS, _ONE = ["q", "-1", "1"], ["q", "1", "1"]


class CertificateError(ValueError):
    """Something has no form that the checker reads; the message says what."""


def rational_tree(value: Fraction | Rational) -> list[str]:
    fraction = Fraction(int(value.p), int(value.q)) if isinstance(value, Rational) else value
    return [str(fraction.numerator), str(fraction.denominator)]


def to_tree(expression: Expr, exact: bool = False) -> Tree:
    """A sympy expression as the checker's tree; `exact`: means in closed form, otherwise by quadrature.

    Raises:
        CertificateError: a function, a mean or a power that the checker does not know.

    >>> from sympy import Symbol
    >>> to_tree(Symbol("t") ** 2 / 3)
    ['*', ['q', '1', '3'], ['^', ['var', 't'], '2']]
    """
    if isinstance(expression, Rational):
        return ["q", *rational_tree(expression)]
    if expression is pi:
        return ["pi"]
    if expression is E:
        return ["exp", _ONE]
    if isinstance(expression, Symbol):
        return ["var", expression.name]
    if isinstance(expression, (Add, Mul)):
        return ["+" if isinstance(expression, Add) else "*", *(to_tree(a, exact) for a in expression.args)]
    if isinstance(expression, (Max, Min)):
        # what varies comes first, so that max(0, x) and min(0, x) have one kink and not two
        first, *others = sorted(expression.args, key=lambda a: a.is_number)
        tree = to_tree(first, exact)
        for argument in others:
            tree = ["max" if isinstance(expression, Max) else "min", tree, to_tree(argument, exact)]
        return tree
    if isinstance(expression, Pow):
        return _power(expression.base, expression.exp, exact)
    if isinstance(expression, Mean):
        return _exact_mean(expression) if exact else _mean(expression)
    if isinstance(expression, _ChainNumber):
        raise CertificateError(
            "the checker does not know finite-width numbers, which are simulated or derived, not enclosed"
        )
    if isinstance(expression, Limit) and expression.args[2] is oo:
        return ["limit", to_tree(expression.args[0], exact), expression.args[1].name]
    inner = [to_tree(a, exact) for a in expression.args[:1]]
    if isinstance(expression, atanh):
        return ["*", ["q", "1", "2"], ["log", ["/", ["+", _ONE, *inner], ["+", _ONE, ["*", _MINUS, *inner]]]]]
    if isinstance(expression, (Heaviside, sign)) and exact:
        step = ["step", *inner]
        return step if isinstance(expression, Heaviside) else ["+", ["*", ["q", "2", "1"], step], _MINUS]
    name = {exp: "exp", Abs: "abs"}.get(expression.func) or _FUNCTIONS.get(expression.func)
    if name is None:
        raise CertificateError(f"the checker does not know {expression.func.__name__}")
    return [name, *inner]


def _power(base: Expr, exponent: Expr, exact: bool) -> Tree:
    if exponent.is_Integer and abs(int(exponent)) <= recheck.MOST_POWER:
        return ["^", to_tree(base, exact), str(int(exponent))]
    if (2 * exponent).is_Integer and abs(int(2 * exponent)) <= recheck.MOST_POWER:
        return ["^", ["sqrt", to_tree(base, exact)], str(int(2 * exponent))]
    return ["pow", to_tree(base, exact), to_tree(exponent, exact)]


def _exact_mean(mean: Mean) -> Tree:
    law, size = mean.law, len(mean.law.variables)
    if mean.expression.has(Mean):
        raise CertificateError("the checker does not know a mean in a mean")
    if size > (2 if isinstance(law, GaussianLaw) else 4):
        raise CertificateError("the checker knows means of at most two normal coordinates, or four on a sphere")
    names = [Symbol(f"_z{i}") for i in range(size)]
    if isinstance(law, GaussianLaw):
        kind: Tree = ["normal", [[to_tree(law.covariance[i, j]) for j in range(i + 1)] for i in range(size)]]
    elif isinstance(law, SphereLaw):
        kind = ["centred" if law.centered else "uncentred", to_tree(law.batch_size)]
    else:
        raise CertificateError(f"the checker does not know the law {type(law).__name__}")
    body = mean.expression.xreplace(dict(zip(law.variables, names, strict=True)))
    return ["mean", kind, [name.name for name in names], to_tree(body, True)]


def _mean(mean: Mean) -> Tree:
    law, body = mean.law, mean.expression
    used = [v for v in law.variables if v in body.free_symbols]
    if mean.free_symbols or not 1 <= len(used) <= 2:
        raise CertificateError("the checker knows means of one or two coordinates without parameters")
    factors = Mul.make_args(body)
    parts = [Mul(*(f for f in factors if v in f.free_symbols)) for v in used]
    if any(len(f.free_symbols & set(used)) > 1 for f in factors):
        raise CertificateError("the checker knows means of two coordinates of products f(x) g(y) alone")
    x = Symbol("x", real=True)
    constant = Mul(*(f for f in factors if not f.free_symbols & set(used)))
    if isinstance(mean, GaussianMean) and isinstance(law, GaussianLaw):
        index = [law.variables.index(v) for v in used]
        scales = [sqrt(law.covariance[i, i]) for i in index]
        tree: Tree = ["gauss", *(to_tree(p.xreplace({v: s * x})) for p, v, s in zip(parts, used, scales, strict=True))]
        correlation = law.covariance[index[0], index[-1]] / (scales[0] * scales[-1])
    elif (
        isinstance(mean, SphereMean) and isinstance(law, SphereLaw) and law.dimension.is_Integer and law.dimension >= 2
    ):
        bodies = [to_tree(p.xreplace({v: x})) for p, v in zip(parts, used, strict=True)]
        tree, correlation = ["sphere", str(int(law.dimension)), *bodies], law.correlation
    else:
        raise CertificateError(f"the checker does not know the law {law}")
    if len(used) == 2:
        tree.append(rational_tree(_rational(correlation)))
    return tree if constant == 1 else ["*", to_tree(constant), tree]


def _rational(value: Expr) -> Rational:
    if not value.is_Rational:
        raise CertificateError(f"the checker takes rational correlations, not {value}")
    return value  # type: ignore[return-value]
