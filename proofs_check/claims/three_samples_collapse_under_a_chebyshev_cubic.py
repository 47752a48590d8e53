r"""n = 3: being non-constant is not enough for mu > 0: sigma(x) = x^3 - 3x/2 takes three equal values on every normalised row.

Problem: three numbers of sum 0 and square sum 3 solve t^3 - 3t/2 = product; sigma is sqrt(2) T_3(x/sqrt 2)/2.
Method: moments of the circle.
Guarantee: b = bc, so that mu = b(1-c) = 0, and the next layer has nothing to normalise.
"""

from proofs_check import Claim, equal
from theory import SphereLaw, SphereMean
from theory.conventions import z
from theory.sources import DERIVED_HERE

f, g = (v**3 - 3 * v / 2 for v in z[:2])

CLAIM = Claim(
    statement=equal(SphereMean(f**2, SphereLaw(z[0], 3)), SphereMean(f * g, SphereLaw(z[:2], 3))),
    source=DERIVED_HERE,
    title="n = 3: mu = 0 for x^3 - 3x/2",
)
