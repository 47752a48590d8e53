r"""The seed's proposition on eigenvalues, by Weyl: the n - 1 lowest eigenvalues of G_L are within ||G_L - G_*||_op of mu.

Problem: ReLU, n = 10, d = 400, depth 20; G_* has mu on the complement of 1, below its top eigenvalue.
Method: simulation of the probability; |lambda_k(G) - lambda_k(G_*)| <= ||G - G_*||_op at once.
Guarantee: all of them are within (5/4) sqrt(n/d) of mu with probability above 0.9, the order that the proposition states.
"""

import numpy as np
from sympy import Rational, sqrt

from proofs_check import ChainProbability, Claim, Event, GramStatistic, ProofStep, Relation, greater
from proofs_check.methods import Simulation
from theory import Network, Source, fixed_point

N, WIDTH = 10, 400
network = Network("relu", batch_size=N)
MU = float(fixed_point(network).mu.evalf(17))


def spread(grams: np.ndarray) -> np.ndarray:
    """Largest distance of the lowest n - 1 eigenvalues to mu."""
    return np.max(np.abs(np.linalg.eigvalsh(grams)[:, :-1] - MU), axis=1)


quantity = GramStatistic("largest distance of the lowest eigenvalues to mu", spread, 0.0, None)
event = Event(quantity, Relation.AT_MOST, Rational(5, 4) * sqrt(Rational(N, WIDTH)))
STATEMENT = greater(ChainProbability(event, network, WIDTH, 20), Rational(9, 10))

CLAIM = Claim(
    statement=STATEMENT,
    steps=(ProofStep("simulated", STATEMENT, by=Simulation(networks=4000, first=500)),),
    source=Source("joudaki2023", "Proposition on eigenvalues of the poster"),
    title="Eigenvalues lie within 1.25 sqrt(n/d) of mu",
)
