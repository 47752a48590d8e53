"""docs/seed.md: the seed's abstract, sentence by sentence, each with the claims that verify it and their pinned verdicts.

The sentences and what is said about them are data here; titles, outcomes, grounds and trusted bases come from the ledger.
Write the page again with ``python -m proofs_check.report.seed_page``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proofs_check import ledger
from proofs_check.verdict import Outcome

PATH = Path(__file__).parents[2] / "docs" / "seed.md"
ARXIV, PROCEEDINGS = "arXiv", "proceedings"


@dataclass(frozen=True)
class Sentence:
    """One sentence of the abstract.

    Args:
        text: the sentence, word for word.
        version: ``ARXIV`` or ``PROCEEDINGS``, whose abstract has it.
        reading: what it states as mathematics, or that it states none.
        claims: built-in claims that verify it.
        missing: what no claim verifies; empty where nothing is left.
        stronger: what holds beyond the sentence, or against a careless reading of it.
        beyond: built-in claims that `stronger` rests on.

    Raises:
        LedgerError: a name that is not in the ledger.
    """

    text: str
    version: str
    reading: str
    claims: tuple[str, ...] = ()
    missing: str = ""
    stronger: str = ""
    beyond: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (*self.claims, *self.beyond):
            ledger.expected(name)


SENTENCES = (
    Sentence(
        "Mean field theory is widely used in the theoretical studies of neural networks.",
        ARXIV,
        "About the literature; nothing to judge. The mean-field recursion that it speaks of is $G_{l+1} = F(G_l)$, "
        "$F(G) = \\mathbb{E}\\, s s^{\\top}$, $s = \\sigma(\\phi(x))$, $x \\sim N(0, G)$, "
        "`theory.mean_field_map` ([derivation](derivations/mean_field_map.md)).",
    ),
    Sentence(
        "In this paper, we analyze the role of depth in the concentration of mean-field predictions, specifically for "
        "deep multilayer perceptron (MLP) with batch normalization (BN) at initialization.",
        ARXIV,
        "The subject: the distance of the finite-width Gram matrix $G_l$ to the mean-field prediction, at every depth $l$. "
        "Centred BN maps every exchangeable start to one fixed point $G_*$, and a layer of width $d$ is unbiased about $F$.",
        claims=(
            "one_step_is_unbiased",
            "relu_fixed_point_diagonal_is_half",
            "relu_fixed_point_correlation_is_arc_cosine",
            "relu_off_diagonal_at_five_as_printed",
            "identity_fixed_point_is_centering",
            "exchangeable_start_reaches_the_fixed_point_in_one_step",
            "normalized_rows_have_squared_norm_n",
        ),
        missing="That an exchangeable start is mapped to $G_*$ is proved for one start of four samples, any activation and width; the "
        "reason is one line for all of them, since a normalised row is then uniform on its sphere "
        "([derivation](derivations/mean_field_map.md)).",
        stronger="The noise of one layer is known exactly, for any activation, batch size $n \\ge 3$ and width; the fixed point is exact "
        "where the authors average over layers and runs. Given $h_l$ the rows of the next layer are independent, so the "
        "chain of Gram matrices can be sampled without any $d \\times d$ matrix (`numerics/simulation/gram_chain.py`).",
        beyond=(
            "one_step_noise_is_fourth_moment_gap_over_width",
            "one_step_noise_below_squared_radius_over_width",
            "one_step_deviation_has_a_gaussian_tail",
            "layer_normalisation_breaks_one_step_unbiasedness",
        ),
    ),
    Sentence(
        "By scaling the network width to infinity, it is postulated that the mean-field predictions suffer from "
        "layer-wise errors that amplify with depth.",
        ARXIV,
        "A postulate about networks in general. For linear and ReLU networks without normalisation it is a theorem: the mean "
        "squared error grows geometrically in depth over width.",
        claims=(
            "unnormalized_linear_error_at_every_depth",
            "unnormalized_linear_error_amplifies",
            "unnormalized_relu_norm_spreads_geometrically",
            "linear_norm_spreads_geometrically",
            "absolute_value_norm_spreads_like_a_linear_one",
            "linear_product_error_at_two_layers_as_plotted",
            "linear_product_error_at_seventy_layers_as_plotted",
        ),
        missing="Activations that are not positively homogeneous: their moments do not close under a layer, and no claim covers "
        "them. The authors' picture ends at about 1.2 after 70 layers: that is not the exact root mean square, which is larger; "
        "without their data it stays open why.",
        stronger="Formulas in place of a postulate: exact at every depth, width and batch size, proved by induction on depth. The "
        "logarithm of a norm spreads too, with a variance of order depth over width.",
        beyond=(
            "mean_log_norm_of_a_linear_layer",
            "log_norm_variance_of_a_linear_layer_is_two_over_width",
            "log_normal_limit_matches_the_second_moment",
            "log_normal_limit_matches_the_third_moment",
        ),
    ),
    Sentence(
        "We demonstrate that BN stabilizes the distribution of representations that avoids the error propagation of "
        "mean-field predictions.",
        ARXIV,
        "With BN the error $\\|G_l - G_*\\|_F$ stays of order $1/\\sqrt d$ at a fixed batch size, whatever the depth.",
        claims=(
            "batch_norm_error_stays_flat_in_depth",
            "batch_norm_error_has_root_width_shape",
            "batch_norm_error_is_not_below_root_width_shape",
            "stationary_errors_of_the_figures",
            "stationary_error_at_a_figures_setting_is_seen",
        ),
        missing="All but the fourth are simulated, for ReLU at four or ten samples and the widths and depths that they name. At "
        "widths that are not large against $n^2$ the chain wanders off $G_*$ (the last two claims below).",
        stronger="The rate at which a layer forgets a small error is a number with an enclosure "
        "([derivation](derivations/linearization.md)); for ReLU, tanh, erf and GELU `docs/stability_3_to_200.json` encloses it at 3 to 200 "
        "samples. With three samples the mean-field orbit converges from every non-degenerate start, for every activation "
        "with $\\mu > 0$ ([proof](derivations/three_samples.md)). And BN alone is not enough: GELU's fixed point attracts up "
        "to 38 samples and repels from 39 on, as far as that record goes ([all activations](batch_normalization.md)).",
        beyond=(
            "identity_contraction_rate_is_n_minus_one_over_n_plus_one",
            "relu_standard_eigenvalue_in_closed_form",
            "relu_pairs_eigenvalue_in_closed_form",
            "relu_standard_eigenvalue_tends_to_one",
            "three_samples_anisotropy_decreases",
            "contraction_sums_one_step_noise_uniformly_in_depth",
            "whole_map_expands_where_the_centred_map_contracts",
            "two_linear_samples_halve_in_hyperbolic_distance",
            "gelu_is_stable_at_thirty_eight",
            "gelu_is_unstable_at_thirty_nine",
            "gelu_is_unstable_in_the_limit_of_large_batches",
            "relu_wanders_at_a_hundred_samples_and_width_two_thousand",
            "relu_wanders_at_a_hundred_samples_as_simulated",
        ),
    ),
    Sentence(
        "This stabilization, which is characterized by a geometric mixing property, allows us to establish concentration "
        "bounds for mean field predictions in infinitely-deep neural networks with a finite width.",
        ARXIV,
        "Theorem 2: if the law of the chain mixes geometrically in total variation and $G_*$ is regular, the error at every "
        "depth is of order $n\\,(\\alpha d)^{-1/2}$ up to a logarithm, $\\alpha$ the mixing rate. No constants are printed.",
        claims=(
            "theorem_two_from_mixing_alone",
            "theorem_two_holds_at_the_figures_with_constant_one",
            "batch_norm_error_has_root_width_shape",
            "batch_norm_error_stays_flat_in_depth",
            "eigenvalues_of_a_layer_lie_within_its_error",
            "eigenvalues_lie_within_the_operator_norm_of_the_error",
        ),
        missing="The theorem as cited stays open at one named step, that the invariant law sits at $G_*$. "
        "Geometric mixing is an assumption of the theorem; no claim verifies it, and the mixing rate in total variation "
        "is not computed (the contraction rate is another number). Without a rate the theorem gives no value to compare.",
        stronger="The [local theorem](derivations/local_theorem.md) needs no mixing assumption: stability of $G_*$, which is "
        "checked, gives a bound with every constant written out, for depths up to exponential in the width. Mixing and "
        "regularity of $G_*$ alone do not place the invariant law at $G_*$ (the chain of $\\max(x-1, 0)$ sits elsewhere at both "
        "widths tried); with stability added they do, at every depth "
        "(N6 there). The sharp constant is known: $d\\, \\mathbb{E}\\|G_l - G_*\\|_F^2 \\to \\operatorname{tr} V$, "
        "and so is the next order, the distance of order $1/d$ from $G_*$ to the mean of $G_l$ "
        "([fluctuations](derivations/fluctuations.md)). For the linear network with centred BN the theorem's hypothesis fails, "
        "since $G_*$ is singular; the local theorem covers it. "
        "The curve that the figures call theory is not the theorem's, and the mixing rate that they assume is faster than "
        "the mean-field orbit itself; the spectrum that looks Marchenko-Pastur has a larger ratio than $n/d$.",
        beyond=(
            "identity_fixed_point_is_singular",
            "derivative_of_a_gaussian_mean_is_bounded_by_its_second_moment",
            "derivative_stays_contracting_on_the_local_ball",
            "whitening_shrinks_a_perturbation",
            "local_theorem_chain_leaves_with_small_probability",
            "local_theorem_mean_square_solves_its_recursion",
            "mixing_alone_does_not_place_the_invariant_law",
            "theorem_one_for_the_linear_network",
            "relu_condition_number_grows_with_the_batch",
            "relu_fluctuation_constants_at_four",
            "relu_stationary_errors_match_the_sharp_constants",
            "mean_corrections_at_eight_samples",
            "relu_mean_correction_is_seen_in_simulation",
            "identity_fluctuation_constant_in_closed_form",
            "linear_error_needs_a_constant_that_grows_with_the_batch",
            "curve_called_theory_is_theorem_two",
            "figures_assume_faster_mixing_than_the_orbit_contracts",
            "spectrum_is_wider_than_marchenko_pastur",
        ),
    ),
    Sentence(
        "When the chain of hidden representations is rapidly mixing, we establish a concentration bound for a mean-field "
        "model of Gram matrices.",
        PROCEEDINGS,
        "The same theorem, with mixing said to be a hypothesis.",
        claims=("one_step_is_unbiased", "batch_norm_error_has_root_width_shape"),
        missing="As for the sentence before.",
        stronger="`theory.concentration` holds the theorem with its hypotheses as objects and refuses a network that breaks a "
        "hypothesis it can check.",
    ),
    Sentence(
        "To our knowledge, this is the first concentration bound that does not become vacuous with depth for standard MLPs "
        "with a finite width.",
        PROCEEDINGS,
        "About priority; nothing to judge.",
        stronger="Not vacuous with depth is not yet informative: without constants a bound says nothing at any one width. The "
        "widths from which the explicit bounds speak, and bound over measured, are in [how tight the bounds are](tightness.md); at "
        "the settings of the seed's figures the local theorem is still silent, and the sharp constant describes what is seen "
        "([figures](figures.md)).",
        beyond=("plain_local_theorem_is_silent_at_the_figures", "plain_local_theorem_speaks_at_very_large_widths"),
    ),
)


def page() -> str:
    """The page as Markdown, from `SENTENCES` and the ledger."""
    parts = [
        "<!-- Written by python -m proofs_check.report.seed_page; do not edit. -->",
        "# The seed's abstract, sentence by sentence",
        "Joudaki, Daneshmand and Bach, [arXiv:2205.13076](https://arxiv.org/abs/2205.13076). The first "
        f"{_count(ARXIV)} sentences are the abstract on arXiv; the proceedings of ICML 2023 "
        "([PMLR 202](https://proceedings.mlr.press/v202/joudaki23a.html)) reword it, and the last "
        f"{_count(PROCEEDINGS)} are the sentences there that say more. Theorems are named as on the authors' poster. "
        "Verdicts are those pinned in the ledger; `gramchain verify NAME` judges a claim again. What a verdict means: "
        "[README](../README.md).",
    ]
    for number, sentence in enumerate(SENTENCES, start=1):
        parts += _section(number, sentence)
    return "\n\n".join(parts) + "\n"


def _count(version: str) -> str:
    count = sum(sentence.version == version for sentence in SENTENCES)
    return ("no", "one", "two", "three", "four", "five", "six")[count]


def _section(number: int, sentence: Sentence) -> list[str]:
    where = "" if sentence.version == ARXIV else " (proceedings)"
    parts = [f"## Sentence {number}{where}", f"> {sentence.text}", sentence.reading]
    if sentence.claims:
        parts += [f"**Checked by** ({_tally(sentence.claims)})", _listed(sentence.claims)]
    if sentence.missing:
        parts.append(f"**Not verified.** {sentence.missing}")
    if sentence.stronger:
        parts.append(f"**Stronger here.** {sentence.stronger}")
    if sentence.beyond:
        parts.append(_listed(sentence.beyond))
    return parts


def _tally(names: Iterable[str]) -> str:
    """How many claims have each outcome, strongest first."""
    found = [ledger.expected(name)["outcome"] for name in names]
    return ", ".join(f"{found.count(o.name)} {o.name}" for o in Outcome if o.name in found)


def _listed(names: Iterable[str]) -> str:
    return "\n".join(_item(name) for name in names)


def _item(name: str) -> str:
    pinned = ledger.expected(name)
    title = re.sub(r"([*_|<>\[\]$\\])", r"\\\1", ledger.load(name).title or name.replace("_", " "))
    grounds = f", {pinned['grounds'].lower()}" if pinned["grounds"] else ""
    rests = f"; rests on {', '.join(pinned['rests_on'])}" if pinned["rests_on"] else ""
    return f"* [{title}](../proofs_check/claims/{name}.py): {pinned['outcome']}{grounds}{rests}"


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
    print(PATH)
