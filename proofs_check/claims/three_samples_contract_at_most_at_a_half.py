r"""n = 3: lambda_L is below 1/2 for ReLU, tanh, GELU and sigma = |x|; every activation has at most 1/2, the identity's value.

Problem: at w = 0 Cauchy-Schwarz gives |dR/dw| <= 1 and lambda_L = (1/2) |dR/dw|; R(w) = w for the identity, (n-1)/(n+1) = 1/2.
Method: enclosure.
Guarantee: strict inequality for each of the four.
"""

from sympy import Max, Rational

from proofs_check import Claim, less
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

rates = [linearize(Network(name, batch_size=3)).contraction_rate for name in ("relu", "tanh", "gelu", "abs")]

CLAIM = Claim(
    statement=less(Max(*rates, evaluate=False), Rational(1, 2)),
    source=DERIVED_HERE,
    title="n = 3: lambda_L is below 1/2",
)
