r"""Means of one and two coordinates of a batch-normalised row at an arbitrary rational Gram matrix, as balls.

With S the (centred) Gram matrix, r its rank, 2 t_0 = r/tr S and t = t_0 tan^2 u, the formula (3) of
docs/derivations/mean_field_map.md has no end left to cut off:

    E g(y_i, y_j) = g(0) + int_0^{pi/2} du cos^{r-1} u det+^{-1/2} (1/2 pi) int_0^{2 pi} (P . grad g)(P sin u) d psi,

det+ = prod (cos^2 u + 2 t_0 lambda sin^2 u) over the nonzero eigenvalues, P on the ellipse of n 2 t_0 S (cos^2 u + 2 t_0 sin^2 u S)^+.
Both are polynomials in cos^2 u and sin^2 u with exact rational coefficients: no eigenvalue is computed.  Kinks at 0 cut the
circle where a coordinate changes sign, at angles that are analytic in u.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpq_poly
from sympy import Expr, Heaviside, ImmutableDenseMatrix, S, Symbol, eye, limit, ones, sign, sqrt

from numerics.ball_means.tensor_quadrature import Interval, tensor_integral
from numerics.balls import rational_ball
from numerics.errors import UndecidedError
from numerics.formulas.pieces import analytic_pieces
from numerics.formulas.walker import complex_function, real_function
from numerics.precision import Deadline, working_bits

Value = Callable[[acb], acb]
_MOST_PANELS = 60


def _symmetric_functions(matrix: fmpq_mat) -> tuple[fmpq, ...]:
    """The elementary symmetric functions of the eigenvalues; none is negative exactly if no eigenvalue of a symmetric matrix is."""
    n, coefficients = matrix.nrows(), matrix.charpoly().coeffs()
    return tuple(coefficients[n - k] * (-1) ** k for k in range(n + 1))


@dataclass(frozen=True)
class Row:
    """What the law of a normalised row needs: n, the rank, e_k of S and the matrices N_k = e_k S - S N_{k-1}, all exact."""

    size: int
    rank: int
    matrix: fmpq_mat
    symmetric_functions: tuple[fmpq, ...]
    numerators: tuple[fmpq_mat, ...]

    @classmethod
    def of(cls, gram: ImmutableDenseMatrix, centered: bool) -> Row:
        n = gram.rows
        if not all(e.is_Rational for e in gram):
            raise UndecidedError("the Gram matrix needs rational entries: write Rational(1, 10) for 0.1")
        centring = eye(n) - ones(n, n) / n if centered else eye(n)
        seen = (centring * gram * centring).tolist()
        s, whole = (fmpq_mat([[fmpq(int(e.p), int(e.q)) for e in row] for row in m]) for m in (seen, gram.tolist()))
        e = _symmetric_functions(s)
        rank = max(k for k in range(n + 1) if e[k] != 0)
        if rank == 0:
            raise UndecidedError("all samples are identical: batch normalisation divides by zero")
        if any(v < 0 for v in (*e, *_symmetric_functions(whole))):
            raise UndecidedError("a Gram matrix is positive semidefinite, and this one is not")
        numerators = [s]
        for k in range(1, rank):
            numerators.append(s * e[k] - s * numerators[-1])
        return cls(n, rank, s, e[: rank + 1], tuple(numerators))

    def entry(self, i: int, j: int) -> Fraction:
        value = self.matrix[i, j]
        return Fraction(int(value.p), int(value.q))


def batch_norm_mean(
    factors: Sequence[tuple[Expr, Symbol, int]],
    gram: ImmutableDenseMatrix,
    centered: bool,
    bits: int,
    deadline: Deadline,
) -> arb:
    """``E prod f(y_i)`` for triples (f, its variable, place i), one or two of different places.

    Raises:
        UndecidedError: an irrational or indefinite Gram matrix, identical samples, three coordinates or more, a jump or a kink
            away from 0, two samples on one line, functions that are not analytic up to their kinks.
    """
    row = Row.of(gram, centered)
    factors = [f for f in factors if f[0].has(f[1])]
    constant = S.One
    kept = []
    for f, v, i in factors:
        if row.entry(i, i) == 0:
            constant *= f.xreplace({v: S.Zero})
        else:
            kept.append((f, v, i))
    with working_bits(bits + 20):
        scale = real_function(constant, ())()
        if not kept:
            return scale
        if row.rank == 1:
            return scale * _on_a_line(row, kept)
        if len(kept) <= 2 and all(_is_of_sign(f, v) for f, v, _ in kept):
            return scale * _of_signs(row, kept)
        if deadline.quick:
            raise UndecidedError("a double integral at an arbitrary Gram matrix takes seconds")
        if len(kept) > 2:
            raise UndecidedError(f"no enclosure of a batch-normalised mean of {len(kept)} coordinates: one or two")
        return scale * _Circle.of(row, kept).mean(bits, deadline)


def _is_of_sign(function: Expr, variable: Symbol) -> bool:
    """Whether a function depends on the sign of its variable alone."""
    parts = function.atoms(Heaviside, sign)
    return not function.xreplace(dict.fromkeys(parts, S.One)).has(variable) and all(
        (part.args[0] / variable).is_Rational for part in parts
    )


def _of_signs(row: Row, factors: Sequence[tuple[Expr, Symbol, int]]) -> arb:
    """By Sheppard's formula: two coordinates have equal signs with probability 1/2 + arcsin(correlation)/pi."""
    values = [[real_function(f.xreplace({v: S(side)}), ())() for side in (1, -1)] for f, v, _ in factors]
    if len(values) == 1:
        return (values[0][0] + values[0][1]) / 2
    (_, _, i), (_, _, j) = factors
    square = row.entry(i, j) ** 2 / (row.entry(i, i) * row.entry(j, j))
    angle = rational_ball(square).sqrt().asin() if square < 1 else arb.pi() / 2
    equal = arb(1) / 2 + (angle if row.entry(i, j) >= 0 else -angle) / arb.pi()
    first, second = values
    same, apart = first[0] * second[0] + first[1] * second[1], first[0] * second[1] + first[1] * second[0]
    return (equal * same + (1 - equal) * apart) / 2


def _on_a_line(row: Row, factors: Sequence[tuple[Expr, Symbol, int]]) -> arb:
    """Rank one: the row is +-sqrt(n) times a unit vector."""
    top = max(range(row.size), key=lambda i: row.entry(i, i))
    length = sqrt(_sympy(row.entry(top, top) * sum(row.entry(i, i) for i in range(row.size)) / row.size))
    total = S.Zero
    for side in (1, -1):
        product = S.One
        for f, v, i in factors:
            product *= f.xreplace({v: side * _sympy(row.entry(i, top)) / length})
        total += product
    return real_function(total / 2, ())()


def _sympy(value: Fraction) -> Any:
    from sympy import Rational

    return Rational(value.numerator, value.denominator)


@dataclass(frozen=True)
class _Sides:
    """A function on both sides of 0 with its derivative, as functions of complex balls, and its value at 0."""

    positive: tuple[Value, Value]
    negative: tuple[Value, Value]
    at_zero: arb

    @classmethod
    def of(cls, f: Expr, variable: Symbol, edge: Expr) -> _Sides:
        pieces = analytic_pieces(f, variable, -edge, edge)
        if len(pieces) > 2 or (len(pieces) == 2 and pieces[0].upper != 0):
            raise UndecidedError(
                f"{f} has a kink away from 0: at an arbitrary Gram matrix only kinks at 0 are enclosed"
            )
        bodies = [pieces[-1].expression, pieces[0].expression]
        ends = [limit(body, variable, 0, side) for body, side in zip(bodies, "+-")]
        if len(pieces) == 2 and ends[0] != ends[1]:
            raise UndecidedError(f"{f} jumps at 0: at an arbitrary Gram matrix only continuous functions are enclosed")
        above, below = (tuple(complex_function(e, (variable,)) for e in (body, body.diff(variable))) for body in bodies)
        return cls(above, below, real_function(ends[0], ())())  # type: ignore[arg-type]

    def at(self, point: acb, positive: bool) -> tuple[acb, acb]:
        value, slope = self.positive if positive else self.negative
        return value(point), slope(point)


def _angle(cosine: acb, sine: acb) -> acb:
    """The angle in (0, pi), by the arc sine where that is the narrower: acos z = asin sqrt(1 - z^2) for Re z > 0; nan at the cuts."""
    flat = abs(cosine.real) > 0.7
    value = sine if flat else cosine
    if not (value.is_finite() and (not value.imag.contains(0) or abs(value.real) < 1)):
        return acb(arb.nan())
    if not flat:
        return value.acos()
    return value.asin() if cosine.real > 0 else arb.pi() - value.asin()


@dataclass(frozen=True)
class _Circle:
    """The double integral for two coordinates (the second absent for one)."""

    row: Row
    places: tuple[int, ...]
    functions: tuple[_Sides, ...]
    kept: list[Any]

    @classmethod
    def of(cls, row: Row, factors: Sequence[tuple[Expr, Symbol, int]]) -> _Circle:
        edge = sqrt(row.size)
        places = tuple(i for _, _, i in factors)
        if len(places) == 2:
            i, j = places
            if row.entry(i, i) * row.entry(j, j) == row.entry(i, j) ** 2:
                raise UndecidedError(
                    f"samples {i} and {j} lie on one line: write the second as a multiple of the first"
                )
        return cls(row, places, tuple(_Sides.of(f, v, edge) for f, v, _ in factors), [])

    def _frame(self, u: acb) -> tuple[acb, acb, list[acb]]:
        """`_computed_frame`, kept while the same u is asked for: rules go through v inside."""
        if not (self.kept and self.kept[0] is u):
            self.kept[:] = [u, self._computed_frame(u)]
        return self.kept[1]

    @cached_property
    def _coefficients(self) -> tuple[arb, list[list[arb]]]:
        """2 t_0, and the coefficients of det+ and of the entries ii, jj, ij, scaled by the powers of 2 t_0."""
        row = self.row
        slope = Fraction(row.rank) / sum(row.entry(i, i) for i in range(row.size))
        pairs = [(i, i) for i in self.places] + ([self.places] if len(self.places) == 2 else [])
        exact = [list(row.symmetric_functions)] + [
            [m[i, j] * fmpq(slope.numerator * row.size, slope.denominator) for m in row.numerators] for i, j in pairs
        ]
        two_t = fmpq(slope.numerator, slope.denominator)
        scaled = [[a * two_t**k for k, a in enumerate(one)] for one in exact]
        if len(self.places) == 2:  # ii jj - ij^2, exactly: it is small where the two samples are nearly alike
            first, second, cross = (fmpq_poly(one) for one in scaled[1:])
            minor = (first * second - cross * cross).coeffs()
            scaled.append(minor + [fmpq(0)] * (2 * len(scaled[1]) - 1 - len(minor)))
        with working_bits(2 * ctx.prec + 400):
            return rational_ball(slope), [[arb(a) for a in one] for one in scaled]

    def _computed_frame(self, u: acb) -> tuple[acb, acb, list[acb]]:
        """sin u, the radial weight, and the entries (ii, jj, ij) of the ellipse's matrix."""
        sine, cosine = u.sin(), u.cos()
        c2, s2 = cosine * cosine, sine * sine
        above, below = [acb(1)], [acb(1)]
        for _ in range(2 * self.row.rank):
            above.append(above[-1] * c2)
            below.append(below[-1] * s2)
        values = []
        for one in self._coefficients[1]:
            degree = len(one) - 1
            total = above[degree] * one[0]
            for k in range(1, degree + 1):
                total += above[degree - k] * below[k] * one[k]
            values.append(total)
        determinant, *entries = values
        weight = cosine ** (self.row.rank - 1) / determinant.sqrt(analytic=True)
        minors = [e / (determinant * determinant) for e in entries[3:]]
        return sine, weight, [e / determinant for e in entries[:3]] + minors

    def _panels(self) -> list[Interval]:
        """[0, pi/2] cut in halves towards pi/2, where the integrand varies over the square root of the smallest 2 t_0 lambda."""
        e, rank = self.row.symmetric_functions, self.row.rank
        # 1/lambda_min <= sum of 1/lambda = e_{r-1}/e_r <= r/lambda_min
        thin = (
            float(e[rank].p)
            / float(e[rank].q)
            * float(e[rank - 1].q)
            / float(e[rank - 1].p)
            * float(self._coefficients[0])
        )
        ends, rest = [arb(0)], 1.0
        while rest > 2 * math.sqrt(thin) and len(ends) < _MOST_PANELS:
            rest /= 2
            ends.append(arb.pi() / 2 * (1 - arb(rest)))
        ends.append(arb.pi() / 2)
        return [Interval(a, b) for a, b in itertools.pairwise(ends)]

    def mean(self, bits: int, deadline: Deadline) -> arb:
        base = arb(1)
        for f in self.functions:
            base = base * f.at_zero
        if len(self.places) == 1:
            # psi in (-pi/2, pi/2): the coordinate is positive, and negative half a turn on
            def single(u: acb, v: acb) -> acb:
                sine, weight, (q,) = self._frame(u)
                reach = q.sqrt(analytic=True) * ((v - arb(1) / 2) * arb.pi()).cos()
                (f,) = self.functions
                total = f.at(reach * sine, True)[1] - f.at(-reach * sine, False)[1]
                return weight * reach * total

            return base + self._integral(single, bits, deadline) / 2
        total = arb(0)
        for same_sign in (True, False):
            total += self._integral(lambda u, v, s=same_sign: self._arc(u, v, s), bits, deadline)  # type: ignore[misc]
        return base + total / (2 * arb.pi())

    def _integral(self, surface: Callable[[acb, acb], acb], bits: int, deadline: Deadline) -> arb:
        unit = Interval(arb(0), arb(1))
        panels = (tensor_integral(surface, panel, unit, bits + 4, deadline) for panel in self._panels())
        return sum(panels, arb(0))

    def _arc(self, u: acb, v: acb, same_sign: bool) -> acb:
        """The arc on which both coordinates have one sign (or opposite ones), and its mirror image, times its length."""
        sine, weight, (first, second, cross, minor) = self._frame(u)
        r, q = first.sqrt(analytic=True), second.sqrt(analytic=True)
        cosine = cross / (r * q)
        beta = _angle(cosine, minor.sqrt(analytic=True) / (r * q))
        half = arb.pi() / 2
        low, length = (beta - half, arb.pi() - beta) if same_sign else (acb(half), beta)
        psi = low + length * v
        a, b = r * psi.cos(), q * (psi - beta).cos()
        f, g = self.functions
        total = acb(0)
        for flip in (1, -1):
            positive_f = (flip > 0) == same_sign
            (value_f, slope_f), (value_g, slope_g) = (
                f.at(a * sine * flip, positive_f),
                g.at(b * sine * flip, flip > 0),
            )
            total += flip * (a * slope_f * value_g + b * value_f * slope_g)
        return weight * length * total
