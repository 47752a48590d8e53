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
            "relu_fixed_point_diagonal_is_half", "relu_fixed_point_correlation_is_arc_cosine")),
    Result("Layer-wise error amplification without normalisation", "theory/unnormalized.py",
           ("unnormalized_linear_error_at_every_depth", "unnormalized_linear_error_amplifies",
            "unnormalized_relu_norm_spreads_geometrically", "linear_norm_spreads_geometrically")),
    Result("Contraction in place of geometric mixing", "theory/linearization.py",
           ("identity_contraction_rate_is_n_minus_one_over_n_plus_one", "relu_standard_eigenvalue_in_closed_form",
            "relu_eigenvalues_at_five", "gelu_is_stable_at_thirty_eight", "gelu_is_unstable_at_thirty_nine",
            "figures_assume_faster_mixing_than_the_orbit_contracts")),
    Result("Concentration at infinite depth and finite width", "theory/concentration/__init__.py",
           ("contraction_sums_one_step_noise_uniformly_in_depth", "derivative_stays_contracting_on_the_local_ball",
            "batch_norm_error_stays_flat_in_depth", "batch_norm_error_has_root_width_shape",
            "stationary_errors_of_the_figures")),
    Result("Orthogonalisation of two linear samples", "theory/two_samples.py",
           ("two_linear_samples_halve_in_hyperbolic_distance", "two_sample_stationary_variance_is_two_thirds",
            "orthogonality_gap_of_2021_holds_for_two_samples", "orthogonality_rate_of_2021_read_as_printed")),
    Result("Spectrum and isometry gap", "theory/gaps.py",
           ("eigenvalues_of_a_layer_lie_within_its_error", "spectrum_is_wider_than_marchenko_pastur")),
    Result("Kernel maps (dual activations)", "theory/dual.py",
           ("relu_dual_is_arc_cosine_of_order_one", "erf_dual_is_arcsine", "gelu_dual_in_closed_form", "relu_dual_slope_at_one_is_one",
            "relu_dual_slope_at_one_as_tabulated")),
    Result("Gradient explosion", "theory/gradients.py",
           ("identity_gradient_growth_is_n_minus_two_over_n_minus_three", "relu_gradient_growth_in_closed_form")),
)  # fmt: skip

BEGIN = "<!-- results: written by python -m proofs_check.report.results_table -->"
END = "<!-- end of results -->"


def counted(names: Sequence[str]) -> str:
    """Outcomes that the ledger pins for several claims, such as "3 PROVED, 1 SUPPORTED"."""
    outcomes = Counter(ledger.expected(name)["outcome"] for name in names)
    return ", ".join(f"{outcomes[o.name]} {o.name}" for o in Outcome if outcomes[o.name])


def text() -> str:
    """The table between its markers."""
    rows = [f"| {r.what} | [{r.lives}]({r.lives}) | {counted(r.claims)} |" for r in RESULTS]
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
