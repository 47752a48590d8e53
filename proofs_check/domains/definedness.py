"""Whether an expression has a real value at every point of a domain.

Normal forms cancel: (t^2-1)/(t-1) and t+1 have one, and differ at t = 1, where only one of them exists.  A statement quantified
over a domain says nothing where a side has no value, so each denominator, root and logarithm is followed over the whole domain.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Derivative,
    Dummy,
    Expr,
    Limit,
    Max,
    Min,
    Mul,
    Piecewise,
    Poly,
    Pow,
    Rational,
    S,
    Subs,
    Symbol,
    cancel,
    exp,
    expand,
    factor,
    fraction,
    log,
    preorder_traversal,
    together,
)  # fmt: skip
from sympy import functions as sf
from sympy.core.function import AppliedUndef, Function
from sympy.core.relational import Relational
from sympy.matrices import Matrix

from numerics.cover import CoverOutcome, cover
from proofs_check.domains.domain import Choices, Integers, Interval, Variable
from proofs_check.domains.ranges import range_on
from proofs_check.domains.signs import Sign, as_intervals, sign_on
from proofs_check.finite_width.chain import Event, _ChainNumber, normalized_size
from proofs_check.statement import Relation, Statement
from theory.expectation import BatchNormLaw, GaussianLaw, Mean, SphereLaw
from theory.growth import gaussian_exponent
from theory.orthogonal import HermitePolynomial
from theory.rules.base import NotApplicable
from theory.rules.moment_generating import finite_where
from theory.special import BivariateNormalCdf

_TOTAL = (sf.sin, sf.cos, sf.exp, sf.tanh, sf.sinh, sf.cosh, sf.erf, sf.erfc, sf.atan, sf.asinh, sf.sign, sf.floor,
          sf.ceiling, sf.Heaviside, Abs, Max, Min, AppliedUndef)  # fmt: skip


@lru_cache(maxsize=1024)
def undefined_part(expression: Expr, domain: tuple[Variable, ...], given: tuple[Statement, ...] = ()) -> str | None:
    """What keeps an expression from having a real value all over the domain; None if nothing does.

    The answer "may be undefined" is not "is undefined": a condition that could not be shown is reported.  Where hypotheses are `given`, the
    points that satisfy them are meant: a condition that is one of them holds.

    >>> from sympy import Symbol
    >>> from proofs_check.domains.domain import Interval
    >>> t = Symbol("t", real=True)
    >>> undefined_part(1 / (t - 1), (Variable(t, Interval(0, 2)),))
    '1/(t - 1) may be undefined where t - 1 is 0'
    """
    free = {v.symbol for v in domain}
    for node in _parts(expression, free):
        for condition, wanted in _conditions(node):
            if not (_is_given(condition, wanted, given) or _holds(condition, wanted, domain)):
                what = {"nonzero": "is 0", "positive": "is not positive", "nonnegative": "is negative", "integer": "is no integer",
                        "at_most_one": "leaves [-1, 1]", "shown": "cannot be followed"}[wanted]  # fmt: skip
                return f"{node} may be undefined where {condition} {what}"
    return None


def _parts(expression: Any, free: set[Any]) -> list[Any]:
    """Nodes that depend on the domain, outermost first; in a mean, those that the law's variables are not in, and its law's."""
    if not getattr(expression, "free_symbols", set()) & free:
        return []
    found = [expression]
    inner = expression.args
    if isinstance(expression, Mean):
        variables = set(expression.law.variables)
        inner = (*_outermost_without(expression.expression, variables), *expression.law.parameters)
    elif isinstance(expression, _ChainNumber):
        network, quantity = expression.network, expression.quantity
        inner = (*inner, network.batch_size, network.weight_variance, network.bias_variance, expression.start,
                 quantity.threshold if isinstance(quantity, Event) else None)  # fmt: skip
    for argument in inner:
        found.extend(_parts(argument, free))
    return found


def _outermost_without(expression: Any, variables: set[Any]) -> list[Any]:
    if not expression.free_symbols & variables:
        return [expression]
    return [part for argument in expression.args for part in _outermost_without(argument, variables)]


def _conditions(node: Any) -> list[tuple[Expr, str]]:
    if isinstance(node, Pow):
        base, exponent = node.base, node.exp
        if exponent.is_Integer or (exponent.is_integer and exponent.is_nonnegative):
            return [(base, "nonzero")] if exponent.is_negative else []
        if exponent.is_Rational:
            return [(base, "positive" if exponent.is_negative else "nonnegative")]
        return [] if base is S.Exp1 else [(base, "positive")]
    if isinstance(node, sf.log):
        return [(node.args[0], "positive")]
    if isinstance(node, (sf.acos, sf.asin)):
        return [(node.args[0], "at_most_one")]
    if isinstance(node, BivariateNormalCdf):
        return [(node.args[2], "at_most_one")]
    if isinstance(node, sf.Ei):
        return [(node.args[0], "nonzero")]
    if isinstance(node, sf.atanh):
        return [(1 - node.args[0], "positive"), (1 + node.args[0], "positive")]
    if isinstance(node, (sf.gamma, sf.loggamma)):
        return [(node.args[0], "positive")]
    if isinstance(node, sf.polygamma) and node.args[0].is_Integer and node.args[0].is_nonnegative:
        return [(node.args[1], "positive")]
    if isinstance(node, sf.factorial):
        return [(node.args[0], "nonnegative")]
    if isinstance(node, HermitePolynomial):
        return [(node.args[0], "integer"), (node.args[0], "nonnegative")]
    if isinstance(node, sf.tan):
        return [(sf.cos(node.args[0]), "nonzero")]
    if isinstance(node, Mean):
        return _law_conditions(node.law) + _jump_conditions(node) + _integrand_conditions(node)
    if isinstance(node, _ChainNumber):
        measured = node.quantity.quantity if isinstance(node.quantity, Event) else node.quantity
        least = max((1, *(place + 1 for place in measured.places)))
        return [
            (node.network.batch_size - least, "nonnegative"),
            (node.width - 1, "nonnegative"),
            (node.depth - measured.least_depth, "nonnegative"),
            *((size, "integer") for size in (node.network.batch_size, node.width, node.depth)),
            (node.network.weight_variance, "positive"),
            (node.network.bias_variance, "nonnegative"),
            *([] if node.start is None else _start_conditions(node)),
        ]
    if isinstance(node, (Derivative, Limit, Subs)):
        return [(node, "shown")]
    if isinstance(node, Piecewise):
        return [] if node.args[-1][1] == True else [(node, "shown")]  # noqa: E712 - sympy's true is not True
    if isinstance(node, Function) and not isinstance(node, _TOTAL):
        return [(node, "shown")]
    return [(node, "shown")] if getattr(node, "limits", None) else []


def _law_conditions(law: Any) -> list[tuple[Expr, str]]:
    if isinstance(law, SphereLaw):
        return [(law.batch_size - max(2, len(law.variables)), "nonnegative"), (law.batch_size, "integer")]
    sigma = Matrix(law.covariance if isinstance(law, GaussianLaw) else law.gram)
    found = _minors(sigma)
    if isinstance(law, BatchNormLaw):  # samples that are all alike are divided by zero
        found.append((_factored(sigma.trace() - (sum(sigma) / sigma.rows if law.centered else 0)), "positive"))
    return found


def _start_conditions(node: Any) -> list[tuple[Expr, str]]:
    size = normalized_size(node.network, node.start)
    return _minors(node.start) + ([] if size is None else [(size, "positive")])


def _minors(sigma: Any) -> list[tuple[Expr, str]]:
    """That a symmetric matrix is positive semi-definite."""
    chosen = [[i for i in range(sigma.rows) if mask >> i & 1] for mask in range(1, 2**sigma.rows)]
    return [(minor, "nonnegative") for rows in chosen if (minor := sigma.extract(rows, rows).det()).free_symbols]


def _row_covariance(law: BatchNormLaw) -> Matrix:
    """Of the row before it is divided by its norm."""
    gram = Matrix(law.gram)
    if not law.centered:
        return gram
    n = gram.rows
    middle = Matrix(n, n, lambda i, j: int(i == j) - Rational(1, n))
    return (middle * gram * middle).applyfunc(lambda e: e.expand())


def _jump_conditions(node: Mean) -> list[tuple[Expr, str]]:
    """Where an integrand jumps the law has no mass: closed forms know nothing of a value at the jump itself.

    A jump at a linear form of the coordinates needs a form of positive variance; others may not depend on the domain.
    """
    law, found = node.law, []
    signs = {atom.args[0] for atom in node.expression.atoms(sf.sign, sf.Heaviside)}
    signs -= {atom.args[0] for atom in node.expression.atoms(sf.floor, sf.ceiling)}  # these jump elsewhere too
    signs = {jump for jump in signs if jump.is_polynomial(*law.variables) and _is_homogeneous(jump, law.variables)}
    jumps = [atom.args[0] for atom in node.expression.atoms(sf.sign, sf.Heaviside, sf.floor, sf.ceiling)]
    jumps += [atom.lhs - atom.rhs for atom in node.expression.atoms(Relational)]
    for jump in jumps:
        inside = [v for v in law.variables if jump.has(v)]
        if not inside:
            continue
        form = Poly(jump, *inside) if jump.is_polynomial(*inside) else None
        if isinstance(law, BatchNormLaw):
            # z is a multiple of a Gaussian row: where a form without constant term vanishes, the row's form does
            weights = None if form is None or jump not in signs else _form(form, inside, law.variables)
            places = list(law.indices)
            variance = (
                None
                if weights is None
                else _factored((weights.T * _row_covariance(law).extract(places, places) * weights)[0])
            )
            found.append((node, "shown") if not variance else (variance, "positive"))
        elif form is not None and form.total_degree() == 1:
            weights = _form(form, inside, law.variables)
            variance = _factored((weights.T * _covariance(law) * weights)[0])
            found.append((node, "shown") if variance == 0 else (variance, "positive"))
        elif jump.free_symbols - set(law.variables):
            found.append((jump, "shown"))
        else:
            places = [law.variables.index(v) for v in inside]
            found.append((_covariance(law).extract(places, places).det(), "positive"))
    return found


def _factored(expression: Expr) -> Expr:
    """Of a rational function alone: exp(10^7 t) would be a power of exp(t)."""
    return factor(expression) if expression.is_rational_function() else expression


def _is_homogeneous(jump: Expr, variables: tuple[Symbol, ...]) -> bool:
    """Whether it is a linear form without a constant term."""
    return jump.has(*variables) and all(sum(powers) == 1 for powers, _ in Poly(jump, *variables).terms())


def _form(form: Poly, inside: list[Symbol], variables: tuple[Symbol, ...]) -> Matrix:
    return Matrix([form.coeff_monomial(v) if v in inside else 0 for v in variables])


def _integrand_conditions(node: Mean) -> list[tuple[Expr, str]]:
    """That the mean exists for all parameters, once balls have found it for some.

    Where the integrand has no value the law has no mass and no parameter moves the place; it grows at most exponentially, or like
    the exponential of a quadratic form that the density outweighs.
    """
    law, variables = node.law, set(node.law.variables)
    found: list[tuple[Expr, str]] = []
    for part in preorder_traversal(node.expression):
        if isinstance(part, Piecewise) and part.args[-1][1] != True:  # noqa: E712 - sympy's true is not True
            return [(node, "shown")]
        if not (isinstance(part, Expr) and part.free_symbols & variables) or isinstance(
            part, (Add, Mul, Symbol, Piecewise, exp, *_TOTAL)
        ):
            continue
        if (
            isinstance(part, HermitePolynomial)
            and part.args[1].is_polynomial(*variables)
            and not part.args[0].has(*variables)
        ):
            found += [(part.args[0], "integer"), (part.args[0], "nonnegative")]
            continue
        if not isinstance(part, (Pow, log)):
            return [(node, "shown")]
        inner = part.args[0]
        if (
            isinstance(part, Pow)
            and part.exp.is_integer
            and part.exp.is_nonnegative
            and not part.exp.free_symbols & variables
        ):
            continue  # a whole power, of whatever degree
        if isinstance(part, Pow) and (part.exp.free_symbols & variables or not part.exp.is_number):
            if inner.is_positive and inner.is_number:
                continue  # an exponential
            return [(node, "shown")]
        if (
            isinstance(law, GaussianLaw)
            and isinstance(part, Pow)
            and part.exp.is_negative
            and not _inverse_is_mild(inner)
        ):
            return [(node, "shown")]  # 1/erfc(x) grows like exp(x^2)
        whole = isinstance(part, Pow) and part.exp.is_nonnegative and (part.exp.is_integer or inner.is_nonnegative)
        if whole or inner.is_positive:
            continue
        if part.free_symbols - variables or not isinstance(law, (GaussianLaw, SphereLaw)):
            return [(node, "shown")]
        if isinstance(law, SphereLaw) and law.free_symbols and not _scales(inner, law.variables):
            return [(node, "shown")]  # the row grows with the batch, and may reach where the part has no value
        places = [k for k, v in enumerate(law.variables) if part.has(v)]
        found.append((_covariance(law).extract(places, places).det(), "positive"))
    return found + (_growth_conditions(node) if isinstance(law, GaussianLaw) else [])


def _inverse_is_mild(expression: Expr) -> bool:
    """Whether it does not fall faster than a power far out: it is above a positive number, or made of powers alone."""
    number, rest = expression.as_coeff_Add()
    above = number.is_positive and all(term.is_nonnegative for term in Add.make_args(rest))
    return bool(
        above or isinstance(expression, sf.cosh) or not expression.atoms(Function) - expression.atoms(Abs, Max, Min)
    )


def _scales(expression: Expr, variables: tuple[Symbol, ...]) -> bool:
    """Whether a multiple of the coordinates only multiplies it, by a power: its sign and its zeros are on rays."""
    ratio = (expression.xreplace({v: 2 * v for v in variables}) / expression).simplify()
    return bool(ratio.is_number and ratio.is_positive)


def _growth_conditions(node: Mean) -> list[tuple[Expr, str]]:
    names = node.law.variables

    def mild(part: Expr) -> bool:
        """At most exponential, whatever the variances."""
        exponent = part.exp if isinstance(part, Pow) else part.args[0]
        linear = exponent.is_polynomial(*names) and Poly(exponent, *names).total_degree() <= 1
        return (
            linear
            or (isinstance(part, exp) and exponent.is_nonpositive)
            or all(gaussian_exponent(part, v) == 0 for v in names)
        )

    def wild(e: Expr) -> bool:
        parts = (*e.atoms(exp, sf.sinh, sf.cosh), *(p for p in e.atoms(Pow) if p.exp.has(*names)))
        return any(part.has(*names) and not mild(part) for part in parts)

    found: list[tuple[Expr, str]] = []
    for term in Add.make_args(node.expression.expand() if wild(node.expression) else S.Zero):
        if not wild(term):
            continue
        factors = [f for f in Mul.make_args(term) if not isinstance(f, exp)]
        if any(map(wild, factors)):
            return [(node, "shown")]
        try:
            found += [(c.lhs - c.rhs, "positive") for c in finite_where(node.func(term, node.law))]  # type: ignore[attr-defined]
        except NotApplicable:
            return [(node, "shown")]
    return found


def _covariance(law: GaussianLaw | SphereLaw) -> Matrix:
    """Of the coordinates; under a law on a sphere up to a positive factor."""
    if isinstance(law, GaussianLaw):
        return Matrix(law.covariance)
    k = len(law.variables)
    return Matrix(k, k, lambda i, j: (law.batch_size if i == j else 0) - int(law.centered))


def _is_given(condition: Expr, wanted: str, given: tuple[Statement, ...]) -> bool:
    """Whether a hypothesis a < b or a <= b says it, b - a being the condition."""
    for hypothesis in given:
        up = hypothesis.upward
        enough = {Relation.LESS: ("positive", "nonnegative", "nonzero"), Relation.AT_MOST: ("nonnegative",)}.get(
            up.relation, ()
        )
        if wanted in enough and (up.right - up.left - condition).expand() == 0:
            return True
    return False


def _holds(condition: Expr, wanted: str, domain: tuple[Variable, ...]) -> bool:
    if wanted == "shown":
        return False
    if wanted == "at_most_one":
        square = fraction(together(1 - condition**2))
        below = cancel(expand(square[0]) / expand(square[1]))  # roots in the argument disappear in its square
        return _holds(below, "nonnegative", domain) or all(
            _holds(1 + sign * condition, "nonnegative", domain) for sign in (1, -1)
        )
    rule = {v.symbol: v.domain.symbol_like(v.symbol)[1] for v in domain}
    if wanted == "integer":
        whole = {v.symbol: Dummy(integer=True) for v in domain if all(p.is_integer for p in v.domain.points())
                 and not isinstance(v.domain, Interval)}  # fmt: skip
        return bool(condition.xreplace(whole).is_integer)
    signed = condition.xreplace(rule)
    if {"nonzero": signed.is_nonzero, "positive": signed.is_positive, "nonnegative": signed.is_nonnegative}[wanted]:
        return True
    found = sign_on(condition, domain)
    if found.value == 0:
        found = _sign_in_balls(condition, domain)
    if wanted == "nonzero" and found.value != 0 and found.strict:
        return True
    if wanted != "nonzero" and found.value == 1 and (found.strict or wanted == "nonnegative"):
        return True
    # terms of which none is negative and one is positive: sums of roots
    return isinstance(condition, Add) and (
        all(_holds(term, "nonnegative", domain) for term in condition.args)
        and (wanted == "nonnegative" or any(_holds(term, "positive", domain) for term in condition.args))
    )


BOXES, SECONDS = 2000, 1.0


def _sign_in_balls(condition: Expr, domain: tuple[Variable, ...]) -> Sign:
    """By a uniform cover, then by branch and bound; an unbounded variable is replaced by its reciprocal."""
    condition, domain = _bounded(condition, tuple(v for v in domain if v.symbol in condition.free_symbols))
    low, high = range_on(condition, domain, 64)
    if low is not None and low > 0:
        return Sign(1, True)
    if high is not None and high < 0:
        return Sign(-1, True)
    if low is None or not 1 <= len(domain) <= 3:
        return Sign(0)
    sides = [(v.symbol, side.lower, side.upper) for v, side in zip(domain, as_intervals(domain), strict=True)]
    middle = condition.subs({symbol: (lower + upper) / 2 for symbol, lower, upper in sides})
    value = 1 if middle.is_extended_positive else -1
    try:
        found = cover(0, value * condition, sides, strict=True, defined=True, max_boxes=BOXES, seconds=SECONDS)
    except ValueError:
        return Sign(0)
    return Sign(value, True) if found.outcome is CoverOutcome.PROVED else Sign(0)


def _bounded(condition: Expr, domain: tuple[Variable, ...]) -> tuple[Expr, tuple[Variable, ...]]:
    """The condition with 1/s for each variable that runs from a positive number to infinity; 0 < s is closed at 0."""
    sides = []
    for variable in domain:
        where = variable.domain
        if isinstance(where, Choices):
            return condition, domain
        lower, upper = where.lower, where.upper
        if upper in (None, S.Infinity) and S(lower).is_positive:
            s = Dummy("s", positive=True)
            turned = condition.xreplace({variable.symbol: 1 / s})
            condition = turned.replace(
                lambda e, s=s: e.is_rational_function(s) and not e.is_Atom, lambda e: cancel(together(e))
            )
            plain = Dummy("s", real=True)
            condition, where = condition.xreplace({s: plain}), Interval(0, 1 / S(lower))
            variable = Variable(plain, where)
        elif isinstance(where, Integers) and upper is not None:
            relaxed = Dummy("k", real=True)
            condition, variable = (
                condition.xreplace({variable.symbol: relaxed}),
                Variable(relaxed, Interval(lower, upper)),
            )
        sides.append(variable)
    return condition, tuple(sides)
