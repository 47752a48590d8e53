"""The mean of any supported integrand under any supported law, as a ball."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, ImmutableDenseMatrix, Integer, Rational, S, Symbol, pi

from numerics import gaussian_balls, sphere_balls
from numerics.errors import UndecidedError
from numerics.integrands import Product, separated
from numerics.laws import blocks, correlation_of, discrete_value, standardised
from numerics.moments import gaussian_moment, polynomial_product, sphere_moment
from numerics.precision import NO_DEADLINE, Deadline, working_bits
from numerics.walker import real_function
from theory.expectation import BatchNormMean, GaussianMean, Mean, SphereMean


def mean_ball(mean: Mean, bits: int, deadline: Deadline = NO_DEADLINE) -> arb:
    """A ball around a closed mean (no free symbols), with errors near 2^-bits of the natural scale of each part.

    Raises:
        UndecidedError: no rigorous method applies; the message says what to change.
    """
    if isinstance(mean, GaussianMean):
        part = _gaussian_part(mean)
    elif isinstance(mean, SphereMean):
        part = _sphere_part(mean)
    elif isinstance(mean, BatchNormMean):
        raise UndecidedError(
            "no enclosure of a mean at an arbitrary Gram matrix yet: numerics.evaluate gives its value"
        )
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
                gaussian_moment(polynomial, sigma.extract([index[v] for v in present], [index[v] for v in present])
                ),
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
    raise UndecidedError(
        f"no enclosure of a Gaussian mean of {len(group)} dependent coordinates yet: numerics.evaluate gives its value"
    )


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
        first = present[0]
        if len(present) == 1:
            return sphere_balls.one_coordinate(functions[first], first, dimension, bits, deadline)
        if dimension == 2:
            step = 2 * pi / 3 if centered else pi / 2
            places = [law.variables.index(v) for v in present]
            angles = [(functions[v].xreplace({v: first}), step * p) for v, p in zip(present, places, strict=True)]
            return sphere_balls.circle(angles, first, bits, deadline)
        if len(present) == 2:
            correlation = Rational(-1, int(n) - 1) if centered else S.Zero
            second = functions[present[1]].xreplace({present[1]: first})
            return sphere_balls.two_coordinates(functions[first], second, first, dimension, correlation, bits, deadline)
        raise UndecidedError(
            f"no enclosure of a sphere mean of {len(present)} coordinates yet: numerics.evaluate gives its value"
        )

    return part
