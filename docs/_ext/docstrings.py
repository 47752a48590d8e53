"""Docstrings are plain text with `names` and ``literals``; what reStructuredText would take for markup is escaped."""

from __future__ import annotations

import re
from typing import Any

_LITERAL = re.compile(r"(``.*?``|`[^`]*`|:\w+:`[^`]*`)")


def escape_line(line: str) -> str:
    parts = _LITERAL.split(line)
    return "".join(
        part if i % 2 else re.sub(r"([*|\\])|(?<=\w)_(?=\W|$)", lambda m: "\\" + m[0], part)
        for i, part in enumerate(parts)
    )


def process(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Escape markup, and set indented display lines apart as literal blocks."""
    if what in ("property", "attribute") and lines:
        lines[0] = lines[0].replace(": ", " \N{EN DASH} ", 1)  # napoleon would take what is before a colon for a type
    escaped: list[str] = []
    in_example = False
    for line in lines:
        if line.lstrip().startswith(">>>"):
            if not in_example and escaped and escaped[-1].strip():
                escaped.append("")
            in_example = True
        elif not line.strip():
            in_example = False
        escaped.append(line if in_example else escape_line(line))
    lines[:] = escaped


def setup(app: Any) -> dict[str, Any]:
    app.connect("autodoc-process-docstring", process, priority=400)  # before napoleon reads the sections
    return {"parallel_read_safe": True}
