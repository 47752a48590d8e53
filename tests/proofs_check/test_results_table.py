"""The README's table of results says what the ledger pins."""

from __future__ import annotations

import pytest

from proofs_check import ledger
from proofs_check.report import results_table as results


def test_the_readme_is_current():
    readme = results.PATH.read_text(encoding="utf-8")
    assert readme == results.placed(readme), "run python -m proofs_check.report.results_table"


def test_every_row_names_a_file_and_different_claims():
    for row in results.RESULTS:
        assert (results.PATH.parent / row.lives).is_file()
        assert len(set(row.claims)) == len(row.claims) >= 2


def test_a_changed_verdict_changes_the_table(monkeypatch):
    name = "one_step_is_unbiased"
    weaker = {**ledger.entries(), name: {**ledger.entries()[name], "outcome": "GAP"}}
    before = results.text()
    monkeypatch.setattr(ledger, "entries", lambda: weaker)
    assert results.text() != before
    assert "1 GAP" in results.text()


def test_a_page_without_markers_is_refused():
    with pytest.raises(ValueError, match="needs the lines"):
        results.placed("no markers")
