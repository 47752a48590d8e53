"""Facts about an activation found from its formula: domain, kinks, parity, homogeneity, growth."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mpmath
from sympy import (
    AccumBounds,
    DiracDelta,
    Dummy,
    Expr,
    Float,
    Function,
    Pow,
    Rational,
    S,
    acos,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    cot,
    erf,
    erfc,
    exp,
    expand,
    lambdify,
    log,
    oo,
    pi,
    powsimp,
    preorder_traversal,
    sech,
    simplify,
    sin,
    sinh,
    sympify,
    tan,
    tanh,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Eq, Ne

from theory.activations.base import ActivationError, Growth, Parity
from theory.conventions import x
from theory.growth import linear_bound
from theory.pieces import BRANCHES, PieceError, Pieces, pieces, switches, zeros
from theory.ranges import largest, number, range_of

ENTIRE = (exp, sin, cos, sinh, cosh, tanh, sech, atan, asinh, erf, erfc)
PARTIAL = (log, tan, cot, asin, acos)


def exact_formula(formula: Any) -> Expr:
    """The formula with exact numbers (0.1 is one tenth) in the project's own ``x``."""
    value = sympify(formula)
    if not isinstance(value, Expr):
        raise ActivationError(f"an activation is an expression in x, not {formula!r}")
    stray = [s for s in value.free_symbols if s != x and s.name == "x"]  # type: ignore[attr-defined]
    value = value.xreplace(dict.fromkeys(stray, x))
    floats = {f: Rational(str(f)) for f in value.atoms(Float) if f.is_finite}
    value = value.xreplace(floats) if floats else value
    return value.doit() if stray else value


def checked_pieces(formula: Expr) -> Pieces:
    """The analytic pieces of a formula that is real, finite and defined on the whole line.

    Raises:
        ActivationError: complex, infinite or undefined somewhere (the message names a point), or not built from known
            functions.
    """
    _known_functions(formula)
    try:
        cut = pieces(formula, x)
        for part, (low, high) in zip(cut.parts, cut.intervals):
            _domain(formula, part, low, high)
            _scan(part, low, high)
        for point in cut.breaks:
            _refuse_undefined(formula, point)
    except PieceError as error:
        raise ActivationError(f"{formula}: {error}") from None
    return cut


def _known_functions(formula: Expr) -> None:
    known = (*ENTIRE, *PARTIAL, *BRANCHES)
    for node in preorder_traversal(formula):
        if isinstance(node, DiracDelta):
            raise ActivationError(f"{formula} contains a delta function: an activation is a function")
        if isinstance(node, Pow) and node.has(x) and not node.exp.is_Rational:
            raise ActivationError(f"{formula}: the exponent of {node} is not rational: write exp(... log(...))")
        if isinstance(node, (Function, AppliedUndef)) and not isinstance(node, known) and node.has(x):
            names = ", ".join(sorted(f.__name__ for f in known))
            raise ActivationError(f"{formula}: {node.func.__name__} is none of the functions known here: {names}")
        if isinstance(node, Expr) and not node.args and not node.is_number and not node.is_Symbol:
            raise ActivationError(f"{formula}: {node} is not a number or x")
        if node in (S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity) or node is S.ImaginaryUnit:
            raise ActivationError(f"{formula} has an undefined, infinite or imaginary part; activations are real")
        if not isinstance(node, Expr) or node.has(x):
            continue
        if node.is_number and node.is_real is False:
            raise ActivationError(f"{formula}: {node} is not a real number; activations are real")


def _inside(points: list[Expr], low: Expr, high: Expr) -> list[Expr]:
    return [p for p in points if number(low) <= number(p) <= number(high)]


def _ends(low: Expr, high: Expr) -> list[Expr]:
    return [e for e in (low, high) if e not in (oo, -oo)]


def _refuse_negative(formula: Expr, inner: Expr, low: Expr, high: Expr, what: str) -> None:
    """Raise where `inner` is negative somewhere on the interval, naming a point."""
    if number(range_of(inner, x, low, high)[0]) >= 0:
        return
    marks = [low, *zeros(inner, x, low, high), high]
    for a, b in itertools.pairwise(marks):
        at = _between(a, b)
        if inner.xreplace({x: at}).evalf(20) < 0:
            raise ActivationError(f"{formula} is complex at x = {at.evalf(6)}: {what} of a negative number")


def _between(low: Expr, high: Expr) -> Expr:
    if low is -oo:
        return S.NegativeOne if high is oo else sympify(high) - 1
    return low + 1 if high is oo else (low + high) / 2


def _domain(formula: Expr, part: Expr, low: Expr, high: Expr) -> None:
    for node in preorder_traversal(part):
        if not isinstance(node, Expr) or not node.has(x):
            continue
        if isinstance(node, Pow):
            if not node.exp.is_Integer:
                _refuse_negative(formula, node.base, low, high, f"the power {node.exp}")
            if node.exp.is_negative:
                _refuse_poles(formula, part, node.base, low, high)
        elif isinstance(node, log):
            _refuse_negative(formula, node.args[0], low, high, "log")
            _refuse_poles(formula, part, node.args[0], low, high)
        elif isinstance(node, (asin, acos)):
            for side in (1 - node.args[0], 1 + node.args[0]):
                _refuse_negative(formula, side, low, high, f"{node.func.__name__} beyond [-1, 1]: square root")
        elif isinstance(node, (tan, cot)):
            shift = pi / 2 if isinstance(node, tan) else pi
            a, b = range_of(node.args[0], x, low, high)
            if number(a) <= number(shift - pi) or number(b) >= number(shift):
                found = zeros(node.args[0] - shift, x, low, high) or zeros(node.args[0] + pi - shift, x, low, high)
                at = f" at x = {found[0]}" if found else ""
                raise ActivationError(f"{formula} is infinite{at}: {node} has a pole there")


def _refuse_poles(formula: Expr, part: Expr, base: Expr, low: Expr, high: Expr) -> None:
    bounds = range_of(base, x, low, high)
    if number(bounds[0]) > 0 or number(bounds[1]) < 0:
        return
    candidates = [*zeros(base, x, low, high), *(e for e in _ends(low, high) if base.xreplace({x: e}).equals(0))]
    if not candidates:
        return
    compiled = lambdify(x, part, "mpmath")
    for point in candidates:
        with mpmath.workdps(60):
            centre = mpmath.mpf(str(point.evalf(60)))
            inward = [d for d, edge in ((1, high), (-1, low)) if point != edge]
            sizes = [[abs(compiled(centre + d * mpmath.mpf(10) ** -k)) for k in (8, 16)] for d in inward]
        if any(far > 1.5 * near + 1 for near, far in sizes):
            raise ActivationError(f"{formula} is unbounded at x = {point}: an activation is finite on every interval")
        _refuse_undefined(formula, point)


def _refuse_undefined(formula: Expr, point: Expr) -> None:
    """Raise where the formula has no value at a point, and say whether it is discontinuous there."""
    if not formula.xreplace({x: point}).has(S.NaN, S.ComplexInfinity, oo, -oo, AccumBounds):
        return
    compiled = lambdify(x, formula, "mpmath")
    with mpmath.workdps(60):
        centre = mpmath.mpf(str(point.evalf(60)))
        sides = [[compiled(centre + side * mpmath.mpf(10) ** -k) for k in (30, 33)] for side in (-1, 1)]
        settled = all(abs(a - b) < 1e-12 for a, b in sides)
        jump = abs(sides[0][1] - sides[1][1]) > 1e-9
    where = f" and discontinuous there, from {mpmath.nstr(sides[0][1], 5)} to {mpmath.nstr(sides[1][1], 5)}"
    raise ActivationError(
        f"{formula} is undefined at x = {point}{where if settled and jump else ''}: write a Piecewise with its value there"
    )


_GRID = [k / 7 + 0.013 for k in range(-70, 71)] + [-37.3, -20.1, 20.3, 38.1]


def _scan(part: Expr, low: Expr, high: Expr) -> None:
    """Evaluate in double precision on a grid: a second look, for what the structure did not settle."""
    if not part.has(x):
        return
    compiled = lambdify(x, part, "math")
    a, b = float(number(low)), float(number(high))
    for t in (t for t in _GRID if a < t < b):
        try:
            value = compiled(t)
            bad = isinstance(value, complex) or math.isnan(value)
        except OverflowError:
            if abs(t) < 3:
                raise ActivationError(f"{part} exceeds 10^308 at x = {t:.4g}: nothing here can evaluate it") from None
            continue
        except (ValueError, ZeroDivisionError):
            bad = True
        if bad:
            raise ActivationError(f"{part} is complex, infinite or undefined at x = {t:.6g}; activations are real")


def singular_points(cut: Pieces) -> list[Expr]:
    """Zeros of the base of a fractional power inside a piece: defined there, not analytic."""
    found: set[Expr] = set()
    for part, (low, high) in zip(cut.parts, cut.intervals):
        for node in preorder_traversal(part):
            if isinstance(node, Pow) and node.has(x) and not node.exp.is_Integer:
                found |= set(_inside(zeros(node.base, x, low, high), low, high))
    return sorted(found, key=number)


def derivative_jump(cut: Pieces, point: Expr, orders: int = 12) -> tuple[int, Expr] | None:
    """The first derivative (order 0 to `orders`) with a jump at a break, and the jump; None if none jumps.

    An infinite one-sided derivative counts as an infinite jump.
    """
    for t, jump in cut.jumps():
        if (t - point).equals(0):
            for order in range(orders + 1):
                height = jump.xreplace({x: t})
                if height.has(S.NaN, S.ComplexInfinity, oo, -oo):
                    return order, oo
                if not height.equals(0):
                    return order, height
                jump = jump.diff(x)
    return None


def smoothness(formula: Expr) -> Expr:
    """Largest k with sigma in C^k: oo for analytic, 0 for a kink, -1 for a jump.

    >>> from sympy import Max
    >>> smoothness(Max(x, 0) ** 3)
    2
    """
    cut = pieces(formula, x)
    levels = [oo] + [S.Zero for _ in singular_points(cut)]
    for t in cut.breaks:
        found = derivative_jump(cut, t)
        if found is not None:
            levels.append(S(found[0] - 1))
    return min(levels)


def exact_homogeneity(cut: Pieces) -> Expr | None:
    """Degree k with f(t x) = t^k f(x) for t > 0, read off monomial pieces on the two half-lines, or None."""
    if any(t != 0 for t in cut.breaks):
        return None
    degrees: set[Expr] = set()
    for part, (low, _) in zip(cut.parts, cut.intervals):
        if part.is_zero:
            continue
        for side in (1, -1) if not cut.breaks else ((1,) if low == 0 else (-1,)):
            t = Dummy("t", positive=True)
            coefficient, power = powsimp(expand(part.xreplace({x: side * t}))).as_independent(t, as_Add=False)
            base, degree = power.as_base_exp() if power != 1 else (t, S.Zero)
            if coefficient == 0 or base != t or not degree.is_Rational:
                return None
            degrees.add(degree)
    return degrees.pop() if len(degrees) == 1 else None


def found_growth(formula: Expr, cut: Pieces) -> Growth | None:
    """A linear growth bound that holds by the structure of every piece, and at the points between them, or None."""
    bounds = [linear_bound(part, x, low, high) for part, (low, high) in zip(cut.parts, cut.intervals)]
    if any(b is None for b in bounds):
        return None
    known = [b for b in bounds if b is not None]
    constant, slope = largest([b[0] for b in known]), largest([b[1] for b in known])
    try:
        for point in single_points(formula):
            constant = largest([constant, abs(formula.xreplace({x: point})) - slope * abs(point)])
    except (PieceError, TypeError, ValueError):  # a value that is no number
        return None
    return Growth(constant, slope)


def single_points(formula: Expr) -> list[Expr]:
    """Where a branch may have a value of its own, which no piece shows: a law with atoms may put mass there."""
    equalities = [atom.lhs - atom.rhs for atom in formula.atoms(Eq, Ne)]
    return [*switches(formula, x), *(point for gap in equalities for point in zeros(gap, x))]


@lru_cache(maxsize=256)
def jump_points(formula: Expr) -> tuple[Expr, ...]:
    """Single points at which the value is not the limit from both sides."""
    cut = pieces(formula, x)
    found = []
    for point in dict.fromkeys(single_points(formula)):
        sides = {part.xreplace({x: point}) for part, (low, high) in zip(cut.parts, cut.intervals)
                 if number(low) <= number(point) <= number(high)}  # fmt: skip
        if any(not (side - formula.xreplace({x: point})).equals(0) for side in sides):
            found.append(point)
    return tuple(found)


def _agrees(left: Callable[[Any], Any], right: Callable[[Any], Any]) -> bool:
    points = [mpmath.mpf(p) for p in ("0.1234", "0.61803", "1.41421", "2.71828", "3.3166")]
    tolerance = mpmath.mpf(10) ** -20
    return all(abs(left(t) - right(t)) <= tolerance * (1 + abs(left(t))) for s in points for t in (s, -s))


def found_parity(cut: Pieces) -> Parity:
    """Parity, seen at points to 30 digits and shown piece by piece: what sympy does not bring to zero counts as none."""
    if {number(t) for t in cut.breaks} != {-number(t) for t in cut.breaks}:
        return Parity.NONE
    compiled = [lambdify(x, p, "mpmath") for p in cut.parts]
    with mpmath.workdps(30):
        edges = [number(t) for t in cut.breaks]

        def function(t: Any) -> Any:
            return mpmath.mpmathify(compiled[sum(t > e for e in edges)](t))

        if _agrees(lambda t: function(-t), function):
            seen = Parity.EVEN
        elif _agrees(lambda t: function(-t), lambda t: -function(t)):
            seen = Parity.ODD
        else:
            return Parity.NONE
    sign = 1 if seen is Parity.EVEN else -1
    mirrored = (p.xreplace({x: -x}) - sign * q for p, q in zip(cut.parts, reversed(cut.parts), strict=True))
    return seen if all(expand(gap) == 0 or simplify(gap) == 0 for gap in mirrored) else Parity.NONE


def inferred_facts(formula: Expr) -> dict[str, Any]:
    """Keyword arguments of `Activation` read off an exact formula.

    Raises:
        ActivationError: the formula is not a real, locally bounded function on the whole line.
    """
    cut = checked_pieces(formula)
    kinks = sorted({*cut.breaks, *singular_points(cut)}, key=number)
    return {
        "parity": found_parity(cut),
        "kinks": tuple(kinks),
        "homogeneity": exact_homogeneity(cut),
        "growth": found_growth(formula, cut),
    }
