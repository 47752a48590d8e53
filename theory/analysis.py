"""Everything known about one network with batch normalisation, under the keys of ``gramchain analyze``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sympy import Expr, nan, zoo

from theory.fluctuations import stationary_fluctuations
from theory.gradients import gradient_growth
from theory.linearization import condition_number, linearize
from theory.mean_field import fixed_point
from theory.network import Network, NetworkError

KEYS = ("b", "c", "mu", "eigenvalue_standard", "eigenvalue_pairs", "contraction_rate", "stable", "gradient_growth",
        "fluctuation_constant", "condition_number")  # fmt: skip

Entry: TypeAlias = Expr | tuple[None, str]


def analyze(network: Network) -> Mapping[str, Entry]:
    """Map each of `KEYS` to an expression, or to ``(None, reason)``.

    ``stable`` maps to ``1 - contraction_rate``: stable where that is positive.  ``fluctuation_constant`` is the
    formula tr V, which means something only where ``stable`` is positive.  ``oo`` stands for an infinite value.

    Raises:
        NetworkError: no batch normalisation, or epsilon > 0.

    >>> analyze(Network("identity", batch_size=4))["gradient_growth"]
    2
    """
    network.require_sphere()
    values: dict[str, Entry] = {}

    def attempt(key: str, compute: Callable[[], Entry]) -> None:
        try:
            values[key] = compute()
        except NetworkError as error:
            values[key] = (None, str(error))

    attempt("b", lambda: fixed_point(network).b)
    attempt("c", lambda: fixed_point(network).c)
    attempt("mu", lambda: fixed_point(network).mu)
    attempt("eigenvalue_standard", lambda: linearize(network).eigenvalue_standard)

    def pairs() -> Entry:
        linear = linearize(network)
        return (None, str(linear.pairs_reason)) if linear.eigenvalue_pairs is None else linear.eigenvalue_pairs

    attempt("eigenvalue_pairs", pairs)
    attempt("contraction_rate", lambda: linearize(network).contraction_rate)
    attempt("stable", lambda: linearize(network).stability_margin)
    attempt("gradient_growth", lambda: gradient_growth(network))

    def constant() -> Entry:
        value = stationary_fluctuations(network).fluctuation_constant
        if value.has(zoo, nan):
            return None, "an eigenvalue of the linearisation is exactly 1: fluctuations grow without limit"
        return value

    attempt("fluctuation_constant", constant)
    attempt("condition_number", lambda: condition_number(fixed_point(network)))
    return {key: values[key] for key in KEYS}
