"""A limit as an integer variable grows, by sympy and, with another engine, by balls around the point at infinity."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq
from sympy import Dummy, Expr, Function, Limit, Pow, cancel, count_ops, oo, together

from numerics.enclose import enclose
from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.precision import working_bits
from proofs_check.methods.base import Context, Method, StepResult, undecided
from proofs_check.normal_form import derived_form, vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from proofs_check.verdict import Evidence, Grounds
from theory.expectation import Mean


@dataclass(frozen=True)
class LimitAtInfinity(Method):
    """``Limit(f, n, oo) = value``, f built of elementary functions.

    With n = 1/t the function is enclosed over the whole interval 0 <= t <= 2^-k: the ball contains every value of f from
    n = 2^k on, hence the limit if there is one.  sympy must find the value, and the balls must close in on it.

    Args:
        digits: how close the balls must come.
    """

    digits: int = 20

    def check(self, statement: Statement, context: Context) -> StepResult:
        limit = next((s for s in (statement.left, statement.right) if isinstance(s, Limit)), None)
        if statement.relation is not Relation.EQUAL or limit is None:
            return undecided("the method judges Limit(f, n, oo) = value")
        function, n, point, _ = limit.args
        value = statement.right if limit == statement.left else statement.left
        if point is not oo or function.free_symbols != {n} or value.free_symbols or function.has(Mean):
            return undecided("f must depend on n alone, n must go to oo, and the value must be a number")
        ball = ball_at_infinity(function, n, self.digits)
        target = enclose(derived_form(value), 128).ball
        if ball is None or target is None:
            return undecided("no finite ball around the point at infinity: write f so that 1/n has no pole at 0")
        if not ball.overlaps(target):
            shown = Evidence("from some n on f lies elsewhere", enclosure=(str(ball), str(target)))
            return StepResult(False, Grounds.ENCLOSURE, shown)
        if float(ball.rad()) > 10.0**-self.digits:
            return undecided("the balls do not close in on the value")
        try:
            with time_limit(20):
                found = limit.doit()
        except TimeLimitReached:
            return undecided("sympy finds no limit in time")
        if not vanishes(found - derived_form(value)):
            return undecided(f"sympy's limit is {found}, which is not shown to be the stated value")
        note = f"sympy's limit, and balls over all large {n} within 1e-{self.digits} of it"
        return StepResult(True, Grounds.EXACT, Evidence(note))


def ball_at_infinity(function: Expr, n: Expr, digits: int) -> arb | None:
    """A ball that contains f(n) for every n >= 2^k, k chosen so that it is narrow where f is continuous at infinity."""
    t = Dummy("t", positive=True)
    flat = function.xreplace({n: 1 / t}).replace(
        lambda e: e.is_rational_function(t) and not e.is_Atom, lambda e: cancel(together(e))
    )
    flat = _without_poles(flat)
    try:
        with working_bits(8 * digits + 64):  # constants such as pi are rounded where the function is built
            value = real_function(flat, (t,))
            found = value(arb(0).union(arb(fmpq(1, 2 ** (7 * digits)))))
    except (UndecidedError, ArithmeticError, ValueError, TypeError, AttributeError):
        return None
    return found if found.is_finite() else None


def _without_poles(flat: Expr) -> Expr:
    """The same function with powers of 1/t in numerator and denominator cancelled, roots and functions taken as unknowns."""
    parts = [p for p in flat.atoms(Function, Pow) if not (isinstance(p, Pow) and p.exp.is_Integer)]
    names = {part: Dummy() for part in sorted(parts, key=count_ops, reverse=True)}
    rational = cancel(together(flat.xreplace(names)))
    return rational.xreplace({name: part for part, name in names.items()})


__all__ = ["LimitAtInfinity", "ball_at_infinity"]
