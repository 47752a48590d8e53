r"""tanh at batch size 5: here the pairs eigenvalue is the larger of the two.

Problem: centred batch normalisation at the exchangeable fixed point; lambda_L moves the spread of sample norms, lambda_M pairs.
Method: enclosure of the sphere means.
Guarantee: lambda_L = 0.50853 and lambda_M = 0.76751 to the digits shown.
"""

from sympy import Abs, Max, Rational, S

from proofs_check import Claim, less
from theory import Network, Source
from theory.linearization import linearize

linear = linearize(Network("tanh", batch_size=5))
digit = Rational("0.000006")
misses = [
    Abs(linear.eigenvalue_standard - Rational("0.50853"), evaluate=False) / digit,
    Abs(linear.eigenvalue_pairs - Rational("0.76751"), evaluate=False) / digit,
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), S.One),
    source=Source("yang2019", "linearisation at the fixed point"),
    title="tanh n = 5: 0.50853 and 0.76751",
)
