"""The notebooks run, cell by cell, and what their cells end in can be shown."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest

from proofs_check.bounds import RECORDS

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
WITH_PEERS = {"from_pytorch"}
SECONDS = 20


def cells(source: str) -> list[tuple[bool, str]]:
    """Pairs (is text, content) of a notebook in py:percent."""
    parts = re.split(r"^# %%(.*)$", source, flags=re.MULTILINE)
    return [("[markdown]" in head, body) for head, body in zip(parts[1::2], parts[2::2], strict=True)]


def run(source: Path) -> list[object]:
    """Run a notebook as Jupyter would: the value of a cell's last expression is shown."""
    names: dict[str, object] = {"__name__": "__main__"}
    shown = []
    for is_text, body in cells(source.read_text(encoding="utf-8")):
        if is_text:
            assert all(line.startswith("#") for line in body.strip().splitlines()), body
            continue
        tree = ast.parse(body, source.name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, source.name, "exec"), names)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), source.name, "eval"), names))
    return shown


@pytest.fixture(autouse=True)
def _no_windows_and_no_records():
    import matplotlib

    matplotlib.use("Agg")
    before = list(RECORDS)
    yield
    RECORDS[:] = before  # what a notebook refutes on purpose is no result of this run
    import matplotlib.pyplot as plt

    plt.close("all")


def test_there_are_six_notebooks_that_begin_with_a_title():
    assert len(SOURCES) == 6
    for source in SOURCES:
        kinds = cells(source.read_text(encoding="utf-8"))
        assert kinds[0][0]
        assert kinds[0][1].strip().startswith("# # ")
        assert sum(not is_text for is_text, _ in kinds) >= 5


@pytest.mark.parametrize(
    "source",
    [pytest.param(s, marks=pytest.mark.peers) if s.stem in WITH_PEERS else s for s in SOURCES],
    ids=lambda source: source.stem,
)
def test_a_notebook_runs_and_shows_what_it_promises(source):
    started = time.process_time()
    shown = run(source)
    assert time.process_time() - started < SECONDS
    mathematics = [value for value in shown if hasattr(value, "_repr_latex_")]
    assert len(mathematics) >= 1
    assert all(value._repr_latex_().startswith("$") for value in mathematics)
