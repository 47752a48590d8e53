r"""ReLU's normalised dual leaves the diagonal at the order 3/2: kappa(r) >= r + A (1-r)^{3/2} on [-1, 1], A = 2 sqrt 2/(3 pi).

Problem: r = cos th, kappa = J1(r) = (sin th + (pi - th) cos th)/pi, 1 - r = 2 sin^2(th/2): the excess kappa - r is
(sin th - th cos th)/pi, and A (1-r)^{3/2} = (8/3) sin^3(th/2)/pi.
Method: the sign of the derivative, which is 2 sin(th/2) <= th in disguise; th runs to 22/7 > pi.
Guarantee: a lower bound on the whole interval: correlations only rise, and ReLU has no fixed point but 1.  The upper bound is
``relu_dual_lies_above_the_diagonal_by_no_more``; together they give 1 - r_l ~ 4/(A l)^2 = 9 pi^2/(2 l^2).
"""

from sympy import Rational, Symbol, cos, sin

from proofs_check import Claim, Interval, Variable, at_most
from theory import Source

th = Symbol("theta", nonnegative=True)

CLAIM = Claim(
    statement=at_most(8 * sin(th / 2) ** 3 / 3, sin(th) - th * cos(th)),
    domain=(Variable(th, Interval(0, Rational(22, 7))),),
    source=Source("joudaki2024", "rates of the normalised dual, slope 1 at correlation 1"),
    title="ReLU: dual above the diagonal by A(1-r)^{3/2}",
)
