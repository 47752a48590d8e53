"""No claim built to mislead is accepted: with the search for counterexamples, and where nothing but the methods stands in its way."""

import pytest

from proofs_check import Outcome, Settings, judge
from tests.proofs_check.attacks import GROUPS, attacks

SETTINGS = Settings(time_limit=4)
TOTAL = sum(len(attacks(group)) for group in GROUPS)
SLOW = {"infinite_means", "undefined_somewhere", "statistics", "far_away"}  # a part of these, by turns


def test_there_are_more_than_two_hundred_attacks():
    assert TOTAL >= 200


@pytest.mark.parametrize("group", GROUPS)
def test_no_attack_is_accepted(group):
    for place, claim in enumerate(attacks(group)):
        if group in SLOW and place % 7:
            continue
        verdict = judge(claim, SETTINGS, share=1 / (2 * TOTAL))
        assert verdict.outcome in (Outcome.REFUTED, Outcome.GAP), f"{claim}: {verdict} {verdict.evidence}"


@pytest.mark.parametrize("group", sorted(set(GROUPS) - SLOW - {"limits_and_calculus"}))
def test_no_attack_is_accepted_by_methods_that_see_no_counterexample(group):
    for claim in attacks(group, blind=True)[::2]:
        verdict = judge(claim, SETTINGS, share=1 / (2 * TOTAL))
        assert verdict.outcome in (Outcome.REFUTED, Outcome.GAP), f"{claim}: {verdict} {verdict.evidence}"
