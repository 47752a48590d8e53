r"""Every exchangeable Gram matrix is mapped to G_* in one step: the row is uniform on its sphere whatever the two numbers are.

Problem: ReLU, n = 4, start 3 [(1-c) I + c 11^T] with c = 4/5, width 8; one layer is unbiased, so the mean entry is F's.
Method: simulation, two-sided; the fixed-point entry is a sphere mean.
Guarantee: the mean off-diagonal entry after one layer is within 0.01 of b c of G_*.
"""

from sympy import Abs, Rational, eye, ones

from proofs_check import ChainMean, Claim, Entry, less
from theory import Network, Source, fixed_point

network = Network("relu", batch_size=4)
start = 3 * (eye(4) / 5 + Rational(4, 5) * ones(4, 4))

CLAIM = Claim(
    statement=less(
        Abs(ChainMean(Entry(0, 1), network, 8, 1, start) - fixed_point(network).off_diagonal), Rational(1, 100)
    ),
    source=Source("joudaki2023", "exchangeable fixed points G_*; one step, after yang2019"),
    title="Exchangeable starts reach G_* in one step",
)
