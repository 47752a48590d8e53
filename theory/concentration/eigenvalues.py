"""The seed's proposition on eigenvalues, from Weyl's and Hoffman-Wielandt's inequalities, constants written out."""

from __future__ import annotations

from sympy import Symbol

from theory.concentration.base import Bound, BoundKind, Hypothesis
from theory.sources import Source

distance = Symbol("delta", nonnegative=True)
square = Symbol("E2", nonnegative=True)
t = Symbol("t", positive=True)
n = Symbol("n", positive=True)


def eigenvalue_proposition() -> Bound:
    """Every one of the n - 1 eigenvalues of G_l that belong to mu = b(1-c) is within ``|G_l - G_*|`` of it (Weyl)."""
    return Bound(
        name="eigenvalue proposition",
        quantity=r"\max_{i<n} |\lambda_i(G_{\ell}) - b(1-c)|",
        kind=BoundKind.DISTANCE,
        formula=distance,
        hypotheses=(Hypothesis("distance", "|G_l - G_*|_op <= delta (any bound on the Frobenius norm will do)"),),
        trivial=n,
        validity="eigenvalues numbered so that the remaining one belongs to the all-ones direction of G_*",
        source=Source("joudaki2023", "proposition of the poster on the eigenvalues; proof by Weyl's inequality"),
    )


def eigenvalue_count() -> Bound:
    """The mean number of eigenvalues of M G_l M (on its n - 1 dimensions) further than t from mu is <= E|S_l - S_*|^2/t^2."""
    return Bound(
        name="eigenvalue count",
        quantity=r"\mathbb{E}\,\#\{i : |\lambda_i(S_{\ell}) - \mu| > t\}",
        kind=BoundKind.MEAN_SQUARE,
        formula=square / t**2,
        hypotheses=(Hypothesis("mean square", "E|S_l - S_*|_F^2 <= E2"),),
        trivial=n - 1,
        source=Source("hoffman1953", "Hoffman-Wielandt inequality, then Markov"),
    )
