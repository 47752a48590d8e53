"""Roots and fixed points with proof: existence and uniqueness in a box by Krawczyk's operator, all roots on an interval.

K(X) = m - Y f(m) + (I - Y J(X)) (X - m), m the middle of X, Y near J(m)^-1.  K(X) inside X: exactly one root in X.  K(X)
disjoint from X: none.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat
from sympy import Expr, sympify

from numerics.balls import endpoints
from numerics.boxes import (
    BallFunction,
    Box,
    DomainError,
    Side,
    domain_sides,
    is_lipschitz,
    side_ball,
    with_real_symbols,
)
from numerics.errors import TimeLimitError, UndecidedError
from numerics.formulas.mean_functions import ball_function
from numerics.precision import Deadline, paced, working_bits

MOST_STEPS = 60
NARROWEST = Fraction(1, 2**48)


class RootOutcome(enum.Enum):
    """What is known about the roots of a system in a box."""

    UNIQUE = "exactly one root in the box"
    NONE = "no root in the box"
    UNDECIDED = "neither existence nor absence of a root was shown"


@dataclass(frozen=True)
class RootResult:
    """A statement about the roots in a box.

    Attributes:
        outcome: see `RootOutcome`; about the whole box that was asked for.
        root: balls around the unique root, or None.
        box: the box the outcome speaks of.
        bits: working precision.
        advice: what to do when undecided.
    """

    outcome: RootOutcome
    root: tuple[arb, ...] | None
    box: Box
    bits: int
    advice: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a root search has three outcomes: compare .outcome with RootOutcome.UNIQUE")

    def enclosure(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Exact lower and upper bounds of each coordinate of the root."""
        if self.root is None:
            raise ValueError(f"there is no enclosed root: {self.outcome.value}")
        return tuple(endpoints(ball) for ball in self.root)


@dataclass(frozen=True)
class System:
    """Functions of as many balls, with their Jacobian in balls (rows: functions, columns: variables)."""

    functions: tuple[BallFunction, ...]
    jacobian: tuple[tuple[BallFunction, ...], ...]

    @classmethod
    def of(cls, expressions: Sequence[Expr], sides: Sequence[Side]) -> System:
        pairs = [with_real_symbols(e, tuple(sides)) for e in expressions]
        expressions, sides = [e for e, _ in pairs], pairs[0][1] if pairs else sides
        variables = tuple(side.symbol for side in sides)
        if len(expressions) != len(variables):
            raise DomainError(
                f"{len(expressions)} equations in {len(variables)} unknowns: give as many of one as of the other"
            )
        jumping = next((e for e in expressions if not is_lipschitz(e)), None)
        if jumping is not None:
            raise DomainError(f"{jumping} may jump or has a part without a derivative in balls: write it without steps")
        try:
            functions = tuple(ball_function(e, variables) for e in expressions)
            jacobian = tuple(tuple(ball_function(e.diff(v), variables) for v in variables) for e in expressions)
        except UndecidedError as failure:
            raise DomainError(f"the equations have no ball form: {failure.advice}") from None
        return cls(functions, jacobian)

    def krawczyk(self, balls: list[arb]) -> list[arb] | None:
        """One application of Krawczyk's operator, or None where the Jacobian is singular or not finite."""
        n = len(balls)
        middle = [b.mid() for b in balls]
        rows = [[entry(*balls) for entry in row] for row in self.jacobian]
        if not all(e.is_finite() for row in rows for e in row):
            return None
        slopes = arb_mat(rows)
        try:
            inverse = arb_mat([[entry(*middle).mid() for entry in row] for row in self.jacobian]).inv()
        except ZeroDivisionError:
            return None
        inverse = arb_mat([[inverse[i, j].mid() for j in range(n)] for i in range(n)])
        identity = arb_mat([[arb(int(i == j)) for j in range(n)] for i in range(n)])
        offset = arb_mat([[b - m] for b, m in zip(balls, middle)])
        residual = arb_mat([[f(*middle)] for f in self.functions])
        image = (identity - inverse * slopes) * offset - inverse * residual
        moved = [m + image[i, 0] for i, m in enumerate(middle)]
        return moved if all(b.is_finite() for b in moved) else None


def solve_in_box(equations: Any, domain: Sequence[Any], *, bits: int = 64) -> RootResult:
    """Whether a system of equations has exactly one root, or none, in a box.

    Args:
        equations: one sympy expression or a sequence (each taken as ``= 0``), as many as the domain has sides (1 to 3).
        domain: ``(symbol, low, high)`` for each unknown, ends rational.
        bits: working precision.

    Returns:
        A `RootResult`.  UNIQUE comes with balls contracted around the root to the working precision; UNDECIDED where the
        Jacobian is singular in the box (a double root, several roots) or the box is too wide: split it, or use `find_roots`.

    Raises:
        DomainError: not a bounded box with rational ends, other symbols, or a part without a ball form.

    >>> from sympy import cos, symbols
    >>> t = symbols("t", real=True)
    >>> solve_in_box(cos(t) - t, [(t, 0, 1)]).outcome.name
    'UNIQUE'
    """
    sides = domain_sides(domain)
    expressions = [sympify(e) for e in equations] if isinstance(equations, (list, tuple)) else [sympify(equations)]
    box = Box(tuple((side.low, side.high) for side in sides))
    with working_bits(bits):
        return krawczyk_search(System.of(expressions, sides), box, bits)


def fixed_point_in_box(images: Any, domain: Sequence[Any], *, bits: int = 64) -> RootResult:
    """Whether a map has exactly one fixed point, or none, in a box; `images` are the coordinates of the image.

    >>> from sympy import cos, symbols
    >>> t = symbols("t", real=True)
    >>> fixed_point_in_box(cos(t), [(t, 0, 1)]).root[0]
    [0.739085133215161 +/- 3.59e-16]
    """
    images = list(images) if isinstance(images, (list, tuple)) else [images]
    unknowns = [side.symbol for side in domain_sides(domain)]
    if len(images) != len(unknowns):
        raise DomainError(
            f"{len(images)} coordinates of an image in {len(unknowns)} unknowns: give as many of one as of the other"
        )
    return solve_in_box([sympify(e) - v for e, v in zip(images, unknowns)], domain, bits=bits)


def krawczyk_search(system: System, box: Box, bits: int) -> RootResult:
    """Krawczyk steps from a box at the current precision, contracting while they help."""
    current = box.balls()
    existing = False
    for _ in range(MOST_STEPS):
        values = [f(*current) for f in system.functions]
        if any(v.is_finite() and not v.contains(0) for v in values):
            return RootResult(RootOutcome.NONE, None, box, bits)
        image = system.krawczyk(current)
        if image is None:
            return RootResult(
                RootOutcome.UNDECIDED, None, box, bits, "the Jacobian is singular in the box: split the box"
            )
        if any(not a.overlaps(b) for a, b in zip(image, current)):
            return RootResult(RootOutcome.NONE, None, box, bits)
        existing = existing or all(b.contains_interior(a) for a, b in zip(image, current))
        # quadratic contraction towards 0 would run away with the exponent: keep radii at 2^(-4 bits) or more
        following = [a.intersection(b) + arb(0, arb(2) ** (-4 * bits)) for a, b in zip(image, current)]
        # a slow contraction picks up speed as the box shrinks
        still = all(a.rad() >= b.rad() * arb("0.999") for a, b in zip(following, current))
        current = following
        if still:
            break
    if not existing:
        return RootResult(
            RootOutcome.UNDECIDED, None, box, bits, "Krawczyk's operator does not contract: split the box"
        )
    inside = [side_ball(low, high).contains(ball) and low <= endpoints(ball)[0] and endpoints(ball)[1] <= high
              for ball, (low, high) in zip(current, box.sides)]  # fmt: skip
    if not all(inside):
        # the ball of a rational side is a little wider than the side: the root may sit on the edge
        return RootResult(RootOutcome.UNDECIDED, None, box, bits, "the root is at the edge of the box: widen the box")
    return RootResult(RootOutcome.UNIQUE, tuple(current), box, bits)


@dataclass(frozen=True)
class RootsResult:
    """All roots of a function on an interval: enclosed ones, each alone in its piece, and pieces that stay open.

    Attributes:
        roots: unique roots, increasing.
        undecided: pieces on which neither one root nor none could be shown.
        complete: whether no piece stays open, so that `roots` are all there are.
    """

    roots: tuple[RootResult, ...]
    undecided: tuple[Box, ...]

    @property
    def complete(self) -> bool:
        return not self.undecided


def find_roots(
    equation: Any, domain: Sequence[Any], *, bits: int = 64, max_pieces: int = 5000, seconds: float | None = None
) -> RootsResult:
    """Every root of one function on a closed interval, or of a system on a box, by bisection and Krawczyk's operator.

    Args:
        equation: a sympy expression, or a sequence of as many as the domain has sides.
        domain, bits: as in `solve_in_box`.
        max_pieces: pieces to look at before the rest is returned as undecided.
        seconds: time limit, None for none.

    Raises:
        DomainError: as `solve_in_box`.

    >>> from sympy import sin, symbols
    >>> t = symbols("t", real=True)
    >>> found = find_roots(sin(t), [(t, 1, 10)])
    >>> len(found.roots), found.complete
    (3, True)
    """
    sides = domain_sides(domain)
    expressions = [sympify(e) for e in equation] if isinstance(equation, (list, tuple)) else [sympify(equation)]
    whole = Box(tuple((side.low, side.high) for side in sides))
    with working_bits(bits), Deadline.after(seconds).running():
        system = System.of(expressions, sides)
        return _bisected(lambda box: krawczyk_search(system, box, bits), system, whole, max_pieces)


def _bisected(search: Callable[[Box], RootResult], system: System, whole: Box, max_pieces: int) -> RootsResult:
    pending, roots, stuck = [whole], [], []
    try:
        for _ in paced(range(max_pieces)):
            if not pending:
                break
            box = pending[-1]
            result = search(box)
            parts: list[Box] = []
            if result.outcome is RootOutcome.UNIQUE:
                roots.append(result)
            elif result.outcome is RootOutcome.UNDECIDED:
                place = max(range(len(box.sides)), key=lambda i: box.widths[i])
                if box.widths[place] <= NARROWEST * whole.widths[place]:
                    stuck.append(box)
                else:
                    parts = _shares(system, box, place)
            pending[-1:] = reversed(parts)
    except TimeLimitError:  # the piece at hand is still among those pending
        pass
    roots.sort(key=lambda r: r.box.sides)
    return RootsResult(tuple(roots), (*stuck, *pending))


def _shares(system: System, box: Box, place: int) -> list[Box]:
    """Two halves, cut off the middle where a root seems to sit on the middle itself."""
    low, high = box.sides[place]
    cut = (low + high) / 2
    face = box.replaced(place, cut, cut)
    if all(f(*face.balls()).contains(0) for f in system.functions):
        cut = low + (high - low) * Fraction(31, 64)
    return [box.replaced(place, low, cut), box.replaced(place, cut, high)]


__all__ = [
    "DomainError", "RootOutcome", "RootResult", "RootsResult", "find_roots", "fixed_point_in_box", "solve_in_box",
]  # fmt: skip
