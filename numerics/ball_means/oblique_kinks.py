"""Gaussian means whose integrand has kinks at linear forms of several coordinates: the form becomes a coordinate of its own.

What follows wants each factor of a product to have one coordinate.  ``max(u, v) = v + max(u - v, 0)``, and in a term with kinks at
one form w = a.x some coordinate that is otherwise a polynomial is replaced by its expression in w and the rest.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Add, Dummy, Expr, Heaviside, Matrix, Max, Min, Mul, Poly, S, Symbol, expand, sign

from numerics.errors import UndecidedError

KINKS = (Abs, Heaviside, Max, Min, sign)


def straightened(mean: Any) -> Expr:
    """The mean as a sum of Gaussian means without oblique kinks; the same object where it has none.

    Raises:
        UndecidedError: kinks at two oblique forms in one term, at a curve, or beside functions of every coordinate of the form.
    """
    names = mean.law.variables
    if not _oblique(mean.expression, names):
        return mean
    flat = expand(mean.expression.xreplace({p: _plain(p, names) for p in _oblique(mean.expression, names)}))
    return Add(*(_one_term(term, mean) for term in Add.make_args(flat)))


def _oblique(expression: Expr, names: tuple[Symbol, ...]) -> list[Expr]:
    found = [p for p in expression.atoms(*KINKS) if len(p.free_symbols & set(names)) > 1]
    return sorted(found, key=str)


def _plain(part: Expr, names: tuple[Symbol, ...]) -> Expr:
    """A maximum or minimum of two functions of the coordinates with 0 as one of its arguments."""
    if not isinstance(part, (Max, Min)) or len(part.args) != 2 or not all(a.has(*names) for a in part.args):
        return part
    u, v = part.args
    return v + part.func(u - v, 0)


def _one_term(term: Expr, mean: Any) -> Expr:
    names = mean.law.variables
    parts = _oblique(term, names)
    constant, rest = term.as_independent(*names, as_Add=False)
    if not parts:
        return constant * mean.func(rest, mean.law) if rest != 1 else constant
    if any(sum(a.has(*names) for a in p.args) > 1 for p in parts):
        raise UndecidedError("a maximum of more than two functions of the coordinates has more kinks than one")
    forms = [expand(next(a for a in p.args if a.has(*names))) for p in parts]
    form = forms[0]
    if (
        not form.is_polynomial(*names)
        or Poly(form, *names).total_degree() != 1
        or form.subs(dict.fromkeys(names, 0)) != 0
    ):
        raise UndecidedError(f"{parts[0]} has its kink at no linear form through 0")
    if any(not (other / form).cancel().is_Rational for other in forms):
        raise UndecidedError("one term has kinks at two forms of several coordinates")
    along = Dummy("w", real=True)
    kept = {p: p.func(*((a / form).cancel() * along if a.has(*names) else a for a in p.args)) for p in parts}
    others = Mul(*(f for f in Mul.make_args(rest) if not f.has(*parts)))
    inner = rest.xreplace(kept)
    used = [v for v in names if form.has(v)]
    out = next(
        (
            v
            for v in used
            if others.is_polynomial(v) and inner.xreplace(dict.fromkeys(kept.values(), S.One)).is_polynomial(v)
        ),
        None,
    )
    if out is None:
        raise UndecidedError("beside a kink at a linear form each of its coordinates has a function of its own")
    solved = (along - (form - form.coeff(out) * out)) / form.coeff(out)
    body = expand(inner.xreplace({out: solved}))
    stay = [v for v in names if v is not out]
    rows = Matrix([[form.coeff(v) for v in names], *[[S(int(u is v)) for v in names] for u in stay]])
    law = type(mean.law)((along, *stay), (rows * Matrix(mean.law.covariance) * rows.T).applyfunc(expand))
    return constant * mean.func(body, law)
