"""Certificates: what the independent checker confirms, what it leaves open, and what it refuses to read."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flint import arb, ctx
from sympy import Abs, Max, Rational, Symbol, gamma, oo, pi, sin, sqrt, tanh

import proofs_check.certificate as certificate_module
from proofs_check import Claim, Integers, Interval, Variable, at_most, equal, judge, less, recheck
from proofs_check.certificate import certificate, sealed
from proofs_check.certificate_trees import CertificateError, to_tree
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
        ('"lower":[["', '"lower":[["1'),
        (f'"id":"{claim.id}', '"id":"x'),
        ("PROVED", "X"),
    ):
        assert old not in made.text or recheck.recheck(made.text.replace(old, new))[0] == 2
    assert recheck.recheck(made.text[: len(made.text) // 2])[0] == 2


def of_batch(left, right, lower):
    return {
        "kind": "identity",
        "relation": "=",
        "left": left,
        "right": right,
        "variables": ["n"],
        "lower": [[lower, "1"]],
    }


def test_a_false_statement_with_digests_in_order_is_not_confirmed():
    false = [
        {"kind": "inequality", "relation": "<", "left": ["q", "22", "7"], "right": ["pi"], "bits": 64},
        {"kind": "inequality", "relation": "<", "left": ["pi"], "right": ["pi"], "bits": 64},
        {"kind": "cover", "relation": "<", "left": X, "right": ["q", "1", "1"], "bits": 64, "variables": ["x"],
         "domain": [[["0", "1"], ["1", "1"]]], "cuts": ["leaf"]},
        {"kind": "identity", "relation": "=", "left": X, "right": ["*", X, X], "variables": ["x"], "lower": [["1", "1"]]},
        {"kind": "positivity", "relation": "<", "left": X, "right": ["q", "9", "1"], "variables": ["x"], "lower": [["0", "1"]]},
        # the denominators vanish at x = 3: 1/(1/(x-3)) = x-3 is no identity on x >= 0
        {"kind": "identity", "relation": "=", "left": ["/", ["q", "1", "1"], ["/", ["q", "1", "1"], ["+", X, ["q", "-3", "1"]]]],
         "right": ["+", X, ["q", "-3", "1"]], "variables": ["x"], "lower": [["0", "1"]]},
        {"kind": "symbolic", "note": "trust me"},
        # E z^4 of a batch of n is 3 (n-1)/(n+1), max(0, z) takes half of it, and a batch of two has no third sample
        of_batch(["moment", "centred", "n", "4"], ["q", "3", "1"], "3"),
        of_batch(["positive moment", "centred", "n", "2"], ["q", "1", "1"], "3"),
        of_batch(["moment", "centred", "n", "1", "1", "2"], ["moment", "centred", "n", "2", "1", "1"], "2"),
        {"kind": "inequality", "relation": "<", "left": ["moment", "normal", "n", "2"], "right": ["q", "2", "1"], "bits": 64},
        # sqrt is not real on half of the line, so there is no such mean
        {"kind": "inequality", "relation": "<", "left": ["q", "-1", "1"], "right": ["gauss", ["sqrt", X], "x"], "bits": 64},
        {"kind": "inequality", "relation": "<", "left": ["q", "-1", "1"], "right": ["gauss", ["exp", ["*", X, X]], "x"], "bits": 64},
    ]  # fmt: skip
    for step in false:
        assert sealed("false", [step]).status == 1, step


BOX = {"kind": "cover", "relation": "<", "left": X, "right": ["q", "2", "1"], "bits": 64, "variables": ["x"],
       "domain": [[["0", "1"], ["1", "1"]]]}  # fmt: skip
BAD_COVERS = [
    [],
    ["leaf", "leaf"],
    [[0, "1", "2"], "leaf"],
    [[0, "2", "1"], "leaf", "leaf"],
    [[1, "1", "2"], "leaf", "leaf"],
    ["twig"],
]


@pytest.mark.parametrize("cuts", BAD_COVERS, ids=str)
def test_cuts_that_do_not_fill_the_box_are_malformed(cuts):
    assert sealed("cover", [{**BOX, "cuts": ["leaf"]}]).status == 0
    assert sealed("cover", [{**BOX, "cuts": cuts}]).status == 2


SHAKY = [
    "gauss",
    ["tanh", ["*", ["q", "1000", "1"], ["tanh", X]]],
    "x",
    ["abs", ["sin", ["^", X, "9"]]],
    "x",
    ["99", "100"],
]
TOWER = ["^", ["^", ["^", ["+", X, ["var", "y"]], "200"], "200"], "200"]
CUTS = [part for k in range(20000, 0, -1) for part in ([0, "1", str(2**64 - k)], "leaf")]
BOMBS = {
    "powers of powers": {"kind": "identity", "relation": "=", "left": TOWER, "right": ["q", "1", "1"], "variables": ["x", "y"],
                         "lower": [["0", "1"], ["0", "1"]]},
    "numbers of powers": {"kind": "positivity", "relation": "<", "left": ["^", ["^", ["q", "7", "3"], "200"], "200"], "right": X,
                          "variables": ["x"], "lower": [["0", "1"]]},
    "hard means": {"kind": "inequality", "relation": "<", "bits": 640, "right": ["q", "1", "1"], "left": SHAKY},
    "many leaves": {"kind": "cover", "relation": "<", "left": ["erf", ["exp", ["sin", X]]], "right": ["q", "9", "1"], "bits": 4096,
                    "variables": ["x"], "domain": [[["0", "1"], ["1", "1"]]], "cuts": [*CUTS, "leaf"]},
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
    return sealed(
        "x", [{"kind": "inequality", "relation": "<", "left": tree, "right": ["q", "1", "1"], "bits": 64}]
    ).text


MALICIOUS = {
    "empty": "",
    "deep nesting": "[" * 100_000,
    "deep nesting, closed": "[" * 5000 + "]" * 5000,
    "huge integer": '{"format": ' + "9" * 10_000 + "}",
    "float": '{"format": 1.5}',
    "nan": '{"format": NaN}',
    "key twice": '{"format": "a", "format": "b"}',
    "not an object": "[1, 2]",
    "other version": step_with(["pi"]).replace('"version":2', '"version":3'),
    "unknown tag": step_with(["system", ["pi"]]),
    "attribute as tag": step_with(["__class__", ["pi"]]),
    "huge digits": step_with(["q", "9" * 5000, "1"]),
    "unicode digits": step_with(["q", "٣", "1"]),
    "zero denominator": step_with(["q", "1", "0"]),
    "huge exponent": step_with(["^", ["pi"], "999999999"]),
    "no tree": step_with("pi"),
    "correlation beyond one": step_with(["gauss", X, "x", X, "x", ["3", "2"]]),
    "mean in a mean": step_with(["gauss", ["gauss", X, "x"], "x"]),
    "stray variable": step_with(["gauss", ["var", "y"], "x"]),
    "gigantic precision": sealed("x", [{"kind": "inequality", "relation": "<", "left": ["pi"], "right": ["pi"], "bits": 999_999}]).text,
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
    recheck.MEANS.clear()
    try:
        cases = [
            (["gauss", ["^", RELU, "2"], "x"], arb(1) / 2, 1e-15),
            (["gauss", ["abs", X], "x"], (2 / arb.pi()).sqrt(), 1e-15),
            (["gauss", ["exp", X], "x"], arb(0.5).exp(), 1e-12),
            (["gauss", ["erf", X], "x", ["erf", X], "x", ["1", "2"]], 2 / arb.pi() * (arb(1) / 3).asin(), 1e-6),
            (["sphere", ["^", X, "4"], "x", "4"], arb(2), 1e-15),  # 3 m/(m+2)
            (["sphere", X, "x", X, "x", "4", ["-1", "4"]], -arb(1) / 4, 1e-15),
            (["sphere", ["^", X, "2"], "x", "2"], arb(1), 1e-15),
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
        found = recheck.coefficient(0, [(["abs", ["+", X, ["q", "-1", "3"]]], "x")])
        exact = (1 / (3 * arb(2).sqrt())).erf() / 3 + (2 / arb.pi()).sqrt() * (-arb(1) / 18).exp()
        assert found.overlaps(exact)
        assert float(found.rad()) < 1e-14
    finally:
        ctx.prec = before


def test_what_has_no_form_is_said_to_be_unconfirmed():
    claim = Claim(at_most(t * (1 - t), Rational(1, 4)), domain=(Variable(t, Interval(0, 1)),), id="touching")
    made = certificate(claim, judge(claim))
    assert made.status == 1
    assert "not confirmed" in made.reason
    with pytest.raises(CertificateError, match="does not know gamma"):
        to_tree(gamma(t))
    with pytest.raises(CertificateError, match="half powers"):
        to_tree(Max(t, 0) ** Rational(1, 3))
    assert to_tree(1 / sqrt(t)) == ["^", ["sqrt", ["var", "t"]], "-1"]
    assert certificate(Claim(less(t, t + 1), domain=(Variable(t, Interval(0, oo)),)),
                       judge(Claim(less(t, t + 1), domain=(Variable(t, Interval(0, oo)),)))).confirmed  # fmt: skip


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
