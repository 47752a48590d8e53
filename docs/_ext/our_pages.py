"""What our Markdown pages need of Sphinx: labels of equations, and links that leave the documentation.

A paragraph that begins with ``**(T1)`` in bold is a labelled equation: it gets an anchor, and every other ``(T1)`` on the page
leads there.  Links to claims lead to the claims' pages; links to other files outside ``docs`` become plain names, since the
site holds only the documentation.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

_LABEL = re.compile(r"^\*\*\(([A-Z]?\d+[a-z]?)\)", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"(^```.*?^```|\$\$.*?\$\$|`[^`\n]+`|\$[^$]+\$)", re.MULTILINE | re.DOTALL)  # code and mathematics


def read(app: Any, docname: str, source: list[str]) -> None:
    page = Path(app.srcdir) / docname
    labels = set(_LABEL.findall(source[0]))
    claims = Path(app.srcdir).resolve().parent / "proofs_check" / "claims"

    def link(found: re.Match[str]) -> str:
        target = (page.parent / found[2]).resolve()
        if target.parent == claims and target.suffix == ".py":
            made = Path(app.srcdir) / "_generated" / "claims" / f"{target.stem}.md"
            return f"[{found[1]}]({os.path.relpath(made, page.parent)})"
        inside = Path(app.srcdir).resolve() in target.parents and target.suffix == ".md"
        return found[0] if inside else f"{found[1]} (`{found[2].lstrip('./')}`)"

    def anchor(label: str) -> str:
        return f"{page.stem.replace('_', '-')}-{label.lower()}"

    def refer(text: str) -> str:
        for label in labels:
            text = re.sub(rf"(?<![\w'*)])\({re.escape(label)}\)", f"[({label})](#{anchor(label)})", text)
        return text

    parts = _FENCE.split(source[0])
    for i in range(0, len(parts), 2):
        text = refer(_LINK.sub(link, parts[i]))
        parts[i] = _LABEL.sub(lambda m: f"\n({anchor(m[1])})=\n\n**({m[1]})", text)
    source[0] = "".join(parts)


def setup(app: Any) -> dict[str, Any]:
    app.connect("source-read", read)
    return {"parallel_read_safe": True}
