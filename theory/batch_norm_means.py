r"""Means of a batch-normalised row at an arbitrary Gram matrix, where they reduce to simpler ones.

The row before normalisation is Gaussian with covariance C = M G M (centred) or G.

* C a multiple of the projection on its space: the row is uniform on a sphere, `SphereMean`.
* An integrand that ignores the length of the row (signs and steps of linear forms): the mean is Gaussian with covariance C.
* C of rank two, in a plane (n = 2 uncentred, n = 3 centred), and a polynomial: the direction psi of the row has
  ``E e^{2ik psi} = w^k``, ``w = (a - b + 2ih)/(a + b + 2 sqrt(ab - h^2))`` for C = [[a, h], [h, b]] in an orthonormal basis of the plane
  (docs/derivations/three_samples.md).
"""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    Heaviside,
    I,
    ImmutableDenseMatrix,
    Matrix,
    Poly,
    Rational,
    S,
    Symbol,
    binomial,
    cancel,
    expand,
    eye,
    ones,
    sign,
    simplify,  # fmt: skip
    sqrt,
)

from theory.expectation import BatchNormLaw, BatchNormMean, GaussianLaw, GaussianMean, SphereLaw, SphereMean


def reduced(mean: BatchNormMean) -> Expr:
    """The mean in simpler ones, or itself.

    >>> from sympy import Symbol
    >>> c, x, y = (Symbol(name, real=True) for name in "cxy")
    >>> reduced(BatchNormMean(sign(x) * sign(y), BatchNormLaw((x, y), (0, 1), [[1, c], [c, 1]], False)))
    E[sign(x)*sign(y); (x, y) ~ N(0, [[1, c], [c, 1]])]
    """
    law = mean.law
    covariance = row_covariance(law)
    if not mean.expression.has(*law.variables):
        return mean.expression
    if _is_isotropic(covariance, law.centered):
        return SphereMean(mean.expression, SphereLaw(law.variables, covariance.rows, law.centered))
    if _ignores_length(mean.expression, law.variables):
        places = list(law.indices)
        return GaussianMean(mean.expression, GaussianLaw(law.variables, covariance.extract(places, places)))
    if covariance.rows - int(law.centered) == 2 and mean.expression.is_polynomial(*law.variables):
        return _in_a_plane(mean, covariance)
    return mean


def row_covariance(law: BatchNormLaw) -> ImmutableDenseMatrix:
    """Of the row before it is divided by its norm."""
    gram = Matrix(law.gram)
    middle = eye(gram.rows) - (ones(gram.rows, gram.rows) / gram.rows if law.centered else 0 * eye(gram.rows))
    return ImmutableDenseMatrix((middle * gram * middle).applyfunc(expand))


def _is_isotropic(covariance: ImmutableDenseMatrix, centered: bool) -> bool:
    n = covariance.rows
    off = -Rational(1, n - 1) if centered else S.Zero
    own = covariance[0, 0]
    return own != 0 and all(
        cancel(covariance[i, j] - (own if i == j else off * own)) == 0 for i in range(n) for j in range(i, n)
    )


def _ignores_length(body: Expr, variables: tuple[Symbol, ...]) -> bool:
    """Whether the variables occur in signs and steps of linear forms without constant term alone."""
    parts = body.atoms(sign, Heaviside)
    if body.xreplace(dict.fromkeys(parts, S.One)).has(*variables):
        return False
    forms = [part.args[0] for part in parts if part.has(*variables)]
    return all(
        form.is_polynomial(*variables) and all(sum(powers) == 1 for powers, _ in Poly(form, *variables).terms())
        for form in forms
    )


def _in_a_plane(mean: BatchNormMean, covariance: ImmutableDenseMatrix) -> Expr:
    law, n = mean.law, covariance.rows
    if law.centered:
        basis = Matrix([[1, -1, 0], [1, 1, -2]])
        basis = Matrix([basis.row(0) / sqrt(2), basis.row(1) / sqrt(6)])
    else:
        basis = eye(2)
    flat = (basis * covariance * basis.T).applyfunc(simplify)
    a, b, h = flat[0, 0], flat[1, 1], flat[0, 1]
    below = a + b + 2 * sqrt(simplify(a * b - h**2))
    w, bar = (a - b + 2 * I * h) / below, (a - b - 2 * I * h) / below
    cosine, sine = Symbol("cosine"), Symbol("sine")
    row = basis.T * Matrix([cosine, sine]) * sqrt(n)
    body = mean.expression.xreplace({v: row[int(place)] for v, place in zip(law.variables, law.indices)})
    total: list[Expr] = []
    for (j, k), coefficient in Poly(body, cosine, sine).terms():
        # cos^j sin^k in powers of e^{i psi}; odd ones have mean zero
        for p in range(j + 1):
            for q in range(k + 1):
                power = j - 2 * p + k - 2 * q
                if power % 2 == 0:
                    weight = binomial(j, p) * binomial(k, q) * (-1) ** q / (S(2) ** (j + k) * I**k)
                    total.append(coefficient * weight * (w if power >= 0 else bar) ** (abs(power) // 2))
    return simplify(expand(Add(*total)))
