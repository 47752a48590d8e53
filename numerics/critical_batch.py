"""The batch size at which an activation's symmetric fixed point stops attracting, between two enclosed neighbours."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, S, oo

from numerics.enclose import Enclosure, enclose
from numerics.every_batch import stable_at_every_batch
from theory.large_batch import CriticalBatchSize, critical_batch_size
from theory.linearization import linearize
from theory.network import BatchNorm, Network


class Stability(enum.Enum):
    """What is known about the batch sizes at which the symmetric fixed point attracts."""

    ENCLOSED = "two neighbouring batch sizes have rates enclosed on either side of 1"
    NEVER_LOST = "stable at every batch size: proved for every real n >= 3"
    NOT_LOST_SO_FAR = "stable at every batch size tried; nothing is proved beyond the largest"
    UNDECIDED = "some enclosure did not decide"


@dataclass(frozen=True)
class CriticalBatch:
    """Where stability is lost under centred batch normalisation.

    Attributes:
        stable: largest batch size found with an enclosed contraction rate below 1, such that the next one is unstable; the
            largest tried where none is unstable.
        unstable: ``stable + 1`` with a rate enclosed above 1, or None where none was found.
        rates: enclosures of the rates at those two sizes.
        root: enclosure of the real root as exact fractions, where the rate is a formula in n; else None.
        limit: enclosure of ``1 - rate`` as n grows (oo and undecided limits: None).
        complete: whether every batch size from 3 to `stable` is proved stable: enclosed one by one, or all at once where
            the rate is a formula in n.
        kind: which of these holds.
    """

    stable: int | None
    unstable: int | None
    rates: tuple[Enclosure, ...]
    root: tuple[Fraction, Fraction] | None
    limit: Enclosure | None
    complete: bool
    kind: Stability

    def __str__(self) -> str:
        if self.kind is Stability.NEVER_LOST:
            return "stable at every batch size (proved for every real n >= 3)"
        if self.kind is Stability.UNDECIDED:
            return f"undecided beyond n = {self.stable}: try more bits or more seconds"
        if self.unstable is None:
            beyond = "" if self.limit is None or not self.limit.decided else f"; 1 - rate tends to {self.limit}"
            return f"stable up to n = {self.stable}, the largest batch tried (not proved beyond{beyond})"
        return f"stable at n = {self.stable}, unstable at n = {self.unstable}"


def _rates(network: Network, bits: int, seconds: float | None) -> list[Enclosure]:
    linear = linearize(network)
    terms = [linear.eigenvalue_standard] + ([] if linear.eigenvalue_pairs is None else [linear.eigenvalue_pairs])
    return [enclose(term, bits, seconds=seconds) for term in terms]


def _verdict(rates: list[Enclosure]) -> bool | None:
    """True if every |rate| is certainly below 1, False if one is certainly above, None otherwise."""
    if any(e.decided and (e.lower() > 1 or e.upper() < -1) for e in rates):
        return False
    if all(e.decided and e.lower() > -1 and e.upper() < 1 for e in rates):
        return True
    return None


def find_critical_batch(
    activation: Any, *, largest: int = 1024, bits: int = 64, every: bool = False, seconds: float | None = None
) -> CriticalBatch:
    """Neighbouring batch sizes between which the exchangeable fixed point loses stability, by enclosures, or that there are none.

    Where the eigenvalues are formulas in n (polynomials; homogeneous activations such as ReLU, leaky ReLU, abs, sign)
    a cover of all real n >= 3 is tried first.  Otherwise sizes 3, 4, 6, 8, 12, ... up to `largest` are enclosed until one is
    unstable; bisection does the rest, so an isolated unstable size between stable ones is seen only with ``every=True``.

    Args:
        activation: an `Activation`, a name or an expression in x.
        largest: largest batch size tried.
        bits: accuracy of the enclosures.
        every: enclose every size up to the critical one, so that "first" is proved.
        seconds: time limit of one enclosure.

    >>> str(find_critical_batch("identity"))
    'stable at every batch size (proved for every real n >= 3)'
    """
    equation = critical_batch_size(activation)
    known: dict[int, bool | None] = {}
    found: dict[int, list[Enclosure]] = {}

    def stable(n: int) -> bool | None:
        if n not in known:
            found[n] = _rates(Network(equation.activation, BatchNorm(), n), bits, seconds)
            known[n] = _verdict(found[n])
        return known[n]

    if equation.has_closed_form and stable_at_every_batch(equation.linearization):
        stable(largest)
        return CriticalBatch(
            largest, None, tuple(found[largest]), None, _limit(equation, bits), True, Stability.NEVER_LOST
        )
    sizes = sorted({n for k in range(1, 40) for n in (2**k, 3 * 2 ** (k - 1)) if 3 <= n <= largest} | {largest})
    low, high, decided = None, None, True
    for n in sizes:
        verdict = stable(n)
        if verdict is None:
            decided = False
        elif verdict:
            low = n
        else:
            high = n
            break
    while low is not None and high is not None and high - low > 1:
        middle = (low + high) // 2
        verdict = stable(middle)
        if verdict is None:
            break
        low, high = (middle, high) if verdict else (low, middle)
    shown = tuple(e for n in (low, high) if n is not None for e in found[n])
    root = _root(equation, low, high) if low is not None and high == low + 1 else None
    complete = low is not None and (
        (root is not None and stable_at_every_batch(equation.linearization, root[0]))
        or (every and all(stable(n) for n in range(3, low + 1)))
    )
    return CriticalBatch(low, high, shown, root, _limit(equation, bits), complete, _kind(low, high, decided))


def _kind(low: int | None, high: int | None, decided: bool) -> Stability:
    if high is None:
        return Stability.NOT_LOST_SO_FAR if decided and low is not None else Stability.UNDECIDED
    return Stability.ENCLOSED if low == high - 1 else Stability.UNDECIDED


def _limit(equation: CriticalBatchSize, bits: int) -> Enclosure | None:
    margin: Expr = equation.limit_margin
    return None if margin in (oo, -oo, S.NaN) else enclose(margin, bits)


def _root(equation: CriticalBatchSize, low: int, high: int) -> tuple[Fraction, Fraction] | None:
    """Bisection of the real root with enclosed signs at rational points, to 2^-40; None without a formula in n."""
    if not equation.has_closed_form:
        return None
    left, right = Fraction(low), Fraction(high)
    while right - left > Fraction(1, 2**40):
        middle = (left + right) / 2
        ball = enclose(equation.margin(S(middle.numerator) / middle.denominator), 96)
        if not ball.decided or ball.lower() <= 0 <= ball.upper():
            break
        left, right = (middle, right) if ball.lower() > 0 else (left, middle)
    return left, right
