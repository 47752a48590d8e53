"""Reports of judged claims: one self-contained HTML page, and a LaTeX document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proofs_check.claim import Claim
from proofs_check.verdict import Verdict

__all__ = ["write_report"]


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
    pages = {directory / "index.html": html_page(entries), directory / "report.tex": latex_report(entries)}
    for path, text in pages.items():
        write_whole(path, text)
    return list(pages)
