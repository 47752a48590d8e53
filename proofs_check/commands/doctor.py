"""Which optional parts of gramchain are there, and what they are for."""

from __future__ import annotations

import argparse

EXAMPLES = """\
examples:
  gramchain doctor
  gramchain doctor --json
"""

# (distribution, what it is for, how to get it; nothing where it comes with gramchain)
_PACKAGES = (
    ("sympy", "derivations", ""),
    ("mpmath", "evaluation", ""),
    ("numpy", "simulation", ""),
    ("python-flint", "enclosures (Arb)", ""),
    ("hypothesis", "property tests", ""),
    ("latex2mathml", "mathematics in the HTML report", ""),
    ("matplotlib", "figures", ""),
    ("rich", "tables and progress in a terminal", ""),
    ("numba", "compiled simulation kernel", "pip install 'gramchain[fast]'"),
    ("distributed", "sweeps on a dask cluster", "pip install 'gramchain[cluster]'"),
    ("pandas", "sweep records as tables", "pip install 'gramchain[table]'"),
    ("pyarrow", "sweep records as parquet", "pip install 'gramchain[table]'"),
    ("torch", "PyTorch stacks as networks", "pip install 'gramchain[torch]'"),
    ("jupytext", "the notebooks in examples/notebooks", "pip install 'gramchain[notebooks]'"),
    ("sphinx", "the documentation site", "pip install 'gramchain[docs]'"),
)
_PROGRAMS = (
    ("pdflatex", "compile the LaTeX that gramchain writes", "install texlive-latex-base"),
    ("chromium", "look at the HTML report, in tests only", "install chromium"),
    ("node", "strict LaTeX check with KaTeX, in tests only", "install nodejs"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def parts() -> list[dict[str, str | bool | None]]:
    """One record a part: name, available, version, purpose, remedy."""
    import platform
    import shutil
    from importlib.metadata import PackageNotFoundError, version

    found: list[dict[str, str | bool | None]] = [
        {"name": "python", "available": True, "version": platform.python_version(), "purpose": "", "remedy": None}
    ]
    for name, purpose, remedy in _PACKAGES:
        try:
            have: str | None = version(name)
        except PackageNotFoundError:
            have = None
        advice = None if have else remedy or "pip install gramchain again: it is required"
        found.append(
            {"name": name, "available": have is not None, "version": have, "purpose": purpose, "remedy": advice}
        )
    for name, purpose, remedy in _PROGRAMS:
        there = shutil.which(name) is not None
        found.append(
            {"name": name, "available": there, "version": None, "purpose": purpose, "remedy": None if there else remedy}
        )
    return found


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import print_json, print_table

    found = parts()
    if options.json:
        print_json({"parts": found})
        return 0
    rows = [
        (
            str(p["name"]),
            "yes" if p["available"] else "no",
            str(p["version"] or ""),
            str(p["purpose"]),
            str(p["remedy"] or ""),
        )
        for p in found
    ]
    print_table(("part", "there", "version", "for", "to get it"), rows)
    return 0
