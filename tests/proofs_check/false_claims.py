"""False neighbours of the built-in claims: one thing changed in each, and each known to be false.

``WHY`` says how the falsity is known without the judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Abs, Integer, Rational, S, acos, atanh, pi, sqrt, tanh

from proofs_check import (
    ChainProbability,
    Claim,
    Event,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    equal,
    greater,
    less,
)
from proofs_check.claims import (
    batch_norm_error_has_root_width_shape as shape,
)
from proofs_check.claims import (
    batch_norm_error_stays_flat_in_depth as flat,
)
from proofs_check.claims import (
    erf_dual_slope_at_zero_below_one as erf_slope,
)
from proofs_check.claims import (
    identity_contraction_rate_is_n_minus_one_over_n_plus_one as identity_rate,
)
from proofs_check.claims import (
    identity_fixed_point_is_centering as identity_point,
)
from proofs_check.claims import (
    one_step_is_unbiased as unbiased,
)
from proofs_check.claims import (
    one_step_noise_is_fourth_moment_gap_over_width as noise,
)
from proofs_check.claims import (
    relu_dual_slope_at_one_is_one as relu_slope,
)
from proofs_check.claims import (
    relu_fixed_point_correlation_is_arc_cosine as relu_pair,
)
from proofs_check.claims import (
    relu_fixed_point_diagonal_is_half as relu_diagonal,
)
from proofs_check.claims import (
    relu_off_diagonal_at_five_as_printed as printed,
)
from proofs_check.claims import two_linear_samples_halve_in_hyperbolic_distance as halved
from proofs_check.claims import (
    unnormalized_linear_error_amplifies as amplifies,
)
from proofs_check.claims import (
    unnormalized_linear_error_at_every_depth as linear,
)
from proofs_check.claims import (
    unnormalized_relu_norm_spreads_geometrically as relu_norm,
)
from proofs_check.methods import CircleResidues, Cited, InductionOnDepth, Simulation
from theory import Source
from theory.conventions import batch_size as n
from theory.conventions import depth as L
from theory.conventions import width as d


@dataclass(frozen=True)
class FalseClaim:
    """A claim that is false, and why that is known."""

    claim: Claim
    why: str


def _with(original: Claim, name: str, statement, why: str, by=None) -> FalseClaim:
    steps = (ProofStep("statement", statement, by=by),) if by is not None else ()
    return FalseClaim(replace(original, statement=statement, steps=steps, id=name), why)


def _scaled(module, factor):
    s = module.CLAIM.statement
    return equal(s.left, factor * s.right)


r_wrong = 1 / (n - 1)
wrong_exponent = ChainProbability(
    Event(SquaredErrorToFixedPoint(), Relation.AT_MOST, 16 * shape.K2 / (sqrt(d) * 8)), shape.network, d, 20
)

FALSE_CLAIMS = [
    _with(unbiased.CLAIM, "unbiased_up_to_five_percent", _scaled(unbiased, Rational(21, 20)), "the factor 1 is exact"),
    _with(noise.CLAIM, "noise_off_by_five_percent", _scaled(noise, Rational(21, 20)), "the factor 1 is exact"),
    _with(noise.CLAIM, "noise_without_the_square_of_the_mean", equal(noise.CLAIM.statement.left, noise.fourth / d),
          "||F||^2 is positive"),
    _with(noise.CLAIM, "noise_over_squared_width", equal(noise.CLAIM.statement.left, (noise.fourth - noise.norm) / d**2),
          "differs by the factor d >= 2 once d > 1"),
    _with(relu_diagonal.CLAIM, "relu_diagonal_off_by_five_percent", _scaled(relu_diagonal, Rational(21, 20)), "b = 1/2"),
    _with(relu_pair.CLAIM, "relu_correlation_of_wrong_sign",
          equal(relu_pair.CLAIM.statement.left, (sqrt(1 - r_wrong**2) + (pi - acos(r_wrong)) * r_wrong) / (2 * pi)),
          "J_1 is increasing, and -1/(n-1) < 1/(n-1)"),
    _with(printed.CLAIM, "relu_printed_number_with_a_digit_changed",
          less(Abs(printed.CLAIM.statement.left.args[0] - Rational(1, 10**6)), Rational(5, 10**9)), "1e-6 is above 1e-8"),
    _with(identity_point.CLAIM, "identity_off_diagonal_one_over_n", equal(identity_point.CLAIM.statement.left, -1 / n),
          "rows sum to zero: 1 + (n-1) c = 0"),
    _with(identity_rate.CLAIM, "identity_rate_off_by_five_percent", _scaled(identity_rate, Rational(21, 20)),
          "n = 4 gives 3/5 by the fourth moments of the circle's neighbours"),
    _with(identity_rate.CLAIM, "identity_rate_n_over_n_plus_two", equal(identity_rate.CLAIM.statement.left, n / (n + 2)),
          "4/6 is not 3/5"),
    _with(linear.CLAIM, "linear_error_with_half_for_a_third",
          equal(linear.STATEMENT.left, n * ((1 + 2 / d) ** L - 1) + n * (n - 1) / 2 * ((1 + 2 / d) ** L - (1 - 1 / d) ** L)),
          "depth 1 gives n(n-1)/d off the diagonal", InductionOnDepth()),
    _with(linear.CLAIM, "linear_error_one_layer_too_many", equal(linear.STATEMENT.left, linear.STATEMENT.right.subs(L, L + 1)),
          "depth 0 has error 0", InductionOnDepth()),
    _with(linear.CLAIM, "linear_error_with_wrong_growth",
          equal(linear.STATEMENT.left, n * ((1 + 1 / d) ** L - 1) + n * (n - 1) / 3 * ((1 + 2 / d) ** L - (1 - 1 / d) ** L)),
          "a chi-squared with d degrees has variance 2d", InductionOnDepth()),
    _with(relu_norm.CLAIM, "relu_norm_with_four_for_five", equal(relu_norm.STATEMENT.left, (1 + 4 / d) ** L),
          "E relu^4 / (E relu^2)^2 = 6", InductionOnDepth()),
    FalseClaim(replace(amplifies.CLAIM, statement=greater(amplifies.late, 40 * amplifies.early), id="amplifies_forty_fold",
                       steps=(*amplifies.CLAIM.steps[:2],
                              ProofStep("apart", greater(amplifies.late_value, 40 * amplifies.early_value)))),
               "the exact values have a ratio of 36.7"),
    _with(erf_slope.CLAIM, "erf_slope_below_nine_tenths", less(erf_slope.slope, Rational(9, 10)), "it is 0.9136"),
    _with(relu_slope.CLAIM, "relu_slope_as_in_the_table", equal(relu_slope.CLAIM.statement.left, Rational(95, 100)),
          "both means are 1/2"),
    _with(shape.CLAIM, "shape_with_a_fourth_root", greater(wrong_exponent, Rational(44, 100)),
          "1/sqrt(d) for 1/d: at width 384 the threshold is 2.4 times too large, at width 40 below it", Simulation(networks=8000)),
    _with(flat.CLAIM, "error_grows_with_depth", greater(flat.deep, flat.shallow + Rational(1, 10)),
          "the law at depth 20 is stationary to 1e-4: the rate is 0.53 a layer", Simulation(networks=8000)),
    _with(halved.CLAIM, "two_samples_thirded", equal(halved.image, tanh(atanh(halved.c) / 3)),
          "at c = 3/5, c' = 1/3", CircleResidues()),
    _with(halved.CLAIM, "two_samples_map_to_half_the_correlation", equal(halved.image, halved.c / 2), "at c = 3/5, c' = 1/3",
          CircleResidues()),
    FalseClaim(Claim(less(S(3), S(2)), steps=(ProofStep("irrelevant", less(S(1), S(2))),), id="true_but_irrelevant_step"), "3 > 2"),
    FalseClaim(Claim(less(S(3), S(2)), steps=(ProofStep("cited", less(S(3), S(2)), by=Cited(Source("nobody", "nowhere"))),),
                     id="false_though_cited"), "3 > 2"),
    FalseClaim(Claim(equal(pi, Rational(355, 113)), id="pi_is_355_over_113"), "they differ in the seventh decimal"),
    FalseClaim(Claim(equal(sqrt(2) + sqrt(3), pi), id="root_two_plus_root_three_is_pi"), "3.146 against 3.1416"),
    FalseClaim(Claim(less(sqrt(Integer(10) ** 40 + 1), Integer(10) ** 20), id="root_just_above"), "the square is larger by 1"),
]  # fmt: skip
