r"""The calculational checker: a chain ``a = b <= c < d`` in which every link is judged for itself.

A derivation says more than its conclusion: each link is a statement, and the first false one is named with a counterexample.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr

from proofs_check.claim import Claim, Hypothesis, ProofStep
from proofs_check.domains.domain import Variable
from proofs_check.judge import Settings, judge
from proofs_check.methods.base import Method
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Grounds, Outcome, Verdict
from theory.display import Displayed, inline, text
from theory.notation import OURS, Notation, Printer, notation_of

_MARK = {Outcome.PROVED: "✓", Outcome.SUPPORTED: "≈", Outcome.GAP: "?", Outcome.REFUTED: "✗"}
_LATEX_MARK = {
    Outcome.PROVED: r"\checkmark", Outcome.SUPPORTED: r"\approx\checkmark", Outcome.GAP: "?", Outcome.REFUTED: r"\times",
}  # fmt: skip


class DerivationError(ValueError):
    """The derivation is malformed; the message says what was passed and what to write instead."""


@dataclass(frozen=True)
class Link:
    """One ``relation right`` of a chain.

    Args:
        relation: to what stands before it.
        right: the expression.
        reason: text for the reader; it is shown and not believed.
        by: the method that judges it; chosen by what the link contains if omitted.
    """

    relation: Relation
    right: Expr
    reason: str = ""
    by: Method | None = None


@dataclass(frozen=True, repr=False)
class Derivation(Displayed):
    """A chain of relations, each of which is to be judged.

    Args:
        first: where the chain starts.
        links: what follows, in order.
        domain: the variables it is quantified over.
        hypotheses: what it assumes.
        name: names the random streams and the report.

    Raises:
        DerivationError: links that point both ways (``a <= b >= c``), from which nothing follows about the ends.

    >>> from sympy import Symbol, Rational
    >>> from proofs_check.domains.domain import Interval
    >>> t = Symbol("t", real=True)
    >>> chain = Derivation(t * (1 - t), domain=(Variable(t, Interval(0, 1)),)).equal(t - t**2).at_most(Rational(1, 4))
    >>> print(chain.conclusion)
    t*(1 - t) <= 1/4
    >>> chain.judge().outcome.name
    'PROVED'
    """

    first: Expr
    links: tuple[Link, ...] = ()
    domain: tuple[Variable, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    name: str = "derivation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", Statement(self.first, Relation.EQUAL, self.first).left)
        relations = {link.relation for link in self.links}
        up, down = {Relation.LESS, Relation.AT_MOST}, {Relation.GREATER, Relation.AT_LEAST}
        if relations & up and relations & down:
            raise DerivationError(
                "the links point both ways (<= and >=), so nothing follows about the ends: write two derivations"
            )

    def then(self, relation: Relation, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """The chain with one more link; a method may stand in place of the reason."""
        text, method = ("", reason) if isinstance(reason, Method) else (reason, by)
        before = self.links[-1].right if self.links else self.first
        stated = Statement(before, relation, right)  # refuses what is no exact scalar
        return replace(self, links=(*self.links, Link(relation, stated.right, text, method)))

    def equal(self, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """... = right."""
        return self.then(Relation.EQUAL, right, reason, by)

    def less(self, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """... < right."""
        return self.then(Relation.LESS, right, reason, by)

    def at_most(self, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """... <= right."""
        return self.then(Relation.AT_MOST, right, reason, by)

    def greater(self, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """... > right."""
        return self.then(Relation.GREATER, right, reason, by)

    def at_least(self, right: Any, reason: str | Method = "", by: Method | None = None) -> Derivation:
        """... >= right."""
        return self.then(Relation.AT_LEAST, right, reason, by)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What each link states."""
        left, found = self.first, []
        for link in self.links:
            found.append(Statement(left, link.relation, link.right))
            left = link.right
        return tuple(found)

    @property
    def conclusion(self) -> Statement:
        """What follows about the two ends if every link holds.

        Raises:
            DerivationError: no links.
        """
        if not self.links:
            raise DerivationError("a derivation needs at least one link, such as .equal(right)")
        order = (Relation.LESS, Relation.GREATER, Relation.AT_MOST, Relation.AT_LEAST, Relation.EQUAL)
        strongest = next(r for r in order if any(link.relation is r for link in self.links))
        return Statement(self.first, strongest, self.links[-1].right)

    def judge(
        self, settings: Settings | None = None, progress: Callable[[int, Verdict], None] = lambda place, verdict: None
    ) -> JudgedDerivation:
        """Judge every link, whatever became of the ones before it; the error level is split evenly among them."""
        _ = self.conclusion
        verdicts = []
        for place, (link, statement) in enumerate(zip(self.links, self.statements, strict=True)):
            steps = () if link.by is None else (ProofStep("link", statement, by=link.by),)
            claim = Claim(statement, self.domain, self.hypotheses, steps, id=f"{self.name}, link {place + 1}")
            verdicts.append(judge(claim, settings, share=1 / len(self.links)))
            progress(place, verdicts[-1])
        return JudgedDerivation(self, tuple(verdicts))

    def latex(self, notation: Notation | str = OURS) -> str:
        """The chain as an ``align*`` environment."""
        return _aligned(self, [text(link.reason) if link.reason else "" for link in self.links], notation)

    def __str__(self) -> str:
        rows = [f"  {self.first}"]
        rows += [
            f"  {link.relation.unicode} {link.right}" + (f"   -- {link.reason}" if link.reason else "")
            for link in self.links
        ]
        return "\n".join(rows)


@dataclass(frozen=True, repr=False)
class JudgedDerivation(Displayed):
    """A derivation with one verdict a link.

    The outcome is about the chain: PROVED or SUPPORTED if every link holds, REFUTED if some link is false (its conclusion may be
    true all the same), GAP otherwise.
    """

    derivation: Derivation
    verdicts: tuple[Verdict, ...] = field(repr=False)

    def __bool__(self) -> bool:
        raise TypeError("a judged derivation is no truth value: ask its .outcome")

    @property
    def outcome(self) -> Outcome:
        found = {v.outcome for v in self.verdicts}
        return next(o for o in (Outcome.REFUTED, Outcome.GAP, Outcome.SUPPORTED, Outcome.PROVED) if o in found)

    @property
    def grounds(self) -> Grounds | None:
        """The weakest grounds of a link, if all links hold."""
        held = [v.grounds for v in self.verdicts if v.outcome in (Outcome.PROVED, Outcome.SUPPORTED) and v.grounds]
        return min(held) if len(held) == len(self.verdicts) else None

    @property
    def first_false(self) -> int | None:
        """Place of the first false link, counted from 1."""
        return next((k + 1 for k, v in enumerate(self.verdicts) if v.outcome is Outcome.REFUTED), None)

    @property
    def first_gap(self) -> int | None:
        """Place of the first link that is neither shown nor false, counted from 1."""
        return next((k + 1 for k, v in enumerate(self.verdicts) if v.outcome is Outcome.GAP), None)

    @property
    def only_supported(self) -> tuple[int, ...]:
        """Places of the links that rest on simulation, counted from 1."""
        return tuple(k + 1 for k, v in enumerate(self.verdicts) if v.outcome is Outcome.SUPPORTED)

    @property
    def summary(self) -> str:
        """One sentence."""
        conclusion = self.derivation.conclusion
        if self.first_false is not None:
            verdict = self.verdicts[self.first_false - 1]
            return f"link {self.first_false} is false: {verdict.evidence}"
        if self.first_gap is not None:
            return f"link {self.first_gap} is not shown: {self.verdicts[self.first_gap - 1].first_gap}"
        if self.only_supported:
            places = ", ".join(map(str, self.only_supported))
            return f"{conclusion} is supported; by simulation alone: link {places}"
        return f"{conclusion} is proved ({self.grounds.name if self.grounds else ''})"

    def latex(self, notation: Notation | str = OURS) -> str:
        """The chain as an ``align*`` environment with a mark and the reason on each line."""
        notes = []
        for link, verdict in zip(self.derivation.links, self.verdicts, strict=True):
            reason = rf"\ {text(link.reason)}" if link.reason else ""
            notes.append(_LATEX_MARK[verdict.outcome] + reason)
        return _aligned(self.derivation, notes, notation)

    def _repr_latex_(self) -> str:
        """In a notebook the chain, and below it the first link that is not proved and why."""
        shown = self.latex()
        if self.outcome is not Outcome.PROVED:
            shown = shown.replace("\n\\end{align*}", rf" \\ &{text(self.summary)}" + "\n\\end{align*}")
        return inline(shown)

    def to_json(self) -> dict[str, Any]:
        chain = self.derivation
        return {
            "conclusion": str(chain.conclusion), "outcome": self.outcome.name,
            "grounds": self.grounds.name if self.grounds is not None else None,
            "first_false": self.first_false, "first_gap": self.first_gap, "only_supported": list(self.only_supported),
            "links": [
                {**v.to_json(), "statement": str(s), "reason": link.reason}
                for v, s, link in zip(self.verdicts, chain.statements, chain.links, strict=True)
            ],
        }  # fmt: skip

    def __str__(self) -> str:
        rows = [f"    {self.derivation.first}"]
        for link, verdict in zip(self.derivation.links, self.verdicts, strict=True):
            grounds = (
                f"[{verdict.grounds.name.lower()}]" if verdict.outcome is Outcome.PROVED and verdict.grounds else ""
            )
            notes = "  ".join(filter(None, [grounds, f"-- {link.reason}" if link.reason else ""]))
            rows.append(
                f"{_MARK[verdict.outcome]} {link.relation.unicode:>2} {link.right}" + (f"   {notes}" if notes else "")
            )
            if verdict.outcome is Outcome.REFUTED:
                rows.append(f"       false: {verdict.evidence}")
            elif verdict.outcome is Outcome.GAP:
                rows.append(f"       not shown: {verdict.first_gap}")
            elif verdict.outcome is Outcome.SUPPORTED:
                rows.append(f"       by simulation alone: {verdict.evidence}")
        holds = self.first_false is None and self.first_gap is None
        return "\n".join([*rows, self.summary if holds else self.summary.partition(":")[0]])  # why stands at the link


LINE = 72  # characters of mathematics that fit on a line of a paper, about


def _aligned(chain: Derivation, notes: list[str], notation: Notation | str) -> str:
    """The first expression gets a line of its own where a line would be too long, and then the notes lines below the links."""
    symbols = set().union(chain.first.free_symbols, *(link.right.free_symbols for link in chain.links))
    latex = Printer(notation_of(notation).clear_of(symbols)).doprint
    first, rights = latex(chain.first), [latex(link.right) for link in chain.links]
    widest = max(map(_width, rights), default=0) + max(map(_width, notes), default=0) + 6
    apart, below = _width(first) + widest > LINE, widest > LINE
    rows = [f"& {first}"] if apart else []
    for place, (link, right, note) in enumerate(zip(chain.links, rights, notes, strict=True)):
        left = first if place == 0 and not apart else ""
        indent = r"\quad " if apart else ""
        rows.append(rf"{left} &{indent}{link.relation.latex} {right}" + (f" && {note}" if note and not below else ""))
        if note and below:
            rows.append(rf" &\qquad\qquad {note}")
    return "\\begin{align*}\n" + " \\\\\n".join(rows or [first]) + "\n\\end{align*}"


def _width(latex: str) -> int:
    """About how many characters wide it prints: of a fraction the longer part, of a command one, of words each letter."""
    for _ in range(40):
        inner = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", lambda m: max(m[1], m[2], key=len), latex)
        inner = re.sub(r"(?<!\\)\{([^{}]*)(?<!\\)\}", r"\1", inner)
        if inner == latex:
            break
        latex = inner
    latex = re.sub(
        r"\\(arc)?(sin|cos|tan|log|max|min)h?(?![a-z])",
        "xxx",
        re.sub(r"\\(left|right|text|displaystyle)(?![a-z])", "", latex),
    )
    return len(re.sub(r"\s|[_^]", "", re.sub(r"\\([A-Za-z]+|.)", "x", latex)))
