r"""Whether a combination of Gaussian means vanishes by Gaussian integration by parts: ``E z_i h = sum_j Sigma_ij E d_j h``.

Powers of the coordinates beside smooth functions are traded for derivatives until none is left; then the integrands under each law must
add up to a constant, point by point.  The identity holds for every h that is smooth and, with its derivatives, at most of exponential
growth, singular covariances included: each of these is checked for each h.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Dummy, Expr, Mul, Pow, S, Symbol, fraction, together

from numerics.series.limits import grows_at_most_exponentially
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Interval, Variable
from proofs_check.normal_form import normal_form, vanishes
from theory.expectation import GaussianLaw, GaussianMean, Mean

ROUNDS = 12
MOST_MEANS = 40


class _NotShownError(Exception):
    """The combination is not brought to zero."""


def vanishes_by_parts(difference: Expr, domain: tuple[Variable, ...] = ()) -> bool:
    """Whether a difference of two sides, linear in Gaussian means once its denominator is cleared, is shown to be zero; False: not shown.

    >>> from sympy import symbols, tanh
    >>> z = symbols("z", real=True)
    >>> vanishes_by_parts(GaussianMean(z * tanh(z), GaussianLaw(z)) + GaussianMean(tanh(z) ** 2, GaussianLaw(z)) - 1)
    True
    """
    means = sorted(difference.atoms(Mean), key=str)
    if not means or any(not isinstance(m, GaussianMean) or m.expression.has(Mean) for m in means):
        return False
    names = {m: Dummy(f"m{k}", real=True) for k, m in enumerate(means)}
    top = fraction(together(difference.xreplace(names)))[0].expand()
    symbols = list(names.values())
    if not top.is_polynomial(*symbols) or any(top.diff(a, b) != 0 for a in symbols for b in symbols):
        return False
    total = normal_form(top.xreplace({name: mean for mean, name in names.items()}))
    try:
        for _ in range(ROUNDS):
            if _is_zero(total):
                return True
            lowered = normal_form(total.xreplace(dict(_lowered(total, domain))))
            if lowered == total:
                return False
            total = lowered
    except _NotShownError:
        pass
    return False


def _lowered(total: Expr, domain: tuple[Variable, ...]) -> Iterator[tuple[Mean, Expr]]:
    """Each mean with a coordinate as a factor beside a smooth function, by one integration by parts."""
    means = total.atoms(Mean)
    if len(means) > MOST_MEANS:
        raise _NotShownError
    for mean in means:
        variables = mean.law.variables
        if mean.expression.is_polynomial(*variables):
            yield mean, mean.doit()
            continue
        chosen = next((b for f in Mul.make_args(mean.expression) if (b := _coordinate(f, variables)) is not None), None)
        if chosen is None:
            continue
        h = mean.expression / chosen
        _require_parts(h, variables, domain)
        row = variables.index(chosen)
        sigma = mean.law.covariance
        yield (
            mean,
            Add(
                *(
                    sigma[row, j] * GaussianMean(slope, mean.law)
                    for j, v in enumerate(variables)
                    if sigma[row, j] != 0 and (slope := h.diff(v)) != 0
                )
            ),
        )


def _coordinate(factor: Expr, variables: tuple[Symbol, ...]) -> Symbol | None:
    base = factor.base if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0 else factor
    return base if base in variables else None


def _require_parts(h: Expr, variables: tuple[Symbol, ...], domain: tuple[Variable, ...]) -> None:
    """That h and its derivatives are smooth everywhere and grow at most exponentially."""
    from proofs_check.methods.equal_derivatives import is_smooth  # the methods import this module

    everywhere = (*domain, *(Variable(v, Interval(-S.Infinity, S.Infinity)) for v in variables))
    for part in (h, *(h.diff(v) for v in variables)):
        if not is_smooth(part) or not grows_at_most_exponentially(part, variables) or undefined_part(part, everywhere):
            raise _NotShownError


def _is_zero(total: Expr) -> bool:
    """Whether the integrands under each law add up to a constant, and the constants to zero."""
    constant: Expr = S.Zero
    groups: dict[GaussianLaw, Expr] = {}
    for term in Add.make_args(total.expand()):
        found = [f for f in Mul.make_args(term) if isinstance(f, Mean)]
        if len(found) > 1 or (not found and term.has(Mean)):
            return False
        if not found:
            constant += term
            continue
        law: GaussianLaw = found[0].law
        groups[law] = groups.get(law, S.Zero) + term / found[0] * found[0].expression
    for law, integrand in groups.items():
        value = integrand.subs(dict.fromkeys(law.variables, S.Zero))
        if not vanishes(integrand - value):
            return False
        constant += value
    return vanishes(constant)
