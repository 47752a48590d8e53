"""An identity over an interval, by equal derivatives and one equal value."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Mul, Pow, Symbol, sympify
from sympy import functions as sf
from sympy.core.function import Function

from proofs_check.decimal_text import counted
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Interval
from proofs_check.methods.base import Context, Method, StepResult, agreeing_points, undecided
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds
from theory.expectation import Mean

_ANALYTIC = (sf.exp, sf.log, sf.sin, sf.cos, sf.tan, sf.sinh, sf.cosh, sf.tanh, sf.asin, sf.acos, sf.atan, sf.asinh, sf.atanh,
             sf.erf, sf.erfc)  # fmt: skip


def is_smooth(expression: Expr) -> bool:
    """Whether every function in it is analytic wherever it is defined: no kinks, no jumps.

    >>> from sympy import Abs, exp
    >>> t = Symbol("t", real=True)
    >>> is_smooth(exp(t)), is_smooth(Abs(t))
    (True, False)
    """
    return expression.is_Atom or (
        isinstance(expression, _ANALYTIC if isinstance(expression, Function) else (Pow, Add, Mul))
        and all(is_smooth(argument) for argument in expression.args)
    )


@dataclass(frozen=True)
class EqualDerivatives(Method):
    """left = right for every value of a variable, because the derivatives agree everywhere and the sides agree at one value.

    Both sides and both derivatives must be defined on the whole interval; balls confirm at hard points.  It proves what differs by
    a constant that no normal form sees, such as arcsin against arctan.

    Args:
        variable: one of the claim's variables, over an interval.
        at: where the sides are compared; it must lie in that interval.
        digits: how narrow the balls must be.
    """

    variable: Symbol
    at: Expr
    digits: int = 25

    def check(self, statement: Statement, context: Context) -> StepResult:
        if statement.relation is not Relation.EQUAL:
            return undecided("equal derivatives judge equalities")
        found = [v for v in context.domain if v.symbol == self.variable]
        start = sympify(self.at)
        if not found or not isinstance(found[0].domain, Interval) or not found[0].domain.contains(start):
            return undecided(f"{self.variable} must range over an interval that contains {start}")
        if (statement.left - statement.right).has(Mean):
            return undecided("a mean is no formula to differentiate: add a step that derives one")
        slopes = [side.diff(self.variable) for side in (statement.left, statement.right)]
        for side in (statement.left, statement.right, *slopes):
            missing = undefined_part(side, context.domain)
            if missing or not is_smooth(side):
                return undecided(f"{missing or f'{side} may have a kink'}: narrow the domain")
        agreeing = agreeing_points(statement, context, self.digits)
        if isinstance(agreeing, StepResult):
            return agreeing
        if not agreeing:
            return undecided("no point of the domain could be enclosed narrowly, so nothing confirms the derivatives")
        signs = {v.symbol: v.domain.symbol_like(v.symbol)[1] for v in context.domain}
        value = (statement.left - statement.right).subs(self.variable, start).xreplace(signs)
        if not vanishes(value):
            return undecided(f"the sides are not shown to agree at {self.variable} = {start}")
        if not vanishes((slopes[0] - slopes[1]).xreplace(signs)):
            return undecided(f"the derivatives in {self.variable} are not shown to agree")
        note = f"equal at {self.variable} = {start}, equal derivatives in {self.variable}; balls agree at {counted(agreeing, 'point')}"
        return StepResult(True, Grounds.EXACT, Evidence(note))
