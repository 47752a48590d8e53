"""Kinks at linear forms of several variables: a maximum as an absolute value, and a function of one linear form as a mean over a line."""

from __future__ import annotations

from sympy import Abs, Dummy, Expr, Heaviside, Matrix, Max, Min, Poly, sign

from theory.expectation import GaussianLaw, GaussianMean
from theory.rules.base import NotApplicable, Rule


def apply(mean: GaussianMean) -> Expr:
    names = mean.law.variables
    mixed = {part: _as_absolute_value(part) for part in mean.expression.atoms(Max, Min) if _mixed(part, names)}
    flat = mean.expression.xreplace(mixed)
    if flat != mean.expression:
        return mean.func(flat, mean.law)
    kinks = [part for part in flat.atoms(Abs, Max, Min, Heaviside, sign) if len(part.free_symbols & set(names)) > 1]
    if not kinks:
        raise NotApplicable("no kink lies at a linear form of several variables")
    arguments = {a for part in kinks for a in part.args if a.has(*names)}
    if not all(a.is_polynomial(*names) and Poly(a, *names).total_degree() == 1 for a in arguments):
        raise NotApplicable("a kink lies at a curve")
    form = max(arguments, key=str)
    form -= form.subs(dict.fromkeys(names, 0))
    weights = Matrix([form.coeff(v) for v in names])
    along = Dummy("w", real=True)
    place = next(k for k, weight in enumerate(weights) if weight != 0)
    others = [v for v in names if v is not names[place]]
    solved = (along - sum(w * v for w, v in zip(weights, names, strict=True) if v is not names[place])) / weights[place]
    parts = {part: part.func(*(a.xreplace({names[place]: solved}).expand() for a in part.args)) for part in kinks}
    body = flat.xreplace(parts).xreplace({names[place]: solved}).expand()
    if body.has(*others):
        raise NotApplicable("the integrand depends on more than one linear form")
    variance = (weights.T * Matrix(mean.law.covariance) * weights)[0].expand()
    return GaussianMean(body, GaussianLaw(along, variance))


def _mixed(part: Expr, names: tuple[Expr, ...]) -> bool:
    return len(part.args) == 2 and len(part.free_symbols & set(names)) > 1 and all(a.has(*names) for a in part.args)


def _as_absolute_value(part: Expr) -> Expr:
    u, v = part.args
    return (u + v + (1 if isinstance(part, Max) else -1) * Abs(u - v)) / 2


LINEAR_FORMS = Rule(
    "linear form",
    r"\mathbb{E}\, f(w \cdot z) = \mathbb{E}\, f(s),\ s \sim \mathcal{N}(0, w^{\top} \Sigma w)",
    apply,
    partial=True,
)
