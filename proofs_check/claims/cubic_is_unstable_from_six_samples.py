r"""sigma(x) = x^3: the exchangeable fixed point attracts at batch size 5 (rate 36/37) and repels from 6 on.

Problem: centred batch normalisation; the larger eigenvalue at n = 6.
Method: exact moments of the sphere.
Guarantee: contraction rate above 1 at n = 6; the critical batch size of the cubic lies between 5 and 6.
"""

from sympy import S

from proofs_check import Claim, greater
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=greater(linearize(Network("x^3", batch_size=6)).contraction_rate, S.One),
    source=DERIVED_HERE,
    title="Cubic: unstable at n = 6",
)
