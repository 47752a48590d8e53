r"""Local theorem: the second derivative of T at mu M has a norm above 0.89 for ReLU at n = 5; a number near 0.4 was recalled for it.

Problem: along D = (e_1 - e_2)(e_1 - e_2)^T/2, of norm 1, d^2 T[D, D] = mu^{-2} M E[f f^T Q] M, f = relu(z), z a row on its sphere, with
Q = (m(m+2) w^2 - 6 m w + 3)/4, w = (z_1 - z_2)^2/(2n), m = n - 1: the fourth Hermite polynomial along D, the row's length averaged out.
Method: the norm is at least the component along D, a sphere mean of two coordinates; enclosure.
Guarantee: a lower bound.  The whole of d^2 T[D, D] has norm 1.05, the worst direction 1.057 (a search in the tests), a random one about
0.4; ``second_derivative_constant_at_five_samples`` has the bound of the local theorem, 39.
"""

from sympy import Abs, Max, Rational

from proofs_check import Claim, greater
from theory import Network, SphereLaw, SphereMean, fixed_point
from theory.conventions import z
from theory.sources import DERIVED_HERE

n, m = 5, 4
w = (z[0] - z[1]) ** 2 / (2 * n)
Q = (m * (m + 2) * w**2 - 6 * m * w + 3) / 4
component = SphereMean((Max(z[0], 0) - Max(z[1], 0)) ** 2 / 2 * Q, SphereLaw(z[:2], n))

CLAIM = Claim(
    statement=greater(Abs(component) / fixed_point(Network("relu", batch_size=n)).mu ** 2, Rational(89, 100)),
    source=DERIVED_HERE,
    title="ReLU n = 5: second derivative is above 0.89",
)
