"""The mean of any supported integrand under any supported law, as a ball."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flint import arb
from sympy import Expr, ImmutableDenseMatrix, Integer, Rational, S, Symbol, default_sort_key, pi

from numerics.ball_means import gaussian as gaussian_balls
from numerics.ball_means import sphere as sphere_balls
from numerics.ball_means.batch_norm import batch_norm_mean
from numerics.ball_means.many_coordinates import sphere_product
from numerics.ball_means.oblique_kinks import straightened
from numerics.ball_means.row_of_four import whole_row
from numerics.errors import UndecidedError
from numerics.formulas.enclosed_number import EnclosedNumber
from numerics.formulas.integrands import Product, separated
from numerics.formulas.laws import blocks, correlation_of, discrete_value, standardised
from numerics.formulas.moments import gaussian_moment, polynomial_product, sphere_moment
from numerics.formulas.walker import real_function
from numerics.precision import NO_DEADLINE, Deadline, working_bits
from theory.expectation import BatchNormMean, GaussianMean, Mean, SphereMean


def mean_ball(mean: Mean, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """A ball around a closed mean (no free symbols), with errors near 2^-bits of the natural scale of each part.

    Raises:
        UndecidedError: no rigorous method applies; the message says what to change.
    """
    if isinstance(mean, GaussianMean):
        straight = straightened(mean)
        if straight != mean:
            with working_bits(bits + 32):
                parts = {m: mean_ball(m, bits, deadline) for m in straight.atoms(GaussianMean)}
                return real_function(straight.xreplace({m: EnclosedNumber(ball) for m, ball in parts.items()}), ())()
        part = _gaussian_part(mean)
    elif isinstance(mean, SphereMean):
        part = _sphere_part(mean)
    elif isinstance(mean, BatchNormMean):
        part = _batch_norm_part(mean)
    else:
        raise UndecidedError(f"no enclosure of a {type(mean).__name__}")
    terms = separated(mean.expression, mean.law.variables)
    with working_bits(bits + 32):
        total = arb(0)
        for term in terms:
            deadline.check()
            total += real_function(term.coefficient, ())() * part(term, bits, deadline)
        return total


Part = Callable[[Product, int, Deadline], arb]


def _gaussian_part(mean: GaussianMean) -> Part:
    law = mean.law
    index = {v: i for i, v in enumerate(law.variables)}
    sigma: ImmutableDenseMatrix = law.covariance

    def part(term: Product, bits: int, deadline: Deadline) -> arb:
        present = [v for v, _ in term.factors]
        functions = dict(term.factors)
        polynomial = polynomial_product(term.factors)
        if polynomial is not None:
            return real_function(
                gaussian_moment(polynomial, sigma.extract([index[v] for v in present], [index[v] for v in present])),
                (),
            )()
        value = arb(1)
        for group in blocks(present, lambda u, v: sigma[index[u], index[v]] != 0):
            value = value * _gaussian_group(
                [functions[v] for v in group], group, [index[v] for v in group], sigma, bits, deadline
            )
        return value

    return part


def _gaussian_group(
    functions: list[Expr],
    group: list[Symbol],
    places: list[int],
    sigma: ImmutableDenseMatrix,
    bits: int,
    deadline: Deadline,
) -> arb:
    scaled, variances = [], []
    for f, v, i in zip(functions, group, places, strict=True):
        variance = sigma[i, i]
        if variance == 0:
            scaled.append(f.xreplace({v: S.Zero}))
        else:
            scaled.append(standardised(f, v, variance))
        variances.append(variance)
    if len(group) == 1:
        if variances[0] == 0:
            return real_function(scaled[0], ())()
        return gaussian_balls.one_coordinate(scaled[0], group[0], bits, deadline)
    if len(group) == 2:
        correlation = correlation_of(sigma[places[0], places[1]], *variances)
        other = scaled[1].xreplace({group[1]: group[0]})
        return gaussian_balls.two_coordinates(scaled[0], other, group[0], correlation, bits, deadline)
    common = [f.xreplace({v: group[0]}) for f, v in zip(scaled, group, strict=True)]
    size = len(group)
    correlations = ImmutableDenseMatrix(
        size,
        size,
        lambda i, j: S.One if i == j else correlation_of(sigma[places[i], places[j]], variances[i], variances[j]),
    )
    return gaussian_balls.several_coordinates(common, group[0], correlations, bits, deadline)


def _batch_norm_part(mean: BatchNormMean) -> Part:
    law = mean.law
    places = dict(zip(law.variables, law.indices, strict=True))

    def part(term: Product, bits: int, deadline: Deadline) -> arb:
        factors = [(f, v, int(places[v])) for v, f in term.factors]
        return batch_norm_mean(factors, law.gram, law.centered, bits, deadline) if factors else arb(1)

    return part


def _sphere_part(mean: SphereMean) -> Part:
    law = mean.law
    n = law.batch_size
    if not isinstance(n, Integer):
        raise UndecidedError(f"the batch size must be a whole number, not {n}: substitute one")
    dimension = int(law.dimension)
    centered = law.centered

    def part(term: Product, bits: int, deadline: Deadline) -> arb:
        present = [v for v, _ in term.factors]
        functions = dict(term.factors)
        if not present:
            return arb(1)
        polynomial = polynomial_product(term.factors)
        if polynomial is not None:
            return real_function(sphere_moment(polynomial, len(present), int(n), centered), ())()
        if dimension == 1:
            return real_function(discrete_value(functions, law.variables), ())()
        # the law is exchangeable: only the functions matter, not which coordinates carry them
        first = law.variables[0]
        bodies = tuple(sorted((_renamed(functions[v], v, first) for v in present), key=default_sort_key))
        key = ("sphere", bodies, first, int(n), centered)
        return _remembered(key, bits, lambda: _sphere_product(list(bodies), first, int(n), centered, bits, deadline))

    return part


@lru_cache(maxsize=1024)
def _renamed(f: Expr, variable: Symbol, name: Symbol) -> Expr:
    """f in another variable: sympy rebuilds a Max for a millisecond each time."""
    return f.xreplace({variable: name})


def _sphere_product(bodies: list[Expr], variable: Symbol, n: int, centered: bool, bits: int, deadline: Deadline) -> arb:
    """``E prod f_i(z_i)`` over distinct coordinates of a row of at least two dimensions."""
    dimension = n - 1 if centered else n
    if len(bodies) == 1:
        return sphere_balls.one_coordinate(bodies[0], variable, dimension, bits, deadline)
    if dimension == 2:
        step = 2 * pi / 3 if centered else pi / 2
        return sphere_balls.circle([(f, step * i) for i, f in enumerate(bodies)], variable, bits, deadline)
    if len(bodies) == 2:
        correlation = Rational(-1, n - 1) if centered else S.Zero
        return sphere_balls.two_coordinates(bodies[0], bodies[1], variable, dimension, correlation, bits, deadline)
    if centered and len(bodies) == n == 4:
        return whole_row(bodies, variable, bits, deadline)
    return sphere_product(bodies, variable, n, centered, bits, deadline)


_known: OrderedDict[Any, tuple[int, arb]] = OrderedDict()
MOST_REMEMBERED = 1024


def _remembered(key: Any, bits: int, compute: Callable[[], arb]) -> arb:
    """The ball of an earlier call with the same key and at least as many bits; balls are immutable."""
    found = _known.get(key)
    if found is not None and found[0] >= bits:
        _known.move_to_end(key)
        return found[1]
    value = compute()
    _known[key] = bits, value
    if len(_known) > MOST_REMEMBERED:
        _known.popitem(last=False)
    return value


def forget() -> None:
    """Drop the balls of earlier calls (for timing)."""
    _known.clear()
