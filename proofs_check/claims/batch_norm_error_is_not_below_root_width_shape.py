r"""The shape K n/sqrt(d) of the stationary error is sharp in the width: on held-out widths the error is not below it either.

Problem, method: as in ``batch_norm_error_has_root_width_shape``, with the same fit.
Guarantee: P[ ||G_20 - G_*||_F^2 <= K^2 n^2/d ] < 0.56 at widths 40, 96 and 384.
"""

from sympy import Rational

from proofs_check import Claim, ProofStep, less
from proofs_check.claims.batch_norm_error_has_root_width_shape import DOMAIN, FIT, inside
from proofs_check.methods import Simulation
from theory import Source

STATEMENT = less(inside, Rational(56, 100))

CLAIM = Claim(
    statement=STATEMENT,
    domain=DOMAIN,
    steps=(ProofStep("held_out_widths", STATEMENT, by=Simulation(networks=16_000)),),
    fits=(FIT,),
    source=Source("joudaki2023", "Theorem 2 of the poster: the term n/sqrt(d)"),
    title="With BN: error is not below the fitted K n/sqrt(d)",
)
