r"""A paper's appendix from claims: one theorem each, its steps as numbered equations, labels, citations, a bibliography.

Letters are macros of ``gramchain.sty``, so that the paper switches its notation by an option of that package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from proofs_check.claim import Claim
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.latex import escape, expression_width, statement_parts
from proofs_check.report.bibliography import bibliography_latex, cite_key
from proofs_check.report.entry import ReportEntry, ReportStep, shown
from proofs_check.report.style_file import NAME, style_file, style_inside
from proofs_check.statement import Statement
from proofs_check.verdict import Outcome, Verdict
from theory.notation import MACROS, NOTATIONS, Notation, NotationError, notation_of

_ENVIRONMENT = {
    None: "gcclaim",
    Outcome.PROVED: "gctheorem",
    Outcome.SUPPORTED: "gcclaim",
    Outcome.GAP: "gcopen",
    Outcome.REFUTED: "gcfalse",
}
LINE = 62
_OPENING = (r"\bigl(", r"\bigl|")


@dataclass(frozen=True)
class Appendix:
    r"""An appendix about some claims.

    Args:
        claims: what it states, in this order.
        verdicts: what the judge said of each, in the same order; without them everything is headed "Claim" and nothing is
            said about what holds.
        notation: the letters the document shows: "ours", "seed" or "yang".

    Raises:
        ValueError: as many verdicts as claims are needed.

    >>> from sympy import Integer, sqrt
    >>> from proofs_check import less
    >>> appendix = Appendix((Claim(less(sqrt(2), Integer(2)), id="root_below_two"),))
    >>> print(appendix.body.splitlines()[0])
    \begin{gcclaim}[Root below two]\label{claim:root-below-two}
    """

    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...] | None = None
    notation: str = "ours"

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", tuple(self.claims))
        if self.verdicts is not None:
            object.__setattr__(self, "verdicts", tuple(self.verdicts))
            if len(self.verdicts) != len(self.claims):
                raise ValueError(f"{len(self.claims)} claims need as many verdicts, not {len(self.verdicts)}")
        if self.notation not in NOTATIONS:
            raise NotationError(f"there is no notation {self.notation!r}: write {', '.join(NOTATIONS)}")

    @property
    def body(self) -> str:
        """The theorems, for your own document; it needs ``\\usepackage{gramchain}``."""
        verdicts = self.verdicts or (None,) * len(self.claims)
        return "\n".join(_theorem(claim, verdict) for claim, verdict in zip(self.claims, verdicts, strict=True))

    @property
    def bibliography(self) -> str:
        """The works cited, as a ``thebibliography`` environment."""
        return bibliography_latex(claim.source.key for claim in self.claims if claim.source is not None)

    def document(self, standalone: bool = False) -> str:
        """A whole document.

        Args:
            standalone: carry the style inside, so that one file is enough.
        """
        option = "" if self.notation == "ours" else f"[{self.notation}]"
        style = style_inside(self.notation) if standalone else f"\\usepackage{option}{{gramchain}}\n"
        return (
            f"{_PREAMBLE}{style}\\begin{{document}}\n\\appendix\n"
            f"\\section{{{self.heading}}}\n{self.body}\n{self.bibliography}\\end{{document}}\n"
        )

    @property
    def heading(self) -> str:
        return "Claims" if self.verdicts is None else "Judged claims"

    def write(self, directory: str | Path) -> list[Path]:
        """Write ``appendix.tex`` and ``gramchain.sty`` into a directory, each whole or not at all; returns their paths."""
        from proofs_check.commands.output import prepare_directory, write_whole

        target = prepare_directory(str(directory))
        pages = {target / "appendix.tex": self.document(), target / NAME: style_file()}
        for path, text in pages.items():
            write_whole(path, text)
        return list(pages)


_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath}
\emergencystretch=3em
\raggedbottom
\raggedright
\allowdisplaybreaks
"""


def label(claim_id: str, step: str = "") -> str:
    """The label of a claim (``claim:...``) or of one of its equations (``eq:...``), without underscores."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in claim_id)
    return (
        f"claim:{name}"
        if not step
        else f"eq:{name}:" + "".join(c if c.isascii() and c.isalnum() else "-" for c in step)
    )


def _theorem(claim: Claim, verdict: Verdict | None) -> str:
    letters = MACROS.clear_of(claim.symbols)
    entry = ReportEntry.of(claim, verdict, letters)
    kind = _ENVIRONMENT[None if verdict is None else verdict.outcome]
    lines = [
        rf"\begin{{{kind}}}[{escape(entry.title)}]\label{{{label(claim.id)}}}",
        _quantifiers(entry, claim, letters),
    ]
    lines.append(equation(claim.statement, letters, label(claim.id, "statement")))
    if claim.source is not None:
        lines.append(rf"See \cite[{escape(claim.source.locator)}]{{{cite_key(claim.source.key)}}}.")
    lines.append(rf"\end{{{kind}}}")
    lines.append(_proof(entry, claim, verdict, letters))
    return "\n".join(line for line in lines if line)


def _quantifiers(entry: ReportEntry, claim: Claim, letters: Notation) -> str:
    said = []
    if entry.variables:
        said.append("For all " + ", ".join(f"${v}$" for v in entry.variables))
    if entry.hypotheses:
        said.append("given " + "; ".join(escape(name) for name, _ in entry.hypotheses))
    if entry.fits:
        said.append("with fitted " + "; ".join(escape(fit) for fit in entry.fits))
    sentence = ", ".join(said)
    sentence = ", ".join(part for part in (sentence, setting(claim, letters)) if part)
    return sentence[:1].upper() + sentence[1:] + ("," if sentence else "")


def setting(claim: Claim, notation: Notation | str = MACROS) -> str:
    """Words that define the networks which the claim's finite-width numbers speak of, or nothing."""
    found = {c.network for c in chain_numbers(claim.statement.left, claim.statement.right)}
    shown = sorted(", ".join(f"${part}$" for part in network.latex(notation).split(r",\quad ")) for network in found)
    return f"for networks {' and '.join(shown)}" if shown else ""


def _proof(entry: ReportEntry, claim: Claim, verdict: Verdict | None, letters: Notation) -> str:
    if not claim.steps and verdict is None:
        return ""
    proved = verdict is not None and verdict.outcome is Outcome.PROVED
    name = "Steps" if verdict is None else verdict.outcome.name.capitalize()
    kind = "proof" if proved else "gcrecord"
    lines = [rf"\begin{{{kind}}}" + (f"[{name}]" if proved else f"{{{name}}}")]
    for step, source in zip(entry.steps, claim.steps, strict=False):
        lines.append(_said(step))
        if step.same:
            lines.append(rf"It states \eqref{{{label(claim.id, 'statement')}}}.")
        else:
            lines.append(equation(source.statement, letters, label(claim.id, step.name)))
    if verdict is not None:
        if not claim.steps:
            lines += [_said(step) for step in entry.steps]
        rests = f" It rests on {escape(', '.join(verdict.rests_on))}." if verdict.rests_on else ""
        gap = f" First gap: {escape(verdict.first_gap)}." if verdict.first_gap else ""
        evidence = f" Evidence: {escape(shown(verdict.evidence))}." if str(verdict.evidence) else ""
        lines.append(f"Outcome: {verdict.outcome.value}; grounds: {entry.grounds}.{rests}{gap}{evidence}")
    return "\n".join([*lines, rf"\end{{{kind}}}"])


def _said(step: ReportStep) -> str:
    uses = f", from {escape(', '.join(step.uses))}" if step.uses else ""
    how = f" ({escape(step.result)})" if step.verdict is not None else ""
    return rf"\textbf{{{escape(step.name.replace('_', ' '))}}}, by {escape(step.method)}{uses}{how}."


def equation(statement: Statement, notation: Notation | str = MACROS, named: str = "") -> str:
    """A statement as an ``align`` environment, broken at the relation and between the terms of long sums; what would be too wide
    to read gets names, which rows of their own explain.

    Args:
        statement: what to print.
        notation: whose letters.
        named: its label; unnumbered if omitted.
    """
    letters = notation_of(notation).clear_of(statement.free_symbols)
    parts = statement_parts(statement, letters)
    sign = statement.relation.latex
    left, right = _packed(parts.left), _packed(parts.right)
    if len(left) == len(right) == 1 and expression_width(left[0] + right[0]) <= LINE:
        rows = [rf"{'&' if parts.names else ''}\gcfit{{{left[0]} {sign} {right[0]}}}"]
    else:
        rows = [rf"&\gcfit{{{line}}}" for line in left]
        rows += [rf"&\quad {'' if i else sign + ' '}\gcfit{{{line}}}" for i, line in enumerate(right)]
    where = r"\text{where }"
    for place, pieces in enumerate(parts.names):
        first, *rest = _packed(pieces)
        rows.append(rf"&{'' if place else where}\gcfit{{{first}}}")
        rows += [rf"&\quad \gcfit{{{line}}}" for line in rest]
    star = "" if named else "*"
    tail = rf" \label{{{named}}}" if named else ""
    if named and len(rows) > 1:
        rows = [rf"{row} \notag" for row in rows[:-1]] + rows[-1:]
    return f"\\begin{{align{star}}}\n" + " \\\\\n".join(rows) + tail + f"\n\\end{{align{star}}}"


def _packed(pieces: list[str]) -> list[str]:
    """Pieces put together to lines of about one width; brackets that close on another line than they open on become plain."""
    plain = [piece.replace(r"\Big", r"\big") for piece in pieces]
    lines: list[str] = []
    for piece in plain:
        fits = lines and expression_width(lines[-1]) + expression_width(piece) <= LINE
        if fits or (lines and (piece.startswith(r"\bigr") or lines[-1] in _OPENING)):
            lines[-1] += " " + piece
        else:
            lines.append(piece)
    if len(lines) == 1:
        return [re.sub(r"\\big([lr])", lambda side: {"l": r"\left", "r": r"\right"}[side[1]], lines[0])]
    return lines
