r"""Named functions where nothing simpler exists: the bivariate normal distribution, the parts of a complex error function."""

from __future__ import annotations

import functools
from typing import Any

import mpmath
from sympy import Expr, Float, Function, S, asin, cos, erf, erfc, erfi, exp, pi, sin, sqrt


def normal_cdf(argument: Expr) -> Expr:
    """Phi, written with erfc on the negative side so that nothing cancels."""
    if argument.could_extract_minus_sign():
        return erfc(-argument / sqrt(2)) / 2
    return (1 + erf(argument / sqrt(2))) / 2


def normal_density(argument: Expr, variance: Expr = S.One) -> Expr:
    """Density of N(0, variance)."""
    return exp(-(argument**2) / (2 * variance)) / sqrt(2 * pi * variance)


class BivariateNormalCdf(Function):
    r"""``Phi_2(h, k; r) = P(X <= h, Y <= k)`` for standard normal X, Y of correlation r.

    Args:
        h, k: real thresholds.
        r: correlation, in [-1, 1].

    >>> BivariateNormalCdf(0, 0, 0)
    1/4
    """

    nargs = 3

    @classmethod
    def eval(cls, h: Expr, k: Expr, r: Expr) -> Expr | None:
        if h.is_zero and k.is_zero:
            return S.One / 4 + asin(r) / (2 * pi)
        if r.is_zero:
            return normal_cdf(h) * normal_cdf(k)
        if h is S.Infinity or k is S.Infinity:
            return normal_cdf(k if h is S.Infinity else h)
        if h is S.NegativeInfinity or k is S.NegativeInfinity:
            return S.Zero
        return None

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(a.is_extended_real for a in self.args) else None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self.is_extended_real

    def _eval_is_extended_positive(self) -> bool | None:
        h, k, r = self.args
        return True if h.is_real and k.is_real and (1 - r**2).is_positive else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.is_extended_real else None

    def fdiff(self, argindex: int = 1) -> Expr:
        h, k, r = self.args
        if argindex == 3:
            return exp(-(h**2 - 2 * r * h * k + k**2) / (2 * (1 - r**2))) / (2 * pi * sqrt(1 - r**2))
        if argindex == 2:
            h, k = k, h
        return normal_density(h) * normal_cdf((k - r * h) / sqrt(1 - r**2))

    def _eval_evalf(self, prec: int) -> Expr | None:
        values = [a.evalf(prec_digits(prec) + 10) for a in self.args]
        if not all(v.is_Float or v.is_Rational for v in values):
            return None
        with mpmath.workprec(prec + 30):
            value = bivariate_normal_cdf(*(mpmath.mpmathify(v) for v in values))
        return Float._new(value._mpf_, prec)

    def _mpmathcode(self, printer: Any) -> str:
        arguments = ", ".join(printer._print(a) for a in self.args)
        return f"{printer._module_format('theory.special.bivariate_normal_cdf')}({arguments})"

    def _latex(self, printer: Any, exponent: Any = None) -> str:
        h, k, r = (printer._print(a) for a in self.args)
        shown = rf"\Phi_2\left({h}, {k}; {r}\right)"
        return shown if exponent is None else rf"{shown}^{{{exponent}}}"


def prec_digits(prec: int) -> int:
    """Decimal digits of a binary precision."""
    return int(prec * 0.30103) + 1


def bivariate_normal_cdf(h: Any, k: Any, r: Any) -> Any:
    """mpmath value of `BivariateNormalCdf`, by Plackett's formula integrated from the nearest of r = 0 and |r| = 1.

    ``d/dr Phi_2 = exp(-(h^2 - 2 r h k + k^2)/(2(1 - r^2)))/(2 pi sqrt(1 - r^2))``; with r = sin t the root disappears.
    """
    h, k, r = mpmath.mpf(h), mpmath.mpf(k), mpmath.mpf(r)
    if abs(r) > 1:
        raise ValueError(f"a correlation lies in [-1, 1], not {r}")
    return _plackett(h, k, r, mpmath.mp.prec)


@functools.lru_cache(maxsize=512)
def _plackett(h: Any, k: Any, r: Any, _bits: int) -> Any:
    """At the working precision; kept, since sympy asks for the sign of one sum again and again."""

    def integrand(t: Any) -> Any:
        s, c = mpmath.sin(t), mpmath.cos(t)
        return mpmath.exp(-(h * h - 2 * h * k * s + k * k) / (2 * c * c)) if c else mpmath.mpf(0)

    if r == 1:
        return mpmath.ncdf(min(h, k))
    if r == -1:
        return max(mpmath.mpf(0), mpmath.ncdf(h) - mpmath.ncdf(-k))
    top = mpmath.asin(r)
    if abs(r) < mpmath.mpf("0.7"):
        return mpmath.ncdf(h) * mpmath.ncdf(k) + mpmath.quad(integrand, [0, top]) / (2 * mpmath.pi)
    end = mpmath.sign(r) * mpmath.pi / 2
    cuts = [top + (end - top) * mpmath.mpf(j) / 4 for j in range(5)]
    start = mpmath.ncdf(min(h, k)) if r > 0 else max(mpmath.mpf(0), mpmath.ncdf(h) - mpmath.ncdf(-k))
    return start - mpmath.quad(integrand, cuts) / (2 * mpmath.pi)


class _ComplexErf(Function):
    """A part of ``erf(a + i b)`` for real a, b; on the axes it is erf(a), erfi(b) or zero."""

    nargs = 2
    signs: tuple[int, int]  # what a change of sign of a, of b does
    part: str

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        flip_a, flip_b = a.could_extract_minus_sign(), b.could_extract_minus_sign()
        if flip_a or flip_b:
            sign = (cls.signs[0] if flip_a else 1) * (cls.signs[1] if flip_b else 1)
            return sign * cls(-a if flip_a else a, -b if flip_b else b)
        if a.is_zero or b.is_zero:
            return cls._on_axis(a, b)
        return None

    @classmethod
    def _on_axis(cls, a: Expr, b: Expr) -> Expr:
        raise NotImplementedError

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(a.is_extended_real for a in self.args) else None

    def _eval_evalf(self, prec: int) -> Expr | None:
        values = [a.evalf(prec_digits(prec) + 10) for a in self.args]
        if not all(v.is_Float or v.is_Rational for v in values):
            return None
        with mpmath.workprec(prec + 30):
            value = getattr(mpmath.erf(mpmath.mpc(*(mpmath.mpmathify(v) for v in values))), self.part)
        return Float._new(value._mpf_, prec)

    def _mpmathcode(self, printer: Any) -> str:
        a, b = (printer._print(a) for a in self.args)
        name = printer._module_format("mpmath.erf"), printer._module_format("mpmath.mpc")
        return f"{name[0]}({name[1]}({a}, {b})).{self.part}"

    def _latex(self, printer: Any, exponent: Any = None) -> str:
        a, b = (printer._print(a) for a in self.args)
        shown = (
            rf"\operatorname{{{'Re' if self.part == 'real' else 'Im'}}}\operatorname{{erf}}\left({a} + i\,{b}\right)"
        )
        return shown if exponent is None else rf"\left({shown}\right)^{{{exponent}}}"


def _wave(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Parts of ``exp(-(a + i b)^2) 2/sqrt(pi)``, the derivative of erf."""
    size = 2 * exp(b**2 - a**2) / sqrt(pi)
    return size * cos(2 * a * b), -size * sin(2 * a * b)


class ErfRealPart(_ComplexErf):
    r"""``Re erf(a + i b)`` for real a, b.

    >>> ErfRealPart(1, 0)
    erf(1)
    """

    signs, part = (-1, 1), "real"

    @classmethod
    def _on_axis(cls, a: Expr, b: Expr) -> Expr:
        return erf(a) if b.is_zero else S.Zero

    def fdiff(self, argindex: int = 1) -> Expr:
        real, imaginary = _wave(*self.args)
        return real if argindex == 1 else -imaginary


class ErfImaginaryPart(_ComplexErf):
    r"""``Im erf(a + i b)`` for real a, b.

    >>> ErfImaginaryPart(0, 1)
    erfi(1)
    """

    signs, part = (1, -1), "imag"

    @classmethod
    def _on_axis(cls, a: Expr, b: Expr) -> Expr:
        return S.Zero if b.is_zero else erfi(b)

    def fdiff(self, argindex: int = 1) -> Expr:
        real, imaginary = _wave(*self.args)
        return imaginary if argindex == 1 else real
