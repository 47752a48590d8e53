"""A Sphinx renderer of mathematics as MathML: browsers draw it themselves, without JavaScript and without a network."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes

from proofs_check.report.mathml import mathml


def inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def block(writer: Any, node: nodes.math_block) -> None:
    label = node.get("label")
    number = node.get("number")
    identity = f' id="{escape(node["ids"][0], quote=True)}"' if node.get("ids") else ""
    writer.body.append(f'<div class="math-block"{identity}>{mathml(node.astext().strip(), block=True)}')
    if label:
        writer.body.append(
            f'<span class="eqno">({escape(label)})</span>'
            if not str(label).isdigit()
            else f'<span class="eqno">({number})</span>'
        )
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
