r"""Exact moments of averages over d independent neurons.

Given G_l, an entry of G_{l+1} is an average ``(1/d) sum_r f(z^{(r)})`` over iid rows.  A product of k such averages expands
over the set partitions of its factors: rows that coincide share a mean, and d(d-1)...(d-b+1) choices of rows have exactly
b different ones,

    E prod_j avg(f_j) = d^{-k} sum_{partitions P} d(d-1)...(d-|P|+1) prod_{B in P} E prod_{j in B} f_j .
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Expr, Mul, S, sympify
from sympy.utilities.iterables import multiset_partitions

from theory.expectation import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean, Law, Mean, SphereLaw, SphereMean

_MEANS: dict[type[Law], type[Mean]] = {GaussianLaw: GaussianMean, SphereLaw: SphereMean, BatchNormLaw: BatchNormMean}


def mean_under(law: Law, expression: Expr) -> Mean:
    """The unevaluated mean of an expression, of the class that belongs to the law."""
    return _MEANS[type(law)](expression, law)


def average_moment(factors: Sequence[Any], law: Law, width: Any) -> Expr:
    """``E prod_j (1/d) sum_{r=1}^d f_j(z^(r))`` for iid rows z^(r) under `law`.

    Args:
        factors: expressions in the law's variables, one an average.
        law: the law of one row.
        width: d, a number or a symbol.

    Returns:
        An expression in d and unevaluated means.

    >>> from sympy import Symbol
    >>> z, d = Symbol("z", real=True), Symbol("d", positive=True)
    >>> sorted(map(str, average_moment([z, z], GaussianLaw(z), d).args))
    ['(d - 1)*E[z; z ~ N(0, 1)]**2/d', 'E[z**2; z ~ N(0, 1)]/d']
    """
    d = sympify(width)
    bodies = [sympify(f) for f in factors]
    total: Expr = S.Zero
    for partition in multiset_partitions(list(range(len(bodies)))):
        falling = Mul(*(d - i for i in range(len(partition))))
        total += (
            falling
            * Mul(*(mean_under(law, Mul(*(bodies[j] for j in block))) for block in partition))
            / d ** len(bodies)
        )
    return total
