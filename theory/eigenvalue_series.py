r"""The eigenvalues of the linearisation as Gegenbauer series, with bounded tails.

With ``sigma(sqrt(m) t) = sum a_k Q_k(t)`` in the orthonormal polynomials of the sphere in R^m, multiplication by t is a
three-term matrix, so every pair mean with a quadratic weight is a single sum over P_k(r), r the correlation of two
coordinates: ``E f_1 f_2 z_1 z_2 = m sum b_k^2 P_k(r)`` and ``E f_1 f_2 z_1^2 = m sum e_k a_k P_k(r)``, b and e the coefficients
of t sigma and t^2 sigma.
"""

from __future__ import annotations

from sympy import Expr, Poly, S, expand, sqrt

from theory.conventions import z
from theory.linearization import require_linearizable, tilt_weights
from theory.mean_field import row_law
from theory.network import Network, NetworkError
from theory.orthogonal import Series, gegenbauer_coefficient, gegenbauer_polynomial, harmonic_dimension
from theory.sphere_moments import moment


def _times_argument(coefficients: list[Expr], dimension: Expr) -> list[Expr]:
    """Coefficients of t f from those of f, one fewer."""
    m = dimension
    sizes = [harmonic_dimension(k, m) for k in range(len(coefficients))]

    def link(k: int) -> Expr:  # t Q_{k-1} = link(k) Q_k + link(k-1) Q_{k-2}
        j = k - 1
        ratio = S.One if j == 0 else (j + m - 2) / (2 * j + m - 2)
        return ratio * sqrt(sizes[j] / sizes[k])

    return [
        (link(k) * coefficients[k - 1] if k else S.Zero) + link(k + 1) * coefficients[k + 1]
        for k in range(len(coefficients) - 1)
    ]


def eigenvalue_series(network: Network, order: int) -> tuple[Series, Series | None]:
    """(eigenvalue_standard, eigenvalue_pairs) as truncated series; the pairs are None at n = 3.

    Args:
        network: centred batch normalisation, an integer batch size.
        order: last degree of sigma that is kept, at least 2.

    Returns:
        Two `Series` in means of one coordinate; ``|eigenvalue - partial_sum| <= tail`` (Cauchy-Schwarz and |P_k| <= 1).

    Raises:
        NetworkError: uncentred, a symbolic batch size, an order below 2, or no linearisation.
    """
    gram = require_linearizable(network)
    n = network.batch_size
    if not network.require_sphere().centered or not n.is_Integer:
        raise NetworkError(f"the series is for centred batch normalisation with an integer batch size, not {network!r}")
    if order < 2:
        raise NetworkError(f"the order of the series must be at least 2, not {order}")
    sigma, law = network.activation, row_law(network, 1)
    m, r = law.dimension, row_law(network, 2).correlation
    a = [gegenbauer_coefficient(sigma, k, law) for k in range(order + 1)]
    b = _times_argument(a, m)
    e = _times_argument(b, m)
    polynomials = [gegenbauer_polynomial(k, r, m) for k in range(order + 1)]
    square, fourth = (moment(sigma, law, (2,), z[0] ** p) / m ** (p // 2) for p in (2, 4))
    rest = [
        moment(sigma, law, (2,)) - sum(v**2 for v in a),
        square - sum(v**2 for v in b),
        fourth - sum(v**2 for v in e),
    ]
    plain = sum((v**2 * p for v, p in zip(a, polynomials)), S.Zero)
    crossed = m * sum((v**2 * p for v, p in zip(b, polynomials)), S.Zero)
    squared = m * sum((v * w * p for v, w, p in zip(e, a, polynomials)), S.Zero)

    def pair_mean(weight: Expr) -> tuple[Expr, Expr]:
        poly = Poly(expand(weight), z[0], z[1])
        constant, product = poly.coeff_monomial(1), poly.coeff_monomial(z[0] * z[1])
        squares = poly.coeff_monomial(z[0] ** 2) + poly.coeff_monomial(z[1] ** 2)
        tail = abs(constant) * rest[0] + abs(product) * m * rest[1] + abs(squares) * m * _mixed(a, rest)
        return constant * plain + product * crossed + squares * squared, tail

    weights = tilt_weights(network)
    half = 1 / (2 * gram.mu)
    value, tail = pair_mean(weights.standard[1, 0])
    standard = Series(
        half * (moment(sigma, law, (2,), expand(weights.standard[0, 0])) - 2 * value), 2 * half * tail, order
    )
    if n == 3:
        return standard, None
    value, tail = pair_mean(weights.pairs)
    return standard, Series(half * value, half * tail, order)


def _mixed(a: list[Expr], rest: list[Expr]) -> Expr:
    """Bound of ``sum_{k > order - 2} |e_k a_k|``: the two tails from degree order - 1 on, by Cauchy-Schwarz."""
    return sqrt((rest[0] + a[-1] ** 2 + a[-2] ** 2) * rest[2])
