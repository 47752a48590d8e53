"""True and false claims by the hundred, to measure the judge: formulas of the theory, and their mutations.

A base claim says ``left relation right`` where the value of `left` is known in closed form from the literature or from
docs/derivations.  A mutation changes the right side, the relation or the domain.  Whether the mutated claim is true is decided by
mpmath on the closed form alone, which shares no code with the judge: a mutation that happens to be true joins the true
ones, and one that floating point cannot tell is dropped.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import mpmath
import numpy as np
from sympy import (
    Abs,
    Add,
    Expr,
    Integer,
    Max,
    Mul,
    Pow,
    Rational,
    Rel,
    S,
    Symbol,
    acos,
    asin,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

from proofs_check import (
    ChainMean,
    Choices,
    Claim,
    Entry,
    EntryProduct,
    Hypothesis,
    Integers,
    Interval,
    ProofStep,
    Relation,
    Statement,
    Variable,
)
from proofs_check.finite_width.quantities import SquaredErrorToOrbit, SquaredErrorToStart, Trace
from proofs_check.methods import InductionOnDepth
from theory import GaussianLaw, GaussianMean, Network, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.conventions import z

b, c, t = (Symbol(name, real=True) for name in "bct")
x, y = z[0], z[1]


@dataclass(frozen=True)
class Base:
    """A claim whose left side has the closed form `value`."""

    name: str
    left: Expr
    value: Expr
    relation: Relation
    right: Expr
    domain: tuple[Variable, ...] = ()
    by: object = None
    given: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Case:
    """A claim, and whether it is true."""

    claim: Claim
    true: bool
    change: str


def relu(v):
    return Max(v, 0)


def _gauss(body):
    return GaussianMean(body, GaussianLaw(x))


def _pair(body):
    return GaussianMean(body, GaussianLaw((x, y), [[1, c], [c, 1]]))


CORRELATIONS = (Variable(c, Interval(-1, 1)),)
BATCHES = (Variable(n, Integers(3)),)
WIDE = (Variable(n, Integers(4)),)
WIDTHS = (Variable(d, Integers(1)),)
DEPTHS = (*WIDTHS, Variable(L, Integers(0)))
ALL = (Variable(n, Integers(2)), *DEPTHS)
r = -1 / (n - 1)
arc = (sqrt(1 - c**2) + (pi - acos(c)) * c) / (2 * pi)
arc_n = (sqrt(1 - r**2) + (pi - acos(r)) * r) / (2 * pi)
linear = n * ((1 + 2 / d) ** L - 1) + n * (n - 1) / 3 * ((1 + 2 / d) ** L - (1 - 1 / d) ** L)
EQ, LT, LE = Relation.EQUAL, Relation.LESS, Relation.AT_MOST
vanilla, vanilla_relu = Network("identity", None, n), Network("relu", None, n, 2)
bn4, identity4, relu5 = Network("relu", batch_size=4), Network("identity", None, 4), Network("relu", batch_size=5)
sphere_pair = SphereLaw((x, y), n)


def _equal(name, left, value, domain=(), by=None):
    return Base(name, left, value, EQ, value, domain, by)


def _plain(name, left, relation, right, domain=()):
    return Base(name, left, left, relation, right, domain)


BASES = (
    _equal("gauss_relu_square", _gauss(relu(x) ** 2), S.Half),
    _equal("gauss_abs", _gauss(Abs(x)), sqrt(2 / pi)),
    _equal("gauss_fourth", _gauss(x**4), Integer(3)),
    _equal("gauss_sixth", _gauss(x**6), Integer(15)),
    _equal("gauss_relu_fourth", _gauss(relu(x) ** 4), Rational(3, 2)),
    _equal("gauss_exponential", _gauss(exp(b * x)), exp(b**2 / 2), (Variable(b, Interval(-2, 2)),)),
    _equal("gauss_cosine", _gauss(cos(b * x)), exp(-(b**2) / 2), (Variable(b, Interval(-2, 2)),)),
    _equal("gauss_erf_slope", _gauss(2 * exp(-(x**2)) / sqrt(pi)), 2 / sqrt(3 * pi)),
    _equal("pair_linear", _pair(x * y), c, CORRELATIONS),
    _equal("pair_square", _pair(x**2 * y**2), 1 + 2 * c**2, CORRELATIONS),
    _equal("pair_cubes", _pair(x**3 * y**3), 9 * c + 6 * c**3, CORRELATIONS),
    _equal("pair_relu", _pair(relu(x) * relu(y)), arc, CORRELATIONS),
    _equal("pair_erf", _pair(erf(x) * erf(y)), 2 / pi * asin(2 * c / 3), CORRELATIONS),
    _equal("pair_sine", _pair(sin(x) * sin(y)), exp(-1) * sinh(c), CORRELATIONS),
    _equal("pair_cosine", _pair(cos(x) * cos(y)), exp(-1) * cosh(c), CORRELATIONS),
    _equal("sphere_pair", SphereMean(x * y, sphere_pair), r, BATCHES),
    _equal("sphere_fourth", SphereMean(x**4, SphereLaw(x, n)), 3 * (n - 1) / (n + 1), BATCHES),
    _equal("sphere_relu_square", SphereMean(relu(x) ** 2, SphereLaw(x, n)), S.Half, BATCHES),
    _equal("sphere_relu_pair", SphereMean(relu(x) * relu(y), sphere_pair), arc_n, BATCHES),
    _equal("sphere_squares", SphereMean(x**2 * y**2, sphere_pair), ((n - 1) ** 2 + 2) / (n**2 - 1), BATCHES),
    _equal("one_step_trace", ChainMean(Trace(), Network("relu", batch_size=n), d, 1), n / 2, (*BATCHES, *WIDTHS)),
    _equal("one_step_relu_entry", ChainMean(Entry(0, 1), Network("relu", batch_size=n), d, 1), arc_n, (*BATCHES, *WIDTHS)),
    _equal("one_step_identity_noise", ChainMean(SquaredErrorToOrbit(), Network("identity", batch_size=n), d, 1),
           (n**2 - n**2 / (n - 1)) / d, (*BATCHES, *WIDTHS)),
    _equal("linear_error", ChainMean(SquaredErrorToStart(), vanilla, d, L), linear, ALL, InductionOnDepth()),
    _equal("linear_square", ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), vanilla, d, L), (1 + 2 / d) ** L, ALL, InductionOnDepth()),
    _equal("relu_square", ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), vanilla_relu, d, L), (1 + 5 / d) ** L, ALL,
           InductionOnDepth()),
    _equal("fluctuations_identity", (n**2 - n**2 / (n - 1)) / (1 - ((n - 1) / (n + 1)) ** 2), n * (n - 2) * (n + 1) ** 2 / (4 * (n - 1)),
           BATCHES),
    _equal("half_artanh", tanh(atanh(c) / 2), (1 - sqrt(1 - c**2)) / c,
           (Variable(c, Interval(Rational(1, 10), Rational(9, 10))),)),
    _equal("growth_identity", 1 + 1 / (n - 3), (n - 2) / (n - 3), WIDE),
    _equal("pythagoras", cos(t) ** 2 + sin(t) ** 2, S.One, (Variable(t, Interval(-3, 3)),)),
    _plain("rate_below_one", (n - 1) / (n + 1), LT, S.One, BATCHES),
    _plain("rate_below_next", (n - 1) / (n + 1), LT, n / (n + 2), BATCHES),
    _plain("gradient_growth", (n - 2) / (n - 3), LE, S(2), WIDE),
    _plain("two_steps", 1 + 2 / d, LT, (1 + 1 / d) ** 2, WIDTHS),
    _plain("erf_dual_below_line", 2 / pi * asin(2 * c / 3), LT, c, (Variable(c, Interval(Rational(1, 10), 1)),)),
    _plain("relu_batch_rate", pi / (2 * (pi - 1)), LT, Rational(3, 4)),
    _plain("logarithm", log(1 + t), LE, t, (Variable(t, Interval(0, oo)),)),
    _plain("exponential", 1 + t, LE, exp(t), (Variable(t, Interval(0, oo)),)),
    _plain("tanh_below_line", tanh(t), LE, t, (Variable(t, Interval(0, 2)),)),
    _plain("sine_below_line", sin(t), LE, t, (Variable(t, Interval(0, 3)),)),
    _plain("parabola", t * (1 - t), LE, Rational(1, 4), (Variable(t, Interval(0, 1)),)),
    _plain("arc_below_half", arc, LT, Rational(51, 100), CORRELATIONS),
    _plain("machin", 16 * atan(Rational(1, 5)) - 4 * atan(Rational(1, 239)), LT, Rational(22, 7)),
    _plain("two_variables", t * c, LT, (t**2 + c**2) / 2 + Rational(1, 10),
           (Variable(t, Interval(0, 2)), Variable(c, Interval(0, 2)))),
    Base("relu_dual_at_half", GaussianMean(relu(x) * relu(y), GaussianLaw((x, y), [[1, S.Half], [S.Half, 1]])),
         (sqrt(3) / 2 + (pi - pi / 3) / 2) / (2 * pi), LT, Rational(30450, 100000)),
    Base("linear_error_small", ChainMean(SquaredErrorToStart(), identity4, 16, 3), linear.subs({n: 4, d: 16, L: 3}), LT, S(5)),
    Base("linear_error_widths", ChainMean(SquaredErrorToStart(), identity4, d, 2), linear.subs({n: 4, L: 2}), LT, 48 / d,
         (Variable(d, Choices((16, 64))),)),
    Base("relu_trace_first_layer", ChainMean(Trace(), bn4, 32, 1), S(2), LT, Rational(22, 10)),
    Base("relu_noise_first_layer", ChainMean(SquaredErrorToOrbit(), relu5, 64, 1), None, LT, Rational(25, 64)),
)  # fmt: skip


def _replaced(expression: Expr, place: tuple[int, ...], new: Expr) -> Expr:
    if not place:
        return new
    arguments = list(expression.args)
    arguments[place[0]] = _replaced(arguments[place[0]], place[1:], new)
    return expression.func(*arguments)


def _nodes(expression: Expr, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Expr]]:
    yield place, expression
    for k, argument in enumerate(expression.args):
        yield from _nodes(argument, (*place, k))


_SWAPS = {
    sin: cos,
    cos: sin,
    sinh: cosh,
    cosh: sinh,
    acos: asin,
    asin: acos,
    tanh: atan,
    exp: cosh,
    log: atan,
    sqrt: Abs,
}


def mutations(base: Base) -> list[tuple[str, Base]]:
    """Every single change: constants, signs, exponents, indices, functions, the relation, the domain."""
    found: list[tuple[str, Base]] = []
    for place, node in _nodes(base.right):
        news: list[tuple[str, Expr]] = []
        if isinstance(node, Rational):
            news += [
                ("constant + 1", node + 1),
                ("constant * 11/10", node * Rational(11, 10)),
                ("sign", -node),
                ("constant / 2", node / 2),
            ]
        if isinstance(node, Symbol):
            news += [("index + 1", node + 1)]
        if isinstance(node, (Add, Mul)) and len(node.args) > 1:
            news += [("dropped part", node.func(*node.args[1:]))]
        if isinstance(node, Pow):
            news += [("exponent", node.base ** (node.exp + 1))]
        if node.func in _SWAPS:
            news += [("function", _SWAPS[node.func](*node.args))]
        for change, new in news:
            try:
                right = _replaced(base.right, place, new)
            except (ValueError, TypeError, ZeroDivisionError):
                continue
            if (
                right != base.right
                and right.is_finite is not False
                and not right.has(S.NaN, S.ComplexInfinity, S.ImaginaryUnit)
            ):
                found.append((change, replace(base, right=right)))
    for place, hypothesis in enumerate(base.given):
        kind = "quantifier order" if len(hypothesis.free_symbols) > 1 else "dropped hypothesis"
        found.append((kind, replace(base, given=base.given[:place] + base.given[place + 1 :])))
    for place, v in enumerate(base.domain):
        if isinstance(v.domain, Integers) and v.domain.lower > 1 and base.relation is not EQ:
            lower = Variable(v.symbol, Integers(v.domain.lower - 1, v.domain.upper))
            found.append(("domain", replace(base, domain=(*base.domain[:place], lower, *base.domain[place + 1 :]))))
    if base.relation is not EQ:
        found.append(("relation", replace(base, relation=base.relation.mirrored)))
        wider = tuple(Variable(v.symbol, Interval(v.domain.lower - 1, v.domain.upper + 1, v.domain.left_open, v.domain.right_open))
                      if isinstance(v.domain, Interval) else v for v in base.domain)  # fmt: skip
        if wider != base.domain:
            found.append(("domain", replace(base, domain=wider)))
    return found


def _points(domain: tuple[Variable, ...], rng: random.Random) -> Iterator[dict[Symbol, object]]:
    for _ in range(160):
        point = {}
        for v in domain:
            where = v.domain
            if isinstance(where, Choices):
                point[v.symbol] = rng.choice(where.values)
            elif isinstance(where, Integers):
                number = where.lower + rng.choice((0, 0, 1, 1, 2, 3, 5, 10, 100))
                point[v.symbol] = number if where.upper is None else min(number, where.upper)
            else:
                low = float(where.lower)
                high = low + 10 ** rng.uniform(-3, 2) if where.upper is oo else float(where.upper)
                share = rng.choice((0.0, 1.0, 1e-3, 1 - 1e-3, rng.random(), rng.random(), rng.random(), rng.random()))
                if (share == 0.0 and where.left_open) or (share == 1.0 and where.right_open):
                    share = abs(share - 1e-9)
                point[v.symbol] = mpmath.mpf(low) + (mpmath.mpf(high) - low) * share
        yield point


def truth(base: Base) -> bool | None:
    """Whether the claim holds, by 30-digit evaluation of the closed forms at many points; None if that does not tell.

    What speaks of a mean without a law (a covariance that is not positive semi-definite, as without the hypothesis that says so) does not
    hold, though the closed forms agree beyond the law.
    """
    by_forms = _truth_of_forms(base)
    return False if by_forms and not _has_laws(base.left, base.domain, base.given) else by_forms


@lru_cache(maxsize=512)
def _has_laws(left: Expr, domain: tuple[Variable, ...], given: tuple[Statement, ...]) -> bool:
    """Whether the covariances on the left are positive semi-definite at points that satisfy the hypotheses."""
    sigmas = {m.law.covariance for m in left.atoms(GaussianMean) if m.law.covariance.free_symbols}
    if not sigmas:
        return True
    symbols = [v.symbol for v in domain]
    assumed = [lambdify(symbols, Rel(h.left, h.right, "==" if h.relation is EQ else h.relation.value)) for h in given]
    functions = [lambdify(symbols, sigma.tolist(), "math") for sigma in sigmas]
    for point in itertools.islice(_points(domain, random.Random(0)), 40):
        at = [float(value) for value in point.values()]
        if all(holds(*at) for holds in assumed) and any(
            np.linalg.eigvalsh(sigma(*at)).min() < -1e-9 for sigma in functions
        ):
            return False
    return True


def _truth_of_forms(base: Base) -> bool | None:
    if base.value is None:
        return None
    rng = random.Random(base.name)
    symbols = [v.symbol for v in base.domain]
    least = None
    with mpmath.workdps(30):
        left, right = (lambdify(symbols, side, "mpmath") for side in (base.value, base.right))
        assumed = [(h.relation, lambdify(symbols, h.right - h.left, "mpmath")) for h in base.given]
        for point in _points(base.domain, rng):
            slacks = [(relation, gap(*map(mpmath.mpf, point.values()))) for relation, gap in assumed]
            if any(slack < 0 if relation in (LT, LE) else slack > 0 for relation, slack in slacks) or any(
                slack == 0 and relation in (LT, Relation.GREATER) for relation, slack in slacks
            ):
                continue
            try:
                a, e = (mpmath.mpmathify(f(*(mpmath.mpf(int(v)) if isinstance(v, (int, Integer)) else v for v in point.values())))
                        for f in (left, right))  # fmt: skip
            except (ZeroDivisionError, ValueError, OverflowError, TypeError):
                return None
            if (
                isinstance(a, mpmath.mpc)
                or isinstance(e, mpmath.mpc)
                or not (mpmath.isfinite(a) and mpmath.isfinite(e))
            ):
                return None
            up = base.relation in (LT, LE, EQ)
            gap = ((e - a) if up else (a - e)) / (1 + abs(a) + abs(e))
            if base.relation is EQ:
                gap = -abs(gap)
            least = gap if least is None else min(least, gap)
    if least is None:
        return None
    if base.relation is EQ:
        return True if least > -(mpmath.mpf(10) ** -22) else False if least < -(mpmath.mpf(10) ** -9) else None
    touching = base.relation in (LE, Relation.AT_LEAST)
    if least < -(mpmath.mpf(10) ** -9):
        return False
    return True if least > mpmath.mpf(10) ** -9 or (touching and least > -(mpmath.mpf(10) ** -25)) else None


def case(base: Base, true: bool, change: str, number: int) -> Case:
    statement = Statement(base.left, base.relation, base.right)
    steps = () if base.by is None else (ProofStep("statement", statement, by=base.by),)  # type: ignore[arg-type]
    given = tuple(Hypothesis(str(h), statement=h) for h in base.given)
    return Case(Claim(statement, base.domain, given, steps, id=f"{base.name}_{number}"), true, change)


def cases(seed: int = 0, each: int = 7, bases: tuple[Base, ...] = BASES) -> list[Case]:
    """The suite: every base claim, and up to `each` mutations of it whose truth is known."""
    found = []
    for base in bases:
        known = truth(base)
        assert known is not False, base.name
        found.append(case(base, True, "none", 0))
        chosen = mutations(base)
        random.Random(f"{seed} {base.name}").shuffle(chosen)
        chosen.sort(key=lambda pair: pair[0] not in ("dropped hypothesis", "quantifier order"))
        number, seen = 0, set()
        for change, mutated in chosen:
            key = (mutated.relation, mutated.right, mutated.domain, mutated.given)
            true = truth(mutated)
            if true is None or key in seen:
                continue
            try:
                made = case(mutated, true, change, number + 1)
            except ValueError:
                continue
            seen.add(key)
            number += 1
            found.append(made)
            if number == each:
                break
    return found
