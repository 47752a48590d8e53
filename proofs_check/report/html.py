"""One self-contained HTML page for judged claims: no network, no JavaScript; mathematics as MathML, plots as SVG.

The filters are check boxes that the style sheet reads, so they work by keyboard and wherever the page is opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from urllib.parse import quote

from proofs_check.cli import installed_version
from proofs_check.report.entry import GROUNDS, MEANING, ReportEntry, ReportStep, shown
from proofs_check.report.mathml import mathml
from proofs_check.report.plots import plots


def html_page(entries: Sequence[ReportEntry]) -> str:
    """The whole page.

    Args:
        entries: what to show, in this order.
    """
    style = files("proofs_check.report").joinpath("style.css").read_text(encoding="utf-8")
    counts = {name: sum(e.verdict.outcome.name == name for e in entries) for name in MEANING}
    tally = ", ".join(f"{count} {name.lower()}" for name, count in counts.items() if count) or "none"
    written = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    seconds = sum(e.verdict.seconds for e in entries)
    rows = "\n".join(_row(entry) for entry in entries)
    meanings = "\n".join(
        f'<dt><span class="badge {name}">{name}</span></dt><dd>{escape(text)}</dd>' for name, text in MEANING.items()
    )
    articles = "\n".join(_article(entry) for entry in entries)
    filters, rules = _filters(entries)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Judged claims: {escape(tally)}</title>
<style>
{style}{rules}</style>
</head>
<body>
<a class="skip" href="#claims">Skip to the claims</a>
<header>
<h1>Judged claims</h1>
<p>{len(entries)} claim{"s" * (len(entries) != 1)}: {escape(tally)}.
<span class="faint">gramchain {escape(installed_version())}, {written}, {seconds:.0f} seconds of judging.</span></p>
<dl class="facts">
{meanings}
</dl>
<p class="faint">Grounds, weakest first: simulation, citation, enclosure, exact. A claim is as strong as its weakest step.</p>
</header>
<main id="claims">
{filters}
<table class="summary">
<caption class="skip">Outcome of every claim</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Outcome</th><th scope="col">Grounds</th>
<th scope="col">Rests on</th><th scope="col">Seconds</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p class="count faint">{len(entries)} judged.</p>
{articles}
</main>
</body>
</html>
"""


def _kinds(entry: ReportEntry) -> tuple[str, str]:
    return f"outcome-{entry.verdict.outcome.name}", f"grounds-{entry.grounds}"


def _filters(entries: Sequence[ReportEntry]) -> tuple[str, str]:
    """Check boxes for the outcomes and grounds that occur, and the style rules that they switch."""
    groups = {
        "Outcome": {f"outcome-{name}": name for name in MEANING},
        "Grounds": {f"grounds-{name}": name for name in (*GROUNDS.values(), "none")},
    }
    sets, rules = [], []
    for legend, kinds in groups.items():
        boxes = []
        for kind, name in kinds.items():
            count = sum(kind in _kinds(entry) for entry in entries)
            if count:
                boxes.append(
                    f'<label><input type="checkbox" id="show-{kind}" checked> {name} <span class="faint">{count}</span></label>'
                )
                rules.append(f"body:has(#show-{kind}:not(:checked)) .{kind} {{ display: none; }}")
        sets.append(f"<fieldset><legend>{legend}</legend>{''.join(boxes)}</fieldset>")
    return f'<div class="filters" role="group" aria-label="Which claims to show">{"".join(sets)}</div>', "\n".join(
        rules
    ) + "\n"


def _badge(outcome: str) -> str:
    return f'<span class="badge {outcome}">{outcome}</span>'


def _row(entry: ReportEntry) -> str:
    verdict = entry.verdict
    rests = escape(", ".join(verdict.rests_on)) or "nothing cited"
    return (
        f'<tr class="claim {" ".join(_kinds(entry))}"><td><a href="#{escape(verdict.id, quote=True)}">{escape(entry.title)}</a></td>'
        f'<td data-label="Outcome">{_badge(verdict.outcome.name)}</td>'
        f'<td data-label="Grounds">{escape(entry.grounds)}</td><td data-label="Rests on">{rests}</td>'
        f'<td class="number" data-label="Seconds">{verdict.seconds:.1f}</td></tr>'
    )


def _text(text: str) -> str:
    """Plain text, with ``literals`` as code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escape(text))


def _pieces(pieces: Sequence[str]) -> str:
    """Formula pieces between which a line may break."""
    drawn = (mathml(r"\displaystyle " + piece) for piece in pieces)
    return " ".join(f'<span class="piece">{formula}</span>' for formula in drawn)


def _article(entry: ReportEntry) -> str:
    verdict = entry.verdict
    facts: list[tuple[str, str]] = []
    if entry.variables:
        over = ", ".join(f'<span class="piece">{mathml(v)}</span>' for v in entry.variables)
        facts.append(("For all", over))
    if entry.hypotheses:
        facts.append(("Given", "; ".join(f"{escape(name)} ({status})" for name, status in entry.hypotheses)))
    if entry.networks:
        facts.append(("Networks", "; ".join(_pieces(latex.split(r",\quad ")) for latex in entry.networks)))
    facts.append(("Grounds", escape(entry.grounds)))
    facts.append(("Rests on", escape(", ".join(verdict.rests_on)) or "nothing cited"))
    if verdict.first_gap:
        facts.append(("First gap", escape(verdict.first_gap)))
    if entry.fits:
        facts.append(("Fitted", "; ".join(_text(fit) for fit in entry.fits)))
    if str(verdict.evidence):
        facts.append(("Evidence", escape(shown(verdict.evidence))))
    if entry.source:
        facts.append(("Source", escape(entry.source)))
    if verdict.certificate:
        facts.append(("Certificate", _download(verdict.id, verdict.certificate)))
    facts.append(("Name", f"<code>{escape(verdict.id)}</code>"))
    listed = "\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    text = "\n".join(f"<p>{_text(paragraph)}</p>" for paragraph in entry.text)
    steps = "\n".join(_step(step) for step in entry.steps)
    proof = f'<h3>Steps</h3>\n<ol class="steps">\n{steps}\n</ol>' if steps else ""
    name = escape(verdict.id, quote=True)
    drawn = "\n".join(f"<figure>{svg}</figure>" for svg in plots(entry.claim, verdict))
    return f"""<article id="{name}" class="{" ".join(_kinds(entry))}" aria-labelledby="{name}-title">
<h2 id="{name}-title">{escape(entry.title)} {_badge(verdict.outcome.name)}</h2>
{text}
<div class="statement">{_pieces(entry.pieces)}</div>
<dl class="facts">
{listed}
</dl>
{drawn}
{proof}
<p class="back"><a href="#claims">Back to the table</a></p>
</article>"""


def _download(name: str, certificate: str) -> str:
    """A link that carries the certificate, and how much of it the independent checker can show again."""
    steps = json.loads(certificate)["steps"]
    shown_again = sum(step["kind"] != "symbolic" for step in steps)
    said = f"{shown_again} of {len(steps)} steps for gramchain recheck; {len(certificate)} bytes"
    return (f'<a download="{escape(name, quote=True)}.json" href="data:application/json,{quote(certificate)}">'
            f"{escape(name)}.json</a> <span class=\"faint\">({said})</span>")  # fmt: skip


def _step(step: ReportStep) -> str:
    lines = [
        '<div class="step-head">'
        f'<span class="step-name">{escape(step.name)}</span> <span>{escape(step.result)}</span> '
        f'<span class="faint">by {escape(step.method)}</span></div>',
        '<div class="faint">states what the claim states</div>'
        if step.same
        else f'<div class="statement">{_pieces(step.pieces)}</div>',
    ]
    if step.uses:
        lines.append(f'<div class="faint">uses {escape(", ".join(step.uses))}</div>')
    if step.verdict is not None:
        said = [f"grounds: {GROUNDS[step.verdict.grounds]}", shown(step.verdict.evidence), step.verdict.advice]
        lines.append(f"<div>{escape('; '.join(part for part in said if part))}</div>")
    return "<li>" + "\n".join(lines) + "</li>"
