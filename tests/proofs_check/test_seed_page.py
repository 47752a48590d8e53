"""docs/seed.md is what the ledger says today."""

from __future__ import annotations

import json
import re

import pytest

from proofs_check import ledger
from proofs_check.ledger import LedgerError
from proofs_check.report import seed_page
from proofs_check.report.seed_page import ARXIV, SENTENCES, Sentence

ITEM = re.compile(
    r"^\* \[.+\]\(\.\./proofs_check/claims/(\w+)\.py\): ([A-Z]+)(?:, ([a-z]+))?(?:; rests on (.+))?$", re.M
)


def test_the_page_is_current():
    written = seed_page.PATH.read_text(encoding="utf-8")
    assert written == seed_page.page(), "write it again: python -m proofs_check.report.seed_page"


def test_every_verdict_on_the_page_is_the_pinned_one():
    pinned = json.loads(ledger.PATH.read_text(encoding="utf-8"))
    text = seed_page.PATH.read_text(encoding="utf-8")
    items = ITEM.findall(text)
    assert len(items) == len(re.findall(r"^\* ", text, re.M)) >= 15
    for name, outcome, grounds, rests_on in items:
        assert outcome == pinned[name]["outcome"]
        assert grounds == (pinned[name]["grounds"] or "").lower()
        assert rests_on == ", ".join(pinned[name]["rests_on"])


def test_a_changed_verdict_changes_the_page(monkeypatch):
    name = "batch_norm_error_stays_flat_in_depth"
    weaker = {
        **ledger.entries(),
        name: {**ledger.entries()[name], "outcome": "GAP", "grounds": None, "rests_on": ["pinelis1994"]},
    }
    monkeypatch.setattr(ledger, "entries", lambda: weaker)
    assert f"{name}.py): GAP; rests on pinelis1994" in seed_page.page()
    assert "1 GAP" in seed_page.page()


def test_every_sentence_is_read_and_one_without_claims_says_that_there_is_nothing_to_judge():
    assert len({sentence.text for sentence in SENTENCES}) == len(SENTENCES)
    for sentence in SENTENCES:
        assert sentence.text.endswith(".")
        assert bool(sentence.claims) != ("nothing to judge" in sentence.reading)
        weak = any(ledger.expected(name)["outcome"] in ("SUPPORTED", "GAP") for name in sentence.claims)
        assert sentence.missing or not weak, "what simulation supports is not verified in full: say what is missing"


def test_every_claim_about_the_seed_is_on_the_page():
    about = {name for name in ledger.names() if (source := ledger.load(name).source) and source.key == "joudaki2023"}
    linked = {name for sentence in SENTENCES for name in (*sentence.claims, *sentence.beyond)}
    assert len(about) >= 15
    assert about <= linked


def test_a_sentence_with_an_unknown_claim_is_refused():
    with pytest.raises(LedgerError, match="did you mean 'one_step_is_unbiased'"):
        Sentence("A sentence.", ARXIV, "read", claims=("one_step_is_unbiassed",))
