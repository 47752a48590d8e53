"""The union of several events, as one event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import S

from proofs_check.finite_width.chain import Event
from proofs_check.finite_width.quantities import Quantity, QuantityError
from proofs_check.statement import Relation
from theory.network import Network
from theory.notation import OURS, Notation


@dataclass(frozen=True)
class AnyOf(Quantity):
    """1 where at least one of the events happens, 0 elsewhere; `any_of` makes an event of it.

    Args:
        events: `Event` objects about the Gram matrix of one network.
    """

    events: tuple[Event, ...]

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        from proofs_check.finite_width.sampling import happens

        return np.max([happens(e, e.quantity.measure(grams, network, orbit)) for e in self.events], axis=0)

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, 1.0

    @property
    def needs_orbit(self) -> bool:
        return any(e.quantity.needs_orbit for e in self.events)

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(p for e in self.events for p in e.quantity.places)

    def unicode(self) -> str:
        return f"1[{' or '.join(f'{e.quantity.unicode()} {e.relation.unicode} {e.threshold}' for e in self.events)}]"

    def latex(self, notation: Notation | str = OURS) -> str:
        inside = r" \text{ or } ".join(e.latex(notation) for e in self.events)
        return rf"\mathbf{{1}}\left[{inside}\right]"


def any_of(*events: Event) -> Event:
    """At least one of the events happens.

    Raises:
        QuantityError: no events, thresholds that are no numbers, or events of gradients.

    >>> from proofs_check.finite_width.quantities import Entry
    >>> print(any_of(Event(Entry(0, 0), Relation.AT_LEAST, S(1)), Event(Entry(1, 1), Relation.AT_LEAST, S(1))).relation.value)
    >
    """
    if not events or not all(isinstance(e, Event) for e in events):
        raise QuantityError(f"any_of takes events, such as Event(Trace(), Relation.AT_LEAST, 2), not {events!r}")
    if any(e.threshold.free_symbols for e in events):
        raise QuantityError("the events of a union have numbers as thresholds: give each symbol a value")
    if any(e.quantity.of_gradients for e in events):
        raise QuantityError("a union takes events of one Gram matrix: gradients are drawn with other networks")
    return Event(AnyOf(tuple(events)), Relation.GREATER, S.Half)
