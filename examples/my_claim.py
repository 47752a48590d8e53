"""ReLU's fixed point under centred batch normalisation is better conditioned at n = 5 than at n = 10.

Problem: G_* = b((1-c) I + c 11^T) has condition number 1 + n c/(1-c), with c > 0 the correlation of two samples.
Method: enclosure of both sides.
Guarantee: strict inequality between two numbers.
"""

from proofs_check import Claim, less
from theory import Network, fixed_point


def condition_number(batch_size: int):
    gram = fixed_point(Network("relu", batch_size=batch_size))
    return gram.top_eigenvalue / gram.mu


CLAIM = Claim(
    statement=less(condition_number(5), condition_number(10)),
    id="relu_is_better_conditioned_in_small_batches",
    title="ReLU's G_* is better conditioned at n = 5 than at n = 10",
)
