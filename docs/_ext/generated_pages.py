"""Pages made from the code before a build: one a claim of the ledger, the command line's help, the reference."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

PACKAGES = {
    "theory": "What is true on paper",
    "theory.activations": "Activations",
    "theory.concentration": "Concentration bounds",
    "numerics": "Numbers, with what they are worth",
    "numerics.simulation": "Finite width",
    "proofs_check": "What follows from what",
    "proofs_check.methods": "Methods of checking a step",
    "proofs_check.derivation": "Derivations",
    "proofs_check.bounds": "Property tests of bounds",
    "proofs_check.report.appendix": "Appendices",
}


_written: set[Path] = set()


def write(path: Path, text: str) -> None:
    """Write where the text is new, so that Sphinx reads again only what changed."""
    _written.add(path)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def claim_page(name: str) -> str:
    """One claim: its docstring, its statement, its steps, and what the ledger pins."""
    from proofs_check import ledger
    from proofs_check.report.bibliography import references
    from proofs_check.report.entry import ReportEntry

    claim, pinned = ledger.load(name), ledger.expected(name)
    entry = ReportEntry.of(claim, None)
    lines = [f"# {plain(entry.title)}", ""]
    lines += [plain(paragraph) + "\n" for paragraph in entry.text]
    lines += display(claim.statement)
    if entry.variables:
        lines.append("for all " + ", ".join(f"${v}$" for v in entry.variables) + "\n")
    if entry.networks:
        lines.append("for networks " + "; ".join(f"${v}$" for v in entry.networks) + "\n")
    if entry.hypotheses:
        lines.append("given " + "; ".join(f"{plain(text)} ({status})" for text, status in entry.hypotheses) + "\n")
    grounds = f", {pinned['grounds'].lower()}" if pinned["grounds"] else ""
    rests = ", ".join(pinned["rests_on"]) or "nothing cited"
    lines.append(f"Pinned in the ledger: **{pinned['outcome']}**{grounds}; rests on {plain(rests)}.\n")
    if claim.source is not None:
        title = references().get(claim.source.key, {}).get("title", claim.source.key)
        lines.append(f"Source: {plain(re.sub(r'[{}]', '', title))}; {plain(claim.source.locator)}.\n")
    if claim.steps:
        lines += ["## Steps", ""]
        for step, shown in zip(claim.steps, entry.steps, strict=True):
            uses = f", from {', '.join(step.uses)}" if step.uses else ""
            lines.append(f"`{step.name}`, by {shown.method}{plain(uses)}:\n")
            lines += ["states what the claim states\n"] if shown.same else display(step.statement)
    lines += [f"Judge it: `gramchain verify {name}`.", ""]
    return "\n".join(lines)


LINE = 50
"""Characters of a formula that fit on a line of the page."""


def display(statement: Any) -> list[str]:
    """A statement as displayed lines: as many of its pieces to a line as fit."""
    from proofs_check.latex import expression_width, statement_pieces

    lines: list[list[str]] = []
    room = 0.0
    for piece in statement_pieces(statement):
        width = expression_width(piece)
        if not lines or width > room:
            lines.append([])
            room = LINE
        lines[-1].append(piece)
        room -= width
    return [f"$$\n{' '.join(line)}\n$$\n" for line in lines]


def plain(text: str) -> str:
    """Plain words as Markdown; ``literals`` stay literals."""
    parts = re.split(r"(``.+?``|`[^`]+`)", text)
    return "".join(part if i % 2 else re.sub(r"([*_|<>\[\]$\\#{}])", r"\\\1", part) for i, part in enumerate(parts))


def claims_index(names: list[str]) -> str:
    """The ledger by parts of the theory, as docs/claims.md has them."""
    from proofs_check import claims_page

    parts = ["# The ledger", "What the theory says part by part, and what no claim covers: [claims](../../claims.md)."]
    for section in claims_page.SECTIONS:
        rows = "\n".join(_claim_row(name) for name in claims_page.members(section.key))
        parts += [f"## {section.title}", f"| claim | outcome | grounds | rests on |\n|---|---|---|---|\n{rows}"]
    listed = "\n".join(names)
    return "\n\n".join([*parts, f"```{{toctree}}\n:hidden:\n\n{listed}\n```"]) + "\n"


def _claim_row(name: str) -> str:
    from proofs_check import ledger

    pinned, claim = ledger.expected(name), ledger.load(name)
    title = plain(claim.title or name.replace("_", " ")).replace("|", "&#124;").replace("\\&#124;", "&#124;")
    rests = plain(", ".join(pinned["rests_on"])) or "nothing cited"
    return f"| [{title}]({name}.md) | {pinned['outcome']} | {(pinned['grounds'] or '-').lower()} | {rests} |"


def commands_page() -> str:
    from proofs_check.cli import build_parser
    from proofs_check.commands import COMMANDS

    parser = build_parser()
    subs = next(a for a in parser._actions if hasattr(a, "choices") and isinstance(a.choices, dict)).choices
    parts = ["# Command line", f"```text\n{parser.format_help()}```"]
    parts += [f"## {name}\n\n```text\n{subs[name].format_help()}```" for name in COMMANDS]
    return "\n\n".join(parts) + "\n"


def reference_page(package: str, title: str, shown: set[int]) -> str:
    module = importlib.import_module(package)
    names = list(getattr(module, "__all__", [n for n, v in vars(module).items()
                 if not n.startswith("_") and getattr(v, "__module__", "") == package and callable(v)]))  # fmt: skip
    lines = [f"# {title}: `{package}`", "", "```{eval-rst}", f".. module:: {package}", ""]
    for name in names:
        value = getattr(module, name)
        if inspect.ismodule(value):
            continue
        if id(value) in shown:
            continue  # a name that another page has
        shown.add(id(value))
        kind = (
            "autoclass"
            if inspect.isclass(value)
            else "autofunction"
            if callable(value) and hasattr(value, "__name__")
            else "data"
        )
        lines.append(f".. {kind}:: {package}.{name}")
        if kind == "autoclass":
            lines += ["   :no-members:" if issubclass(value, Exception) else "   :members:"]
        lines.append("")
    return "\n".join([*lines, "```", ""])


def notebook_page(source: str) -> str:
    """A notebook in py:percent as a page: text cells as they are, code cells as code."""
    parts = []
    for cell in re.split(r"^# %%", source, flags=re.MULTILINE)[1:]:
        head, _, body = cell.partition("\n")
        if "[markdown]" in head:
            parts.append(re.sub(r"^# ?", "", body, flags=re.MULTILINE).strip())
        elif body.strip():
            parts.append(f"```python\n{body.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def notebooks(app: Any, base: Path) -> None:
    sources = sorted((Path(app.srcdir).parent / "examples" / "notebooks").glob("*.py"))
    for source in sources:
        write(base / "notebooks" / f"{source.stem}.md", notebook_page(source.read_text(encoding="utf-8")))
    listed = "\n".join(source.stem for source in sources)
    text = (
        "# Notebooks\n\nThe sources are in `examples/notebooks`; `pip install -e '.[notebooks]'`, then open one with "
        f"`jupyter lab` (jupytext reads them as notebooks).\n\n```{{toctree}}\n\n{listed}\n```\n"
    )
    write(base / "notebooks" / "index.md", text)


def generate(app: Any) -> None:
    from proofs_check import ledger

    base = Path(app.srcdir) / "_generated"
    names = ledger.names()
    for name in names:
        write(base / "claims" / f"{name}.md", claim_page(name))
    write(base / "claims" / "index.md", claims_index(names))
    write(base / "commands.md", commands_page())
    shown: set[int] = set()
    for package, title in PACKAGES.items():
        write(base / "reference" / f"{package}.md", reference_page(package, title, shown))
    notebooks(app, base)
    listed = "\n".join(PACKAGES)
    write(base / "reference" / "index.md", f"# Reference\n\n```{{toctree}}\n\n{listed}\n```\n")
    for page in base.rglob("*.md"):
        if page not in _written:
            page.unlink()  # of a claim or a notebook that is no longer there


def setup(app: Any) -> dict[str, Any]:
    app.connect("builder-inited", generate)
    return {"parallel_read_safe": True}
