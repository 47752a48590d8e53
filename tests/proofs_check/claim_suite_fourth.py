"""The fourth suite: truths that a theorist of wide networks meets, written before the methods that were then added for such truths.

Means with a threshold or a degree as a symbol, Stein's identity, ratios of gamma functions for norms of Gaussian vectors, powers of
``1 + a/d``, inequalities that are equalities at a point inside, or along a diagonal, and correlation matrices.  Right sides were derived
by hand or stand in the literature; tests/proofs_check/claim_suite.py decides by mpmath whether a changed claim is true.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Heaviside,
    Rational,
    S,
    acos,
    asin,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factorial,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    sqrt,
    tanh,
)
from sympy.functions.special.polynomials import hermite_prob

from proofs_check import Integers, Interval, Relation, Variable, at_most
from tests.proofs_check.claim_suite import (
    BATCHES,
    CORRELATIONS,
    DEPTHS,
    LE,
    LT,
    WIDE,
    WIDTHS,
    Base,
    L,
    _equal,
    _gauss,
    _pair,
    _plain,
    b,
    c,
    d,
    n,
    relu,
    t,
    x,
    y,
)
from tests.proofs_check.claim_suite_third import c12, c13, c23, k, psd, rates, s, squeezed, triple, upper
from theory import GaussianLaw, GaussianMean, Network, linearize, mean_field_map
from theory.conventions import z
from theory.orthogonal import hermite_mean

GT, GE = Relation.GREATER, Relation.AT_LEAST
positive = (Variable(t, Interval(0, oo, True, True)),)
line = (Variable(t, Interval(-3, 3)),)
degrees = (Variable(k, Integers(0)),)
pairs = (Variable(s, Interval(0, 3)), Variable(t, Interval(0, 3)))
flat = Network("identity", "batch-uncentered", 2)
density, tail = exp(-(b**2) / 2) / sqrt(2 * pi), erfc(b / sqrt(2)) / 2


def _means():
    return (
        _equal("fourth_threshold_square", _gauss(relu(x - b) ** 2), (1 + b**2) * tail - b * density, rates),
        _equal("fourth_threshold_distance", _gauss(Abs(x - b)), 2 * density + b * erf(b / sqrt(2)), rates),
        _equal("fourth_threshold_truncated_mean", _gauss(x * Heaviside(x - b)), density, rates),
        _equal("fourth_threshold_tilted", _gauss(exp(x) * Heaviside(x - b)), exp(S.Half) * erfc((b - 1) / sqrt(2)) / 2, rates),
        Base("fourth_threshold_bound", _gauss(relu(x - 1)), exp(-S.Half) / sqrt(2 * pi) - erfc(1 / sqrt(2)) / 2, LT,
             exp(-S.Half) / sqrt(8 * pi)),
        _equal("fourth_stein_softplus", _gauss((x**2 - 1) * log(1 + exp(x))) - _gauss(exp(x) / (1 + exp(x)) ** 2), S.Zero),
        _equal("fourth_stein_cubic_of_tanh", _gauss((x**3 - 3 * x) * tanh(x)) - _gauss((x**2 - 1) * (1 - tanh(x) ** 2)), S.Zero),
        _equal("fourth_degree_cosine", hermite_mean("cos", k), exp(-S.Half) * cos(pi * k / 2) / sqrt(factorial(k)), degrees),
        _equal("fourth_degree_exponential_rate", _gauss(exp(b * x) * hermite_prob(k, x)), b**k * exp(b**2 / 2),
               (Variable(b, Interval(Rational(1, 10), 2)), *degrees)),
        _equal("fourth_degree_of_pairs", _pair(hermite_prob(k, x) * hermite_prob(k, y)), factorial(k) * c**k,
               (*degrees, Variable(c, Interval(Rational(1, 10), Rational(9, 10))))),
        Base("fourth_triple_mixed", GaussianMean(x * y * z[2] ** 2, GaussianLaw(z[:3], triple.matrix)), c12 + 2 * c13 * c23,
             Relation.EQUAL, c12 + 2 * c13 * c23, triple.domain, None, psd),
        _equal("fourth_map_identity_of_two", mean_field_map(flat, [[1, c], [c, 1]])[0, 1], squeezed, upper),
    )  # fmt: skip


def _widths():
    chi = sqrt(2 / d) * gamma((d + 1) / 2) / gamma(d / 2)
    relu_rates = linearize(Network("relu"))
    return (
        _plain("fourth_watson", sqrt(d - Rational(1, 4)), LT, gamma(d + S.Half) / gamma(d), WIDTHS),
        _plain("fourth_norm_of_a_gaussian_vector", chi, LT, S.One, WIDTHS),
        _plain("fourth_norm_of_a_gaussian_vector_below", 1 - 1 / (2 * d), LT, chi, WIDTHS),
        _plain("fourth_digamma_above", polygamma(0, d), LT, log(d) - 1 / (2 * d), WIDTHS),
        _plain("fourth_digamma_below", log(d) - 1 / d, LE, polygamma(0, d), WIDTHS),
        _plain("fourth_trigamma", polygamma(1, d), LT, 1 / d + 1 / d**2, WIDTHS),
        _plain("fourth_power_below_inverse_e", (1 - 1 / d) ** d, LT, exp(-1), (Variable(d, Integers(2)),)),
        _plain("fourth_power_above_e", exp(1), LT, (1 + 1 / d) ** (d + 1), WIDTHS),
        _plain("fourth_power_below_exponential", (1 + 2 / d) ** L, LE, exp(2 * L / d), DEPTHS),
        _plain("fourth_power_above_line", 1 + 5 * L / d, LE, (1 + 5 / d) ** L, DEPTHS),
        _plain("fourth_power_of_a_contraction", 1 - L / d, LE, (1 - 1 / d) ** L, DEPTHS),
        _plain("fourth_relu_rate_below_one", relu_rates.eigenvalue_standard, LT, S.One, BATCHES),
        _plain("fourth_relu_pairs_below_standard", relu_rates.eigenvalue_pairs, LT, relu_rates.eigenvalue_standard, WIDE),
    )  # fmt: skip


def _touching():
    kernel = (sqrt(1 - c**2) + (pi - acos(c)) * c) / pi
    square = (Variable(c, Interval(-1, 1)), Variable(t, Interval(-1, 1)))
    rise = kernel.subs(c, t) - kernel
    entropy = s * log(s) + (1 - s) * log(1 - s)
    return (
        _plain("fourth_mills_below", t * exp(-(t**2) / 2) / ((1 + t**2) * sqrt(2 * pi)), LT, erfc(t / sqrt(2)) / 2, positive),
        _plain("fourth_log_cosh", log(cosh(t)), LE, t**2 / 2, line),
        _plain("fourth_divergence_of_variances", S.Zero, LE, t - 1 - log(t), positive),
        _plain("fourth_root_below_line", sqrt(1 + t), LE, 1 + t / 2, (Variable(t, Interval(-1, oo)),)),
        _plain("fourth_pinsker", 2 * (s - S.Half) ** 2, LE, log(2) + entropy, (Variable(s, Interval(0, 1, True, True)),)),
        _plain("fourth_softplus_below_parabola", log(1 + exp(t)), LE, log(2) + t / 2 + t**2 / 8, line),
        _plain("fourth_relu_dual_above_tangent", 1 / pi + c / 2, LE, kernel, CORRELATIONS),
        Base("fourth_relu_dual_is_lipschitz", rise, rise, LE, t - c, square, None, (at_most(c, t),)),
        _plain("fourth_two_means", sqrt(s * t), LE, (s + t) / 2, pairs),
        _plain("fourth_young", s * t, LE, s * log(s) - s + exp(t), (Variable(s, Interval(Rational(1, 10), 3)), *line)),
        _plain("fourth_erf_dual_above_tangent_at_one", 2 * (c - 1) / sqrt(5) + asin(Rational(2, 3)), LE, asin(2 * c / 3),
               (Variable(c, Interval(Rational(-1, 2), 1)),)),
        Base("fourth_three_correlations_square", (c12 + c13) ** 2, (c12 + c13) ** 2, LE, 2 * (1 + c23), triple.domain, None, psd),
        Base("fourth_three_angles", acos(c13), acos(c13), LE, acos(c12) + acos(c23), triple.domain, None, psd),
        _plain("fourth_angle_of_a_batch", asin(1 / (n + 1)), LT, 1 / n, BATCHES),
    )  # fmt: skip


FOURTH = (*_means(), *_widths(), *_touching())
