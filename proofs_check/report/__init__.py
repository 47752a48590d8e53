"""Reports of judged claims: one self-contained HTML page, a LaTeX document, and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proofs_check.claim import Claim
from proofs_check.verdict import Verdict

__all__ = ["write_certificates", "write_report"]


def write_report(directory: Path, claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> list[Path]:
    """Write ``index.html`` and ``report.tex`` into an existing directory, each whole or not at all.

    Args:
        directory: where to.
        claims, verdicts: the claims and what the judge said of them, in the same order.

    Returns:
        The paths written.
    """
    from proofs_check.commands.output import write_whole
    from proofs_check.report.entry import ReportEntry
    from proofs_check.report.html import html_page
    from proofs_check.report.latex_document import latex_report

    entries = [ReportEntry.of(claim, verdict) for claim, verdict in zip(claims, verdicts, strict=True)]
    pages = {
        directory / "index.html": html_page(entries),
        directory / "report.tex": latex_report(entries),
    }
    for path, text in pages.items():
        write_whole(path, text)
    return list(pages)


def write_certificates(directory: Path, verdicts: Sequence[Verdict]) -> list[Path]:
    """Write ``certificates/ID.json`` for every verdict that carries a certificate; `gramchain recheck` reads them.

    Args:
        directory: an existing directory.
        verdicts: of a run with ``certify=True``.

    Returns:
        The paths written.
    """
    from proofs_check.commands.output import write_whole

    folder = directory / "certificates"
    written: list[Path] = []
    for verdict in verdicts:
        if not verdict.certificate:
            continue
        folder.mkdir(exist_ok=True)
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in verdict.id)[:100] or "claim"
        path = folder / f"{plain}.json"
        if path in written:
            path = folder / f"{plain}_{len(written)}.json"
        write_whole(path, verdict.certificate + "\n")
        written.append(path)
    return written
