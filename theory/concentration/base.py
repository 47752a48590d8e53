"""A concentration bound as a value: hypotheses, formula with every constant, range of validity, source."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import mpmath
from sympy import Expr, Symbol, sympify

from theory.conventions import depth, width
from theory.display import Displayed, text
from theory.expectation import Mean
from theory.notation import OURS, Notation, expression_latex, notation_of, rewritten
from theory.sources import Source

DIGITS = 30


class BoundKind(enum.Enum):
    """What the number bounds, and when it says nothing."""

    PROBABILITY = "probability of leaving"
    MEAN_SQUARE = "mean of the squared distance"
    DISTANCE = "distance, with the stated probability"


class HypothesisError(ValueError):
    """A hypothesis of a bound fails, or cannot be filled in; the message names the bound and the hypothesis."""


@dataclass(frozen=True)
class Constant:
    """A number that a bound uses, with where it comes from (an enclosure, a certificate, an assumption)."""

    value: Any
    source: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", sympify(self.value))


Values = Mapping[str, Any]


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis of a bound.

    Args:
        name: short name that an error shows.
        statement: the hypothesis in words and formulas.
        check: a test on the evaluated symbols (mpmath numbers by symbol name); None for what is assumed, not checked.
    """

    name: str
    statement: str
    check: Callable[[Values], bool] | None = None

    @property
    def is_assumed(self) -> bool:
        return self.check is None


@dataclass(frozen=True, repr=False)
class Bound(Displayed):
    """A bound with every constant written out.

    Args:
        name: short name.
        quantity: what is bounded, in LaTeX.
        kind: whether the formula bounds a probability, a mean square or a distance.
        formula: expression in ``width`` d, ``depth`` L, and the symbols below.
        hypotheses: all of them; those with a check are tested by `at`.
        trivial: the value at which the bound says nothing (1 for a probability, the diameter for a distance).
        constants: symbol -> expression or `Constant`; whatever is missing must be given to `at`.
        tuned: symbols over which the bound holds for every value in an open interval (lower, upper); `at` minimises.
        parts: letters for parts of the formula, in the order in which they are defined: what a reader sees, not what is evaluated.
        validity: range of validity in words.
        needs: what it needs of the activation.
        source: where it comes from.
    """

    name: str
    quantity: str
    kind: BoundKind
    formula: Expr | None
    hypotheses: tuple[Hypothesis, ...]
    source: Source
    trivial: Expr = sympify(1)
    constants: Mapping[Symbol, Any] = field(default_factory=dict)
    tuned: tuple[tuple[Symbol, Expr, Expr], ...] = ()
    parts: tuple[tuple[Symbol, Expr], ...] = ()
    validity: str = "every width and depth"
    needs: str = "nothing beyond local boundedness"

    @property
    def free_symbols(self) -> set[Symbol]:
        """Symbols that `at` must be given."""
        if self.formula is None:
            return set()
        used = self.formula.free_symbols
        bound = set(self.constants) | {s for s, _, _ in self.tuned}
        inner = {s for e in self.constants.values() for s in sympify(_plain(e)).free_symbols}
        return (used | inner) - bound

    def latex(self, notation: Notation | str = OURS) -> str:
        """The bound, its hypotheses left out (`describe` lists them)."""
        w = notation_of(notation)
        left = rewritten(self.quantity, w)
        if self.formula is None:
            return rf"{left} \le {text('(constants unspecified)')}"
        if not self.parts:
            return rf"{left} \le {expression_latex(self.formula, w)}"
        shown = self._in_letters(self.formula, len(self.parts))
        rows, used = [rf"{left} &\le {expression_latex(shown, w)}"], set(shown.free_symbols)
        for place, (letter, part) in reversed(list(enumerate(self.parts))):
            if letter in used:
                body = self._in_letters(part, place)
                rows.append(rf"{expression_latex(letter, w)} &= {expression_latex(body, w)}")
                used |= body.free_symbols
        return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"

    def _in_letters(self, expression: Expr, count: int) -> Expr:
        """The expression by the first `count` letters, the last defined first."""
        for letter, part in reversed(self.parts[:count]):
            expression = expression.xreplace({part: letter})
        return expression

    def describe(self) -> str:
        """The formula and every hypothesis, a line each."""
        right = "a formula whose constants are unspecified" if self.formula is None else str(self.formula)
        rows = [
            f"{self}: at most {right}",
            *(f"given {h.statement}" for h in self.hypotheses),
            f"valid for {self.validity}",
        ]
        return "\n    ".join(rows)

    def _numbers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """mpmath value of every symbol by name, from the given values and the bound's own constants."""
        if self.formula is None:
            raise HypothesisError(f"{self.name}: the source leaves its constants unspecified, so it has no value")
        names = {"width": str(width), "depth": str(depth)}
        values = {names.get(k, k): _plain(v) for k, v in given.items() if v is not None}
        known = {str(s): sympify(_plain(e)) for s, e in self.constants.items()} | values
        missing = sorted({str(s) for s in self.free_symbols} - set(known))
        if missing:
            raise HypothesisError(f"{self.name} needs a value for {', '.join(missing)}")
        numbers: dict[str, Any] = {}
        for key, value in known.items():
            if isinstance(value, mpmath.mpf):
                numbers[key] = value
                continue
            inner = {s: known[str(s)] for s in sympify(value).free_symbols if str(s) in known and str(s) != key}
            numbers[key] = _number(sympify(value).subs(inner), f"{self.name}: {key}")
        return numbers

    def evaluated(self, **given: Any) -> Bound:
        """The same bound with its constants as numbers, for many evaluations in a row."""
        names = {"width": str(width), "depth": str(depth)}
        provided = {names.get(k, k) for k in given}
        absent = {str(s): 1 for s in self.free_symbols if str(s) not in provided}
        numbers = self._numbers({**given, **absent})
        return replace(self, constants={s: numbers[str(s)] for s in self.constants})

    def _check(self, numbers: Values) -> None:
        for hypothesis in self.hypotheses:
            if hypothesis.check is not None and not hypothesis.check(numbers):
                raise HypothesisError(f"{self.name}: hypothesis '{hypothesis.name}' fails: {hypothesis.statement}")

    def check(self, **given: Any) -> None:
        """Raise HypothesisError for the first hypothesis that fails on the given values."""
        self._check(self._numbers(given))

    def at(self, **given: Any) -> Any:
        """The bound's number, an mpmath float, minimised over its tuning parameters.

        Args:
            **given: ``width=``, ``depth=`` and further symbols by name; numbers, expressions or `Constant`.

        Raises:
            HypothesisError: a missing value, or a hypothesis that fails; the message names it.
        """
        numbers = self._numbers(given)
        self._check(numbers)
        formula = self.formula
        assert formula is not None
        with mpmath.workdps(DIGITS):
            tuned = next((t for t in self.tuned if str(t[0]) not in numbers), None)
            if tuned is None:
                return _value(formula, numbers)
            symbol, lower, upper = tuned
            left, right = _value(sympify(lower), numbers), _value(sympify(upper), numbers)
            function, names = _compiled(formula)
            place = names.index(str(symbol))
            arguments = [numbers.get(name) for name in names]

            def at_point(point: Any) -> Any:
                arguments[place] = point
                return function(*arguments)

            return _minimum(at_point, left, right)

    def vacuous_below(self, **given: Any) -> int | None:
        """Smallest width (to three digits, rounded up) from which the bound says something, all else as given.

        None where it says nothing at any width below 10^30.
        """
        bound = self.evaluated(**given)

        def says(d: int) -> bool:
            trivial = _value(sympify(self.trivial), bound._numbers({**given, "width": d}))
            try:
                return bool(bound.at(**given, width=d) < trivial)
            except HypothesisError:  # a hypothesis that needs a larger width
                return False

        bound.check(**given, width=10**30)

        return threshold(says)

    def __str__(self) -> str:
        return f"{self.name} ({self.kind.value})"


def threshold(says: Callable[[int], bool]) -> int | None:
    """Smallest power-of-two bracket, bisected to three digits, from which a monotone predicate on widths holds."""
    high = 1
    while not says(high):
        high *= 2
        if high > 10**30:
            return None
    low = high // 2
    while high - low > max(1, high // 1000):
        middle = (low + high) // 2
        if says(middle):
            high = middle
        else:
            low = middle
    return high


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Constant) else value


def _without_means(expression: Expr) -> Expr:
    """The expression with each mean replaced by its value, to as many of 30, 15 or 10 digits as the evaluator gives."""
    numbers = {}
    for mean in expression.atoms(Mean):
        for digits in (DIGITS, 15, 10):
            value = mean.evalf(digits)
            if value.is_Float:
                numbers[mean] = value
                break
    return expression.xreplace(numbers)


def _number(expression: Any, what: str) -> Any:
    value = sympify(expression)
    if value.free_symbols:
        raise HypothesisError(f"{what} needs a value for {', '.join(sorted(map(str, value.free_symbols)))}")
    number = _without_means(value).evalf(DIGITS)
    if not number.is_number or not (number.is_Float or number.is_Integer or number.is_Rational):
        if number.is_infinite:
            return mpmath.inf
        raise HypothesisError(f"{what} = {value} has no numerical value here: import numerics, or pass the number")
    with mpmath.workdps(DIGITS):
        return mpmath.mpf(number._mpf_) if number.is_Float else mpmath.mpf(int(number.p)) / int(number.q)


@lru_cache(maxsize=256)
def _compiled(formula: Expr) -> tuple[Callable[..., Any], tuple[str, ...]]:
    from sympy import lambdify

    symbols = sorted(formula.free_symbols, key=str)
    return lambdify(symbols, formula, "mpmath", cse=True), tuple(map(str, symbols))


def _value(formula: Expr, numbers: Values) -> Any:
    with mpmath.workdps(DIGITS):
        function, names = _compiled(formula)
        missing = sorted(set(names) - set(numbers))
        if missing:
            raise HypothesisError(f"a value is needed for {', '.join(missing)}")
        return mpmath.mpf(function(*(numbers[name] for name in names)))


def _minimum(function: Callable[[Any], Any], lower: Any, upper: Any) -> Any:
    """Least value found on a logarithmic grid of the open interval, then by golden section; any point is a valid bound."""
    points = [lower + (upper - lower) * mpmath.mpf(2) ** (-k / mpmath.mpf(3)) for k in range(1, 61)]
    best = min(range(len(points)), key=lambda i: function(points[i]))
    left, right = points[min(best + 1, len(points) - 1)], points[max(best - 1, 0)]
    ratio = (mpmath.sqrt(5) - 1) / 2
    for _ in range(30):
        a, b = right - ratio * (right - left), left + ratio * (right - left)
        if function(a) < function(b):
            right = b
        else:
            left = a
    return min(function((left + right) / 2), function(points[best]))
