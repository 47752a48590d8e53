r"""The spectrum at depth is wider than Marchenko-Pastur of ratio n/d: one layer from G_* has that law, depth adds to it.

Problem: the bulk's second moment at stationarity is d^{-1} tr V for S = M G M; Marchenko-Pastur with ratio n/d corresponds to one
layer's noise, d^{-1} (tr C on centred matrices).  ReLU at n = 10.
Method: enclosure of both constants.
Guarantee: at stationarity the spread about mu is above 1.3 times that of a single layer.  The observation that the spectrum "looks
Marchenko-Pastur" holds in shape, with a larger ratio than n/d.
"""

from sympy import Rational

from proofs_check import Claim, greater
from theory import Network, Source
from theory.fluctuations import stationary_fluctuations

n = 10
found = stationary_fluctuations(Network("relu", batch_size=n))
one_layer = found.centered_trace_noise + (n - 1) * found.centered_noise + Rational(n * (n - 3), 2) * found.noise.pairs

CLAIM = Claim(
    statement=greater(found.centered_fluctuation_constant, Rational(13, 10) * one_layer),
    source=Source("joudaki2023", "observation: the spectrum of G_l looks Marchenko-Pastur"),
    title="Spectrum wider than Marchenko-Pastur",
)
