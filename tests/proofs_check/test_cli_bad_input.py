"""Bad input: one line on stderr that says what was passed, status 2, in under a second, nothing executed or half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DIGITS = str(ROOT / "examples" / "data" / "digits.csv")
SIZES = ["--width", "10", "--depth", "2", "--networks", "2"]


def run(arguments, cwd, tries=3):
    """The finished process and the shortest wall time of a few tries (other programs may hold the machine)."""
    best = float("inf")
    for _ in range(tries):
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "proofs_check.cli", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        best = min(best, time.perf_counter() - begun)
        if best < 1:
            break
    return done, best


def refused(arguments, cwd, *says):
    before = sorted(cwd.rglob("*"))
    done, seconds = run(arguments, cwd)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    for word in says:
        assert word in done.stderr
    assert seconds < 1
    assert sorted(cwd.rglob("*")) == before


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("rellu", "did you mean 'relu'"),
        ("qqqq", "unknown activation 'qqqq'"),
        ("tanh(x", "expected ')'"),
        ("x*", "unexpected end at position 3"),
        ("-x", "expression that begins with a minus sign in parentheses"),
        ("2x", "unexpected 'x'"),
        ("", "empty expression"),
        ("y+1", "unknown name 'y'"),
        ("__import__('os').system('touch pwned')", "unexpected"),
        ("exec(x)", "unknown function 'exec'"),
        ("x.__class__", "unexpected '.'"),
        ("lambda: x", "unexpected"),
        ("[x for x in ()]", "unexpected '['"),
        ("x**1000000000", "at most 64"),
        ("9**9**9**9*x", "exponent must be a rational number"),
        ("1e999999999*x", "too long"),
        ("(" * 500 + "x" + ")" * 500, "nested deeper than 40"),
        ("-" * 500 + "(x)", "required: ACT"),
        ("x+" * 5000 + "x", "at most 2000"),
        ("leaky_relu(q)", "unknown name 'q'"),
    ],
)
def test_a_malformed_or_hostile_expression(expression, says, tmp_path):
    refused(["analyze", expression, "--batch-size", "4"], tmp_path, says)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "write a command"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["simulate", "relu", "--batch-size", "4", "--width", "0", "--depth", "2"], "--width: 0 is too small"),
        (["simulate", "relu", "--batch-size", "4", "--width", "8.5", "--depth", "2"], "'8.5' is no whole number"),
        (["simulate", "relu", "--batch-size", "4", "--width", "8", "--depth", "-1"], "--depth: -1 is too small"),
        (["simulate", "relu", "--batch-size", "1", *SIZES], "--batch-size: 1 is too small"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--seed", "-3"], "--seed: -3 is too small"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--networks", "0"], "--networks: 0 is too small"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--weight-variance", "0"], "write a number above 0"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--bias-variance", "-1"], "-1 is too small"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--weight-variance", "1e999999999"], "is no number"),
        (["simulate", "relu", "--batch-size", "4", *SIZES, "--normalization", "group"], "invalid choice: 'group'"),
        (["simulate", "relu", "--batch-size", "500000", *SIZES], "GiB"),
        (["simulate", "relu", "--batch-size", "9" * 5000, *SIZES], "is too large"),
        (["simulate", "relu", "--batch-size", "4", "--width", "9" * 12, "--depth", "99999999"], "choose smaller sizes"),
        (["simulate", "relu", "--batch-size", "4", "--depth", "2"], "required: --width"),
        (["analyze", "relu"], "required: --batch-size"),
        (["analyze", "relu", "--batch-size", "4", "--digits", "100000"], "100000 is too large"),
        (["verify", "one_step_unbiased"], "did you mean 'one_step_is_unbiased'"),
        (["latex", "one_step_unbiased"], "did you mean 'one_step_is_unbiased'"),
        (
            ["verify", "riemann_hypothesis"],
            "no claim is named 'riemann_hypothesis': gramchain verify --list shows them",
        ),
        (["latex", "riemann_hypothesis"], "no claim is named 'riemann_hypothesis': gramchain verify --list shows them"),
        (["latex", "one_step_is_unbiased", "--batch-size", "5"], "--batch-size is for an analysis"),
        (["latex", "analyze", "relu"], "needs a batch size"),
        (["latex", "analyze", "rellu", "--batch-size", "4"], "did you mean 'relu'"),
        (["verify", "--seconds", "0"], "'0' is no time limit: write a positive number of seconds"),
        (["derive", "chain.txt", "--seconds", "soon"], "'soon' is no time limit"),
        (["verify", "--claims", "nothing.py"], "no claims file 'nothing.py'"),
        (["verify", "--report", "/proc/nothing/here"], "name a directory you may write to"),
    ],
)
def test_options_out_of_range(arguments, says, tmp_path):
    refused(arguments, tmp_path, says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2\n3,nan\n5,6\n", ("line 2, column 2", "nan is not finite")),
        ("1,2\n3,4\n5,inf\n", ("line 3, column 2", "inf is not finite")),
        ("1,2\n3,4\n", ("holds 2 samples, fewer than --batch-size 3",)),
        ("1,2\n", ("holds 1 sample, fewer than",)),
        ("", ("holds 0 samples",)),
        ("1,2\n3\n5,6\n", ("line 2", "1 numbers where the first sample has 2")),
        ("a,b\n1,2\n3,4\n5,6\n", ("line 1, column 1", "'a' is no number", "no header")),
        ("1;2\n3;4\n5;6\n", ("is no number",)),
        ("1,2\n1,2\n1,2\n1,3\n", ("all 3 samples", "identical", "batch-uncentered")),
        ("1,,2\n1,2,3\n4,5,6\n", ("line 1, column 2", "'' is no number")),
    ],
)
def test_input_files(text, says, tmp_path):
    path = tmp_path / "batch.csv"
    path.write_text(text)
    refused(["simulate", "relu", "--batch-size", "3", *SIZES, "--input", str(path)], tmp_path, *says)


def test_a_file_of_bytes_that_are_no_text(tmp_path):
    (tmp_path / "batch.csv").write_bytes(bytes(range(256)) * 10)
    refused(["simulate", "relu", "--batch-size", "3", *SIZES, "--input", "batch.csv"], tmp_path, "is no number")


def test_a_missing_file_and_a_directory(tmp_path):
    refused(["simulate", "relu", "--batch-size", "3", *SIZES, "--input", "no.csv"], tmp_path, "there is no file no.csv")
    refused(["simulate", "relu", "--batch-size", "3", *SIZES, "--input", "."], tmp_path, "is a directory")


def test_a_batch_larger_than_the_real_one(tmp_path):
    refused(["simulate", "relu", "--batch-size", "65", *SIZES, "--input", DIGITS], tmp_path, "holds 64 samples")


def test_a_report_where_a_file_stands(tmp_path):
    (tmp_path / "report").write_text("mine")
    refused(["verify", "--report", "report"], tmp_path, "report is a file")
    assert (tmp_path / "report").read_text() == "mine"


def test_the_answer_to_help_loads_little_and_nothing_heavy(tmp_path):
    code = (
        "import sys\nfrom proofs_check.cli import main\nstatus = main(['--help'])\n"
        "heavy = {'sympy', 'numpy', 'mpmath', 'flint', 'rich', 'hypothesis', 'matplotlib'} & set(sys.modules)\n"
        "few = len(sys.modules) < 180  # what makes it quick, told without a clock: Python itself brings some 60\n"
        "sys.exit(f'loaded {heavy or sorted(sys.modules)}' if heavy or status or not few else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True)
    done, _ = run(["--help"], tmp_path)
    assert done.returncode == 0
    assert "gramchain verify" in done.stdout
