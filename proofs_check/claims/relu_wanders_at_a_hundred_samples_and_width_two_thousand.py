r"""ReLU, n = 100, d = 2000 (n/sqrt d = 2.2): the sharp prediction of the centred error is above 3 mu, so that the chain wanders off G_*.

Problem: sqrt(tr V_S/d) against the eigenvalue mu of S_* = mu M; the theory is a linearisation, good for errors well below mu.
Method: enclosure of tr V_S at n = 100.
Guarantee: the predicted error exceeds 3 mu, where a linearisation says nothing; test at n <= 20 or d well above n^2, as
``gramchain simulate`` warns.
"""

from sympy import sqrt

from proofs_check import Claim, greater
from theory import Network
from theory.fluctuations import stationary_fluctuations
from theory.sources import DERIVED_HERE

found = stationary_fluctuations(Network("relu", batch_size=100))

CLAIM = Claim(
    statement=greater(sqrt(found.centered_fluctuation_constant / 2000), 3 * found.linearization.mu),
    source=DERIVED_HERE,
    title="ReLU n = 100, d = 2000 wanders",
)
