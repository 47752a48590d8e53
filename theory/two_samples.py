r"""Two samples, linear network, uncentred batch normalisation: the mean-field map in closed form.

In the eigenbasis of G = [[q, c], [c, q]] (eigenvalues a = q + c, b = q - c) a row is (sqrt(a) g_1, sqrt(b) g_2), so

    E z_1 z_2 = E (a g_1^2 - b g_2^2)/(a g_1^2 + b g_2^2) = (1/pi) int (a - b t^2) / ((a + b t^2)(1 + t^2)) dt ,

with t = tan of the angle of (g_1, g_2), which is uniform.  The integrand is rational and decays like t^-2: its integral is
2 pi i times the sum of the residues in the upper half-plane, at i and at i sqrt(a/b).
"""

from __future__ import annotations

from sympy import Expr, I, Symbol, pi, residue, simplify, sqrt

from theory.expectation import BatchNormMean
from theory.network import NetworkError


def rational_integral(numerator: Expr, denominator: Expr, t: Symbol, poles: list[Expr]) -> Expr:
    """``(1/pi) int numerator/denominator dt`` over the line, from the residues at `poles`, all poles of the upper half-plane."""
    total = sum(residue(numerator / denominator, t, pole) for pole in poles)
    return simplify(2 * pi * I * total / pi)


def pair_mean(mean: BatchNormMean) -> Expr:
    """``E z_1 z_2`` for two samples of equal norm under uncentred batch normalisation.

    Args:
        mean: a `BatchNormMean` of the product of its two variables, with a 2 x 2 Gram matrix of equal diagonal entries.

    Raises:
        NetworkError: another integrand, batch size or centring.

    >>> from sympy import Symbol
    >>> from theory.conventions import z
    >>> from theory.expectation import BatchNormLaw
    >>> c = Symbol("c", real=True)
    >>> pair_mean(BatchNormMean(z[0] * z[1], BatchNormLaw(z[:2], (0, 1), [[1, c], [c, 1]], False)))
    (-sqrt(1 - c) + sqrt(c + 1))/(sqrt(1 - c) + sqrt(c + 1))
    """
    law = mean.law
    if law.centered or law.gram.rows != 2 or len(law.variables) != 2:
        raise NetworkError("the closed form is for two samples under uncentred batch normalisation")
    if mean.expression != law.variables[0] * law.variables[1] or law.gram[0, 0] != law.gram[1, 1]:
        raise NetworkError("the closed form is for the product of the two coordinates, samples of equal norm")
    a, b, t = Symbol("a", positive=True), Symbol("b", positive=True), Symbol("t")
    # poles as square roots of the eigenvalues, so that they stay simple for symbols
    form = rational_integral((a**2 - b**2 * t**2), (a**2 + b**2 * t**2) * (1 + t**2), t, [I, I * a / b])
    high, low = law.gram[0, 0] + law.gram[0, 1], law.gram[0, 0] - law.gram[0, 1]
    return form.xreplace({a: sqrt(high), b: sqrt(low)})
