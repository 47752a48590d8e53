"""How objects show themselves: LaTeX that strict readers accept, text that a terminal shows, letters that can be switched."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from sympy import Integer, Symbol

from proofs_check import Claim, Integers, Interval, Variable, ledger, less
from proofs_check.latex import statement_pieces
from proofs_check.report.appendix import Appendix
from tests.gallery import more_objects, objects
from theory.conventions import batch_size, depth, width
from theory.notation import (
    MACROS,
    NOTATIONS,
    NotationError,
    definitions,
    expanded,
    expression_latex,
    notation_of,
    rewritten,
)

TOOLS = Path(__file__).parent / "tools"
ALL = [*NOTATIONS, MACROS.name]


def braces_match(latex: str) -> bool:
    depth_ = 0
    for token in re.findall(r"\\.|[{}]", latex):
        depth_ += {"{": 1, "}": -1}.get(token, 0)
        if depth_ < 0:
            return False
    return depth_ == 0 and latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right") - latex.count(
        r"\rightarrow"
    )


def test_every_object_shows_itself_in_notebooks_and_terminals():
    shown = objects()
    assert len(shown) > 45
    for name, thing in shown.items():
        bundle = thing._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/latex"}, name
        assert bundle["text/latex"] == thing._repr_latex_(), name
        assert bundle["text/latex"].startswith("$"), name
        assert bundle["text/latex"].endswith("$"), name
        assert "object at 0x" not in bundle["text/plain"], name
        assert braces_match(bundle["text/latex"]), (name, bundle["text/latex"])
        assert set(thing._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
        assert set(thing._repr_mimebundle_(exclude=["text/plain"])) == {"text/latex"}


def test_text_names_what_a_reader_needs():
    shown = {name: thing.describe() for name, thing in objects().items()}
    assert "homogeneous of degree 1" in shown["activation relu"]
    assert "eigenvalue_pairs" in shown["spectrum"]
    assert "batch normalisation" in shown["network"]
    assert "PROVED" in shown["verdict"]
    assert "holds a_step" in re.sub(" +", " ", shown["verdict"])
    assert "given" in shown["bound one-step-pinelis"]


def test_macros_say_what_the_letters_say():
    for name, thing in objects().items():
        for notation in NOTATIONS:
            assert expanded(thing.latex("macros"), notation) == thing.latex(notation), (name, notation)


def test_letters_follow_the_notation():
    formula = batch_size / (width + depth)
    assert expression_latex(formula, "ours") == r"\frac{n}{L + d}"
    assert expression_latex(formula, "seed") == r"\frac{n}{\ell + d}"
    assert expression_latex(formula, "yang") == r"\frac{B}{L + N}"
    assert expression_latex(Symbol("n", real=True), "yang") == "n"  # a real number is no batch size
    clash = expression_latex(batch_size + Symbol("B", real=True), "yang")
    assert clash.count("B") == 1  # two quantities never share a letter
    other = Symbol("B", real=True)
    apart = Claim(
        less(1 / batch_size, other),
        (Variable(batch_size, Integers(3)), Variable(other, Interval(1, 2))),
        id="two_letters",
    )
    assert apart.latex("yang").startswith(r"\frac{1}{n} < B")  # nor in two sides of one statement
    assert r"\gcbatchsize" not in Appendix((apart,)).body
    shown = objects()
    assert r"\Sigma^{L}" in shown["statement on Trace"].latex("yang")
    assert r"(r \circ G)(z^{\ell})" in shown["network"].latex("yang")
    assert r"\lambda_M" in shown["spectrum"].latex("seed")
    assert rewritten(r"\bar G_L - G_* + F(G_\ell)", "yang") == (
        r"\bar{\Sigma}^{L} - \Sigma^* + V_{\tilde{\phi}}(\Sigma^{\ell})"
    )


def test_names_of_symbols_are_never_commands():
    shown = {name: expression_latex(Symbol(name, real=True) ** 2) for name in
             (r"\input{x}", "a%b#&", "alpha", "α", r"\alpha", "x_1", "x_{1,2}", "theta_0", "lamda", "s'", "two words")}  # fmt: skip
    assert shown["alpha"] == shown["α"] == shown[r"\alpha"] == r"\alpha^{2}"
    assert shown["x_1"] == "x_{1}^{2}"
    assert r"\input" not in shown[r"\input{x}"]
    assert shown["a%b#&"] == r"\text{a\%b\#\&}^{2}"
    assert shown["two words"] == r"\text{two words}^{2}"
    assert all(braces_match(latex) for latex in shown.values())


def test_an_unknown_notation_is_refused_with_those_there_are():
    with pytest.raises(NotationError, match="ours, seed, yang, macros"):
        notation_of("hanin")


def test_different_networks_are_told_apart_in_print():
    from proofs_check import ChainMean, Trace
    from theory import Network

    relu, tanh = (expression_latex(ChainMean(Trace(), Network(a, batch_size=4), 64, 3)) for a in ("relu", "tanh"))
    biased = expression_latex(ChainMean(Trace(), Network("relu", None, 4, bias_variance=Integer(1)), 64, 3))
    assert len({relu, tanh, biased}) == 3


def test_the_style_file_is_the_one_the_notations_make():
    from proofs_check.report.style_file import style_file, style_text

    assert style_text() == style_file()
    for notation in NOTATIONS.values():
        assert definitions(notation) in style_text()


def katex(formulas: list[str]) -> list:
    done = subprocess.run(
        ["node", str(TOOLS / "check_katex.mjs")],
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.tool
def test_every_object_passes_katex_in_strict_mode():
    shown = more_objects().values()
    formulas = [thing.latex(notation).replace("{align*}", "{aligned}") for thing in shown for notation in NOTATIONS]
    formulas += [thing._repr_latex_().strip("$") for thing in shown]
    assert len(formulas) > 300
    failed = katex([r"\frac{1", r"\unknown", *formulas])
    assert [place for place, _, _ in failed] == [0, 1], failed[2:]


@pytest.mark.tool
def test_every_printed_expression_of_the_ledger_passes_katex_in_strict_mode():
    formulas = []
    for name in ledger.names():
        claim = ledger.load(name)
        for notation in NOTATIONS:
            formulas.append(claim.latex(notation))
            for statement in (claim.statement, *(step.statement for step in claim.steps)):
                formulas += [statement.latex(notation), *statement_pieces(statement, notation)]
    assert katex(formulas) == []
