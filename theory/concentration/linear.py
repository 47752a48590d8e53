r"""Linear activations without centring: the seed's Theorem 1 and the 2021 bound behind it.

V(H) = ``| H^T H/|H|_F^2 - I/n |_F`` is the orthogonality gap; it is at most sqrt(1 - 1/n).
"""

from __future__ import annotations

from sympy import Symbol, sqrt

from theory.concentration.base import Bound, BoundKind, Hypothesis
from theory.conventions import depth as L
from theory.conventions import width as d
from theory.sources import Source

alpha = Symbol("alpha", positive=True)
n = Symbol("n", positive=True)


def orthogonality_gap_2021() -> Bound:
    """``E V(H_{L+1}) <= 2 (1 - 2 alpha/3)^L + 3 n/(alpha sqrt d)``, identity activation, batch normalisation without centring.

    The proof uses a lower bound on the *squared* smallest singular value where the published statement has the value itself;
    the hypothesis below is the one the proof needs.
    """
    return Bound(
        name="orthogonality gap of linear networks (2021)",
        quantity=r"\mathbb{E}\,V(H_{L+1})",
        kind=BoundKind.DISTANCE,
        formula=2 * (1 - 2 * alpha / 3) ** L + 3 * n / (alpha * sqrt(d)),
        hypotheses=(
            Hypothesis("linear activation", "sigma is the identity"),
            Hypothesis("no centring", "batch normalisation divides by the root mean square only"),
            Hypothesis("singular values bounded below", "sigma_min(H_l)^2 >= alpha along the orbit (erratum: squared)"),
            Hypothesis("alpha admissible", "0 < alpha <= 1", lambda v: 0 < v["alpha"] <= 1),
        ),
        trivial=sqrt(1 - 1 / n),
        needs="sigma = id",
        source=Source("daneshmand2021", "the bound on the orthogonality gap, with the erratum of the proof"),
    )


def theorem_one() -> Bound:
    """The seed's Theorem 1: ``|G_l - G_*|_F = O(n/sqrt d)`` for linear sigma; no constant is given."""
    return Bound(
        name="Theorem 1",
        quantity=r"\|G_{\ell} - G_*\|_F",
        kind=BoundKind.DISTANCE,
        formula=None,
        hypotheses=(
            Hypothesis("linear activation", "sigma is the identity"),
            Hypothesis("regular fixed point", "G_* is non-degenerate: fails for centred BN, where G_* = n/(n-1) M"),
        ),
        needs="sigma = id",
        source=Source("joudaki2023", "Theorem 1 of the poster, O(n/sqrt d), constants unspecified"),
    )
