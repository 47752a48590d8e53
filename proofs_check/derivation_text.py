r"""Read a derivation from a plain text, with a little LaTeX; nothing is executed.

    # the dual of relu at correlation c
    for c in [-1, 1]
    let u, v ~ N(0, [[1, c], [c, 1]])
    E[relu(u)*relu(v)]
      = (sqrt(1-c^2) + (pi - acos(c))*c)/(2*pi)    -- arc-cosine kernel
      <= 1/2                                       -- largest at c = 1

Two hyphens after a space begin a reason.

Declarations come first: ``for x in [a, b)``, ``for n >= 3 integer``, ``for d in {16, 64}``, ``let z ~ N(0, 1)``,
``let z1, z2 ~ sphere(n)``, ``assume c > 0``.  Then the chain, one link a line.  ``E[...]`` is the mean over the law of the
variables in it.  LaTeX spellings such as ``\frac{1}{2}``, ``\sqrt{t}``, ``\le``, ``\mathbb{E}[...]`` and ``\pi`` are read too, a reason in
the third column of an ``align`` (``&& \text{...}``), and ``%`` comments.  A law under ``\mathbb{E}`` must be the one declared, as
``gramchain derive --latex`` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from sympy import Expr, Symbol
from sympy import oo as infinity

from proofs_check.claim import Hypothesis
from proofs_check.derivation import Derivation, DerivationError, Link
from proofs_check.domains.domain import Choices, DomainError, Integers, Interval, Variable
from proofs_check.statement import Relation, Statement
from theory.expectation import GaussianLaw, GaussianMean, Law, SphereLaw, SphereMean
from theory.grammar import FUNCTIONS, _Builder
from theory.notation import NOTATIONS, expression_latex
from theory.syntax import MAX_LENGTH, ExpressionError, Tree, _Parser, shown

MOST_LINES = 400
_RELATIONS = {
    "<=": Relation.AT_MOST,
    ">=": Relation.AT_LEAST,
    "=": Relation.EQUAL,
    "<": Relation.LESS,
    ">": Relation.GREATER,
}
_RELATION = re.compile(r"(<=|>=|=|<|>)")
_NAME = r"[A-Za-z][A-Za-z_0-9]*"
_FOR = re.compile(rf"for\s+(?P<integer>integer\s+)?(?P<name>{_NAME})\s*(?P<rest>.+)$")
_LET = re.compile(rf"let\s+(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)\s*~\s*(?P<law>N|sphere)\s*\((?P<rest>.*)\)$")
_FUNCTION = r"\\?\b(?:a?(?:sin|cos|tan)h?|exp|log|erfc?|max|min)"
_SPELLINGS = (
    (r"\\left\s*\|", " abs("), (r"\\right\s*\|", ")"),
    (r"\\(?:leqslant|leq|le)(?![A-Za-z])", "<="), (r"\\(?:geqslant|geq|ge)(?![A-Za-z])", ">="), ("≤", "<="), ("≥", ">="),
    (r"\\(?:lt)(?![A-Za-z])", "<"), (r"\\(?:gt)(?![A-Za-z])", ">"), (r"\\mathbb\s*\{?E\}?", "E"), (r"\\(?:left|right|,|;|!|quad|qquad)(?![A-Za-z])", " "),  # noqa: E501
    (r"\\(?:cdot|times)(?![A-Za-z])", "*"), (r"\\in(?![A-Za-z])", " in "), (r"\\sim(?![A-Za-z])", "~"), (r"\\mathcal\s*\{N\}", "N"), (r"\\infty(?![A-Za-z])", "oo"),  # noqa: E501
    (r"\\arccos(?![A-Za-z])", "acos"), (r"\\arcsin(?![A-Za-z])", "asin"), (r"\\arctan(?![A-Za-z])", "atan"), (r"\\ln(?![A-Za-z])", "log"),
    (r"\\operatorname\s*\{([A-Za-z]+)\}", r"\1"), (r"\\begin\s*\{align\*?\}|\\end\s*\{align\*?\}", " "), (r"\\\\", " "), ("&", " "), ("[“”$]", " "),  # noqa: E501
)  # fmt: skip


class _ChainSyntax(_Parser):
    """The syntax of expressions, with means ``E[...]`` and products without a sign: ``2 t (1-t)``, as LaTeX has them."""

    def hint(self) -> str:
        return f"the names here are {', '.join(self.symbols) or 'none; declare one with for or let'}"

    def product(self) -> Tree:
        parts = [("*", self.unary())]
        while True:
            kind, text, at = self.tokens[self.position]
            if text in ("*", "/"):
                parts.append((self.take()[1], self.unary()))
            elif kind == "name" or text == "(":
                if parts[-1][0] == "/":
                    raise ExpressionError(f"a product without a sign after a division at position {at + 1} of {shown(self.text)}: "
                                          "write * or parentheses")  # fmt: skip
                parts.append(("*", self.power()))
            else:
                return parts[0][1] if len(parts) == 1 else ("product", tuple(parts))

    def atom(self) -> Tree:
        kind, text, _ = self.tokens[self.position]
        if kind == "name" and (text in self.symbols or text == "pi"):
            self.take()
            return ("name", text)
        return super().atom()

    def call(self, name: str) -> Tree:
        if name != "E":
            return super().call(name)
        self.expect("(")
        body = self.nested(self.sum)
        self.expect(")")
        return ("call", "E", (body,))


class _ChainBuilder(_Builder):
    """The meaning of expressions: means over the law of their variables, and powers with declared integers as exponents."""

    def __init__(self, text: str, symbols: Mapping[str, Expr], laws: Mapping[str, Law]):
        super().__init__(text, symbols)
        self.laws = laws

    def _call(self, name: str, trees: tuple[Tree, ...]) -> Expr:
        if name != "E":
            return super()._call(name, trees)
        body = self.build(trees[0])
        used = list(dict.fromkeys(law for v, law in self.laws.items() if self.symbols[v] in body.free_symbols))
        if len(used) != 1:
            found = "several laws" if used else "none"
            raise ExpressionError(
                f"E[{body}] needs variables of exactly one law and has {found}: declare let u, v ~ N(0, [[1, c], [c, 1]])"
            )
        return SphereMean(body, used[0]) if isinstance(used[0], SphereLaw) else GaussianMean(body, used[0])

    def _power(self, base_tree: Tree, exponent_tree: Tree) -> Expr:
        exponent = self.build(exponent_tree)
        if exponent.has(Symbol) and exponent.is_integer and exponent.is_nonnegative:
            return self.build(base_tree) ** exponent
        return super()._power(base_tree, exponent_tree)


class _Reader:
    def __init__(self) -> None:
        self.symbols: dict[str, Expr] = {}
        self.domain: list[Variable] = []
        self.laws: dict[str, Law] = {}
        self.hypotheses: list[Hypothesis] = []

    def expression(self, text: str) -> Expr:
        if not text.strip():
            raise ExpressionError("an expression is missing")
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"an expression of {len(text)} characters: at most {MAX_LENGTH} are read")
        plain = text.strip().translate(str.maketrans("[]{}", "()()"))
        value = _ChainBuilder(plain, self.symbols, self.laws).build(_ChainSyntax(plain, self.symbols).whole())
        loose = [v for v in self.laws if self.symbols[v] in value.free_symbols]
        if loose:
            raise ExpressionError(f"the random variable {loose[0]} stands outside E[...]: write its mean")
        return value

    def check_law(self, subscript: str) -> None:
        """Refuse a law written under a mean that is not the declared one, or the same of fewer variables."""
        declared = [
            _part(law, chosen)
            for law in dict.fromkeys(self.laws.values())
            for size in range(1, len(law.variables) + 1)
            for chosen in combinations(law.variables, size)
        ]
        spelled = {_bare(expression_latex(law, letters)) for law in declared for letters in NOTATIONS}
        if _bare(subscript) not in spelled:
            raise ExpressionError(
                f"the law {shown(subscript)} under a mean is not the declared one: leave it out, or declare it with let"
            )

    def number(self, text: str) -> Expr:
        stripped = text.strip().lower()
        if stripped in ("oo", "+oo", "-oo", "inf", "-inf", "infinity", "-infinity"):
            return -infinity if stripped.startswith("-") else infinity
        value = self.expression(text)
        if value.free_symbols:
            raise ExpressionError(f"an end of a domain must be a number, not {text.strip()}")
        return value

    def declare(self, line: str) -> None:
        if line.startswith("for "):
            self.quantify(line)
        elif line.startswith("let "):
            self.law(line)
        else:
            parts = _RELATION.split(line[len("assume ") :])
            if len(parts) != 3:
                raise ExpressionError("an assumption is one relation, such as assume c > 0")
            statement = Statement(self.expression(parts[0]), _RELATIONS[parts[1]], self.expression(parts[2]))
            self.hypotheses.append(Hypothesis(str(statement), statement=statement))

    def free_name(self, name: str) -> str:
        plain = name.replace("_", "")  # x_{1} is read as x1
        if plain in ("E", "pi", "e", "oo", *FUNCTIONS) or any(
            plain == known.replace("_", "") for known in self.symbols
        ):
            raise ExpressionError(f"the name {name!r} is taken: choose another")
        return name

    def quantify(self, line: str) -> None:
        match = _FOR.match(line)
        if match is None:
            raise ExpressionError("write for x in [0, 1], for integer n >= 3, or for d in {16, 64}")
        name, rest = self.free_name(match["name"]), match["rest"].strip()
        integer = bool(match["integer"]) or rest.endswith(" integer")
        rest = rest.removesuffix(" integer").strip()
        where: Interval | Integers | Choices
        if rest.startswith("in"):
            inside = rest[2:].strip().replace("\\{", "{").replace("\\}", "}")
            if inside.startswith("{") and inside.endswith("}"):
                where = Choices(tuple(self.number(part) for part in inside[1:-1].split(",")))
            elif inside[:1] in ("[", "(") and inside[-1:] in ("]", ")") and inside.count(",") == 1:
                low, high = (self.number(part) for part in inside[1:-1].split(","))
                if integer and high is not infinity:
                    high -= inside[-1] == ")"
                where = (
                    Integers(low + (inside[0] == "("), high)
                    if integer
                    else Interval(low, high, inside[0] == "(", inside[-1] == ")")
                )
            else:
                raise ExpressionError(f"{inside!r} is no domain: write [0, 1], (0, 1) or {{16, 64}}")
        else:
            parts = _RELATION.split(rest)
            if len(parts) != 3 or parts[0].strip() or parts[1] not in ("<", "<=", ">", ">="):
                raise ExpressionError("write for x in [0, 1], for integer n >= 3, or for d in {16, 64}")
            end, opened = self.number(parts[2]), parts[1] in ("<", ">")
            if integer:
                if parts[1] not in (">=", ">"):
                    raise ExpressionError("integers need a lower end: write for integer n in [3, 10]")
                where = Integers(end + 1 if opened else end)
            else:
                where = (Interval(end, infinity, opened, True) if parts[1] in (">", ">=")
                         else Interval(-infinity, end, True, opened))  # fmt: skip
        # the assumptions that the domain grants; without them powers and laws could not be read
        sign = {}
        if isinstance(where, Integers):
            sign = {
                "integer": True,
                **({"positive": True} if where.lower > 0 else {"nonnegative": True} if where.lower == 0 else {}),
            }
        elif isinstance(where, Choices):
            sign = (
                {"integer": True, "positive": True}
                if all(v.is_Integer and v > 0 for v in where.values)
                else {"real": True}
            )
        elif where.lower.is_positive or (where.lower.is_zero and where.left_open):
            sign = {"positive": True}
        else:
            sign = {"real": True}
        symbol = Symbol(name, **sign)
        self.domain.append(Variable(symbol, where))
        self.symbols[name] = symbol

    def law(self, line: str) -> None:
        match = _LET.match(line)
        if match is None:
            raise ExpressionError("write let u, v ~ N(0, [[1, c], [c, 1]]) or let z1, z2 ~ sphere(n)")
        names = [self.free_name(n.strip()) for n in match["names"].split(",")]
        if len(set(names)) != len(names):
            raise ExpressionError(f"a name occurs twice in {line!r}")
        variables = tuple(Symbol(n, real=True) for n in names)
        rest = match["rest"].strip()
        found: Law
        if match["law"] == "sphere":
            size, _, kind = rest.partition(",")
            if kind.strip() not in ("", "centred", "centered", "uncentred", "uncentered"):
                raise ExpressionError(f"a sphere is centred or uncentred, not {kind.strip()!r}")
            found = SphereLaw(variables, self.expression(size), not kind.strip().startswith("un"))
        else:
            mean, _, covariance = rest.partition(",")
            if mean.strip() != "0":
                raise ExpressionError("laws are centred: write N(0, ...)")
            found = GaussianLaw(variables, self.matrix(covariance.strip(), len(names)))
        for name, variable in zip(names, variables, strict=True):
            self.symbols[name] = variable
            self.laws[name] = found

    def matrix(self, text: str, size: int) -> Any:
        if not text.startswith("["):
            value = self.expression(text)
            return [[value if i == j else 0 for j in range(size)] for i in range(size)]
        rows = re.findall(r"\[([^\[\]]*)\]", text)
        if re.sub(r"\[[^\[\]]*\]|[\s,\[\]]", "", text) or len(rows) != size:
            raise ExpressionError(
                f"a covariance of {size} variables is a list of {size} rows, such as [[1, c], [c, 1]]"
            )
        return [[self.expression(entry) for entry in row.split(",")] for row in rows]


def _part(law: Law, variables: tuple[Symbol, ...]) -> Law:
    """The law of some of its variables."""
    return law.func(variables, *law.args[1:]) if isinstance(law, SphereLaw) else law.marginal(variables)


def _bare(latex: str) -> str:
    return re.sub(r"\\(?:left|right)(?![A-Za-z])|\s", "", latex)


def _without_laws(line: str) -> tuple[str, list[str]]:
    """A line without what stands under its means, and that."""
    found = []
    while (start := re.search(r"(\\mathbb\s*\{?E\}?)\s*_\s*\{", line)) is not None:
        depth, end = 1, start.end()
        while depth and end < len(line):
            depth += {"{": 1, "}": -1}.get(line[end], 0)
            end += 1
        if depth:
            raise ExpressionError("a brace under a mean is not closed")
        found.append(line[start.end() : end - 1])
        line = line[: start.end(1)] + line[end:]
    return line, found


def _split_reason(raw: str) -> tuple[str, str]:
    """What is stated on a line, and the reason after ``--`` or in the third column of an ``align``."""
    body, *reason = re.split(r"(?:^|\s)--", raw, maxsplit=1)  # 1--t is 1 - (-t)
    if reason or "&&" not in raw:
        return body, "".join(reason)
    body, _, note = raw.partition("&&")
    words = re.search(r"\\text\s*\{((?:\\.|[^{}\\])*)\}", note)
    return body, re.sub(r"\\([%&#_{}$])", r"\1", words[1]) if words else ""


def _plain(line: str) -> str:
    """LaTeX spellings as the grammar writes them."""
    if re.search(r"\\sqrt\s*\[", line):
        raise ExpressionError("a root of another order than 2: write a power such as t^(1/3)")
    for pattern, replacement in _SPELLINGS:
        line = re.sub(pattern, replacement, line)
    for _ in range(40):
        step = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))", line)
        step = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)", step)
        step = re.sub(r"(?<![A-Za-z\\])e\s*\^\s*\{([^{}]*)\}", r"exp(\1)", step)
        step = re.sub(r"\^\s*\{([^{}]*)\}", r"^(\1)", step)
        step = re.sub(rf"({_FUNCTION})\s*\{{([^{{}}]*)\}}", r"\1(\2)", step)  # as sympy prints them
        step = re.sub(rf"({_FUNCTION})\s*(\^\(\d+\))\s*\{{?\s*\(([^(){{}}]*)\)\s*\}}?", r"(\1(\3))\2", step)
        step = re.sub(r"_\s*\{?([A-Za-z0-9]+)\}?", r"\1", step) if "\\" in line or "_{" in line else step
        if step == line:
            break
        line = step
    return re.sub(r"\\([A-Za-z]+)", r"\1", line)


def parse_derivation(text: str, name: str = "derivation") -> Derivation:
    """Read a derivation; see the head of this module for the format.

    Args:
        text: the whole file.
        name: names the derivation.

    Raises:
        DerivationError: with the number of the line, what stands there and what to write instead.

    >>> print(parse_derivation("for t in [0, 1]\\n t*(1-t) = t - t^2 <= 1/4").conclusion)
    t*(1 - t) <= 1/4
    """
    reader = _Reader()
    first: Expr | None = None
    links: list[Link] = []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise DerivationError(f"{len(lines)} lines: at most {MOST_LINES} are read")

    def guarded(number: int, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (
            ExpressionError,
            DomainError,
            DerivationError,
            ValueError,
            TypeError,
            ZeroDivisionError,
            RecursionError,
        ) as error:
            raise DerivationError(f"line {number}: {error}") from None

    for number, raw in enumerate(lines, start=1):
        body, reason = _split_reason(raw)
        code, laws = guarded(number, lambda body=body: _without_laws(re.split(r"#|(?<!\\)%", body)[0]))  # type: ignore[misc]
        line = guarded(number, lambda code=code: _plain(code).strip())  # type: ignore[misc]
        if not line:
            continue
        for law in laws:
            guarded(number, lambda law=law: reader.check_law(law))  # type: ignore[misc]
        if line.startswith(("for ", "let ", "assume ")):
            if first is not None:
                raise DerivationError(f"line {number}: declarations come before the chain")
            guarded(number, lambda line=line: reader.declare(line))  # type: ignore[misc]
            continue
        parts = _RELATION.split(line)
        if first is None:
            if not parts[0].strip():
                raise DerivationError(f"line {number}: the chain starts with an expression, not with {parts[1]}")
            first = guarded(number, lambda parts=parts: reader.expression(parts[0]))  # type: ignore[misc]
        elif parts[0].strip():
            raise DerivationError(
                f"line {number}: a link starts with =, <, <=, > or >=, not with {parts[0].strip()[:40]!r}"
            )
        for place in range(1, len(parts), 2):
            right = guarded(number, lambda parts=parts, place=place: reader.expression(parts[place + 1]))  # type: ignore[misc]
            last = place + 2 >= len(parts)
            links.append(Link(_RELATIONS[parts[place]], right, reason.strip() if last else ""))
    if first is None or not links:
        raise DerivationError("the text holds no chain: write an expression, then lines such as = ... or <= ...")
    return guarded(
        len(lines), lambda: Derivation(first, tuple(links), tuple(reader.domain), tuple(reader.hypotheses), name)
    )
