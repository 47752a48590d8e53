"""Sums of exponentials inside a formula: recognised here, so that `numerics.lowering` can factor out the largest term."""

from __future__ import annotations

from sympy import Add, Expr, Max, Mul, Pow, S, cosh, exp, expand, sinh, tanh

from theory.conventions import x

MAX_EXPANDED_POWER = 8


def exponential_terms(e: Expr) -> list[tuple[Expr, Expr]] | None:
    """[(c, u), ...] with e = sum c exp(u), c constant, at least one u depending on x; None if e is no such sum."""
    if not e.has(exp):
        return None
    if any(isinstance(p, Pow) and (not p.exp.is_Integer or abs(p.exp) > MAX_EXPANDED_POWER) for p in e.atoms(Pow)
           if p.has(exp) and not isinstance(p, exp)):  # fmt: skip
        return None
    terms = []
    for term in Add.make_args(expand(e, power_exp=False)):
        constant, exponent = S.One, S.Zero
        for factor in Mul.make_args(term):
            if not factor.has(x):
                constant *= factor
            elif isinstance(factor, exp):
                exponent += factor.args[0]
            elif isinstance(factor, Pow) and isinstance(factor.base, exp) and factor.exp.is_Rational:
                exponent += factor.base.args[0] * factor.exp
            else:
                return None
        terms.append((constant, exponent))
    return terms if any(u.has(x) for _, u in terms) else None


def two_terms(terms: list[tuple[Expr, Expr]]) -> tuple[Expr, Expr, Expr] | None:
    """(c, d, u) where the sum is c + d exp(u), or None."""
    if len(terms) != 2:
        return None
    (c, u), (d, v) = terms
    if u.has(x) and not v.has(x):
        c, u, d, v = d, v, c, u
    if u.has(x):
        return None
    return c * exp(u), d, v


def largest_exponent(terms: list[tuple[Expr, Expr]]) -> Expr:
    return Max(*(u for _, u in terms))


def never_zero(terms: list[tuple[Expr, Expr]], power: Expr) -> bool:
    """A sum of one sign is nonzero; others are gathered only under an integer power, where a sign is no harm."""
    return len({c.is_positive for c, _ in terms}) == 1 or bool(power.is_Integer)


def rebuilt(terms: list[tuple[Expr, Expr]]) -> Expr:
    return Add(*(c * exp(u) for c, u in terms))


def pair_hyperbolics(powers: dict[Expr, Expr]) -> None:
    """sinh(u)^k cosh(u)^-j becomes tanh(u)^k cosh(u)^(k-j), so that the quotient does not overflow."""
    for base in [b for b in powers if isinstance(b, sinh)]:
        other = cosh(base.args[0])
        k = powers[base]
        if k.is_positive and powers.get(other, S.Zero).is_negative:
            del powers[base]
            powers[tanh(base.args[0])] = powers.get(tanh(base.args[0]), S.Zero) + k
            powers[other] += k
