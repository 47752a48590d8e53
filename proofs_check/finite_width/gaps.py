"""Gaps of a Gram matrix: between two of its eigenvalues, from orthogonality, from a multiple of the identity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.simulation import observables
from proofs_check.finite_width.quantities import Quantity, QuantityError, gram_latex, largest_trace, require_places
from theory.network import Network
from theory.notation import OURS, Notation, notation_of

SINGULAR = 1e-10
"""A Gram matrix whose smallest eigenvalue is a smaller part of its largest may be singular: float64 cannot tell."""


@dataclass(frozen=True)
class EigenvalueGap(Quantity):
    """How far the eigenvalue at a place lies below the next; places are counted from 0 in increasing order.

    >>> from theory.network import Network
    >>> EigenvalueGap(0).measure(np.diag([1.0, 3.0])[None], Network("relu", batch_size=2), None)
    array([2.])
    """

    place: int

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        require_places(network, *self.places)
        values = np.linalg.eigvalsh(grams)
        return values[:, self.place + 1] - values[:, self.place]

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, largest_trace(network)

    @property
    def places(self) -> tuple[int, ...]:
        return (self.place, self.place + 1)

    def latex(self, notation: Notation | str = OURS) -> str:
        gram = gram_latex(notation)
        return rf"\left(\lambda_{{{self.place + 2}}} - \lambda_{{{self.place + 1}}}\right)({gram})"

    def unicode(self) -> str:
        return f"(λ[{self.place + 2}] - λ[{self.place + 1}])(G)"


@dataclass(frozen=True)
class OrthogonalityGap(Quantity):
    """``| G/tr G - I/n |_F``: 0 for orthogonal samples of equal norm, at most sqrt(1 - 1/n).

    Neighbour: `theory.gaps.orthogonality_gap`, of one matrix, exactly.
    """

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        if np.any(np.trace(grams, axis1=1, axis2=2) <= 0):
            raise QuantityError(
                "the orthogonality gap of a Gram matrix that is 0 does not exist, and a network gave one"
            )
        return observables.OrthogonalityGap()(grams[:, None], np.zeros(1))[:, 0]

    def range(self, network: Network) -> tuple[float, float | None]:
        # the square is tr G^2/(tr G)^2 - 1/n, and the eigenvalues are nonnegative
        n = network.batch_size
        return 0.0, float(np.sqrt(1 - 1 / int(n))) if n.is_Integer else 1.0

    def latex(self, notation: Notation | str = OURS) -> str:
        gram, n = gram_latex(notation), notation_of(notation).batch_size
        return rf"\left\|\frac{{{gram}}}{{\operatorname{{tr}} {gram}}} - \frac{{I}}{{{n}}}\right\|_F"

    def unicode(self) -> str:
        return "‖G/tr G - I/n‖"


@dataclass(frozen=True)
class IsometryGap(Quantity):
    """``-log(det(G)^{1/n} / (tr G/n))``: 0 exactly for multiples of the identity, infinite for singular G.

    Neighbour: `theory.gaps.isometry_gap`, of one matrix, exactly.
    """

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        values = np.linalg.eigvalsh(grams)
        if np.any(values[:, 0] <= SINGULAR * values[:, -1]):
            raise QuantityError(
                "the isometry gap of a singular Gram matrix is infinite, and a network gave one that is singular to rounding"
            )
        return observables.IsometryGap()(grams[:, None], np.zeros(1))[:, 0]

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, None

    def latex(self, notation: Notation | str = OURS) -> str:
        gram, n = gram_latex(notation), notation_of(notation).batch_size
        return rf"\log \frac{{\operatorname{{tr}} {gram} / {n}}}{{\det({gram})^{{1/{n}}}}}"

    def unicode(self) -> str:
        return "log(tr G/n) - log(det G)/n"
