"""The page benchmarks/README.md: every benchmark owns the section between its two markers."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parent / "README.md"


def write_section(name: str, text: str, path: Path = README) -> None:
    """Put a benchmark's text between its markers; at the end of the page where it has none yet."""
    start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
    section = f"{start}\n{text.strip()}\n{end}"
    page = path.read_text() if path.exists() else "# Benchmarks\n"
    if start in page and end in page:
        before, rest = page.split(start, 1)
        page = before + section + rest.split(end, 1)[1]
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    path.write_text(page)
