"""The documentation tells the truth: sources exist, examples run, links lead somewhere."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if not {"_generated", "_build"} & set(page.parts)),
    *sorted((ROOT / "examples").rglob("*.md")),
]
KEYS = set(
    re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "docs" / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def source_keys() -> dict[str, str]:
    """Every literal key passed to Source, with a file that has it."""
    found = {}
    for room in ("theory", "numerics", "proofs_check"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = (
                    isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Source"
                )
                if called and node.args and isinstance(node.args[0], ast.Constant):
                    found[node.args[0].value] = str(path.relative_to(ROOT))
    return found


def test_every_source_is_in_the_bibliography():
    used = source_keys()
    assert len(used) >= 5
    assert {key: where for key, where in used.items() if key not in KEYS} == {}


def test_cited_pages_of_the_bibliography_are_unique():
    text = (ROOT / "docs" / "references.bib").read_text(encoding="utf-8")
    assert len(re.findall(r"^@\w+\{", text, re.MULTILINE)) == len(KEYS)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: str(page.relative_to(ROOT))
)
def test_python_examples_run(page, tmp_path):
    for code in blocks(page, "python"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_every_adding_page_ends_in_an_example_that_runs():
    pages = sorted((ROOT / "docs" / "adding").glob("*.md"))
    assert {page.stem for page in pages} >= {"activation", "claim", "method"}
    for page in pages:
        assert page.read_text(encoding="utf-8").rstrip().endswith("```"), page


def readme_commands() -> list[str]:
    """The lines of the README's shell blocks that call gramchain itself."""
    lines = "\n".join(blocks(ROOT / "README.md", "sh")).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.startswith("gramchain ")]


def test_the_readme_has_the_commands_of_the_tour():
    assert len(readme_commands()) >= 5


@pytest.mark.parametrize("command", [c for c in readme_commands() if "--report" not in c])
def test_the_commands_of_the_readme_run(command):
    import shlex

    words = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "proofs_check.cli", *words], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_files_named_in_the_pages_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        # pages made before a build of the site are checked by that build
        assert target.startswith("_generated/") or (page.parent / target).exists(), target
    for named in re.findall(
        r"`((?:theory|numerics|proofs_check|docs|examples|tests)/[\w/.]+\.(?:py|md|csv|json|bib))`", text
    ):
        if "NAME" not in named and "recheck" not in named:
            assert (ROOT / named).exists(), named


def _extension(name: str):
    """A module of docs/_ext, which no package holds."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_site_shows_pictures_and_turns_links_out_of_the_docs_into_names():
    page = [
        "![A](figures/stability.svg)\n\n[one](../proofs_check/claims/one_step_is_unbiased.py), [README](../README.md), [up](seed.md)"
    ]
    _extension("our_pages").read(SimpleNamespace(srcdir=str(ROOT / "docs")), "figures", page)
    assert page[0] == (
        "![A](figures/stability.svg)\n\n[one](_generated/claims/one_step_is_unbiased.md), README (`README.md`), [up](seed.md)"
    )


def test_a_displayed_statement_has_as_many_pieces_to_a_line_as_fit():
    from proofs_check import ledger

    shown = _extension("generated_pages").display(ledger.load("stationary_errors_of_the_figures").statement)
    assert all(block.startswith("$$\n") and block.endswith("\n$$\n") for block in shown)
    assert 10 < len(shown) < 60
    assert len(_extension("generated_pages").display(ledger.load("relu_fixed_point_diagonal_is_half").statement)) == 1
