"""An inequality in one variable, on pieces of its domain that different methods can judge."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sympy import Rational

from proofs_check.domains.domain import Choices, Interval, Variable
from proofs_check.domains.signs import as_intervals
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.methods.cover import Cover
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.monotonicity import Monotonicity
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds

SHARES = (Rational(1, 8), Rational(1, 2), Rational(7, 8))
BEYOND = (1, 4, 16)
SECONDS = 8.0


@dataclass(frozen=True)
class CutDomain(Method):
    """left < right below a cut and beyond it, each by the first of some methods that shows it.

    Where the sides touch at an end a cover fails near it, and where the derivative changes its sign monotonicity fails; a cut
    leaves each to the method that can.  Integers are relaxed to reals.

    Args:
        inner: judges a piece.
    """

    inner: Method = field(default_factory=lambda: FirstOf((Monotonicity(), Cover(max_boxes=2000, seconds=2.0))))

    def check(self, statement: Statement, context: Context) -> StepResult:
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if statement.relation is Relation.EQUAL or len(used) != 1 or isinstance(used[0].domain, Choices):
            return undecided("a cut is for an inequality in one variable that ranges over an interval")
        side = as_intervals(used)[0]
        if not (side.lower.is_Rational and (side.upper.is_Rational or side.upper.is_infinite)):
            return undecided("a cut needs rational ends, or none above")
        finite = side.upper.is_finite
        cuts = (
            [side.lower + s * (side.upper - side.lower) for s in SHARES] if finite else [side.lower + m for m in BEYOND]
        )
        symbol, end = used[0].symbol, time.monotonic() + SECONDS
        for cut in cuts:
            if time.monotonic() > end:
                break
            if not side.lower < cut < side.upper:
                continue
            pieces = (
                Interval(side.lower, cut, side.left_open, False),
                Interval(cut, side.upper, False, side.right_open),
            )
            results = []
            for piece in reversed(pieces):
                if context.expired():
                    return undecided("the time limit was reached")
                at, variable = _relaxed(statement, symbol, piece)
                results.append(self.inner.check(at, context.narrowed(domain=(variable,))))
                if not results[-1].holds:
                    break
            if len(results) == 2 and all(r.holds for r in results):
                notes = f"below {cut}: {results[1].evidence.note}; beyond: {results[0].evidence.note}"
                return StepResult(True, Grounds.ENCLOSURE, Evidence(notes))
        return undecided("no cut of the domain leaves pieces that are shown")


def _relaxed(statement: Statement, symbol: object, piece: Interval) -> tuple[Statement, Variable]:
    from sympy import Dummy

    fresh = Dummy(str(symbol), **({"positive": True} if piece.lower.is_positive else {"real": True}))
    return statement.xreplace({symbol: fresh}), Variable(fresh, piece)
