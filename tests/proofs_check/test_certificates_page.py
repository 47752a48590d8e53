"""docs/certificates.md names every claim of the ledger once, and says of it what `gramchain recheck` says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from proofs_check import judge, ledger
from proofs_check.certificates.certificate import certificate
from proofs_check.report.certificates_page import PATH, Standing, counted, page, standing, written

TEXT = PATH.read_text(encoding="utf-8")
FOUND = written(TEXT)
CONFIRMED, OPEN = TEXT.split("## Not confirmed")
LINKS = re.compile(r"\[`(\w+)`\]\([^)]*/(\w+)\.py\)")


def test_the_page_names_every_claim_of_the_ledger_once():
    named = [name for name, file in LINKS.findall(TEXT) if name == file]
    missing = " ".join({*ledger.names()} ^ {*named})
    assert sorted(named) == sorted(ledger.names()), f"run python -m proofs_check.report.certificates_page {missing}"
    assert page({name: FOUND[name] for name in ledger.names()}) == TEXT


def test_the_counts_are_those_of_the_lists():
    rows = Counter(re.findall(r"\.py\) \| (.+) \|", OPEN)) + Counter(
        {Standing.CONFIRMED.value: len(LINKS.findall(CONFIRMED))}
    )
    assert rows == Counter(
        {s.value: int(re.search(rf"\| {re.escape(s.value)} \| (\d+) \|", TEXT)[1]) for s in Standing}
    )


@pytest.mark.parametrize(
    "name",
    ["relu_fixed_point_correlation_is_arc_cosine", "theorem_one_for_the_linear_network", "theorem_two_from_mixing_alone",
     "one_step_deviation_has_a_gaussian_tail", "unnormalized_linear_error_at_every_depth", "mean_log_norm_of_a_linear_layer"],
)  # fmt: skip
def test_the_page_says_what_the_checker_says(name):
    claim = ledger.load(name)
    verdict = judge(claim)
    found = standing(replace(verdict, certificate=certificate(claim, verdict).text))
    if found is Standing.CONFIRMED:
        assert f"`{name}`" in CONFIRMED
    else:
        assert f"| [`{name}`](../proofs_check/claims/{name}.py) | {found.value} |" in OPEN


def test_a_verdict_without_a_certificate_has_no_standing():
    with pytest.raises(ValueError, match="carries no certificate"):
        standing(judge(ledger.load("theorem_one_for_the_linear_network")))
    assert counted([Standing.CITATION, Standing.CITATION]) == "2 rests on a citation"
