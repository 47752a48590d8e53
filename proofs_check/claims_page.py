r"""docs/claims.md: every built-in claim, part of the theory by part, and what no claim covers; computed from ledger and claims.

``python -m proofs_check.claims_page`` writes it.  The ledger names the part that a claim belongs to.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from proofs_check import ledger
from proofs_check.verdict import Outcome

PATH = Path(__file__).parent.parent / "docs" / "claims.md"
ORIGIN = {"joudaki2023": "seed", "gramchain": "derived here"}
HEAD = """# Claims

Every built-in claim with the verdict that the ledger pins it to, part of the theory by part, and after each part what no claim
covers. *Refuted* entries record statements that are known to be false, *gap* entries statements that nothing here proves. The page
is written by `python -m proofs_check.claims_page`; symbols are those of the [conventions](conventions.md).
"""
COLUMNS = "| states | verdict | from | name |\n|---|---|---|---|\n"


@dataclass(frozen=True)
class Section:
    """A part of the theory: its name in the ledger, a heading, what it says, what no claim covers."""

    key: str
    title: str
    about: str
    missing: str


SECTIONS = (
    Section(
        "model",
        "The model: a chain of Gram matrices",
        "$G_{l+1} = \\frac1d \\sum_{r \\le d} s_r s_r^{\\top}$, $s = \\sigma(\\phi(x))$, $x \\sim N(0, G_l)$. A step is unbiased about "
        "the mean-field map $F$; its noise is exact, and bounded through $R = \\sup \\|s\\|^2$. Normalised rows are uniform on a "
        "sphere, not Gaussian.",
        "That the sampler of Gram matrices has the law of the network as printed is tested "
        "(`tests/simulation/test_agreement_in_law.py`), with planted differences that must be seen; it is no claim.",
    ),
    Section(
        "fixed points",
        "Fixed points under batch normalisation",
        "$G_* = b((1-c) I + c\\, 11^{\\top})$, reached in one step from every exchangeable start; $b$ and $bc$ are means over the sphere, "
        "Gegenbauer series, and arc-cosine kernels for ReLU ([derivation](derivations/mean_field_map.md)).",
        "Uniqueness among all Gram matrices, beyond three samples (there: Solved cases). The seed's own estimate of $G_*$, an average "
        "over all layers and runs, whose distance to the exact one is recalled as 0.49 in the Frobenius norm at $n = 10$ and 2.6 at "
        "$n = 50$: that takes the authors' files, which are not at hand.",
    ),
    Section(
        "linearisation",
        "Linearisation, rates and stability",
        "$dF(G_*)$ has two eigenvalues on centred symmetric matrices, $\\lambda_L$ and $\\lambda_M$: closed forms, numbers and limits of "
        "large batches ([derivation](derivations/linearization.md)). Where one passes 1 the fixed point repels.",
        "The formulas of both eigenvalues for an arbitrary activation, which are compared with finite differences "
        "(`tests/theory/test_linearization.py`). Critical batch sizes of all activations are in "
        "[batch normalisation](batch_normalization.md) and [stability](stability.md), by certificates.",
    ),
    Section(
        "gradients",
        "Backward: growth of gradients",
        "$\\mathbb{E}\\|\\text{gradient}\\|^2$ grows by a factor a layer, above 1 and infinite up to three samples "
        "([derivation](derivations/gradients.md)).",
        "The growth for an arbitrary activation, compared with finite differences (`tests/theory/test_gradients.py`).",
    ),
    Section(
        "fluctuations",
        "Fluctuations: the sharp constants",
        "$d\\, \\mathbb{E}\\|G_l - G_*\\|_F^2 \\to \\operatorname{tr} V$, $V = J V J^{\\top} + C$; the mean is off by order $1/d$ "
        "([derivation](derivations/fluctuations.md)). Widths that are not large against $n^2$ lie outside.",
        "That the limits hold: the constants are enclosed and networks agree with them, but no claim bounds the remainder.",
    ),
    Section(
        "seed's theorems",
        "The seed's theorems, propositions and figures",
        "Theorems 1 and 2, the eigenvalue proposition, the bound of 2021 that precedes them, and what the figures show "
        "([the abstract, sentence by sentence](seed.md)).",
        "Geometric mixing and its rate in total variation, an assumption of Theorem 2. The data behind the authors' pictures: only "
        "their settings are reproduced ([figures](figures.md)). The bound of 2021 is simulated at two samples alone.",
    ),
    Section(
        "local theorem",
        "Concentration without a mixing assumption",
        "Contraction sums one step's noise uniformly in depth; near a stable $G_*$ that is a theorem with every constant written out "
        "([proof](derivations/local_theorem.md)).",
        "The largest second derivative of the map over all directions: a component of 0.89 is enclosed, a search finds 1.057, "
        "the proof uses a bound ([how tight the bounds are](tightness.md)).",
    ),
    Section(
        "solved cases",
        "Solved cases: two and three samples, linear networks",
        "Two linear samples and three linear ones halve a hyperbolic distance; three samples converge from every non-degenerate start "
        "([two](derivations/two_samples.md), [three](derivations/three_samples.md)); linear eigenvalues follow Carlson's integrals.",
        "That the three-sample map is the series it is: `docs/certificates` and `tests/numerics/test_three_samples.py` hold it.",
    ),
    Section(
        "without normalisation",
        "Without normalisation: errors amplify",
        "Moments of linear and positively homogeneous networks at every depth and width; logarithms of norms.",
        "Activations that are not positively homogeneous: their moments do not close under a layer. The logarithm's mean and variance "
        "are enclosed at the widths that the claims name.",
    ),
    Section(
        "duals",
        "Gaussian duals",
        "$\\mathbb{E}\\, \\sigma(x) \\sigma(y)$ in closed form, and the tools: Price, Stein, Isserlis, Mehler.",
        "tanh, sigmoid, softplus, SiLU and Mish have no known closed form; `gramchain dual` gives digits and balls. Arc-cosine "
        "kernels of higher orders, which the rules derive and balls check one by one.",
    ),
    Section(
        "iterated duals",
        "Iterating the normalised dual",
        "Where correlations go with depth, and how fast, by cases of the dual at 0 and its slope at 0 and 1 "
        "([derivation](derivations/iteration.md)).",
        "A general proof of the inner fixed point's uniqueness: the case is shown at $\\sigma(x) = x^2$.",
    ),
)


def page() -> str:
    """The page as text."""
    return HEAD + "".join("\n" + _section(section) for section in SECTIONS)


def members(key: str) -> list[str]:
    """Names of the claims of a part, in the order of the ledger."""
    return [name for name in ledger.names() if ledger.section(name) == key]


def counted(names: list[str]) -> str:
    """How many of each outcome, as words: ``7 proved, 1 supported``."""
    counts = Counter(ledger.expected(name)["outcome"] for name in names)
    order = (Outcome.PROVED, Outcome.SUPPORTED, Outcome.GAP, Outcome.REFUTED)
    return ", ".join(f"{counts[o.name]} {o.name.lower()}" for o in order if counts[o.name])


def _section(section: Section) -> str:
    names = members(section.key)
    rows = "".join(_row(name) for name in names)
    return (
        f"## {section.title}\n\n{section.about} {counted(names).capitalize()}.\n\n{COLUMNS}{rows}\n"
        f"*No claim covers:* {section.missing}\n"
    )


def _row(name: str) -> str:
    claim, entry = ledger.load(name), ledger.expected(name)
    key = "" if claim.source is None else claim.source.key
    shown = re.sub(r"([*_<>])", r"\\\1", claim.title)
    verdict = ", ".join(filter(None, [entry["outcome"].lower(), (entry["grounds"] or "").lower()]))
    rests = "; rests on " + "; ".join(entry["rests_on"]) if entry["rests_on"] else ""
    cells = (
        f"[{shown}](../proofs_check/claims/{name}.py)",
        verdict + rests,
        ORIGIN.get(key, key),
        f"`{name}`",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main() -> None:
    """Write the page."""
    PATH.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
