"""Refuse means that are certainly infinite, with the hypothesis that fails."""

from __future__ import annotations

import itertools

from sympy import Add, Expr, I, Max, Min, Mul, Poly, Pow, S, Symbol, log, sqrt

from theory.expectation import GaussianMean, Mean, SphereMean
from theory.pieces import BRANCHES, PieceError, middle, pieces, zeros
from theory.rules.base import NotApplicable, NotIntegrableError
from theory.rules.moment_generating import quadratic_form, split_exponent, tilted_is_finite


def require_integrable(mean: Mean) -> None:
    """Raise NotIntegrableError where a mean certainly is not a finite real number: a complex integrand or, under a Gaussian
    law, a growing exponential or a pole.

    What cannot be decided passes.
    """
    if mean.expression.has(I):
        raise NotIntegrableError(f"E[{mean.expression}] has a complex integrand: means are of real functions")
    if isinstance(mean, SphereMean):
        _refuse_complex_on_sphere(mean)
    if not isinstance(mean, GaussianMean):
        return
    names = mean.law.variables
    terms = Add.make_args(mean.expression.expand(power_exp=False)) if not mean.expression.has(*BRANCHES) else ()
    for term in terms:
        exponent, rest = split_exponent(term)
        if not rest.is_polynomial(*names) or exponent == 0 or not exponent.is_polynomial(*names):
            continue
        try:
            b, _, _ = quadratic_form(exponent, names)
        except NotApplicable:
            if len(terms) == 1 and any(_outgrows_squares(Poly(exponent, v)) for v in names):
                raise NotIntegrableError(
                    f"E exp({exponent}) is infinite under a Gaussian law: the exponent grows faster than a square"
                ) from None
            continue
        growing = b.is_diagonal() and all(e.is_nonnegative for e in b.diagonal())
        spread = mean.law.covariance
        alone = growing and any((2 * b[i, i] * spread[i, i] - 1).is_nonnegative for i in range(b.rows))
        if (alone or tilted_is_finite(spread, b) is False) and len(terms) == 1:
            raise NotIntegrableError(
                f"E[{mean.expression}] is infinite under this Gaussian law: exp({exponent}) grows as fast as the density decays"
            )
    for v in names:
        factor = Mul(*(f for f in Mul.make_args(mean.expression) if f.has(v)))
        if factor.free_symbols == {v}:
            _refuse_poles(mean, factor, v)


def _outgrows_squares(exponent: Poly) -> bool:
    """Degree above 2 and unbounded above in one variable, the others being fixed."""
    lead = exponent.LC()
    return exponent.degree() > 2 and bool(lead.is_number) and (exponent.degree() % 2 == 1 or bool(lead.is_positive))


def _refuse_poles(mean: GaussianMean, factor: Expr, v: Symbol) -> None:
    try:
        cut = pieces(factor, v)
    except PieceError:
        return
    for part, (low, high) in zip(cut.parts, cut.intervals):
        _refuse_complex(mean, part, v, low, high)
        for f in Mul.make_args(part):
            if not (
                isinstance(f, Pow) and f.exp.is_number and f.exp <= -1 and f.base.is_polynomial(v) and f.base.has(v)
            ):
                continue
            try:
                points = [*zeros(f.base, v, low, high), *(e for e in (low, high) if f.base.subs(v, e) == 0)]
            except PieceError:
                continue
            for point in points:
                value = (part / f).subs(v, point)
                if value.is_number and value != 0 and value.is_finite:
                    raise NotIntegrableError(f"E[{mean.expression}] does not exist: {part} has a pole at {v} = {point}")


def _refuse_complex_on_sphere(mean: SphereMean) -> None:
    """The same for one coordinate of a sphere: |z| <= sqrt(m), and |z| <= 1 at least where m is a symbol."""
    m = mean.law.dimension
    reach = sqrt(m) if m.is_number else S.One
    for v in mean.law.variables:
        factor = Mul(*(f for f in Mul.make_args(mean.expression) if f.has(v)))
        if factor.free_symbols != {v}:
            continue
        try:
            cut = pieces(factor, v)
        except PieceError:
            continue
        for part, (low, high) in zip(cut.parts, cut.intervals):
            low, high = Max(low, -reach), Min(high, reach)
            if (high - low).is_positive:
                _refuse_complex(mean, part, v, low, high)


def _refuse_complex(mean: Mean, part: Expr, v: Symbol, low: Expr, high: Expr) -> None:
    """A root or logarithm of what is negative somewhere on the interval."""
    for node in part.atoms(Pow, log):
        if not node.has(v) or (isinstance(node, Pow) and (not node.exp.is_Rational or node.exp.is_Integer)):
            continue
        inner = node.args[0]
        try:
            marks = [low, *zeros(inner, v, low, high), high]
        except PieceError:
            continue
        for a, b in itertools.pairwise(marks):
            at = middle(a, b)
            if inner.xreplace({v: at}).is_negative:
                raise NotIntegrableError(
                    f"E[{mean.expression}] has a complex integrand: {node} at {v} = {at.evalf(4)}; means are of real functions"
                )
