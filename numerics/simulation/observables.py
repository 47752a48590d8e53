"""Scalars of Gram matrices that an ensemble computes where the networks run, so that only numbers travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Observable(Protocol):
    """A scalar of a Gram matrix."""

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        """Its values, shape (networks, layers), of `grams`, shape (networks, layers, n, n), at these layers."""
        ...


@dataclass(frozen=True, eq=False)
class SquaredError:
    """||G_l - R_l||_F^2, the squared Frobenius distance to a reference.

    Args:
        reference: shape (n, n), the same at every layer, or (depth + 1, n, n), one for each layer 0, 1, ...
    """

    reference: np.ndarray

    def __post_init__(self) -> None:
        reference = np.asarray(self.reference, dtype=np.float64)
        if reference.ndim not in (2, 3) or reference.shape[-1] != reference.shape[-2]:
            raise ValueError(f"the reference has shape {reference.shape}; pass (n, n) or (depth + 1, n, n)")
        if not np.isfinite(reference).all():
            raise ValueError("the reference has a NaN or infinite entry; pass finite numbers")
        object.__setattr__(self, "reference", reference)

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        if self.reference.shape[-1] != grams.shape[-1]:
            raise ValueError(f"the reference is of order {self.reference.shape[-1]}, the batch of {grams.shape[-1]}")
        if self.reference.ndim == 3 and layers.max() >= len(self.reference):
            raise ValueError(f"the reference has {len(self.reference)} layers; layer {layers.max()} was recorded")
        reference = self.reference if self.reference.ndim == 2 else self.reference[layers]
        return np.square(grams - reference).sum(axis=(2, 3))


@dataclass(frozen=True)
class Entry:
    """G_ij, counted from 0."""

    row: int
    column: int

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        if not (0 <= self.row < grams.shape[-1] and 0 <= self.column < grams.shape[-1]):
            raise ValueError(f"entry ({self.row}, {self.column}) is outside a Gram matrix of order {grams.shape[-1]}")
        return grams[:, :, self.row, self.column].copy()


@dataclass(frozen=True)
class Eigenvalue:
    """An eigenvalue, numbered from 0 for the smallest, or from -1 for the largest."""

    rank: int

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        if not -grams.shape[-1] <= self.rank < grams.shape[-1]:
            raise ValueError(f"eigenvalue {self.rank} is outside a Gram matrix of order {grams.shape[-1]}")
        return np.linalg.eigvalsh(grams)[:, :, self.rank]


@dataclass(frozen=True)
class Trace:
    """tr G."""

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        return np.einsum("blii->bl", grams)


@dataclass(frozen=True)
class IsometryGap:
    """ln(tr G/n) - (ln det G)/n: zero for a multiple of I, infinite for a singular G."""

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        samples = grams.shape[-1]
        signs, logarithms = np.linalg.slogdet(grams)
        with np.errstate(divide="ignore"):
            gap = np.log(np.einsum("blii->bl", grams) / samples) - logarithms / samples
        return np.where(signs > 0, gap, np.inf)


@dataclass(frozen=True)
class OrthogonalityGap:
    """||G/tr G - I/n||_F (Daneshmand, Joudaki, Bach 2021)."""

    def __call__(self, grams: np.ndarray, layers: np.ndarray) -> np.ndarray:
        samples = grams.shape[-1]
        trace = np.einsum("blii->bl", grams)[:, :, None, None]
        return np.sqrt(np.square(grams / trace - np.eye(samples) / samples).sum(axis=(2, 3)))
