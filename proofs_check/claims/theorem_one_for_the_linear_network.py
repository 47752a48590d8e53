r"""The seed's Theorem 1 for linear networks, cited with its unspecified constant K: the step that fails is its constant, not its width.

Problem: ||G_L - G_*||_F = O(n/sqrt d), after Daneshmand, Joudaki and Bach 2021; to leading order the mean square is tr V/d, so that a
constant K free of n needs tr V <= K^2 n^2 at every n.  Centred batch normalisation; K^2 = 100 stands for any number.
Method: tr V/n^2 = (1 - 1/(n-1))/(1 - ((n-1)/(n+1))^2) is about n/4.
Guarantee: refuted at a batch size of a few hundred; ``linear_error_needs_a_constant_that_grows_with_the_batch`` has n/8 as a lower bound
for every n, so that no K serves.
"""

from proofs_check import Claim, Integers, Variable, at_most
from theory import Source
from theory.conventions import batch_size as n

CLAIM = Claim(
    statement=at_most((1 - 1 / (n - 1)) / (1 - ((n - 1) / (n + 1)) ** 2), 100),
    domain=(Variable(n, Integers(3)),),
    source=Source("joudaki2023", "Theorem 1 of the poster, after daneshmand2021"),
    title="Theorem 1 with a constant free of n",
)
