"""Derivations: a mean, rewritten rule by rule until nothing is left to integrate."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import And, Dummy, Expr, Piecewise, Symbol, true
from sympy.logic.boolalg import Boolean

from theory.display import Displayed
from theory.expectation import GaussianMean, Mean, SphereMean
from theory.notation import OURS, Notation, Printer
from theory.presentation import BatchSizeSymbol, present
from theory.rules.base import NotApplicable, NotIntegrableError, Rule

MAX_STEPS = 2000


@dataclass(frozen=True)
class Step:
    """One use of a rule: ``before = after``."""

    rule: str
    before: Expr
    after: Expr

    def __str__(self) -> str:
        return f"{self.before}\n    = {self.after}    [{self.rule}]"


@dataclass(frozen=True)
class Refusal:
    """Why a rule did not solve a mean that stayed unsolved."""

    rule: str
    mean: Mean
    reason: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"


@dataclass(frozen=True, repr=False)
class Derivation(Displayed):
    """A mean, the form the rules found for it, and the steps.  Not verified: the numbers are checked elsewhere.

    Args:
        mean: what was to be derived.
        form: the closed form; it still contains means where no rule solved them.
        steps: the uses of rules, in order.
        refusals: for each unsolved mean, why each rule did not apply.
        conditions: what the parameters must satisfy, beyond their assumptions, for the form to be the mean.
    """

    mean: Mean
    form: Expr
    steps: tuple[Step, ...]
    refusals: tuple[Refusal, ...]
    conditions: tuple[Boolean, ...] = ()

    @property
    def guarded(self) -> Expr:
        """The form; where it holds under conditions only, a Piecewise that says so and leaves the mean otherwise.

        >>> from sympy import exp, symbols
        >>> from theory.expectation import GaussianLaw
        >>> z, b = symbols("z b", real=True)
        >>> derive(GaussianMean(exp(b * z**2), GaussianLaw(z))).guarded
        Piecewise((1/sqrt(1 - 2*b), b < 1/2), (E[exp(b*z**2); z ~ N(0, 1)], True))
        """
        if not self.conditions:
            return self.form
        return Piecewise((self.form, And(*self.conditions)), (self.mean, True))

    @property
    def solved(self) -> bool:
        return not self.form.has(Mean)

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules used, in order of first use."""
        return tuple(dict.fromkeys(s.rule for s in self.steps))

    def __str__(self) -> str:
        lines = [str(s) for s in self.steps]
        if not self.solved:
            lines += ["unsolved:", *(f"    {r}" for r in self.refusals)]
        under = f" if {And(*self.conditions)}" if self.conditions else ""
        return "\n".join([*lines, f"{self.mean}\n    = {self.form}{under}    (unverified)"])

    def latex(self, notation: Notation | str = OURS) -> str:
        """The steps as an ``align*`` environment, a rule a line with its name beside it."""
        latex = Printer(notation).doprint
        rows = [rf"{latex(s.before)} &= {latex(s.after)} && \text{{{s.rule}}}" for s in self.steps]
        if not self.steps or self.steps[-1].after != self.form:
            rows.append(rf"{latex(self.mean)} &= {latex(self.form)}")
        if self.conditions:
            rows[-1] += rf" \quad \text{{if }} {latex(And(*self.conditions))}"
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _means_of(expression: Expr) -> list[Mean]:
    """The means in an expression, in the order of its tree, none of them inside another."""
    if isinstance(expression, Mean):
        return [expression]
    found = (m for a in expression.args if isinstance(a, Expr) for m in _means_of(a))
    return list(dict.fromkeys(found))


@dataclass
class _Search:
    rules: dict[type, tuple[Rule, ...]]
    known: dict[Mean, Expr] = field(default_factory=dict)
    path: dict[Mean, list[Step]] = field(default_factory=dict)
    refusals: dict[Mean, list[Refusal]] = field(default_factory=dict)
    conditions: dict[Mean, tuple[Boolean, ...]] = field(default_factory=dict)
    used: tuple[Boolean, ...] = ()
    count: int = 0

    def solve(self, mean: Mean, depth: int = 0) -> Expr:
        if mean in self.known:
            return self.known[mean]
        self.known[mean] = mean  # a rule that leads back to the same mean leaves it unsolved
        reasons: list[Refusal] = []
        best: Expr | None = None
        for rule in self.rules[type(mean)] if depth < 200 else ():
            try:
                after = rule.apply(mean)
            except NotApplicable as reason:
                reasons.append(Refusal(rule.name, mean, str(reason)))
                continue
            self.count += 1
            if self.count > MAX_STEPS:
                break
            children = _means_of(after)
            form = after.xreplace({child: self.solve(child, depth + 1) for child in children})
            if form.has(Mean) and not rule.partial:
                left = _means_of(form)[0]
                reasons.append(Refusal(rule.name, mean, f"it leaves {left}"))
                continue
            self.path[mean] = [Step(rule.name, mean, after)]
            self.conditions[mean] = rule.conditions(mean)
            best = form
            break
        if best is None:
            self.refusals[mean] = reasons
            return mean
        self.known[mean] = best
        return best

    def steps(self, mean: Mean, seen: set[Mean]) -> list[Step]:
        if mean in seen or mean not in self.path:
            return []
        seen.add(mean)
        own = self.path[mean]
        self.used += self.conditions[mean]
        nested = [self.steps(child, seen) for child in _means_of(own[0].after)]
        return [*own, *(s for steps in nested for s in steps)]


def _tame(mean: Mean) -> tuple[Mean, dict[Symbol, Symbol]]:
    """The mean with variances as positive symbols and the other parameters real, and the way back."""
    swap: dict[Symbol, Symbol] = {}
    if isinstance(mean, GaussianMean):
        sigma = mean.law.covariance
        diagonal = {s for i in range(sigma.rows) if (s := sigma[i, i]).is_Symbol}
        for s in sorted(sigma.free_symbols, key=str):
            if s in diagonal and not s.is_positive:
                swap[s] = Dummy(s.name, positive=True)
            elif not s.is_real:
                swap[s] = Dummy(s.name, real=True)
    else:
        n = mean.law.batch_size
        if n.is_Symbol:
            swap[n] = BatchSizeSymbol(n.name, integer=True, positive=True)
    names = mean.law.variables
    if any(not v.is_real for v in names):
        mean = mean.renamed(tuple(v if v.is_real else Dummy(v.name, real=True) for v in names))
    tame = mean.func(
        mean.expression.xreplace(swap),
        mean.law.func(mean.law.args[0], *(p.xreplace(swap) for p in mean.law.parameters)),
    )
    return tame, {new: old for old, new in swap.items()}


def derive(mean: Mean) -> Derivation:
    """Derive a closed form of a mean by the rules of `theory.rules`.

    Args:
        mean: a `GaussianMean` or `SphereMean`.

    Returns:
        The derivation; ``form`` is the mean itself (or contains means) where the rules do not suffice.  Unverified.

    Raises:
        NotIntegrableError: the mean is infinite.
        TypeError: another kind of mean.

    >>> from sympy import Max, symbols
    >>> from theory.expectation import GaussianLaw
    >>> u, v, r = symbols("u v r", real=True)
    >>> derive(GaussianMean(Max(u, 0) * Max(v, 0), GaussianLaw((u, v), [[1, r], [r, 1]]))).form
    (r*(pi - acos(r)) + sqrt(1 - r**2))/(2*pi)
    """
    from theory.integrability import require_integrable
    from theory.rules.catalogue import GAUSSIAN_RULES, SPHERE_RULES

    if not isinstance(mean, (GaussianMean, SphereMean)):
        raise TypeError(f"derive takes a GaussianMean or a SphereMean, not {type(mean).__name__}")
    require_integrable(mean)
    tame, back = _tame(mean)
    search = _Search({GaussianMean: GAUSSIAN_RULES, SphereMean: SPHERE_RULES})
    found = search.solve(tame)
    steps = search.steps(tame, set())
    form = present(found)
    if steps and form != found:
        steps.append(Step("collecting terms", tame, form))
    refusals = [r for m in sorted(form.atoms(Mean), key=str) for r in search.refusals.get(m, [])]
    return Derivation(
        mean,
        form.xreplace(back),
        tuple(Step(s.rule, s.before.xreplace(back), s.after.xreplace(back)) for s in steps),
        tuple(refusals),
        tuple(c.xreplace(back) for c in dict.fromkeys(search.used) if c is not true),
    )


__all__ = ["Derivation", "NotIntegrableError", "Refusal", "Step", "derive"]
