"""Branch and bound: prove an inequality on a box, enclose a counterexample, or return the boxes that stay open.

On each box the gap right - left is enclosed by natural ball evaluation and, where a gradient is known, by the mean-value
form; a slope of one sign reduces the box to a face, and where the gap vanishes identically on a face of the domain to some
order, Taylor's formula with that order's derivative as remainder decides the boxes that touch it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb
from sympy import CoercionFailed, Expr, Poly, PolynomialError, Symbol, sympify

from numerics.boxes import Box, DomainError, GapFunction, domain_sides, with_real_symbols
from numerics.branch_and_bound import CoverOutcome, CoverProgress, CoverResult, Search
from numerics.errors import UndecidedError
from numerics.precision import Deadline, working_bits


def cover(
    left: Any,
    right: Any,
    domain: Sequence[Any],
    *,
    strict: bool = False,
    defined: bool = False,
    bits: int = 64,
    max_boxes: int = 50_000,
    seconds: float | None = None,
    progress: Callable[[CoverProgress], None] | None = None,
) -> CoverResult:
    """Prove ``left <= right`` (or ``left < right``) on a box of one to three dimensions.

    Args:
        left, right: sympy expressions in the symbols of the domain, without floats.
        domain: one ``(symbol, low, high)`` (closed) or ``(symbol, Interval)`` per dimension, ends rational; the ends of an
            open interval are not part of the statement, so that a strict inequality may touch there.
        strict: prove ``<`` instead of ``<=``.
        defined: the caller has shown that both sides have a value at every point of the box, so that near an end of a root's or
            an inverse sine's range its argument may be cut to it; nothing is said about points without a value.
        bits: working precision of the balls.
        max_boxes: boxes to examine before giving up.
        seconds: time limit, None for none.
        progress: called about four times a second; an exception it raises ends the cover, precision restored.

    Returns:
        A `CoverResult`; PROVED and REFUTED are certain, UNDECIDED lists the open boxes.

    Raises:
        DomainError: an empty or unbounded domain, irrational ends, more than three dimensions.
        ValueError: other symbols in the expressions than the domain's, or a part that has no ball form.

    >>> from sympy import sin, symbols
    >>> t = symbols("t", real=True)
    >>> cover(sin(t), t, [(t, 0, 1)]).outcome.name
    'PROVED'
    >>> cover(t, sin(2 * t), [(t, 0, 1)]).outcome.name
    'REFUTED'
    """
    sides = domain_sides(domain)
    gap, sides = with_real_symbols(sympify(right) - sympify(left), sides)
    variables = tuple(side.symbol for side in sides)
    strangers = gap.free_symbols - set(variables)
    if strangers:
        names = ", ".join(sorted(map(str, strangers)))
        raise DomainError(f"the inequality contains {names}, which the domain does not bound")
    with working_bits(bits), Deadline.after(seconds).running():
        reduced = None if strict else _without_squares(gap, variables)
        if reduced is not None:
            # what touches zero along a curve inside the domain, (x - y)^2 say, is not for boxes to decide
            half = None if seconds is None else seconds / 2
            found = Search(GapFunction.of(reduced, variables), sides, strict, bits, max_boxes, half, progress).run()
            if found.outcome is CoverOutcome.PROVED:
                return found
        try:
            function = GapFunction.of(gap, variables, defined)
        except UndecidedError as failure:
            raise DomainError(f"the inequality has no ball form: {failure.advice}") from None
        return Search(function, sides, strict, bits, max_boxes, seconds, progress).run()


def _without_squares(gap: Expr, variables: tuple[Symbol, ...]) -> Expr | None:
    """A rational polynomial without its factors of even power: where that is not negative, the polynomial is not; None if the same."""
    try:
        poly = Poly(gap, *variables, domain="QQ")
    except (PolynomialError, CoercionFailed):
        return None
    lead, factors = poly.factor_list()
    rest, whole = Poly(lead, *variables, domain="QQ"), Poly(lead, *variables, domain="QQ")
    for factor, power in factors:
        rest, whole = rest * factor ** (power % 2), whole * factor**power
    return None if all(power == 1 for _, power in factors) or whole != poly else rest.as_expr()


def cover_function(
    gap: Callable[..., arb],
    domain: Sequence[Any],
    *,
    gradient: Sequence[Callable[..., arb]] | None = None,
    strict: bool = True,
    bits: int = 64,
    max_boxes: int = 50_000,
    seconds: float | None = None,
    progress: Callable[[CoverProgress], None] | None = None,
) -> CoverResult:
    """Prove ``gap > 0`` (or ``>= 0``) on a box for a function given in balls.

    Args:
        gap: takes one `flint.arb` per coordinate and returns a ball containing every value over them.  The proof is worth
            what this promise is worth.
        gradient: partial derivatives with the same promise, or None.
        domain, strict, bits, max_boxes, seconds, progress: as in `cover`.
    """
    sides = domain_sides(domain)
    function = GapFunction(gap, None if gradient is None else tuple(gradient), None, tuple(s.symbol for s in sides))
    with working_bits(bits):
        return Search(function, sides, strict, bits, max_boxes, seconds, progress).run()


__all__ = ["Box", "CoverOutcome", "CoverProgress", "CoverResult", "DomainError", "cover", "cover_function"]
