r"""Rows: ||relu(phi(x))||^2 <= n - 1 under centred batch normalisation, so R <= n - 1 for ReLU.

Problem: z has sum 0 and square sum n; let P be the square sum of its positive entries.  The negative ones have the sum -A with A^2 >= P
(a sum of positive numbers is at least the root of their square sum) and are at most n - 1, so their square sum n - P is at
least A^2/(n-1) >= P/(n-1) (Cauchy-Schwarz).
Method: the hypothesis P/(n-1) <= n - P, times a constant; signs of coefficients.
Guarantee: P <= n - 1, attained where one entry is positive; here n = 2 to 64.
"""

from sympy import Integer, Symbol

from proofs_check import Choices, Claim, Hypothesis, Interval, Variable, at_most
from theory.conventions import batch_size as n
from theory.sources import DERIVED_HERE

P = Symbol("P", nonnegative=True)

CLAIM = Claim(
    statement=at_most(P * n / (n - 1), n),
    domain=(
        Variable(P, Interval(0, 64)),
        Variable(n, Choices(tuple(Integer(k) for k in (2, 3, 5, 10, 64)))),
    ),
    hypotheses=(Hypothesis("negative entries", statement=at_most(P / (n - 1), n - P)),),
    source=DERIVED_HERE,
    title="ReLU: R <= n - 1",
)
