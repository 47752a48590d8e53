r"""Local theorem: the second derivative of T at mu M has a norm of at least 1.05 for ReLU at n = 5, a 37th of its bound.

Problem: along D = (e_1 - e_2)(e_1 - e_2)^T/2, of norm 1, d^2 T[D, D] = mu^{-2} M E[f f^T Q] M, f = relu(z), z a row on its sphere, with
Q = (m(m+2) w^2 - 6 m w + 3)/4, w = (z_1 - z_2)^2/(2n), m = n - 1: the fourth Hermite polynomial along D, the row's length averaged out.
Method: the five kinds of entries as sphere means of up to four coordinates, in balls.
Guarantee: ||d^2 T[D, D]||_F is 1.051 to the digits shown.  A number near 0.4 recalled for this norm is that of a direction drawn at
random, not of the worst one; ``second_derivative_constant_at_five_samples`` has the bound, 39.
"""

from sympy import Abs, BlockMatrix, Matrix, Max, Rational, eye, ones, sqrt

from proofs_check import Claim, less
from theory import Network, SphereLaw, SphereMean, fixed_point
from theory.conventions import z
from theory.sources import DERIVED_HERE

n, m = 5, 4
w = (z[0] - z[1]) ** 2 / (2 * n)
Q = (m * (m + 2) * w**2 - 6 * m * w + 3) / 4
f = [Max(v, 0) for v in z]


def entry(i: int, j: int):
    """E f_i f_j Q."""
    return SphereMean((f[i] * f[j] * Q).expand(), SphereLaw(z[: max(2, i + 1, j + 1)], n))


own, pair, mixed, other, others = (
    entry(0, 0),
    entry(0, 1),
    entry(0, 2),
    entry(2, 2),
    entry(2, 3),
)  # the last three are alike
center = eye(n) - ones(n, n) / n
moments = BlockMatrix([
    [Matrix([[own, pair], [pair, own]]), mixed * ones(2, 3)],
    [mixed * ones(3, 2), others * ones(3, 3) + (other - others) * eye(3)],
]).as_explicit()  # fmt: skip
image = center * moments * center / fixed_point(Network("relu", batch_size=n)).mu ** 2
norm = sqrt(sum(e**2 for e in image))

CLAIM = Claim(
    statement=less(Abs(norm - Rational("1.051")), Rational(1, 2000)),
    source=DERIVED_HERE,
    title="ReLU n = 5: second derivative is at least 1.05",
)
