"""The sign of 1 - contraction_rate for every batch size in a range, and the critical batch sizes between them."""

from __future__ import annotations

import enum
import itertools
import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sympy import Expr

from numerics.enclose import enclose
from theory.activations.base import Activation
from theory.conventions import batch_size
from theory.dual import as_activation
from theory.linearization import Linearization, linearize
from theory.network import Network

BITS = 30
FEW_BITS = 10
PLACES = 15


class Stability(enum.Enum):
    """What is known about the exchangeable fixed point at one batch size."""

    STABLE = "contraction_rate < 1: the fixed point attracts"
    UNSTABLE = "contraction_rate > 1: the fixed point repels"
    UNDECIDED = "the enclosures do not settle on which side of 1 the rate lies"


@dataclass(frozen=True)
class StabilityAt:
    """One batch size: enclosures of lambda_L and lambda_M (None at n = 3) as exact rational ends, and what follows.

    Attributes:
        batch_size: n.
        standard, pairs: (lower, upper), or None where there is no eigenvalue or no enclosure.
        stability: see `Stability`.
        advice: why an enclosure is missing.
    """

    batch_size: int
    standard: tuple[Fraction, Fraction] | None
    pairs: tuple[Fraction, Fraction] | None
    stability: Stability
    advice: str = ""

    def rate(self) -> tuple[Fraction, Fraction] | None:
        """Exact bounds of contraction_rate = max(|lambda_L|, |lambda_M|)."""
        known = [_magnitude(ends) for ends in (self.standard, self.pairs) if ends is not None]
        if self.stability is Stability.UNDECIDED or not known:
            return None
        return max(low for low, _ in known), max(high for _, high in known)


@dataclass(frozen=True)
class StabilityCertificate:
    """Stability at every batch size of a range.

    Attributes:
        activation: name.
        entries: one per batch size, increasing.
        critical: pairs (n, n+1) between which the sign of 1 - contraction_rate changes: the critical batch size lies there.
        complete: whether no entry is undecided.
        seconds: wall time.
    """

    activation: str
    entries: tuple[StabilityAt, ...]
    critical: tuple[tuple[int, int], ...]
    complete: bool
    seconds: float

    def __bool__(self) -> bool:
        raise TypeError("a certificate is not a boolean: read .complete and the entries")

    def to_json(self) -> dict[str, Any]:
        """Rows [n, stability, lambda_L low, high, lambda_M low, high], ends as decimal strings rounded outwards."""
        return {
            "statement": "sign of 1 - contraction_rate, centred batch normalisation",
            "activation": self.activation,
            "critical": [list(pair) for pair in self.critical],
            "complete": self.complete,
            "seconds": round(self.seconds, 3),
            "entries": [
                [e.batch_size, e.stability.name, *(t for ends in (e.standard, e.pairs) for t in decimal_ends(ends))]
                for e in self.entries
            ],
        }


def decimal_ends(ends: tuple[Fraction, Fraction] | None) -> tuple[str, ...]:
    """Decimal strings with 15 places of an interval that contains the given one; nothing for None.

    >>> decimal_ends((Fraction(1, 3), Fraction(1, 3)))
    ('0.333333333333333', '0.333333333333334')
    """
    if ends is None:
        return ()
    units = (math.floor(ends[0] * 10**PLACES), math.ceil(ends[1] * 10**PLACES))
    return tuple(f"{'-' * (u < 0)}{abs(u) // 10**PLACES}.{abs(u) % 10**PLACES:0{PLACES}d}" for u in units)


def _magnitude(ends: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    low, high = ends
    if low >= 0:
        return low, high
    return (-high, -low) if high <= 0 else (Fraction(0), max(-low, high))


@lru_cache(maxsize=16)
def _symbolic(activation: Activation) -> Linearization | None:
    """The closed forms in the batch size of a homogeneous activation: derived once for all n."""
    if activation.homogeneity is None or activation.dual is None:
        return None
    return linearize(Network(activation))


def stability_at(activation: Activation, n: int, bits: int = BITS, seconds: float | None = None) -> StabilityAt:
    """Whether the exchangeable fixed point of centred batch normalisation is stable at batch size n >= 3, with proof.

    Raises:
        NetworkError: n below 3, or no derivative at the fixed point.

    >>> from theory.activations import relu
    >>> stability_at(relu, 5).stability.name
    'STABLE'
    """
    closed = _symbolic(activation) if n >= 3 else None
    if closed is None:
        parts = linearize(Network(activation, batch_size=n))
        expressions = (parts.eigenvalue_standard, parts.eigenvalue_pairs)
    else:
        pairs = None if n == 3 or closed.eigenvalue_pairs is None else closed.eigenvalue_pairs.subs(batch_size, n)
        expressions = (closed.eigenvalue_standard.subs(batch_size, n), pairs)
    # between kinks away from 0 pairs cost more with every bit, and few bits settle most signs
    accuracies = (min(bits, FEW_BITS), bits) if any(kink != 0 for kink in activation.kinks) else (bits,)
    for accuracy in accuracies:
        enclosures = [None if e is None else enclose(e, accuracy, seconds=seconds) for e in expressions]
        ends = [None if e is None or e.ball is None else (e.lower(), e.upper()) for e in enclosures]
        stability = _judged(enclosures, ends)
        if stability is not Stability.UNDECIDED:
            break
    advice = "; ".join(e.advice for e in enclosures if e is not None and e.ball is None)
    return StabilityAt(n, ends[0], ends[1], stability, advice)


def _judged(enclosures: list[Any], ends: list[tuple[Fraction, Fraction] | None]) -> Stability:
    sizes = [_magnitude(e) for e in ends if e is not None]
    if any(low > 1 for low, _ in sizes):
        return Stability.UNSTABLE
    missing = any(e is not None and e.ball is None for e in enclosures)
    if not missing and sizes and all(high < 1 for _, high in sizes):
        return Stability.STABLE
    return Stability.UNDECIDED


def certify_stability(
    activation: Activation | str | Expr,
    batch_sizes: Iterable[int] = range(3, 201),
    *,
    bits: int = BITS,
    seconds_each: float | None = 60.0,
    executor: Executor | None = None,
    progress: Callable[[StabilityAt], None] | None = None,
) -> StabilityCertificate:
    """The sign of 1 - contraction_rate(n) at every n, by enclosures of both eigenvalues.

    Args:
        activation: any activation whose sphere means `enclose` knows.
        batch_sizes: integers of at least 3.
        bits: accuracy of the eigenvalues.
        seconds_each: time limit for one eigenvalue.
        executor: a process pool to share the batch sizes over (balls are computed in the workers), or None.
        progress: called with each entry as it comes.

    Returns:
        A `StabilityCertificate`.  A sign change between two *consecutive* integers is a critical batch size enclosed.

    Raises:
        ValueError: no batch size, or one below 3.

    >>> certify_stability("relu", range(3, 12)).complete
    True
    """
    activation = as_activation(activation)
    sizes = sorted(set(batch_sizes))
    if not sizes or sizes[0] < 3:
        raise ValueError(f"batch sizes are integers of at least 3, not {sizes[:1]}")
    started = time.monotonic()
    entries = []
    run = map if executor is None else executor.map
    for entry in run(stability_at, *zip(*((activation, n, bits, seconds_each) for n in sizes))):
        entries.append(entry)
        if progress is not None:
            progress(entry)
    critical = tuple(
        (a.batch_size, b.batch_size)
        for a, b in itertools.pairwise(entries)
        if b.batch_size == a.batch_size + 1 and {a.stability, b.stability} == {Stability.STABLE, Stability.UNSTABLE}
    )
    complete = all(e.stability is not Stability.UNDECIDED for e in entries)
    return StabilityCertificate(activation.name, tuple(entries), critical, complete, time.monotonic() - started)
