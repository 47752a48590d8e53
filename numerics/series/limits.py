r"""Limits as balls: an expansion at the limit point whose constant term is the value; means pass to the limit under their law.

Coordinates of a normalised row of n samples tend in law to independent standard normals, with all exponential moments bounded:
E f(z_1, ..) -> E f(Z_1, ..) for f continuous almost everywhere with |f| <= C exp(a |x|).  A Gaussian mean whose covariance
converges goes to the mean at the limit for the same reason.
"""

from __future__ import annotations

from flint import arb, arb_mat
from sympy import Add, Dummy, Expr, Limit, Mul, Pow, Rational, S, Symbol, cancel, oo, together
from sympy import functions as sf
from sympy.core.function import Function

from numerics.errors import UndecidedError
from numerics.formulas.enclosed_number import EnclosedNumber
from numerics.formulas.expressions import outermost_means, prepared
from numerics.formulas.walker import real_function
from numerics.precision import Deadline, series_of, working_bits
from numerics.series.asymptotics import TERMS, VARIABLE, Expansion, expansion
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereMean
from theory.growth import gaussian_exponent

_BRANCHES = (sf.Max, sf.Min, sf.Abs, sf.sign, sf.Heaviside, sf.Piecewise)
ADVICE = "rewrite it as a closed form or a mean (theory.large_batch_limit has those of large batches)"


def limit_ball(node: Limit, bits: int, deadline: Deadline) -> arb:
    """A ball around a limit at oo, -oo or at one side of a point.

    Raises:
        UndecidedError: it diverges, or the structure shows no limit.
    """
    body, variable, point, side = node.args
    deadline.check()
    try:
        with series_of(TERMS):
            return _limit(prepared(body), variable, point, str(side), bits, deadline)
    except UndecidedError as failure:
        raise UndecidedError(f"no enclosure of {node}: {failure.advice}; {ADVICE}") from failure


def _limit(body: Expr, variable: Symbol, point: Expr, side: str, bits: int, deadline: Deadline) -> arb:
    if body.has(Limit):
        raise UndecidedError("a limit inside a limit")
    t = Dummy("t", positive=True)
    if point in (oo, -oo):
        inward = [1 / t if point is oo else -1 / t]
    elif side == "+-":
        inward = [point + t, point - t]
    else:
        inward = [point + t if side == "+" else point - t]
    found = [_one_sided(body, variable, path, t, bits, deadline) for path in inward]
    if len(found) == 2 and not (found[0].is_exact() and found[0] == found[1]):
        raise UndecidedError("from both sides at once: ask for one side, dir='+' or '-'")
    return found[0]


def _one_sided(body: Expr, variable: Symbol, path: Expr, t: Symbol, bits: int, deadline: Deadline) -> arb:
    # means converge, nobody says how fast: m + o(1)
    converging: dict[Symbol, Expansion] = {}
    means = {m: _mean_limit(m, variable, path, t, bits, deadline, converging) for m in outermost_means(body)}
    flat = body.xreplace(means).xreplace({variable: path})
    # n may stand under a root: powers of sqrt(t) are tried next
    for place in (t, t**2):
        there = _tidied(flat.xreplace({t: place}), t)
        try:
            with working_bits(bits + 40):
                return expansion(there, {t: VARIABLE, **converging}).limit()
        except UndecidedError as failure:
            if place != t or not ("fractional" in failure.advice or "whole number" in failure.advice):
                raise
    raise AssertionError("unreachable")


def _tidied(expression: Expr, t: Symbol) -> Expr:
    """Quotients of polynomials in t in lowest terms, so that exact cancellations are seen."""
    return expression.replace(
        lambda e: isinstance(e, (Add, Mul)) and e.has(t) and e.is_rational_function(t) and not e.has(EnclosedNumber),
        lambda e: cancel(together(e)),
    )


def _mean_limit(
    mean: Mean,
    variable: Symbol,
    path: Expr,
    t: Symbol,
    bits: int,
    deadline: Deadline,
    converging: dict[Symbol, Expansion],
) -> Expr:
    """The mean as a combination of numbers and of symbols that are put into `converging`, factors with n taken out."""
    from numerics.enclose import mean_enclosure

    if not mean.has(variable):
        return EnclosedNumber(mean_enclosure(mean, bits + 16, deadline))
    terms: dict[Expr, Expr] = {}
    for term in Add.make_args(mean.expression.expand()) if mean.expression.has(variable) else [mean.expression]:
        factor, integrand = term.as_independent(*mean.law.variables, as_Add=False)
        terms[integrand] = terms.get(integrand, S.Zero) + factor
    total: Expr = S.Zero
    for integrand, factor in terms.items():
        if integrand.has(variable):
            raise UndecidedError(f"a mean whose integrand {integrand} depends on {variable} other than by a factor")
        target = _mean_at_limit(mean.func(integrand, mean.law), variable, path, t, bits)
        symbol = Dummy()
        converging[symbol] = Expansion(0, (mean_enclosure(target, bits + 16, deadline),))
        total += factor * symbol
    return total


def _mean_at_limit(mean: Mean, variable: Symbol, path: Expr, t: Symbol, bits: int) -> Mean:
    """The same integrand under the law at the limit."""
    if not grows_at_most_exponentially(mean.expression, tuple(mean.law.variables)):
        raise UndecidedError(f"no bound |f| <= C exp(a |x|) was found for {mean.expression}")
    if isinstance(mean, SphereMean):
        size = _tidied(mean.law.batch_size.xreplace({variable: path}), t)
        with working_bits(64):
            grown = expansion(size, {t: VARIABLE})
            if not (grown.trimmed().order < 0 and grown.leading() > 0):
                raise UndecidedError("a batch size that does not grow in the limit")
        return GaussianMean(mean.expression, GaussianLaw(mean.law.variables))
    if isinstance(mean, GaussianMean):
        return GaussianMean(mean.expression, _law_limit(mean, variable, path, t, bits))
    raise UndecidedError(f"no rule for the limit of a {type(mean).__name__}")


def _law_limit(mean: GaussianMean, variable: Symbol, path: Expr, t: Symbol, bits: int) -> GaussianLaw:
    """The law at the limit, where the covariance is certainly one on the way there, and no jump of f meets an atom."""
    rows = [[_tidied(e.xreplace({variable: path}), t) for e in row] for row in mean.law.covariance.tolist()]
    entries = [[_entry_limit(e, t, bits) for e in row] for row in rows]
    with working_bits(bits + 40):
        balls = [[real_function(e, ())() for e in row] for row in entries]
        if len(rows) > 1 and not _certainly_positive(balls):
            raise UndecidedError("a covariance that is singular in the limit")
        if len(rows) == 1 and not balls[0][0] > 0:
            if rows[0][0].has(t) and not expansion(rows[0][0], {t: VARIABLE}).leading() > 0:
                raise UndecidedError("a variance that is negative on the way to the limit")
            if mean.expression.has(sf.Heaviside, sf.sign, sf.Piecewise):
                raise UndecidedError("a variance that falls to 0, and an integrand that may jump there")
    return GaussianLaw(mean.law.variables, entries)


def _certainly_positive(matrix: list[list[arb]]) -> bool:
    """Sylvester: every leading minor is certainly positive."""
    return all(bool(arb_mat([row[:k] for row in matrix[:k]]).det() > 0) for k in range(1, len(matrix) + 1))


def _entry_limit(flat: Expr, t: Symbol, bits: int) -> Expr:
    if not flat.has(t):
        return flat
    if flat.is_rational_function(t):
        value = flat.subs(t, 0)
        if isinstance(value, Rational):
            return value
    with working_bits(bits + 40):
        return EnclosedNumber(expansion(flat, {t: VARIABLE}).limit())


def grows_at_most_exponentially(expression: Expr, variables: tuple[Symbol, ...]) -> bool:
    """|f| <= C exp(a |x|), seen term by term for products of functions of one variable each."""
    for term in Add.make_args(expression.expand()):
        for factor in Mul.make_args(term):
            used = [v for v in variables if factor.has(v)]
            if used and (len(used) > 1 or not _mild(factor, used[0])):
                return False
    return True


def _mild(expression: Expr, variable: Symbol) -> bool:
    """|f| <= C exp(a |x|) for a function of one variable."""
    if not expression.has(variable):
        return True
    if isinstance(expression, (sf.Heaviside, sf.sign)):
        return True
    if isinstance(expression, sf.Piecewise):
        return all(_mild(e, variable) for e, _ in expression.args)
    if isinstance(expression, (Add, Mul, sf.Max, sf.Min, sf.Abs)) and expression.has(*_BRANCHES):
        return all(_mild(a, variable) for a in expression.args)
    if isinstance(expression, Pow) and expression.exp.is_Rational and expression.exp > 0:
        return _mild(expression.base, variable)
    return bool(gaussian_exponent(expression, variable) == S.Zero) and not _may_blow_up(expression)


def _may_blow_up(expression: Expr) -> bool:
    """Whether a negative power, a logarithm or an unknown function may be unbounded at a finite point."""
    entire = (sf.exp, sf.sin, sf.cos, sf.sinh, sf.cosh, sf.tanh, sf.erf, sf.erfc, sf.atan, sf.asinh, sf.Abs, sf.sign, sf.Heaviside,
              sf.Max, sf.Min, sf.Piecewise)  # fmt: skip
    for node in expression.atoms(Function):
        if not isinstance(node, entire) and not (isinstance(node, sf.log) and _positive(node.args[0])):
            return True
    return any(
        p.exp.could_extract_minus_sign() and not _positive(p.base) for p in expression.atoms(Pow) if p.free_symbols
    )


def _positive(expression: Expr) -> bool:
    """Bounded away from 0: a positive number plus terms that are not negative."""
    number, rest = expression.as_coeff_Add()
    terms = Add.make_args(rest)
    fits = all(term.is_nonnegative or term.is_positive for term in terms) if rest != 0 else True
    return bool(number > 0 and fits)
