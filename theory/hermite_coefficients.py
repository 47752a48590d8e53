r"""Hermite coefficients for a symbolic degree k: ``E f(z) He_k(z)`` under N(0, 1) as a function of k.

Four facts, each an integration by parts (``He_k phi = (-1)^k phi^(k)``), give every closed form:

* polynomials: nothing beyond their degree;
* ``e^{a z}``, sines, cosines: ``a^k e^{a^2/2}``, for a complex a too; a Gaussian factor by the generating function,
  ``E e^{-B z^2 + a z} He_k = s e^{s^2 a^2/2} tau^k He_k(s^2 a/tau)``, ``s^2 = 1/(1+2B)``, ``tau^2 = 1 - s^2``;
* kinks: a jump J_j of the j-th derivative at t adds ``J_j phi(t) He_{k-1-j}(t)`` (Rodrigues on half-lines);
* a factor z: ``z He_k = He_{k+1} + k He_{k-1}``; an error function: one derivative, then the Gaussian factor.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Mul,
    Piecewise,
    Poly,
    Pow,
    S,
    Symbol,
    atan2,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factor,
    factorial,
    factorial2,
    hermite_prob,
    pi,
    simplify,
    sin,
    sinh,
    sqrt,
)
from sympy.simplify.fu import TR8

from theory.activations.base import Activation
from theory.conventions import x
from theory.pieces import PieceError, pieces
from theory.rules.base import NotApplicable, affine
from theory.rules.moment_generating import split_exponent
from theory.special import normal_density

ByDegree = Callable[[Expr], Expr]
"""``k -> E g(z) He_k(z)``."""


class NoGeneralCoefficientError(ValueError):
    """The Hermite coefficients have no closed form in the degree that the rules reach; the message says why."""


def _at_zero(k: Expr) -> Expr:
    """``He_k(0)``."""
    return cos(pi * k / 2) * factorial2(k - 1)


def _value(k: Expr, argument: Expr) -> Expr:
    return _at_zero(k) if argument == 0 else hermite_prob(k, argument)


def _exponential(z: Symbol, exponent: Expr, wave: Expr | None) -> ByDegree:
    """Coefficients of ``exp(exponent) wave``, the exponent at most quadratic, the wave a sine or cosine."""
    if not exponent.is_polynomial(z) or Poly(exponent, z).degree() > 2:
        raise NotApplicable(f"the exponent {exponent} is not quadratic")
    poly = Poly(exponent, z)
    b, a, constant = -poly.nth(2), poly.nth(1), exp(poly.nth(0))
    if wave is not None:
        line = affine(wave.args[0], z)
        if line is None:
            raise NotApplicable(f"the argument of {wave} is not linear")
        if b != 0:
            raise NotApplicable(f"exp({exponent}) times {wave} gives Hermite polynomials of an imaginary argument")
        (w, phase), name = line, wave.func
        size, angle = constant * exp((a**2 - w**2) / 2), atan2(w, a)
        return lambda k: size * sqrt(a**2 + w**2) ** k * name(phase + k * angle + a * w)
    if b == 0:
        return lambda k: constant * a**k * exp(a**2 / 2)
    shrink = 1 / (1 + 2 * b)
    rest = 2 * b * shrink
    size = constant * sqrt(shrink) * exp(shrink * a**2 / 2)
    if b.is_positive:
        return lambda k: size * rest ** (k / 2) * _value(k, shrink * a / sqrt(rest))
    if a != 0:
        raise NotApplicable(f"exp({exponent}) gives Hermite polynomials of an imaginary argument")
    return lambda k: size * (-rest) ** (k / 2) * cos(pi * k / 2) ** 2 * factorial2(k - 1)


def _times_variable(lower: ByDegree) -> ByDegree:
    return lambda k: lower(k + 1) + k * lower(k - 1)


def _smooth(term: Expr, z: Symbol) -> tuple[ByDegree, int]:
    """Coefficients of one term without branches, and the degree from which the formula holds."""
    exponent, rest = split_exponent(term)
    waves: list[Expr] = []
    errors: list[Expr] = []
    others: list[Expr] = []
    for f in Mul.make_args(rest):
        repeated = [f.base] * int(f.exp) if isinstance(f, Pow) and f.exp.is_Integer and f.exp > 0 else [f]
        place = waves if isinstance(repeated[0], (sin, cos)) else errors if isinstance(repeated[0], erf) else None
        if place is None:
            others.append(f)
        else:
            place.extend(repeated)
    body = Mul(*others)
    if not body.is_polynomial(z):
        raise NotApplicable(f"{body} is no polynomial, exponential, wave or error function")
    if len(waves) + len(errors) > 1 or (errors and exponent != 0):
        raise NotApplicable(f"{term} has more than one exponential, wave or error function")
    poly = Poly(body, z)
    if errors:
        line = affine(errors[0].args[0], z)
        if line is None:
            raise NotApplicable(f"the argument of {errors[0]} is not affine")
        slope, shift = line
        inner = _exponential(z, -((slope * z + shift) ** 2).expand(), None)
        base, start = (lambda k: 2 * slope / sqrt(pi) * inner(k - 1)), 1
    elif exponent == 0 and not waves:
        return (lambda k: S.Zero), poly.degree() + 1
    else:
        base, start = _exponential(z, exponent, waves[0] if waves else None), 0
    powers: list[ByDegree] = [base]
    while len(powers) <= poly.degree():
        powers.append(_times_variable(powers[-1]))
    terms = [(coefficient, powers[p]) for (p,), coefficient in poly.terms()]
    return (lambda k: Add(*(c * g(k) for c, g in terms))), start + poly.degree()


def _kink(jump: Expr, at: Expr, z: Symbol) -> tuple[ByDegree, int]:
    """Coefficients of ``jump 1_{z > at}``, the jump a polynomial."""
    jump = jump.expand()
    if not jump.is_polynomial(z):
        raise NotApplicable(
            f"at the kink {z} = {at} the formula changes by {jump}, no polynomial, so that integration by parts does not end"
        )
    degree = Poly(jump, z).degree()
    heights = [(j, jump.diff(z, j).subs(z, at)) for j in range(degree + 1)]
    density = normal_density(at, S.One)
    return (lambda k: density * Add(*(h * _value(k - 1 - j, at) for j, h in heights if h != 0))), degree + 1


def _collected(form: Expr, k: Symbol) -> Expr:
    """Quarter turns taken out of sines and cosines, one double factorial for each parity, then factors."""
    form = form.replace(lambda e: e.func in (sin, cos), lambda e: _turned(e, k))
    form = form.replace(lambda e: e.is_Pow and e.base == -1 and e.exp.has(k), lambda e: (-1) ** (e.exp - k) * (-1) ** k)
    found = sorted(form.atoms(factorial2), key=lambda f: f.args[0] - k)
    swap = {}
    for f in found:
        low = next(g for g in found if (f.args[0] - g.args[0]) % 2 == 0)
        gap = int(f.args[0] - low.args[0])
        swap[f] = low * Mul(*(low.args[0] + i for i in range(2, gap + 1, 2)))
    return factor(form.xreplace(swap)) if swap else form


def _turned(wave: Expr, k: Symbol) -> Expr:
    """``sin(pi k/2 + m pi/2)`` as a sine or cosine of ``pi k/2``; other phases stay."""
    quarters = (2 * wave.args[0] / pi - k).expand()
    if not quarters.is_Integer:
        return wave
    turn = (int(quarters) + (1 if isinstance(wave, cos) else 0)) % 4
    return (1 if turn < 2 else -1) * (cos if turn % 2 else sin)(pi * k / 2)


def coefficient_by_degree(function: Expr, z: Symbol) -> tuple[ByDegree, int]:
    """``k -> E function(z) He_k(z)`` under N(0, 1), and the degree from which on it holds.

    Raises:
        NotApplicable: no closed form in k is reached.
        PieceError: the branches of the function cannot be found.
    """
    cut = pieces(function, z)
    smooth = cut.parts[0].replace(erfc, lambda u: 1 - erf(u)).rewrite([sinh, cosh], exp)
    wide = TR8(smooth.expand()).expand(power_exp=False) if smooth.has(sin, cos) else smooth.expand(power_exp=False)
    parts = [_smooth(term, z) for term in Add.make_args(wide)]
    parts += [_kink(jump, at, z) for at, jump in cut.jumps()]
    return (lambda k: Add(*(part(k) for part, _ in parts))), max(start for _, start in parts)


def general_coefficient(activation: Activation, degree: Symbol, q: Expr) -> Expr:
    """``E sigma(sqrt(q) z) He_k(z)/sqrt(k!)`` as an expression in k; see `theory.orthogonal.hermite_coefficient`.

    Raises:
        NoGeneralCoefficientError: no closed form in k is reached; the message says why.
    """
    from theory.derivation import derive
    from theory.orthogonal import hermite_coefficient, hermite_mean

    k, z = Dummy(degree.name, integer=True, nonnegative=True), Dummy("z", real=True)
    scale = sqrt(q if q.is_positive or not q.is_Symbol else Dummy(q.name, positive=True))
    conditions = derive(hermite_mean(activation, 0, q)).conditions  # and refuses what is not integrable
    try:
        by_degree, first = coefficient_by_degree(activation.formula.xreplace({x: scale * z}), z)
    except (NotApplicable, PieceError) as reason:
        text = str(reason).replace(str(z), "z")
        raise NoGeneralCoefficientError(
            f"no closed form in k of the Hermite coefficients of {activation.name}: {text}; take integer degrees instead"
        ) from None
    general = _collected(by_degree(k), k) / sqrt(factorial(k))
    exceptions = []
    for j in range(first):  # low degrees, where integration by parts ends early
        value = hermite_coefficient(activation, j, scale**2)
        if not _agrees(general, k, j, value):
            exceptions.append((value.replace(erfc, lambda u: 1 - erf(u)).expand(), Eq(k, j)))
    form = Piecewise(*exceptions, (general, True)) if exceptions else general
    if conditions:
        form = Piecewise((form, And(*conditions)), (hermite_mean(activation, degree, q), True))
    return form.xreplace({k: degree}).xreplace({scale**2: q})


def _agrees(general: Expr, k: Symbol, j: int, value: Expr) -> bool:
    try:
        found = general.subs(k, j)
    except (ValueError, ZeroDivisionError):  # a double factorial or a polynomial of a degree that does not exist
        return False
    return bool(found.is_finite) and not found.has(hermite_prob) and simplify(found - value) == 0


__all__ = ["NoGeneralCoefficientError", "coefficient_by_degree", "general_coefficient"]
