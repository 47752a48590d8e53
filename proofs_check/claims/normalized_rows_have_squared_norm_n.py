r"""Batch normalisation as the seed prints it: ||phi(x)||^2 = n for every row x that is not constant; here n = 3.

Problem: phi(x) = (x - mean x)/sqrt(Var x), population variance, no epsilon: the square sum of the deviations over their mean.
Method: rational normal form; x = (p, p + s, p + s + t), which is every row of distinct entries up to order.
Guarantee: equality; so F depends on x only through its direction, and R = sup ||sigma(sqrt(n) u)||^2 is finite.
"""

from sympy import Rational, Symbol, oo

from proofs_check import Claim, Interval, Variable, equal
from theory import Source

p, s, t = Symbol("p", real=True), Symbol("s", positive=True), Symbol("t", positive=True)
row = (p, p + s, p + s + t)
mean = sum(row) / 3
variance = sum((x - mean) ** 2 for x in row) / 3

CLAIM = Claim(
    statement=equal(sum((x - mean) ** 2 / variance for x in row), Rational(3)),
    domain=(Variable(p, Interval(-oo, oo)), *(Variable(v, Interval(0, oo, True, True)) for v in (s, t))),
    source=Source("joudaki2023", "batch normalisation, population variance, no affine parameters"),
    title="Rows: ||phi(x)||^2 = n",
)
