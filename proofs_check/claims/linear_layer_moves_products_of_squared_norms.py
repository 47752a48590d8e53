r"""One linear layer: E |x'|^2 |y'|^2 = |x|^2 |y|^2 + 2 (x.y)^2/d, for every pair of samples.

Problem, method: as in ``linear_layer_moves_squared_inner_products``.
Guarantee: equality for every width and every pair.
"""

from proofs_check import Claim, Integers, Variable, equal
from proofs_check.pairs import PAIR
from theory.conventions import width as d
from theory.conventions import z
from theory.sources import DERIVED_HERE

q1, q2, c = PAIR.q1, PAIR.q2, PAIR.c
same = PAIR.mean(z[0] ** 2 * z[1] ** 2)
apart = PAIR.mean(z[0] ** 2) * PAIR.mean(z[1] ** 2)

CLAIM = Claim(
    statement=equal((d * same + d * (d - 1) * apart) / d**2, q1 * q2 + 2 * c**2 / d),
    domain=(Variable(d, Integers(1)), *PAIR.domain),
    source=DERIVED_HERE,
    title="Linear layer: product of squared norms",
)
