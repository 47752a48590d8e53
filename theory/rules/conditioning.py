"""Conditioning on a delta function: E delta(v - t) g = density of v at t, times E[g | v = t]."""

from __future__ import annotations

from sympy import DiracDelta, Expr, ImmutableDenseMatrix, Mul, S

from theory.expectation import GaussianLaw, GaussianMean
from theory.rules.base import NotApplicable, Rule, affine
from theory.rules.moment_generating import expand_arguments
from theory.rules.tidy import tidy_rational
from theory.special import normal_density


def apply(mean: GaussianMean) -> Expr:
    names, sigma = mean.law.variables, mean.law.covariance
    deltas = [f for f in Mul.make_args(mean.expression) if isinstance(f, DiracDelta)]
    if not deltas:
        raise NotApplicable("the integrand has no delta function")
    delta = deltas[0]
    hit = [v for v in names if delta.has(v)]
    line = affine(delta.args[0], hit[0]) if len(hit) == 1 else None
    if line is None or not (line[0].is_positive or line[0].is_negative):
        raise NotApplicable(f"{delta} is no delta function of one variable")
    v = hit[0]
    rest = Mul(*(f for f in Mul.make_args(mean.expression) if f is not delta))
    point = -line[1] / line[0]
    if len(delta.args) > 1 and delta.args[1] != 0:  # E delta'(v - t) g: integrate by parts against the density
        order = int(delta.args[1])
        lower = DiracDelta(delta.args[0], order - 1) if order > 1 else DiracDelta(delta.args[0])
        if len(names) > 1 or line[0] != 1:
            raise NotApplicable("a derivative of a delta function in several variables")
        q = sigma[0, 0]
        return GaussianMean(lower * (v / q * rest - rest.diff(v)), mean.law)
    j = names.index(v)
    q = sigma[j, j]
    density = normal_density(point, q) / abs(line[0])
    others = [i for i in range(len(names)) if i != j]
    if not others:
        return density * rest.subs(v, point)
    remaining = tuple(names[i] for i in others)
    shift = {names[i]: names[i] + point * sigma[i, j] / q for i in others}
    body = expand_arguments(rest.subs(v, point).xreplace(shift))
    if not body.has(*remaining):
        return density * body
    reduced = ImmutableDenseMatrix(
        len(others), len(others),
        lambda a, b: tidy_rational(sigma[others[a], others[b]] - sigma[others[a], j] * sigma[others[b], j] / q),
    )  # fmt: skip
    return density * (GaussianMean(body, GaussianLaw(remaining, reduced)) if body != 1 else S.One)


CONDITIONING = Rule("conditioning", r"\mathbb{E}\,\delta(v - t)\,g = \varphi_{q}(t)\,\mathbb{E}[g \mid v = t]", apply)
