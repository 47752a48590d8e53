r"""Local theorem, conclusion: e_l = rho^{2l} delta^2 + R^2/(d (1-rho^2)) satisfies e_{l+1} = rho^2 e_l + R^2/d while the chain stays.

Problem: E[|S_{l+1} - S_*|^2; stayed] <= rho^2 E[|S_l - S_*|^2; stayed] + R^2/d: T is rho-Lipschitz on the ball
(``derivative_stays_contracting_on_the_local_ball``), a step is unbiased and its noise at most R^2/d
(``one_step_noise_is_fourth_moment_gap_over_width``); delta is the starting distance.
Method: induction on depth; the recursion is an identity.
Guarantee: equality for every rho in [0, 1), delta, R, width and depth.
"""

from sympy import Symbol, oo

from proofs_check import Claim, Integers, Interval, Variable, equal
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.sources import DERIVED_HERE

rate, R = Symbol("rho", nonnegative=True), Symbol("R", positive=True)
delta = Symbol("delta", nonnegative=True)


def bound(depth):
    """The conclusion at a depth."""
    return rate ** (2 * depth) * delta**2 + R**2 / (d * (1 - rate**2))


CLAIM = Claim(
    statement=equal(bound(L + 1), rate**2 * bound(L) + R**2 / d),
    domain=(
        Variable(rate, Interval(0, 1, right_open=True)),
        Variable(delta, Interval(0, oo)),
        Variable(R, Interval(0, oo, True, True)),
        Variable(d, Integers(1)),
        Variable(L, Integers(0)),
    ),
    source=DERIVED_HERE,
    title="Local theorem: the mean square solves its recursion",
)
