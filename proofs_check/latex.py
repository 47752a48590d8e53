"""LaTeX of claims, verdicts and analyses, with the text around the formulas escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sympy import Add, Expr, Integer, Mul, Rational, fraction
from sympy.printing.latex import LatexPrinter

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
        pieces = [word[i : i + 12] for i in range(0, len(word), 12)] if _LONG_WORD.fullmatch(word) else [word]
        escaped.append(r"\allowbreak{}".join("".join(_character(c) for c in piece) for piece in pieces))
    return "".join(escaped)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() or character.isspace() else " "
    return rf"\texttt{{U+{ord(character):04X}}}"


MOST_DIGITS = 30
LONG = 150


class _Printer(LatexPrinter):
    """sympy's printer, with numbers of very many digits cut short (marked by dots)."""

    def _print_Integer(self, number: Integer) -> str:
        return self._cut(number) or str(number)

    def _print_Rational(self, number: Rational) -> str:
        return self._cut(number) or super()._print_Rational(number)

    def _cut(self, number: Rational) -> str | None:
        if max(len(str(abs(number.p))), len(str(number.q))) <= MOST_DIGITS:
            return None
        mantissa, _, exponent = f"{number.evalf(14):.12e}".partition("e")
        power = "" if int(exponent) == 0 else rf" \cdot 10^{{{int(exponent)}}}"
        return rf"{mantissa[:-1]}\ldots{power}"


def expression_latex(expression: Expr) -> str:
    """An expression as LaTeX; numbers of more than 30 digits are cut short and end in dots."""
    return _Printer({"inv_trig_style": "full"}).doprint(expression)


def expression_pieces(expression: Expr) -> list[str]:
    """LaTeX of an expression, cut where a line may break: between the terms of a long sum."""
    whole = expression_latex(expression)
    if len(whole) <= LONG:
        return [whole]
    if isinstance(expression, Add):
        return _terms(expression)
    numerator, denominator = fraction(expression)
    outside, inside = Mul(*(f for f in Mul.make_args(numerator) if not isinstance(f, Add))), [
        f for f in Mul.make_args(numerator) if isinstance(f, Add)
    ]  # fmt: skip
    if len(inside) != 1 or len(expression_latex(inside[0])) <= LONG:
        return [whole]
    factor = outside / denominator
    terms = _terms(inside[0])
    if factor == 1:
        return terms
    return [rf"{expression_latex(factor)} \Bigl(", *terms, r"\Bigr)"]


def _terms(sum_: Add) -> list[str]:
    """One piece a term, its sign in front."""
    pieces = []
    for i, term in enumerate(sum_.as_ordered_terms()):
        text = expression_latex(term)
        pieces.append(text if i == 0 or text.startswith("-") else f"+ {text}")
    return pieces


def statement_pieces(statement: Statement) -> tuple[str, ...]:
    """LaTeX of a statement, cut where a line may break: at the relation and between the terms of long sums."""
    left, right = expression_pieces(statement.left), expression_pieces(statement.right)
    return (*left, f"{statement.relation.latex} {right[0]}", *right[1:])


def document(body: str, title: str = "") -> str:
    """A whole document around a body; needs no package beyond amsmath, amssymb, geometry and the fonts."""
    heading = rf"\section*{{{escape(title)}}}" + "\n" if title else ""
    return f"{PREAMBLE}\\begin{{document}}\n{heading}{body}\n\\end{{document}}\n"


def breakable(*pieces: str) -> str:
    """Formula pieces as text-style mathematics in full size, so that TeX may break lines between them and at relations."""
    return "\n".join(rf"$\displaystyle {piece}$" for piece in pieces)


def claim_latex(claim: Claim, verdict: Verdict | None = None) -> str:
    """One claim as LaTeX text: statement, quantifiers, hypotheses, and what the judge said."""
    lines = [r"\begin{quote}", breakable(*statement_pieces(claim.statement))]
    if claim.domain:
        lines.append("for all " + ", ".join(f"${v.latex()}$" for v in claim.domain))
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


_SYMBOLS = {
    "b": "b", "c": "c", "mu": r"\mu", "eigenvalue_standard": r"\lambda_L", "eigenvalue_pairs": r"\lambda_M",
    "contraction_rate": r"\rho_*", "gradient_growth": r"\chi", "fluctuation_constant": r"\operatorname{tr} V",
    "condition_number": r"\kappa(G_*)", "stable": r"\rho_* < 1",
}  # fmt: skip
LONGEST_FORMULA = 600


def analysis_latex(network: Network, numbers: Mapping[str, Number]) -> str:
    """An analysis as LaTeX text: the network, then one line a quantity with formula (where short), value and error bound."""
    from theory.network import BatchNorm

    centered = isinstance(network.normalization, BatchNorm) and network.normalization.centered
    kind = "batch normalisation" if centered else "batch normalisation without centring"
    lines = [
        rf"Network: $\sigma(x) = {expression_latex(network.activation.formula)}$, {kind}, batch size "
        rf"$n = {expression_latex(network.batch_size)}$; fixed point "
        r"$G_* = b\left((1-c) I + c\,\mathbf{1}\mathbf{1}^T\right)$.",
        r"\begin{itemize}",
    ]
    for key, number in numbers.items():
        lines.append(rf"\item {escape(key.replace('_', ' '))}: {_number_latex(key, number)}")
    lines.append(r"\end{itemize}")
    return "\n".join(lines)


def _number_latex(key: str, number: Number) -> str:
    symbol = _SYMBOLS.get(key, "")
    if number.value is None:
        return f"${symbol}$: {escape(number.method)}"
    if isinstance(number.value, bool):
        return f"${symbol}$ {'holds' if number.value else 'fails'} ({escape(number.method)})"
    value = r"\infty" if number.value == "inf" else _power_of_ten(number.value)
    formula = "" if number.formula is None or number.formula.is_number is False else expression_latex(number.formula)
    shown = f"{symbol} = {formula} = {value}" if formula and len(formula) < LONGEST_FORMULA else f"{symbol} = {value}"
    exact = number.error_bound in (None, "0")
    bound = "" if exact else rf", error at most ${_power_of_ten(str(number.error_bound))}$"
    return f"$\\displaystyle {shown}${bound} ({escape(number.method.partition(':')[0])})"


def _power_of_ten(decimal: str) -> str:
    mantissa, _, exponent = decimal.partition("e")
    return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
