r"""GELU: lambda_L is 0.946 at batch size 20 and 1.0146 at 50, beyond which the exchangeable fixed point repels.

Problem: centred batch normalisation at the exchangeable fixed point.
Method: enclosure of the sphere means.
Guarantee: both numbers to the digits shown.  The literature's fixed-point theory does not mention the instability; simulations at
such batch sizes leave G_*.
"""

from sympy import Abs, Max, Rational, S

from proofs_check import Claim, less
from theory import Network
from theory.linearization import linearize
from theory.sources import DERIVED_HERE

low, high = (linearize(Network("gelu", batch_size=n)).eigenvalue_standard for n in (20, 50))
misses = [
    Abs(low - Rational("0.946"), evaluate=False) / Rational("0.0005"),
    Abs(high - Rational("1.0146"), evaluate=False) / Rational("0.00006"),
]

CLAIM = Claim(
    statement=less(Max(*misses, evaluate=False), S.One),
    source=DERIVED_HERE,
    title="GELU: lambda_L from 0.946 to 1.0146",
)
