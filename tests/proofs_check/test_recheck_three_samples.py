"""The certificate that three samples converge, from its file: confirmed as written, refused when anything that matters is changed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from numerics.certificates.three_samples import three_sample_convergence
from proofs_check.certificates.three_samples import three_samples_text
from proofs_check.recheck_three_samples import recheck
from theory.activations import get

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "docs" / "certificates").glob("three_samples_*.json"))


@pytest.mark.parametrize("path", FILES, ids=[p.stem for p in FILES])
def test_recorded_certificates_are_confirmed(path):
    status, reason = recheck(path.read_text())
    assert status == 0, reason
    assert "three samples converge" in reason


def test_the_record_holds_a_nonlinear_activation_and_is_written_again():
    assert {"three_samples_tanh", "three_samples_erf", "three_samples_gelu"} <= {p.stem for p in FILES}
    text = three_samples_text(three_sample_convergence(get("tanh")))
    assert json.loads(text) == json.loads((ROOT / "docs" / "certificates" / "three_samples_tanh.json").read_text())


def changed(**parts):
    data = json.loads((ROOT / "docs" / "certificates" / "three_samples_tanh.json").read_text())
    return json.dumps({**data, **parts})


X = ["var", "x"]
WHOLE = ["inside", "0", "1", "0", "1"]
NOT_CONFIRMED = [
    changed(tree=["q", "2", "1"]),  # a constant: mu = 0
    changed(tree=["+", ["^", X, "3"], ["*", ["q", "-3", "2"], X]]),  # T_3: mu = 0
    changed(tree=["max", X, ["q", "0", "1"]]),  # not analytic
    changed(tree=["sin", ["*", ["q", "3", "1"], X]]),  # true, but not by these three boxes
    changed(half_width="3"),  # past the poles
    changed(count=8),  # too few coefficients: the tails are too wide
    changed(boxes=[WHOLE]),
]
MALFORMED = [
    changed(boxes=[["inside", "0", "1/2", "0", "1"]]),  # does not tile
    changed(boxes=[["rim", "0", "1", "0", "1/2"], ["rim", "0", "1", "0", "1/2"]]),
    changed(tree=["gamma", X]), changed(tree=["var", "y"]), changed(bits=10**6), changed(count="40"), changed(half_width="-1"),
    changed(extra=1), "{", "[]",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_CONFIRMED)
def test_what_is_not_shown_is_not_confirmed(text):
    assert recheck(text)[0] == 1


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed(text):
    assert recheck(text)[0] == 2


def test_it_runs_by_itself_and_from_the_command_line(tmp_path):
    code = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT / "proofs_check")!r})
sys.argv = ["recheck_three_samples.py", {str(FILES[0])!r}]
sys.modules["proofs_check"] = None
try:
    runpy.run_path({str(ROOT / "proofs_check" / "recheck_three_samples.py")!r}, run_name="__main__")
except SystemExit as end:
    assert end.code == 0, end.code
assert not {{"sympy", "theory", "numerics", "mpmath"}} & set(sys.modules), "more than flint was loaded"
"""
    assert (
        "confirmed"
        in subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    )
    from proofs_check.cli import main

    assert main(["recheck", str(FILES[0])]) == 0
    broken = tmp_path / "broken.json"
    broken.write_text(NOT_CONFIRMED[0])
    assert main(["recheck", str(broken)]) == 1
