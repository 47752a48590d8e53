"""The judge on a part of the suite of true and false claims; the whole suite is measured by benchmarks/power_and_soundness.py."""

from dataclasses import replace

import pytest

from benchmarks.power_and_soundness import summary
from proofs_check import Outcome, Settings, judge
from tests.proofs_check.claim_suite import BASES, cases, truth
from tests.proofs_check.claim_suite_fourth import FOURTH
from tests.proofs_check.claim_suite_held_out import HELD_OUT
from tests.proofs_check.claim_suite_third import THIRD
from tests.proofs_check.sampled_sides import sampled

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


def test_closed_forms_of_the_third_suite_agree_with_sampling():
    """Left sides drawn from the definitions, right sides as derived by hand: 5 standard errors, numbers without noise to 1e-9."""
    known = [base for base in THIRD if base.value is not None and base.left is not base.value and not base.given][::9]
    assert len(known) >= 7
    for base in known:
        point = {v.symbol: v.domain.points()[-1] if v.domain.contains(0) else v.domain.points()[2] for v in base.domain}
        point = {s: min(value, 3) for s, value in point.items()}
        drawn, error = sampled(base.left, point, seed=5, count=20_000)
        value = float(base.value.subs(point).evalf(30))
        assert abs(drawn - value) <= 5 * error + 1e-9 * (1 + abs(value)), (base.name, point, drawn, value)


def test_the_suites_share_no_claim():
    names = [base.name for base in (*BASES, *HELD_OUT, *THIRD, *FOURTH)]
    assert len(set(names)) == len(names)
    stated = [
        (base.left, base.relation, base.right, base.domain, base.given) for base in (*BASES, *HELD_OUT, *THIRD, *FOURTH)
    ]
    assert len(set(stated)) == len(stated)


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


def test_a_mean_without_a_law_is_no_true_claim():
    for bases in (THIRD, FOURTH):
        base = next(base for base in bases if "triple" in base.name)
        assert truth(base) is True
        assert truth(replace(base, given=())) is False
