"""A sphere mean of three or four coordinates as a number with an estimate of its error, kinks and jumps anywhere."""

from __future__ import annotations

from functools import lru_cache

import mpmath
import numpy as np
from sympy import Expr, Symbol, sqrt

from numerics.digit_means.row_integrals import MOST_PLACES, row_means
from numerics.digit_means.rules import Estimate
from numerics.errors import EvaluationError
from numerics.formulas.pieces import analytic_pieces
from numerics.lowering import LoweringError, lower_activation
from theory.conventions import x

METHOD = "Laplace integrals of a row in float64"


def several_coordinates(functions: tuple[Expr, ...], variable: Symbol, n: int, centered: bool) -> Estimate:
    """``E f_1(z_1) ... f_k(z_k)``, 3 <= k <= 4, about 13 digits whatever is asked for.

    Raises:
        EvaluationError: more coordinates, or a function that is not finite on twice the support.
    """
    if len(functions) > MOST_PLACES:
        raise EvaluationError(f"no evaluation of a sphere mean of {len(functions)} coordinates yet")
    try:
        value, error = _found(tuple(f.xreplace({variable: x}) for f in functions), n, centered)
    except (LoweringError, ValueError) as failure:
        raise EvaluationError(f"no evaluation of this mean of {len(functions)} coordinates: {failure}") from failure
    return Estimate(mpmath.mpf(value), mpmath.mpf(error))


@lru_cache(maxsize=256)
def _found(functions: tuple[Expr, ...], n: int, centered: bool) -> tuple[float, float]:
    distinct = list(dict.fromkeys(functions))
    edge = sqrt(2 * n)
    kinks = sorted({float(p.lower) for f in distinct for p in analytic_pieces(f, x, -edge, edge)[1:]})
    lowered = [lower_activation(f) for f in distinct]

    def values(points: np.ndarray) -> np.ndarray:
        return np.stack([np.broadcast_to(np.asarray(f(points), dtype=float), points.shape) for f in lowered])

    places = tuple(distinct.index(f) for f in functions)
    found = row_means(n, None if centered else 0.0, values, kinks, [(places, 0)])
    return float(found.fine[0]), float(found.error[0])
