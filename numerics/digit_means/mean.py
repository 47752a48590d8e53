"""The value of any supported mean as an mpmath number with an estimate of its error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
from sympy import Expr, ImmutableDenseMatrix, Integer, Rational, S, Symbol, pi, sqrt

from numerics.digit_means import gaussian as mp_gaussian
from numerics.digit_means import sphere as mp_sphere
from numerics.digit_means.batch_norm import circle_mean
from numerics.digit_means.row_numbers import METHOD, several_coordinates
from numerics.digit_means.rules import ZERO, Estimate
from numerics.errors import EvaluationError, UndecidedError
from numerics.formulas.integrands import Product, separated
from numerics.formulas.laws import blocks, correlation_of, discrete_value, standardised
from numerics.formulas.moments import gaussian_moment, polynomial_product, sphere_moment
from numerics.formulas.mp_functions import mp_function, real_number
from numerics.formulas.poles import diverging_pole
from numerics.precision import Deadline
from theory.expectation import BatchNormMean, GaussianMean, Mean, SphereMean

Part = Callable[[Product, int, Deadline], tuple[Estimate, str]]
EXACT = "exact moments"


def mean_number(mean: Mean, digits: int, deadline: Deadline) -> tuple[Estimate, str]:
    """The value at the ambient mpmath precision, aiming at 10^-digits of the natural scale of each part, and the
    method.

    Raises:
        EvaluationError: no method applies, or none converges.
    """
    try:
        terms = separated(mean.expression, mean.law.variables)
    except UndecidedError as failure:
        raise EvaluationError(failure.advice) from failure
    if isinstance(mean, GaussianMean):
        part = _gaussian_part(mean)
    elif isinstance(mean, SphereMean):
        part = _sphere_part(mean)
    elif isinstance(mean, BatchNormMean):
        part = _batch_norm_part(mean)
    else:
        raise EvaluationError(f"no evaluation of a {type(mean).__name__}")
    total, methods = ZERO, []
    for term in terms:
        _refuse_poles(mean, term)
        value, method = part(term, digits, deadline)
        total += value.times(_number(term.coefficient))
        methods.append(method)
    return total, "; ".join(dict.fromkeys(methods)) or EXACT


def _refuse_poles(mean: Mean, term: Product) -> None:
    law = mean.law
    for variable, f in term.factors:
        reach: Expr = S.Infinity
        if isinstance(mean, GaussianMean):
            place = law.variables.index(variable)
            if law.covariance[place, place] == 0:
                continue
        elif isinstance(mean, SphereMean):
            if law.dimension == 1:
                continue
            reach = sqrt(law.dimension)
        else:
            continue
        pole = diverging_pole(f, variable, reach)
        if pole is not None:
            raise EvaluationError(f"the mean diverges: {f} has a pole at {variable} = {pole}")


def _number(expression: Expr) -> Any:
    return real_number(mp_function(expression, ())(), expression)


def _exact(expression: Expr) -> tuple[Estimate, str]:
    value = _number(expression)
    return Estimate(value, abs(value) * mpmath.eps), EXACT


def _gaussian_part(mean: GaussianMean) -> Part:
    index = {v: i for i, v in enumerate(mean.law.variables)}
    sigma: ImmutableDenseMatrix = mean.law.covariance

    def group_value(
        functions: dict[Symbol, Expr], group: list[Symbol], digits: int, deadline: Deadline
    ) -> tuple[Estimate, str]:
        places = [index[v] for v in group]
        if len(group) == 1:
            variance = sigma[places[0], places[0]]
            if variance == 0:
                return _exact(functions[group[0]].xreplace({group[0]: S.Zero}))
            return mp_gaussian.one_coordinate(
                standardised(functions[group[0]], group[0], variance), group[0], digits, deadline
            )
        if len(group) == 2:
            (u, v), (i, j) = group, places
            f = standardised(functions[u], u, sigma[i, i])
            g = standardised(functions[v], v, sigma[j, j]).xreplace({v: u})
            c = correlation_of(sigma[i, j], sigma[i, i], sigma[j, j])
            if abs(c) == 1:
                return mp_gaussian.one_coordinate(f * g.xreplace({u: c * u}), u, digits, deadline)
            return mp_gaussian.two_coordinates(f, g, u, c, digits, deadline)
        raise EvaluationError(f"no evaluation of a Gaussian mean of {len(group)} dependent coordinates yet")

    def part(term: Product, digits: int, deadline: Deadline) -> tuple[Estimate, str]:
        present = [v for v, _ in term.factors]
        polynomial = polynomial_product(term.factors)
        if polynomial is not None:
            places = [index[v] for v in present]
            return _exact(gaussian_moment(polynomial, sigma.extract(places, places)))
        functions = dict(term.factors)
        value, methods = Estimate(mpmath.mpf(1), mpmath.mpf(0)), []
        for group in blocks(present, lambda u, v: sigma[index[u], index[v]] != 0):
            one, method = group_value(functions, group, digits, deadline)
            error = value.error * abs(one.value) + abs(value.value) * one.error + value.error * one.error
            value = Estimate(value.value * one.value, error)
            methods.append(method)
        return value, "; ".join(dict.fromkeys(methods))

    return part


def _batch_norm_part(mean: BatchNormMean) -> Part:
    law = mean.law
    places = dict(zip(law.variables, law.indices, strict=True))

    def part(term: Product, digits: int, deadline: Deadline) -> tuple[Estimate, str]:
        functions = [(f, v, places[v]) for v, f in term.factors]
        return circle_mean(functions, law.gram, law.centered, digits, deadline)

    return part


def _sphere_part(mean: SphereMean) -> Part:
    law = mean.law
    n = law.batch_size
    if not isinstance(n, Integer):
        raise EvaluationError(f"the batch size must be a whole number, not {n}: substitute one")
    dimension, centered = int(law.dimension), law.centered

    def part(term: Product, digits: int, deadline: Deadline) -> tuple[Estimate, str]:
        present = [v for v, _ in term.factors]
        functions = dict(term.factors)
        polynomial = polynomial_product(term.factors)
        if not present:
            return _exact(S.One)
        if polynomial is not None:
            return _exact(sphere_moment(polynomial, len(present), int(n), centered))
        if dimension == 1:
            return _exact(discrete_value(functions, law.variables))
        first = present[0]
        if len(present) == 1:
            return mp_sphere.one_coordinate(functions[first], first, dimension, digits, deadline)
        if dimension == 2:
            step = 2 * pi / 3 if centered else pi / 2
            angles = [(functions[v].xreplace({v: first}), step * law.variables.index(v)) for v in present]
            return mp_sphere.circle(angles, first, digits, deadline)
        if len(present) == 2:
            second = functions[present[1]].xreplace({present[1]: first})
            c = Rational(-1, int(n) - 1) if centered else S.Zero
            return mp_sphere.two_coordinates(functions[first], second, first, dimension, c, digits, deadline)
        bodies = tuple(functions[v].xreplace({v: first}) for v in present)
        return several_coordinates(bodies, first, int(n), centered), METHOD

    return part
