"""Constants fitted to simulations: named, computed on settings of their own, and reported as fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Rational, Symbol, sympify

from proofs_check.finite_width.chain import ChainMean
from proofs_check.finite_width.quantities import Quantity
from proofs_check.finite_width.sampling import Sampler
from theory.network import Network


@dataclass(frozen=True)
class MedianFit:
    """A symbol that stands for the median of ``quantity / scale`` over networks of the fitting widths.

    The statement of a claim is judged on other widths: a constant fitted where it is tested would test nothing.

    Args:
        symbol: what the constant is called in the statement.
        quantity: what is measured.
        network: the model, with an integer batch size.
        widths: the fitting widths.
        depth: L.
        scale: an expression in `width`; the median of quantity/scale is taken over all the fitting networks.
        width: the symbol of the width in `scale`.
        networks: networks a width.

    Raises:
        ValueError: no fitting widths.
    """

    symbol: Symbol
    quantity: Quantity
    network: Network
    widths: tuple[int, ...]
    depth: int
    scale: Expr
    width: Symbol
    networks: int = 2000

    def __post_init__(self) -> None:
        if not self.widths:
            raise ValueError("a fit needs at least one width to fit on")
        object.__setattr__(self, "scale", sympify(self.scale))

    def value(self, seed: int, key: tuple[str, ...]) -> Rational:
        """The fitted constant, to five digits: a function of the seed and of this fit alone."""
        scaled: list[Any] = []
        for width in self.widths:
            node = ChainMean(self.quantity, self.network, width, self.depth)
            sampler = Sampler(node, 0.5, seed, (*key, "fit", str(self.symbol), str(width)))
            scaled.append(sampler.values(self.networks) / float(self.scale.subs(self.width, width)))
        return Rational(f"{float(np.median(np.concatenate(scaled))):.5g}")

    def __str__(self) -> str:
        return f"{self.symbol}, the median at widths {', '.join(map(str, self.widths))}"
