"""Stein's identity: E z_i g(z) = sum_j Sigma_ij E d_j g(z), with distributional derivatives."""

from __future__ import annotations

from sympy import Expr, Mul, Pow, S, Symbol

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
    total: Expr = S.Zero
    for v in names:
        weight = covariance(mean, chosen, v)
        if weight == 0:
            continue
        derivative = rest.diff(v)
        if derivative != 0:
            total += weight * GaussianMean(derivative, mean.law)
    return total


STEIN = Rule("Stein", r"\mathbb{E} z_i g(z) = \sum_j \Sigma_{ij}\,\mathbb{E} \partial_j g(z)", apply)
