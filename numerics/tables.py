"""Large matrices of balls times columns, in parts between which a time limit or an interrupt is heeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from numerics.precision import paced

# entries times bits of a part: a tenth of a second or so
_LARGEST_PART = 10**8


@dataclass(frozen=True)
class Table:
    """A matrix as blocks of rows, and its first row."""

    blocks: tuple[arb_mat, ...]
    first: tuple[arb, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[arb]], bits: int) -> Table:
        """From its rows, of balls of so many bits."""
        height = max(1, _LARGEST_PART // (len(rows[0]) * bits))
        blocks = tuple(arb_mat(rows[k : k + height]) for k in paced(range(0, len(rows), height)))
        return cls(blocks, tuple(rows[0]))

    def times(self, column: Sequence[arb]) -> list[arb]:
        """The product with a column, at the working precision."""
        right = arb_mat([[v] for v in column])
        products = (block * right for block in paced(self.blocks))
        return [product[i, 0] for product in products for i in range(product.nrows())]
