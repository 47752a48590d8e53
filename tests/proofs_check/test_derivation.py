"""Chains judged link by link, from Python and from text."""

import pytest
from sympy import Rational, Symbol, sin

from proofs_check import ChainMean, Interval, Outcome, Relation, Trace, Variable
from proofs_check.derivation import Derivation, DerivationError
from proofs_check.derivation_text import parse_derivation
from proofs_check.methods import NumericalIdentity
from proofs_check.statement import StatementError
from theory import Network

t = Symbol("t", real=True)
UNIT = (Variable(t, Interval(0, 1)),)


def test_a_true_chain_is_proved_and_its_conclusion_takes_the_strongest_relation():
    chain = Derivation(t * (1 - t), domain=UNIT).equal(t - t**2, "expand").at_most(Rational(1, 4)).less(Rational(1, 3))
    judged = chain.judge()
    assert judged.outcome is Outcome.PROVED
    assert str(chain.conclusion) == "t*(1 - t) < 1/3"
    assert judged.first_false is None
    assert "is proved" in judged.summary


def test_the_first_false_link_is_named_with_a_counterexample():
    judged = Derivation(t, domain=UNIT).equal(t).at_most(t**2).less(Rational(1, 2)).judge()
    assert judged.outcome is Outcome.REFUTED
    assert judged.first_false == 2
    at = Rational(judged.verdicts[1].evidence.counterexample["t"])
    assert 0 < at < 1
    assert "link 2 is false" in judged.summary
    assert str(judged).count(str(judged.verdicts[1].evidence)) == 1
    assert str(judged).count("✗") == 2


def test_links_that_are_only_supported_are_listed():
    node = ChainMean(Trace(), Network("relu", batch_size=4), 32, 2)
    judged = Derivation(node).less(3).less(4).judge()
    assert judged.outcome is Outcome.SUPPORTED
    assert judged.only_supported == (1,)
    assert "by simulation alone: link 1" in judged.summary


def test_a_link_left_open_names_its_gap():
    judged = Derivation(t, domain=UNIT).equal(t, NumericalIdentity()).judge()
    assert judged.outcome is Outcome.GAP
    assert judged.first_gap == 1
    with pytest.raises(TypeError, match="outcome"):
        bool(judged)


def test_latex_is_aligned_marked_and_escaped():
    judged = Derivation(t, domain=UNIT).equal(t, "100% of {t}_1").at_most(1).judge()
    text = judged.latex()
    assert text.startswith("\\begin{align*}\n")
    assert text.endswith("\\end{align*}")
    assert text.count(r"\checkmark") == 2
    assert r"100\% of \{t\}\_1" in text
    assert text.count("&=") == 1
    shown = judged._repr_latex_()  # as notebooks read it
    assert shown.startswith("$\\displaystyle \\begin{aligned}\n")
    assert shown.endswith("\\end{aligned}$")


def test_a_notebook_shows_what_became_of_the_chain():
    shown = Derivation(t, domain=UNIT).at_most(Rational(1, 2)).judge()._repr_latex_()
    assert "link 1 is false" in shown
    assert "proved" not in Derivation(t, domain=UNIT).at_most(1).judge()._repr_latex_()


def test_long_chains_put_the_first_expression_and_the_notes_on_lines_of_their_own():
    long = sum(t**k / (k + 2) for k in range(1, 16))
    text = Derivation(long, domain=UNIT).equal(long, "a reason").latex()
    assert text.count("&=") == 0
    assert r"&\qquad\qquad \text{a reason}" in text
    assert text.count("\\\\") == 2


def test_links_are_refused_when_they_are_written():
    with pytest.raises(StatementError, match="Rational"):
        Derivation(t, domain=UNIT).at_most(0.5)
    with pytest.raises(StatementError, match="scalar"):
        Derivation(t, domain=UNIT).equal(None)


def test_chains_that_conclude_nothing_are_refused():
    with pytest.raises(DerivationError, match="both ways"):
        Derivation(t, domain=UNIT).at_most(1).at_least(0)
    with pytest.raises(DerivationError, match="at least one link"):
        Derivation(t, domain=UNIT).judge()


def test_text_with_latex_spellings_reads_as_the_same_chain():
    plain = parse_derivation("for t in [0, 1]\nt*(1-t)\n = t - t^2  -- expand\n <= 1/4")
    fancy = parse_derivation("for t \\in [0, 1]\nt \\cdot (1-t) &= t - t^{2} \\\\ -- expand\n&\\le \\frac{1}{4}")
    assert plain.statements == fancy.statements
    assert plain.links[0].reason == "expand"
    assert [link.relation for link in plain.links] == [Relation.EQUAL, Relation.AT_MOST]


def test_text_means_take_the_law_of_their_variables():
    chain = parse_derivation("let u, v ~ N(0, [[1, 1/2], [1/2, 1]])\nE[tanh(u)*tanh(v)] < 0.19")
    assert chain.judge().outcome is Outcome.PROVED
    assert parse_derivation("let u, v ~ N(0, [[1, 1/2], [1/2, 1]])\nE[tanh(u)*tanh(v)] < 0.18").judge().first_false == 1
    sphere = parse_derivation("for integer n >= 3\nlet a, b ~ sphere(n)\nE[a*b] <= 0")
    assert sphere.domain[0].domain.lower == 3


def test_text_powers_may_have_declared_integers_as_exponents():
    chain = parse_derivation("for integer L in [0, 5]\n2^L >= 1")
    assert chain.judge().outcome is Outcome.PROVED


def test_text_assumptions_narrow_the_domain():
    chain = parse_derivation("for t in [-1, 1]\nassume t > 0\n-t <= 0")
    assert chain.judge().outcome is not Outcome.REFUTED
    contradictory = parse_derivation("for t in [-1, 1]\nassume t > 0\nassume t < 0\nt = 5").judge()
    assert "contradict" in contradictory.verdicts[0].first_gap


def test_text_reads_products_without_a_sign_and_reasons_of_a_third_column():
    chain = parse_derivation(
        "for t in [0, 1]\n2 t \\left(1 - t\\right) &= 2 t - 2 t^{2} && \\checkmark\\ \\text{50\\% of it} \\\\ % no\n &\\le \\frac{1}{2}"
    )
    assert chain.first == 2 * chain.domain[0].symbol * (1 - chain.domain[0].symbol)
    assert [link.reason for link in chain.links] == ["50% of it", ""]


def test_what_latex_writes_is_read_again():
    declared = "for c in [-1, 1]\nlet u, v ~ N(0, [[1, c], [c, 1]])\n"
    chain = parse_derivation(declared + "(c*(pi - acos(c)) + sqrt(1-c^2))/(2*pi) <= sin(c)^2 + max(c, 1)  -- a reason")
    again = parse_derivation(declared + chain.latex())
    assert (again.first, again.links) == (chain.first, chain.links)


@pytest.mark.parametrize(
    ("declared", "chain"),
    [
        ("let u, v ~ N(0, [[1, c], [c, 1]])", "E[exp(u)*abs(v)] + E[max(0, u)*erf(v)^2] = c <= 1"),
        ("for integer n >= 4\nlet z1, z2 ~ sphere(n)", "E[z1*z2] = -1/(n-1) < 0"),
    ],
)
def test_means_that_latex_writes_are_read_again(declared, chain):
    declared = f"for c in (-1, 1)\n{declared}\n"
    written = parse_derivation(declared + chain)
    again = parse_derivation(declared + written.latex())
    assert (again.first, again.links) == (written.first, written.links)


def test_a_law_under_a_mean_is_the_declared_one():
    declared = "let u, v ~ N(0, [[1, 1/2], [1/2, 1]])\n"
    assert parse_derivation(declared + r"\mathbb{E}_{v \sim \mathcal{N}(0, 1)}[v^2] = 1").links
    with pytest.raises(DerivationError, match="not the declared one"):
        parse_derivation(declared + r"\mathbb{E}_{v \sim \mathcal{N}(0, 2)}[v^2] = 1")
    with pytest.raises(DerivationError, match="brace under a mean is not closed"):
        parse_derivation(declared + r"\mathbb{E}_{v \sim \mathcal{N}(0, 1)[v^2] = 1")


def test_text_is_read_as_it_stands():
    """Two minus signs are no comment, x_1 and x1 are one name, and a bracket that excludes an integer excludes it."""
    assert str(parse_derivation("for t in [0, 1]\nt <= 1--t -- 2t <= 1 + t").conclusion) == "t <= t + 1"
    with pytest.raises(DerivationError, match="the name 'x1' is taken"):
        parse_derivation("for x_1 in [0, 1]\nfor x1 in [5, 6]\nx_{1} <= x1")
    with pytest.raises(DerivationError, match="line 2: a root of another order"):
        parse_derivation("for t in [0, 1]\n\\sqrt[3]{t} = \\sqrt{3} t")
    with pytest.raises(DerivationError, match="the name 'exp' is taken"):
        parse_derivation("for exp in [0, 1]\nfor t in [0, 1]\nexp(t) <= 1")
    assert parse_derivation("for integer n in (0, 3)\n1/n <= 1").judge().outcome is Outcome.PROVED
    assert parse_derivation("for integer n in (0, oo)\n1/n <= 1").judge().outcome is Outcome.PROVED


BAD = [
    ("", "no chain"), ("= 1", "starts with an expression"), ("1 = 2 =", "missing"), ("for t in [1,0]\nt=t", "empty"),
    ("1 = 2\nfor t in [0,1]", "before the chain"), ("let u ~ N(0, 1)\nu = 1", "outside E"), ("1 <= 2 >= 1", "both ways"),
    ("x = 1", "unknown name"), ("for n in [0,1", "no domain"), ("1 = ?", "unexpected"), ("1 = % nothing", "missing"),
    ("for t in [0,1]\n1/2 t = 1", "after a division"), ("for t in [0,1]\n2 3 t = 1", "unexpected"),
    ("(" * 100 + "1 = 1", "nested deeper"),
    ("2^(9^9^9) = 1", "exponent"), ("1\n2 = 3", "a link starts with"), ("let u ~ N(1, 1)\nE[u] = 1", "centred"),
    ("let u ~ N(0,1)\nlet v ~ N(0,1)\nE[u*v] = 0", "several laws"), ("for t in [0,1]\nfor t in [0,1]\nt = t", "taken"),
    ("E[1] = 1", "exactly one law"), ("__import__('os') = 1", "unexpected"), ("\n" * 500 + "1 = 1", "at most 400"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), BAD, ids=[names for _, names in BAD])
def test_bad_text_is_refused_with_the_line(text, names):
    with pytest.raises(DerivationError, match=names):
        parse_derivation(text)


def test_the_command_line_judges_a_file(tmp_path, capsys):
    from proofs_check.cli import main

    path = tmp_path / "chain.txt"
    path.write_text("for t in [0, 1]\nt*(1-t) = t - t^2 <= 1/4\n")
    assert main(["derive", str(path), "--quiet"]) == 0
    assert "is proved" in capsys.readouterr().out
    path.write_text("for t in [0, 1]\nt <= t^2\n")
    assert main(["derive", str(path), "--json", "--quiet"]) == 1
    assert '"first_false": 1' in capsys.readouterr().out
    path.write_text("t <= \n")
    assert main(["derive", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["derive", str(tmp_path / "none.txt")]) == 2


def test_the_command_line_rechecks_files(tmp_path, capsys):
    from proofs_check import Claim, judge, less
    from proofs_check.certificates.certificate import certificate
    from proofs_check.cli import main

    good = Claim(less(sin(1), 1), id="good")
    path = certificate(good, judge(good)).write(tmp_path / "good.json")
    assert main(["recheck", str(path), "--json"]) == 0
    assert '"confirmed": true' in capsys.readouterr().out
    (tmp_path / "bad.json").write_text("{")
    assert main(["recheck", str(path), str(tmp_path / "bad.json")]) == 2
