"""Facts about an activation found from its formula: parity, kinks, homogeneity."""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import Abs, Expr, Heaviside, Max, Min, Piecewise, Poly, PolynomialError, S, sign, sympify
from sympy.core.relational import Relational

from theory.activations.base import Growth, Parity
from theory.conventions import x


def _roots(expression: Expr) -> set[Expr]:
    """Real roots of an argument whose sign decides a branch; affine and polynomial arguments are solved exactly."""
    if not expression.has(x):
        return set()
    try:
        poly = Poly(expression, x)
    except PolynomialError:
        return set()
    return set(poly.real_roots())


def structural_kinks(formula: Expr) -> list[Expr]:
    """Points where some branch of the formula switches: candidates for kinks, in increasing order."""
    points: set[Expr] = set()
    for node in formula.atoms(Abs, sign, Heaviside):
        points |= _roots(node.args[0])
    for node in formula.atoms(Max, Min):
        for i, left in enumerate(node.args):
            for right in node.args[:i]:
                points |= _roots(left - right)
    for node in formula.atoms(Piecewise):
        for _, condition in node.args:
            for relation in condition.atoms(Relational):
                points |= _roots(relation.lhs - relation.rhs)
    return sorted(points, key=lambda p: p.evalf(30))


def derivative_jump(formula: Expr, point: Any, orders: int = 3) -> tuple[int, Any] | None:
    """The first derivative (order 0 to `orders`) with a jump at `point`, and the size of the jump; None if none jumps."""
    from sympy import lambdify

    with mpmath.workdps(50):
        centre = mpmath.mpf(str(sympify(point).evalf(50)))
        function = lambdify(x, formula, "mpmath")
        step = mpmath.mpf(10) ** -8
        for order in range(orders + 1):
            side = []
            for direction in (1, -1):
                # one-sided divided difference of the given order, away from the point itself
                nodes = [centre + direction * step * (k + 1) for k in range(order + 1)]
                total = sum(
                    (-1) ** (order - k) * mpmath.binomial(order, k) * function(nodes[k]) for k in range(order + 1)
                )
                side.append(total / (direction * step) ** order)
            jump = side[0] - side[1]
            if abs(jump) > mpmath.mpf(10) ** -4 * (1 + abs(side[0])):
                return order, jump
    return None


_POINTS = tuple(mpmath.mpf(p) for p in ("0.1234", "0.61803", "1.41421", "2.71828", "3.3166"))


def _agrees(left: Any, right: Any) -> bool:
    try:
        return all(
            abs(left(t) - right(t)) <= mpmath.mpf(10) ** -20 * (1 + abs(left(t))) for s in _POINTS for t in (s, -s)
        )
    except (OverflowError, ZeroDivisionError, ValueError):
        return False


def inferred_facts(formula: Expr) -> dict[str, Any]:
    """Keyword arguments of `Activation` read off the formula, by evaluation at irrational points to 30 digits."""
    from sympy import lambdify

    kinks = tuple(k for k in structural_kinks(formula) if derivative_jump(formula, k) is not None)
    with mpmath.workdps(30):
        function = lambdify(x, formula, "mpmath")
        parity = Parity.NONE
        if _agrees(lambda t: function(-t), function):
            parity = Parity.EVEN
        elif _agrees(lambda t: function(-t), lambda t: -function(t)):
            parity = Parity.ODD
        degree = next(
            (k for k in (0, 1, 2, 3, 4) if _agrees(lambda t, k=k: function(3 * t), lambda t, k=k: 3**k * function(t))),
            None,
        )
    homogeneity = None if degree is None else S(degree)
    growth = _homogeneous_growth(formula) if degree == 1 else None
    return {"parity": parity, "kinks": kinks, "homogeneity": homogeneity, "growth": growth}


def _homogeneous_growth(formula: Expr) -> Growth:
    """A function of degree 1 is linear on each half-line: |sigma(x)| <= max(|sigma(1)|, |sigma(-1)|) |x|."""
    return Growth(S.Zero, Max(Abs(formula.xreplace({x: S.One})), Abs(formula.xreplace({x: S.NegativeOne}))))
