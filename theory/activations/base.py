"""An activation as a value that checks its own facts when it is built."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Function, S, sympify

from theory.activations.errors import ActivationError
from theory.conventions import rho, x
from theory.display import Displayed
from theory.grammar import parse_expression
from theory.notation import OURS, Notation, expression_latex, notation_of
from theory.pieces import distributional_derivative
from theory.sources import Source


class Parity(enum.Enum):
    """Symmetry of a function of one real variable."""

    EVEN = "even"
    ODD = "odd"
    NONE = "neither even nor odd"


@dataclass(frozen=True)
class Growth:
    """Linear growth bound ``|sigma(x)| <= constant + slope * |x|`` for all real x."""

    constant: Expr
    slope: Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "constant", sympify(self.constant))
        object.__setattr__(self, "slope", sympify(self.slope))

    def __le__(self, other: Growth) -> bool:
        """Whether this bound lies below another one at every x."""
        return bool(self.constant <= other.constant and self.slope <= other.slope)

    def __str__(self) -> str:
        return f"|sigma(x)| <= {self.constant} + {self.slope} |x|"


@dataclass(frozen=True)
class Activation(Displayed):
    """A real activation function with the facts that theorems use about it.

    Args:
        name: short name, as on the command line.
        formula: expression in ``theory.conventions.x``.
        parity: symmetry.
        kinks: points where the function is not analytic, in increasing order.
        growth: linear growth bound, or None where there is none (x^3, exp).
        homogeneity: degree k with sigma(t x) = t^k sigma(x) for t > 0, or None.
        dual: closed form of E sigma(u) sigma(v), (u, v) of unit variance and correlation
            ``theory.conventions.rho``, or None.
        source: where the closed form was read.

    Raises:
        ActivationError: a declared fact fails its check; the message says by how much.

    >>> from theory.activations import relu
    >>> relu.parity.value, relu.homogeneity
    ('neither even nor odd', 1)
    """

    name: str
    formula: Expr
    parity: Parity = Parity.NONE
    kinks: tuple[Expr, ...] = ()
    growth: Growth | None = None
    homogeneity: Expr | None = None
    dual: Expr | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        from theory.activations.checks import check_facts
        from theory.activations.inference import exact_formula

        formula = exact_formula(self.formula)
        object.__setattr__(self, "formula", formula)
        object.__setattr__(self, "kinks", tuple(sympify(k) for k in self.kinks))
        if self.homogeneity is not None:
            object.__setattr__(self, "homogeneity", sympify(self.homogeneity))
        strangers = formula.free_symbols - {x}
        if strangers:
            names = ", ".join(sorted(map(str, strangers)))
            raise ActivationError(f"{self.name}: the formula may contain x alone, not {names}")
        if formula.has(S.ImaginaryUnit):
            raise ActivationError(f"{self.name}: the formula is complex; activations are real")
        if self.dual is not None and self.dual.free_symbols - {rho}:
            raise ActivationError(f"{self.name}: the dual may contain rho alone, not {self.dual.free_symbols - {rho}}")
        check_facts(self)

    def __call__(self, argument: Any) -> Expr:
        """The formula at `argument`, an expression.

        >>> from theory.activations import tanh
        >>> tanh(2)
        tanh(2)
        """
        return self.formula.xreplace({x: sympify(argument)})

    def derivative(self, order: int = 1) -> Expr:
        """Distributional derivative of the formula in x (kinks become steps, steps become deltas)."""
        return distributional_derivative(self.formula, x, order)

    @property
    def smoothness(self) -> Expr:
        """Largest k such that the function is k times continuously differentiable: oo if analytic, -1 at a jump."""
        from theory.activations.inference import smoothness

        return smoothness(self.formula)

    def renamed(self, name: str) -> Activation:
        return replace(self, name=name)

    @property
    def analytic(self) -> bool:
        """Whether the function is analytic on the whole real line."""
        return not self.kinks

    @classmethod
    def from_expression(cls, expression: str | Expr, name: str | None = None) -> Activation:
        """Build an activation from text in the grammar of `theory.grammar`, or from a sympy expression in x.

        Parity, kinks, homogeneity and growth are found from the formula and then checked like declared ones.  A growth
        bound is claimed only where the structure of the formula proves one.  Constants are allowed.

        Raises:
            ExpressionError: malformed text.
            ActivationError: other symbols than x; complex, infinite or undefined somewhere on the line (the message
                names a point); infinitely many kinks, or kinks without an exact form.

        >>> Activation.from_expression("x*tanh(log(1+exp(x)))").growth.slope
        1
        """
        from theory.activations.inference import exact_formula, inferred_facts

        formula = parse_expression(expression) if isinstance(expression, str) else exact_formula(expression)
        strangers = formula.free_symbols - {x}
        if strangers:
            names = ", ".join(sorted(map(str, strangers)))
            raise ActivationError(f"{formula}: the formula may contain x alone, not {names}")
        return cls(name=name or str(formula), formula=formula, **inferred_facts(formula))

    @classmethod
    def arbitrary(cls, name: str = "sigma") -> Activation:
        """Any activation at all, for statements that hold whatever the function is.

        >>> Activation.arbitrary()(0)
        sigma(0)
        """
        return cls(name=name, formula=Function(name, real=True)(x))

    def latex(self, notation: Notation | str = OURS) -> str:
        """``sigma(x) = formula``."""
        letters = notation_of(notation)
        if self.formula.func == Function(self.name, real=True):
            return rf"{letters.activation} \text{{ arbitrary}}"
        return f"{letters.activation}(x) = {expression_latex(self.formula, letters)}"

    def describe(self) -> str:
        """Name, formula and facts, a line each."""
        facts = [self.parity.value]
        facts += [f"kinks at {', '.join(map(str, self.kinks))}"] if self.kinks else ["analytic"]
        facts += [str(self.growth)] if self.growth else []
        facts += [f"homogeneous of degree {self.homogeneity}"] if self.homogeneity is not None else []
        dual = [f"dual(rho) = {self.dual}"] if self.dual is not None else []
        return "\n    ".join([f"{self.name}: sigma(x) = {self.formula}", "; ".join(facts), *dual])

    def __str__(self) -> str:
        return self.name
