r"""Linear network, centred: the sharp constant tr V = (n^2 - n^2/(n-1)) / (1 - ((n-1)/(n+1))^2), so d E||G_L - G_*||_F^2 -> tr V.

Problem: one layer adds noise of trace E||s||^4 - ||G_*||_F^2 = n^2 - n^2/(n-1) (||s||^2 = n always), all of it on centred matrices
of trace 0, where dF is (n-1)/(n+1) times the identity; depth sums a geometric series.
Method: moments of the sphere give the noise; the constant of the general theory, reduced on irreps for symbolic n, equals it over
1 - rho^2.
Guarantee: equality at every n >= 4: 16.67 at n = 4.
"""

from proofs_check import Claim, Integers, ProofStep, Variable, equal
from theory import Network, SphereLaw, SphereMean
from theory.conventions import batch_size as n
from theory.conventions import z
from theory.fluctuations import stationary_fluctuations
from theory.sources import DERIVED_HERE

x, y = z[:2]
one, two = SphereLaw(x, n), SphereLaw((x, y), n)
noise = (
    n * SphereMean(x**4, one)
    + n * (n - 1) * SphereMean(x**2 * y**2, two)
    - n * SphereMean(x**2, one) ** 2
    - n * (n - 1) * SphereMean(x * y, two) ** 2
)
gain = 1 - ((n - 1) / (n + 1)) ** 2
constant = stationary_fluctuations(Network("identity")).fluctuation_constant

CLAIM = Claim(
    statement=equal(constant, (n**2 - n**2 / (n - 1)) / gain),
    domain=(Variable(n, Integers(4)),),
    steps=(
        ProofStep("noise", equal(noise, n**2 - n**2 / (n - 1))),
        ProofStep("irreps", equal(constant, noise / gain)),
        ProofStep("constant", equal(noise / gain, (n**2 - n**2 / (n - 1)) / gain), uses=("noise", "irreps")),
    ),
    source=DERIVED_HERE,
    title="Identity: tr V for every n",
)
