"""Certificates: what the independent checker confirms, what it leaves open, and what it refuses to read."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flint import arb, ctx
from sympy import Abs, Max, Rational, Symbol, gamma, oo, pi, sin, sqrt, tanh

import proofs_check.certificates.certificate as certificate_module
from proofs_check import Claim, Integers, Interval, Variable, at_most, equal, judge, less, recheck
from proofs_check.certificates.certificate import certificate, sealed
from proofs_check.certificates.help import help_for
from proofs_check.certificates.trees import CertificateError, to_tree
from theory import GaussianLaw, GaussianMean, SphereLaw, SphereMean
from theory.conventions import z

t = Symbol("t", real=True)
n = Symbol("n", integer=True, positive=True)
X = ["var", "x"]
RELU = ["max", X, ["q", "0", "1"]]
SQUARE = GaussianMean(tanh(z[0]) ** 2, GaussianLaw(z[0]))

CONFIRMED = {
    "pi": Claim(less(pi, Rational(22, 7)), id="pi"),
    "cover": Claim(less(sin(t), t + Rational(1, 10)), domain=(Variable(t, Interval(0, 1)),), id="cover"),
    "positivity": Claim(less(1 / (n + 1), 1 / n), domain=(Variable(n, Integers(1)),), id="positivity"),
    "identity": Claim(equal((n + 1) ** 2, n**2 + 2 * n + 1), domain=(Variable(n, Integers(1)),), id="identity"),
    "moments": Claim(equal(SphereMean(z[0] ** 2 * z[1] ** 2, SphereLaw(z[:2], n)), ((n - 1) ** 2 + 2) / (n**2 - 1)),
                     domain=(Variable(n, Integers(3)),), id="moments"),
    "half a moment": Claim(equal(GaussianMean(Max(z[0], 0) ** 4, GaussianLaw(z[0])), Rational(3, 2)), id="half"),
    "mean": Claim(less(SQUARE, Rational(395, 1000)), id="mean"),
    "sphere": Claim(less(SphereMean(Abs(z[0]), SphereLaw(z[0], 5)), 1), id="sphere"),
    "refuted": Claim(less(t**2, t), domain=(Variable(t, Interval(0, 1)),), id="refuted"),
    "refuted equality": Claim(equal(SQUARE, Rational(1, 2)), id="refuted_equality"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIRMED)
def test_a_certificate_is_confirmed_and_cannot_be_changed(name):
    claim = CONFIRMED[name]
    made = certificate(claim, judge(claim))
    assert made.confirmed, made.reason
    assert recheck.recheck(made.text) == (0, made.reason)
    assert made.text == recheck.canonical(json.loads(made.text))
    for old, new in (
        ('"bits":', '"bits":1'),
        ('"variables":[["', '"variables":[["1'),
        (f'"id":"{claim.id}', '"id":"x'),
        ("PROVED", "X"),
    ):
        assert old not in made.text or recheck.recheck(made.text.replace(old, new))[0] == 2
    assert recheck.recheck(made.text[: len(made.text) // 2])[0] == 2


def shown(kind, left, right, variables=(), relation=None, cuts=("balls",)):
    step = {"kind": kind, "left": left, "right": right, "variables": list(variables), "relation": relation or "="}
    return step if kind == "identity" else step | {"relation": relation or "<", "bits": 64, "cuts": list(cuts)}


def helped(step):
    """With what `certificates.help` writes beside a step."""
    return step | {"help": help_for([step["left"], step["right"]], step["variables"])}


def q(top, bottom=1):
    return ["q", str(top), str(bottom)]


def of_batch(body, right, lower, names=("x",)):
    return shown(
        "identity", ["mean", ["centred", ["var", "n"]], list(names), body], right, [["n", [lower, "1"], "oo", "[)"]]
    )


UNIT = ["x", ["0", "1"], ["1", "1"], "[]"]
AWAY = ["/", q(1), ["+", X, q(-3)]]
HALF_LINE = ["x", ["0", "1"], "oo", "[)"]
PAIR = ["normal", [[q(1)], [["var", "c"], q(1)]]]
Y = ["var", "y"]
CORRELATIONS = [["c", ["-1", "1"], ["1", "1"], "[]"]]
ROOT = ["sqrt", ["+", q(1), ["*", q(-1), ["var", "c"], ["var", "c"]]]]
ARC = ["/", ["+", ROOT, ["*", ["var", "c"], ["+", ["pi"], ["*", q(-1), ["acos", ["var", "c"]]]]]], ["*", q(2), ["pi"]]]


def pair_mean(f, g, law=PAIR):
    return ["mean", law, ["x", "y"], ["*", f, g]]


def relu(v):
    return ["max", v, q(0)]


FALSE = {
    "22/7 below pi": shown("inequality", q(22, 7), ["pi"]),
    "pi below pi": shown("inequality", ["pi"], ["pi"]),
    "touches at a closed end": shown("inequality", X, q(1), [UNIT]),
    "and by coefficients": shown("inequality", X, q(1), [UNIT], cuts=["coefficients"]),
    "and by its slope": shown("inequality", X, q(1), [UNIT], cuts=["fall"]),
    "not on the whole half line": shown("inequality", X, q(9), [HALF_LINE], cuts=["coefficients"]),
    "nor by slopes": shown("inequality", ["exp", X], ["+", q(1), X, ["*", X, X]], [HALF_LINE], "<=", ["rise"]),
    "falls, then rises": shown("inequality", q(-1, 10), ["*", X, ["+", X, q(-1)]], [UNIT], "<=", ["rise"]),
    "other end": shown("inequality", ["log", ["+", q(1), X]], q(0), [HALF_LINE], "<=", ["rise"]),
    "x is x^2": shown("identity", X, ["*", X, X], [UNIT]),
    "a root of either sign": shown("identity", ["sqrt", ["*", X, X]], X, [["x", ["-1", "1"], ["1", "1"], "[]"]]),
    "1/(1/(x-3)) at 3": shown("identity", ["/", q(1), AWAY], ["+", X, q(-3)], [HALF_LINE]),
    "(x^2-9)/(x-3) at 3": shown("identity", ["*", AWAY, ["+", ["*", X, X], q(-9)]], ["+", X, q(3)], [HALF_LINE]),
    "1/x at a closed end": shown("identity", ["/", X, X], q(1), [UNIT]),
    "log at a closed end": shown("identity", ["log", ["*", X, X]], ["*", q(2), ["log", X]], [UNIT]),
    "asin beyond 1": shown("identity", ["asin", X], ["asin", X], [["x", ["0", "1"], ["2", "1"], "[]"]]),
    "a power of a negative number": shown("identity", ["pow", ["*", X, X], q(1, 2)], X, [["x", ["-2", "1"], ["-1", "1"], "[]"]]),
    "fourth moment of a batch": of_batch(["^", X, "4"], q(3), "3"),
    "half a second moment": of_batch(["^", relu(X), "2"], q(1), "3"),
    "a third sample of two": of_batch(["*", X, Y, ["^", ["var", "w"], "2"]], q(0), "2", ("x", "y", "w")),
    "arc cosine of the other sign": shown("identity", pair_mean(relu(X), relu(Y)), ["*", q(-1), ARC], CORRELATIONS),
    "one relu the other way": shown("identity", pair_mean(relu(X), relu(["*", q(-1), Y])), ARC, CORRELATIONS),
    "correlations beyond 1": shown("identity", pair_mean(X, Y), ["var", "c"], [["c", ["-1", "1"], ["2", "1"], "[]"]]),
    "erf squared is no sign": shown("identity", ["mean", ["normal", [[q(1)]]], ["x"], ["^", ["erf", X], "2"]], q(1)),
    "a step of a constant 0": shown("identity", ["mean", ["normal", [[q(0)]]], ["x"], ["step", X]], q(1, 2)),
    "exponential of a square": shown("identity", ["mean", ["normal", [[q(1)]]], ["x"], ["exp", ["*", X, X]]], ["^", ["sqrt", q(-1)], "-1"]),
    "a step outside a mean": shown("identity", ["step", X], ["step", X], [UNIT]),
    "no such limit": shown("identity", ["limit", ["/", ["var", "n"], ["+", ["var", "n"], q(1)]], "n"], q(2)),
    "a limit of a growing function": shown("identity", ["limit", ["var", "n"], "n"], ["limit", ["var", "n"], "n"]),
    "trust me": {"kind": "symbolic", "note": "trust me"},
    # sqrt is not real on half of the line, so there is no such mean
    "root of a normal": shown("inequality", q(-1), ["gauss", ["sqrt", X]]),
    "no mean": shown("inequality", q(-1), ["gauss", ["exp", ["*", X, X]]]),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_with_digests_in_order_is_not_confirmed(name):
    step = FALSE[name]
    for tried in (step, step if step["kind"] == "symbolic" else helped(step)):
        made = sealed("false", [tried])
        assert made.status == 1, made.reason


TRUE = {
    "arc cosine": shown("identity", pair_mean(relu(X), relu(Y)), ARC, CORRELATIONS),
    "arc sine": shown("identity", pair_mean(["erf", X], ["erf", Y]), ["*", ["/", q(2), ["pi"]], ["asin", ["*", q(2, 3), ["var", "c"]]]],
                      CORRELATIONS),
    "bells": shown("identity", pair_mean(["exp", ["*", q(-1), X, X]], ["exp", ["*", q(-1), Y, Y]]),
                   ["^", ["sqrt", ["+", q(9), ["*", q(-4), ["var", "c"], ["var", "c"]]]], "-1"], CORRELATIONS),
    "waves": shown("identity", pair_mean(["sin", X], ["sin", Y]), ["*", ["exp", q(-1)], ["sinh", ["var", "c"]]], CORRELATIONS),
    "degenerate": shown("identity", pair_mean(relu(X), relu(Y), ["normal", [[q(1)], [q(1), q(1)]]]), q(1, 2)),
    "double angle": shown("identity", ["sin", ["*", q(2), X]], ["*", q(2), ["sin", X], ["cos", X]], [["x", "-oo", "oo", "()"]]),
    "a limit": shown("identity", ["limit", ["/", ["var", "n"], ["+", ["var", "n"], q(1)]], "n"], q(1)),
    "touches inside": shown("inequality", ["*", X, ["+", q(1), ["*", q(-1), X]]], q(1, 4), [UNIT], "<=",
                            [["form", ["^", ["+", X, q(-1, 2)], "2"]]]),
    "touches at an end": shown("inequality", ["log", ["+", q(1), X]], X, [HALF_LINE], "<=", ["rise"]),
    "strictly beyond it": shown("inequality", ["log", ["+", q(1), X]], X, [["x", ["0", "1"], "oo", "()"]], "<", ["rise"]),
    "at its greatest value": shown("inequality", ["*", X, ["exp", ["*", q(-1), X]]], ["exp", q(-1)], [HALF_LINE], "<=",
                                   [[0, "1", "1"], "fall", "coefficients", "rise", "coefficients"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_shown_and_a_changed_right_side_is_not(name):
    step = helped(TRUE[name])
    assert sealed("true", [step]).status == 0, sealed("true", [step]).reason
    off = ["*", step["right"], q(99, 100)]
    assert sealed("false", [step | {"right": off}]).status == 1


BOX = shown("inequality", X, q(2), [UNIT])
BAD_COVERS = [
    [],
    ["balls", "balls"],
    [[0, "1", "2"], "balls"],
    [[0, "2", "1"], "balls", "balls"],
    [[1, "1", "2"], "balls", "balls"],
    ["twig"],
    [["0", "1", "2"], "balls", "balls"],
]


@pytest.mark.parametrize("cuts", BAD_COVERS, ids=str)
def test_cuts_that_do_not_fill_the_box_are_malformed(cuts):
    assert sealed("cover", [BOX]).status == 0
    assert sealed("cover", [{**BOX, "cuts": [[0, "1", "2"], "balls", "balls"]}]).status == 0
    assert sealed("cover", [{**BOX, "cuts": cuts}]).status == 2


SHAKY = ["gauss", ["tanh", ["*", q(1000), ["tanh", X]]], ["abs", ["sin", ["^", X, "9"]]], ["99", "100"]]
TOWER = ["^", ["^", ["^", ["+", X, ["var", "y"]], "200"], "200"], "200"]
CUTS = [part for k in range(20000, 0, -1) for part in ([0, "1", str(2**64 - k)], "balls")]
PLANE = [HALF_LINE, ["y", ["0", "1"], "oo", "[)"]]
BOMBS = {
    "powers of powers": shown("identity", TOWER, q(1), PLANE),
    "numbers of powers": shown("inequality", ["^", ["^", q(7, 3), "200"], "200"], X, [HALF_LINE], cuts=["coefficients"]),
    "hard means": shown("inequality", SHAKY, q(1)) | {"bits": 640},
    "many leaves": shown("inequality", ["erf", ["exp", ["sin", X]]], q(9), [UNIT], cuts=[*CUTS, "balls"]) | {"bits": 4096},
    "moments without end": shown("identity", pair_mean(["^", relu(X), "150"], ["^", relu(Y), "150"]), q(1), CORRELATIONS),
    "many roots": shown("identity", ["*", *(["sqrt", ["+", X, q(k)]] for k in range(1, 60))], q(1), [HALF_LINE]),
    "slopes of slopes": shown("inequality", ["exp", ["exp", ["sin", ["exp", X]]]], q(9), [UNIT], cuts=["rise"]),
    "a large number to factor": shown("identity", ["sqrt", q(2**61 * 3 + 1, 2**63 - 25)], q(1)),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_take_for_ever_is_given_up(name, monkeypatch):
    monkeypatch.setattr(certificate_module, "SECONDS", 0.3)
    started = time.monotonic()
    made = sealed("bomb", [BOMBS[name]])
    assert made.status in (1, 2)
    assert len(made.reason.splitlines()) == 1
    assert time.monotonic() - started < 10


def step_with(tree):
    return sealed("x", [shown("inequality", tree, q(1))]).text


def domain_with(*variables):
    return sealed("x", [shown("inequality", X, q(1), variables)]).text


MALICIOUS = {
    "empty": "",
    "deep nesting": "[" * 100_000,
    "deep nesting, closed": "[" * 5000 + "]" * 5000,
    "huge integer": '{"format": ' + "9" * 10_000 + "}",
    "float": '{"format": 1.5}',
    "nan": '{"format": NaN}',
    "key twice": '{"format": "a", "format": "b"}',
    "not an object": "[1, 2]",
    "other version": step_with(["pi"]).replace('"version":4', '"version":3'),
    "unknown tag": step_with(["system", ["pi"]]),
    "attribute as tag": step_with(["__class__", ["pi"]]),
    "huge digits": step_with(["q", "9" * 5000, "1"]),
    "unicode digits": step_with(["q", "٣", "1"]),
    "zero denominator": step_with(["q", "1", "0"]),
    "huge exponent": step_with(["^", ["pi"], "999999999"]),
    "no tree": step_with("pi"),
    "correlation beyond one": step_with(["gauss", X, X, ["3", "2"]]),
    "mean in a mean": step_with(["gauss", ["gauss", X]]),
    "stray variable": step_with(["gauss", ["var", "y"]]),
    "gigantic precision": sealed("x", [shown("inequality", ["pi"], ["pi"]) | {"bits": 999_999}]).text,
    "mean in a closed mean": step_with(["mean", ["normal", [[q(1)]]], ["x"], ["gauss", X]]),
    "covariance of another size": step_with(["mean", ["normal", [[q(1)]]], ["x", "y"], X]),
    "unknown law": step_with(["mean", ["cauchy", q(1)], ["x"], X]),
    "empty interval": domain_with(["x", ["1", "1"], ["0", "1"], "[]"]),
    "empty open interval": domain_with(["x", ["1", "1"], ["1", "1"], "[)"]),
    "closed at infinity": domain_with(["x", ["1", "1"], "oo", "[]"]),
    "variable twice": domain_with(UNIT, UNIT),
    "no domain": domain_with(["x"]),
    "imaginary unit": step_with(["i"]),
    "unknown kind": sealed("x", [{"kind": "axiom"}]).text,
    "extra key": sealed("x", [{"kind": "symbolic", "note": "", "hidden": 1}]).text,
}  # fmt: skip


@pytest.mark.parametrize("name", MALICIOUS)
def test_a_malicious_file_is_refused_with_one_line(name):
    status, reason = recheck.recheck(MALICIOUS[name])
    assert status == 2
    assert reason.startswith("malformed")
    assert len(reason.splitlines()) == 1
    assert len(reason) < 400


def test_means_agree_with_values_known_in_closed_form():
    before, ctx.prec = ctx.prec, 64
    try:
        cases = [
            (["gauss", ["^", RELU, "2"]], arb(1) / 2, 1e-15),
            (["gauss", ["abs", X]], (2 / arb.pi()).sqrt(), 1e-15),
            (["gauss", ["exp", ["*", q(-1), ["^", X, "2"]]]], 1 / arb(3).sqrt(), 1e-12),
            (["gauss", ["erf", X], ["erf", X], ["1", "2"]], 2 / arb.pi() * (arb(1) / 3).asin(), 1e-6),
            (["sphere", "4", ["^", X, "4"]], arb(2), 1e-15),  # 3 m/(m+2)
            (["sphere", "4", X, X, ["-1", "4"]], -arb(1) / 4, 1e-15),
            (["sphere", "2", ["^", X, "2"]], arb(1), 1e-15),
        ]
        for tree, exact, width in cases:
            found = recheck.ball(tree, {})
            assert found.overlaps(exact), tree
            assert float(found.rad()) < width, tree
    finally:
        ctx.prec = before


def test_a_kink_off_the_bisection_grid_is_no_trap():
    # E|X - 1/3| = (1/3) erf(1/(3 sqrt 2)) + sqrt(2/pi) exp(-1/18)
    before, ctx.prec = ctx.prec, 64
    try:
        found = recheck.ball(["gauss", ["abs", ["+", X, ["q", "-1", "3"]]]], {})
        exact = (1 / (3 * arb(2).sqrt())).erf() / 3 + (2 / arb.pi()).sqrt() * (-arb(1) / 18).exp()
        assert found.overlaps(exact)
        assert float(found.rad()) < 1e-14
    finally:
        ctx.prec = before


def test_what_has_no_form_is_said_to_be_unconfirmed():
    claim = Claim(less(gamma(t + 1), 2), domain=(Variable(t, Interval(0, Rational(1, 2))),), id="gamma")
    made = certificate(claim, judge(claim))
    assert made.status == 1
    assert "not confirmed" in made.reason
    with pytest.raises(CertificateError, match="does not know gamma"):
        to_tree(gamma(t))
    assert to_tree(1 / sqrt(t)) == ["^", ["sqrt", ["var", "t"]], "-1"]
    for true in (
        Claim(at_most(t * (1 - t), Rational(1, 4)), domain=(Variable(t, Interval(0, 1)),), id="touching"),
        Claim(less(t, t + 1), domain=(Variable(t, Interval(0, oo)),)),
    ):
        assert certificate(true, judge(true)).confirmed


def test_the_checker_runs_alone_and_imports_nothing_of_ours(tmp_path):
    path = certificate(CONFIRMED["pi"], judge(CONFIRMED["pi"])).write(tmp_path / "pi.json")
    (tmp_path / "bad.json").write_text("[")
    program = Path(recheck.__file__)
    run = [sys.executable, "-I", str(program)]
    assert subprocess.run([*run, str(path)], cwd=tmp_path, capture_output=True, text=True).returncode == 0
    done = subprocess.run([*run, str(path), str(tmp_path / "bad.json")], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout.count("\n") == 2
    code = "import sys, proofs_check.recheck; sys.exit(any(m.split('.')[0] in ('sympy', 'theory', 'numerics', 'numpy') for m in sys.modules))"  # noqa: E501
    assert subprocess.run([sys.executable, "-c", code], cwd=program.parents[1]).returncode == 0


def test_the_program_says_how_it_is_called(capsys):
    for words, status in (([], 2), (["--help"], 0)):
        assert recheck.main(words) == status
        assert "status 0: confirmed, 1: readable but not confirmed, 2: malformed" in capsys.readouterr().err


def test_a_file_of_another_format_is_named_so():
    assert (
        recheck.recheck('{"format": "gramchain-three-samples"}')[1] == "malformed: not gramchain-certificate version 4"
    )
