"""Write what a verdict rests on as a certificate that `proofs_check.recheck` re-establishes without this project.

Each step of a proof becomes a step of the certificate where the checker can show it again: inequalities between closed
expressions, covers of boxes, rational identities, signs of coefficients.  Any other step is written as ``symbolic``, with a note,
and the checker says that it did not confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

from proofs_check import recheck
from proofs_check.certificate_trees import CertificateError, rational_tree, to_tree
from proofs_check.claim import Claim, ProofStep
from proofs_check.domain import Choices, Variable, all_points, is_finite
from proofs_check.normal_form import normal_form
from proofs_check.signs import as_intervals
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Outcome, Verdict
from theory.grammar import parse_expression

MOST_LEAVES = 3000
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
    if verdict.outcome is Outcome.REFUTED:
        parts = _refutation(claim, verdict, bits)
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
    head = {"format": recheck.FORMAT, "version": recheck.VERSION, "id": name[:200], "statement": statement[:4000],
            "outcome": outcome}  # fmt: skip
    before, steps = recheck.digest(head), []
    for part in parts:
        step = {**part, "previous": before}
        step["digest"] = before = recheck.digest(step)
        steps.append(step)
    text = recheck.canonical({**head, "steps": steps})
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
    found, why = _first_confirmed([lambda s=s: [_closed(s, 4 * bits)] for s in ways])  # type: ignore[misc]
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
    """Steps for one statement: the first form that the checker confirms, or the last that was tried, or a note."""
    domain = tuple(v for v in domain if v.symbol in statement.free_symbols)
    ways: list[Callable[[], list[dict[str, Any]]]]
    if statement.relation is Relation.EQUAL:
        ways = [lambda: [_rational_step("identity", statement, domain)]]
    elif is_finite(domain, 256):
        points = [statement.subs(dict(p)) if p else statement for p in all_points(domain)]
        ways = [lambda: [_closed(at, bits) for at in points], lambda: [_closed(at, 4 * bits) for at in points]]
    else:
        ways = [lambda: [_rational_step("positivity", statement, domain)], lambda: [_cover(statement, domain, bits)]]
    found, why = _first_confirmed(ways)
    return found or [_note(f"{statement}, by {method}; {why}")]


def _sides(statement: Statement, moments: bool = False) -> dict[str, Any]:
    up = statement.upward
    left, right = (to_tree(normal_form(side), moments) for side in (up.left, up.right))
    return {"relation": up.relation.value, "left": left, "right": right}


def _closed(statement: Statement, bits: int) -> dict[str, Any]:
    return {"kind": "inequality", "bits": bits, **_sides(statement)}


def _rational_step(kind: str, statement: Statement, domain: tuple[Variable, ...]) -> dict[str, Any]:
    if any(isinstance(v.domain, Choices) for v in domain):
        raise CertificateError("choices are not rewritten")
    lower = [side.lower for side in as_intervals(domain)]
    if any(not end.is_Rational for end in lower):
        raise CertificateError("a variable has no rational lower end")
    names = [v.symbol.name for v in domain]
    return {"kind": kind, "variables": names, "lower": [rational_tree(end) for end in lower], **_sides(statement, True)}  # type: ignore[arg-type]


def _cover(statement: Statement, domain: tuple[Variable, ...], bits: int) -> dict[str, Any]:
    """A cover by the checker's own arithmetic: natural balls, the longest side halved where they do not decide."""
    if any(isinstance(v.domain, Choices) for v in domain):
        raise CertificateError("choices are not covered")
    sides = as_intervals(domain)
    if any(not (s.lower.is_Rational and s.upper.is_Rational) for s in sides):
        raise CertificateError("the domain is no bounded box with rational ends")
    step = {"kind": "cover", "bits": bits, **_sides(statement), "variables": [v.symbol.name for v in domain],
            "domain": [[rational_tree(s.lower), rational_tree(s.upper)] for s in sides]}  # type: ignore[arg-type] # fmt: skip
    box = [(Fraction(int(s.lower.p), int(s.lower.q)), Fraction(int(s.upper.p), int(s.upper.q))) for s in sides]  # type: ignore[attr-defined]
    whole = [high - low for low, high in box]
    before, ctx.prec = ctx.prec, bits
    recheck.MEANS.clear()
    try:
        cuts: list[Any] = []
        waiting = [box]
        while waiting:
            here = waiting.pop()
            if len(cuts) > 2 * MOST_LEAVES:
                raise CertificateError(f"natural balls do not decide on {MOST_LEAVES} boxes")
            try:
                recheck.compare(step, {n: _hull(*side) for n, side in zip(step["variables"], here, strict=True)})
                cuts.append("leaf")
                continue
            except recheck.NotConfirmed:
                pass
            axis = max(range(len(here)), key=lambda k: (here[k][1] - here[k][0]) / whole[k])
            low, high = here[axis]
            middle = (low + high) / 2
            if (high - low) * 2**40 < whole[axis]:
                raise CertificateError("the two sides meet: natural balls do not decide")
            cuts.append([axis, *rational_tree(middle)])
            waiting.append([*here[:axis], (middle, high), *here[axis + 1 :]])
            waiting.append([*here[:axis], (low, middle), *here[axis + 1 :]])
    finally:
        ctx.prec = before
    return {**step, "cuts": cuts}


def _hull(low: Fraction, high: Fraction) -> arb:
    return arb(fmpq(low.numerator, low.denominator)).union(arb(fmpq(high.numerator, high.denominator)))
