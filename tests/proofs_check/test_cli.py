"""The commands: keys and values of their JSON, exit statuses, claims files, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proofs_check.cli import main, one_line

ROOT = Path(__file__).resolve().parent.parent.parent
DIGITS = str(ROOT / "examples" / "data" / "digits.csv")

CLAIMS = """
from sympy import Rational, pi, sqrt
from proofs_check import Claim, less
print("a claims file may print")
CLAIMS = [
    Claim(less(sqrt(2), Rational(3, 2)), id="root_two"),
    Claim(less(pi, Rational(314, 100)), id="pi_too_small"),
]
"""
SIMULATED = """
from sympy import Rational, Integer
from proofs_check import ChainMean, Claim, SquaredErrorToFixedPoint, less
from theory import Network
def claim(name, width):
    left = ChainMean(SquaredErrorToFixedPoint(), Network("relu", batch_size=4), width, 5)
    return Claim(less(left, Rational(1, 2)), id=name)
CLAIMS = [claim("wide", 64), claim("wider", 96), claim("widest", 128)]
"""


def run_json(arguments, capsys):
    status = main([*arguments, "--json"])
    shown = capsys.readouterr()
    return status, json.loads(shown.out), shown.err


def write(path, text):
    path.write_text(text)
    return str(path)


# analyze ----------------------------------------------------------------------------------------------------------

ANALYZE_KEYS = ["b", "c", "mu", "eigenvalue_standard", "eigenvalue_pairs", "contraction_rate", "stable", "gradient_growth",
                "fluctuation_constant", "condition_number"]  # fmt: skip


def test_analyze_identity_has_the_exact_numbers(capsys):
    status, found, _ = run_json(["analyze", "identity", "--batch-size", "4", "--digits", "12"], capsys)
    assert status == 0
    assert list(found) == ANALYZE_KEYS
    assert all(set(entry) == {"value", "error_bound", "method"} for entry in found.values())
    assert found["b"]["value"] == "1"
    assert found["c"]["value"] == "-0.333333333333"
    assert found["contraction_rate"]["value"] == "0.6"
    assert found["stable"]["value"] is True
    assert found["gradient_growth"]["value"] == "2"
    assert found["condition_number"]["value"] == "inf"
    assert found["fluctuation_constant"]["value"] == "16.6666666667"


def test_analyze_relu_agrees_with_the_printed_numbers(capsys):
    _, found, _ = run_json(["analyze", "relu", "--batch-size", "5"], capsys)
    assert found["b"]["value"] == "0.5"
    assert found["c"]["value"].startswith("0.203309877")  # the authors print b c = 0.10165494
    assert found["eigenvalue_standard"]["value"].startswith("0.60971")
    assert found["eigenvalue_pairs"]["value"].startswith("0.43886")
    for key in ("c", "eigenvalue_standard", "contraction_rate"):
        assert found[key]["method"] == "ball"
        assert 0 < float(found[key]["error_bound"]) < 1e-18


def test_analyze_three_samples_says_why_there_are_no_pairs(capsys):
    _, found, _ = run_json(["analyze", "relu", "--batch-size", "3", "--digits", "8"], capsys)
    assert found["eigenvalue_pairs"]["value"] is None
    assert "dimension 0" in found["eigenvalue_pairs"]["method"]
    assert found["gradient_growth"]["value"] == "inf"


def test_analyze_without_centring(capsys):
    arguments = ["analyze", "erf", "--batch-size", "4", "--normalization", "batch-uncentered", "--digits", "10"]
    status, found, _ = run_json(arguments, capsys)
    assert status == 0
    assert found["c"]["value"] == "0"
    assert found["condition_number"]["value"] == "1"


def test_analyze_prints_a_table(capsys):
    assert main(["analyze", "identity", "--batch-size", "4"]) == 0
    shown = capsys.readouterr().out
    assert "contraction_rate" in shown
    assert "error bound" in shown


# simulate ---------------------------------------------------------------------------------------------------------

SIMULATE_KEYS = [
    "mean_squared_error",
    "standard_error",
    "predicted",
    "bound",
    "ratio",
    "seconds",
    "networks_per_second",
]


def test_simulate_linear_networks_against_the_exact_formula(capsys):
    arguments = ["simulate", "identity", "--normalization", "none", "--batch-size", "5", "--width", "50", "--depth", "4",
                 "--networks", "2000", "--seed", "7"]  # fmt: skip
    status, found, _ = run_json(arguments, capsys)
    assert status == 0
    assert list(found) == SIMULATE_KEYS
    mean, error, predicted = (float(found[key]) for key in SIMULATE_KEYS[:3])
    assert abs(mean - predicted) < 6 * error  # false alarm below 1e-8
    assert error < 0.05 * mean


def test_simulate_is_determined_by_its_seed(capsys):
    arguments = ["simulate", "relu", "--batch-size", "4", "--width", "32", "--depth", "3", "--networks", "5"]
    first, again, other = (
        run_json([*arguments, "--seed", seed], capsys)[1]["mean_squared_error"] for seed in ("1", "1", "2")
    )
    assert first == again != other


def test_simulate_a_real_batch_reaches_the_stationary_value(capsys):
    arguments = ["simulate", "identity", "--input", DIGITS, "--batch-size", "4", "--width", "1000", "--depth", "30",
                 "--networks", "300", "--seed", "3"]  # fmt: skip
    status, found, told = run_json(arguments, capsys)
    assert status == 0
    assert "the first 4 samples" in told
    # tr V = 16.67 for the linear network with n = 4, of order 1/d; ten per cent for the next order, six standard errors
    mean, error, predicted = (float(found[key]) for key in SIMULATE_KEYS[:3])
    assert predicted == pytest.approx(50 / 3 / 1000)
    assert abs(mean - predicted) < 6 * error + 0.1 * predicted
    assert float(found["bound"]) > mean
    assert float(found["ratio"]) == pytest.approx(float(found["bound"]) / mean)


def test_simulate_says_where_there_is_no_theory_value(capsys):
    arguments = ["simulate", "relu", "--normalization", "rms", "--batch-size", "3", "--width", "20", "--depth", "2",
                 "--networks", "3"]  # fmt: skip
    _, found, _ = run_json(arguments, capsys)
    assert found["predicted"] is None
    assert "couple the neurons" in found["reason"]
    assert found["bound"] is None


def test_two_identical_samples_under_batch_normalisation(tmp_path, capsys):
    path = write(tmp_path / "twins.csv", "1,2,3\n1,2,3\n4,5,7\n0,1,0\n")
    arguments = ["simulate", "relu", "--input", path, "--batch-size", "4", "--width", "50", "--depth", "5",
                 "--networks", "10"]  # fmt: skip
    status, found, told = run_json(arguments, capsys)
    assert status == 0
    assert "of rank 3" in told
    assert float(found["mean_squared_error"]) > 0


def test_a_batch_that_wanders_is_warned_about(capsys):
    arguments = ["simulate", "relu", "--batch-size", "40", "--width", "100", "--depth", "1", "--networks", "1"]
    main(arguments)
    assert "n/sqrt(d) = 4" in capsys.readouterr().err
    main([*arguments, "--quiet"])
    assert capsys.readouterr().err == ""


# verify -----------------------------------------------------------------------------------------------------------


def test_verify_judges_a_claims_file(tmp_path, capsys):
    status, found, told = run_json(["verify", "--claims", write(tmp_path / "mine.py", CLAIMS)], capsys)
    assert status == 1
    assert list(found) == ["claims"]
    assert [claim["id"] for claim in found["claims"]] == ["root_two", "pi_too_small"]
    assert [claim["outcome"] for claim in found["claims"]] == ["PROVED", "REFUTED"]
    keys = {"id", "outcome", "grounds", "rests_on", "first_gap", "evidence", "seconds"}
    assert all(set(claim) == keys for claim in found["claims"])
    assert "a claims file may print" in told  # and not into the JSON


def test_verify_selects_claims_by_name(tmp_path, capsys):
    path = write(tmp_path / "mine.py", CLAIMS)
    status, found, _ = run_json(["verify", "root_two", "--claims", path], capsys)
    assert status == 0
    assert [claim["id"] for claim in found["claims"]] == ["root_two"]


def test_a_broken_claims_file_is_named_and_the_others_are_judged(tmp_path, capsys):
    good = write(tmp_path / "good.py", CLAIMS)
    broken = write(tmp_path / "broken.py", "x = 1\nraise RuntimeError('two\\nlines')\n")
    leaving = write(tmp_path / "leaving.py", "import sys\nsys.exit(0)\n")
    empty = write(tmp_path / "empty.py", "x = 1\n")
    files = [word for path in (good, broken, leaving, empty) for word in ("--claims", path)]
    status, found, told = run_json(["verify", *files], capsys)
    assert status == 2
    assert len(found["claims"]) == 2
    complaints = [line for line in told.splitlines() if line.startswith("gramchain:")]
    assert len(complaints) == 3
    assert f"{broken}, line 2: RuntimeError: two lines" in complaints[0]
    assert "sys.exit" in complaints[1]
    assert "neither CLAIM nor CLAIMS" in complaints[2]


def test_two_files_with_a_claim_of_one_name(tmp_path, capsys):
    first, second = (write(tmp_path / name, CLAIMS) for name in ("one.py", "two.py"))
    status, found, told = run_json(["verify", "--claims", first, "--claims", second], capsys)
    assert status == 2
    assert len(found["claims"]) == 2
    assert "rename one of them" in told


def test_verdicts_depend_neither_on_workers_nor_on_order(tmp_path):
    from proofs_check.runner import ClaimReference, RunSettings, judge_references

    path = write(tmp_path / "simulated.py", SIMULATED)
    references = [ClaimReference(name, path) for name in ("wide", "wider", "widest")]

    def judged(listed, workers):
        verdicts = judge_references(listed, RunSettings(11, 3), workers)
        return {v.id: {**v.to_json(), "seconds": None} for v in verdicts}

    alone = judged(references, 1)
    assert {v["outcome"] for v in alone.values()} == {"SUPPORTED"}
    assert judged(references[::-1], 2) == alone


def test_a_claim_that_kills_its_process_leaves_the_others_judged(tmp_path):
    from proofs_check.runner import ClaimReference, RunSettings, judge_references

    text = CLAIMS + "import multiprocessing, os\nif multiprocessing.parent_process():\n    os._exit(9)\n"
    deadly, good = write(tmp_path / "deadly.py", text), write(tmp_path / "good.py", CLAIMS)
    references = [ClaimReference("root_two", deadly), ClaimReference("root_two", good)]
    died, fine = judge_references(references, RunSettings(1, 2), 2)
    assert fine.outcome.name == "PROVED"
    assert died.outcome.name == "GAP"
    assert "died" in died.first_gap


def test_ctrl_c_ends_at_once_and_leaves_nothing_half_written(tmp_path):
    slow = SIMULATED.replace("width, 5)", "4096, 2000)")
    path, report = write(tmp_path / "slow.py", slow), tmp_path / "report"
    process = subprocess.Popen(
        [sys.executable, "-m", "proofs_check.cli", "verify", "--claims", path, "--report", str(report)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not report.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(3)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in told
    assert "Traceback" not in told
    assert list(report.iterdir()) == []


def test_verify_lists_names(capsys):
    assert main(["verify", "--list"]) == 0
    assert "one_step_is_unbiased" in capsys.readouterr().out.splitlines()


# the rest ---------------------------------------------------------------------------------------------------------


def test_doctor_names_the_parts(capsys):
    status, found, _ = run_json(["doctor"], capsys)
    assert status == 0
    parts = {part["name"]: part for part in found["parts"]}
    assert parts["sympy"]["available"] is True
    assert {"numba", "pdflatex"} <= set(parts)


def test_latex_of_a_claim_and_of_an_analysis(tmp_path, capsys):
    path = write(tmp_path / "mine.py", CLAIMS)
    status, found, _ = run_json(["latex", "--claims", path, "root_two"], capsys)
    assert status == 0
    assert r"\sqrt{2}" in found["latex"]
    assert found["latex"].startswith(r"\documentclass")
    assert main(["latex", "analyze", "identity", "--batch-size", "4", "--fragment"]) == 0
    shown = capsys.readouterr().out
    assert r"\rho_* = \frac{3}{5}" in shown
    assert "documentclass" not in shown


def test_version_and_help(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("gramchain ")
    for command in ("verify", "analyze", "simulate", "latex", "doctor"):
        assert main([command, "--help"]) == 0
        assert "examples:" in capsys.readouterr().out


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m proofs_check.cli doctor | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == ""


def test_messages_are_one_line_and_of_bounded_length():
    assert one_line("a\nb\x1b[31m" + "c" * 1000).startswith("a b [31mccc")
    assert len(one_line("c" * 1000)) == 400


# dual -------------------------------------------------------------------------------------------------------------


def test_dual_has_value_bound_and_confirmed_form(capsys):
    status, found, _ = run_json(["dual", "relu", "--at", "0.5"], capsys)
    assert status == 0
    assert list(found) == ["value", "error_bound", "closed_form", "method"]
    assert found["value"].startswith("0.304498890522114")  # theory: sqrt(3)/(4 pi) + 1/6
    assert float(found["error_bound"]) < 1e-19
    assert r"\operatorname{acos}" in found["closed_form"] or r"\arccos" in found["closed_form"]


def test_dual_without_a_closed_form_and_at_other_variances(capsys):
    _, found, _ = run_json(["dual", "tanh", "--at=-0.9", "--digits", "10"], capsys)
    assert found["closed_form"] is None
    assert found["value"].startswith("-0.349203350")
    _, found, _ = run_json(["dual", "x^3", "--at=-1/2", "--q1", "3"], capsys)
    assert found["value"] == "-14.25"  # 9 c q1 q2 + 6 c^3 by Isserlis


def test_a_covariance_beyond_the_variances_is_refused(capsys):
    assert main(["dual", "relu", "--at", "2"]) == 2
    assert "exceeds what the variances allow" in capsys.readouterr().err


def test_dual_of_an_infinite_mean_is_no_number(capsys):
    """exp(x^2) has no mean under a standard normal law; a rule that cuts the plane off made 5e552 of it."""
    _, found, _ = run_json(["dual", "exp(x^2)", "--at", "0.5"], capsys)
    assert found["value"] is None
    assert found["closed_form"] is None
    assert "infinite under this Gaussian law" in found["method"]
