"""The third suite: formulas that neither of the other two has, written without a look at the judge's methods.

Means over Gaussian laws and spheres, entries of the map, fixed points, eigenvalues, gradients, fluctuations, finite width with and
without normalisation, tails, correlation matrices, integers without end, limits.  Right sides were derived by hand, or, where no closed
form is known, are numbers that this file computes by sums over the circle and over product grids on spheres.
tests/proofs_check/sampled_sides.py compares left and right sides by sampling.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Heaviside,
    Integer,
    Limit,
    Max,
    Min,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    atan,
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
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
    uppergamma,
)

from proofs_check import (
    ChainMean,
    ChainProbability,
    CorrelationMatrices,
    Eigenvalue,
    Entry,
    EntryProduct,
    Event,
    Integers,
    Interval,
    Relation,
    Variable,
    at_least,
    at_most,
)
from proofs_check.finite_width.quantities import SquaredErrorToOrbit, Trace
from proofs_check.methods import InductionOnDepth
from tests.proofs_check.claim_suite import (
    ALL,
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
    arc,
    arc_n,
    b,
    c,
    d,
    linear,
    n,
    r,
    relu,
    sphere_pair,
    t,
    x,
    y,
)
from tests.proofs_check.independent_sums import circle, eigenvalues_on_a_sphere, fluctuations_at_three
from theory import (
    Activation,
    GaussianLaw,
    GaussianMean,
    Network,
    SphereLaw,
    SphereMean,
    fixed_point,
    gradient_growth,
    mean_field_map,
    stationary_fluctuations,
)
from theory.conventions import z
from theory.dual import slope_at_one, slope_at_zero
from theory.linearization import linearize
from theory.orthogonal import hermite_mean

s = Symbol("s", real=True)
k = Symbol("k", integer=True, nonnegative=True)
GE, GT = Relation.AT_LEAST, Relation.GREATER

unit, ray, inside = (Interval(0, 1), Interval(0, oo), Interval(Rational(-9, 10), Rational(9, 10)))
inner, upper = (Variable(c, inside),), (Variable(c, Interval(Rational(1, 10), Rational(9, 10))),)
rates, both = (Variable(b, Interval(-2, 2)),), (Variable(c, Interval(-1, 1)), Variable(t, Interval(-1, 1)))
triple = CorrelationMatrices(3)
c12, c13, c23 = (triple.matrix[place] for place in ((0, 1), (0, 2), (1, 2)))
psd = tuple(h.statement for h in triple.hypotheses)
theta = acos(c)
abs_n = 2 / pi * (sqrt(1 - r**2) + r * asin(r))
relu_squares_n = (n - 1) / (n + 1) / (2 * pi) * (3 * r * sqrt(1 - r**2) + (pi - acos(r)) * (1 + 2 * r**2))
c_relu, slope_relu = 2 * arc_n, 1 - acos(r) / pi
squeezed = (1 - sqrt(1 - c**2)) / c  # tanh(artanh(c)/2)
second, third = 1 + 2 / d, 1 - 1 / d
linear_net = Network("identity", None, n)
leaky = Network("leaky_relu", None, n)
alpha = Rational(1, 100)  # its slope on the left
three, two_flat = Network("identity", batch_size=3), Network("identity", "batch-uncentered", 2)
pair_start = ((S.One, S.Half), (S.Half, S.One))


def _two(activation):
    return mean_field_map(Network(activation, "batch-uncentered", 2), [[1, c], [c, 1]])


def _close(name, left, value, relation, right, domain=()):
    return Base(name, left, value, relation, right, domain)


def _given(name, left, relation, right, domain, given):
    return Base(name, left, left, relation, right, domain, None, given)


def _means():
    m = n - 1
    return (
        _equal("third_gauss_tilted_square", _gauss(x**2 * exp(b * x)), (1 + b**2) * exp(b**2 / 2), rates),
        _equal("third_gauss_elu", _gauss(Max(x, 0) + exp(Min(x, 0)) - 1),
               1 / sqrt(2 * pi) + exp(S.Half) * erfc(1 / sqrt(2)) / 2 - S.Half),
        _equal("third_gauss_shifted_relu", _gauss(Max(x - b, 0)), exp(-(b**2) / 2) / sqrt(2 * pi) - b * erfc(b / sqrt(2)) / 2, rates),
        _equal("third_gauss_absolute_moment", _gauss(Abs(x) ** k), sqrt(2) ** k * gamma((k + 1) / 2) / sqrt(pi),
               (Variable(k, Integers(0)),)),
        _equal("third_gauss_stein_for_tanh", _gauss(x * tanh(x)) / _gauss(1 - tanh(x) ** 2), S.One),
        _equal("third_gauss_erf_slope_of_any_scale", _gauss(x * erf(b * x)), 2 * b / sqrt(pi * (1 + 2 * b**2)), rates),
        _equal("third_gauss_stein_for_sine", _gauss(x * sin(b * x)), b * exp(-(b**2) / 2), rates),
        _equal("third_gauss_gabor", _gauss(exp(-(x**2) / 2) * cos(x)), exp(-Rational(1, 4)) / sqrt(2)),
        _equal("third_pair_signs", _pair(sign(x) * sign(y)), 2 / pi * asin(c), inner),
        _equal("third_pair_relu_and_step", _pair(relu(x) * Heaviside(y)), (1 + c) / (2 * sqrt(2 * pi)), inner),
        _equal("third_pair_relu_square_and_linear", _pair(relu(x) ** 2 * y), c * sqrt(2 / pi), CORRELATIONS),
        _equal("third_pair_absolute_and_square", _pair(Abs(x) * y**2), sqrt(2 / pi) * (1 + c**2), CORRELATIONS),
        _equal("third_pair_gelu", _pair(x * (1 + erf(x / sqrt(2))) / 2 * y * (1 + erf(y / sqrt(2))) / 2),
               c / 4 + (c * asin(c / 2) + 1 / sqrt(4 - c**2)) / (2 * pi), CORRELATIONS),
        _equal("third_pair_waves_of_two_rates", _pair(cos(t * x) * cos(b * y)), exp(-(t**2 + b**2) / 2) * cosh(t * b * c),
               (Variable(t, Interval(-2, 2)), *rates, *CORRELATIONS)),
        _equal("third_pair_linear_sines", _pair(x * sin(x) * y * sin(y)), exp(-1) * ((1 + c**2) * cosh(c) - c * sinh(c)), CORRELATIONS),
        _equal("third_pair_erf_of_any_scale", _pair(erf(b * x) * erf(b * y)), 2 / pi * asin(2 * b**2 * c / (1 + 2 * b**2)),
               (*rates, *CORRELATIONS)),
        _equal("third_pair_third_hermite", _pair((x**3 - 3 * x) * (y**3 - 3 * y)), 6 * c**3, CORRELATIONS),
        _equal("third_pair_relu_of_two_variances",
               GaussianMean(relu(x) * relu(y), GaussianLaw((x, y), [[4, 2 * c], [2 * c, 1]])),
               (sqrt(1 - c**2) + (pi - theta) * c) / pi, CORRELATIONS),
        _equal("third_pair_maximum", _pair(Max(x, y)), sqrt((1 - c) / pi), CORRELATIONS),
        Base("third_triple_squares", GaussianMean(x**2 * y**2 * z[2] ** 2, GaussianLaw(z[:3], triple.matrix)),
             1 + 2 * (c12**2 + c13**2 + c23**2) + 8 * c12 * c13 * c23, Relation.EQUAL,
             1 + 2 * (c12**2 + c13**2 + c23**2) + 8 * c12 * c13 * c23, triple.domain, None, psd),
        _equal("third_hermite_relu_four", hermite_mean("relu", 4), -1 / (4 * sqrt(3 * pi))),
        _equal("third_hermite_erf_three", hermite_mean("erf", 3), -2 * sqrt(2) / (9 * sqrt(pi))),
        _equal("third_hermite_gelu_two", hermite_mean("gelu", 2), 3 / (4 * sqrt(2 * pi))),
        _equal("third_hermite_exp_any", hermite_mean("exp", k), exp(S.Half) / sqrt(factorial(k)), (Variable(k, Integers(0)),)),
        _equal("third_hermite_sine_any", hermite_mean("sin", k), exp(-S.Half) * sin(pi * k / 2) / sqrt(factorial(k)),
               (Variable(k, Integers(0)),)),
        _equal("third_sphere_relu", SphereMean(relu(x), SphereLaw(x, n)), sqrt(m) * gamma(m / 2) / (2 * sqrt(pi) * gamma(n / 2)), BATCHES),
        _equal("third_sphere_absolute_cube", SphereMean(Abs(x) ** 3, SphereLaw(x, n)),
               sqrt(m**3) * gamma(m / 2) / (sqrt(pi) * gamma((m + 3) / 2)), BATCHES),
        _equal("third_sphere_absolute_pair", SphereMean(Abs(x) * Abs(y), sphere_pair), abs_n, BATCHES),
        _equal("third_sphere_step_pair", SphereMean(Heaviside(x) * Heaviside(y), sphere_pair), (pi - acos(r)) / (2 * pi), BATCHES),
        _equal("third_sphere_relu_squares", SphereMean(relu(x) ** 2 * relu(y) ** 2, sphere_pair), relu_squares_n, BATCHES),
        _equal("third_sphere_four_coordinates", SphereMean(z[0] * z[1] * z[2] * z[3], SphereLaw(z[:4], n)), 3 / (n**2 - 1), WIDE),
        _equal("third_sphere_pairs_moment_of_squares",
               SphereMean(z[0] ** 2 * z[2] ** 2 * (z[0] - z[1]) * (z[2] - z[3]), SphereLaw(z[:4], n)),
               -4 * n**2 / ((n + 3) * (n**2 - 1)), WIDE),
        _equal("third_flat_sixth", SphereMean(x**6, SphereLaw(x, n, False)), 15 * n**2 / ((n + 2) * (n + 4)), BATCHES),
        *(_equal(f"third_sphere_mean_of_odd_{name}", SphereMean(Network(name).activation(x), SphereLaw(x, n)), S.Zero, BATCHES)
          for name in ("softsign", "arctan")),
    )  # fmt: skip


def _layers():
    ratio = sqrt((1 + 2 * t) / 3)
    exchangeable = [[1, c, c], [c, 1, c], [c, c, 1]]
    growth = ((n - 2) / 2 + (pi - acos(r)) / (2 * pi) + arc_n) / ((S.Half - arc_n) * (n - 3))
    mu_square = 2 * n * (n - 2) / (n**2 - 1)
    growth_square = (4 * (n - 1) - 12 * (n - 1) / (n + 1) - 4 / (n - 1) + 4 * ((n - 1) ** 2 + 2) / (n**2 - 1)) / (
        mu_square * (n - 3)
    )
    square_standard, square_pairs = 2 * (n - 3) * (n - 1) / ((n - 2) * (n + 3)), 2 * (n - 1) / ((n - 2) * (n + 3))
    square, absolute = linearize(Network("x^2")), linearize(Network("abs"))
    tanh4, sin4 = (linearize(Network(a, batch_size=4)) for a in ("tanh", "sin"))
    at4 = {name: eigenvalues_on_a_sphere(name) for name in ("tanh", "sin")}
    flat_constant = (n**2 - n) * (n + 2) ** 2 / (4 * (n + 1))
    return (
        _equal("third_map_absolute_of_two", _two("abs")[0, 1], 2 * asin(c) / (pi * c), upper),
        _equal("third_map_relu_of_two", _two("relu")[0, 1], (2 * asin(c) / (pi * c) + squeezed) / 4, upper),
        _equal("third_map_square_of_two", _two("x^2")[0, 1], (1 + squeezed**2) / 2, upper),
        _equal("third_map_square_of_two_diagonal", _two("x^2")[0, 0], (3 - squeezed**2) / 2, upper),
        _equal("third_map_step_of_two", _two("step")[0, 1], (pi - theta) / (2 * pi), upper),
        _equal("third_map_identity_of_three", mean_field_map(three, [[1, 0, 0], [0, 1, 0], [0, 0, t]])[2, 2], 2 * ratio / (1 + ratio),
               (Variable(t, Interval(Rational(1, 10), 10)),)),
        _equal("third_map_of_an_exchangeable_start", mean_field_map(Network("relu", batch_size=3), exchangeable)[0, 1],
               (sqrt(3) / 2 - pi / 6) / (2 * pi), (Variable(c, Interval(Rational(-2, 5), Rational(9, 10))),)),
        _equal("third_fixed_square_mu", fixed_point(Network("x^2")).mu, mu_square, BATCHES),
        _equal("third_fixed_absolute_limit", Limit(fixed_point(Network("abs")).c, n, oo), 2 / pi),
        _close("third_fixed_gelu_of_three", fixed_point(Network("gelu", batch_size=3)).b, circle("gelu", "b"), LT, Rational(2, 5)),
        _equal("third_eigenvalue_relu_standard", linearize(Network("relu")).eigenvalue_standard,
               ((n - 2) * (1 - c_relu) + n * slope_relu / (n - 1)) / ((n + 1) * (1 - c_relu)), BATCHES),
        _equal("third_eigenvalue_absolute_pairs", absolute.eigenvalue_pairs, n * 2 / pi * asin(r) / ((n + 1) * (1 - abs_n)), WIDE),
        _equal("third_eigenvalue_square_standard", square.eigenvalue_standard, square_standard, BATCHES),
        _close("third_eigenvalue_tanh_pairs_of_four", tanh4.eigenvalue_pairs, at4["tanh"][1], LT, Rational(3, 4)),
        _close("third_eigenvalue_tanh_standard_of_four", tanh4.eigenvalue_standard, at4["tanh"][0], GT, S.Half),
        _close("third_eigenvalue_sine_of_four_order", sin4.eigenvalue_standard - sin4.eigenvalue_pairs, at4["sin"][0] - at4["sin"][1],
               LT, S.Zero),
        _close("third_square_is_stable_to_seven", square.contraction_rate, Max(square_standard, square_pairs), LT, S.One,
               (Variable(n, Integers(4, 7)),)),
        _close("third_square_is_unstable_from_eight", square.eigenvalue_standard, square_standard, GT, S.One,
               (Variable(n, Integers(8)),)),
        _equal("third_eigenvalue_square_limit", Limit(square.eigenvalue_standard, n, oo), S(2)),
        _equal("third_eigenvalue_absolute_limit", Limit(absolute.eigenvalue_standard, n, oo), S.One),
        _equal("third_growth_absolute_limit", Limit(gradient_growth(Network("abs")), n, oo), pi / (pi - 2)),
        _equal("third_growth_relu", gradient_growth(Network("relu")), growth, WIDE),
        _equal("third_growth_square", gradient_growth(Network("x^2")), growth_square, WIDE),
        _close("third_growth_relu_above_its_limit", gradient_growth(Network("relu")), growth, GT, pi / (pi - 1), WIDE),
        _equal("third_fluctuations_flat_identity", stationary_fluctuations(Network("identity", "batch-uncentered")).fluctuation_constant,
               flat_constant, BATCHES),
        _close("third_fluctuations_tanh_of_three", stationary_fluctuations(Network("tanh", batch_size=3)).fluctuation_constant,
               fluctuations_at_three("tanh"), LT, Rational(3, 2)),
        _close("third_fluctuations_erf_of_three", stationary_fluctuations(Network("erf", batch_size=3)).fluctuation_constant,
               fluctuations_at_three("erf"), GT, Rational(21, 10)),
        _close("third_slope_at_one_of_erf", slope_at_one("erf"), 2 / (sqrt(5) * asin(Rational(2, 3))), GT, Rational(6, 5)),
        _equal("third_slope_at_one_of_sine", slope_at_one("sin"), cosh(1) / sinh(1)),
        _equal("third_slope_at_zero_of_gelu", slope_at_zero("gelu"), 1 / (Rational(4, 3) + 2 / (sqrt(3) * pi))),
    )  # fmt: skip


def _finite_width():
    sigma = Activation.arbitrary()
    leaky_second, leaky_fourth = (1 + alpha**2) / 2, 3 * (1 + alpha**4) / 2
    off = ChainMean(EntryProduct(Entry(0, 1), Entry(0, 1)), Network("identity", batch_size=n), d, 1)
    return (
        _equal("third_one_step_absolute_noise", ChainMean(SquaredErrorToOrbit(), Network("abs", batch_size=n), d, 1),
               (n**2 - n - n * (n - 1) * abs_n**2) / d, (*BATCHES, *WIDTHS)),
        _equal("third_one_step_relu_noise", ChainMean(SquaredErrorToOrbit(), Network("relu", batch_size=n), d, 1),
               (3 * n * (n - 1) / (2 * (n + 1)) + n * (n - 1) * relu_squares_n - n / 4 - n * (n - 1) * arc_n**2) / d, (*BATCHES, *WIDTHS)),
        _equal("third_one_step_square_of_an_entry", off, r**2 + (((n - 1) ** 2 + 2) / (n**2 - 1) - r**2) / d, (*BATCHES, *WIDTHS)),
        _equal("third_one_step_square_trace", ChainMean(Trace(), Network("x^2", batch_size=n), d, 1), 3 * n * (n - 1) / (n + 1),
               (*BATCHES, *WIDTHS)),
        _equal("third_one_step_flat_absolute", ChainMean(Entry(0, 1), Network("abs", "batch-uncentered", n), d, 1), 2 / pi,
               (*BATCHES, *WIDTHS)),
        _equal("third_one_step_of_any_activation",
               ChainMean(Entry(0, 0), Network(sigma, batch_size=n), d, 1) - SphereMean(sigma(x) ** 2, SphereLaw(x, n)),
               S.Zero, (*BATCHES, *WIDTHS)),
        _equal("third_linear_product_of_norms", ChainMean(EntryProduct(Entry(0, 0), Entry(1, 1)), linear_net, d, L),
               (second**L + 2 * third**L) / 3, ALL, InductionOnDepth()),
        _equal("third_linear_correlated_start",
               ChainMean(EntryProduct(Entry(0, 1), Entry(0, 1)), Network("identity", None, 2), d, L, pair_start),
               second**L / 2 - third**L / 4, DEPTHS, InductionOnDepth()),
        _equal("third_leaky_square", ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), leaky, d, L),
               (leaky_second**2 + (leaky_fourth - leaky_second**2) / d) ** L, ALL, InductionOnDepth()),
        _equal("third_linear_orbit_of_half_the_variance", ChainMean(SquaredErrorToOrbit(), Network("identity", None, n, S.Half), d, L),
               linear / 4**L, ALL, InductionOnDepth()),
        _equal("third_relu_trace", ChainMean(Trace(), Network("relu", None, n, 2), d, L), n, ALL, InductionOnDepth()),
        _close("third_tail_of_a_norm", ChainProbability(Event(Entry(0, 0), GE, S(2)), Network("identity", None, 2), 16, 1),
               uppergamma(8, 16) / gamma(8), LE, Rational(1, 20)),
        _close("third_tail_of_three_samples", ChainProbability(Event(SquaredErrorToOrbit(), GE, Rational(27, 8)), three, 2, 1),
               Rational(1, 3), LE, S.Half),
        _close("third_tail_of_two_samples", ChainProbability(Event(Entry(0, 1), GE, S.Half), two_flat, 1, 1), Rational(1, 3), LE,
               Rational(2, 5)),
        _close("third_mean_of_the_largest_eigenvalue", ChainMean(Eigenvalue(2), three, 2, 1), Rational(3, 2) * (1 + 2 / pi), LE,
               Rational(13, 5)),
    )  # fmt: skip


def _inequalities():
    def kernel(v):
        return (sqrt(1 - v**2) + (pi - acos(v)) * v) / pi

    poisson = (1 - s**2) / (1 - 2 * s * cos(t) + s**2)
    disc = (Variable(s, Interval(0, Rational(9, 10))), Variable(t, Interval(-3, 3)))
    return (
        _plain("third_mean_of_log_norm", polygamma(0, d / 2) + log(2 / d), LT, -1 / d, WIDTHS),
        _plain("third_variance_of_log_norm", 2 / d + 2 / d**2, LT, polygamma(1, d / 2), WIDTHS),
        _plain("third_error_grows_at_least_linearly", 3 * L / d, LE, second**L - third**L, DEPTHS),
        _plain("third_mills", erfc(t / sqrt(2)) / 2, LT, exp(-(t**2) / 2) / (t * sqrt(2 * pi)),
               (Variable(t, Interval(0, oo, True, True)),)),
        _plain("third_normal_tail", erfc(t / sqrt(2)), LE, exp(-(t**2) / 2), (Variable(t, ray),)),
        _plain("third_hoeffding_lemma", cosh(t), LE, exp(t**2 / 2), (Variable(t, ray),)),
        _plain("third_hoeffding_two_points", s * exp((1 - s) * t) + (1 - s) * exp(-s * t), LE, exp(t**2 / 8),
               (Variable(s, unit), Variable(t, Interval(-3, 3)))),
        _plain("third_chi_square_exponent", -log(1 - 2 * t) / 2 - t, LE, t**2 / (1 - 2 * t), (Variable(t, Interval(0, Rational(2, 5))),)),
        _plain("third_sine_dual_below_line", sinh(c) / sinh(1), LE, c, (Variable(c, unit),)),
        _plain("third_erf_dual_below_line", asin(2 * c / 3) / asin(Rational(2, 3)), LE, c, (Variable(c, unit),)),
        _plain("third_exponential_dual_above_line", c, LE, exp(c - 1), CORRELATIONS),
        _plain("third_relu_dual_above_line", c, LE, kernel(c), CORRELATIONS),
        _plain("third_relu_dual_is_midpoint_convex", 2 * kernel((c + t) / 2), LE, kernel(c) + kernel(t), both),
        _given("third_relu_dual_increases", arc, LE, arc.subs(c, t), both, (at_most(c, t),)),
        _plain("third_poisson_kernel", poisson, LE, (1 + s) / (1 - s), disc),
        _plain("third_halved_distance", s, LE, 2 * s / (1 + s**2), (Variable(s, unit),)),
        _plain("third_growth_decreases", (n - 1) / (n - 2), LT, (n - 2) / (n - 3), WIDE),
        _plain("third_relu_correlation_below_limit", c_relu, LT, 1 / pi, BATCHES),
        _plain("third_gautschi", gamma(d + S.Half) / gamma(d), LT, sqrt(d), WIDTHS),
        _plain("third_arc_tangent_of_a_ratio", atan(t), LE, pi / 2 - 1 / (1 + t), (Variable(t, ray),)),
        _plain("third_square_eigenvalue_grows", 2 * (n - 3) * (n - 1) / ((n - 2) * (n + 3)), LT,
               2 * (n - 2) * n / ((n - 1) * (n + 4)), BATCHES),
        _plain("third_noise_of_identity", n**2 - n**2 / (n - 1), LE, n**2 - n, BATCHES),
        _given("third_three_correlations", -Rational(3, 2), LE, c12 + c13 + c23, triple.domain, psd),
        _given("third_three_correlations_of_mixed_signs", c12 + c13 - c23, LE, Rational(3, 2), triple.domain, psd),
        _given("third_cosine_of_a_sum", c12 * c13 - sqrt((1 - c12**2) * (1 - c13**2)), LE, c23, triple.domain, psd),
        _given("third_twice_the_angle", 2 * c**2 - 1, LE, t, both, (at_least((1 - t) * (1 + t - 2 * c**2), 0),)),
        _given("third_error_in_the_regime", n**2 / d, LE, S.One, (Variable(n, Integers(1)), Variable(d, Integers(1))), (at_most(n**2, d),)),
        _given("third_contraction_sums", 1 / (1 - s**2), LE, 1 / (1 - t**2),
               (Variable(s, Interval(0, Rational(9, 10))), Variable(t, Interval(0, Rational(9, 10)))), (at_most(s, t),)),
        _plain("third_depth_uniform_sum", (1 - s ** (2 * L)) / (1 - s**2), LE, 1 / (1 - s**2),
               (Variable(s, Interval(0, Rational(9, 10))), Variable(L, Integers(0)))),
        _plain("third_integer_powers", (1 + 1 / d) ** d, LT, Integer(3), WIDTHS),
    )  # fmt: skip


THIRD = (*_means(), *_layers(), *_finite_width(), *_inequalities())
