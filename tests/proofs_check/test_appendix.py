"""A paper's appendix: what is in it, that nothing looks proved that is not, and that it compiles without a warning."""

from __future__ import annotations

import re
import subprocess

import pytest
from sympy import Abs, Integer, Max, Rational, Symbol, pi, sqrt

from proofs_check import (
    ChainMean,
    Claim,
    Hypothesis,
    Interval,
    ProofStep,
    Trace,
    Variable,
    at_most,
    equal,
    ledger,
    less,
)
from proofs_check.cli import main
from proofs_check.latex import document, expression_pieces
from proofs_check.report.appendix import Appendix, equation, label
from proofs_check.report.bibliography import bibliography_latex, cite_key, entry_latex, references
from proofs_check.report.entry import ReportEntry
from proofs_check.report.latex_document import latex_report
from proofs_check.verdict import Evidence, Grounds, Outcome, Verdict
from tests.gallery import HARD_NAME, objects
from theory import Network, Source
from theory.notation import NotationError

t = Symbol("t", real=True)
HARD = Claim(
    at_most(t * (1 - t), Rational(1, 4)),
    (Variable(t, Interval(0, 1)),),
    hypotheses=(Hypothesis(HARD_NAME),),
    steps=(
        ProofStep("a_step", equal(t + t, 2 * t)),
        ProofStep("all", at_most(t * (1 - t), Rational(1, 4)), uses=("a_step",)),
    ),
    source=Source("yang2019", HARD_NAME),
    id="hard_name",
    title=HARD_NAME,
)


def verdict(claim: Claim, outcome: Outcome) -> Verdict:
    return Verdict(claim.id, outcome, Grounds.EXACT, evidence=Evidence(HARD_NAME), first_gap=HARD_NAME)


def test_a_theorem_is_what_was_proved_and_nothing_else():
    for outcome, environment in {None: "gcclaim", Outcome.PROVED: "gctheorem", Outcome.SUPPORTED: "gcclaim",
                                 Outcome.GAP: "gcopen", Outcome.REFUTED: "gcfalse"}.items():  # fmt: skip
        body = Appendix((HARD,), None if outcome is None else (verdict(HARD, outcome),)).body
        assert rf"\begin{{{environment}}}" in body
        assert (r"\begin{proof}" in body) is (outcome is Outcome.PROVED)
        assert ("gctheorem" in body) is (outcome is Outcome.PROVED)


def test_labels_citations_and_the_bibliography_belong_together():
    appendix = Appendix(tuple(ledger.load(name) for name in ledger.names()))
    text = appendix.document()
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(labels) == len(set(labels)) >= 2 * len(appendix.claims)
    assert set(re.findall(r"\\eqref\{([^}]*)\}", text)) <= set(labels)
    cited = set(re.findall(r"\\cite\[.*?\]\{([^}]*)\}", text))
    assert cited == set(re.findall(r"\\bibitem\{([^}]*)\}", text)) <= set(references())
    assert label("a_b", "c_d") == "eq:a-b:c-d"


def test_the_bibliography_prints_names_in_order():
    assert entry_latex("yang2019").startswith("Greg Yang, Jeffrey Pennington")
    assert "2019" in entry_latex("yang2019")
    assert entry_latex("nobody_2099") == r"nobody\_2099"
    assert bibliography_latex([]) == ""
    assert cite_key("a%b{c}_d") == "a-b-c--d"


def test_long_statements_are_broken_and_short_ones_are_not():
    assert equation(less(sqrt(2), Integer(2))).count("gcfit") == 1
    long = sum(sqrt(Integer(k) + t) for k in range(2, 30))
    assert equation(less(long, Integer(200)), named="eq:x").count(r"\notag") >= 3


def test_what_would_shrink_beyond_reading_gets_names():
    from proofs_check.latex import TOO_WIDE, expression_width

    for name in ("stationary_errors_of_the_figures", "one_step_noise_is_fourth_moment_gap_over_width"):
        lines = equation(ledger.load(name).statement).splitlines()
        assert all(expression_width(line) <= TOO_WIDE for line in lines if r"\label" not in line)
        assert (r"\text{where }" in "".join(lines)) == (name == "stationary_errors_of_the_figures")


def test_the_network_that_a_claim_speaks_of_is_named():
    claim = Claim(less(ChainMean(Trace(), Network("relu", batch_size=4), 64, 3), 3), id="trace")
    assert r"\gcactivation(x) = \max\left(0, x\right)" in Appendix((claim,)).body


def test_long_maxima_are_cut_between_their_arguments():
    terms = [sum(sqrt(Integer(k) + t) for k in range(a, a + 12)) for a in (2, 20)]
    pieces = expression_pieces(Max(*(Abs(term, evaluate=False) for term in terms), evaluate=False))
    assert pieces[0] == r"\max \Bigl("
    assert pieces[-1] == r"\Bigr)"
    assert sum(piece.endswith(",") for piece in pieces) == 1
    assert len(pieces) > 20


def test_mistakes_are_told():
    with pytest.raises(ValueError, match="1 claims need as many verdicts, not 0"):
        Appendix((HARD,), ())
    with pytest.raises(NotationError, match="ours, seed, yang"):
        Appendix((HARD,), notation="mine")


def test_the_command_writes_a_document_a_fragment_and_files(tmp_path, capsys):
    names = ["relu_fixed_point_diagonal_is_half", "one_step_is_unbiased"]
    assert main(["latex", *names]) == 0
    alone = capsys.readouterr().out
    assert "usepackage{gramchain}" not in alone
    assert r"\newcommand{\gcbatchsize}{n}" in alone
    assert main(["latex", *names, "--notation", "yang"]) == 0
    assert r"\newcommand{\gcbatchsize}{B}" in capsys.readouterr().out
    assert main(["latex", *names, "--fragment"]) == 0
    assert "documentclass" not in capsys.readouterr().out
    assert main(["latex", *names, "--output", str(tmp_path / "paper"), "--quiet"]) == 0
    assert sorted(p.name for p in (tmp_path / "paper").iterdir()) == ["appendix.tex", "gramchain.sty"]
    assert main(["latex", "analyze", "relu", "--batch-size", "5", "--output", "x"]) == 2
    assert main(["latex", "analyze", "identity", "--batch-size", "5", "--notation", "yang", "--fragment"]) == 0
    assert r"\lambda_{\mathbb{L}}" in capsys.readouterr().out


def compiled(source: str, folder) -> None:
    """Run pdflatex twice, and find no warning in what the second run says."""
    (folder / "it.tex").write_text(source, encoding="utf-8")
    for _ in range(2):
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "it.tex"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]
    told = re.findall(
        r"^(?:LaTeX .*Warning.*|Package .*Warning.*|Overfull .*|Underfull .*|!.*)", done.stdout, re.MULTILINE
    )
    assert told == []


@pytest.mark.tool
@pytest.mark.parametrize("notation", ["ours", "seed", "yang"])
def test_the_whole_ledger_compiles_as_an_appendix(notation, tmp_path):
    appendix = Appendix(tuple(ledger.load(name) for name in ledger.names()), notation=notation)
    appendix.write(tmp_path)
    compiled((tmp_path / "appendix.tex").read_text(encoding="utf-8"), tmp_path)


@pytest.mark.tool
def test_a_report_on_the_whole_ledger_compiles(tmp_path):
    claims = [ledger.load(name) for name in ledger.names()]
    entries = [ReportEntry.of(claim, verdict(claim, Outcome.GAP)) for claim in claims]
    compiled(latex_report(entries), tmp_path)


@pytest.mark.tool
def test_a_judged_appendix_with_hard_names_compiles_from_one_file(tmp_path):
    outcomes = list(Outcome)
    claims = [HARD, *(Claim(less(pi, Integer(4)), id=f"pi_{k}") for k in range(1, len(outcomes)))]
    judged = tuple(verdict(claim, outcome) for claim, outcome in zip(claims, outcomes, strict=True))
    compiled(Appendix(tuple(claims), judged, "yang").document(standalone=True), tmp_path)


@pytest.mark.tool
def test_every_displayed_object_compiles(tmp_path):
    body = "\n\n".join(rf"\resizebox{{0.99\linewidth}}{{!}}{{{thing._repr_latex_()}}}" for thing in objects().values())
    compiled(document(body).replace("amssymb}", "amssymb,graphicx}"), tmp_path)
