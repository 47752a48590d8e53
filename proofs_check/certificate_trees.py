"""Expressions as the trees that `proofs_check.recheck` reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Abs, Add, E, Expr, Heaviside, Max, Min, Mul, Pow, Rational, S, Symbol, exp, pi, sqrt
from sympy import functions as sf

from proofs_check import recheck
from proofs_check.chain import _ChainNumber
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereLaw, SphereMean

Tree = list[Any]
_FUNCTIONS = {getattr(sf, name): name for name in ("log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
                                                   "erf", "erfc")}  # fmt: skip


class CertificateError(ValueError):
    """Something has no form that the checker reads; the message says what."""


def rational_tree(value: Fraction | Rational) -> list[str]:
    fraction = Fraction(int(value.p), int(value.q)) if isinstance(value, Rational) else value
    return [str(fraction.numerator), str(fraction.denominator)]


def to_tree(expression: Expr, moments: bool = False) -> Tree:
    """A sympy expression as the checker's tree; `moments`: means of powers as moments, which identities alone may hold.

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
        return ["exp", ["q", "1", "1"]]
    if isinstance(expression, Symbol):
        return ["var", expression.name]
    if isinstance(expression, (Add, Mul)):
        return ["+" if isinstance(expression, Add) else "*", *(to_tree(a, moments) for a in expression.args)]
    if isinstance(expression, (Max, Min)):
        tree = to_tree(expression.args[0])
        for argument in expression.args[1:]:
            tree = ["max" if isinstance(expression, Max) else "min", tree, to_tree(argument)]
        return tree
    if isinstance(expression, exp):
        return ["exp", to_tree(expression.args[0])]
    if isinstance(expression, Abs):
        return ["abs", to_tree(expression.args[0])]
    if isinstance(expression, Pow):
        return _power(expression.base, expression.exp, moments)
    if isinstance(expression, Mean):
        found = moment_tree(expression) if moments else None
        return _mean(expression) if found is None else found
    if isinstance(expression, _ChainNumber):
        raise CertificateError(
            "the checker does not know finite-width numbers, which are simulated or derived, not enclosed"
        )
    name = _FUNCTIONS.get(expression.func)
    if name is None:
        raise CertificateError(f"the checker does not know {expression.func.__name__}")
    return [name, to_tree(expression.args[0])]


def _power(base: Expr, exponent: Expr, moments: bool) -> Tree:
    if exponent.is_Integer and abs(int(exponent)) <= recheck.MOST_POWER:
        return ["^", to_tree(base, moments), str(int(exponent))]
    if (2 * exponent).is_Integer and abs(int(2 * exponent)) <= recheck.MOST_POWER:
        return ["^", ["sqrt", to_tree(base)], str(int(2 * exponent))]
    raise CertificateError(f"the checker knows whole and half powers, not {exponent}")


def _mean(mean: Mean) -> Tree:
    law, body = mean.law, mean.expression
    used = [v for v in law.variables if v in body.free_symbols]
    if mean.free_symbols or not 1 <= len(used) <= 2:
        raise CertificateError("the checker knows means of one or two coordinates without parameters")
    factors = Mul.make_args(body)
    parts = [Mul(*(f for f in factors if v in f.free_symbols)) for v in used]
    if any(len(f.free_symbols & set(used)) > 1 for f in factors):
        raise CertificateError("the checker knows means of two coordinates of products f(x) g(y) alone")
    names = [Symbol("x", real=True), Symbol("y", real=True)]
    constant = Mul(*(f for f in factors if not f.free_symbols & set(used)))
    if isinstance(mean, GaussianMean) and isinstance(law, GaussianLaw):
        index = [law.variables.index(v) for v in used]
        scales = [sqrt(law.covariance[i, i]) for i in index]
        bodies = [to_tree(p.xreplace({v: s * n})) for p, v, s, n in zip(parts, used, scales, names, strict=False)]
        tree: Tree = ["gauss", bodies[0], "x"]
        if len(used) == 2:
            tree += [
                bodies[1],
                "y",
                rational_tree(_rational(law.covariance[index[0], index[1]] / (scales[0] * scales[1]))),
            ]
    elif (
        isinstance(mean, SphereMean) and isinstance(law, SphereLaw) and law.dimension.is_Integer and law.dimension >= 2
    ):
        bodies = [to_tree(p.xreplace({v: n})) for p, v, n in zip(parts, used, names, strict=False)]
        tree = ["sphere", bodies[0], "x"]
        if len(used) == 2:
            tree += [bodies[1], "y", str(int(law.dimension)), rational_tree(_rational(law.correlation))]
        else:
            tree += [str(int(law.dimension))]
    else:
        raise CertificateError(f"the checker does not know the law {law}")
    return tree if constant == 1 else ["*", to_tree(constant), tree]


def _rational(value: Expr) -> Rational:
    if not value.is_Rational:
        raise CertificateError(f"the checker takes rational correlations, not {value}")
    return value  # type: ignore[return-value]


def moment_tree(mean: Mean) -> Tree | None:
    """A mean of powers of coordinates for identities, where the batch size may be a symbol; None where it is none.

    Powers of ``max(0, z)`` and of the step function, which is its power 0, are read for one coordinate.
    """
    law = mean.law
    if isinstance(law, SphereLaw) and isinstance(law.batch_size, Symbol):
        kind, batch = "centred" if law.centered else "uncentred", law.batch_size.name
    elif isinstance(law, GaussianLaw) and law.covariance.is_Identity:
        kind, batch = "normal", "unused"
    else:
        return None
    powers, positive = dict.fromkeys(law.variables, 0), False
    for factor in Mul.make_args(mean.expression):
        base, exponent = factor.as_base_exp()
        part = next(
            (v for v in law.variables if base == Max(0, v) or (base.func is Heaviside and base.args[0] == v)), None
        )
        if part is not None:
            positive, exponent = True, exponent if isinstance(base, Max) else S.Zero
        if (part or base) not in powers or not (exponent.is_Integer and exponent >= 0):
            return None
        powers[part or base] += int(exponent)
    used = [k for k in powers.values() if k] or [0]
    if positive and (len(mean.expression.free_symbols) > 1 or used[0] % 2):
        return None
    return ["positive moment" if positive else "moment", kind, batch, *map(str, used)]
