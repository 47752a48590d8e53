"""The squared norm of the gradient at a layer of a random network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proofs_check.finite_width.quantities import Quantity, QuantityError
from theory.network import Network
from theory.notation import OURS, Notation, notation_of


@dataclass(frozen=True)
class SquaredGradientNorm(Quantity):
    """``||dloss/dS_layer||_F^2`` for the loss ``<U, S_L>``, S_L the activations of the last layer, U of independent standard normals.

    No function of G_L: it is drawn by back-propagation through the network (`numerics.simulation.backward`).  It has no upper bound, so
    simulation can show that its mean is large, never that it is small; of a probability it can show both.

    Args:
        layer: 1 to L; at L the mean is ``n d``.

    >>> from theory.network import Network
    >>> from proofs_check.finite_width.chain import ChainMean
    >>> ChainMean(SquaredGradientNorm(1), Network("tanh", batch_size=4), 50, 3)
    E[SquaredGradientNorm(layer=1); tanh, batch, n=4, d=50, L=3]

    Raises:
        QuantityError: a layer that is no whole number from 1 on.

    Neighbour: `theory.gradients.gradient_growth`, its growth a layer at infinite width.
    """

    layer: int

    def __post_init__(self) -> None:
        if isinstance(self.layer, bool) or not isinstance(self.layer, int) or self.layer < 1:
            raise QuantityError(f"a gradient is taken at a layer 1, 2, ... up to the depth, not {self.layer!r}")

    @property
    def least_depth(self) -> int:
        return self.layer

    @property
    def of_gradients(self) -> bool:
        return True

    def measure(self, norms: np.ndarray, network: Network, orbit: np.ndarray | None) -> np.ndarray:
        """Values for squared norms of shape (networks, depth), as `numerics.simulation.backward.squared_gradients` gives them."""
        return norms[:, self.layer - 1]

    def range(self, network: Network) -> tuple[float, float | None]:
        return 0.0, None

    def latex(self, notation: Notation | str = OURS) -> str:
        last = notation_of(notation).depth
        return rf"\left\|\frac{{\partial \langle U, S_{{{last}}} \rangle}}{{\partial S_{{{self.layer}}}}}\right\|_F^2"

    def unicode(self) -> str:
        return f"‖∂⟨U, S[L]⟩/∂S[{self.layer}]‖²"
