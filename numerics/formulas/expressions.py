"""What evaluation and enclosure do with an expression before any number is computed."""

from __future__ import annotations

from typing import Any

from sympy import Add, Derivative, DiracDelta, Expr, S, Subs, Sum, sympify

from numerics.errors import UndecidedError
from numerics.formulas.deltas import without_deltas

LONGEST_SUM = 5000


def scalar(expression: Any) -> Expr:
    """A sympy expression, or TypeError for text, matrices, conditions and other things."""
    if isinstance(expression, str):
        raise TypeError(
            f"expected an expression, not text: parse {expression!r} with theory.grammar.parse_expression first"
        )
    try:
        body = sympify(expression, strict=True)
    except (ValueError, TypeError) as failure:
        raise TypeError(f"expected a scalar sympy expression, not {expression!r}") from failure
    if not isinstance(body, Expr):
        raise TypeError(f"expected a scalar sympy expression, not {expression!r}")
    return body


def require_closed(expression: Expr) -> None:
    if expression.free_symbols:
        names = ", ".join(sorted(map(str, expression.free_symbols)))
        raise UndecidedError(f"the expression contains the free symbol {names}: substitute a number for it")


def outermost_means(expression: Any) -> list[Any]:
    """The means in an expression that lie in no other mean, each once."""
    from theory.expectation import Mean

    if isinstance(expression, Mean):
        return [expression]
    return list(dict.fromkeys(found for a in expression.args for found in outermost_means(a)))


def _is_short(node: Sum) -> bool:
    _, *ends = node.limits[-1]
    if len(ends) != 2 or not all(e.is_Rational for e in ends):
        return False
    length = ends[1] - ends[0]
    return bool(length.is_Integer) and abs(length) < LONGEST_SUM


def _carried_out(node: Expr) -> Expr:
    """A derivative, or a finite sum term by term: sympy's own closed forms of sums are not for an enclosure to rest on."""
    if not isinstance(node, Sum):
        return node.doit(deep=False)
    *inner, (index, first, last) = node.limits
    body = Sum(node.function, *inner) if inner else node.function
    if last < first:  # Karr's convention
        return -_carried_out(Sum(body, (index, last + 1, first - 1))) if last + 1 < first else S.Zero
    return Add(*(body.subs(index, first + k) for k in range(int(last - first) + 1)))


def prepared(expression: Expr) -> Expr:
    """Derivatives carried out (Price's theorem for means), finite sums written out; means stay unevaluated."""
    for _ in range(20):
        todo = expression.atoms(Derivative, Subs) or {s for s in expression.atoms(Sum) if _is_short(s)}
        if not todo:
            marked = {m: without_deltas(m) for m in outermost_means(expression) if m.expression.has(DiracDelta)}
            return expression.xreplace(marked) if marked else expression
        expression = expression.xreplace({node: _carried_out(node) for node in todo})
    raise UndecidedError("derivatives nested too deeply")
