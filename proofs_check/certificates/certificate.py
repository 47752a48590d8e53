"""Write what a verdict rests on as a certificate that `proofs_check.recheck` re-establishes without this project.

Each step of a proof becomes a step of the certificate where the checker can show it again: inequalities between closed
expressions, covers of boxes, rational identities, signs of coefficients.  Any other step is written as ``symbolic``, with a note,
and the checker says that it did not confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs_check import recheck
from proofs_check.certificates.steps import chained, identity_step, inequality_step
from proofs_check.certificates.trees import CertificateError
from proofs_check.claim import Claim, ProofStep
from proofs_check.domains.domain import Choices, Variable, all_points, is_finite
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Outcome, Verdict
from theory.grammar import parse_expression

BITS = 64
SECONDS = 10
"""Processor time for a trial of a form; the checker by itself takes longer."""


@dataclass(frozen=True)
class Certificate:
    """A certificate and what the checker said about it.

    Args:
        text: the JSON.
        status: 0 confirmed, 1 readable but not confirmed, 2 malformed.
        reason: one line.
    """

    text: str
    status: int
    reason: str

    @property
    def confirmed(self) -> bool:
        return self.status == 0

    def write(self, path: str | Path) -> Path:
        target = Path(path)
        target.write_text(self.text + "\n", encoding="ascii")
        return target


def certificate(claim: Claim, verdict: Verdict, bits: int = BITS) -> Certificate:
    """The certificate of a judged claim; every step that the checker cannot show is in it as ``symbolic``.

    A refuted claim gets the opposite inequality at its counterexample.

    >>> from sympy import Rational, pi
    >>> from proofs_check.judge import judge
    >>> from proofs_check.statement import less
    >>> claim = Claim(less(pi, Rational(22, 7)), id="archimedes")
    >>> certificate(claim, judge(claim)).confirmed
    True
    """
    parts: list[dict[str, Any]] = []
    whole = _parts(claim.statement, claim.domain, "its steps", bits) if len(claim.steps) > 1 and verdict.proved else []
    if verdict.outcome is Outcome.REFUTED:
        parts = _refutation(claim, verdict, bits)
    elif whole and whole[0]["kind"] != "symbolic":  # no need for the steps
        parts = whole
    else:
        methods = {s.name: s.method for s in verdict.steps}
        for step in claim.steps or (ProofStep("statement", claim.statement),):
            parts.extend(_parts(step.statement, claim.domain, methods.get(step.name, "no method"), bits))
        if claim.steps and all(step.statement.upward != claim.statement.upward for step in claim.steps):
            parts.append(_note(f"{claim.statement} follows from the steps by substitution and transitivity"))
        if not verdict.proved:
            parts.append(_note(f"the verdict is {verdict.outcome.name}"))
    return sealed(claim.id or "claim", parts, str(claim), verdict.outcome.name)


def sealed(name: str, parts: Sequence[dict[str, Any]], statement: str = "", outcome: str = "") -> Certificate:
    """Chain the digests of some steps, spell the certificate canonically, and let the checker read it."""
    text = chained(name, parts, statement, outcome)
    return Certificate(text, *recheck.recheck(text, SECONDS))


def _note(text: str) -> dict[str, Any]:
    return {"kind": "symbolic", "note": text[:1000]}


def _refutation(claim: Claim, verdict: Verdict, bits: int) -> list[dict[str, Any]]:
    """The opposite of the statement at the counterexample, where the checker shows it; else a note."""
    seen = verdict.evidence.counterexample or {}
    names = {str(v.symbol): v.symbol for v in claim.domain}
    try:
        at = {names[name]: parse_expression(value) for name, value in seen.items()}
        here = claim.statement.upward.subs(dict(at))
    except (KeyError, ValueError) as error:
        return [_note(f"a counterexample that is no point: {error}")]
    opposite = {Relation.LESS: Relation.AT_MOST, Relation.AT_MOST: Relation.LESS}.get(here.relation)
    ways = ([Statement(here.right, opposite, here.left)] if opposite
            else [Statement(here.left, Relation.LESS, here.right), Statement(here.right, Relation.LESS, here.left)])  # fmt: skip
    found, why = _first_confirmed(
        [lambda s=s, e=exact: [inequality_step(s, (), 4 * bits, e)] for s in ways for exact in (True, False)]  # type: ignore[misc]
    )
    return found or [_note(f"{claim.statement} is false at {seen}; {why or f'refuted by {verdict.evidence.note}'}")]


def _first_confirmed(ways: Sequence[Callable[[], list[dict[str, Any]]]]) -> tuple[list[dict[str, Any]], str]:
    """The first form that the checker confirms; none, and why the last one failed."""
    why = ""
    for way in ways:
        try:
            found = way()
        except CertificateError as error:
            why = str(error)
            continue
        tried = sealed("trial", found)
        if tried.confirmed:
            return found, ""
        why = tried.reason
    return [], why


def _parts(statement: Statement, domain: tuple[Variable, ...], method: str, bits: int) -> list[dict[str, Any]]:
    """Steps for one statement: the first form that the checker confirms, or a note."""
    domain = tuple(v for v in domain if v.symbol in statement.free_symbols)
    listed = domain if is_finite(domain, 256) else tuple(v for v in domain if isinstance(v.domain, Choices))
    rest = tuple(v for v in domain if v not in listed)
    points = [statement.subs(dict(p)) if p else statement for p in all_points(listed)]
    if statement.relation is Relation.EQUAL:
        ways = [lambda: [identity_step(at, rest) for at in points]]
    else:
        ways = [lambda e=exact, b=b: [inequality_step(at, rest, b, e) for at in points]  # type: ignore[misc]
                for exact, b in ((True, bits), (False, bits), (False, 4 * bits))]  # fmt: skip
    found, why = _first_confirmed(ways)
    return found or [_note(f"{statement}, by {method}; {why}")]
