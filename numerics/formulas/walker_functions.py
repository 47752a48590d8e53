"""The functions that the walker of `numerics.formulas.walker` knows, on real and on complex balls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flint import acb, arb
from sympy import functions as sf

from numerics.ball_means.quadrature import integral
from numerics.balls import at_most, less, same, symmetric
from theory.special import BivariateNormalCdf, ErfImaginaryPart, ErfRealPart

# --- powers ---


def _by_squaring(base: Any, exponent: int, one: Any) -> Any:
    result, square = one, base
    while True:
        if exponent & 1:
            result = square if result is one else result * square
        exponent >>= 1
        if not exponent:
            return result
        square = square * square


def real_integer_power(base: arb, exponent: int) -> arb:
    """``base**exponent`` by products: flint's own power of a ball around 0 is nan."""
    if exponent == 0:
        return 0 * base + 1
    size = abs(exponent)
    if size % 2 == 0:
        base = abs(base)  # an even power of a ball around 0 stays nonnegative
    power = _by_squaring(base, size, arb(1)) if size <= 1024 else _large_power(base, size)
    return power if exponent > 0 else 1 / power


def _large_power(base: arb, exponent: int) -> arb:
    if base > 0:
        return (base.log() * exponent).exp()
    if base < 0:
        magnitude = ((-base).log() * exponent).exp()
        return magnitude if exponent % 2 == 0 else -magnitude
    return _by_squaring(base, exponent, arb(1))


def complex_integer_power(base: acb, exponent: int) -> acb:
    if exponent == 0:
        return 0 * base + 1
    power = _by_squaring(base, abs(exponent), acb(1))
    return power if exponent > 0 else 1 / power


def real_rational_power(base: arb, p: int, q: int) -> arb:
    if q == 2:
        return real_integer_power(base.sqrt(), p) if p > 0 else real_integer_power(base.rsqrt(), -p)
    if base > 0:
        return real_integer_power(base.root(q), p)
    if base >= 0 and p > 0:  # flint's own root of a ball that touches 0 is nan, that of 0 included
        return arb(0) if base == 0 else arb(0).union(real_integer_power(base.upper().root(q), p))
    return arb.nan()


def _cut_to(value: arb, low: int | None, high: int | None) -> tuple[arb, arb] | None:
    """Exact ends of the part of a ball that lies between two integers; None where no such part is certain to exist."""
    if not value.is_finite():
        return None
    first, last = value.lower(), value.upper()
    if (low is not None and last < low) or (high is not None and first > high):
        return None
    return (
        arb(low) if low is not None and not first >= low else first,
        arb(high) if high is not None and not last <= high else last,
    )


def defined_rational_power(base: arb, p: int, q: int) -> arb:
    """``base^(p/q)``, p > 0, of a number that is known not to be negative, whatever its ball says."""
    ends = None if base >= 0 else _cut_to(base, 0, None)
    return real_rational_power(base, p, q) if ends is None else arb(0).union(real_rational_power(ends[1], p, q))


def defined_asin(value: arb) -> arb:
    """The arc sine of a number that is known to lie in [-1, 1], whatever its ball says."""
    ends = _cut_to(value, -1, 1)
    return value.asin() if value.asin().is_finite() or ends is None else ends[0].asin().union(ends[1].asin())


def defined_acos(value: arb) -> arb:
    """The arc cosine of a number that is known to lie in [-1, 1], whatever its ball says."""
    ends = _cut_to(value, -1, 1)
    return value.acos() if value.acos().is_finite() or ends is None else ends[0].acos().union(ends[1].acos())


def complex_rational_power(base: acb, p: int, q: int, analytic: bool = True) -> acb:
    if q == 2:
        return complex_integer_power(base.sqrt(analytic=analytic), p)
    if not analytic and base.imag == 0 and base.real >= 0:
        return acb(real_rational_power(base.real, p, q))
    if not analytic and p > 0 and base.contains(0):
        size = symmetric(real_rational_power(abs(base).upper(), p, q))
        return acb(size, size)
    return (base.log(analytic=analytic) * p / q).exp()


def real_power(base: arb, exponent: arb) -> arb:
    if base == 0 and exponent > 0:
        return arb(0)
    return (exponent * base.log()).exp() if base > 0 else arb.nan()


def complex_power(base: acb, exponent: acb, analytic: bool = True) -> acb:
    return (exponent * base.log(analytic=analytic)).exp()


# --- branches ---


def select(rows: Iterable[tuple[bool | None, arb, tuple[arb, ...]]]) -> arb:
    """The value of the first true row; the union of all rows that may be the first.  A row holds what its condition compares as well."""
    value: arb | None = None
    for condition, branch, compared in rows:
        if not all(number.is_finite() for number in compared):
            return arb.nan()
        if condition is False:
            continue
        value = branch if value is None else value.union(branch)
        if condition is True:
            return value
    return arb.nan()  # no row certainly applies


_RELATIONS: dict[str, Callable[[arb, arb], bool | None]] = {
    "<": less,
    "<=": at_most,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: at_most(b, a),
    "==": same,
    "!=": lambda a, b: negation(same(a, b)),
}


def relation(symbol: str, left: arb, right: arb) -> bool | None:
    return _RELATIONS[symbol](left, right)


def negation(value: bool | None) -> bool | None:
    return None if value is None else not value


def all_of(values: Iterable[bool | None]) -> bool | None:
    seen = tuple(values)
    return False if False in seen else (None if None in seen else True)


def any_of(values: Iterable[bool | None]) -> bool | None:
    return negation(all_of(negation(v) for v in values))


def heaviside(argument: arb, at_zero: arb) -> arb:
    if not argument.is_finite():
        return arb.nan()
    if argument.contains(0) and not argument.is_exact():
        return arb(0).union(1).union(at_zero)
    return at_zero if argument == 0 else arb(int(argument > 0))


def _bounded(method: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """Flint has a ball for every argument, be it none; what has no value has no sign."""
    return lambda argument: method(argument) if argument.is_finite() else arb.nan()


def _inside(method: Callable[[arb], arb], low: int, high: int) -> Callable[[arb], arb]:
    """Infinite, not nan, at its ends, and what is infinite has finite functions; only between them there is a value."""
    return lambda argument: method(argument) if low < argument < high else arb.nan()


# --- functions ---


def polygamma(order: int, argument: Any) -> arb:
    if order == 0:
        return argument.digamma()
    value = acb(argument).polygamma(acb(order))
    return value.real if value.imag.contains(0) else arb.nan()


def hypergeometric(above: list[Any], below: list[Any], argument: arb) -> arb:
    """Generalised hypergeometric series; flint gives a ball that is not finite where the series has no real value."""
    return argument.hypgeom(above, below)


def _real_part(value: acb) -> arb:
    return value.real if value.is_finite() and value.imag.contains(0) else arb.nan()


def _log_gamma(argument: arb) -> arb:
    return argument.lgamma() if argument > 0 else arb.nan()


def _upper_gamma(s: arb, argument: arb) -> arb:
    return argument.gamma_upper(s)


def _lower_gamma(s: arb, argument: arb) -> arb:
    return argument.gamma_lower(s)


def _bessel(method: str) -> Callable[[arb, arb], arb]:
    return lambda order, argument: getattr(argument, method)(order)


def _binomial(n: arb, k: arb) -> arb:
    """Through the reciprocal gamma function, which is entire; nan unless n > -1."""
    return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma() if n > -1 else arb.nan()


def _zeta(argument: arb, shift: arb | None = None) -> arb:
    return argument.zeta() if shift is None else argument.zeta(shift)


def bivariate_normal_cdf(h: arb, k: arb, r: arb) -> arb:
    """Plackett's integral from correlation 0, in t = arcsin of the correlation; nan where ``|r| < 1`` is not certain."""
    if not abs(r) < 1:
        return arb.nan()
    top = r.asin()
    side = -1 if r < 0 else 1
    distance = h - k if side > 0 else h + k
    # one ball for both is one number; the square of a ball around 0 is taken as a product
    apart, product = arb(0) if h is k and side > 0 else distance * distance, side * h * k

    def integrand(s: acb, _: bool) -> acb:
        sine, cosine = (s * top).sin(), (s * top).cos()
        # (h^2 + k^2 - 2 h k sin)/(2 cos^2), without the cancellation where the correlation is nearly 1 or -1
        exponent = product / (1 + side * sine)
        return (-(exponent if apart == 0 else exponent + apart / (2 * cosine * cosine))).exp()

    root = arb(2).sqrt()
    independent = (-h / root).erfc() * (-k / root).erfc() / 4
    return independent + integral(integrand, arb(0), arb(1)) * top / (2 * arb.pi())


REAL: dict[type, str | Callable[..., arb]] = {
    BivariateNormalCdf: bivariate_normal_cdf,
    ErfRealPart: lambda a, b: acb(a, b).erf().real, ErfImaginaryPart: lambda a, b: acb(a, b).erf().imag,
    sf.exp: "exp", sf.log: "log",
    sf.sin: "sin", sf.cos: "cos", sf.tan: "tan", sf.cot: "cot", sf.sec: "sec", sf.csc: "csc",
    sf.asin: "asin", sf.acos: "acos", sf.atan: "atan",
    sf.sinh: "sinh", sf.cosh: "cosh", sf.tanh: "tanh", sf.coth: "coth", sf.sech: "sech", sf.csch: "csch",
    sf.asinh: "asinh", sf.acosh: "acosh", sf.atanh: "atanh",
    sf.atan2: arb.atan2, sf.sinc: _bounded(arb.sinc),
    sf.erf: "erf", sf.erfc: "erfc", sf.erfi: "erfi",
    sf.erfinv: _inside(arb.erfinv, -1, 1), sf.erfcinv: _inside(arb.erfcinv, 0, 2),
    sf.gamma: "gamma", sf.loggamma: _log_gamma, sf.factorial: "fac", sf.binomial: _binomial,
    sf.digamma: "digamma", sf.zeta: _zeta, sf.Ei: "ei", sf.Si: "si", sf.Ci: "ci", sf.Shi: "shi", sf.Chi: "chi",
    sf.fresnels: "fresnel_s", sf.fresnelc: "fresnel_c", sf.LambertW: "lambertw",
    sf.uppergamma: _upper_gamma, sf.lowergamma: _lower_gamma,
    sf.besseli: _bessel("bessel_i"), sf.besselj: _bessel("bessel_j"),
    sf.besselk: _bessel("bessel_k"), sf.bessely: _bessel("bessel_y"),
    sf.Abs: abs, sf.sign: _bounded(arb.sgn), sf.floor: "floor", sf.ceiling: "ceil",
    sf.re: lambda x: x, sf.im: lambda x: arb(0), sf.conjugate: lambda x: x,
    # complex beyond 1
    sf.elliptic_k: lambda m: _real_part(acb(m).elliptic_k()) if m < 1 else arb.nan(),
    sf.elliptic_e: lambda m: _real_part(acb(m).elliptic_e()) if m <= 1 else arb.nan(),
    sf.polylog: lambda s, x: x.polylog(s),
}  # fmt: skip


def _meets_imaginary_cut(z: acb) -> bool:
    """Whether the box may touch {iy: |y| >= 1}, the cuts of atan and asinh."""
    return bool(z.real.contains(0)) and not (abs(z.imag) < 1)


def _complex_log(z: acb, analytic: bool) -> acb:
    return z.log(analytic=analytic)


def _complex_atan(z: acb, analytic: bool) -> acb:
    return acb(arb.nan()) if analytic and _meets_imaginary_cut(z) else z.atan()


def _complex_asinh(z: acb, analytic: bool) -> acb:
    return acb(arb.nan()) if analytic and _meets_imaginary_cut(z) else z.asinh()


def _inside_unit_cuts(function: Callable[[acb], acb]) -> Callable[[acb, bool], acb]:
    """asin, acos, atanh: cut along the real axis beyond -1 and 1."""

    def guarded(z: acb, analytic: bool) -> acb:
        return acb(arb.nan()) if analytic and z.imag.contains(0) and not (abs(z.real) < 1) else function(z)

    return guarded


def _complex_log_gamma(z: acb) -> acb:
    return z.lgamma() if z.real > 0 else acb(arb.nan())


COMPLEX: dict[type, str | Callable[..., acb]] = {
    sf.exp: "exp", sf.log: _complex_log,
    sf.sin: "sin", sf.cos: "cos", sf.tan: "tan", sf.cot: "cot", sf.sec: "sec", sf.csc: "csc",
    sf.sinh: "sinh", sf.cosh: "cosh", sf.tanh: "tanh", sf.coth: "coth", sf.sech: "sech", sf.csch: "csch",
    sf.atan: _complex_atan, sf.asinh: _complex_asinh,
    sf.asin: _inside_unit_cuts(acb.asin), sf.acos: _inside_unit_cuts(acb.acos), sf.atanh: _inside_unit_cuts(acb.atanh),
    sf.erf: "erf", sf.erfc: "erfc", sf.erfi: "erfi", sf.sinc: "sinc",
    sf.gamma: "gamma", sf.loggamma: _complex_log_gamma, sf.factorial: lambda z: (z + 1).gamma(),
    sf.Si: "si", sf.Shi: "shi", sf.fresnels: "fresnel_s", sf.fresnelc: "fresnel_c",
    sf.besselj: lambda order, z: z.bessel_j(order) if order.is_exact() and order.real.is_integer() else acb(arb.nan()),
    sf.besseli: lambda order, z: z.bessel_i(order) if order.is_exact() and order.real.is_integer() else acb(arb.nan()),
}  # fmt: skip

CUT = frozenset({sf.log, sf.atan, sf.asinh, sf.asin, sf.acos, sf.atanh})
"""Functions of the complex table that take the flag `analytic`."""
