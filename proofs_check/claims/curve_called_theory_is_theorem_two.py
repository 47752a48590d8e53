r"""Refuted, as it must be: the curve that the figures call "theory" is not the seed's Theorem 2 with any constant.

Problem: the curve is 2 kappa [(1-alpha)^{l/2} + 0.25 n/(alpha sqrt d)] with alpha = 1/2 set by hand; the theorem's stationary term
is n d^{-1/2} alpha^{-1/2} ln^{1/2}(d/n).  Fit the constant at d = 1000, n = 10, the figures' setting.
Method: enclosure at another width of the figures.
Guarantee: the two shapes differ: the curve lacks the logarithm, so no constant serves two widths.
"""

from sympy import Integer, Rational, log, sqrt

from proofs_check import Choices, Claim, Variable, equal
from theory import Source
from theory.conventions import width as d

n, alpha = 10, Rational(1, 2)


def curve(width):
    """The plotted stationary term, over 2 kappa."""
    return Rational(1, 4) * n / (alpha * sqrt(width))


def theorem(width):
    """The theorem's stationary term, constant 1."""
    return n / sqrt(width) / sqrt(alpha) * sqrt(log(width / Integer(n)))


CLAIM = Claim(
    statement=equal(curve(d), curve(Integer(1000)) / theorem(Integer(1000)) * theorem(d)),
    domain=(Variable(d, Choices((50, 100, 200, 500, 1000))),),
    source=Source("joudaki2023", "the curve called theory in the authors' notebook"),
    title="The curve called theory is Theorem 2",
)
