"""The held-out half of the suite: other formulas of the theory, mutated by the same rules from another seed.

No figure of the judge was tuned on these; the values stand in the literature or follow by hand, and mpmath decides what the
mutations are worth.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Heaviside,
    Integer,
    Max,
    Rational,
    S,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

from proofs_check import ChainMean, Entry, EntryProduct, Integers, Interval, Variable, at_least, at_most, greater, less
from proofs_check.finite_width.quantities import SquaredErrorToOrbit, Trace
from proofs_check.methods import InductionOnDepth
from tests.proofs_check.claim_suite import (
    ALL,
    BATCHES,
    CORRELATIONS,
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
    sphere_pair,
    t,
    x,
    y,
)
from theory import GaussianLaw, GaussianMean, Network, SphereLaw, SphereMean

s = c  # a second real variable
unit, square = (Variable(t, Interval(0, 1)),), (Variable(t, Interval(0, 1)), Variable(s, Interval(0, 1)))
inner = (Variable(c, Interval(Rational(-9, 10), Rational(9, 10))),)
theta = acos(c)
leaky = Max(x, x / 4), Max(y, y / 4)
flat, flat_pair = SphereLaw(x, n, False), SphereLaw((x, y), n, False)
vanilla, leaky_vanilla = Network("identity", None, n), Network("leaky_relu", None, n)

HELD_OUT = (
    _equal("pair_leaky", _pair(leaky[0] * leaky[1]),
           Rational(9, 32) / pi * (sqrt(1 - c**2) - theta * c) + Rational(17, 32) * c, CORRELATIONS),
    _equal("pair_abs", _pair(Abs(x) * Abs(y)), 2 / pi * (sqrt(1 - c**2) + c * asin(c)), CORRELATIONS),
    _equal("pair_step", _pair(Heaviside(x) * Heaviside(y)), (pi - theta) / (2 * pi), inner),
    _equal("pair_relu_squares", _pair(relu(x) ** 2 * relu(y) ** 2),
           (3 * c * sqrt(1 - c**2) + (pi - theta) * (1 + 2 * c**2)) / (2 * pi), CORRELATIONS),
    _equal("pair_exponentials", _pair(exp(x) * exp(y)), exp(1 + c), CORRELATIONS),
    _equal("pair_bells", _pair(exp(-(x**2)) * exp(-(y**2))), 1 / sqrt(9 - 4 * c**2), CORRELATIONS),
    _equal("pair_third_first", _pair(x**3 * y), 3 * c, CORRELATIONS),
    _equal("pair_fourth_second", _pair(x**4 * y**2), 3 + 12 * c**2, CORRELATIONS),
    _equal("pair_second_hermite", _pair((x**2 - 1) * (y**2 - 1)), 2 * c**2, CORRELATIONS),
    _equal("pair_sine_linear", _pair(sin(x) * y), c * exp(-S.Half), CORRELATIONS),
    _equal("pair_relu_linear", _pair(relu(x) * y), c / 2, CORRELATIONS),
    _equal("gauss_sine_square", _gauss(sin(x) ** 2), (1 - exp(-2)) / 2),
    _equal("gauss_cosine_square", _gauss(cos(b * x) ** 2), (1 + exp(-2 * b**2)) / 2, (Variable(b, Interval(-2, 2)),)),
    _equal("gauss_bell", _gauss(exp(-(x**2))), 1 / sqrt(3)),
    _equal("gauss_relu", _gauss(relu(x)), 1 / sqrt(2 * pi)),
    _equal("gauss_eighth", _gauss(x**8), Integer(105)),
    _equal("gauss_erf_square", _gauss(erf(x) ** 2), 2 / pi * asin(Rational(2, 3))),
    _equal("gauss_wide", GaussianMean(x**4, GaussianLaw(x, [[b**2 + 1]])), 3 * (b**2 + 1) ** 2, (Variable(b, Interval(-2, 2)),)),
    _equal("sphere_sixth", SphereMean(x**6, SphereLaw(x, n)), 15 * (n - 1) ** 2 / ((n + 1) * (n + 3)), BATCHES),
    _equal("sphere_third_first", SphereMean(x**3 * y, sphere_pair), -3 / (n + 1), BATCHES),
    _equal("sphere_abs_square", SphereMean(Abs(x) ** 2, SphereLaw(x, n)), S.One, BATCHES),
    _equal("flat_fourth", SphereMean(x**4, flat), 3 * n / (n + 2), BATCHES),
    _equal("flat_squares", SphereMean(x**2 * y**2, flat_pair), n / (n + 2), BATCHES),
    _equal("flat_relu_pair", SphereMean(relu(x) * relu(y), flat_pair), 1 / (2 * pi), BATCHES),
    _equal("flat_abs_pair", SphereMean(Abs(x) * Abs(y), flat_pair), 2 / pi, BATCHES),
    _equal("one_step_diagonal", ChainMean(Entry(0, 0), Network("relu", batch_size=n), d, 1), S.Half, (*BATCHES, *WIDTHS)),
    _equal("one_step_flat_noise", ChainMean(SquaredErrorToOrbit(), Network("identity", "batch-uncentered", n), d, 1), (n**2 - n) / d,
           (*BATCHES, *WIDTHS)),
    _equal("linear_trace", ChainMean(Trace(), vanilla, d, L), n, ALL, InductionOnDepth()),
    _equal("linear_off_diagonal", ChainMean(EntryProduct(Entry(0, 1), Entry(0, 1)), vanilla, d, L),
           ((1 + 2 / d) ** L - (1 - 1 / d) ** L) / 3, ALL, InductionOnDepth()),
    _equal("double_angle", sin(2 * t), 2 * sin(t) * cos(t), (Variable(t, Interval(-3, 3)),)),
    _equal("hyperbolic", cosh(t) ** 2 - sinh(t) ** 2, S.One, (Variable(t, Interval(-2, 2)),)),
    _equal("relu_rate_at_large_batch", (1 / S(2)) ** 2 / (S.Half - 1 / (2 * pi)), pi / (2 * (pi - 1))),
    _plain("gradient_of_relu", pi / (pi - 1), LT, Rational(147, 100)),
    _plain("logarithm_below", t / (1 + t), LE, log(1 + t), (Variable(t, Interval(0, oo)),)),
    _plain("hyperbolic_sine", t, LE, sinh(t), (Variable(t, Interval(0, oo)),)),
    _plain("arc_sine", t, LE, asin(t), unit),
    _plain("erf_below_line", erf(t), LE, 2 * t / sqrt(pi), (Variable(t, Interval(0, 3)),)),
    _plain("cubic", t**2 * (1 - t), LE, Rational(4, 27), unit),
    _plain("product_of_two", t * s, LE, (t**2 + s**2) / 2, square),
    _plain("logarithm_of_next", 1 / (n + 1), LT, log(1 + 1 / n), BATCHES),
    _plain("bernoulli", 1 + 3 / d, LE, (1 + 1 / d) ** 3, WIDTHS),
    _plain("cosine_above", 1 - t**2 / 2, LE, cos(t), (Variable(t, Interval(0, 2)),)),
    _plain("difference_of_rates", n / (n + 2) - (n - 1) / (n + 1), LT, Rational(21, 100), BATCHES),
    _plain("tanh_square", tanh(t) ** 2, LE, tanh(t), (Variable(t, Interval(0, 4)),)),
    _plain("arc_tangent", atan(t), LT, Rational(8, 5), (Variable(t, Interval(0, oo)),)),
    _plain("linear_growth", (n - 2) / (n - 3), LT, 1 + 2 / (n - 3), WIDE),
    Base("square_above_one", t**2, t**2, LE, 4 * t - 3, (Variable(t, Interval(-4, 4)),), None, (at_least(t, 1), at_most(t, 3))),
    Base("ordered", t, t, LT, s, square, None, (less(t + Rational(1, 10), s),)),
    Base("narrow_before_wide", n, n, LT, d + 1, (Variable(n, Integers(1)), Variable(d, Integers(1))), None, (at_most(n, d),)),
    Base("positive_part", Abs(t), Abs(t), LE, t + Rational(1, 10), (Variable(t, Interval(-3, 3)),), None, (greater(t, 0),)),
    Base("root_of_square", sqrt(t**2), sqrt(t**2), LE, Rational(3, 2) * t,
         (Variable(t, Interval(-2, 2)),), None, (at_least(t, Rational(1, 10)),)),
    Base("inside_the_triangle", t * s, t * s, LE, (t + s) / 4 + Rational(1, 10), square, None, (at_most(t + s, 1),)),
)  # fmt: skip
