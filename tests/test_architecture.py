"""The walls between the rooms: read from the imports, and held at run time."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("theory", "numerics", "proofs_check")

# room -> prefixes of our own modules that it may import
MAY_IMPORT = {
    "theory": ("theory",),
    "numerics": ("theory", "numerics"),
    "numerics/simulation": ("numerics.simulation",),
    "proofs_check": ("theory", "numerics", "proofs_check"),
    "proofs_check/recheck.py": (),
    "proofs_check/recheck_three_samples.py": ("proofs_check.recheck",),
}
# room -> what it may import from outside, besides the standard library; None for anything
OUTSIDE = {
    "theory": ("sympy", "mpmath"),
    "numerics": None,
    "numerics/simulation": ("numpy", "numba", "llvmlite", "distributed", "dask", "pandas", "pyarrow"),
    "proofs_check": None,
    "proofs_check/recheck.py": ("flint",),
    "proofs_check/recheck_three_samples.py": ("flint", "recheck"),
}
FILES = sorted(path.relative_to(ROOT) for room in OURS for path in (ROOT / room).rglob("*.py"))


def room_of(path: Path) -> str:
    """The strictest room a file belongs to: the longest key that its path starts with."""
    name = path.as_posix()
    return max((room for room in MAY_IMPORT if name == room or name.startswith(room + "/")), key=len)


def imported(source: str, package: str) -> set[str]:
    """Absolute names of all modules imported in a source, at any depth; under ``if TYPE_CHECKING`` too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(
                    [*package.split(".")[: len(package.split(".")) - node.level + 1], *([base] if base else [])]
                )
            # "from numerics import simulation" imports numerics.simulation
            names |= {f"{base}.{alias.name}" for alias in node.names} if base in OURS else {base}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                names.add(first.value)
    return names


def breaches(path: Path, source: str) -> list[str]:
    """What a file imports and must not."""
    room = room_of(path)
    found = []
    for name in sorted(imported(source, ".".join(path.with_suffix("").parts[:-1]))):
        top = name.partition(".")[0]
        if top in OURS:
            if not any(name == prefix or name.startswith(prefix + ".") for prefix in MAY_IMPORT[room]):
                found.append(name)
        elif OUTSIDE[room] is not None and top not in (*OUTSIDE[room], *sys.stdlib_module_names):
            found.append(name)
    return found


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_keep_to_the_table(path):
    assert breaches(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("theory/network.py", "import numerics.evaluate"),
        ("theory/network.py", "def f():\n    from proofs_check import judge"),
        ("theory/network.py", "import numpy"),
        ("numerics/evaluate.py", "from proofs_check.claim import Claim"),
        ("numerics/simulation/dense.py", "from theory.network import Network"),
        ("numerics/simulation/dense.py", "from numerics import lowering"),
        ("numerics/simulation/dense.py", "import sympy"),
        ("numerics/simulation/dense.py", "from ..lowering import lower"),
        ("numerics/simulation/dense.py", "import importlib\nimportlib.import_module('theory.network')"),
        ("proofs_check/recheck.py", "from proofs_check.verdict import Outcome"),
        ("proofs_check/recheck.py", "import sympy"),
    ],
)
def test_a_breach_is_seen(path, source):
    assert breaches(Path(path), source)


def test_what_is_allowed_is_let_through():
    assert breaches(Path("numerics/simulation/dense.py"), "import numpy\nfrom numerics.simulation import streams") == []
    assert breaches(Path("numerics/evaluate.py"), "import flint\nfrom theory.network import Network") == []


LIGHT = ["numerics.simulation", "numerics.simulation.gram_chain", "proofs_check.cli"]
if (ROOT / "proofs_check" / "recheck.py").exists():
    LIGHT.append("proofs_check.recheck")


@pytest.mark.parametrize("module", LIGHT)
def test_neither_sympy_nor_the_theory_is_loaded(module):
    code = (
        f"import sys, {module}\n"
        "print([m for m in sys.modules if m.partition('.')[0] in ('sympy', 'mpmath') or m.startswith('theory.')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert shown.stdout.strip() == "[]"


def test_few_files_ask_a_library_for_orthogonal_polynomials():
    """sympy, mpmath, scipy, numpy and flint normalise Hermite and Gegenbauer polynomials differently: conventions meet in one place."""
    theirs = {"hermite", "hermite_prob", "hermite_poly", "hermite_prob_poly", "gegenbauer", "gegenbauer_poly", "eval_hermitenorm",
              "hermeval", "hermval", "hermite_h", "gegenbauer_c"}  # fmt: skip
    own = {"theory", "numerics", "proofs_check"}
    callers = set()
    for path in FILES:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] not in own:
                asked = {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute):
                asked = {node.attr}
            else:
                continue
            if asked & theirs:
                callers.add(path.as_posix())
    assert callers == {"theory/orthogonal.py", "theory/hermite_coefficients.py"}
