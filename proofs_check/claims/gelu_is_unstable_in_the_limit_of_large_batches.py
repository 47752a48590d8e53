r"""GELU: the large-batch limit of lambda_L, (E[z s s'] - E s E s'')/Var s, is 1.062: large batches are unstable.

Problem: centred batch normalisation, z standard normal.
Method: enclosure of Gaussian means.
Guarantee: the limit is above 1.06.  The literature's fixed-point theory does not mention that GELU loses stability
(``gelu_is_unstable_at_thirty_nine`` has where).
"""

from sympy import Rational

from proofs_check import Claim, greater
from theory import Network
from theory.large_batch import large_batch_limit
from theory.sources import DERIVED_HERE

CLAIM = Claim(
    statement=greater(large_batch_limit(Network("gelu").activation).eigenvalue_standard, Rational("1.06")),
    source=DERIVED_HERE,
    title="GELU: lambda_L -> 1.062 > 1",
)
