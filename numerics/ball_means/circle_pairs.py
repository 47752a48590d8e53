r"""E f(z_1) g(z_2) on a sphere for piecewise polynomials f, g with kinks anywhere, as a ball: one integral in one variable.

The pair is r (cos t, cos(t - t0)) with cos t0 the correlation, t uniform and r = sqrt(m (1 - x^2)), x of density (m-2) x^{m-3} on
[0, 1].  For a given r the mean over t is exact: between the angles at which z_1 or z_2 meets a kink the integrand is a polynomial in
p = r cos t and q = r cos(t - t0), and by parts

    (k+l) int p^k q^l dt = r sin t p^{k-1} q^l + (k-1) r^2 int p^{k-2} q^l dt + l r^2 cos t0 int p^{k-1} q^{l-1} dt.

In x the mean is analytic but where the circle touches a line p = a or q = a, x_a = sqrt(1 - a^2/m), or passes a corner of two
lines.  The integral is cut there, and x = x_a - y^2 removes the root of r^2 - a^2 = m (x_a - x)(x_a + x).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import acb, arb
from sympy import Expr, Poly, PolynomialError, S, Symbol, sqrt

from numerics.ball_means.quadrature import integral
from numerics.errors import UndecidedError
from numerics.formulas.pieces import Piece, analytic_pieces, certainly_less, order_points
from numerics.formulas.walker import real_function
from numerics.precision import Deadline, paced, working_bits

MOST_DEGREE = 40
Coefficients = list[arb]


@dataclass(frozen=True, eq=False)
class _Line:
    """p = level (which 0) or q = level (1); circles meet it while x < touch, given by its place among the events."""

    which: int
    level: arb
    touch: int


@dataclass(frozen=True, eq=False)
class _Crossing:
    """Where a circle meets a line, on the side of positive (1) or negative (-1) sine, whole turns from its angle there."""

    line: _Line
    side: int
    turns: int


@dataclass(frozen=True)
class _Arc:
    """From the crossing of one number to that of another, the polynomials that hold there, and turns between the two."""

    start: int
    end: int
    turns: int
    first: Coefficients
    second: Coefficients


def _polynomials(pieces: Sequence[Piece], variable: Symbol) -> list[Coefficients] | None:
    found = []
    for piece in pieces:
        if not piece.expression.is_polynomial(variable):
            return None
        try:
            poly = Poly(piece.expression, variable)
        except PolynomialError:
            return None
        if poly.degree() > MOST_DEGREE:
            return None
        found.append([real_function(c, ())() for c in reversed(poly.all_coeffs())])
    return found


def _moments(
    angle: acb, size: tuple[int, int], squared: acb, cosine: arb, end: tuple[acb, ...] | None
) -> list[list[acb]]:
    """Antiderivatives of p^k q^l at an end (p, q, r sin t, r sin(t - t0)); without one, over a whole turn."""
    rows, columns = size
    zero = acb(0)
    table = [[zero] * columns for _ in range(rows)]
    table[0][0] = angle
    mixed = squared * cosine
    p, q, sine_p, sine_q = end if end is not None else (zero, zero, zero, zero)
    powers_q = [acb(1)]
    for _ in range(columns):
        powers_q.append(powers_q[-1] * q)
    for l in range(1, columns):
        value = sine_q * powers_q[l - 1]
        if l > 1:
            value += (l - 1) * squared * table[0][l - 2]
        table[0][l] = value / l
    power_p = sine_p
    for k in paced(range(1, rows)):
        for l in range(columns):
            value = power_p * powers_q[l]
            if k > 1:
                value += (k - 1) * squared * table[k - 2][l]
            if l > 0:
                value += l * mixed * table[k - 1][l - 1]
            table[k][l] = value / (k + l)
        power_p *= p
    return table


def _contracted(first: Coefficients, second: Coefficients, table: list[list[acb]]) -> acb:
    total = acb(0)
    for a, row in zip(first, table):
        if not a.is_zero():
            total += a * sum((b * v for b, v in zip(second, row) if not b.is_zero()), acb(0))
    return total


@dataclass(frozen=True)
class _Pair:
    """The two functions, their kinks as lines, and x at the events: 1 is the last."""

    polynomials: tuple[list[Coefficients], list[Coefficients]]
    lines: tuple[_Line, ...]
    events: tuple[arb, ...]
    dimension: int
    cosine: arb
    sine: arb
    turn: arb

    def _branch(self, which: int, at: arb) -> Coefficients:
        place = 0
        for line in self.lines:
            if line.which == which:
                if at > line.level:
                    place += 1
                elif not at < line.level:
                    raise UndecidedError("an arc between two kinks is too short for the working precision")
        return self.polynomials[which][place]

    def arcs(self, place: int) -> tuple[list[_Crossing], list[_Arc]]:
        """Crossings and arcs of the circles just below the event of a number, where the order stays the same."""
        below = self.events[place - 1] if place > 0 else arb(0)
        x = ((below + self.events[place]) / 2).mid()
        radius = (self.dimension * (1 - x * x)).sqrt()
        crossings: list[tuple[arb, _Crossing]] = []
        full = 2 * arb.pi()
        for line in self.lines:
            if line.touch < place:
                continue
            height = (radius * radius - line.level * line.level).sqrt()
            for side in (1, -1):
                angle = side * arb.atan2(height, line.level) + (self.turn if line.which else 0)
                turns = 0
                if crossings:  # into the turn that begins at the first crossing
                    angle -= crossings[0][0]
                    while not angle > 0:
                        if not angle < 0:
                            raise UndecidedError("two kinks meet on a circle: ask for more bits")
                        angle, turns = angle + full, turns + 1
                    while not angle < full:
                        if not angle > full:
                            raise UndecidedError("two kinks meet on a circle: ask for more bits")
                        angle, turns = angle - full, turns - 1
                    angle += crossings[0][0]
                crossings.append((angle, _Crossing(line, side, turns)))
        crossings.sort(key=lambda c: float(c[0].mid()))
        arcs = []
        for start, (low, _) in enumerate(crossings):
            end = (start + 1) % len(crossings)
            turns = int(end == 0)
            high = crossings[end][0] + turns * full
            if not low < high:
                raise UndecidedError("two kinks meet on a circle: ask for more bits")
            middle = (low + high) / 2
            f, g = self._branch(0, radius * middle.cos()), self._branch(1, radius * (middle - self.turn).cos())
            if not all(c.is_zero() for c in f) and not all(c.is_zero() for c in g):
                arcs.append(_Arc(start, end, turns, f, g))
        if not crossings:
            arcs.append(_Arc(0, 0, 0, self._branch(0, arb(0)), self._branch(1, arb(0))))
        return [c for _, c in crossings], arcs

    def mean(
        self, squared: acb, heights: dict[int, acb], crossings: list[_Crossing], arcs: list[_Arc], sure: bool
    ) -> acb:
        """The integral of f(p) g(q) over the turn.

        Args:
            squared: r^2.
            heights: sqrt(r^2 - level^2) by the touch of the line.
        """
        size = max((len(a.first) for a in arcs), default=1), max((len(a.second) for a in arcs), default=1)
        if not crossings:
            table = _moments(acb(2 * arb.pi()), size, squared, self.cosine, None)
            return _contracted(arcs[0].first, arcs[0].second, table)
        ends = [self._end(c, heights[c.line.touch], sure) for c in crossings]
        tables = [_moments(end[0], size, squared, self.cosine, end[1:]) for end in ends]
        further = _moments(ends[0][0] + 2 * arb.pi(), size, squared, self.cosine, ends[0][1:])
        total = acb(0)
        for arc in arcs:
            upper = further if arc.turns else tables[arc.end]
            total += _contracted(arc.first, arc.second, upper) - _contracted(arc.first, arc.second, tables[arc.start])
        return total

    def _end(self, crossing: _Crossing, height: acb, sure: bool) -> tuple[acb, ...]:
        """The angle, p, q, r sin t, r sin(t - t0)."""
        line, c, s = crossing.line, self.cosine, self.sine
        sine = crossing.side * height
        angle = crossing.side * _angle(height, line.level, sure) + 2 * arb.pi() * crossing.turns
        if line.which == 0:
            return angle, acb(line.level), line.level * c + sine * s, sine, sine * c - line.level * s
        return angle + self.turn, line.level * c - sine * s, acb(line.level), sine * c + line.level * s, sine


def _angle(height: acb, level: arb, sure: bool) -> acb:
    """The angle from the axis of a line p = level."""
    if level == 0:
        return acb(arb.pi() / 2)
    quotient = height / level
    # the arc tangent is cut along the imaginary axis beyond +-i
    if sure and quotient.real.contains(0) and not abs(quotient.imag) < 1:
        return acb(arb.nan())
    return quotient.atan() if level > 0 else quotient.atan() + arb.pi()


def _squared_events(levels: tuple[list[Expr], list[Expr]], m: int, correlation: Expr) -> tuple[list[Expr], list[Expr]]:
    """x^2 at each line's touch, f's lines first, and at the corners."""
    touches = [1 - k**2 / m for side in levels for k in side]
    corners = [
        1 - (a**2 + b**2 - 2 * a * b * correlation) / (m * (1 - correlation**2)) for a in levels[0] for b in levels[1]
    ]
    return touches, corners


def circle_pair(
    f: Expr, g: Expr, variable: Symbol, dimension: int, correlation: Expr, bits: int, deadline: Deadline
) -> arb | None:
    """``E f(z_1) g(z_2)``, m >= 3, for piecewise polynomials; None for other functions.

    Args:
        correlation: of z_1 and z_2, an exact number within (-1, 1).

    Raises:
        UndecidedError: kinks that cannot be told apart, or the time is over.
    """
    m, edge = dimension, sqrt(dimension)
    pieces = [analytic_pieces(e, variable, -edge, edge) for e in (f, g)]
    with working_bits(2 * bits + 64):
        polynomials = [_polynomials(p, variable) for p in pieces]
        if polynomials[0] is None or polynomials[1] is None:
            return None
        levels = [p.lower for p in pieces[0][1:]], [p.lower for p in pieces[1][1:]]
        touches, corners = _squared_events(levels, m, correlation)
        # the corners outside the sphere are no events
        inside = {e for e in corners if certainly_less(S.Zero, e)} if corners else set()
        ordered = order_points({*touches, *inside, S.One})
        events = tuple(real_function(e, ())().sqrt() for e in ordered)
        numbers = [_place(e, ordered) for e in touches]
        flat = [(which, k) for which in (0, 1) for k in levels[which]]
        lines = tuple(_Line(which, real_function(k, ())(), n) for (which, k), n in zip(flat, numbers))
        cosine = real_function(correlation, ())()
        pair = _Pair(
            (polynomials[0], polynomials[1]), lines, events, m, cosine, (1 - cosine * cosine).sqrt(), cosine.acos()
        )
        arcs = [pair.arcs(place) for place in range(len(events))]
    with working_bits(bits + 32):
        total = arb(0)
        for place in range(len(events)):
            total += _between(pair, place, *arcs[place], deadline)
        return total * (m - 2) / (2 * arb.pi())


def _place(event: Expr, ordered: list[Expr]) -> int:
    for place, other in enumerate(ordered):
        if event == other or (event - other).is_zero:
            return place
    raise UndecidedError("two kinks nearly coincide: ask for more bits")


def _between(pair: _Pair, place: int, crossings: list[_Crossing], arcs: list[_Arc], deadline: Deadline) -> arb:
    """The integral of x^{m-3} times that over the turn, from one event to the next."""
    if not arcs:
        return arb(0)
    m, high = pair.dimension, pair.events[place]
    low = pair.events[place - 1] if place > 0 else arb(0)
    touched = {c.line.touch for c in crossings}
    root = arb(m).sqrt()

    def at(x: acb, y: acb | None, sure: bool) -> acb:
        heights = {}
        for touch in touched:
            edge = pair.events[touch]
            if touch == place and y is not None:
                heights[touch] = root * y * (2 * edge - y * y).sqrt(analytic=sure)
            else:
                heights[touch] = root * ((edge - x) * (edge + x)).sqrt(analytic=sure)
        return x ** (m - 3) * pair.mean(m * (1 - x) * (1 + x), heights, crossings, arcs, sure)

    if place in touched:
        return integral(lambda y, sure: 2 * y * at(high - y * y, y, sure), arb(0), (high - low).sqrt(), deadline)
    return integral(lambda x, sure: at(x, None, sure), low, high, deadline)
