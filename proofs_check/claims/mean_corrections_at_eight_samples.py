r"""The next order: d (E G_infinity - G_*) at n = 8 is -0.1252 off ReLU's diagonal and 0.2498 on tanh's.

Problem: it tends to (n^2-1)/(8 mu^2 n (n-2)) (beta - gamma) Cov(s s^T, p_4), p_4 = sum z_i^4, beta and gamma the variances of S on its two
irreducible parts (docs/derivations/fluctuations.md, V5).
Method: enclosure; ``relu_mean_correction_is_seen_in_simulation`` and its tanh companion look at networks.
Guarantee: both numbers to the digits shown.
"""

from sympy import Abs, Max, Rational, S

from proofs_check import Claim, less
from theory import Network
from theory.mean_correction import mean_correction
from theory.sources import DERIVED_HERE

RELU, TANH = Rational("-0.1252"), Rational("0.2498")
digit = Rational("0.00005")
misses = [
    Abs(mean_correction(Network("relu", batch_size=8)).off_diagonal - RELU, evaluate=False) / digit,
    Abs(mean_correction(Network("tanh", batch_size=8)).diagonal - TANH, evaluate=False) / digit,
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), S.One),
    source=DERIVED_HERE,
    title="n = 8: d (E G - G_*) is -0.1252, 0.2498",
)
