"""Rigorous bounds of a function far out: |f(x)| <= C x^p exp(q x + r x^2) for all x >= L, found by structure.

A range on [L, oo) (ends may be infinite) travels with the bound, so that 1/(1 + exp(-x)) or log(1 + exp(x)) are
understood.
A function on the left half-line is mirrored first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import arb
from sympy import Add, Expr, Mul, Pow, S, Symbol, cos, exp, log, sin
from sympy import functions as sf

from numerics.errors import UndecidedError
from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import real_function
from numerics.precision import working_bits

TAIL_BITS = 64
# parts of a piece that ends in the tail, on which its values are bounded
TILES = 16


@dataclass(frozen=True)
class Envelope:
    """Range [low, high] and growth of a function on [start, oo): |f| <= factor x^power exp(rate x + square x^2)."""

    low: arb
    high: arb
    factor: arb
    power: arb
    rate: arb
    square: arb

    @property
    def bounded(self) -> bool:
        return bool(self.power == 0 and self.rate == 0 and self.square == 0)


_ZERO = arb(0)


def _top(value: arb) -> arb:
    return value if not value.is_finite() else value.upper()


def _bottom(value: arb) -> arb:
    return value if not value.is_finite() else value.lower()


def _bounded(low: arb, high: arb) -> Envelope:
    size = abs(low).max(abs(high))
    return Envelope(_bottom(low), _top(high), _top(size), _ZERO, _ZERO, _ZERO)


def _times(a: arb, b: arb) -> arb:
    """Product of range ends, with 0 * oo = 0."""
    if a == 0 or b == 0:
        return _ZERO
    return a * b


def _hull(values: list[arb]) -> tuple[arb, arb]:
    low = high = values[0]
    for v in values[1:]:
        low, high = low.min(v), high.max(v)
    return low, high


def _tightened(e: Envelope) -> Envelope:
    """A finite range is itself a bound."""
    return _bounded(e.low, e.high) if e.low.is_finite() and e.high.is_finite() else e


class _Walk:
    """Envelopes of the subexpressions of one analytic piece on [start, oo)."""

    def __init__(self, variable: Symbol, start: arb):
        self.variable, self.start = variable, start

    def of(self, node: Expr) -> Envelope:
        if node == self.variable:
            return Envelope(self.start, arb.pos_inf(), arb(1), arb(1), _ZERO, _ZERO)
        if not node.has(self.variable):
            value = real_function(node, ())()
            if not value.is_finite():
                raise UndecidedError(f"{node} has no finite value")
            return _bounded(value.lower(), value.upper())
        if isinstance(node, Add):
            return self._sum([self.of(a) for a in node.args])
        if isinstance(node, Mul):
            result = self.of(node.args[0])
            for a in node.args[1:]:
                result = self._product(result, self.of(a))
            return result
        if isinstance(node, exp):
            return self._exponential(self.of(node.args[0]))
        if isinstance(node, Pow):
            return self._power(node.base, node.exp)
        if isinstance(node, log):
            return self._logarithm(self.of(node.args[0]), node)
        return self._function(node)

    def _sum(self, terms: list[Envelope]) -> Envelope:
        low, high = terms[0].low, terms[0].high
        for t in terms[1:]:
            low, high = low + t.low, high + t.high
        power = rate = square = _ZERO
        for t in terms:
            power, rate, square = power.max(t.power), rate.max(t.rate), square.max(t.square)
        # start >= 1, so raising an exponent only enlarges the bound
        return _tightened(Envelope(low, high, sum((t.factor for t in terms), _ZERO), power, rate, square))

    def _product(self, a: Envelope, b: Envelope) -> Envelope:
        low, high = _hull([_times(s, t) for s in (a.low, a.high) for t in (b.low, b.high)])
        return _tightened(
            Envelope(low, high, a.factor * b.factor, a.power + b.power, a.rate + b.rate, a.square + b.square)
        )

    def _exponential(self, g: Envelope) -> Envelope:
        low, high = _bottom(g.low.exp()), _top(g.high.exp())
        if high.is_finite():
            return _bounded(low, high)
        if g.rate > 0 or g.square > 0 or g.power > 2:
            raise UndecidedError("the integrand grows faster than exp(C x^2): the mean may diverge")
        if g.power <= 1:
            return Envelope(low, high, arb(1), _ZERO, g.factor, _ZERO)
        return Envelope(low, high, arb(1), _ZERO, _ZERO, g.factor)

    def _power(self, base: Expr, exponent: Expr) -> Envelope:
        if base == S.Exp1:
            return self._exponential(self.of(exponent))
        if exponent.has(self.variable):
            return self._exponential(self._product(self.of(exponent), self._logarithm(self.of(base), base)))
        b = self.of(base)
        degree = real_function(exponent, ())()
        if exponent.is_Integer and exponent > 0:
            if exponent % 2 == 0:
                size_low = _ZERO if b.low <= 0 and b.high >= 0 else abs(b.low).min(abs(b.high))
                low, high = size_low**degree, abs(b.low).max(abs(b.high)) ** degree
            else:
                low, high = (_signed_power(e, int(exponent)) for e in (b.low, b.high))
            return _tightened(self._raised(b, low, high, degree))
        if b.low >= 0 and degree > 0:
            return _tightened(self._raised(b, b.low**degree, b.high**degree, degree))
        if degree < 0 and (b.low > 0 or (exponent.is_Integer and b.high < 0)):
            ends = [_signed_power(e, int(exponent)) if exponent.is_Integer else e**degree for e in (b.low, b.high)]
            low, high = _hull([e if e.is_finite() else _ZERO for e in ends])
            return _bounded(low, high)
        raise UndecidedError(f"no bound of ({base})**({exponent}) far out")

    def _raised(self, b: Envelope, low: arb, high: arb, degree: arb) -> Envelope:
        return Envelope(
            _bottom(low), _top(high), b.factor**degree, b.power * degree, b.rate * degree, b.square * degree
        )

    def _logarithm(self, g: Envelope, node: Expr) -> Envelope:
        if not g.low > 0:
            raise UndecidedError(f"the logarithm in {node} is not certainly defined far out")
        low, high = _bottom(g.low.log()), arb.pos_inf() if not g.high.is_finite() else _top(g.high.log())
        if high.is_finite():
            return _bounded(low, high)
        # log g <= log C + p log x + q x + r x^2 <= (|log C| + p + q + r) x^2 or x, as x >= 1
        constant = abs(g.factor.log()) + g.power + g.rate + g.square
        power = arb(2) if g.square > 0 else arb(1)
        return Envelope(low, high, constant.max(abs(low)), power, _ZERO, _ZERO)

    def _function(self, node: Expr) -> Envelope:
        kind = type(node)
        if kind in _MONOTONE:
            g = self.of(node.args[0])
            function, limits = _MONOTONE[kind]
            ends = [limits[i] if not e.is_finite() else function(e) for i, e in ((0, g.low), (1, g.high))]
            return _bounded(_bottom(ends[0]), _top(ends[1]))
        if kind in (sin, cos, sf.sinc):
            self.of(node.args[0])  # bounded, but only where there is a real argument
            return _bounded(arb(-1), arb(1))
        if kind is sf.erfc:
            g = self.of(node.args[0])
            return _bounded(
                _ZERO if not g.high.is_finite() else _bottom(g.high.erfc()),
                arb(2) if not g.low.is_finite() else _top(g.low.erfc()),
            )
        if kind in (sf.sinh, sf.cosh):
            g = node.args[0]
            return self._sum([self.of(exp(g) / 2), self.of((1 if kind is sf.cosh else -1) * exp(-g) / 2)])
        if kind is sf.asinh:
            g = self.of(node.args[0])
            ends = [e if not e.is_finite() else e.asinh() for e in (g.low, g.high)]
            return _tightened(Envelope(_bottom(ends[0]), _top(ends[1]), g.factor, g.power, g.rate, g.square))
        raise UndecidedError(f"no bound of {kind.__name__} far out")


def _signed_power(end: arb, exponent: int) -> arb:
    if not end.is_finite():
        return _ZERO if exponent < 0 else (end if exponent % 2 else abs(end))
    magnitude = abs(end) ** arb(exponent) if end != 0 else _ZERO
    return -magnitude if end < 0 and exponent % 2 else magnitude


_MONOTONE: dict[type, tuple[Callable[[arb], arb], tuple[arb, arb]]] = {
    sf.tanh: (arb.tanh, (arb(-1), arb(1))),
    sf.erf: (arb.erf, (arb(-1), arb(1))),
    sf.atan: (arb.atan, (arb(-2), arb(2))),
}


def _mirrored(expression: Expr, variable: Symbol) -> Expr:
    return expression.xreplace({variable: -variable})


@lru_cache(maxsize=4096)
def _side(expression: Expr, variable: Symbol, start: int, right: bool, across: bool) -> Envelope:
    bounds = []
    for piece in analytic_pieces(expression, variable):
        inner, outer = (piece.lower, piece.upper) if right else (-piece.upper, -piece.lower)
        if real_function(outer, ())() <= start:
            continue
        if not across and not real_function(inner, ())() <= start:
            raise UndecidedError(f"a kink of {expression} lies beyond {start}")
        body = piece.expression if right else _mirrored(piece.expression, variable)
        last = real_function(outer, ())()
        bounds.append(
            _on_interval(body, variable, arb(start), last) if last.is_finite() else _Walk(variable, arb(start)).of(body)
        )
    return _largest(bounds)


def _on_interval(body: Expr, variable: Symbol, start: arb, end: arb) -> Envelope:
    """A constant bound between two ends, from the function's values on tiles."""
    function = real_function(body, (variable,))
    values = []
    for j in range(TILES):
        left, right = (start + (end - start) * place / TILES for place in (j, j + 1))
        values.append(function(left.union(right)))
    if not all(v.is_finite() for v in values):
        raise UndecidedError(f"no bound of {body} between {start} and {end}")
    return _bounded(*_hull([bound for v in values for bound in (v.lower(), v.upper())]))


def _largest(bounds: list[Envelope]) -> Envelope:
    """One that holds wherever some of these hold."""
    if len(bounds) == 1:
        return bounds[0]
    low, high = _hull([end for b in bounds for end in (b.low, b.high)])
    factor = power = rate = square = _ZERO
    for b in bounds:
        factor, power = factor.max(b.factor), power.max(b.power)
        rate, square = rate.max(b.rate), square.max(b.square)
    return Envelope(low, high, factor, power, rate, square)


def envelopes(expression: Expr, variable: Symbol, start: int, across: bool = False) -> tuple[Envelope, Envelope]:
    """Bounds on (-oo, -start], mirrored, and on [start, oo).

    Args:
        start: a whole number of at least 1, beyond every kink unless `across`.

    Raises:
        UndecidedError: the structure gives no bound.
    """
    with working_bits(TAIL_BITS):
        return _side(expression, variable, start, False, across), _side(expression, variable, start, True, across)


def gaussian_tail(expression: Expr, variable: Symbol, start: int, power: float = 1, across: bool = False) -> arb:
    """An upper bound of ``E[|f(Z)|^power; |Z| > start]`` for standard normal Z.

    Args:
        across: whether kinks may lie beyond `start`.

    Returns:
        A finite ball, or an infinite one where the bound of f is not integrable from `start` on.

    Raises:
        UndecidedError: no bound of f far out.
    """
    with working_bits(TAIL_BITS):
        left, right = envelopes(expression, variable, start, across)
        return _one_tail(left, arb(start), power) + _one_tail(right, arb(start), power)


def _one_tail(e: Envelope, start: arb, power: float) -> arb:
    c, p, q, r = e.factor**power, e.power * power, e.rate * power, e.square * power
    # the exponent -z^2/2 (1-2r) + q z + p log z is concave; its slope at `start` bounds the slope beyond
    slope = start * (1 - 2 * r) - q - p / start
    if not (1 - 2 * r > 0 and slope > 0):
        return arb.pos_inf()
    value = (-start * start * (1 - 2 * r) / 2 + q * start).exp() * start**p
    return (c * value / ((2 * arb.pi()).sqrt() * slope)).abs_upper()


__all__ = ["Envelope", "envelopes", "gaussian_tail"]
