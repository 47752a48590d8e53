r"""Log-normal limit (Hanin and Nica): a variance of 5/d a ReLU layer agrees with E q_L^2 = (1 + 5/d)^L up to order 1/d^2.

Problem: if ln q is normal with variance s^2 and E q = 1 then ln E q^2 = s^2; exactly, ln E q_L^2 = L ln(1 + 5/d).
Method: with t = 5/d, t - t^2/2 <= ln(1 + t) by the sign of the derivative; ln(1 + t) <= t likewise (the companion side is trivial).
Guarantee: 0 <= 5/d - ln(1 + 5/d) <= 25/(2 d^2) a layer: the recalled variance sum_l 5/d_l is right to leading order (for linear layers
put 2 for 5).  At finite width E ln q_L is -oo for ReLU, since all d neurons can be off: the law is log-normal in the limit only.
"""

from sympy import Symbol, log, oo

from proofs_check import Claim, Interval, Variable, at_least
from theory import Source

t = Symbol("t", nonnegative=True)

CLAIM = Claim(
    statement=at_least(log(1 + t), t - t**2 / 2),
    domain=(Variable(t, Interval(0, oo)),),
    source=Source("hanin2020", "log-normal limit of products of random matrices, recalled"),
    title="Log-normal limit: variance 5/d a layer",
)
