r"""A pair of Gaussian coordinates with any nondegenerate covariance, for claims about duals.

``x = p g_1, y = q g_1 + t g_2`` with p, t > 0 has variances q1 = p^2 and q2 = q^2 + t^2 and covariance c = p q: every
nondegenerate pair, and the domain is a box.  `UNIT` is the same with p = 1, enough for homogeneous activations.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, Symbol, oo

from proofs_check.domains.domain import Interval, Variable
from theory.conventions import z
from theory.expectation import GaussianLaw, GaussianMean

p, t = (Symbol(name, positive=True) for name in "pt")
q = Symbol("q", real=True)
POSITIVE = Interval(S.Zero, oo, True, True)
REAL = Interval(-oo, oo)


@dataclass(frozen=True)
class Pair:
    """Variances, covariance and the domain of their parameters."""

    q1: Expr
    q2: Expr
    c: Expr
    domain: tuple[Variable, ...]

    def mean(self, body: Expr) -> GaussianMean:
        """``E body`` for a body in z1, z2."""
        return GaussianMean(body, GaussianLaw(z[:2], [[self.q1, self.c], [self.c, self.q2]]))


PAIR = Pair(p**2, q**2 + t**2, p * q, (Variable(t, POSITIVE), Variable(p, POSITIVE), Variable(q, REAL)))
UNIT = Pair(S.One, q**2 + t**2, q, (Variable(t, POSITIVE), Variable(q, REAL)))
