"""What a report shows of one claim, before it is HTML or LaTeX."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass

from proofs_check.claim import Claim, ClaimError, Hypothesis
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.latex import statement_pieces
from proofs_check.verdict import Grounds, StepVerdict, Verdict
from theory.notation import OURS, Notation, notation_of

MEANING = {
    "PROVED": "every step holds, none by simulation alone",
    "SUPPORTED": "every step holds, some by simulation at the stated level",
    "GAP": "some step is undecided or failed; the claim may be true",
    "REFUTED": "an enclosed counterexample, or a test at the stated level, contradicts the claim",
}
GROUNDS = {
    Grounds.EXACT: "exact",
    Grounds.ENCLOSURE: "enclosure",
    Grounds.CITATION: "citation",
    Grounds.SIMULATION: "simulation",
}


@dataclass(frozen=True)
class ReportStep:
    """A step of the proof and its result.

    Args:
        pieces: LaTeX of its statement, cut where a line may break.
        same: whether it states what the claim states.
        verdict: None where the judge stopped before the step.
    """

    name: str
    pieces: tuple[str, ...]
    same: bool
    method: str
    uses: tuple[str, ...]
    verdict: StepVerdict | None

    @property
    def result(self) -> str:
        if self.verdict is None:
            return "not reached"
        return {True: "holds", False: "fails", None: "open"}[self.verdict.holds]


@dataclass(frozen=True)
class ReportEntry:
    """A claim with its verdict.

    Args:
        title: one line.
        text: paragraphs of explanation, from the docstring of the claim's file.
        pieces: LaTeX of the statement, cut where a line may break.
        variables: LaTeX of the quantifiers.
        hypotheses: names, each with "checked" or "assumed".
        networks: LaTeX of the networks that finite-width numbers of the statement speak of.
        fits: constants fitted to simulations.
        source: where the statement is made.
    """

    claim: Claim
    judged: Verdict | None
    title: str
    text: tuple[str, ...]
    pieces: tuple[str, ...]
    variables: tuple[str, ...]
    hypotheses: tuple[tuple[str, str], ...]
    networks: tuple[str, ...]
    fits: tuple[str, ...]
    source: str
    steps: tuple[ReportStep, ...]

    @classmethod
    def of(cls, claim: Claim, verdict: Verdict | None, notation: Notation | str = OURS) -> ReportEntry:
        """Gather what is shown of a claim; a verdict of None leaves its steps without results."""
        notation = notation_of(notation).clear_of(claim.symbols)
        title, text = _explained(claim)
        networks = {number.network for number in chain_numbers(claim.statement.left, claim.statement.right)}
        found = () if verdict is None else verdict.steps
        results = {step.name: step for step in found}
        steps = []
        for step in claim.steps:
            result = results.get(step.name)
            method = result.method if result else step.by.name if step.by else "chosen by the judge"
            same = step.statement == claim.statement
            steps.append(
                ReportStep(step.name, statement_pieces(step.statement, notation), same, method, step.uses, result)
            )
        if not claim.steps:
            steps = [ReportStep(s.name, (), True, s.method, (), s) for s in found]
        return cls(
            claim=claim,
            judged=verdict,
            title=title,
            text=text,
            pieces=statement_pieces(claim.statement, notation),
            variables=tuple(v.latex(notation) for v in claim.domain),
            hypotheses=tuple((h.name, _status(h)) for h in claim.hypotheses),
            networks=tuple(sorted(network.latex(notation) for network in networks)),
            fits=tuple(str(fit) for fit in claim.fits),
            source=str(claim.source) if claim.source else "",
            steps=tuple(steps),
        )

    @property
    def verdict(self) -> Verdict:
        """What the judge said.

        Raises:
            ValueError: the entry was made without a verdict.
        """
        if self.judged is None:
            raise ValueError(f"{self.claim.id}: this claim was not judged")
        return self.judged

    @property
    def grounds(self) -> str:
        return "none" if self.judged is None or self.judged.grounds is None else GROUNDS[self.judged.grounds]


def _status(hypothesis: Hypothesis) -> str:
    try:
        return {True: "checked", False: "false", None: "assumed"}[hypothesis.holds()]
    except ClaimError:
        return "cannot be checked"


def shown(evidence: object) -> str:
    """Evidence as text, with decimals of many digits cut short."""
    return re.sub(r"(\d\.\d{16})\d{4,}", r"\1...", str(evidence))


def _explained(claim: Claim) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs, from the claim itself or the docstring of its file in the ledger."""
    words = claim.id.replace("_", " ")
    title = claim.title or words[:1].upper() + words[1:]
    try:
        text = inspect.getdoc(importlib.import_module(f"proofs_check.claims.{claim.id}")) or ""
    except ImportError:
        text = ""
    # a line that begins with a word and a colon ("Problem:", "Method:") begins a paragraph
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n|\n(?=[A-Z][a-z]+: )", text) if p.strip()]
    return title, tuple(paragraphs)
