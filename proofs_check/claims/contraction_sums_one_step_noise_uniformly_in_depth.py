r"""Contraction gives depth-uniform concentration: the bound e_L = eps^2 (1 - rho^{2L})/(1 - rho^2) satisfies e_{L+1} = rho^2 e_L + eps^2.

Problem: E||G_{l+1} - Gbar_{l+1}||^2 = E||G_{l+1} - F(G_l)||^2 + E||F(G_l) - F(Gbar_l)||^2 (the cross term vanishes because a step is
unbiased, ``one_step_is_unbiased``) <= eps^2 + rho^2 E||G_l - Gbar_l||^2, and e_0 = 0: by induction the error is at most e_L.
Method: induction on depth; the recursion is an identity.
Guarantee: equality for every rho in [0, 1), eps and depth; e_L < eps^2/(1-rho^2), which no depth exceeds.
"""

from sympy import Symbol, oo

from proofs_check import Claim, Integers, Interval, Variable, equal
from theory.conventions import depth as L
from theory.sources import DERIVED_HERE

rate, eps = Symbol("rho", positive=True), Symbol("epsilon", positive=True)


def error(depth):
    """The bound at a depth."""
    return eps**2 * (1 - rate ** (2 * depth)) / (1 - rate**2)


CLAIM = Claim(
    statement=equal(error(L + 1), rate**2 * error(L) + eps**2),
    domain=(
        Variable(rate, Interval(0, 1, True, True)),
        Variable(eps, Interval(0, oo, True, True)),
        Variable(L, Integers(0)),
    ),
    source=DERIVED_HERE,
    title="Contraction: the error bound solves its recursion",
)
