r"""ReLU, n = 4: the sharp constants are tr V = 3.84 for G and 1.71 for S = M G M.

Problem: d E||G_L - G_*||_F^2 and d E||S_L - S_*||_F^2 at stationarity, large width.
Method: moments of up to four coordinates on the sphere, in balls.
Guarantee: both constants, to the digits shown.
"""

from sympy import Abs, Max, Rational, S

from proofs_check import Claim, less
from theory import Network
from theory.fluctuations import stationary_fluctuations
from theory.sources import DERIVED_HERE

found = stationary_fluctuations(Network("relu", batch_size=4))
# (V1) and (V2) of docs/derivations/fluctuations.md part by part: multiplied out they fill pages
whole = sum(found.trivial_diagonal) + 3 * sum(found.standard_diagonal) + 2 * found.pairs_variance
centred = found.centered_trace_noise + 3 * found.centered_noise * found.standard_gain + 2 * found.pairs_variance
misses = [
    Abs(whole - Rational("3.84"), evaluate=False) / Rational("0.005"),
    Abs(centred - Rational("1.71"), evaluate=False) / Rational("0.005"),
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), S.One),
    source=DERIVED_HERE,
    title="ReLU n = 4: tr V = 3.84, 1.71",
)
