"""A claim: a statement, where it is quantified, what it assumes, and the steps that are to prove it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sympy import Dummy, Symbol

from proofs_check.domains.domain import Variable
from proofs_check.statement import Statement
from theory.display import Displayed, text
from theory.expectation import Mean
from theory.notation import OURS, Notation, expression_latex, notation_of
from theory.sources import Source

if TYPE_CHECKING:
    from proofs_check.finite_width.fit import MedianFit
    from proofs_check.methods.base import Method


class ClaimError(ValueError):
    """The claim is malformed; the message says what was passed and what to write instead."""


@dataclass(frozen=True)
class Hypothesis:
    """An assumption as an object.

    Args:
        name: how it is printed, such as ``"n >= 4"``.
        check: returns True (holds), False (fails), or None (assumed: the verdict will rest on it).
        statement: the assumption as a statement about the claim's variables; it narrows the domain, and steps may use it.
    """

    name: str
    check: Callable[[], bool | None] = lambda: None
    statement: Statement | None = None

    def latex(self, notation: Notation | str = OURS) -> str:
        """The statement where the name only repeats it, otherwise the name."""
        repeats = self.statement is not None and self.name == str(self.statement)
        return self.statement.latex(notation) if self.statement is not None and repeats else text(self.name)

    def unicode(self) -> str:
        """The same in one line of Unicode."""
        from proofs_check.unicode_text import signs_in_words

        repeats = self.statement is not None and self.name == str(self.statement)
        return self.statement.unicode() if self.statement is not None and repeats else signs_in_words(self.name)

    def holds(self) -> bool | None:
        """The answer of `check`: sympy's and numpy's truth values count as truth values.

        Raises:
            ClaimError: the check raises, or answers something that is no truth value.
        """
        try:
            answer = self.check()
            return None if answer is None else bool(answer)
        except Exception as error:
            raise ClaimError(
                f"the check of the hypothesis {self.name!r} fails ({type(error).__name__}: {error})"
            ) from error


@dataclass(frozen=True)
class ProofStep:
    """One link of a proof.

    Args:
        name: unique within the claim.
        statement: what the step states, over the claim's domain.
        by: the method that checks it; chosen by what the statement contains if omitted.
        uses: names of earlier steps it builds on.
    """

    name: str
    statement: Statement
    by: Method | None = None
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Claim(Displayed):
    """What is believed, and why.

    Args:
        statement: the claim itself.
        domain: the variables it is quantified over; every free symbol of the statement must be among them.
        hypotheses: what it assumes.
        steps: its proof; a claim without steps is one step with a method chosen automatically.
        fits: constants of the statement that are fitted to simulations, and reported as fitted.
        source: where the statement is made.
        id: name in the ledger; the file's name if omitted.
        title: one line for tables.
        among: the finite list that "for every activation" stands for, where it is one claim of such a list; `rests_on` names it.

    Raises:
        ClaimError: an unknown `uses`, a step named twice, a free symbol without a domain, a variable declared twice, two symbols of one
            name.
    """

    statement: Statement
    domain: tuple[Variable, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    steps: tuple[ProofStep, ...] = ()
    fits: tuple[MedianFit, ...] = ()
    source: Source | None = None
    id: str = ""
    title: str = ""
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.statement, Statement):
            raise ClaimError(f"a claim needs a Statement, such as less(left, right), not {self.statement!r}")
        symbols = [v.symbol for v in self.domain] + [f.symbol for f in self.fits]
        named = [s.name for s in symbols]
        twice = {name for name in named if named.count(name) > 1}
        if twice:
            raise ClaimError(f"{self.id or 'claim'}: variable {', '.join(sorted(twice))} has two domains")
        known: list[str] = []
        for step in self.steps:
            if step.name in known:
                raise ClaimError(f"{self.id or 'claim'}: two steps are named {step.name!r}")
            unknown = [u for u in step.uses if u not in known]
            if unknown:
                raise ClaimError(
                    f"{self.id or 'claim'}: step {step.name!r} uses {unknown[0]!r}, which is no earlier step"
                )
            known.append(step.name)
        alike = {s.name: s for s in symbols}
        for owner, statement in [
            ("the claim", self.statement),
            *((f"step {s.name!r}", s.statement) for s in self.steps),
            *((f"hypothesis {h.name!r}", h.statement) for h in self.hypotheses if h.statement is not None),
        ]:
            other = next((s for s in _symbols(statement) if alike.get(s.name, s) != s), None)
            if other is not None:
                raise ClaimError(f"{self.id or 'claim'}: {owner} has two symbols named {other}, which differ in what is assumed of them: "
                                 "declare one, or give the bound one another name")  # fmt: skip
            free = statement.free_symbols - set(symbols)
            if free:
                raise ClaimError(f"{self.id or 'claim'}: {owner} has the free symbol {_names(free)}; give it a domain, "
                                 f"such as Variable({_names(free)}, Interval(0, 1))")  # fmt: skip

    def with_id(self, name: str) -> Claim:
        return replace(self, id=self.id or name)

    @property
    def symbols(self) -> set[Symbol]:
        """Every symbol of the statement, the domain and the steps."""
        found = {v.symbol for v in self.domain} | self.statement.free_symbols
        return found.union(*(step.statement.free_symbols for step in self.steps))

    def latex(self, notation: Notation | str = OURS) -> str:
        """The whole statement, quantifiers and hypotheses included."""
        notation = notation_of(notation).clear_of(self.symbols)
        parts = [self.statement.latex(notation)]
        if self.domain:
            parts.append(r"\quad \text{for all } " + r",\ ".join(v.latex(notation) for v in self.domain))
        if self.hypotheses:
            parts.append(r"\quad \text{if } " + r",\ ".join(h.latex(notation) for h in self.hypotheses))
        if self.fits:
            parts.append(
                r"\quad \text{with fitted } " + ", ".join(expression_latex(f.symbol, notation) for f in self.fits)
            )
        return " ".join(parts)

    def unicode(self) -> str:
        """The whole statement in one line of Unicode, quantifiers and hypotheses included.

        >>> from sympy import pi, symbols
        >>> from proofs_check import Integers, Interval, at_most
        >>> rho, n = symbols("rho n", real=True)
        >>> print(Claim(at_most(rho**2, pi), (Variable(rho, Interval(-1, 1)),), (Hypothesis("n >= 4"),)).unicode())
        ρ² ≤ π for all ρ ∈ [-1, 1] if n ≥ 4
        """
        over = f" for all {', '.join(v.unicode() for v in self.domain)}" if self.domain else ""
        given = f" if {', '.join(h.unicode() for h in self.hypotheses)}" if self.hypotheses else ""
        fitted = f" with fitted {', '.join(map(str, self.fits))}" if self.fits else ""
        return f"{self.statement.unicode()}{over}{given}{fitted}"

    def __str__(self) -> str:
        over = f" for all {', '.join(map(str, self.domain))}" if self.domain else ""
        given = f" given {', '.join(h.name for h in self.hypotheses)}" if self.hypotheses else ""
        fitted = f" with fitted {'; '.join(map(str, self.fits))}" if self.fits else ""
        return f"{self.statement}{over}{given}{fitted}"

    def describe(self) -> str:
        """Name and statement, and the steps of its proof, a line each."""
        steps = [f"{s.name}: {s.statement}" + (f"  (uses {', '.join(s.uses)})" if s.uses else "") for s in self.steps]
        return "\n    ".join([f"{self.id or 'claim'}: {self}", *steps])


def _symbols(statement: Statement) -> set[Symbol]:
    """Symbols that stand in a statement, but for the variables of means, which `named_apart` renames."""
    found = statement.left.atoms(Symbol) | statement.right.atoms(Symbol)
    bound = {v for side in (statement.left, statement.right) for mean in side.atoms(Mean) for v in mean.law.variables}
    return (found - bound) | statement.free_symbols


def named_apart(claim: Claim) -> Claim:
    """The same claim, no variable of a mean named like a variable of the claim: what is put for one would reach the other."""
    taken = {v.symbol.name for v in claim.domain}
    fresh: dict[Symbol, Symbol] = {}

    def renamed(mean: Mean) -> Mean:
        new = {v: Dummy(v.name, **v.assumptions0) for v in mean.law.variables if v.name in taken and v not in fresh}
        fresh.update(new)
        return mean.renamed(tuple(fresh.get(v, v) for v in mean.law.variables))

    def apart(statement: Statement) -> Statement:
        sides = (statement.left, statement.right)
        if not any(v.name in taken for side in sides for mean in side.atoms(Mean) for v in mean.law.variables):
            return statement
        left, right = (side.replace(lambda e: isinstance(e, Mean), renamed) for side in sides)
        return Statement(left, statement.relation, right)

    steps = tuple(replace(s, statement=apart(s.statement)) for s in claim.steps)
    hypotheses = tuple(h if h.statement is None else replace(h, statement=apart(h.statement)) for h in claim.hypotheses)
    return replace(claim, statement=apart(claim.statement), steps=steps, hypotheses=hypotheses)


def _names(symbols: set[Symbol]) -> str:
    return ", ".join(sorted(map(str, symbols)))
