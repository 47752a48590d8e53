r"""GELU's exchangeable fixed point attracts at batch size 38: the contraction rate is below 1.

Problem: centred batch normalisation; the rate is the larger of |lambda_L| and |lambda_M|, sphere means of GELU.
Method: enclosure.
Guarantee: strict inequality.  With ``gelu_is_unstable_at_thirty_nine`` it brackets the batch size where stability is lost.
"""

from sympy import S

from proofs_check import Claim, less
from theory import Network, Source
from theory.linearization import linearize

CLAIM = Claim(
    statement=less(linearize(Network("gelu", batch_size=38)).contraction_rate, S.One),
    source=Source("gramchain", "linearisation at the fixed point"),
    title="GELU: stable at n = 38",
)
