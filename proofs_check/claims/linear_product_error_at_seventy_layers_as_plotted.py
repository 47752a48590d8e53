r"""Refuted: after 70 linear layers at n = 5, d = 1000 the root mean square distance to I is not the 1.2 of the figure's end, but 1.48.

Problem: the authors' picture with and without batch normalisation runs over 70 layers and ends at about 1.2 where it is linear.
Method: the exact formula (``unnormalized_linear_error_at_every_depth``), a ball.
Guarantee: sqrt(E||G_70 - I||^2) is not within 0.1 of 1.2.  The exact curve passes 1.2 at 47 layers, so the plotted end belongs to
fewer layers than the axis says, or the few runs averaged there lie low; without the authors' data this stays open.
"""

from sympy import Abs, Integer, Rational, sqrt

from proofs_check import Claim, less
from theory import Source
from theory.conventions import width as d
from theory.finite_width import linear_product_error

value = linear_product_error(5, Integer(70)).subs(d, 1000)

CLAIM = Claim(
    statement=less(Abs(sqrt(value) - Rational("1.2")), Rational(1, 10)),
    source=Source("joudaki2023", "figure with and without batch normalisation, last point"),
    title="Without BN: 1.2 after 70 layers",
)
