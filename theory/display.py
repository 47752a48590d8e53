"""How an object shows itself: LaTeX in a notebook, one readable text in a terminal."""

from __future__ import annotations

import unicodedata
from typing import Any

from theory.notation import OURS, Notation


class Displayed:
    """A mixin for values that a theorist reads; the class gives ``latex`` and ``__str__``.

    In a notebook the LaTeX is shown, at any prompt the text of `describe`; ``print`` shows the shorter ``str``.  A dataclass that keeps
    its own ``repr`` (to be keyed by it) shows that at the plain prompt.
    """

    __slots__ = ()

    def latex(self, notation: Notation | str = OURS) -> str:
        r"""LaTeX for mathematics mode, or an ``align*`` environment.

        Args:
            notation: whose letters, a `theory.notation.Notation` or its name: "ours", "seed", "yang" or "macros".
        """
        raise NotImplementedError

    def describe(self) -> str:
        """The text that a terminal shows."""
        return str(self)

    def __repr__(self) -> str:
        return self.describe()

    def _repr_latex_(self) -> str:
        return inline(self.latex())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = {"text/plain": self.describe(), "text/latex": self._repr_latex_()}
        return {
            kind: text
            for kind, text in bundle.items()
            if (include is None or kind in include) and not (exclude and kind in exclude)
        }

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.describe())


def inline(latex: str) -> str:
    """LaTeX between dollars, as notebooks read it; ``align*``, which stands for itself, becomes ``aligned``."""
    return rf"$\displaystyle {latex.replace('{align*}', '{aligned}')}$"


def aligned(*rows: tuple[str, str]) -> str:
    r"""Equations ``left = right`` below one another, for mathematics mode."""
    return r"\begin{aligned} " + r" \\ ".join(f"{left} &= {right}" for left, right in rows) + r" \end{aligned}"


_ESCAPED = {
    "\\": r"\textbackslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\^{}", "~": r"\~{}", "\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{EN DASH}": "--", "\N{EM DASH}": "---", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{RIGHTWARDS ARROW}": "->",
}  # fmt: skip


def text(words: str) -> str:
    r"""Plain words inside ``\text{...}`` in mathematics mode; Greek letters as their names, other characters beyond Latin as ``?``.

    >>> text("n >= 4, 50%")
    '\\text{n >= 4, 50\\%}'
    >>> print(text("Hölder in σ"))
    \text{Hölder in sigma}
    """
    return rf"\text{{{''.join(map(_in_text, words))}}}"


def _in_text(character: str) -> str:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character.isascii() or (character.isalpha() and character <= "\N{LATIN SMALL LETTER Z WITH CARON}"):
        return character if character.isprintable() else "?"
    kind, _, name = unicodedata.name(character, "").partition(" LETTER ")
    if kind in ("GREEK SMALL", "GREEK CAPITAL") and " " not in name:
        return name.lower() if kind.endswith("SMALL") else name.capitalize()
    return "?"
