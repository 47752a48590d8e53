"""One claim for every built-in activation that declares some properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, sympify

from proofs_check.claim import Claim, ClaimError
from theory import activations as library
from theory.activations.base import Activation, Parity


def for_activations(
    make: Callable[[Activation], Claim],
    *,
    parity: Parity | None = None,
    homogeneity: int | Expr | None = None,
    linear_growth: bool | None = None,
    smooth: bool | None = None,
) -> tuple[Claim, ...]:
    """The claim `make(activation)` for every built-in activation with the properties asked for, named ``ID_ACTIVATION``.

    A statement about an arbitrary activation, with no property, has an undefined function in it instead: see `theory.Network`.

    Args:
        make: the claim about one activation.
        parity: even or odd.
        homogeneity: the degree a with sigma(s x) = s^a sigma(x) for s > 0.
        linear_growth: whether |sigma(x)| <= a0 + a1 |x| is declared.
        smooth: whether it declares no kinks.

    Raises:
        ClaimError: no built-in activation has them all.

    >>> from sympy import S
    >>> from proofs_check.statement import equal
    >>> from theory import GaussianLaw, GaussianMean
    >>> from theory.conventions import z
    >>> claims = for_activations(lambda a: Claim(equal(GaussianMean(a(z[0]), GaussianLaw(z[0])), S.Zero), id="mean"), parity=Parity.ODD)
    >>> claims[0].id.startswith("mean_"), len(claims) > 5
    (True, True)
    """
    found = []
    for name in library.names():
        activation = library.get(name)
        if (
            (parity is None or activation.parity is parity)
            and (homogeneity is None or activation.homogeneity == sympify(homogeneity))
            and (linear_growth is None or (activation.growth is not None) is linear_growth)
            and (smooth is None or (not activation.kinks) is smooth)
        ):
            claim = make(activation)
            found.append(replace(claim, id=f"{claim.id or 'claim'}_{name}"))
    if not found:
        raise ClaimError("no built-in activation has all these properties: ask for fewer")
    return tuple(found)
