"""What a claim quantifies over: real intervals, integers, finite choices."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Integer, Rational, S, Symbol, sympify

from theory.display import Displayed
from theory.notation import OURS, Notation, expression_latex


class DomainError(ValueError):
    """The domain is empty or malformed; a claim about it would be vacuous."""


def _exact(value: Any, what: str) -> Expr:
    if isinstance(value, str):
        raise DomainError(f"{what} must be a number, not the text {value!r}: write Rational({value!r})")
    number = sympify(value)
    if number.is_Float or number.free_symbols or not (number.is_real or number in (S.Infinity, S.NegativeInfinity)):
        raise DomainError(f"{what} must be an exact real number such as 1/10, not {value!r}")
    return number


@dataclass(frozen=True)
class Interval(Displayed):
    """Real numbers between two exact ends; an infinite end is open."""

    lower: Expr
    upper: Expr
    left_open: bool = False
    right_open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", _exact(self.lower, "the lower end"))
        object.__setattr__(self, "upper", _exact(self.upper, "the upper end"))
        if self.lower is S.Infinity or self.upper is S.NegativeInfinity:
            raise DomainError(f"the interval from {self.lower} to {self.upper} is empty: a claim over it says nothing")
        width = self.upper - self.lower
        if width.is_negative or (width.is_zero and (self.left_open or self.right_open)):
            raise DomainError(f"the interval from {self.lower} to {self.upper} is empty: a claim over it says nothing")

    def contains(self, value: Expr) -> bool:
        v = sympify(value)
        below, above = v - self.lower, self.upper - v
        # oo - v is not positive to sympy, but extended positive
        return bool(v.is_finite and (below.is_extended_positive or (below.is_zero and not self.left_open))
                    and (above.is_extended_positive or (above.is_zero and not self.right_open)))  # fmt: skip

    def points(self) -> list[Expr]:
        """Points that tend to hurt: the ends, just inside them, zero, the middle and a few others."""
        if self.lower is S.NegativeInfinity or self.upper is S.Infinity:
            base = [
                S.Zero,
                S.One,
                S.NegativeOne,
                Rational(1, 1000),
                Rational(-1, 1000),
                Integer(7),
                Integer(-7),
                Integer(50),
                Integer(10) ** 6,
                -(Integer(10) ** 6),
                Integer(10) ** 30,
                -(Integer(10) ** 30),
            ]
            shift = (
                S.Zero
                if self.lower is S.NegativeInfinity and self.upper is S.Infinity
                else (self.lower if self.upper is S.Infinity else self.upper)
            )
            candidates = [*base, *(shift + b for b in base)]
        else:
            width = self.upper - self.lower
            parts = (0, 1, Rational(1, 10**6), 1 - Rational(1, 10**6), Rational(1, 2), Rational(1, 7), Rational(13, 17),
                     Rational(1, 100), Rational(99, 100))  # fmt: skip
            candidates = [self.lower + width * p for p in parts] + [S.Zero]
        return [p for p in dict.fromkeys(candidates) if self.contains(p)]

    def symbol_like(self, symbol: Symbol) -> tuple[Symbol, Expr]:
        """A fresh symbol that carries the domain's sign as assumptions, and what `symbol` is in terms of it."""
        if (self.lower.is_nonnegative and self.left_open) or self.lower.is_positive:
            fresh = Dummy(symbol.name, positive=True)
        elif self.lower.is_nonnegative:
            fresh = Dummy(symbol.name, nonnegative=True)
        else:
            fresh = Dummy(symbol.name, real=True)
        return fresh, fresh

    def latex(self, notation: Notation | str = OURS) -> str:
        left = "(" if self.left_open or self.lower is S.NegativeInfinity else "["
        right = ")" if self.right_open or self.upper is S.Infinity else "]"
        return rf"\left{left}{expression_latex(self.lower, notation)}, {expression_latex(self.upper, notation)}\right{right}"

    def unicode(self) -> str:
        from proofs_check.unicode_text import unicode_text

        left = "(" if self.left_open or self.lower is S.NegativeInfinity else "["
        right = ")" if self.right_open or self.upper is S.Infinity else "]"
        return f"{left}{unicode_text(self.lower)}, {unicode_text(self.upper)}{right}"

    def __str__(self) -> str:
        left = "(" if self.left_open or self.lower is S.NegativeInfinity else "["
        right = ")" if self.right_open or self.upper is S.Infinity else "]"
        return f"in {left}{self.lower}, {self.upper}{right}"


@dataclass(frozen=True)
class Integers(Displayed):
    """Integers from `lower` up to `upper` (None: without end)."""

    lower: int
    upper: int | None = None

    def __post_init__(self) -> None:
        if self.upper in (S.Infinity, float("inf")):
            object.__setattr__(self, "upper", None)
        for name in ("lower", "upper"):
            end = getattr(self, name)
            if end is None and name == "upper":
                continue
            if isinstance(end, (bool, float, str)) or not sympify(end).is_Integer:
                raise DomainError(f"the {name} end of a range of integers must be an integer, not {end!r}")
            object.__setattr__(self, name, int(end))
        if self.upper is not None and self.upper < self.lower:
            raise DomainError(
                f"the integers from {self.lower} to {self.upper} are none: a claim over them says nothing"
            )

    def contains(self, value: Expr) -> bool:
        v = sympify(value)
        return bool(v.is_Integer and v >= self.lower and (self.upper is None or v <= self.upper))

    def points(self) -> list[Expr]:
        steps = (0, 1, 2, 3, 4, 7, 13, 29, 97, 997, 10**6, 10**15)
        top = [] if self.upper is None else [self.upper, self.upper - 1]
        return [
            Integer(k) for k in dict.fromkeys([*(self.lower + s for s in steps), *top]) if self.contains(Integer(k))
        ]

    def symbol_like(self, symbol: Symbol) -> tuple[Symbol, Expr]:
        fresh = Dummy(symbol.name, integer=True, nonnegative=True)
        return fresh, fresh + self.lower

    def latex(self, notation: Notation | str = OURS) -> str:
        if self.upper is not None and self.upper - self.lower < 3:
            return r"\{" + ", ".join(map(str, range(self.lower, self.upper + 1))) + r"\}"
        last = "" if self.upper is None else f", {self.upper}"
        return rf"\{{{self.lower}, {self.lower + 1}, \ldots{last}\}}"

    def unicode(self) -> str:
        if self.upper is not None and self.upper - self.lower < 3:
            return "{" + ", ".join(map(str, range(self.lower, self.upper + 1))) + "}"
        return f"{{{self.lower}, {self.lower + 1}, …{'' if self.upper is None else f', {self.upper}'}}}"

    def __str__(self) -> str:
        return f">= {self.lower}, an integer" if self.upper is None else f"an integer from {self.lower} to {self.upper}"


@dataclass(frozen=True)
class Choices(Displayed):
    """Finitely many exact values; a claim over them is proved by checking each."""

    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(_exact(v, "a choice") for v in self.values))
        if not self.values:
            raise DomainError("no choices: a claim over them says nothing")

    def contains(self, value: Expr) -> bool:
        return sympify(value) in self.values

    def points(self) -> list[Expr]:
        return list(self.values)

    def symbol_like(self, symbol: Symbol) -> tuple[Symbol, Expr]:
        fresh = Dummy(symbol.name, real=True)
        return fresh, fresh

    def latex(self, notation: Notation | str = OURS) -> str:
        return r"\left\{" + ", ".join(expression_latex(v, notation) for v in self.values) + r"\right\}"

    def unicode(self) -> str:
        from proofs_check.unicode_text import unicode_text

        return "{" + ", ".join(map(unicode_text, self.values)) + "}"

    def __str__(self) -> str:
        return "in {" + ", ".join(map(str, self.values)) + "}"


def _reference(domain: Interval | Integers | Choices) -> dict[str, bool]:
    """The assumptions that every member of a domain satisfies."""
    if isinstance(domain, Choices):
        facts = [{f: getattr(v, f"is_{f}") for f in (*Dummy(real=True).assumptions0, *_SIGNS)} for v in domain.values]
        return {f: t for f, t in facts[0].items() if t is not None and all(known[f] is t for known in facts)}
    if isinstance(domain, Integers):
        lower, upper, kind = Integer(domain.lower), domain.upper, {"integer": True}
        top = None if upper is None else Integer(upper)
        open_low = open_high = False
    else:
        lower, top, kind = domain.lower, domain.upper, {"real": True}
        open_low, open_high = domain.left_open, domain.right_open
    if lower.is_positive or (lower.is_zero and open_low):
        kind["positive"] = True
    elif lower.is_zero and top is not None and top.is_zero:
        kind["zero"] = True
    elif lower.is_zero:
        kind["nonnegative"] = True
    elif top is not None and (top.is_negative or (top.is_zero and open_high)):
        kind["negative"] = True
    elif top is not None and top.is_zero:
        kind["nonpositive"] = True
    return dict(Dummy(**kind).assumptions0)


_SIGNS = (
    "positive", "negative", "nonnegative", "nonpositive", "nonzero", "zero", "integer", "noninteger", "rational", "irrational",
    "even", "odd", "prime", "composite", "algebraic", "transcendental",
)  # fmt: skip


@dataclass(frozen=True)
class Variable(Displayed):
    """A universally quantified symbol and where it ranges."""

    symbol: Symbol
    domain: Interval | Integers | Choices

    def __post_init__(self) -> None:
        if not isinstance(self.symbol, Symbol):
            raise DomainError(f"a variable is a symbol, not {self.symbol!r}")
        known = _reference(self.domain)
        for fact, value in self.symbol.assumptions0.items():
            if fact.startswith("extended_") or known.get(fact) is value:
                continue
            odd_one = next((p for p in self.domain.points() if getattr(p, f"is_{fact}") is not value), "other numbers")
            raise DomainError(
                f"the symbol {self.symbol} is assumed {'' if value else 'not '}{fact}, but its domain contains {odd_one}"
            )

    def latex(self, notation: Notation | str = OURS) -> str:
        return rf"{expression_latex(self.symbol, notation)} \in {self.domain.latex(notation)}"

    def unicode(self) -> str:
        from proofs_check.unicode_text import unicode_text

        return f"{unicode_text(self.symbol)} ∈ {self.domain.unicode()}"

    def __str__(self) -> str:
        return f"{self.symbol} {self.domain}"


Point = dict[Symbol, Expr]


def sample_points(domain: tuple[Variable, ...], most: int = 40) -> Iterator[Point]:
    """Hard points of the product domain, the corners first, at most `most` of them; one empty point for no variables."""
    lists = [v.domain.points() for v in domain]
    combos = (
        sorted(itertools.product(*(range(len(values)) for values in lists)), key=lambda index: (sum(index), index))
        if len(domain) <= 2
        else itertools.islice(itertools.product(*(range(min(4, len(v))) for v in lists)), 4 * most)
    )
    for index in itertools.islice(combos, most):
        yield {v.symbol: values[i] for v, values, i in zip(domain, lists, index, strict=True)}


def is_finite(domain: tuple[Variable, ...], most: int = 64) -> bool:
    """Whether the domain is a product of finite choices with at most `most` points: then `all_points` is a proof by cases."""
    size = 1
    for variable in domain:
        d = variable.domain
        if isinstance(d, Choices):
            size *= len(d.values)
        elif isinstance(d, Integers) and d.upper is not None:
            size *= d.upper - d.lower + 1
        else:
            return False
    return size <= most


def all_points(domain: tuple[Variable, ...]) -> Iterator[Point]:
    """Every point of a finite domain."""
    lists = []
    for variable in domain:
        d = variable.domain
        if isinstance(d, Choices):
            lists.append(list(d.values))
        elif isinstance(d, Integers) and d.upper is not None:
            lists.append([Integer(k) for k in range(d.lower, d.upper + 1)])
        else:
            raise DomainError(f"{variable} is not finite")
    for values in itertools.product(*lists):
        yield {v.symbol: value for v, value in zip(domain, values, strict=True)}
