"""The command line as a person meets it: help, colours, progress, completion, interruption, and what is not loaded."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs_check.cli import build_parser, main
from proofs_check.commands import COMMANDS
from proofs_check.commands.completion import commands
from proofs_check.commands.output import write_whole

ROOT = Path(__file__).resolve().parent.parent.parent
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")


def in_a_terminal(*words: str, **environment: str) -> str:
    """What a command shows on a terminal, stdout and stderr together."""
    ours, theirs = pty.openpty()
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "CI")}
    process = subprocess.Popen(
        [sys.executable, "-m", "proofs_check.cli", *words], cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**plain, "TERM": "xterm-256color", "COLUMNS": "120", **environment},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    process.wait(timeout=60)
    os.close(ours)
    return shown.decode(errors="replace")


CLAIMS = """
from sympy import Integer, pi, sqrt
from proofs_check import Claim, less
CLAIMS = [Claim(less(sqrt(2), Integer(2)), id="root"), Claim(less(pi, Integer(4)), id="pi")]
"""


ENDLESS = """
from sympy import Integer, Symbol, sqrt
from proofs_check import Claim, Hypothesis, Interval, Variable, at_most, less
def forever():
    while True:
        pass
t = Symbol("t", real=True)
CLAIMS = [
    Claim(less(sqrt(2), Integer(2)), (), (Hypothesis("loop", check=forever),), id="endless"),
    Claim(at_most(t, Integer(1)), (Variable(t, Interval(0, 2)),), id="wrong"),
]
"""


def test_a_time_limit_of_ones_own_and_the_counterexample_are_told(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text(ENDLESS)
    assert main(["verify", "--claims", str(path), "--workers", "1", "--seconds", "0.3"]) == 1
    told = capsys.readouterr().err
    assert "endless: the time limit of 0.3 s was reached" in told
    assert "wrong is refuted: the enclosures contradict it; at t = 2" in told


def test_colours_and_progress_are_for_terminals_and_no_color_is_honoured(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CLAIMS)
    command = ("verify", "--claims", str(path), "--workers", "1")
    shown = in_a_terminal(*command)
    assert COLOUR.search(shown)
    assert "claims" in shown
    assert re.search(r"\d:\d\d:\d\d", shown)  # the time left
    plain = in_a_terminal(*command, NO_COLOR="1")
    assert not COLOUR.search(plain)
    assert "PROVED" in plain
    quiet = in_a_terminal(*command, "--quiet")
    assert not re.search(r"\d:\d\d:\d\d", quiet)
    piped = subprocess.run(
        [sys.executable, "-m", "proofs_check.cli", *command], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert "\x1b" not in piped.stdout + piped.stderr


def test_every_command_teaches_by_example_and_takes_json_and_quiet(capsys):
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        shown = capsys.readouterr().out
        examples = shown.partition("examples:")[2]
        assert f"gramchain {name}" in examples, name
        assert "--json" in shown
        assert "--quiet" in shown


def test_the_commands_of_the_examples_are_understood():
    """Every line of help that begins with gramchain parses."""
    parser = build_parser()
    import importlib
    import shlex

    lines = []
    for name in COMMANDS:
        text = importlib.import_module(f"proofs_check.commands.{name}").EXAMPLES
        lines += [
            re.split(r"  +| [>&|]", line.strip())[0]
            for line in text.splitlines()
            if line.strip().startswith("gramchain ")
        ]
    assert len(lines) >= 20
    for line in lines:
        parser.parse_args(shlex.split(line)[1:])


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    write_whole(target, "old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text() == "old"


def test_importing_theory_and_asking_for_help_load_nothing_heavy():
    code = "import sys, theory; print(int('sympy' in sys.modules), int('numpy' in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["0", "0"]
    code = (
        "import sys; from proofs_check.cli import main; main(['--help']); main(['completion', 'bash']);"
        "print([m for m in ('sympy', 'numpy', 'rich', 'flint', 'mpmath', 'hypothesis', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_doctor_says_how_to_get_what_is_missing(capsys, monkeypatch):
    from importlib import metadata

    def version(name):
        if name in ("numba", "sympy"):
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    assert main(["doctor", "--json"]) == 0
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
    assert parts["numba"]["remedy"] == "pip install 'gramchain[fast]'"
    assert "required" in parts["sympy"]["remedy"]
    assert parts["matplotlib"]["available"] is True
    extras = re.findall(
        r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text().partition("[project.optional-dependencies]")[2], re.M
    )
    named = {found[1] for part in parts.values() if (found := re.search(r"gramchain\[(\w+)\]", part["remedy"] or ""))}
    assert named <= set(extras)


# completion -------------------------------------------------------------------------------------------------------


def completed(*words: str) -> list[str]:
    """What bash would offer for the last word."""
    script = subprocess.run([sys.executable, "-m", "proofs_check.cli", "completion", "bash"], cwd=ROOT, capture_output=True,
                            text=True, timeout=60, check=True).stdout  # fmt: skip
    quoted = " ".join(f"'{word}'" for word in ("gramchain", *words))
    ask = f'{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _gramchain; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split()


def test_bash_completes_commands_options_activations_and_claims():
    assert completed("ver") == ["verify"]
    assert completed("analyze", "tan") == ["tanh"]
    assert "one_step_is_unbiased" in completed("verify", "one_step")
    assert completed("analyze", "relu", "--norm") == ["--normalization"]
    assert completed("analyze", "relu", "--normalization", "") == ["batch", "batch-uncentered"]


def test_completion_knows_every_command_and_option():
    listed = {command.name: command for command in commands()}
    assert set(listed) == {"", *COMMANDS}
    assert "--claims" in listed["verify"].files
    assert listed["latex"].choices["--notation"] == ("ours", "seed", "yang")


@pytest.mark.tool
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_accept_their_scripts(shell, tmp_path, capsys):
    assert main(["completion", shell]) == 0
    script = tmp_path / "script"
    script.write_text(capsys.readouterr().out)
    subprocess.run([shell, "-n", str(script)], check=True, timeout=60)
    if shell == "fish":
        ask = f"source {script}; complete -C 'gramchain analyze tan'"
        done = subprocess.run(["fish", "-c", ask], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.split() == ["tanh"]
