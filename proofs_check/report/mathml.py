"""Mathematics for web pages: LaTeX to MathML, which browsers draw without a network and without JavaScript."""

from __future__ import annotations

import functools
import html
import re

# The converter sets bars, slashes and the tilde of a law with the space of other operators, and no space after a function's name.
_OPERATORS = {
    '<mo stretchy="false">&#x0007C;</mo>': '<mo stretchy="false" lspace="0" rspace="0">&#x0007C;</mo>',
    "<mo>&#x0002F;</mo>": '<mo lspace="0" rspace="0">&#x0002F;</mo>',
    "<mi>&#x0007E;</mi>": "<mo>&#x0223C;</mo>",
}
_FUNCTION = re.compile(r"(<mi>(?:arg|cos|cosh|exp|ln|log|sin|sinh|tan|tanh)</mi>)(?=<m(?!o|row)|<mrow><mi)")


@functools.lru_cache(maxsize=4096)
def mathml(latex: str, block: bool = False) -> str:
    """MathML of a LaTeX formula, with the LaTeX kept as its alternative text.

    A formula that cannot be converted is shown as its LaTeX.
    """
    from latex2mathml.converter import convert

    try:
        converted = convert(_plainer(latex), display="block" if block else "inline")
    except Exception:
        return f'<code class="latex">{html.escape(latex)}</code>'
    converted = _FUNCTION.sub(r"\1<mspace width='0.167em'/>", converted)
    for drawn, better in _OPERATORS.items():
        converted = converted.replace(drawn, better)
    return converted.replace("<math ", f'<math alttext="{html.escape(latex, quote=True)}" ', 1)


def _plainer(latex: str) -> str:
    """The formula in commands that the converter draws well."""
    latex = re.sub(r"\\begin\{smallmatrix\}(.*?)\\end\{smallmatrix\}", r"\\begin{matrix}\1\\end{matrix}", latex)
    return latex.replace(r"\left\|", r"\left\Vert ").replace(r"\right\|", r"\right\Vert ").replace(r"\|", r"\Vert ")
