"""The judge on a part of the suite of true and false claims; the whole suite is measured by benchmarks/power_and_soundness.py."""

import pytest

from benchmarks.power_and_soundness import summary
from proofs_check import Outcome, Settings, judge
from tests.proofs_check.claim_suite import BASES, cases, truth

SUITE = cases()
# every 13th claim: each kind of mutation, most bases; the time limit keeps the test short
PART = SUITE[3::13]


def test_the_suite_is_large_and_its_claims_are_known():
    assert len(SUITE) >= 200
    assert sum(not c.true for c in SUITE) >= 150
    assert {c.change for c in SUITE} >= {
        "none",
        "sign",
        "exponent",
        "index + 1",
        "domain",
        "relation",
        "dropped part",
        "function",
    }
    assert len({c.claim.id for c in SUITE}) == len(SUITE)


def test_no_base_claim_is_false():
    assert all(truth(base) is not False for base in BASES)


@pytest.mark.slow
def test_no_false_claim_is_accepted_and_no_true_one_refuted():
    rows = []
    for case in PART:
        verdict = judge(case.claim, Settings(time_limit=8), share=1 / len(PART))
        if case.true:
            assert verdict.outcome is not Outcome.REFUTED, f"{case.claim}: {verdict.evidence}"
        else:
            assert verdict.outcome in (Outcome.REFUTED, Outcome.GAP), f"{case.change}: {case.claim}"
        rows.append({"true": case.true, "outcome": verdict.outcome.name})
    found = summary(rows)
    assert found["false_refuted_share"] >= 0.9, found
