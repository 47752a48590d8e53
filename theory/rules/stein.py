"""Stein's identity: E z_i g(z) = sum_j Sigma_ij E d_j g(z), with distributional derivatives."""

from __future__ import annotations

from sympy import DiracDelta, Expr, Heaviside, Mul, Poly, Pow, S, Symbol, cos, erf, exp, sin

from theory.expectation import GaussianMean
from theory.rules.base import NotApplicable, Rule, covariance


def apply(mean: GaussianMean) -> Expr:
    body, names = mean.expression, mean.law.variables
    chosen: Symbol | None = None
    for factor in Mul.make_args(body):
        base = factor.base if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0 else factor
        if base in names:
            chosen = base
            break
    if chosen is None:
        raise NotApplicable("no variable is a factor of the integrand")
    rest = body / chosen
    for factor in Mul.make_args(rest):
        _require_closed_class(factor, names)
    total: Expr = S.Zero
    for v in names:
        weight = covariance(mean, chosen, v)
        if weight == 0:
            continue
        derivative = rest.diff(v)
        if derivative != 0:
            total += weight * GaussianMean(derivative, mean.law)
    return total


_DEGREES = {exp: 2, sin: 1, cos: 1, erf: 1, Heaviside: 1, DiracDelta: 1}


def _require_closed_class(factor: Expr, names: tuple[Symbol, ...]) -> None:
    """NotApplicable where repeated differentiation would not end: the powers would fall, the factor would not simplify."""
    if factor.is_polynomial(*names):
        return
    base = factor.base if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0 else factor
    degree = _DEGREES.get(base.func)
    if degree is None:
        raise NotApplicable(f"the derivatives of {factor} do not simplify")
    inner = base.args[0]
    if not inner.is_polynomial(*names) or Poly(inner, *names).total_degree() > degree:
        raise NotApplicable(f"the argument of {base} has a degree above {degree}")


STEIN = Rule("Stein", r"\mathbb{E} z_i g(z) = \sum_j \Sigma_{ij}\,\mathbb{E} \partial_j g(z)", apply)
