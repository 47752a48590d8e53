"""An equality by normal forms, confirmed in balls at hard points: two engines or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr
from sympy.core.function import AppliedUndef

from proofs_check.by_parts import vanishes_by_parts
from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.decimal_text import counted
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import sample_points
from proofs_check.methods.base import Context, Method, StepResult, admits, shown_point, undecided
from proofs_check.methods.by_certificate import shown_by_checker
from proofs_check.normal_form import derived_form, normal_form, vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class ExactIdentity(Method):
    """left = right, because the difference has normal form zero, or the certificate checker shows it, and the balls of both sides agree
    wherever they were tried.

    Args:
        points: how many hard points of the domain are tried in balls.
        digits: how narrow those balls must be.
    """

    points: int = 8
    digits: int = 25

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is not Relation.EQUAL:
            return undecided("an exact identity judges equalities; the statement is an inequality")
        sides = (statement.left, statement.right)
        missing = next(filter(None, (undefined_part(side, context.domain, context.given) for side in sides)), None)
        agreeing, silent, bits = 0, None, int(self.digits * 3.33) + 48
        for tried in instances(statement, context, self.points):
            if context.expired():
                return undecided("the time limit was reached before the points were tried")
            concrete, point = tried
            comparison = compare_at(concrete, {}, bits)
            if comparison.truth is Truth.FALSE:
                evidence = Evidence("the two sides differ", shown_point(point), comparison.shown)
                return StepResult(False, Grounds.ENCLOSURE, evidence)
            if agree_closely(concrete.left, concrete.right, bits, self.digits):
                agreeing += 1
            elif silent is None:
                silent = f"balls do not confirm it at {shown_point(point)}: {comparison.advice}"
        if missing:
            return undecided(f"{missing}: narrow the domain")
        if not agreeing:
            return undecided("no point of the domain could be enclosed narrowly, so nothing confirms the normal form")
        if silent and context.domain:  # a side may not exist there
            return undecided(silent)
        confirmed = f"to {self.digits} digits at {counted(agreeing, 'point')}"
        if identical(statement, context):
            note = f"normal form zero, confirmed in balls {confirmed}"
            return StepResult(True, Grounds.EXACT, Evidence(note))
        if vanishes_by_parts(statement.left - statement.right, context.domain):
            note = f"integration by parts under the Gaussian law, confirmed in balls to {self.digits} digits at {agreeing} points"
            return StepResult(True, Grounds.EXACT, Evidence(note))
        if not shown_by_checker(statement, context.domain):
            note = f"polynomials of the certificate checker, confirmed in balls {confirmed}"
            return StepResult(True, Grounds.EXACT, Evidence(note))
        return undecided(
            f"the sides agree {confirmed}, but no normal form shows it: add a step between them",
            note="agreement without proof",
        )


def identical(statement: Statement, context: Context) -> bool:
    """Whether the difference of the sides has normal form zero, with the domain's signs as assumptions."""
    rule = {}
    for variable in context.domain:
        _, expression = variable.domain.symbol_like(variable.symbol)
        rule[variable.symbol] = expression
    left, right = normal_form(statement.left), normal_form(statement.right)
    derived = normal_form(derived_form(left)) - normal_form(derived_form(right))
    forms = [left - right, derived.xreplace(rule), derived]  # the domain's signs make roots shorter
    return any(vanishes(form) for form in dict.fromkeys(forms))


def instances(statement: Statement, context: Context, most: int) -> list[tuple[Statement, dict]]:
    """Concrete statements at hard points that satisfy the hypotheses; an arbitrary activation is tried as several real ones."""
    found: list[tuple[Statement, dict]] = []
    points = sample_points(context.domain, 40 * most if context.given else most)
    for point in points:
        if len(found) == most:
            break
        if context.given and not admits(context.given, point, context.bits):
            continue
        at = statement.subs(dict(point)) if point else statement
        functions = {f.func for side in (at.left, at.right) for f in side.atoms(AppliedUndef)}
        if not functions:
            found.append((at, dict(point)))
            continue
        for name, formula in _trials().items():
            left, right = at.left, at.right
            for function in functions:
                left, right = (_instantiate(side, function, formula) for side in (left, right))
            shown = {**point, **dict.fromkeys(functions, name)}
            found.append((Statement(left, at.relation, right), shown))
    return found[:most]


def _instantiate(side: Expr, function: type, formula: Expr) -> Expr:
    from theory.conventions import x

    return side.replace(function, lambda argument: formula.xreplace({x: argument}))


def _trials() -> dict[str, Expr]:
    """Activations an arbitrary one is tried as: a kink, a smooth odd one, and one without any symmetry."""
    from theory import activations
    from theory.conventions import x

    return {
        "relu": activations.get("relu").formula,
        "erf": activations.get("erf").formula,
        "x^2 + x/3 + 1/2": x**2 + x / 3 + (x - x + 1) / 2,
    }
