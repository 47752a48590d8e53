"""An inequality in one variable whose sides may touch: expansions with a remainder where they do, or far out; a cover elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

from flint import arb
from sympy import Dummy, Expr, Integer, Min, Rational, S, Symbol, floor, sqrt

from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import working_bits
from numerics.series.local_expansions import positive_near
from proofs_check.comparison import Truth, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Choices, Integers, Interval, Variable
from proofs_check.domains.signs import as_intervals
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.methods.cover import Cover
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds

MOST_POINTS = 2000
SAMPLES = 192
LARGEST_DENOMINATOR = 32


@dataclass(frozen=True)
class ByExpansions(Method):
    """left < right near each point where the sides touch, and near infinity, by an expansion with a remainder; elsewhere by a cover.

    The expansion is of the difference, or of the difference of logarithms, with a ball around what is left out that holds on a whole
    interval (`numerics.series.local_expansions`); gamma and polygamma functions, powers with a variable exponent and Gaussian tails
    have one at infinity.  Integers below the reach of the expansion are tried one by one; reals there are covered.

    Args:
        inner: judges the pieces between.
        most: how many integers may be tried one by one.
    """

    inner: Method = Cover(max_boxes=3000, seconds=4.0)
    most: int = MOST_POINTS

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if statement.relation is Relation.EQUAL or len(used) != 1 or isinstance(used[0].domain, Choices):
            return undecided("expansions judge inequalities in one variable that ranges over an interval")
        up, variable = statement.upward, used[0]
        missing = undefined_part(up.left, used) or undefined_part(up.right, used)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        for point in variable.domain.points()[:8]:
            comparison = compare_at(statement, {variable.symbol: point}, context.bits)
            if comparison.truth is Truth.FALSE:
                shown = shown_point({variable.symbol: point})
                return StepResult(
                    False, Grounds.ENCLOSURE, Evidence("the enclosures contradict it", shown, comparison.shown)
                )
        try:
            if isinstance(variable.domain, Integers):
                return self._over_integers(up, variable, context)
            return self._over_reals(up, variable, context)
        except UndecidedError as failure:
            return undecided(f"no expansion with a remainder shows it: {failure.advice}")

    def _over_integers(self, up: Statement, variable: Variable, context: Context) -> StepResult:
        where = variable.domain
        assert isinstance(where, Integers)
        if where.upper is not None:
            return undecided("a finite range of integers is for single comparisons")
        first = max(where.lower, 1)
        reach, note = _beyond(up, variable.symbol, first, 1)
        last = max(first, int(-(-1 // reach)))
        if last - where.lower > self.most:
            return undecided(f"the expansion reaches from {last} on only: too many integers are left")
        for k in range(where.lower, last):
            if context.expired():
                return undecided("the time limit was reached")
            failed = _at(up, {variable.symbol: Integer(k)}, context.bits)
            if failed is not None:
                return failed
        tried = f"; {last - where.lower} integers before it one by one" if last > where.lower else ""
        return StepResult(True, Grounds.ENCLOSURE, Evidence(f"{note}{tried}"))

    def _over_reals(self, up: Statement, variable: Variable, context: Context) -> StepResult:
        side = as_intervals((variable,))[0]
        low, high, notes = side.lower, side.upper, []
        if high is S.Infinity:
            start = max(1, int(low) + 1 if low.is_finite and low > 0 else 1)
            reach, note = _beyond(up, variable.symbol, start, 1)
            notes.append(note)
            high = _rational(1 / reach)
        if low is S.NegativeInfinity:
            reach, note = _beyond(up, variable.symbol, max(1, int(-high) + 1 if high < 0 else 1), -1)
            notes.append(note)
            low = -_rational(1 / reach)
        if not (low < high):
            return undecided("the expansions at both ends overlap: cut the domain")
        cuts = self._where_they_touch(up, variable, low, high, side)
        pieces, start, open_start = [], low, side.left_open and low == side.lower
        for point in sorted(cuts, key=cmp_to_key(_order)):
            at_lower, at_upper = point == side.lower, point == side.upper
            if not ((at_lower and side.left_open) or (at_upper and side.right_open)):
                failed = _at(up, {variable.symbol: point}, context.bits)
                if failed is not None:
                    return failed
            if not at_lower:
                before, note = _beside(up, variable.symbol, point, -1, Min((high - low) / 2, point - start))
                notes.append(note)
                if start < before:
                    pieces.append(Interval(start, before, open_start, False))
            if at_upper:
                start = point
                break
            start, note = _beside(up, variable.symbol, point, 1, Min((high - low) / 2, high - point))
            open_start = False
            notes.append(note)
        if start < high:
            pieces.append(Interval(start, high, open_start, side.right_open and high == side.upper))
        for piece in pieces:
            if context.expired():
                return undecided("the time limit was reached")
            fresh = Dummy(variable.symbol.name, **({"positive": True} if piece.lower.is_positive else {"real": True}))
            found = self.inner.check(
                up.xreplace({variable.symbol: fresh}), context.narrowed(domain=(Variable(fresh, piece),))
            )
            if not found.holds:
                return undecided(f"between the expansions, {variable.symbol} {piece}: {found.advice}")
            notes.append(f"{variable.symbol} {piece}: {found.evidence.note}")
        return StepResult(True, Grounds.ENCLOSURE, Evidence("; ".join(notes)))

    def _where_they_touch(self, up: Statement, variable: Variable, low: Expr, high: Expr, side: Interval) -> list[Expr]:
        """The finite ends at which the difference is not certainly positive, and likely points inside where it vanishes."""
        found = []
        for end, is_open in ((side.lower, side.left_open), (side.upper, side.right_open)):
            if end.is_finite and (is_open or not _certainly(up, {variable.symbol: end})):
                found.append(end)
        if up.relation is Relation.AT_MOST:
            gap = up.right - up.left
            for point in _likely_zeros(gap, variable.symbol, low, high):
                if point not in found and low < point < high and vanishes(gap.xreplace({variable.symbol: point})):
                    found.append(point)
        return found


def _certainly(up: Statement, point: dict[Symbol, Expr]) -> bool:
    strict = Statement(up.left, Relation.LESS, up.right)
    return compare_at(strict, point, 64).truth is Truth.TRUE


def _at(up: Statement, point: dict[Symbol, Expr], bits: int) -> StepResult | None:
    """Why the statement is not shown at a point; None if it is, in balls or because the sides are equal."""
    comparison = compare_at(up, point, bits)
    if comparison.truth is Truth.TRUE:
        return None
    shown = shown_point(point)
    if comparison.truth is Truth.FALSE:
        return StepResult(False, Grounds.ENCLOSURE, Evidence("the enclosures contradict it", shown, comparison.shown))
    if comparison.left.ball is None or comparison.right.ball is None:
        return undecided(f"a side has no ball at {shown}")
    if up.relation is Relation.AT_MOST and vanishes((up.right - up.left).xreplace(point)):
        return None
    return undecided(f"balls do not tell at {shown}")


def _beyond(up: Statement, symbol: Symbol, start: int, side: int) -> tuple[Fraction, str]:
    """The reach in 1/n of an expansion at infinity, and what it says."""
    t = Dummy("t", positive=True)
    left, right = (part.xreplace({symbol: side / t}) for part in (up.left, up.right))
    found = positive_near(left, right, t, min(Fraction(1, 4), Fraction(1, start)))
    place = "infinity" if side == 1 else "-infinity"
    return (
        found.reach,
        f"{found.form} are apart near {place}, from {symbol} = {side / _rational(found.reach)} on (order {found.order})",
    )


def _beside(up: Statement, symbol: Symbol, point: Expr, side: int, room: Expr) -> tuple[Expr, str]:
    """A rational number up to which an expansion at a point reaches, and what it says."""
    if not room > 0:
        raise UndecidedError("two points where the sides touch are too close")
    t = Dummy("t", positive=True)
    left, right = (part.xreplace({symbol: point + side * t}) for part in (up.left, up.right))
    longest = Fraction(1, 4)
    while 2 * _rational(longest) > room:
        longest /= 4
    found = positive_near(left, right, t, longest)
    end, reach = point + side * _rational(found.reach), _rational(found.reach)
    if not point.is_Rational:  # well within the reach, which ends at an irrational number
        fine = 2 ** (2 + int(1 / reach).bit_length())
        end = floor((point + side * reach * 3 / 4) * fine) / fine
    if not (side * (end - point) > 0 and side * (end - point) <= reach):
        raise UndecidedError(f"no rational number within the reach at {symbol} = {point}")
    return end, f"{found.form} part at {symbol} = {point} with order {found.order}, up to {end}"


def _order(one: Expr, other: Expr) -> int:
    return 1 if one > other else -1


def _rational(number: Fraction) -> Rational:
    return Rational(number.numerator, number.denominator)


def _likely_zeros(gap: Expr, symbol: Symbol, low: Expr, high: Expr) -> Iterator[Expr]:
    """Simple numbers near the least values of a function: a guess, from middles of balls."""
    with working_bits(64):
        try:
            function = real_function(gap, (symbol,))
        except UndecidedError:
            return

        def value(at: float) -> float:
            ball = function(arb(at))
            return float(ball.mid()) if ball.is_finite() else float("inf")

        first, last = float(low), float(high)
        grid = [first + (last - first) * (k + 0.5) / SAMPLES for k in range(SAMPLES)]
        values = [value(at) for at in grid]
        scale = max((abs(v) for v in values if v != float("inf")), default=1.0)
        for k in range(SAMPLES):
            around = values[max(0, k - 1) : k + 2]
            if values[k] != min(around) or values[k] > 0.1 * scale:
                continue
            left, right = grid[max(0, k - 1)], grid[min(SAMPLES - 1, k + 1)]
            for _ in range(60):
                third = (right - left) / 3
                if value(left + third) <= value(right - third):
                    right -= third
                else:
                    left += third
            least = (left + right) / 2
            if value(least) < 1e-9 * max(scale, 1e-9):
                yield from _simple_numbers(least)


def _simple_numbers(near: float) -> Iterator[Expr]:
    guess = Fraction(near).limit_denominator(LARGEST_DENOMINATOR)
    if abs(float(guess) - near) < 1e-4:
        yield _rational(guess)
    square = Fraction(near * near).limit_denominator(LARGEST_DENOMINATOR)
    if square > 0 and abs(float(square) - near * near) < 1e-4:
        root = sqrt(_rational(square))
        yield root if near > 0 else -root
