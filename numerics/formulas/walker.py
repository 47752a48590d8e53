"""From a sympy expression to a function of balls, through an emitter of our own (`lambdify` would turn 1/3 into a
double).

Two readings of the same expression:

* *real*: arguments and value are `flint.arb`; branches (Max, Abs, Piecewise, ...) are decided in balls, and where a
condition is open
  the value is the union of the branches.
* *complex*: arguments and value are `flint.acb`; the expression must be analytic (no Max, Abs, ...), and the value is
not finite
  wherever analyticity on the whole box is not certain.  This is what a rigorous quadrature rule needs.

A value outside the domain of a function is a ball that is not finite, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flint import acb, arb, ctx
from sympy import Expr, Integer, Rational, S, Symbol
from sympy import functions as sf
from sympy.core.add import Add
from sympy.core.mul import Mul
from sympy.core.power import Pow
from sympy.core.relational import Relational
from sympy.logic.boolalg import ITE, And, BooleanFalse, BooleanTrue, Not, Or

from numerics.balls import rational_ball
from numerics.errors import UndecidedError
from numerics.formulas import walker_functions as wf
from numerics.formulas.enclosed_number import EnclosedNumber
from numerics.precision import pulse

_CONSTANTS: dict[Any, Callable[[], arb]] = {
    S.Pi: arb.pi,
    S.Exp1: arb.const_e,
    S.EulerGamma: arb.const_euler,
    S.Catalan: arb.const_catalan,
    S.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
    S.Infinity: arb.pos_inf,
    S.NegativeInfinity: arb.neg_inf,
    S.NaN: arb.nan,
    S.ComplexInfinity: arb.nan,
}


class _Emitter:
    """Writes one straight-line python function; equal subexpressions are computed once."""

    def __init__(self, variables: tuple[Symbol, ...], complex_values: bool, defined: bool = False):
        self.complex, self.defined = complex_values, defined
        self.number = acb if complex_values else arb
        self.names: dict[Any, str] = {v: f"v{i}" for i, v in enumerate(variables)}
        self.lines: list[str] = []
        self.scope: dict[str, Any] = {"wf": wf, "pulse": pulse}

    def line(self, node: Any, text: str) -> str:
        name = f"t{len(self.lines)}"
        self.lines.append(f"    {name} = {text}")
        self.names[node] = name
        return name

    def constant(self, node: Any, value: arb) -> str:
        name = f"c{len(self.scope)}"
        self.scope[name] = self.number(value)
        self.names[node] = name
        return name

    def value(self, node: Any) -> str:
        if node in self.names:
            return self.names[node]
        if node.is_Rational:
            return self.constant(node, rational_ball(_fraction(node)))
        if node.is_Float:
            raise UndecidedError(f"{node} is a float, not a number one can enclose: write Rational({str(node)!r})")
        if isinstance(node, EnclosedNumber):
            return self.constant(node, node.ball)
        if node in _CONSTANTS:
            return self.constant(node, _CONSTANTS[node]())
        if node is S.ImaginaryUnit:
            raise UndecidedError("the expression is not real: it contains I (a root or logarithm below 0?)")
        if isinstance(node, Symbol):
            raise UndecidedError(f"the expression contains the free symbol {node}: substitute a number for it")
        if self.complex and not (node.free_symbols & set(self.names)):
            return self.constant(node, real_function(node, ())())
        if isinstance(node, Add):
            return self.line(node, " + ".join(self.value(a) for a in node.args))
        if isinstance(node, Mul):
            return self.line(node, self._product(node))
        if isinstance(node, Pow):
            return self.line(node, self._power(node.base, node.exp))
        return self.line(node, self._function(node))

    def _product(self, node: Mul) -> str:
        above = [a for a in node.args if not (isinstance(a, Pow) and a.exp == -1)]
        below = [a.base for a in node.args if isinstance(a, Pow) and a.exp == -1]
        top = " * ".join(self.value(a) for a in above) or self.value(S.One)
        for factor in below:
            top = f"({top}) / {self.value(factor)}"
        return top

    def _power(self, base: Expr, exponent: Expr) -> str:
        if base == S.Exp1:
            return f"{self.value(exponent)}.exp()"
        b = self.value(base)
        kind, flag = ("complex_", ", analytic") if self.complex else ("real_", "")
        if isinstance(exponent, Integer):
            return f"wf.{kind}integer_power({b}, {int(exponent)})"
        if isinstance(exponent, Rational):
            known = self.defined or (isinstance(base, sf.Abs) and not self.complex)
            kind = "defined_" if known and exponent > 0 else kind
            return f"wf.{kind}rational_power({b}, {int(exponent.p)}, {int(exponent.q)}{flag})"
        return f"wf.{kind}power({b}, {self.value(exponent)}{flag})"

    def _function(self, node: Any) -> str:
        table = wf.COMPLEX if self.complex else wf.REAL
        kind = type(node)
        if self.defined and kind in (sf.asin, sf.acos):
            return f"wf.defined_{kind.__name__}({self.value(node.args[0])})"
        if kind in table:
            arguments = ", ".join(self.value(a) for a in node.args)
            method = table[kind]
            if isinstance(method, str):
                first, _, rest = arguments.partition(", ")
                return f"{first}.{method}({rest})"
            name = f"f_{kind.__name__}"
            self.scope[name] = method
            return (
                f"{name}({arguments}{', analytic' if kind in wf.CUT else ''})"
                if self.complex
                else f"{name}({arguments})"
            )
        if not self.complex:
            if isinstance(node, sf.Piecewise):
                rows = ", ".join(
                    f"({self._condition(c)}, {self.value(e)}, ({self._compared(c)}))" for e, c in node.args
                )
                return f"wf.select(({rows},))"
            if kind in (sf.Max, sf.Min):
                text = self.value(node.args[0])
                for a in node.args[1:]:
                    text = f"{text}.{'max' if kind is sf.Max else 'min'}({self.value(a)})"
                return text
            if kind is sf.Heaviside:
                return f"wf.heaviside({self.value(node.args[0])}, {self.value(node.args[1])})"
            if kind is sf.hyper:
                above, below = (", ".join(self.value(a) for a in group) for group in node.args[:2])
                return f"wf.hypergeometric([{above}], [{below}], {self.value(node.args[2])})"
            if kind is sf.polygamma and isinstance(node.args[0], Integer):
                return f"wf.polygamma({int(node.args[0])}, {self.value(node.args[1])})"
        elif isinstance(node, (sf.Max, sf.Min, sf.Abs, sf.Heaviside, sf.sign, sf.Piecewise)):
            raise UndecidedError(f"{node} is not analytic: it must be split at its kinks first")
        raise UndecidedError(
            f"no ball arithmetic for {type(node).__name__} in {node}: rewrite it in elementary functions"
        )

    def _compared(self, condition: Any) -> str:
        """The finite numbers that a condition compares: without a value for one of them it is neither true nor false."""
        sides = (side for relation in condition.atoms(Relational) for side in relation.args if not side.is_infinite)
        return "".join(f"{self.value(side)}, " for side in sides)

    def _condition(self, node: Any) -> str:
        if isinstance(node, (BooleanTrue, BooleanFalse)):
            return str(bool(node))
        if isinstance(node, Relational):
            left, right = self.value(node.lhs), self.value(node.rhs)
            return f"wf.relation({node.rel_op!r}, {left}, {right})"
        if isinstance(node, (And, Or)):
            inner = ", ".join(self._condition(a) for a in node.args)
            return f"wf.{'all_of' if isinstance(node, And) else 'any_of'}(({inner},))"
        if isinstance(node, Not):
            return f"wf.negation({self._condition(node.args[0])})"
        if isinstance(node, ITE):
            test, yes, no = node.args
            return self._condition(
                Or(And(test, yes, evaluate=False), And(Not(test), no, evaluate=False), evaluate=False)
            )
        raise UndecidedError(f"cannot decide the condition {node} in balls")


def _fraction(node: Rational) -> Any:
    from fractions import Fraction

    return Fraction(int(node.p), int(node.q))


@lru_cache(maxsize=4096)
def _compiled(
    expression: Expr, variables: tuple[Symbol, ...], complex_values: bool, bits: int, defined: bool = False
) -> Callable[..., Any]:
    if not variables and (expression.is_Rational or expression in _CONSTANTS):  # nothing to compile
        ball = rational_ball(_fraction(expression)) if expression.is_Rational else _CONSTANTS[expression]()
        value = acb(ball) if complex_values else ball
        return lambda analytic=True: value
    emitter = _Emitter(variables, complex_values, defined)
    result = emitter.value(expression)
    flag = ("analytic=True",) if complex_values else ()
    header = ", ".join([*(f"v{i}" for i in range(len(variables))), *flag])
    pulse = ("    pulse()",) if variables else ()
    body = "\n".join([f"def function({header}):", *pulse, *emitter.lines, f"    return {result}"])
    # the text comes from the emitter above alone: names v0, t0, c0, method names of the tables, integers
    exec(compile(body, "<balls>", "exec"), emitter.scope)
    return emitter.scope["function"]


def real_function(expression: Expr, variables: tuple[Symbol, ...], defined: bool = False) -> Callable[..., arb]:
    """The expression as a function of real balls, with constants at the working precision.

    Args:
        expression: without means.
        variables: its arguments, in order.
        defined: the caller knows that the expression has a value wherever it is asked for: balls that reach below 0 under a root, or
            beyond 1 in an inverse sine, are cut there.  Otherwise such a ball gives one that is not finite.

    Raises:
        UndecidedError: a float, a free symbol, or a function that balls do not know.
    """
    return _compiled(expression, variables, False, ctx.prec, defined)


def complex_function(expression: Expr, variables: tuple[Symbol, ...]) -> Callable[..., acb]:
    """The expression as an analytic function of complex balls; not finite where analyticity is not certain.

    With the keyword ``analytic=False`` the function gives values only, without that promise (for the real axis up to a
    branch point).

    Raises:
        UndecidedError: a float, a free symbol, a non-analytic node, or a function that balls do not know.
    """
    return _compiled(expression, variables, True, ctx.prec)
