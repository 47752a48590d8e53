"""The one unforgivable defect: a false claim called PROVED, or SUPPORTED."""

import pytest

from proofs_check import Outcome, Settings, judge
from tests.proofs_check.false_claims import FALSE_CLAIMS

SETTINGS = Settings(time_limit=60)
SHARE = 1 / len(FALSE_CLAIMS)


@pytest.mark.parametrize("false", FALSE_CLAIMS, ids=lambda f: f.claim.id)
def test_a_false_claim_is_never_accepted(false):
    verdict = judge(false.claim, SETTINGS, share=SHARE)
    assert verdict.outcome in (Outcome.REFUTED, Outcome.GAP), f"{false.why}: {verdict}"


def test_most_false_claims_are_refuted_with_evidence():
    # all that are false at a point where balls decide must be refuted, not merely left open
    ids = {f.claim.id for f in FALSE_CLAIMS}
    sharp = {
        "unbiased_up_to_five_percent", "noise_off_by_five_percent", "relu_diagonal_off_by_five_percent",
        "relu_correlation_of_wrong_sign", "identity_off_diagonal_one_over_n", "linear_error_with_half_for_a_third",
        "relu_norm_with_four_for_five", "erf_slope_below_nine_tenths", "relu_slope_as_in_the_table", "pi_is_355_over_113",
        "root_just_above", "false_though_cited",
    }  # fmt: skip
    assert sharp <= ids
    for false in FALSE_CLAIMS:
        if false.claim.id in sharp:
            verdict = judge(false.claim, SETTINGS, share=SHARE)
            assert verdict.outcome is Outcome.REFUTED, f"{verdict}"
            assert verdict.evidence.counterexample is not None or verdict.evidence.enclosure is not None
