"""Counts of things; numbers as decimal strings with an error bound that covers the rounding: exact rational arithmetic throughout."""

from __future__ import annotations

from fractions import Fraction


def counted(count: int, thing: str) -> str:
    """A number of things, in the singular for one; a thing in ``-x`` takes ``-es``.

    >>> counted(1, "point"), counted(3, "box")
    ('1 point', '3 boxes')
    """
    return f"{count} {thing}" + ("" if count == 1 else "es" if thing.endswith("x") else "s")


def significant(value: Fraction, digits: int) -> str:
    """The nearest decimal with so many significant digits, ties to even; plain or scientific notation.

    >>> significant(Fraction(2, 3), 5), significant(Fraction(1, 10**9), 3), significant(Fraction(-125), 2)
    ('0.66667', '1e-9', '-1.2e+2')
    """
    if value == 0:
        return "0"
    exponent = _exponent(abs(value))
    mantissa = round(abs(value) / Fraction(10) ** (exponent - digits + 1))
    if mantissa == 10**digits:
        exponent, mantissa = exponent + 1, mantissa // 10
    sign = "-" if value < 0 else ""
    if -6 <= exponent < digits:
        return sign + _plain(mantissa, digits - 1 - exponent)
    return f"{sign}{_plain(mantissa, digits - 1)}e{exponent:+d}"


def _exponent(value: Fraction) -> int:
    """Of the leading decimal digit."""
    estimate = len(str(value.numerator)) - len(str(value.denominator))
    while value >= Fraction(10) ** (estimate + 1):
        estimate += 1
    while value < Fraction(10) ** estimate:
        estimate -= 1
    return estimate


def _plain(mantissa: int, places: int) -> str:
    text = str(mantissa).rjust(places + 1, "0")
    if places == 0:
        return text
    return f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")


def rounded_up(value: Fraction, digits: int = 3) -> str:
    """A nonnegative number as a short decimal that is certainly not below it.

    >>> rounded_up(Fraction(1, 3))
    '0.334'
    """
    if value == 0:
        return "0"
    step = Fraction(10) ** (_exponent(value) - digits + 1)
    return significant(-(-value // step) * step, digits)


def decimal_of_interval(lower: Fraction, upper: Fraction, digits: int) -> tuple[str, str]:
    """A decimal for a number between two rationals, and a bound on its distance from the decimal.

    No more digits are given than the interval supports (one beyond its radius).

    >>> decimal_of_interval(Fraction(1, 3), Fraction(1, 3), 4)
    ('0.3333', '0.0000334')
    >>> decimal_of_interval(Fraction(333, 1000), Fraction(334, 1000), 20)
    ('0.3335', '0.0005')
    """
    middle, radius = (lower + upper) / 2, (upper - lower) / 2
    if middle != 0 and radius != 0:
        digits = max(1, min(digits, _exponent(abs(middle)) - _exponent(radius) + 1))
    shown = significant(middle, digits)
    at = Fraction(shown)
    return shown, rounded_up(max(abs(lower - at), abs(upper - at)))
