r"""Local theorem, radius: on ||S - mu M|| <= r = (1-rho_*) mu^2/(8 K), K = sqrt(3/2) R, T is (1+rho_*)/2-Lipschitz.

Problem: for r <= mu/2 every S in the ball has S >= (mu/2) M, so ||d^2 T|| <= K/(mu/2)^2 = 4 K/mu^2 and
||dT(S)|| <= rho_* + 4 K r/mu^2.
Method: signs of coefficients, with r any share u in [0, 1] of the stated radius.
Guarantee: rho_* + 4 K r/mu^2 <= (1+rho_*)/2 for every rho_* in [0, 1), mu > 0, K > 0.
"""

from sympy import Symbol, oo

from proofs_check import Claim, Interval, Variable, at_most
from theory.sources import DERIVED_HERE

rate = Symbol("rho", nonnegative=True)
mu, K = Symbol("mu", positive=True), Symbol("K", positive=True)
u = Symbol("u", nonnegative=True)
radius = u * (1 - rate) * mu**2 / (8 * K)

CLAIM = Claim(
    statement=at_most(rate + 4 * K * radius / mu**2, (1 + rate) / 2),
    domain=(
        Variable(rate, Interval(0, 1, right_open=True)),
        Variable(mu, Interval(0, oo, True, True)),
        Variable(K, Interval(0, oo, True, True)),
        Variable(u, Interval(0, 1)),
    ),
    source=DERIVED_HERE,
    title="Local theorem: T contracts on the ball",
)
