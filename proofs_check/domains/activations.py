"""One claim for every activation of a finite list that declares some properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sympy import Expr, sympify

from proofs_check.claim import Claim, ClaimError
from theory import activations as library
from theory.activations.base import Activation, Parity


def for_activations(
    make: Callable[[Activation], Claim],
    *,
    among: Iterable[Activation | str] | None = None,
    parity: Parity | None = None,
    homogeneity: int | Expr | None = None,
    linear_growth: bool | None = None,
    smooth: bool | None = None,
) -> tuple[Claim, ...]:
    """The claim `make(activation)` for every activation of a finite list with the properties asked for, named ``ID_ACTIVATION``.

    The list is what is quantified over, and nothing else: verdicts on these claims say nothing about an activation outside it, even
    one of the same properties.  A statement about an arbitrary activation has an undefined function in it instead: see `theory.Network`.

    Args:
        make: the claim about one activation.
        among: the list: activations, your own too, or names of built-in ones; every built-in activation if omitted.
        parity: even or odd.
        homogeneity: the degree a with sigma(s x) = s^a sigma(x) for s > 0.
        linear_growth: whether |sigma(x)| <= a0 + a1 |x| is declared.
        smooth: whether it declares no kinks.

    Returns:
        One claim an activation, in the order of the list, its title saying so, and the verdict's `rests_on` naming the list;
        properties are those an `Activation` declares, which it checks when built.

    Raises:
        ClaimError: no activation of the list has them all; two activations of one name, which the claims could not be told apart by.
        ActivationError: a name that no built-in activation has.

    >>> from sympy import S
    >>> from proofs_check.statement import equal
    >>> from theory import GaussianLaw, GaussianMean
    >>> from theory.conventions import z
    >>> claims = for_activations(lambda a: Claim(equal(GaussianMean(a(z[0]), GaussianLaw(z[0])), S.Zero), id="mean"), parity=Parity.ODD)
    >>> claims[0].id.startswith("mean_"), len(claims) > 5
    (True, True)
    """
    listed = [library.get(a) if isinstance(a, str) else a for a in (library.names() if among is None else among)]
    kept = [
        a
        for a in listed
        if (parity is None or a.parity is parity)
        and (homogeneity is None or a.homogeneity == sympify(homogeneity))
        and (linear_growth is None or (a.growth is not None) is linear_growth)
        and (smooth is None or (not a.kinks) is smooth)
    ]
    if not kept:
        whose = "built-in activation" if among is None else "activation of the list"
        raise ClaimError(f"no {whose} has all these properties: ask for fewer")
    names = [a.name for a in kept]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ClaimError(f"two activations of the list are called {twice!r}: give each its own name")
    claims = [(make(a), a.name) for a in kept]
    scope = f"of a list of {len(kept)}" if len(kept) > 1 else "alone"
    return tuple(
        replace(
            claim,
            id=f"{claim.id or 'claim'}_{name}",
            title=f"{claim.title or claim.id or 'claim'}: {name}, {scope}",
            among=tuple(names),
        )
        for claim, name in claims
    )
