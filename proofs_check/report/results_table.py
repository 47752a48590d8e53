"""The README's table of results: systems of the seed and its neighbours, where each lives, and its verdict.

Write it again with ``python -m proofs_check.report.results_table``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proofs_check import ledger
from proofs_check.verdict import Outcome

PATH = Path(__file__).parents[2] / "README.md"


@dataclass(frozen=True)
class Result:
    """One row: what, the file that derives it, and the claims that judge it."""

    what: str
    lives: str
    claims: tuple[str, ...]


RESULTS = (
    Result("Mean-field recursion of Gram matrices", "theory/mean_field.py",
           ("one_step_is_unbiased", "exchangeable_start_reaches_the_fixed_point_in_one_step", "identity_fixed_point_is_centering",
            "normalized_rows_have_squared_norm_n", "layer_normalisation_breaks_one_step_unbiasedness",
            "relu_fixed_point_diagonal_is_half", "relu_fixed_point_correlation_is_arc_cosine")),
    Result("Layer-wise error amplification without normalisation", "theory/unnormalized.py",
           ("unnormalized_linear_error_at_every_depth", "unnormalized_linear_error_amplifies",
            "unnormalized_relu_norm_spreads_geometrically", "linear_norm_spreads_geometrically",
            "mean_log_norm_of_a_linear_layer", "log_normal_limit_matches_the_third_moment")),
    Result("Contraction in place of geometric mixing", "theory/linearization.py",
           ("identity_contraction_rate_is_n_minus_one_over_n_plus_one", "relu_standard_eigenvalue_in_closed_form",
            "relu_pairs_eigenvalue_in_closed_form", "relu_standard_eigenvalue_tends_to_one", "three_samples_anisotropy_decreases",
            "relu_eigenvalues_at_five", "gelu_is_stable_at_thirty_eight", "gelu_is_unstable_at_thirty_nine",
            "figures_assume_faster_mixing_than_the_orbit_contracts")),
    Result("Concentration at infinite depth and finite width", "theory/concentration/__init__.py",
           ("contraction_sums_one_step_noise_uniformly_in_depth", "derivative_stays_contracting_on_the_local_ball",
            "local_theorem_chain_leaves_with_small_probability", "local_theorem_mean_square_solves_its_recursion",
            "theorem_two_from_mixing_alone", "mixing_alone_does_not_place_the_invariant_law", "theorem_one_for_the_linear_network",
            "batch_norm_error_stays_flat_in_depth", "batch_norm_error_has_root_width_shape",
            "stationary_errors_of_the_figures")),
    Result("Sharp size of the fluctuations, and the mean at the next order", "theory/fluctuations.py",
           ("one_step_noise_is_fourth_moment_gap_over_width", "identity_fluctuation_constant_in_closed_form",
            "relu_fluctuation_constants_at_four", "relu_stationary_errors_match_the_sharp_constants",
            "mean_corrections_at_eight_samples", "relu_mean_correction_is_seen_in_simulation",
            "tanh_mean_correction_is_seen_in_simulation", "relu_wanders_at_a_hundred_samples_as_simulated")),
    Result("Orthogonalisation of two linear samples", "theory/two_samples.py",
           ("two_linear_samples_halve_in_hyperbolic_distance", "two_sample_variance_is_seen_in_simulation",
            "two_sample_stationary_variance_is_two_thirds",
            "orthogonality_gap_of_2021_holds_for_two_samples", "orthogonality_rate_of_2021_read_as_printed")),
    Result("Spectrum and isometry gap", "theory/gaps.py",
           ("eigenvalues_of_a_layer_lie_within_its_error", "eigenvalues_lie_within_the_operator_norm_of_the_error",
            "spectrum_is_wider_than_marchenko_pastur")),
    Result("Kernel maps (dual activations)", "theory/dual.py",
           ("relu_dual_is_arc_cosine_of_order_one", "erf_dual_is_arcsine", "gelu_dual_in_closed_form",
            "elu_dual_in_closed_form", "gabor_dual_of_any_frequency", "arc_cosine_kernel_of_order_three", "relu_dual_slope_at_one_is_one",
            "relu_dual_lies_above_the_diagonal_by_three_halves", "normalized_dual_without_mean_contracts",
            "normalized_dual_of_small_slope_collapses", "normalized_dual_of_large_slope_has_an_inner_fixed_point",
            "relu_dual_slope_at_one_as_tabulated")),
    Result("Gradient explosion", "theory/gradients.py",
           ("identity_gradient_growth_is_n_minus_two_over_n_minus_three", "relu_gradient_growth_in_closed_form",
            "relu_gradient_growth_tends_to_pi_over_pi_minus_one", "inverse_square_norm_is_infinite_at_three_samples")),
)  # fmt: skip

BEGIN = "<!-- results: written by python -m proofs_check.report.results_table -->"
END = "<!-- end of results -->"


def counted(names: Sequence[str]) -> str:
    """Outcomes that the ledger pins for several claims, such as "3 PROVED, 1 SUPPORTED"."""
    outcomes = Counter(ledger.expected(name)["outcome"] for name in names)
    return ", ".join(f"{outcomes[o.name]} {o.name}" for o in Outcome if outcomes[o.name])


def text() -> str:
    """The table between its markers."""
    rows = [f"| {r.what} | [`{r.lives}`]({r.lives}) | {counted(r.claims)} |" for r in RESULTS]
    return "\n".join([BEGIN, "", "| result | derived in | claims |", "|---|---|---|", *rows, "", END])


def placed(page: str) -> str:
    """A page with its table replaced by the current one.

    Raises:
        ValueError: the page lacks the markers.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}, once each")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return before + text() + after


if __name__ == "__main__":
    PATH.write_text(placed(PATH.read_text(encoding="utf-8")), encoding="utf-8")
    print(PATH)
