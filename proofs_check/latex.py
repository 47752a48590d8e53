"""LaTeX of claims, verdicts and analyses, with the text around the formulas escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Abs, Add, Expr, Limit, Max, Min, Mul, Symbol, fraction

from proofs_check.finite_width.chain import Event, _ChainNumber
from theory.expectation import Mean
from theory.notation import OURS, Notation, expression_latex, notation_of

if TYPE_CHECKING:
    from proofs_check.analysis import Number
    from proofs_check.claim import Claim
    from proofs_check.statement import Statement
    from proofs_check.verdict import Verdict
    from theory.network import Network

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5\baselineskip}
\setlength{\lineskiplimit}{2pt}
\setlength{\lineskip}{4pt}
\raggedright
\sloppy
\allowdisplaybreaks
"""

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"$<$", ">": r"$>$", "|": r"$|$",
    "≤": r"$\le$", "≥": r"$\ge$", "±": r"$\pm$", "−": r"$-$", "×": r"$\times$", "·": r"$\cdot$", "∞": r"$\infty$",
    "√": r"$\surd$", "σ": r"$\sigma$", "ρ": r"$\rho$", "λ": r"$\lambda$", "μ": r"$\mu$", "π": r"$\pi$", "…": r"\dots{}",
    "–": "--", "—": "---", "’": "'", "“": "``", "”": "''", '"': "''",
}  # fmt: skip
_LONG_WORD = re.compile(r"[^\s]{24,}")


def escape(text: str) -> str:
    """Plain text as LaTeX: special characters escaped, very long words breakable, unknown characters as code points.

    >>> escape("50% of a_b")
    '50\\\\% of a\\\\_b'
    """
    escaped = []
    for word in re.split(r"(\s+)", text):
        pieces = [word]
        if _LONG_WORD.fullmatch(word):
            pieces = re.findall(r"[^_/]{1,16}[_/]?|[_/]", word)  # names of claims and files break where a reader would
        escaped.append(r"\allowbreak{}".join("".join(_character(c) for c in piece) for piece in pieces))
    return "".join(escaped)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() or character.isspace() else " "
    return rf"\texttt{{U+{ord(character):04X}}}"


LONG = 150


def expression_pieces(expression: Expr, notation: Notation | str = OURS) -> list[str]:
    """LaTeX of an expression, cut where a line may break: between the terms of a long sum."""
    whole = expression_latex(expression, notation)
    if len(whole) <= LONG:
        return [whole]
    if isinstance(expression, Add):
        return _terms(expression, notation)
    if isinstance(expression, Abs):
        return [r"\Bigl|", *expression_pieces(expression.args[0], notation), r"\Bigr|"]
    if isinstance(expression, (Max, Min)):
        parts = [expression_pieces(argument, notation) for argument in expression.args]
        for part in parts[:-1]:
            part[-1] += ","
        name = r"\max" if isinstance(expression, Max) else r"\min"
        return [rf"{name} \Bigl(", *(piece for part in parts for piece in part), r"\Bigr)"]
    numerator, denominator = fraction(expression)
    outside, inside = Mul(*(f for f in Mul.make_args(numerator) if not isinstance(f, Add))), [
        f for f in Mul.make_args(numerator) if isinstance(f, Add)
    ]  # fmt: skip
    if len(inside) != 1 or len(expression_latex(inside[0], notation)) <= LONG:
        return [whole]
    factor = outside / denominator
    terms = _terms(inside[0], notation)
    if factor == 1:
        return terms
    return [rf"{expression_latex(factor, notation)} \Bigl(", *terms, r"\Bigr)"]


def _terms(sum_: Add, notation: Notation | str) -> list[str]:
    """One piece a term, its sign in front."""
    pieces = []
    for i, term in enumerate(sum_.as_ordered_terms()):
        text = expression_latex(term, notation)
        pieces.append(text if i == 0 or text.startswith("-") else f"+ {text}")
    return pieces


WHERE = r"\quad\text{where}\quad"
TOO_WIDE, NAMED_FROM = 68, 24
"""A piece wider than the first shrinks below what can be read; then sums and means inside wider than the second get names."""


@dataclass(frozen=True)
class StatementParts:
    """LaTeX of a statement, each part cut where a line may break: its sides, and an equation for each name that they use."""

    left: list[str]
    right: list[str]
    names: list[list[str]]


def statement_parts(statement: Statement, notation: Notation | str = OURS) -> StatementParts:
    """The two sides of a statement; where a piece would not be readable, its inner sums and means get names."""
    letters = notation_of(notation).clear_of(statement.free_symbols)
    sides = (statement.left, statement.right)
    left, right = (expression_pieces(side, letters) for side in sides)
    plain = StatementParts(left, right, [])
    if all(expression_width(piece) <= TOO_WIDE for piece in (*plain.left, *plain.right)):
        return plain
    names = _Names(statement.free_symbols, letters)
    left, right = (expression_pieces(names.outside(side), letters) for side in sides)
    equations = [expression_pieces(body, letters) for body in names.of]
    for name, equation in zip(names.of.values(), equations, strict=True):
        equation[0] = f"{expression_latex(name, letters)} = {equation[0]}"
    return StatementParts(left, right, equations) if equations else plain


def statement_pieces(statement: Statement, notation: Notation | str = OURS) -> tuple[str, ...]:
    """`statement_parts` one after the other: a line may break at the relation and between the terms of long sums."""
    parts = statement_parts(statement, notation)
    for equation in parts.names[:-1]:
        equation[-1] += ","
    explained = [piece for equation in parts.names for piece in equation]
    relation = f"{statement.relation.latex} {parts.right[0]}"
    return (*parts.left, relation, *parts.right[1:], *([WHERE] if explained else []), *explained)


class _Names:
    """Short names for long sums and means inside an expression, in the order in which they are needed."""

    def __init__(self, taken: set[Symbol], notation: Notation | str) -> None:
        self.of: dict[Expr, Symbol] = {}
        self._letter = next(letter for letter in "AHKQUY" if not any(str(s).startswith(letter) for s in taken))
        self._notation = notation

    def outside(self, expression: Expr) -> Expr:
        """The expression with names inside; its own sum stays, since lines break between terms."""
        if isinstance(expression, (Add, Abs, Max, Min)):
            return expression.func(*(self.outside(a) for a in expression.args), evaluate=False)
        return self._inside(expression) if not isinstance(expression, Mean) else expression

    def _inside(self, expression: Expr) -> Expr:
        if not expression.args or isinstance(expression, (Event, _ChainNumber)):
            return expression
        if not isinstance(expression, (Mean, Limit)):
            expression = expression.func(*(self._inside(a) for a in expression.args))
        if not isinstance(expression, (Add, Mean)) or expression_width(self._latex(expression)) < NAMED_FROM:
            return expression
        return self.of.setdefault(expression, Symbol(f"{self._letter}_{len(self.of) + 1}", real=True))

    def _latex(self, expression: Expr) -> str:
        return expression_latex(expression, self._notation)


def document(body: str, title: str = "", preamble: str = "") -> str:
    """A whole document around a body; needs no package beyond amsmath, amssymb, geometry, the fonts, and what `preamble` asks for."""
    heading = rf"\section*{{{escape(title)}}}" + "\n" if title else ""
    return f"{PREAMBLE}{preamble}\\begin{{document}}\n{heading}{body}\n\\end{{document}}\n"


def breakable(*pieces: str) -> str:
    """Formula pieces as text-style mathematics in full size, so that TeX may break lines between them and at relations."""
    return "\n".join(rf"$\displaystyle {piece}$" for piece in pieces)


def claim_latex(claim: Claim, verdict: Verdict | None = None, notation: Notation | str = OURS) -> str:
    """One claim as LaTeX text: statement, quantifiers, hypotheses, and what the judge said."""
    lines = [r"\begin{quote}", breakable(*statement_pieces(claim.statement, notation))]
    if claim.domain:
        lines.append("for all " + ", ".join(f"${v.latex(notation)}$" for v in claim.domain))
    if claim.hypotheses:
        lines.append("given " + ", ".join(escape(h.name) for h in claim.hypotheses))
    lines.append(r"\end{quote}")
    if verdict is not None:
        grounds = "" if verdict.grounds is None else f" ({verdict.grounds.name.lower()})"
        lines.append(rf"\textbf{{{verdict.outcome.name}}}{grounds}.")
        if verdict.rests_on:
            lines.append(f"Rests on {escape(', '.join(verdict.rests_on))}.")
    if claim.source is not None:
        lines.append(f"Source: {escape(str(claim.source))}.")
    return "\n".join(lines)


def _symbol(key: str, letters: Notation) -> str:
    """What a quantity of an analysis is called."""
    if key == "stable":
        return f"{letters.contraction_rate} < 1"
    return str(getattr(letters, {"b": "diagonal", "c": "correlation", "mu": "gap"}.get(key, key)))


LONGEST_FORMULA = 600


def analysis_latex(network: Network, numbers: Mapping[str, Number], notation: Notation | str = OURS) -> str:
    """An analysis as LaTeX text: the network, then one line a quantity with formula (where short), value and error bound."""
    from theory.network import BatchNorm

    w = notation_of(notation)
    centered = isinstance(network.normalization, BatchNorm) and network.normalization.centered
    kind = "batch normalisation" if centered else "batch normalisation without centring"
    b, c = w.diagonal, w.correlation
    lines = [
        rf"Network: ${network.activation.latex(w)}$, {kind}, batch size "
        rf"${w.batch_size} = {expression_latex(network.batch_size, w)}$; fixed point "
        rf"${w.fixed_point} = {b}\left((1-{c}) I + {c}\,\mathbf{{1}}\mathbf{{1}}^T\right)$.",
        r"\begin{itemize}",
    ]
    for key, number in numbers.items():
        lines.append(rf"\item {escape(key.replace('_', ' '))}: {number_latex(_symbol(key, w), number, w)}")
    lines.append(r"\end{itemize}")
    return "\n".join(lines)


def number_latex(symbol: str, number: Number, notation: Notation | str = OURS) -> str:
    """One quantity as text: name, formula where short, value, error bound, and the method in brackets."""
    if number.value is None:
        return f"${symbol}$: {escape(number.method)}"
    if isinstance(number.value, bool):
        return f"${symbol}$ {'holds' if number.value else 'fails'} ({escape(number.method)})"
    value = r"\infty" if number.value == "inf" else power_of_ten(number.value)
    closed = number.formula is not None and number.formula.is_number is not False
    formula = expression_latex(number.formula, notation) if closed and number.formula is not None else ""
    exact = number.error_bound in (None, "0")
    sides = [symbol, formula] if formula and len(formula) < LONGEST_FORMULA and formula != value else [symbol]
    shown = " = ".join(sides) + (" = " if exact else r" \approx ") + value
    bound = "" if exact else rf", error at most ${power_of_ten(str(number.error_bound))}$"
    return f"$\\displaystyle {shown}${bound} ({escape(number.method.partition(':')[0])})"


def power_of_ten(decimal: str) -> str:
    """A decimal with an exponent as a product with a power of ten."""
    mantissa, _, exponent = decimal.partition("e")
    return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


_NO_INK = re.compile(
    r"\\(?:left|right|bigl|bigr|Bigl|Bigr|displaystyle|quad|mathrm|mathbb|mathbf|mathcal|text|operatorname)(?![a-z])|"
    r"\\(?:begin|end)\{[a-z]+\}|\\[\\,:! ]|[&\s]"
)


def expression_width(latex: str) -> float:
    r"""About how many characters wide a formula prints: commands count as one, scripts as a half, fractions as their wider part.

    >>> expression_width(r"\frac{1}{x + y} + z_{12}"), expression_width(r"\frac{a_{1}}{2}")
    (6, 2)
    """
    text = re.sub(r"\\(?!frac(?![a-z]))[A-Za-z]+|\\[{}|]", "x", _NO_INK.sub("", latex))
    before = None
    while before != text:  # innermost braces first; "x" stands for what was measured
        before = text
        text = re.sub(r"[_^](?:\{([^{}]*)\}|([^{}\\]))", lambda m: "x" * round(len(m[1] or m[2] or "") / 2 + 0.1), text)
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda m: "x" * max(len(m[1]), len(m[2])), text)
        text = re.sub(r"(?<!\\frac)(?<!\})\{([^{}]*)\}", r"\1", text)
    return len(text)
