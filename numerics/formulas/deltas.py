"""Delta functions under a Gaussian mean (they come from Price's theorem at a kink), rewritten exactly as densities.

``E[g(v, w) delta(a v + b)] = phi(k) E[g(k, w) | v = k]/|a|`` with k = -b/a, phi the density of v, and the conditional
law of w again
Gaussian, of mean ``Cov(w, v) k/Var v``.
"""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Abs, DiracDelta, Dummy, Expr, ImmutableDenseMatrix, Poly, PolynomialError, S, Symbol, exp, pi, sqrt

from numerics.errors import UndecidedError
from numerics.formulas.pieces import analytic_pieces, order_points


def without_deltas(mean: Any) -> Expr:
    """The same number with no `DiracDelta` in it.

    Raises:
        UndecidedError: a delta that is no simple one of an affine function of one Gaussian coordinate, or that meets a
            jump.
    """
    from theory.expectation import GaussianMean

    deltas = mean.expression.atoms(DiracDelta)
    if not deltas:
        return mean
    if not isinstance(mean, GaussianMean):
        raise UndecidedError("delta functions are understood under a Gaussian mean only")
    delta = min(deltas, key=str)
    variable, slope, point = _site(delta, mean.law.variables)
    mark = Dummy()
    body = mean.expression.xreplace({delta: mark})
    try:
        poly = Poly(body, mark)
    except PolynomialError as failure:
        raise UndecidedError(f"the integrand is not linear in {delta}") from failure
    if poly.degree() != 1:
        raise UndecidedError(f"the integrand is not linear in {delta}")
    factor, rest = poly.all_coeffs()
    _require_continuous(factor, variable, point)
    result = _conditioned(mean, factor, variable, point) / Abs(slope)
    if rest != 0:
        result += without_deltas(mean.func(rest, mean.law))
    return result


def _site(delta: Expr, variables: tuple[Symbol, ...]) -> tuple[Symbol, Expr, Expr]:
    """The variable, and slope and root of the affine argument."""
    if len(delta.args) > 1 and delta.args[1] != 0:
        raise UndecidedError(f"derivatives of delta functions are not evaluated: {delta}")
    present = [v for v in variables if delta.args[0].has(v)]
    if len(present) != 1:
        raise UndecidedError(f"a delta function of one coordinate is needed, not {delta}")
    try:
        poly = Poly(delta.args[0], present[0])
    except PolynomialError as failure:
        raise UndecidedError(f"the argument of {delta} is not affine") from failure
    if poly.degree() != 1:
        raise UndecidedError(f"the argument of {delta} is not affine")
    slope, offset = poly.all_coeffs()
    return present[0], slope, -offset / slope


def _require_continuous(factor: Expr, variable: Symbol, point: Expr) -> None:
    """A jump times a delta at the same place has no value."""
    single = factor.xreplace(dict.fromkeys(factor.free_symbols - {variable}, S.One / 3))
    pieces = analytic_pieces(single.replace(DiracDelta, lambda *_: S.One), variable)
    for left, right in itertools.pairwise(pieces):
        if len(order_points({left.upper, point})) == 1:
            gap = left.expression.xreplace({variable: point}) - right.expression.xreplace({variable: point})
            if gap.equals(0) is not True:
                raise UndecidedError(
                    f"a jump at {variable} = {point} meets a delta function there: the product has no value"
                )


def _conditioned(mean: Any, factor: Expr, variable: Symbol, point: Expr) -> Expr:
    law = mean.law
    sigma: ImmutableDenseMatrix = law.covariance
    i = law.variables.index(variable)
    variance = sigma[i, i]
    if variance == 0:
        raise UndecidedError(f"a delta function of {variable}, whose variance is 0")
    density = exp(-(point**2) / (2 * variance)) / sqrt(2 * pi * variance)
    body = factor.xreplace({variable: point})
    others = [j for j in range(len(law.variables)) if j != i]
    if not others:
        return density * body
    shift = {law.variables[j]: law.variables[j] + sigma[j, i] * point / variance for j in others}
    residual = ImmutableDenseMatrix(
        len(others),
        len(others),
        lambda r, s: sigma[others[r], others[s]] - sigma[others[r], i] * sigma[others[s], i] / variance,
    )
    names = tuple(law.variables[j] for j in others)
    return density * without_deltas(mean.func(body.xreplace(shift), law.func(names, residual)))
