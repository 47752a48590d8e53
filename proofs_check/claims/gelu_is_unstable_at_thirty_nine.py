r"""GELU's exchangeable fixed point repels at batch size 39: the contraction rate is above 1.

Problem: centred batch normalisation; the rate is the larger of |lambda_L| and |lambda_M|, sphere means of GELU.
Method: enclosure.
Guarantee: strict inequality.  With ``gelu_is_stable_at_thirty_eight`` it brackets the batch size where stability is lost.
"""

from sympy import S

from proofs_check import Claim, greater
from theory import Network, Source
from theory.linearization import linearize

CLAIM = Claim(
    statement=greater(linearize(Network("gelu", batch_size=39)).contraction_rate, S.One),
    source=Source("gramchain", "linearisation at the fixed point"),
    title="GELU: unstable at n = 39",
)
