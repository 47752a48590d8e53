"""The ledger: every built-in claim is judged, and its verdict is the one it is pinned to."""

import pytest

from proofs_check import ledger
from proofs_check.judge import Settings, judge
from proofs_check.ledger import LedgerError


@pytest.mark.parametrize("name", ledger.names())
def test_a_claim_has_the_verdict_of_the_ledger(name):
    verdict = judge(ledger.load(name), Settings(), share=1 / len(ledger.names()))
    assert ledger.pinned(verdict) == ledger.expected(name), f"{verdict}; {verdict.evidence}"
    assert not ledger.falls_below(verdict)


def test_every_claim_file_is_in_the_ledger():
    files = {p.stem for p in ledger.PATH.parent.glob("*.py")} - {"__init__"}
    assert files == set(ledger.names())


def test_an_unknown_claim_is_answered_with_the_nearest():
    with pytest.raises(LedgerError, match="did you mean 'one_step_is_unbiased'"):
        ledger.load("one_step_unbiased")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\n", "neither CLAIM nor CLAIMS"),
        ("CLAIM = 3\n", "is no Claim"),
        ("CLAIMS = []\n", "empty"),
        ("a = 1\nraise RuntimeError('boom')\n", "line 2: RuntimeError: boom"),
        ("def f(:\n", "SyntaxError"),
        (
            "from proofs_check import Claim, less\nfrom sympy import S\nCLAIMS = [Claim(less(S(1), S(2)), id='a')] * 2\n",
            "two claims are named a",
        ),
    ],
)
def test_a_claims_file_that_holds_no_claims_is_refused_in_one_line(tmp_path, text, says):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(LedgerError, match=says) as caught:
        ledger.load_file(path)
    assert "\n" not in str(caught.value)


def test_a_missing_claims_file_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="no claims file"):
        ledger.load_file(tmp_path / "nothing.py")


def test_a_users_file_gives_its_claims(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from proofs_check import Claim, less\nfrom sympy import S\nCLAIM = Claim(less(S(1), S(2)))\n")
    (claim,) = ledger.load_file(path)
    assert claim.id == "mine"
    assert judge(claim).outcome.name == "PROVED"


def test_a_pinned_refutation_falls_short_when_it_is_no_longer_refuted():
    from proofs_check.verdict import Grounds, Outcome, Verdict

    name = "relu_dual_slope_at_one_as_tabulated"
    assert not ledger.falls_below(Verdict(name, Outcome.REFUTED, Grounds.ENCLOSURE))
    assert ledger.falls_below(Verdict(name, Outcome.PROVED, Grounds.EXACT))
    assert ledger.falls_below(Verdict(name, Outcome.GAP, None))


def test_every_claim_belongs_to_a_part_of_the_theory():
    from proofs_check import claims_page

    keys = [section.key for section in claims_page.SECTIONS]
    assert {ledger.section(name) for name in ledger.names()} == set(keys)
    assert sum(len(claims_page.members(key)) for key in keys) == len(ledger.names())


def test_the_page_of_claims_is_the_one_the_ledger_gives():
    from proofs_check import claims_page

    assert claims_page.PATH.read_text(encoding="utf-8") == claims_page.page(), "run python -m proofs_check.claims_page"
