"""Quantities of a Gram matrix that finite-width statements speak about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sympy import ImmutableDenseMatrix, sympify

from theory.display import Displayed, text
from theory.network import BatchNorm, Network
from theory.notation import OURS, Notation, expression_latex, notation_of

GramFunction = Callable[[np.ndarray], np.ndarray]


class QuantityError(ValueError):
    """The quantity does not exist for this network or batch; the message says why."""


def largest_trace(network: Network) -> float | None:
    """A number that tr G_l never exceeds for l >= 1, or None where there is none.

    Under batch normalisation ``sum z_i^2 = n``, so |sigma(z)| <= a0 + a1|z| gives ``tr G <= (a0 + a1)^2 n`` (Minkowski).
    """
    growth, n = network.activation.growth, network.batch_size
    if not isinstance(network.normalization, BatchNorm) or growth is None or not n.is_Integer:
        return None
    return float((growth.constant + growth.slope) ** 2 * n)


@dataclass(frozen=True)
class Quantity(Displayed):
    """A real function of the Gram matrix G_l; subclasses say which."""

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        """Values for a stack of Gram matrices of shape (networks, n, n); `orbit` is the mean-field Gram at the same depth."""
        raise NotImplementedError

    def range(self, network: Network) -> tuple[float, float | None]:
        """Bounds that the quantity never leaves for depth >= 1; an upper end of None means unbounded."""
        raise NotImplementedError

    @property
    def needs_orbit(self) -> bool:
        return False

    @property
    def places(self) -> tuple[int, ...]:
        """Samples that the quantity names, counted from 0; the batch must have them."""
        return ()

    @property
    def of_gradients(self) -> bool:
        """Whether it is measured on squared norms of gradients instead of Gram matrices."""
        return False

    @property
    def least_depth(self) -> int:
        """The depth from which on the quantity exists."""
        return 0

    def latex(self, notation: Notation | str = OURS) -> str:
        raise NotImplementedError

    def unicode(self) -> str:
        """One line of Unicode, G the Gram matrix of the last layer; places counted from 1, as in mathematics."""
        return str(self)


def gram_latex(notation: Notation | str, entry: str = "") -> str:
    """The Gram matrix of the last layer, or its entry."""
    letters = notation_of(notation)
    return letters.gram_at(letters.depth, entry)


def _squared_distance(notation: Notation | str, other: str) -> str:
    return rf"\left\|{gram_latex(notation)} - {other}\right\|_F^2"


def require_places(network: Network, *places: int) -> None:
    """QuantityError where the batch has no such places."""
    n = network.batch_size
    if n.is_Integer and max(places) >= n:
        raise QuantityError(f"entry {places} does not exist in a batch of {n}: places are counted from 0")


@dataclass(frozen=True)
class Entry(Quantity):
    """G[row, column], counted from 0."""

    row: int
    column: int

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        require_places(network, self.row, self.column)
        return grams[:, self.row, self.column]

    def range(self, network: Network) -> tuple[float, float | None]:
        top = largest_trace(network)
        if self.row == self.column:
            return 0.0, top
        # a positive semi-definite matrix has |G_ij| <= (G_ii + G_jj)/2 <= tr G / 2
        return (-np.inf, None) if top is None else (-top / 2, top / 2)

    @property
    def places(self) -> tuple[int, ...]:
        return (self.row, self.column)

    def latex(self, notation: Notation | str = OURS) -> str:
        return gram_latex(notation, f"{self.row + 1},{self.column + 1}")

    def unicode(self) -> str:
        return f"G[{self.row + 1},{self.column + 1}]"


@dataclass(frozen=True)
class EntryProduct(Quantity):
    """The product of two entries of G, for second moments."""

    first: Entry
    second: Entry

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        return self.first.measure(grams, network, orbit) * self.second.measure(grams, network, orbit)

    def range(self, network: Network) -> tuple[float, float | None]:
        top = largest_trace(network)
        if self.first == self.second or (self.first.row == self.first.column and self.second.row == self.second.column):
            return 0.0, None if top is None else top**2
        return (-np.inf, None) if top is None else (-(top**2), top**2)

    @property
    def places(self) -> tuple[int, ...]:
        return (*self.first.places, *self.second.places)

    def latex(self, notation: Notation | str = OURS) -> str:
        return self.first.latex(notation) + r"\," + self.second.latex(notation)

    def unicode(self) -> str:
        return f"{self.first.unicode()}·{self.second.unicode()}"


@dataclass(frozen=True)
class Trace(Quantity):
    """tr G."""

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        return np.trace(grams, axis1=1, axis2=2)

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, largest_trace(network)

    def latex(self, notation: Notation | str = OURS) -> str:
        return rf"\operatorname{{tr}} {gram_latex(notation)}"

    def unicode(self) -> str:
        return "tr G"


@dataclass(frozen=True)
class SquaredErrorTo(Quantity):
    """``||G - reference||_F^2`` for a given matrix of exact numbers."""

    reference: ImmutableDenseMatrix

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", ImmutableDenseMatrix(self.reference))

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        target = np.array(self.reference.evalf(17).tolist(), dtype=float)
        if target.shape != grams.shape[1:]:
            raise QuantityError(f"the reference is {target.shape}, the Gram matrix {grams.shape[1:]}")
        return np.sum((grams - target) ** 2, axis=(1, 2))

    def range(self, network: Network) -> tuple[float, float | None]:
        top = largest_trace(network)
        size = float(np.linalg.norm(np.array(self.reference.evalf(17).tolist(), dtype=float)))
        return 0.0, None if top is None else (top + size) ** 2

    def latex(self, notation: Notation | str = OURS) -> str:
        return _squared_distance(notation, expression_latex(self.reference, notation))

    def unicode(self) -> str:
        return f"‖G - {self.reference.tolist()}‖²"


@dataclass(frozen=True)
class SquaredErrorToStart(Quantity):
    """``||G - I||_F^2``, the squared distance to orthonormal inputs."""

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        return np.sum((grams - np.eye(grams.shape[1])) ** 2, axis=(1, 2))

    def range(self, network: Network) -> tuple[float, float | None]:
        top = largest_trace(network)
        return 0.0, None if top is None else top**2 + float(network.batch_size)

    def latex(self, notation: Notation | str = OURS) -> str:
        return _squared_distance(notation, "I")

    def unicode(self) -> str:
        return "‖G - I‖²"


@dataclass(frozen=True)
class SquaredErrorToOrbit(Quantity):
    """``||G_L - Gbar_L||_F^2``, the squared error of the mean-field recursion from the same start."""

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        if orbit is None:
            raise QuantityError("the mean-field orbit is not available for this network")
        return np.sum((grams - orbit) ** 2, axis=(1, 2))

    def range(self, network: Network) -> tuple[float, float | None]:
        # both matrices are positive semi-definite, so the inner product is nonnegative and the squares add up
        top = largest_trace(network)
        return 0.0, None if top is None else 2 * top**2

    @property
    def needs_orbit(self) -> bool:
        return True

    def latex(self, notation: Notation | str = OURS) -> str:
        return _squared_distance(notation, notation_of(notation).orbit_at(notation_of(notation).depth))

    def unicode(self) -> str:
        return "‖G - Ḡ‖²"


@dataclass(frozen=True)
class SquaredErrorToFixedPoint(Quantity):
    """``||G_L - G_*||_F^2``, the squared distance to the exchangeable fixed point of the mean-field map."""

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        from numerics.fixed_gram import fixed_point_gram

        return np.sum((grams - fixed_point_gram(network)) ** 2, axis=(1, 2))

    def range(self, network: Network) -> tuple[float, float | None]:
        top = largest_trace(network)
        return 0.0, None if top is None else 2 * top**2

    def latex(self, notation: Notation | str = OURS) -> str:
        return _squared_distance(notation, notation_of(notation).fixed_point)

    def unicode(self) -> str:
        return "‖G - G⋆‖²"


@dataclass(frozen=True)
class Eigenvalue(Quantity):
    """The eigenvalue of G at a place, counted from 0 in increasing order."""

    place: int

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        require_places(network, self.place)
        return np.linalg.eigvalsh(grams)[:, self.place]

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, largest_trace(network)

    @property
    def places(self) -> tuple[int, ...]:
        return (self.place,)

    def latex(self, notation: Notation | str = OURS) -> str:
        return rf"\lambda_{{{self.place + 1}}}({gram_latex(notation)})"

    def unicode(self) -> str:
        return f"λ[{self.place + 1}](G)"


@dataclass(frozen=True)
class GramStatistic(Quantity):
    """A user's own function of the Gram matrix.

    Args:
        name: how it is printed and keyed; two functions of one name are taken for the same.
        function: maps a stack (networks, n, n) to (networks,).
        lower, upper: bounds it never leaves; None for unbounded above.
    """

    name: str
    function: GramFunction = field(compare=False, repr=False)
    lower: float
    upper: float | None

    def measure(self, grams: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        values = np.asarray(self.function(grams), dtype=float)
        if values.shape != grams.shape[:1]:
            raise QuantityError(
                f"{self.name} must return one number a network, shape {grams.shape[:1]}, not {values.shape}"
            )
        return values

    def range(self, network: Network) -> tuple[float, float | None]:
        return self.lower, self.upper

    def latex(self, notation: Notation | str = OURS) -> str:
        return rf"{text(self.name)}({gram_latex(notation)})"

    def unicode(self) -> str:
        return f"{self.name}(G)"


def exact_matrix(entries: Any) -> ImmutableDenseMatrix:
    """A symmetric matrix of exact numbers or expressions, or QuantityError."""
    matrix = ImmutableDenseMatrix(entries)
    if matrix.rows != matrix.cols or matrix != matrix.T:
        raise QuantityError("a Gram matrix must be square and symmetric")
    if any(sympify(e).is_Float for e in matrix):
        raise QuantityError("a Gram matrix in a statement takes exact numbers such as 1/2, not floats")
    return matrix
