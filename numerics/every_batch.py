r"""Stability at every batch size at once: eigenvalues that are formulas in n, covered in s = 1/(n - 1).

With n = 1 + 1/s the formulas of homogeneous and polynomial activations are ratios of functions analytic on 0 <= s <= 1/2, so
that ``-1 < eigenvalue < 1`` for every real n >= 3 is three inequalities between numerator and denominator on (0, 1/2]; at
s = 0 (large batches) they may touch, which Taylor's formula at that end decides.
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Dummy, Expr, Interval, Rational, S, acos, asin, cancel, fraction, pi, together

from numerics.cover import CoverOutcome, DomainError, cover
from numerics.enclose import enclose
from theory.conventions import batch_size
from theory.linearization import Linearization

SIDE = Dummy("s", real=True)
# the eigenvalue on the pairs representation exists from n = 4 on
SMALLEST_STANDARD, SMALLEST_PAIRS = 3, 4


def in_reciprocal(eigenvalue: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator in s = 1/(n - 1), common powers of s cancelled.

    >>> from sympy import simplify
    >>> top, bottom = in_reciprocal((batch_size - 1) / (batch_size + 1))
    >>> simplify(top / bottom - 1 / (1 + 2 * SIDE))
    0
    """
    body = eigenvalue.xreplace({batch_size: 1 + 1 / SIDE})
    tidied = body.replace(
        lambda e: (e.is_Pow and e.exp.is_Rational) or e.func in (asin, acos), lambda e: e.func(*map(cancel, e.args))
    )
    one_inverse = tidied.replace(acos, lambda argument: pi / 2 - asin(argument))
    top, bottom = fraction(cancel(together(one_inverse)))
    return top, bottom


def inside_unit_interval(
    eigenvalue: Expr, smallest: int, largest: Fraction | None = None, *, max_boxes: int = 4000
) -> bool:
    """Whether ``-1 < eigenvalue < 1`` was proved at every real batch size from `smallest` on (up to `largest`).

    False says nothing: the inequality may fail, or the cover may not have decided it.
    """
    top, bottom = in_reciprocal(eigenvalue)
    high = Rational(1, smallest - 1)
    low = S.Zero if largest is None else Rational(largest.denominator, largest.numerator - largest.denominator)
    if low >= high:
        return True
    sign = enclose(bottom.subs(SIDE, high), 64)
    if not sign.decided or sign.lower() <= 0 <= sign.upper():
        return False
    if sign.upper() < 0:
        top, bottom = -top, -bottom
    whole = Interval(low, high)
    touching = Interval.Lopen(low, high) if largest is None else whole
    needed = ((S.Zero, bottom, touching), (top, bottom, touching), (-bottom, top, touching))
    return all(_less(left, right, domain, max_boxes) for left, right, domain in needed)


def _less(left: Expr, right: Expr, domain: Interval, max_boxes: int) -> bool:
    gap = right - left
    if not gap.free_symbols:
        value = enclose(gap, 64)
        return bool(value.decided and value.lower() > 0)
    try:
        result = cover(S.Zero, gap, [(SIDE, domain)], strict=True, bits=96, max_boxes=max_boxes)
    except DomainError:
        return False
    return result.outcome is CoverOutcome.PROVED


def stable_at_every_batch(linear: Linearization, largest: Fraction | None = None) -> bool:
    """Whether both eigenvalues at symbolic batch size were proved inside (-1, 1) for every real n >= 3 (n <= `largest`)."""
    parts = [(linear.eigenvalue_standard, SMALLEST_STANDARD)]
    if linear.eigenvalue_pairs is not None:
        parts.append((linear.eigenvalue_pairs, SMALLEST_PAIRS))
    return all(inside_unit_interval(value, smallest, largest) for value, smallest in parts)
