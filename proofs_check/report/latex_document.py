"""Judged claims as a LaTeX document that compiles with pdflatex."""

from __future__ import annotations

import re
from collections.abc import Sequence

from proofs_check.latex import breakable, document, escape, expression_width
from proofs_check.report.entry import GROUNDS, MEANING, ReportEntry, ReportStep, shown
from proofs_check.report.style_file import style_inside

WIDEST = 42


def latex_report(entries: Sequence[ReportEntry]) -> str:
    """The whole document."""
    meanings = "\n".join(rf"\item[{name}] {escape(text)}" for name, text in MEANING.items())
    head = (
        f"\\begin{{description}}\n{meanings}\n\\end{{description}}\n"
        "Grounds, weakest first: simulation, citation, enclosure, exact. A claim is as strong as its weakest step.\n"
    )
    return document(head + "\n".join(_claim(entry) for entry in entries), "Judged claims", style_inside("ours"))


def _claim(entry: ReportEntry) -> str:
    verdict = entry.verdict
    lines = [rf"\subsection*{{{escape(entry.title)}: {verdict.outcome.name}}}"]
    lines += [_text(paragraph) + "\n" for paragraph in entry.text]
    lines += [r"\begin{quote}", _pieces(entry.pieces)]
    if entry.variables:
        lines.append("for all " + ", ".join(f"${v}$" for v in entry.variables))
    if entry.hypotheses:
        lines.append("given " + "; ".join(f"{escape(name)} ({status})" for name, status in entry.hypotheses))
    lines.append(r"\end{quote}")
    facts = [("Grounds", entry.grounds), ("Rests on", ", ".join(verdict.rests_on) or "nothing cited"),
             ("First gap", verdict.first_gap or ""), ("Fitted", "; ".join(entry.fits)),
             ("Evidence", shown(verdict.evidence)), ("Source", entry.source)]  # fmt: skip
    lines += [rf"\textit{{{name}:}} {escape(value)}\\" for name, value in facts if value]
    lines.append(rf"\textit{{Name:}} \texttt{{{escape(verdict.id)}}}")
    if entry.steps:
        lines += ["", r"\begin{enumerate}", *(_step(step) for step in entry.steps), r"\end{enumerate}"]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Plain text, with ``literals`` in typewriter."""
    parts = re.split(r"``(.+?)``", text)
    return "".join(rf"\texttt{{{escape(part)}}}" if i % 2 else escape(part) for i, part in enumerate(parts))


def _step(step: ReportStep) -> str:
    uses = f", uses {', '.join(step.uses)}" if step.uses else ""
    lines = [rf"\item \textbf{{{escape(step.name)}}} {step.result}, by {escape(step.method)}{escape(uses)}:\\",
             "states what the claim states" if step.same else _pieces(step.pieces)]  # fmt: skip
    if step.verdict is not None:
        said = [GROUNDS[step.verdict.grounds], shown(step.verdict.evidence), step.verdict.advice]
        lines.append(r"\\" + escape("; ".join(part for part in said if part)))
    return "\n".join(lines)


def _pieces(pieces: Sequence[str]) -> str:
    """Formula pieces between which TeX may break lines; one that is wider than a line shrinks to it."""
    return "\n".join(breakable(p) if expression_width(p) <= WIDEST else rf"\gcfit{{{p}}}" for p in pieces)
