r"""A formula with branches as analytic pieces between exact breakpoints, and its distributional derivatives.

``max, min, abs, sign, step, Piecewise`` (nested in any way) are resolved on the intervals between the points where some
branch switches.  The zeros of an argument are found exactly or not at all: what cannot be found raises `PieceError`,
nothing is guessed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath
from sympy import (
    Abs,
    Add,
    And,
    DiracDelta,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
    erf,
    exp,
    log,
    oo,
    pi,
    sign,
    sinh,
    tan,
    tanh,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from theory.ranges import PieceError, number, polynomial, polynomial_roots, range_of

BRANCHES = (Abs, sign, Heaviside, Max, Min, Piecewise)


@dataclass(frozen=True)
class Pieces:
    """Analytic parts ``parts[k]`` on ``(breaks[k-1], breaks[k])``, the outer intervals being unbounded.

    Args:
        variable: the argument.
        breaks: exact real numbers, increasing.
        parts: one more than breaks, free of branches.
    """

    variable: Symbol
    breaks: tuple[Expr, ...]
    parts: tuple[Expr, ...]

    @property
    def intervals(self) -> tuple[tuple[Expr, Expr], ...]:
        ends = (-oo, *self.breaks, oo)
        return tuple(itertools.pairwise(ends))

    def jumps(self) -> tuple[tuple[Expr, Expr], ...]:
        """Pairs (break, right part minus left part)."""
        return tuple((t, self.parts[k + 1] - self.parts[k]) for k, t in enumerate(self.breaks))

    def map(self, function: Callable[[Expr], Expr]) -> Pieces:
        return Pieces(self.variable, self.breaks, tuple(function(p) for p in self.parts))

    def as_expression(self) -> Expr:
        """One expression: the single part, or a Piecewise."""
        if not self.breaks:
            return self.parts[0]
        v = self.variable
        return Piecewise(*((p, v < t) for p, t in zip(self.parts, self.breaks)), (self.parts[-1], True))


def zeros(expression: Expr, variable: Symbol, low: Expr = -oo, high: Expr = oo) -> list[Expr]:
    """Real zeros of a branch-free expression in the open interval (low, high), exact and increasing.

    Raises:
        PieceError: they cannot be found exactly (or there are infinitely many).
    """
    found = [r for r in _zeros(expression, variable, low, high) if number(low) < number(r) < number(high)]
    return sorted(dict.fromkeys(found), key=number)


INVERSES: dict[Any, tuple[Callable[[Expr], Expr], Expr, Expr]] = {
    exp: (log, S.Zero, oo),
    log: (exp, -oo, oo),
    tanh: (lambda y: log((1 + y) / (1 - y)) / 2, S.NegativeOne, S.One),
    atan: (tan, -pi / 2, pi / 2),
    sinh: (asinh, -oo, oo),
    asinh: (sinh, -oo, oo),
}
"""Strictly increasing functions, of the whole line but for log: inverse and the ends of the range, which are not met."""


def _zeros(e: Expr, v: Symbol, low: Expr, high: Expr) -> list[Expr]:
    if not e.has(v) or e.is_positive or e.is_negative:
        return []
    if isinstance(e, Mul):
        return [r for f in e.args for r in _zeros(f, v, low, high)]
    if isinstance(e, Pow) and e.exp.is_number:
        return _zeros(e.base, v, low, high) if number(e.exp) > 0 else []
    if e.is_polynomial(v):
        poly = Poly(e, v)
        if poly.degree() == 1:
            lead, constant = poly.all_coeffs()
            return [-constant / lead]
        roots = polynomial_roots(poly) if all(c.is_number for c in poly.all_coeffs()) else None
        if roots is not None:
            return roots
        raise PieceError(f"the real zeros of {e} cannot be found exactly")
    bounds = range_of(e, v, low, high)
    if number(bounds[0]) > 0 or number(bounds[1]) < 0:
        return []
    constant, rest = e.as_independent(v, as_Add=True)
    factor, core = rest.as_independent(v, as_Add=False)
    if core.func in INVERSES or core.func is erf:
        target = -constant / factor
        if core.func is erf:
            if target == 0:
                return _zeros(core.args[0], v, low, high)
            raise PieceError(f"the point where {core} equals {target} has no closed form")
        inverse, bottom, top = INVERSES[core.func]
        if not number(bottom) < number(target) < number(top):
            return []
        return _zeros(core.args[0] - inverse(target), v, low, high)
    exponential = _zeros_in_exponential(e, v)
    if exponential is not None:
        return exponential
    together = e.together()
    top = together.as_numer_denom()[0]
    if top != e:
        return _zeros(top, v, low, high)
    factored = e.factor()
    if isinstance(factored, (Mul, Pow)):
        return _zeros(factored, v, low, high)
    raise PieceError(f"the points where {e} changes sign cannot be found exactly: write a Piecewise of known breaks")


def _zeros_in_exponential(e: Expr, v: Symbol) -> list[Expr] | None:
    """Zeros of a polynomial in exp(k x), k rational."""
    rates = [node.args[0].coeff(v, 1) for node in e.atoms(exp) if node.has(v)]
    if not rates or any(not r.is_Rational for r in rates):
        return None
    from sympy import gcd_list

    unit, y = gcd_list([abs(r) for r in rates]), Symbol("y", positive=True)
    replaced = e.replace(
        lambda n: isinstance(n, exp) and n.has(v),
        lambda n: exp(n.args[0] - n.args[0].coeff(v, 1) * v) * y ** (n.args[0].coeff(v, 1) / unit),
    )
    top = replaced.together().as_numer_denom()[0]
    poly = None if top.has(v) else polynomial(top.expand(), y)
    roots = None if poly is None else polynomial_roots(poly)
    return None if roots is None else [log(r) / unit for r in roots if number(r) > 0]


def middle(low: Expr, high: Expr) -> Rational:
    """An exact point inside an interval, not a special one."""
    a, b = number(low), number(high)
    if a == -mpmath.inf and b == mpmath.inf:
        return Rational(12345, 100003)
    if a == -mpmath.inf:
        value = b - 1
    elif b == mpmath.inf:
        value = a + 1
    else:
        return _rational(a + (b - a) * mpmath.mpf("0.4871"))
    return _rational(value)


def _rational(value: Any) -> Rational:
    mantissa = int(mpmath.floor(value * 2**60))
    return Rational(mantissa, 2**60)


def _sign_on(e: Expr, v: Symbol, low: Expr, high: Expr) -> int:
    """Sign of an expression without zeros on the interval, by its value at one point."""
    if e.is_positive:
        return 1
    if e.is_negative:
        return -1
    value = e.xreplace({v: middle(low, high)})
    if value.free_symbols and value.is_zero:
        return 0
    if value.free_symbols:
        raise PieceError(f"the sign of {e} depends on {', '.join(sorted(map(str, value.free_symbols)))}")
    size = value.evalf(30)
    if not size.is_real:
        raise PieceError(f"{e} is not real at {v} = {middle(low, high).evalf(6)}")
    if abs(size) < Rational(1, 10**20) and value.is_zero:  # alone, sympy's zero may be a small constant
        return 0
    return 0 if size == 0 else (1 if size > 0 else -1)


def _refine(pieces: Pieces, function: Callable[[Expr, Expr, Expr], list[tuple[Expr, Expr]]]) -> Pieces:
    """Replace each part by finer ones: `function(part, low, high)` returns (part, right end) pairs up to `high`."""
    breaks: list[Expr] = []
    parts: list[Expr] = []
    for part, (low, high) in zip(pieces.parts, pieces.intervals):
        for new, end in function(part, low, high):
            parts.append(new)
            breaks.append(end)
    return Pieces(pieces.variable, tuple(breaks[:-1]), tuple(parts))


def _by_sign(v: Symbol, outcome: Callable[[Expr, int], Expr]) -> Callable[[Expr, Expr, Expr], list[tuple[Expr, Expr]]]:
    def cut(part: Expr, low: Expr, high: Expr) -> list[tuple[Expr, Expr]]:
        ends = [*zeros(part, v, low, high), high]
        starts = [low, *ends[:-1]]
        return [(outcome(part, _sign_on(part, v, a, b)), b) for a, b in zip(starts, ends)]

    return cut


def _combine(children: list[Pieces], v: Symbol, build: Callable[[list[Expr]], Expr]) -> Pieces:
    breaks = sorted({number(t): t for c in children for t in c.breaks}.items(), key=lambda item: item[0])
    points = tuple(t for _, t in breaks)
    parts = []
    for low, high in zip((-oo, *points), (*points, oo)):
        inside = number(middle(low, high))
        parts.append(build([c.parts[sum(number(t) < inside for t in c.breaks)] for c in children]))
    return Pieces(v, points, tuple(parts))


def _cut(e: Any, v: Symbol) -> Pieces:
    if not e.has(v) or not e.has(*BRANCHES):
        return Pieces(v, (), (e,))
    if isinstance(e, Piecewise):
        return _cut_piecewise(e, v)
    if isinstance(e, (Max, Min)):
        kept = 1 if isinstance(e, Max) else -1
        total = _cut(e.args[0], v)
        for other in e.args[1:]:
            pair = _combine([total, _cut(other, v)], v, lambda p: Add(p[0], -p[1], evaluate=False))
            left, right = total, _cut(other, v)

            def choose(difference: Expr, sign_: int, kept: int = kept) -> Expr:
                return S.One if sign_ * kept >= 0 else S.Zero

            marks = _refine(pair.map(lambda p: p.doit()), _by_sign(v, choose))
            total = _combine([marks, left, right], v, lambda p: p[1] if p[0] == 1 else p[2])
        return total
    children = [_cut(a, v) for a in e.args]
    if isinstance(e, Abs):
        return _refine(children[0], _by_sign(v, lambda p, s: p if s >= 0 else -p))
    if isinstance(e, sign):
        return _refine(children[0], _by_sign(v, lambda p, s: S(s)))
    if isinstance(e, Heaviside):
        return _refine(children[0], _by_sign(v, lambda p, s: S.One if s > 0 else S.Zero))
    return _combine(children, v, lambda parts: e.func(*parts))


def _cut_piecewise(e: Piecewise, v: Symbol) -> Pieces:
    total = Pieces(v, (), (S.NaN,))
    for value, condition in reversed(e.args):
        total = _combine([_condition(condition, v), _cut(value, v), total], v, lambda p: p[1] if p[0] == 1 else p[2])
    if S.NaN in total.parts:
        k = total.parts.index(S.NaN)
        raise PieceError(f"{e} is undefined for {v} in {total.intervals[k]}: add a (value, True) branch")
    return total


def _condition(condition: Any, v: Symbol) -> Pieces:
    """Indicator of a condition on the variable, up to single points."""
    if condition in (True, False, S.true, S.false):
        return Pieces(v, (), (S.One if condition else S.Zero,))
    if isinstance(condition, (And, Or)):
        want = min if isinstance(condition, And) else max
        return _combine([_condition(a, v) for a in condition.args], v, lambda p: want(p))
    if isinstance(condition, Not):
        return _condition(condition.args[0], v).map(lambda p: 1 - p)
    if not isinstance(condition, Relational):
        raise PieceError(f"the condition {condition} is not a comparison")
    if isinstance(condition, (Eq, Ne)):
        return Pieces(v, (), (S.Zero if isinstance(condition, Eq) else S.One,))
    wanted = 1 if isinstance(condition, (Gt, Ge)) else -1
    if not isinstance(condition, (Gt, Ge, Lt, Le)):
        raise PieceError(f"the condition {condition} is not a comparison of real numbers")
    difference = _cut(condition.lhs - condition.rhs, v)
    return _refine(difference, _by_sign(v, lambda p, s: S.One if s == wanted else S.Zero))


_PROBES = ("0.137", "0.3891", "0.7713")


def same_function(left: Expr, right: Expr, variable: Symbol, near: Expr = S.Zero) -> bool:
    """Whether two analytic expressions agree at three irrational points near `near`, to 40 digits."""
    difference = left - right
    if difference == 0:
        return True
    if not difference.has(variable):
        return bool(difference.equals(0))
    poly = polynomial(difference, variable)
    if poly is not None:
        return all(c.equals(0) for c in poly.all_coeffs())
    for p in _PROBES:
        at = near + Rational(p)
        value, scale = difference.xreplace({variable: at}), left.xreplace({variable: at})
        if value.free_symbols:
            return bool(difference.equals(0))
        if abs(value.evalf(30, maxn=120)) > Rational(1, 10**25) * (1 + abs(scale.evalf(30))):
            return False
    return True


@lru_cache(maxsize=512)
def pieces(expression: Expr, variable: Symbol) -> Pieces:
    """Cut an expression into analytic parts; breaks where nothing changes are removed.

    Args:
        expression: built from analytic functions and max, min, abs, sign, step, Piecewise of the real `variable`.
        variable: its argument.

    Raises:
        PieceError: a switching point has no exact form, or there are infinitely many.

    >>> from sympy import Max, Min
    >>> from theory.conventions import x
    >>> pieces(Max(Min(x, 1), -1), x).breaks
    (-1, 1)
    """
    raw = _cut(expression, variable)
    breaks: list[Expr] = []
    parts = [raw.parts[0]]
    for t, part in zip(raw.breaks, raw.parts[1:]):
        if same_function(parts[-1], part, variable, t):
            continue
        breaks.append(t)
        parts.append(part)
    return Pieces(variable, tuple(breaks), tuple(parts))


def switches(expression: Expr, variable: Symbol) -> tuple[Expr, ...]:
    """Every point where a branch switches, also where the function is the same on both sides.

    Raises:
        PieceError: as in `pieces`.
    """
    return _cut(expression, variable).breaks


def distributional_derivative(expression: Expr, variable: Symbol, order: int = 1) -> Expr:
    """Derivative in the sense of distributions: jumps of the function, or of its derivatives, become deltas.

    >>> from sympy import Piecewise
    >>> from theory.conventions import x
    >>> sorted(map(str, distributional_derivative(Piecewise((0, x < 0), (1 + x, True)), x).args))
    ['DiracDelta(x)', 'Piecewise((0, x < 0), (1, True))']
    """
    if order == 0:
        return expression
    if not expression.has(*BRANCHES) or _simple(expression, variable):
        return expression.diff(variable, order)
    if expression.has(DiracDelta):
        return expression.diff(variable, order)
    cut = pieces(expression, variable)
    total: Expr = S.Zero
    for _ in range(order):
        total = total.diff(variable) if total != 0 else total
        for t, jump in cut.jumps():
            height = jump.xreplace({variable: t})
            if height.equals(0) is not True:
                total += height * DiracDelta(variable - t)
        cut = cut.map(lambda p: p.diff(variable))
    smooth = pieces(cut.as_expression(), variable).as_expression() if cut.breaks else cut.parts[0]
    return total + smooth


def _simple(expression: Expr, variable: Symbol) -> bool:
    """Whether sympy's own derivative is right and readable: one kink at 0, no Piecewise, no product of branches."""
    nodes = expression.atoms(*BRANCHES)
    return (
        all(
            (isinstance(n, (Abs, sign, Heaviside)) and n.args[0] == variable)
            or (isinstance(n, Max) and set(n.args) == {S.Zero, variable})
            or (isinstance(n, Min) and set(n.args) == {S.Zero, variable})
            for n in nodes
        )
        and all(sum(b in nodes for b in m.args) <= 1 for m in expression.atoms(Mul))
        and not any(p.base in nodes for p in expression.atoms(Pow))
        and all(n.args[0] in nodes or not n.args[0].has(*BRANCHES) for n in expression.atoms(exp))
    )
