r"""ReLU at batch size 5: the eigenvalues of the linearised mean-field map, spread of norms the slower.

Problem: centred batch normalisation at the exchangeable fixed point; lambda_L moves the spread of sample norms, lambda_M pairs.
Method: enclosure of the sphere means.
Guarantee: lambda_L = 0.60972 and lambda_M = 0.43887 to the digits shown.
"""

from sympy import Abs, Max, Rational, S

from proofs_check import Claim, less
from theory import Network, Source
from theory.linearization import linearize

linear = linearize(Network("relu", batch_size=5))
digit = Rational("0.000006")
misses = [
    Abs(linear.eigenvalue_standard - Rational("0.60972"), evaluate=False) / digit,
    Abs(linear.eigenvalue_pairs - Rational("0.43887"), evaluate=False) / digit,
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), S.One),
    source=Source("yang2019", "linearisation at the fixed point"),
    title="ReLU n = 5: 0.60972 and 0.43887",
)
