"""Decimal strings: the stated bound covers rounding and radius, whatever the number."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.decimal_text import decimal_of_interval, rounded_up, significant

numbers = st.fractions(max_denominator=10**12) | st.builds(
    lambda m, e: Fraction(m) * Fraction(10) ** e, st.integers(-(10**20), 10**20), st.integers(-60, 60)
)


@given(numbers, st.integers(1, 40))
def test_rounding_is_within_half_a_unit_of_the_last_digit(value, digits):
    shown = Fraction(significant(value, digits))
    assert abs(shown - value) <= abs(value) * Fraction(1, 2 * 10 ** (digits - 1))


@given(numbers, numbers.map(abs), st.integers(1, 30))
def test_the_bound_covers_the_whole_interval(middle, radius, digits):
    value, bound = decimal_of_interval(middle - radius, middle + radius, digits)
    for end in (middle - radius, middle + radius):
        assert abs(Fraction(value) - end) <= Fraction(bound)


@given(numbers.map(abs))
def test_rounding_up_never_goes_down_and_hardly_up(value):
    assert value <= Fraction(rounded_up(value)) <= value * Fraction(102, 100)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(0), 5, "0"),
        (Fraction(1), 5, "1"),
        (Fraction(999999, 100), 3, "1e+4"),
        (Fraction(12345), 7, "12345"),
        (Fraction(-1, 3), 3, "-0.333"),
        (Fraction(1, 10**7), 3, "1e-7"),
        (Fraction(123456789), 3, "1.23e+8"),
    ],
)
def test_plain_and_scientific_notation(value, digits, text):
    assert significant(value, digits) == text
