r"""The seed's Theorem 2, cited with its unspecified constant K: open here at the step that places the invariant law at G_*.

Problem: ||G_L - G_*||_F = O(kappa (1-alpha)^{L/2} + n d^{-1/2} alpha^{-1/2} ln^{1/2}(d/n)) with high probability, alpha the
total-variation mixing rate (assumed), kappa the condition number; no constant is printed on the poster.  Here ReLU, n = 10, the
constant K and the failure probability p free symbols, both terms multiplied by K.
Method: the mixing assumption gives (1-alpha)^L; the rest needs the invariant law near G_*.
Guarantee: none.  Mixing says how fast the law settles, not where: E_pi G = E_pi F(G) is G_* only if pi concentrates.
``mixing_alone_does_not_place_the_invariant_law`` shows a network with regular G_* and linear growth that sits elsewhere at every
width; stability of G_* is what is missing, and with it docs/derivations/local_theorem.md, N6, proves a bound with constants.
"""

from sympy import Symbol, log, oo, sqrt

from proofs_check import (
    ChainProbability,
    Claim,
    Event,
    Hypothesis,
    Integers,
    Interval,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    Variable,
    at_least,
)
from proofs_check.methods import OpenStep
from theory import Network, Source
from theory.conventions import depth as L
from theory.conventions import width as d

n = 10
K, alpha, kappa, p = (Symbol(name, positive=True) for name in ("K", "alpha", "kappa", "p"))
bound = K * (kappa * (1 - alpha) ** (L / 2) + n / sqrt(d * alpha) * sqrt(log(d / n)))
event = Event(SquaredErrorToFixedPoint(), Relation.AT_MOST, bound**2)
STATEMENT = at_least(ChainProbability(event, Network("relu", batch_size=n), d, L), 1 - p)

CLAIM = Claim(
    statement=STATEMENT,
    domain=(
        *(Variable(v, Interval(0, oo, True, True)) for v in (K, kappa)),
        *(Variable(v, Interval(0, 1, True, True)) for v in (alpha, p)),
        Variable(d, Integers(n + 1)),
        Variable(L, Integers(1)),
    ),
    hypotheses=(
        Hypothesis("geometric mixing of the law at the rate alpha"),
        Hypothesis("K is the constant that Theorem 2 does not print"),
    ),
    steps=(
        ProofStep(
            "invariant_law_sits_at_the_fixed_point",
            STATEMENT,
            by=OpenStep(
                "mixing fixes how fast the law settles, not where: that pi concentrates at G_* does not follow from it"
            ),
        ),
    ),
    source=Source("joudaki2023", "Theorem 2 of the poster; no constants are printed anywhere"),
    title="Theorem 2 as cited, constants unspecified",
)
