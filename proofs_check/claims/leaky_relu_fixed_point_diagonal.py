r"""Leaky ReLU of slope a has the fixed-point diagonal b = (1 + a^2)/2 at every batch size n >= 3; a = -1 is |x|, a = 0 ReLU.

Method: homogeneity of degree 2 and symmetry of the sphere.
Guarantee: equality for every real slope.
"""

from sympy import Max, Min, Symbol, oo

from proofs_check import Claim, Integers, Interval, Variable, equal
from theory import Source, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z

a = Symbol("a", real=True)

CLAIM = Claim(
    statement=equal(SphereMean((Max(z[0], 0) + a * Min(z[0], 0)) ** 2, SphereLaw(z[0], n)), (1 + a**2) / 2),
    domain=(Variable(n, Integers(3)), Variable(a, Interval(-oo, oo))),
    source=Source("yang2019", "fixed point, positively homogeneous activations"),
    title="Leaky ReLU: b = (1+a^2)/2",
)
