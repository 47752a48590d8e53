r"""Expansions that hold on a whole interval: f(t) = t^m (c_0 + .. + c_{N-1} t^{N-1} + r(t) t^N) for all 0 < t <= h, r(t) in a ball.

Where `numerics.series.asymptotics` says what happens in the limit, these say it with a remainder: the coefficients are exact numbers, the
last one is a ball that holds for every t up to the reach h (a Taylor model), and a multiple of log t may stand beside.  A composition
g(f) is Taylor's formula with Lagrange's remainder, the N-th derivative of g enclosed over all values of f.  Stirling's series and its
derivatives, and the series of erfc, envelop their functions at positive real arguments (DLMF 5.11(ii) and 7.12(i)): what is left out
lies between 0 and the first term left out.  So the sign of f on all of (0, h] may be read off a ball.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any

from flint import arb, arb_series, ctx
from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    bernoulli,
    expand,
    factorial,
    ff,
    pi,
    simplify,
)
from sympy import functions as sf

from numerics.balls import rational_ball
from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function
from numerics.formulas.walker_functions import real_integer_power
from numerics.precision import series_of, working_bits

LOG_REACH = Fraction(1, 3)  # t^j log t falls on (0, 1/e], j >= 1
_SERIES: dict[type, Callable[[arb_series], arb_series]] = {
    sf.exp: arb_series.exp, sf.sin: arb_series.sin, sf.cos: arb_series.cos, sf.tan: arb_series.tan, sf.atan: arb_series.atan,
    sf.asin: arb_series.asin, sf.acos: arb_series.acos, sf.erf: arb_series.erf, sf.erfc: arb_series.erfc, sf.log: arb_series.log,
    sf.gamma: arb_series.gamma, sf.loggamma: arb_series.lgamma,
}  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """The interval (0, h] on which expansions hold, and how many exact coefficients they keep."""

    h: Fraction
    terms: int

    @property
    def ball(self) -> arb:
        """[0, h]."""
        return arb(0).union(rational_ball(self.h))


@dataclass(frozen=True)
class LocalExpansion:
    """``t^order (sum_{k<N} c_k t^k + r(t) t^N)``, r(t) in `rest` for every t of the reach, plus ``log t`` times another.

    Args:
        order: power of the first coefficient; negative for a pole.
        coefficients: exact real numbers; never empty without `rest` carrying the whole function.
        rest: a ball around what multiplies ``t^N``.
        reach: where it holds.
        logarithm: what multiplies log t, or None.
    """

    order: int
    coefficients: tuple[Expr, ...]
    rest: arb
    reach: Reach
    logarithm: LocalExpansion | None = None

    @property
    def end(self) -> int:
        return self.order + len(self.coefficients)

    def cut(self, end: int) -> LocalExpansion:
        """The same with the coefficients from a power on swallowed by the remainder."""
        keep = max(0, end - self.order)
        if keep >= len(self.coefficients):
            return self
        swallowed = _horner([_ball(c) for c in self.coefficients[keep:]] + [self.rest], self.reach.ball)
        log = self.logarithm
        return LocalExpansion(self.order, self.coefficients[:keep], swallowed, self.reach, log)

    def trimmed(self) -> LocalExpansion:
        """Without leading coefficients that are zero: exactly to sympy, and in a ball.

        Raises:
            UndecidedError: a coefficient's ball is a narrow one around 0 that no normal form shows to be 0.
        """
        place = 0
        while place < len(self.coefficients) and _vanishes(self.coefficients[place]):
            place += 1
        log = None if self.logarithm is None else self.logarithm.trimmed()
        if log is not None and not log.coefficients and log.rest == 0:
            log = None
        return LocalExpansion(self.order + place, self.coefficients[place:], self.rest, self.reach, log)

    def __add__(self, other: LocalExpansion) -> LocalExpansion:
        end = min(self.end, other.end)
        a, b = self.cut(end), other.cut(end)
        order = min(a.order, b.order, end)
        if min(a.order, b.order) > end:
            raise UndecidedError("the expansions have no power in common")
        at = lambda e, k: e.coefficients[k - e.order] if e.order <= k < e.end else S.Zero
        found = tuple(_tidy(at(a, k) + at(b, k)) for k in range(order, end))
        power = lambda e: real_integer_power(self.reach.ball, e.end - end)
        logs = [e.logarithm for e in (a, b) if e.logarithm is not None]
        rest = a.rest * power(a) + b.rest * power(b)
        return LocalExpansion(order, found, rest, self.reach, sum(logs[1:], logs[0]) if logs else None)

    def __neg__(self) -> LocalExpansion:
        return self * constant(S.NegativeOne, self.reach)

    def __mul__(self, other: LocalExpansion) -> LocalExpansion:
        if self.logarithm is not None and other.logarithm is not None:
            raise UndecidedError("a square of a logarithm remains at the end of the domain")
        count = min(len(self.coefficients), len(other.coefficients))
        a, b = self.coefficients, other.coefficients
        found = tuple(_tidy(Add(*(a[i] * b[k - i] for i in range(k + 1)))) for k in range(count))
        balls = [[_ball(c) for c in e.coefficients] + [e.rest] for e in (self, other)]
        beyond = [arb(0)] * (len(a) + len(b) + 1 - count)
        for i, left in enumerate(balls[0]):
            for j, right in enumerate(balls[1]):
                if i + j >= count:
                    beyond[i + j - count] += left * right
        log = None
        if self.logarithm is not None:
            log = self.logarithm * replace(other, logarithm=None)
        elif other.logarithm is not None:
            log = other.logarithm * replace(self, logarithm=None)
        return LocalExpansion(
            self.order + other.order, found, _horner(beyond, self.reach.ball), self.reach, log
        ).limited()

    def limited(self) -> LocalExpansion:
        return self.cut(self.order + self.reach.terms)

    def scaled(self, factor: Expr) -> LocalExpansion:
        return self * constant(factor, self.reach)

    def unit(self) -> tuple[int, LocalExpansion]:
        """(m, u) with f = t^m u and u(0) certainly not 0."""
        head = self.trimmed()
        if head.logarithm is not None:
            raise UndecidedError("a logarithm stands in a quotient or a root at the end of the domain")
        if not head.coefficients:
            raise UndecidedError("all known terms of the expansion vanish")
        return head.order, replace(head, order=0)

    def analytic(self) -> LocalExpansion:
        """With a finite value at t = 0, from the power 0 on."""
        head = self.trimmed()
        if head.logarithm is not None or head.order < 0:
            raise UndecidedError("a pole or a logarithm where a function needs a finite value")
        filled = (S.Zero,) * head.order + head.coefficients
        if not filled:
            raise UndecidedError("the value at the end of the domain is not known exactly")
        return LocalExpansion(0, filled, head.rest, head.reach).limited()

    def over_reach(self) -> arb:
        """A ball around all values f(t)/t^order, 0 < t <= h; no logarithm."""
        return _horner([_ball(c) for c in self.coefficients] + [self.rest], self.reach.ball)

    def at(self, t: Fraction) -> arb:
        """A ball around the value at one point of the reach."""
        where = rational_ball(t)
        value = _horner([_ball(c) for c in self.coefficients] + [self.rest], where) * real_integer_power(
            where, self.order
        )
        return value if self.logarithm is None else value + where.log() * self.logarithm.at(t)

    def sign(self) -> int:
        """+1 or -1 where f has that sign on all of (0, h]; 0 where a ball does not tell."""
        head = self.trimmed()
        if head.logarithm is None:
            ball = head.over_reach()
        elif self.reach.h > LOG_REACH:
            return 0
        else:
            log, h = head.logarithm, rational_ball(self.reach.h)
            more = log.order - head.order
            if more >= 1:
                falling = arb(0).union(h**more * h.log())
                ball = head.over_reach() + falling * log.over_reach()
            else:  # divided by -log t, which is at least -log h
                share = (
                    arb(0).union(-1 / h.log()) * real_integer_power(self.reach.ball, -more)
                    if more < 0
                    else arb(0).union(-1 / h.log())
                )
                ball = -log.over_reach() + share * head.over_reach()
        return 1 if ball > 0 else -1 if ball < 0 else 0


def _horner(coefficients: list[arb], at: arb) -> arb:
    total = arb(0)
    for c in reversed(coefficients):
        total = total * at + c
    return total


@lru_cache(maxsize=4096)
def _ball_at(number: Expr, bits: int) -> arb:
    return real_function(number, ())()


def _ball(number: Expr) -> arb:
    found = _ball_at(number, ctx.prec)
    if not found.is_finite():
        raise UndecidedError(f"the constant {number} has no finite ball")
    return found


def _tidy(number: Expr) -> Expr:
    return number if number.is_Rational else expand(number)


@lru_cache(maxsize=4096)
def _vanishes_at(number: Expr, bits: int) -> bool:
    if number.is_Rational:
        return bool(number == 0)
    ball = _ball(number)
    if not ball.contains(0):
        return False
    if simplify(number) == 0:
        return True
    raise UndecidedError(f"the constant {number} may be 0")


def _vanishes(number: Expr) -> bool:
    return _vanishes_at(number, ctx.prec)


def constant(value: Expr, reach: Reach) -> LocalExpansion:
    """A number."""
    return LocalExpansion(0, (value,) + (S.Zero,) * (reach.terms - 1), arb(0), reach)


def variable(reach: Reach) -> LocalExpansion:
    """t itself."""
    return LocalExpansion(1, (S.One,) + (S.Zero,) * (reach.terms - 1), arb(0), reach)


def expanded(node: Expr, t: Symbol, reach: Reach) -> LocalExpansion:
    """The expansion of an expression on 0 < t <= h; precision is the ambient one, within `numerics.precision.series_of`.

    Raises:
        UndecidedError: a function without one, or one that the reach is too long for.
    """
    if node == t:
        return variable(reach)
    if not node.has(t):
        if not node.is_number or not node.is_real:
            raise UndecidedError(f"{node} is no real number")
        return constant(node, reach)
    if isinstance(node, Add):
        parts = [expanded(a, t, reach) for a in node.args]
        return sum(parts[1:], parts[0])
    if isinstance(node, Mul):
        return _product(node.args, t, reach)
    if isinstance(node, Pow) and node.base is not S.Exp1:
        return _power(node.base, node.exp, t, reach)
    if isinstance(node, (sf.Max, sf.Min)):
        chosen = expanded(node.args[0], t, reach)
        for other in (expanded(a, t, reach) for a in node.args[1:]):
            sign = _decided(other + -chosen)
            chosen = other if (sign > 0) == isinstance(node, sf.Max) else chosen
        return chosen
    if isinstance(node, sf.polygamma) and node.args[0].is_Integer and node.args[0].is_nonnegative:
        return _polygamma(int(node.args[0]), expanded(node.args[1], t, reach))
    if isinstance(node, sf.exp):
        return _exponential(expanded(node.exp, t, reach))  # an unevaluated power of e has other args
    if isinstance(node, sf.log):
        return log_expanded(node.args[0], t, reach)
    if len(node.args) == 1 and isinstance(node, sf.factorial):
        return _function(sf.gamma, expanded(node.args[0] + 1, t, reach))
    if len(node.args) == 1:
        return _function(type(node), expanded(node.args[0], t, reach))
    raise UndecidedError(f"no expansion of {type(node).__name__} with a remainder")


def log_expanded(node: Expr, t: Symbol, reach: Reach) -> LocalExpansion:
    """log of a function that is positive on the reach, factor by factor, so that what grows or falls like an exponential is no matter."""
    sign, found = _log_of_size(node, t, reach)
    if sign != 1:
        raise UndecidedError(f"{node} is not positive near the end of the domain")
    return found


def _log_of_size(node: Expr, t: Symbol, reach: Reach) -> tuple[int, LocalExpansion]:
    """(sign, log |f|)."""
    if isinstance(node, Mul):
        parts = [_log_of_size(a, t, reach) for a in node.args]
        sign = 1
        for part in parts:
            sign *= part[0]
        return sign, sum((p[1] for p in parts[1:]), parts[0][1])
    if node.has(t):
        if isinstance(node, sf.exp):
            return 1, expanded(node.exp, t, reach)
        if isinstance(node, Pow):
            sign, inner = _log_of_size(node.base, t, reach)
            if sign == 1:
                return 1, inner * expanded(node.exp, t, reach)
            if node.exp.is_Integer:
                return (1 if node.exp.is_even else -1), inner.scaled(node.exp)
            raise UndecidedError("a power of a negative number")
        if isinstance(node, (sf.gamma, sf.factorial)):
            inner = expanded(node.args[0] + int(isinstance(node, sf.factorial)), t, reach)
            return 1, _loggamma(inner)
        if isinstance(node, sf.erfc):
            inner = expanded(node.args[0], t, reach).trimmed()
            if inner.order < 0 and inner.sign() > 0:
                return 1, _log_erfc(inner)
        if isinstance(node, (sf.cosh, sf.sinh)):
            inner = expanded(node.args[0], t, reach).trimmed()
            if inner.order < 0 and inner.sign() > 0:  # e^u (1 +- e^{-2u})/2
                fallen = _exponential(inner.scaled(Integer(-2))).scaled(Integer(1 if isinstance(node, sf.cosh) else -1))
                return 1, inner + _logarithm(constant(S.One, reach) + fallen) + -constant(sf.log(2), reach)
    try:
        found = expanded(node, t, reach)
    except UndecidedError:
        if not isinstance(node, Add):
            raise
        return _log_of_sum(node, t, reach)
    sign = _decided(found)
    return sign, _logarithm(found if sign == 1 else -found)


def _log_of_sum(node: Add, t: Symbol, reach: Reach) -> tuple[int, LocalExpansion]:
    """Of terms that may grow: the largest is taken out."""
    terms = [_log_of_size(a, t, reach) for a in node.args]
    largest = terms[0]
    for term in terms[1:]:
        largest = term if _decided(term[1] + -largest[1]) > 0 else largest
    shares = [_exponential(log + -largest[1]).scaled(Integer(sign)) for sign, log in terms]
    total = sum(shares[1:], shares[0])
    sign = _decided(total)
    return sign, largest[1] + _logarithm(total if sign == 1 else -total)


def _decided(found: LocalExpansion) -> int:
    sign = found.sign()
    if sign == 0:
        raise UndecidedError("a sign is open on the reach")
    return sign


def _is_growing(node: Expr, t: Symbol) -> bool:
    """Whether its logarithm is better added before anything is exponentiated."""
    if not node.has(t):
        return False
    base = node.base if isinstance(node, Pow) and node.base is not S.Exp1 else node
    variable_power = isinstance(node, Pow) and node.base is not S.Exp1 and node.exp.has(t)
    return variable_power or isinstance(base, (sf.exp, sf.gamma, sf.factorial, sf.erfc))


def _product(factors: Any, t: Symbol, reach: Reach) -> LocalExpansion:
    growing = [f for f in factors if _is_growing(f, t)]
    result = constant(S.One, reach)
    for factor in factors:
        if factor not in growing:
            result = result * expanded(factor, t, reach)
    if growing:
        sign, log = _log_of_size(Mul(*growing, evaluate=False) if len(growing) > 1 else growing[0], t, reach)
        result = result * _exponential(log).scaled(Integer(sign))
    return result


def _power(base: Expr, exponent: Expr, t: Symbol, reach: Reach) -> LocalExpansion:
    if exponent.has(t):
        return _exponential(expanded(exponent, t, reach) * log_expanded(base, t, reach))
    if _is_growing(base, t) and exponent.is_Rational and not exponent.is_Integer:
        return _exponential(log_expanded(base, t, reach).scaled(exponent))
    inner = expanded(base, t, reach)
    if isinstance(exponent, Integer) and exponent > 0:
        result = inner
        for _ in range(int(exponent) - 1):
            result = result * inner
        return result
    if not exponent.is_Rational:
        return _exponential(_logarithm(inner).scaled(exponent))
    return _rational_power(inner, exponent)


def _rational_power(inner: LocalExpansion, exponent: Rational) -> LocalExpansion:
    order, unit = inner.unit()
    shifted = order * exponent
    if not shifted.is_Integer:
        raise UndecidedError("a fractional power remains at the end of the domain")
    start = unit.coefficients[0]
    if not exponent.is_Integer and not _ball(start) > 0:
        raise UndecidedError("a root of a negative number")
    known = [_tidy(ff(exponent, k) / factorial(k) * start ** (exponent - k)) for k in range(unit.reach.terms)]

    def remainder(series: arb_series) -> arb_series:
        if exponent.is_Integer:
            return series.inv() ** int(-exponent)
        return (series.log() * _ball(exponent)).exp()

    return replace_order(_composed(unit, known, remainder), int(shifted))


def replace_order(found: LocalExpansion, shift: int) -> LocalExpansion:
    """Multiplied by a power of t."""
    return replace(found, order=found.order + shift)


def _composed(inner: LocalExpansion, known: list[Expr], function: Callable[[arb_series], arb_series]) -> LocalExpansion:
    """g(f) from the exact Taylor coefficients of g at f(0) and its series around a ball: Taylor's formula in f - f(0)."""
    reach = inner.reach
    flat = inner.analytic()
    step = replace(flat, coefficients=(S.Zero, *flat.coefficients[1:])).trimmed()
    if step.order == 0:  # not even the value at 0 is known exactly
        raise UndecidedError("the value at the end of the domain is not known exactly")
    count = -(-reach.terms // step.order)
    values = flat.over_reach().union(_ball(flat.coefficients[0]))
    series = function(arb_series([values, arb(1)], count + 1))
    if series.prec <= count:
        raise UndecidedError(f"a series was cut at {series.prec} terms: see numerics.precision.series_of")
    last = series[count]
    if not last.is_finite():
        raise UndecidedError("a function is not analytic on all values that its argument takes")
    total = power = constant(S.One, reach)
    total = total.scaled(known[0])
    for k in range(1, count):
        power = power * step
        total = total + power.scaled(known[k])
    power = (power * step).cut(count * step.order)
    bound = LocalExpansion(power.order, (), power.over_reach() * last, reach)
    bound = LocalExpansion(
        reach.terms, (), bound.rest * real_integer_power(reach.ball, power.order - reach.terms), reach
    )
    return total + bound


@lru_cache(maxsize=1024)
def _taylor(kind: type, start: Expr, count: int) -> tuple[Expr, ...]:
    w = Dummy("w")
    found, derivative = [], kind(w)
    for k in range(count):
        value = derivative.subs(w, start) / factorial(k)
        _ball(value)
        found.append(_tidy(value))
        derivative = derivative.diff(w)
    return tuple(found)


def _exponential(inner: LocalExpansion) -> LocalExpansion:
    head, shift, reach = inner.trimmed(), 0, inner.reach
    if head.logarithm is not None:
        log = head.logarithm
        if (
            log.order != 0 or any(c != 0 for c in log.coefficients[1:]) or not log.rest == 0
        ):  # a ball around 0 is neither
            raise UndecidedError("a power of t that depends on t")
        if not log.coefficients[0].is_Integer:
            raise UndecidedError("a fractional power remains at the end of the domain")
        shift = int(log.coefficients[0])
        head = replace(head, logarithm=None).trimmed()
    if head.order < 0:
        if not head.over_reach() < 0:
            raise UndecidedError("an exponential grows without bound at the end of the domain")
        return replace_order(_flat(head), shift)
    flat = head.analytic()
    start = flat.coefficients[0]
    known = [_tidy(sf.exp(start) / factorial(k)) for k in range(reach.terms)]
    return replace_order(_composed(flat, known, arb_series.exp), shift)


def _flat(head: LocalExpansion) -> LocalExpansion:
    """exp(-u), u >= c t^-p with c > 0: below every power of t."""
    reach, power = head.reach, -head.order
    least = -head.over_reach()  # u t^p
    least, h = arb(least.lower()), rational_ball(reach.h)
    if not h**power < least * power / reach.terms:  # then exp(-c t^-p) t^-N increases on (0, h]
        raise UndecidedError("the reach is too long for an exponential to be small")
    largest = (-least / h**power).exp() / h**reach.terms
    return LocalExpansion(0, (S.Zero,) * reach.terms, arb(0).union(largest), reach)


def _logarithm(inner: LocalExpansion) -> LocalExpansion:
    order, unit = inner.unit()
    start = unit.coefficients[0]
    if not _ball(start) > 0:
        raise UndecidedError("a logarithm of a negative number")
    known = [sf.log(start), *(_tidy(Integer(-1) ** (k - 1) / (k * start**k)) for k in range(1, unit.reach.terms))]
    found = _composed(unit, known, arb_series.log)
    return replace(found, logarithm=constant(Integer(order), inner.reach)) if order else found


def _inverse(inner: LocalExpansion) -> LocalExpansion:
    return _rational_power(inner, S.NegativeOne)


def _certainly_large(inner: LocalExpansion) -> bool:
    """Whether it has a pole, and is positive on the reach."""
    head = inner.trimmed()
    return head.order < 0 and head.logarithm is None and head.sign() > 0


def _enveloped(inverse: LocalExpansion, terms: list[tuple[int, Expr]]) -> LocalExpansion:
    """sum a_j v^(p_j), the last of the terms a bound of the remainder with its sign."""
    reach = inverse.reach
    total = constant(S.Zero, reach)
    powers: dict[int, LocalExpansion] = {0: constant(S.One, reach)}
    for p in range(1, terms[-1][0] + 1):
        powers[p] = powers[p - 1] * inverse
    for p, a in terms[:-1]:
        total = total + powers[p].scaled(a)
    p, a = terms[-1]
    last = powers[p].trimmed()
    share = last.over_reach() * _ball(a) * arb(0).union(1)
    if last.order < reach.terms:
        return total.cut(last.order) + LocalExpansion(last.order, (), share, reach)
    return total + LocalExpansion(
        reach.terms, (), share * real_integer_power(reach.ball, last.order - reach.terms), reach
    )


def _loggamma(inner: LocalExpansion) -> LocalExpansion:
    head, reach = inner.trimmed(), inner.reach
    if head.order > 0 and head.sign() > 0:  # gamma(u) = gamma(1 + u)/u
        return _loggamma(head + constant(S.One, reach)) + -_logarithm(head)
    if head.order >= 0:
        flat = head.analytic()
        start = flat.coefficients[0]
        if not (_ball(start) > 0 and flat.over_reach() > 0):
            raise UndecidedError("gamma of an argument that may not be positive")
        return _composed(flat, list(_taylor(sf.loggamma, start, reach.terms)), arb_series.lgamma)
    if not _certainly_large(head):
        raise UndecidedError("gamma of an argument that may not be positive")
    half = constant(S.Half, reach)
    main = (head + -half) * _logarithm(head) + -head + constant(sf.log(2 * pi) / 2, reach)
    terms = [(2 * k - 1, bernoulli(2 * k) / (2 * k * (2 * k - 1))) for k in range(1, reach.terms // 2 + 2)]
    return main + _enveloped(_inverse(head), terms)


def _polygamma(m: int, inner: LocalExpansion) -> LocalExpansion:
    head, reach = inner.trimmed(), inner.reach
    if head.order > 0 and head.sign() > 0:  # psi_m(u) = psi_m(1 + u) - (-1)^m m! u^(-m-1)
        shifted = _polygamma(m, head + constant(S.One, reach))
        return shifted + _rational_power(head, Integer(-m - 1)).scaled(-((-1) ** m) * factorial(m))
    if head.order >= 0:
        flat = head.analytic()
        start = flat.coefficients[0]
        if not (_ball(start) > 0 and flat.over_reach() > 0):
            raise UndecidedError("polygamma of an argument that may not be positive")
        known = [_tidy(sf.polygamma(m + k, start) / factorial(k)) for k in range(reach.terms)]
        return _composed(flat, known, lambda s: _polygamma_series(m, s))
    if not _certainly_large(head):
        raise UndecidedError("polygamma of an argument that may not be positive")
    inverse, sign = _inverse(head), (-1) ** (m + 1)
    many = range(1, reach.terms // 2 + 2)
    if m == 0:
        terms = [(1, -S.Half), *((2 * k, -bernoulli(2 * k) / (2 * k)) for k in many)]
        return _logarithm(head) + _enveloped(inverse, terms)
    terms = [(m, sign * factorial(m - 1)), (m + 1, sign * factorial(m) / 2)]
    terms += [(2 * k + m, sign * bernoulli(2 * k) * factorial(2 * k + m - 1) / factorial(2 * k)) for k in many]
    return _enveloped(inverse, terms)


def _polygamma_series(m: int, series: arb_series) -> arb_series:
    """The (m+1)-st derivative of log gamma as a series around a ball, from that of log gamma itself."""
    count = series.prec
    logs = arb_series([series[0], arb(1)], count + m + 1).lgamma()
    if logs.prec < count + m + 1:
        raise UndecidedError(f"a series was cut at {logs.prec} terms: see numerics.precision.series_of")
    return arb_series([logs[k + m + 1] * int(ff(k + m + 1, m + 1)) for k in range(count)], count)


def _log_erfc(inner: LocalExpansion) -> LocalExpansion:
    """-u^2 - log(u sqrt(pi)) + log(1 - 1/(2u^2) + ..), the terms enveloping for u > 0."""
    reach = inner.reach
    inverse = _inverse(inner)
    terms: list[tuple[int, Expr]] = [(0, S.One)]
    value: Expr = S.One
    for k in range(1, reach.terms // 2 + 2):
        value = -value * Rational(2 * k - 1, 2)
        terms.append((2 * k, value))
    main = -(inner * inner) + -_logarithm(inner) + -constant(sf.log(pi) / 2, reach)
    return main + _logarithm(_enveloped(inverse, terms))


def _function(kind: type, inner: LocalExpansion) -> LocalExpansion:
    head, reach = inner.trimmed(), inner.reach
    one = constant(S.One, reach)
    if kind is sf.gamma:
        return _exponential(_loggamma(head))
    if kind is sf.loggamma:
        return _loggamma(head)
    if kind is sf.Abs:
        return head if _decided(head) > 0 else -head
    if kind is sf.sign:
        return constant(Integer(_decided(head)), reach)
    if kind in (sf.sinh, sf.cosh) and head.order >= 0:
        up, down = _exponential(head), _exponential(-head)
        return (up + (-down if kind is sf.sinh else down)).scaled(S.Half)
    if kind is sf.tanh:
        falls = head.order < 0 and _decided(head) > 0
        grows = _exponential(head.scaled(Integer(-2 if falls else 2)))
        found = (grows + -one) * _inverse(grows + one)
        return -found if falls else found
    if kind is sf.asinh:
        return _logarithm(head + _rational_power(head * head + one, S.Half))
    if kind is sf.atanh:
        return (_logarithm(one + head) + -_logarithm(one + -head)).scaled(S.Half)
    if head.order < 0 and kind in (sf.atan, sf.erf, sf.erfc):
        return _at_infinity(kind, head)
    if kind is sf.acos and head.order == 0 and head.coefficients and head.coefficients[0] in (1, -1):
        side = head.coefficients[0]  # acos w = 2 asin sqrt((1-w)/2)
        root = _rational_power((one + head.scaled(-side)).scaled(S.Half), S.Half)
        found = _function(sf.asin, root).scaled(Integer(2))
        return found if side == 1 else constant(pi, reach) + -found
    if kind is sf.asin and head.order == 0 and head.coefficients and head.coefficients[0] in (1, -1):
        return constant(pi / 2, reach) + -_function(sf.acos, head)
    if kind not in _SERIES:
        raise UndecidedError(f"no expansion of {kind.__name__} with a remainder")
    flat = head.analytic()
    return _composed(flat, list(_taylor(kind, flat.coefficients[0], reach.terms)), _SERIES[kind])


def _at_infinity(kind: type, head: LocalExpansion) -> LocalExpansion:
    side = Integer(_decided(head))
    reach, large = head.reach, head.scaled(side)
    if kind is sf.atan:
        return constant(side * pi / 2, reach) + _function(sf.atan, _inverse(large)).scaled(-side)
    fallen = _exponential(_log_erfc(large))  # erfc |u|
    if kind is sf.erfc:
        return fallen if side == 1 else constant(Integer(2), reach) + -fallen
    return (constant(S.One, reach) + -fallen).scaled(side)


REACHES = tuple(Fraction(1, 2**k) for k in (2, 4, 6, 8, 10))
TERMS, BITS, SPARE = 8, 128, 10


@dataclass(frozen=True)
class PositiveNear:
    """A function is positive for 0 < t <= reach.

    Args:
        reach: how far.
        order: of its first term in the variable of the expansion.
        form: what was expanded: the difference itself or that of logarithms; in t or in its square root.
    """

    reach: Fraction
    order: int
    form: str


def positive_near(left: Expr, right: Expr, t: Symbol, longest: Fraction = Fraction(1, 4)) -> PositiveNear:
    """That ``left < right`` for all 0 < t <= h, with the longest h that was shown.

    The difference is expanded, or that of logarithms, in t or in its square root; what the expansion says at some points is held
    against a direct evaluation there.

    Args:
        left, right: expressions in t that have values for 0 < t <= longest.
        t: a positive symbol.
        longest: the longest reach to try.

    Raises:
        UndecidedError: no expansion shows it.

    >>> from sympy import exp
    >>> t = Symbol("t", positive=True)
    >>> positive_near(1 + t, exp(t), t).order
    2
    """
    advice = "no reach of an expansion shows the sign"
    reaches = [h for h in REACHES if h <= longest] or [longest]
    with working_bits(BITS), series_of(TERMS + SPARE):
        for logarithms in (False, True):
            for power in (1, 2):
                try:
                    found = _first_reach(left, right, t, reaches, logarithms, power)
                except UndecidedError as failure:
                    advice = failure.advice
                    continue
                if found is not None:
                    return found
    raise UndecidedError(advice)


def _first_reach(
    left: Expr, right: Expr, t: Symbol, reaches: list[Fraction], logarithms: bool, power: int
) -> PositiveNear | None:
    sides = [side.xreplace({t: t**power}) for side in (left, right)]

    def difference(h: Fraction) -> LocalExpansion:
        reach = Reach(h if power == 1 else _root_below(h), TERMS)
        if logarithms:
            return log_expanded(sides[1], t, reach) + -log_expanded(sides[0], t, reach)
        return expanded(sides[1] - sides[0], t, reach)

    shortest = difference(reaches[-1])  # tells at once whether there is anything to find
    if shortest.sign() != 1:
        return None
    for h in reaches:
        try:
            found = shortest if h == reaches[-1] else difference(h)
        except UndecidedError:
            continue
        if found.sign() != 1:
            continue
        head = found.trimmed()
        order = min(head.order, head.logarithm.order if head.logarithm else head.order)
        _confirm(found, sides, t, logarithms)
        form = ("the logarithms" if logarithms else "the sides") + ("" if power == 1 else ", in the square root")
        return PositiveNear(found.reach.h**power, order, form)
    return None


def _root_below(h: Fraction) -> Fraction:
    """A rational number with a square of at most h."""
    bits = 10 + h.denominator.bit_length()
    return Fraction(isqrt(h.numerator * 4**bits // h.denominator), 2**bits)


def _confirm(found: LocalExpansion, sides: list[Expr], t: Symbol, logarithms: bool) -> None:
    """Balls of the expansion meet those of a direct evaluation.

    Raises:
        UndecidedError: they do not, or nothing can be evaluated directly.
    """
    functions = [real_function(side, (t,)) for side in sides]
    compared = 0
    for share in (1, Fraction(1, 3), Fraction(1, 29)):
        left, right = (f(rational_ball(found.reach.h * share)) for f in functions)
        direct = right.log() - left.log() if logarithms else right - left
        if not direct.is_finite():
            continue
        compared += 1
        if not direct.overlaps(found.at(found.reach.h * share)):
            raise UndecidedError("an expansion and a direct evaluation disagree: please report this")
    if not compared:
        raise UndecidedError("nothing confirms the expansion: the sides cannot be evaluated near the end")
