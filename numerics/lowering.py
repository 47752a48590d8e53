r"""From theory to plain data: an activation as an `Elementwise` tree, a network as a `NetworkSpec`.

The tree says the same as the formula, in a form that neither overflows nor cancels where the formula's value is finite:
sums of exponentials are factored by their largest term, log(1 + e^u) becomes softplus, 1/(1 + e^-u) the sigmoid,
1 + erf(u) the normal distribution function, e^u - 1 expm1, log(1 + u) log1p.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    acos,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan
from sympy.functions.elementary.hyperbolic import acosh, atanh, coth, csch, sech
from sympy.functions.elementary.trigonometric import acot, cot, csc, sec

from numerics.formulas.exponential_sums import (
    exponential_terms,
    largest_exponent,
    never_zero,
    pair_hyperbolics,
    rebuilt,
    two_terms,
)
from numerics.simulation.elementwise import Elementwise
from numerics.simulation.network_spec import NetworkSpec
from theory.activations.base import Activation
from theory.conventions import x
from theory.network import BatchNorm, Network

Node = tuple
_X: Node = ("x",)
_UNARY = {
    Abs: "abs", sign: "sign", sin: "sin", cos: "cos", tan: "tan", sinh: "sinh", cosh: "cosh", tanh: "tanh",
    asin: "asin", acos: "acos", atan: "atan", erf: "erf", erfc: "erfc",
}  # fmt: skip
_COMPARISONS = {StrictLessThan: "lt", LessThan: "le", StrictGreaterThan: "gt", GreaterThan: "ge"}
_REWRITTEN = {
    sech: lambda u: 1 / cosh(u), csch: lambda u: 1 / sinh(u), coth: lambda u: 1 / tanh(u),
    sec: lambda u: 1 / cos(u), csc: lambda u: 1 / sin(u), cot: lambda u: 1 / tan(u), acot: lambda u: atan(1 / u),
    atanh: lambda u: (log(1 + u) - log(1 - u)) / 2, acosh: lambda u: log(u + sqrt(u - 1) * sqrt(u + 1)),
}  # fmt: skip
# beyond this asinh(a) = log(2 a) to the last bit, and a^2 has not yet overflowed in float32
_ASINH_LARGE = 1e9


class LoweringError(ValueError):
    """The expression has no plain-data form; the message names the part."""


def lower_activation(activation: Activation | Expr | str) -> Elementwise:
    """The activation as a tree of numpy operations, usable in float32 and float64.

    Args:
        activation: a value, a name, or an expression in ``theory.conventions.x``.

    Returns:
        An `Elementwise` of the same name. Its values are within a few units in the last place of the largest term that
        the formula adds up, and do not overflow where the formula's own value does not (|x| up to 1000 is tested).

    Raises:
        LoweringError: the formula has a symbol other than x, a complex or infinite constant, a delta function, or a
            function that has no operation.
        ActivationError, ExpressionError: a name or text that is no activation.

    >>> lower_activation("log(1+exp(x))").tree
    ('softplus', ('x',))
    >>> lower_activation("relu").tree
    ('max', ('const', 0.0), ('x',))
    """
    if isinstance(activation, str):
        from theory import activations

        activation = activations.get(activation)
    if isinstance(activation, Activation):
        kinks = tuple(float(k.evalf(30)) for k in activation.kinks)
        return Elementwise(activation.name, lower_expression(activation.formula), kinks)
    if not isinstance(activation, Expr):
        raise LoweringError(f"an activation is a value, a name or an expression in x, not {activation!r:.80}")
    return Elementwise(str(activation), lower_expression(activation))


@lru_cache(maxsize=512)
def lower_expression(formula: Expr) -> Node:
    """The operation tree of a real expression in x; the workhorse of `lower_activation`.

    Raises:
        LoweringError: as there.
    """
    strangers = formula.free_symbols - {x}
    if strangers:
        names = ", ".join(sorted(map(str, strangers)))
        raise LoweringError(f"the formula {_shown(formula)} contains {names}: only x may be left; substitute numbers")
    return _node(formula)


def lower(network: Network) -> NetworkSpec:
    """The network as plain data for ``numerics.simulation``; the batch size stays with the input.

    Raises:
        LoweringError: a symbolic epsilon or variance, or an activation that cannot be lowered.

    >>> lower(Network("tanh", batch_size=4)).normalization
    'batch'
    """
    epsilon = network.normalization.epsilon if isinstance(network.normalization, BatchNorm) else S.Zero
    return NetworkSpec(
        activation=lower_activation(network.activation),
        normalization=network.normalization_key,
        epsilon=plain_float(epsilon, "epsilon"),
        weight_variance=plain_float(network.weight_variance, "weight_variance"),
        bias_variance=plain_float(network.bias_variance, "bias_variance"),
    )


def plain_float(value: Any, name: str) -> float:
    """A number of theory as the nearest float.

    Raises:
        LoweringError: the value is symbolic, complex or infinite.
    """
    if not getattr(value, "is_number", True):
        raise LoweringError(f"{name} = {value} is symbolic: substitute a number before simulating")
    number = value.evalf(40) if hasattr(value, "evalf") else value
    try:
        result = float(number)
    except TypeError:
        raise LoweringError(f"{name} = {value} is not a real number") from None
    if result != result or result in (float("inf"), float("-inf")):
        raise LoweringError(f"{name} = {value} is not a finite number")
    return result


def _shown(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 80 else text[:77] + "..."


def _const(value: Any) -> Node:
    return ("const", plain_float(value, "a constant of the formula"))


def _add(*nodes: Node) -> Node:
    kept = [node for node in nodes if node != ("const", 0.0)]
    return ("const", 0.0) if not kept else kept[0] if len(kept) == 1 else ("add", *kept)


def _mul(*nodes: Node) -> Node:
    kept = [node for node in nodes if node != ("const", 1.0)]
    if len(kept) == 2 and kept[0] == ("const", -1.0):
        return ("neg", kept[1])
    return ("const", 1.0) if not kept else kept[0] if len(kept) == 1 else ("mul", *kept)


def _node(e: Expr) -> Node:
    if e == x:
        return _X
    if not e.has(x):
        return _const(e)
    if isinstance(e, Add):
        return _sum(e)
    if isinstance(e, Mul):
        return _product(e)
    if isinstance(e, exp):
        return ("exp", _node(e.args[0]))
    if isinstance(e, Pow):
        return _power(e)
    if isinstance(e, log):
        return _logarithm(e.args[0])
    if type(e) in _UNARY:
        return (_UNARY[type(e)], _node(e.args[0]))
    if isinstance(e, (Max, Min)):
        return ("max" if isinstance(e, Max) else "min", *(_node(a) for a in e.args))
    if isinstance(e, Heaviside):
        return _step(e)
    if isinstance(e, asinh):
        return _inverse_sinh(_node(e.args[0]))
    if isinstance(e, Piecewise):
        return _branches(e)
    if type(e) in _REWRITTEN:
        return _node(_REWRITTEN[type(e)](e.args[0]))
    raise LoweringError(f"{type(e).__name__} in {_shown(e)} has no numerical operation: rewrite the formula without it")


def _step(e: Heaviside) -> Node:
    argument = _node(e.args[0])
    at_zero = e.args[1] if len(e.args) > 1 else Rational(1, 2)
    if at_zero == Rational(1, 2):
        return ("heaviside", argument)
    zero, one = ("const", 0.0), ("const", 1.0)
    if at_zero in (S.Zero, S.One):
        return ("where", ("gt" if at_zero == 0 else "ge", argument, zero), one, zero)
    return ("where", ("gt", argument, zero), one, ("where", ("lt", argument, zero), zero, _const(at_zero)))


def _inverse_sinh(u: Node) -> Node:
    """sign(u) log1p(a + a^2/(1 + sqrt(1 + a^2))), a = |u|: no cancellation at small or negative arguments."""
    a: Node = ("abs", u)
    square: Node = ("mul", a, a)
    one: Node = ("const", 1.0)
    near = ("log1p", ("add", a, ("div", square, ("add", one, ("sqrt", ("add", one, square))))))
    far = ("add", ("log", a), _const(log(2)))
    return ("mul", ("sign", u), ("where", ("lt", a, ("const", _ASINH_LARGE)), near, far))


def _branches(e: Piecewise) -> Node:
    branches = list(e.args)
    if branches[-1][1] != S.true:
        raise LoweringError(f"{_shown(e)} is not defined everywhere: end the Piecewise with a branch (value, True)")
    result = _node(branches[-1][0])
    for value, condition in reversed(branches[:-1]):
        result = _where(condition, _node(value), result)
    return result


def _where(condition: Any, then: Node, otherwise: Node) -> Node:
    """Conditions of and, or, not become nested `where`s."""
    from sympy import And, Not, Or

    if condition == S.true:
        return then
    if condition == S.false:
        return otherwise
    if type(condition) in _COMPARISONS:
        return ("where", (_COMPARISONS[type(condition)], _node(condition.lhs), _node(condition.rhs)), then, otherwise)
    if isinstance(condition, Not):
        return _where(condition.args[0], otherwise, then)
    if isinstance(condition, And):
        for part in condition.args:
            then = _where(part, then, otherwise)
        return then
    if isinstance(condition, Or):
        for part in condition.args:
            otherwise = _where(part, then, otherwise)
        return otherwise
    raise LoweringError(f"the condition {_shown(condition)} is not a comparison: write x < c, x <= c, x > c or x >= c")


def _scaled(terms: list[tuple[Expr, Expr]], largest: Expr) -> Node:
    """sum c exp(u - largest): between the coefficient of the largest term and the sum of all."""
    return _add(*(_mul(_const(c), ("exp", _add(_node(u), ("neg", _node(largest))))) for c, u in terms))


def _logarithm(argument: Expr) -> Node:
    terms = exponential_terms(argument)
    if terms is not None and len(terms) > 1 and all(c.is_positive for c, _ in terms):
        pair = two_terms(terms)
        if pair is not None:
            c, d, u = pair
            return _add(_const(log(c)), ("softplus", _node(u + log(d / c))))
        largest = largest_exponent(terms)
        return _add(_node(largest), ("log", _scaled(terms, largest)))
    if isinstance(argument, cosh):
        # log cosh u = log(1 + 2 sinh^2(u/2)) = |u| + log(1 + e^(-2|u|)) - log 2
        a: Node = ("abs", _node(argument.args[0]))
        half = ("pow", ("sinh", ("mul", ("const", 0.5), a)), ("const", 2.0))
        far = _add(a, ("log1p", ("exp", ("mul", ("const", -2.0), a))), _const(-log(2)))
        return ("where", ("lt", a, ("const", 1.0)), ("log1p", ("mul", ("const", 2.0), half)), far)
    constant, rest = argument.as_coeff_Add()
    if constant == 1 and rest.has(x):
        return ("log1p", _node(rest))
    return ("log", _node(argument))


def _sum(e: Add) -> Node:
    constant, rest = e.as_coeff_Add()
    others: list[Node] = []
    if constant != 0:
        for term in Add.make_args(rest):
            factor, function = term.as_coeff_Mul()
            remaining = rest - term
            if isinstance(function, exp) and constant == -factor:
                return _add(_mul(_const(factor), ("expm1", _node(function.args[0]))), *_parts(remaining))
            if isinstance(function, erf) and constant in (factor, -factor):
                # c (1 +- erf(u)) = 2 c Phi(+-sqrt(2) u): accurate relative to itself in the tail
                u = sqrt(2) * function.args[0] * (1 if constant == factor else -1)
                cdf = _mul(_const(2 * constant), ("norm_cdf", _node(expand(u))))
                return _add(cdf, *_parts(remaining))
        others = [_const(constant)]
    return _add(*_parts(rest), *others)


def _parts(e: Expr) -> list[Node]:
    return [] if e == 0 else [_node(term) for term in Add.make_args(e)]


def _power(e: Pow) -> Node:
    base, exponent = e.base, e.exp
    if not base.has(x):
        return ("exp", _node(exponent * log(base)))
    if exponent.has(x):
        return ("exp", _node(exponent * log(base)))
    if exponent.is_negative:
        return _product(e)
    if exponent == Rational(1, 2):
        return ("sqrt", _node(base))
    return ("pow", _node(base), _const(exponent))


def _product(e: Expr) -> Node:
    """Exponentials and powers of their sums are gathered into one exponent; sinh/cosh pairs into tanh."""
    if any(isinstance(p.base, Add) and p.exp.is_negative and p.base.has(sinh, cosh) for p in e.atoms(Pow)):
        e = e.replace(sinh, lambda u: (exp(u) - exp(-u)) / 2).replace(cosh, lambda u: (exp(u) + exp(-u)) / 2)
    constant = S.One
    exponent: Expr = S.Zero
    sums: list[tuple[Any, Rational]] = []
    powers: dict[Expr, Expr] = {}
    for factor in Mul.make_args(e):
        base, power = factor.as_base_exp()
        if not factor.has(x):
            constant *= factor
            continue
        if isinstance(factor, exp):
            exponent += factor.args[0]
            continue
        if isinstance(base, exp) and not power.has(x):
            exponent += base.args[0] * power
            continue
        if base is S.Exp1:
            exponent += power
            continue
        terms = exponential_terms(base) if power.is_Rational else None
        if terms is not None and len(terms) > 1 and never_zero(terms, power):
            sums.append((terms, power))
        else:
            powers[base] = powers.get(base, S.Zero) + power
    nodes = [_const(constant)] if constant != 1 else []
    if not any(power.is_negative for _, power in sums) and not (exponent == 0 and not sums):
        # no quotient: nothing to gather, keep the formula's own form
        powers.update({rebuilt(terms): power for terms, power in sums})
        sums = []
    gathered, exponent = _gather(sums, exponent)
    nodes += gathered
    if exponent != 0:
        nodes.append(("exp", _node(expand(exponent))))
    denominators: list[Node] = []
    pair_hyperbolics(powers)
    for base, power in powers.items():
        if power == 0:
            continue
        if power.is_Rational and power.is_negative:
            denominators.append(_raised(_node(base), -power))
        elif power.has(x):
            nodes.append(("exp", _node(power * log(base))))
        else:
            nodes.append(_raised(_node(base), power))
    top = _mul(*nodes)
    return ("div", top, _mul(*denominators)) if denominators else top


def _raised(node: Node, power: Expr) -> Node:
    if power == 1:
        return node
    return ("sqrt", node) if power == Rational(1, 2) else ("pow", node, _const(power))


def _gather(sums: list, exponent: Expr) -> tuple[list[Node], Expr]:
    nodes: list[Node] = []
    for terms, power in sums:
        pair = two_terms(terms)
        if power.is_negative and pair is not None and all(c.is_positive for c in pair[:2]):
            c, d, u = pair
            v = u + log(d / c)
            # (c + d e^u)^-k = c^-k sigmoid(-v)^k, and e^(m v) sigmoid(-v)^k = sigmoid(v)^m sigmoid(-v)^(k-m)
            k = -power
            ratio = (exponent / u).simplify() if exponent != 0 else S.Zero
            m = ratio if ratio.is_Rational and 0 <= ratio <= k else S.Zero
            exponent = expand(exponent - m * u)
            scale = _const(c ** (-k) * (c / d) ** m)
            parts = [(("sigmoid", _node(v)), m), (("sigmoid", _node(-v)), k - m)]
            nodes.append(_mul(scale, *(_raised(node, p) for node, p in parts if p != 0)))
            continue
        largest = largest_exponent(terms)
        scaled = _scaled(terms, largest)
        nodes.append(("div", ("const", 1.0), _raised(scaled, -power)) if power.is_negative else _raised(scaled, power))
        exponent += power * largest
    return nodes, exponent
