r"""The dual of a positively homogeneous function by one integral over the circle, as a witness.

(u, v) = (R cos t, R cos(t - t0)) with cos t0 = r, t uniform and R independent, ``E R^k = 2^(k/2) Gamma(1 + k/2)``; hence
``E f(u) f(v) = E R^(2a) (1/2 pi) int f(cos t) f(cos(t - t0)) dt`` for f of degree a.
"""

from __future__ import annotations

import itertools
from typing import Any

import mpmath


def homogeneous_dual(left: Any, right: Any, degree: Any, q1: Any, q2: Any, c: Any, digits: int = 30) -> Any:
    """``E f(u) f(v)`` for ``f(x) = right x^degree`` (x > 0), ``left |x|^degree`` (x < 0), by tanh-sinh quadrature.

    Args:
        left, right: the two coefficients, f(-1) and f(1).
        degree: above -1.
        q1, q2, c: variances and covariance, ``c^2 < q1 q2``.
        digits: working digits are three times as many: the integrand is singular at the rays.

    >>> mpmath.nstr(homogeneous_dual(0, 1, 1, 1, 1, mpmath.mpf(1) / 2), 10)
    '0.3044988905'
    """
    with mpmath.workdps(3 * digits + 15):
        left, right, a, q1, q2, c = (mpmath.mpmathify(e) for e in (left, right, degree, q1, q2, c))
        angle = mpmath.acos(c / mpmath.sqrt(q1 * q2))

        def f(y: Any) -> Any:
            return (right if y > 0 else left) * abs(y) ** a if y else mpmath.mpf(0)

        quarter = mpmath.pi / 2
        rays = sorted({-quarter, quarter, angle - quarter, angle + quarter})
        marks = [*rays, rays[0] + 2 * mpmath.pi]
        around = sum(
            (
                mpmath.quad(lambda t: f(mpmath.cos(t)) * f(mpmath.cos(t - angle)), pair)
                for pair in itertools.pairwise(marks)
            ),
            mpmath.mpf(0),
        )
        size = 2**a * mpmath.gamma(1 + a) * (q1 * q2) ** (a / 2)
        return size * around / (2 * mpmath.pi)
