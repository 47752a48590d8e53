r"""sigma = id, two eigenvalues: int_0^oo a (1+at)^{-3/2} (1+bt)^{-1/2} dt = 2 sqrt a/(sqrt a + sqrt b): x' = n sqrt x/(sum of roots).

Problem: the Carlson integral of ``linear_eigenvalue_integrals_keep_the_trace``; its antiderivative is
2a/(b-a) sqrt((1+bt)/(1+at)), from 2a/(b-a) at t = 0 to 2a/(b-a) sqrt(b/a).
Method: differentiation of the antiderivative times (b - a).
Guarantee: equality for all a, b > 0, t >= 0; artanh of the relative gap is halved
(``two_linear_samples_halve_in_hyperbolic_distance``).
"""

from sympy import Symbol, oo, sqrt, symbols

from proofs_check import Claim, Interval, Variable, equal
from theory.sources import DERIVED_HERE

a, b = symbols("a b", positive=True)
t = Symbol("t", nonnegative=True)
antiderivative = 2 * a * sqrt(1 + b * t) / sqrt(1 + a * t)

CLAIM = Claim(
    statement=equal(antiderivative.diff(t), (b - a) * a / ((1 + a * t) ** 2 * sqrt((1 + b * t) / (1 + a * t)))),
    domain=(Variable(t, Interval(0, oo)), *(Variable(v, Interval(0, oo, True, True)) for v in (a, b))),
    source=DERIVED_HERE,
    title="Linear: two eigenvalues in closed form",
)
