"""Independence: variables that do not occur are dropped, uncorrelated groups factor, degenerate ones are eliminated."""

from __future__ import annotations

from sympy import Expr, Mul, S, Symbol

from theory.expectation import GaussianMean, SphereLaw, SphereMean
from theory.rules.base import NotApplicable, Rule, factors_by_variables


def apply(mean: GaussianMean) -> Expr:
    names = mean.law.variables
    used = tuple(v for v in names if mean.expression.has(v))
    if not used:
        return mean.expression
    if len(used) < len(names):
        return GaussianMean(mean.expression, mean.law.marginal(used))
    sigma = mean.law.covariance
    groups = {frozenset([v]) for v in names}

    def join(members: set[Symbol]) -> None:
        hit = [g for g in groups if g & members]
        groups.difference_update(hit)
        groups.add(frozenset().union(*hit))

    for i, u in enumerate(names):
        for j in range(i):
            if sigma[i, j] != 0:
                join({u, names[j]})
    parts = factors_by_variables(mean)
    for key in parts:
        if key:
            join(set(key))
    if len(groups) == 1:
        raise NotApplicable("the variables are correlated")
    total: Expr = parts.pop(frozenset(), S.One)
    for group in sorted(groups, key=lambda g: min(names.index(v) for v in g)):
        body = Mul(*(f for key, f in parts.items() if key <= group))
        total *= GaussianMean(body, mean.law.marginal(tuple(v for v in names if v in group)))
    return total


def degenerate(mean: GaussianMean) -> Expr:
    """A variable that is a multiple of another one (correlation +-1, or variance 0) is replaced by it."""
    names, sigma = mean.law.variables, mean.law.covariance
    for j, v in enumerate(names):
        if sigma[j, j].is_zero:
            rest = tuple(n for n in names if n != v)
            body = mean.expression.subs(v, 0)
            return GaussianMean(body, mean.law.marginal(rest)) if rest else body
        for i, u in enumerate(names[:j]):
            gap = (sigma[i, i] * sigma[j, j] - sigma[i, j] ** 2).expand()
            if gap == 0 or (gap.is_number and gap.equals(0)):
                rest = tuple(n for n in names if n != v)
                body = mean.expression.subs(v, u * sigma[i, j] / sigma[i, i])
                return GaussianMean(body, mean.law.marginal(rest))
    raise NotApplicable("no two variables are proportional")


def sphere_marginal(mean: SphereMean) -> Expr:
    """Coordinates that do not occur are dropped; n = 2 is two points."""
    names = mean.law.variables
    used = tuple(v for v in names if mean.expression.has(v))
    if used and len(used) < len(names):
        return SphereMean(mean.expression, SphereLaw(used, mean.law.batch_size, mean.law.centered))
    if mean.law.centered and mean.law.batch_size == 2:
        sides = [{v: s * (-1) ** i for i, v in enumerate(names)} for s in (1, -1)]
        return sum((mean.expression.subs(side) for side in sides), S.Zero) / 2
    raise NotApplicable("every coordinate occurs")


INDEPENDENCE = Rule(
    "independence", r"u \perp v \Rightarrow \mathbb{E} f(u) g(v) = \mathbb{E} f\,\mathbb{E} g", apply, True
)
DEGENERATE = Rule("conditioning", r"c^2 = q_1 q_2 \Rightarrow v = (c/q_1)\,u", degenerate, True)
SPHERE_MARGINAL = Rule(
    "marginal", r"\mathbb{E} f(z_1) \text{ needs the law of } z_1 \text{ alone}", sphere_marginal, True
)
