"""A statement by the arithmetic of the certificate checker, confirmed in the balls of numerics at hard points."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check import recheck
from proofs_check.certificates.steps import chained, identity_step, inequality_step, touching_points
from proofs_check.certificates.trees import CertificateError
from proofs_check.comparison import Truth, compare_at
from proofs_check.decimal_text import counted
from proofs_check.domains.domain import Choices, Point, Variable, all_points, is_finite, sample_points
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds

POINTS = 8
BITS = 64


@dataclass(frozen=True)
class ByCertificate(Method):
    """left < right because `proofs_check.recheck` shows it: in polynomials of roots, exponentials, logarithms and arc sines, with Gaussian
    and sphere means in closed form, on a domain that is cut into pieces where that is needed.

    The checker shares no code with the rest of this project; balls at hard points come from `numerics`.

    Args:
        points: how many hard points are tried in balls.
    """

    points: int = POINTS

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is Relation.EQUAL:
            return undecided("equalities go through an exact identity")
        confirmed, silent = 0, []
        for point in sample_points(context.domain, self.points):
            comparison = compare_at(statement, point, context.bits)
            if comparison.truth is Truth.FALSE:
                evidence = Evidence("the enclosures contradict it", shown_point(point), comparison.shown)
                return StepResult(False, Grounds.ENCLOSURE, evidence)
            confirmed += comparison.truth is Truth.TRUE
            silent += [point] * (comparison.truth is Truth.UNDECIDED)
        meeting = self._where_sides_meet(statement, context, silent)
        if meeting is not None:
            return StepResult(False, Grounds.EXACT, Evidence("the two sides are equal there", shown_point(meeting)))
        if not confirmed:
            return undecided("balls confirm the inequality at no point that was tried")
        why = shown_by_checker(statement, context.domain)
        if why:
            return undecided(f"the checker does not show it: {why}")
        return StepResult(
            True,
            Grounds.ENCLOSURE,
            Evidence(f"shown as in its certificate; balls agree at {counted(confirmed, 'point')}"),
        )

    def _where_sides_meet(self, statement: Statement, context: Context, silent: list[Point]) -> Point | None:
        """A point at which a strict inequality is an equality, by the checker's arithmetic and by balls that overlap there."""
        if statement.relation not in (Relation.LESS, Relation.GREATER):
            return None
        used = tuple(v for v in context.domain if v.symbol in statement.free_symbols)
        if len(used) == 1 and not isinstance(used[0].domain, Choices):
            try:
                inside = touching_points(statement, used)
            except CertificateError:
                inside = []
            silent = silent + [{used[0].symbol: at} for at in inside if used[0].domain.contains(at)]
        for point in silent[:4]:
            at = statement.subs(dict(point))
            if compare_at(at, {}, context.bits).truth is Truth.UNDECIDED and not shown_by_checker(
                Statement(at.left, Relation.EQUAL, at.right), ()
            ):
                return point
        return None


def shown_by_checker(statement: Statement, domain: tuple[Variable, ...]) -> str:
    """Why the checker does not show a statement; an empty text if it does."""
    used = tuple(v for v in domain if v.symbol in statement.free_symbols)
    listed = used if is_finite(used, 64) else tuple(v for v in used if isinstance(v.domain, Choices))
    rest = tuple(v for v in used if v not in listed)
    try:
        for point in all_points(listed):
            at = statement.subs(dict(point)) if point else statement
            step = identity_step(at, rest) if at.relation is Relation.EQUAL else inequality_step(at, rest, BITS)
            status, reason = recheck.recheck(chained("step", [step]), 20)
            if status:
                return reason
    except CertificateError as error:
        return str(error)
    return ""
