r"""Which letters LaTeX uses: ours, the seed's, or Yang's; and macros that leave the choice to a document.

A `Notation` holds one template for each thing that the papers name differently; ``#1`` and ``#2`` stand for arguments,
as in TeX.  `MACROS` writes ``\gcwidth`` where `OURS` writes ``d``, and the style file ``gramchain.sty`` (made from the same
values by `style_file`) defines those macros for each notation, so that a paper switches by one option.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from sympy import Expr, Integer, Rational, Symbol
from sympy.printing.latex import LatexPrinter

MOST_DIGITS = 30


class NotationError(ValueError):
    """There is no notation of that name; the message lists those there are."""


@dataclass(frozen=True)
class Notation:
    r"""Templates for the field's symbols.

    Args:
        name: how the command line and the style file call it.
        title: whose it is.
        activation, batch_norm: the two maps of a layer.
        hidden: pre-activations at layer #1.
        gram, gram_entry, orbit: Gram matrix at layer #1, its entry #2, its mean-field limit.
        fixed_point, mean_field_map, centering: matrices and the map of the mean-field theory.
        width, depth, batch_size: sizes.
        diagonal, correlation, gap: the numbers of ``b((1-c) I + c 11^T)`` and ``b(1-c)``.
        eigenvalue_standard, eigenvalue_pairs, contraction_rate, gradient_growth, fluctuation_constant, condition_number: as in
            `theory.analysis`.

    >>> YANG.gram_at("L"), OURS.gram_at("L", "1,2")
    ('\\Sigma^{L}', 'G_{L;1,2}')
    """

    name: str
    title: str
    activation: str = r"\sigma"
    batch_norm: str = r"\operatorname{BN}"
    hidden: str = "h_{#1}"
    gram: str = "G_{#1}"
    gram_entry: str = "G_{#1;#2}"
    orbit: str = r"\bar{G}_{#1}"
    fixed_point: str = "G_*"
    mean_field_map: str = "F"
    centering: str = "M"
    width: str = "d"
    depth: str = "L"
    batch_size: str = "n"
    diagonal: str = "b"
    correlation: str = "c"
    gap: str = r"\mu"
    eigenvalue_standard: str = r"\lambda_{\mathrm{std}}"
    eigenvalue_pairs: str = r"\lambda_{\mathrm{pairs}}"
    contraction_rate: str = r"\rho_*"
    gradient_growth: str = r"\chi"
    fluctuation_constant: str = r"\operatorname{tr} V"
    condition_number: str = r"\operatorname{cond}(G_*)"

    def gram_at(self, layer: str, entry: str = "") -> str:
        """The Gram matrix at a layer, or its entry."""
        return _filled(self.gram_entry, layer, entry) if entry else _filled(self.gram, layer)

    def clear_of(self, symbols: Iterable[Any]) -> Notation:
        """The same letters, but plain n, d and L where another of some symbols has the letter of that size.

        Two quantities of one statement never share a letter.  Macros stay clear of what any notation makes of them.

        >>> YANG.clear_of([Symbol("B")]).batch_size
        'n'
        """
        names = {s.name for s in symbols if isinstance(s, Symbol)}
        possible = list(NOTATIONS.values()) if self.name == "macros" else [self]
        plain = {"batch_size": "n", "width": "d", "depth": "L"}
        clashes = {
            size: letter
            for size, letter in plain.items()
            if any(getattr(other, size).lstrip("\\") in names - {letter} for other in possible)
        }
        return replace(self, **clashes) if clashes else self  # type: ignore[arg-type]

    def hidden_at(self, layer: str) -> str:
        return _filled(self.hidden, layer)

    def orbit_at(self, layer: str) -> str:
        return _filled(self.orbit, layer)


def _filled(template: str, *arguments: str) -> str:
    for place, argument in enumerate(arguments, start=1):
        template = template.replace(f"#{place}", argument)
    return template


OURS = Notation("ours", "one letter for one thing")
SEED = Notation(
    "seed",
    "Joudaki, Daneshmand and Bach",
    batch_norm=r"\phi",
    depth=r"\ell",
    eigenvalue_standard=r"\lambda_L",
    eigenvalue_pairs=r"\lambda_M",
    condition_number=r"\kappa(G_*)",
)
# As in the text of arXiv:1902.08129 (sections 3 and 3.1, equations 9 to 27): normalised activations are phi o r o G, r(h) =
# sqrt(B) h/|h|, written phi tilde; Theorem 5 calls the multiple of I in the fixed point u^*; the gradient's rate is lambda_max.
YANG = Notation(
    "yang",
    "Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz",
    activation=r"\phi",
    batch_norm=r"(r \circ G)",
    hidden="z^{#1}",
    gram=r"\Sigma^{#1}",
    gram_entry=r"\Sigma^{#1}_{#2}",
    orbit=r"\bar{\Sigma}^{#1}",
    fixed_point=r"\Sigma^*",
    mean_field_map=r"V_{\tilde{\phi}}",
    centering="G",
    width="N",
    batch_size="B",
    diagonal="q^*",
    correlation="c^*",
    gap="u^*",
    eigenvalue_standard=r"\lambda_{\mathbb{L}}",
    eigenvalue_pairs=r"\lambda_{\mathbb{M}}",
    contraction_rate=r"\lambda_1",
    gradient_growth=r"\lambda_{\max}",
    condition_number=r"\kappa(\Sigma^*)",
)
NOTATIONS = {n.name: n for n in (OURS, SEED, YANG)}
_TEMPLATES = [f.name for f in fields(Notation) if f.name not in ("name", "title")]


def _macro(template_name: str) -> str:
    return "\\gc" + template_name.replace("_", "")


def _arguments(template_name: str) -> int:
    return max((k for k in (1, 2) if f"#{k}" in getattr(OURS, template_name)), default=0)


MACROS = replace(
    OURS,
    name="macros",
    title="the document's choice",
    **{t: _macro(t) + "".join(f"{{#{k}}}" for k in range(1, _arguments(t) + 1)) for t in _TEMPLATES},
)


def notation_of(choice: Notation | str) -> Notation:
    """A notation, given itself or its name.

    Raises:
        NotationError: no notation of that name.
    """
    if isinstance(choice, Notation):
        return choice
    known = {**NOTATIONS, MACROS.name: MACROS}
    if choice not in known:
        raise NotationError(f"there is no notation {choice!r}: write {', '.join(known)}")
    return known[choice]


def definitions(notation: Notation) -> str:
    r"""The ``\newcommand`` lines of one notation."""
    lines = []
    for name in _TEMPLATES:
        count = _arguments(name)
        shown = f"[{count}]" if count else ""
        lines.append(rf"\newcommand{{{_macro(name)}}}{shown}{{{getattr(notation, name)}}}")
    return "\n".join(lines)


_NAME = re.compile(r"[A-Za-z]+[0-9]*(?:[_^]+\{?[A-Za-z0-9*,+-]+\}?)*'*")


def _spelled(name: str) -> str:
    """A name with its Greek letters in words, and no backslash: sympy's printer knows the words."""
    letters = []
    for character in name.replace("\\", ""):
        kind, _, letter = unicodedata.name(character, "").partition(" LETTER ")
        word = letter.split(" ")[0].lower()
        if kind == "GREEK SMALL":
            letters.append(word)
        elif kind == "GREEK CAPITAL":
            letters.append(word.capitalize())
        else:
            letters.append(character)
    return "".join(letters)


class Printer(LatexPrinter):
    """sympy's LaTeX printer with the letters of a notation; numbers of very many digits end in dots.

    Args:
        notation: which letters; symbols called n, d and L that stand for integers follow it.
    """

    def __init__(self, notation: Notation | str = "ours"):
        super().__init__({"inv_trig_style": "full"})
        self._given = self.notation = notation_of(notation)

    def doprint(self, expr: Any) -> str:
        """The LaTeX of an expression."""
        self.notation = self._given.clear_of(getattr(expr, "free_symbols", ()))
        return super().doprint(expr)

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        sizes = {"n": self.notation.batch_size, "d": self.notation.width, "L": self.notation.depth}
        if expr.is_integer and expr.name in sizes:
            return sizes[expr.name]
        name = _spelled(expr.name)
        if _NAME.fullmatch(name):
            return super()._print_Symbol(Symbol(name), style)
        from theory.display import text  # a name that TeX would read as something else is printed as words

        return text(name)

    def _hprint_Function(self, func: str) -> str:
        return self.notation.activation if func == "sigma" else super()._hprint_Function(func)

    def _print_hermite_prob(self, expr: Expr, exp: str | None = None) -> str:
        form = rf"\mathrm{{He}}_{{{self._print(expr.args[0])}}}\left({self._print(expr.args[1])}\right)"
        return form if exp is None else rf"{form}^{{{exp}}}"

    def _print_polygamma(self, expr: Expr, exp: str | None = None) -> str:
        order = "" if expr.args[0] == 0 else rf"^{{({self._print(expr.args[0])})}}"
        form = rf"\psi{order}\left({self._print(expr.args[1])}\right)"
        return form if exp is None else rf"{{{form}}}^{{{exp}}}"

    def _print_Integer(self, expr: Integer) -> str:
        return self._cut(expr) or str(expr)

    def _print_Rational(self, expr: Rational) -> str:
        return self._cut(expr) or super()._print_Rational(expr)

    def _cut(self, number: Rational) -> str | None:
        if max(len(str(abs(number.p))), len(str(number.q))) <= MOST_DIGITS:
            return None
        mantissa, _, exponent = f"{number.evalf(14):.12e}".partition("e")
        power = "" if int(exponent) == 0 else rf" \cdot 10^{{{int(exponent)}}}"
        return rf"{mantissa[:-1]}\ldots{power}"


def notation_in(printer: Any) -> Notation:
    """The notation a printer follows: ours where it is sympy's own printer."""
    return getattr(printer, "notation", OURS)


def expanded(latex: str, notation: Notation | str) -> str:
    r"""LaTeX in macros, with the macros replaced by the symbols of a notation.

    >>> expanded(r"\gcbatchsize + \gcgramentry{L}{1,2}", "yang")
    'B + \\Sigma^{L}_{1,2}'
    """
    letters = notation_of(notation)
    for name in sorted(_TEMPLATES, key=len, reverse=True):
        if letters is not MACROS:
            pattern = re.escape(_macro(name)) + r"(?![a-z])" + r"\{([^{}]*)\}" * _arguments(name)
            template = getattr(letters, name)
            latex = re.sub(pattern, lambda found, t=template: _filled(t, *found.groups()), latex)  # type: ignore[misc]
    return latex


_WRITTEN = re.compile(r"\\bar G_(?P<orbit>L|\\ell)|G_(?P<gram>\{[^{}]*\}|L|\\ell)|(?P<star>G_\*)|(?P<map>\bF(?=\())")


def rewritten(latex: str, notation: Notation | str) -> str:
    r"""LaTeX written by hand in our letters (``G_L``, ``\bar G_L``, ``G_*``, ``F(``), in those of another notation.

    >>> rewritten(r"\|G_{\ell+1} - F(G_\ell)\|_F", "yang")
    '\\|\\Sigma^{\\ell+1} - V_{\\tilde{\\phi}}(\\Sigma^{\\ell})\\|_F'
    """
    letters = notation_of(notation)

    def letter(found: re.Match[str]) -> str:
        layer = (found["orbit"] or found["gram"] or "").strip("{}")
        layer = letters.depth if layer == "L" else layer
        if found["orbit"]:
            return letters.orbit_at(layer)
        if found["gram"]:
            return letters.gram_at(layer)
        return letters.fixed_point if found["star"] else letters.mean_field_map

    return _WRITTEN.sub(letter, latex)


def expression_latex(expression: Expr, notation: Notation | str = OURS) -> str:
    r"""An expression as LaTeX; numbers of more than 30 digits are cut short and end in dots.

    Args:
        expression: any sympy expression; it may contain means and finite-width numbers.
        notation: a `Notation` or its name.

    >>> from theory.conventions import batch_size
    >>> expression_latex(-1 / (batch_size - 1), "yang")
    '- \\frac{1}{B - 1}'
    """
    return Printer(notation).doprint(expression)
