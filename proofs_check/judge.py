"""Judge a claim: try to refute it, check every step, and ask whether the steps say what the claim says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, Limit, S

from proofs_check.claim import Claim, ProofStep, named_apart
from proofs_check.comparison import COARSE_BITS, enclose
from proofs_check.domains.at_point import at_point
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Variable, all_points, is_finite, sample_points
from proofs_check.domains.narrowing import EmptyDomainError, narrowed
from proofs_check.entailment import entails
from proofs_check.finite_width.chain import ChainMean, chain_numbers
from proofs_check.methods.base import Context, Method, StepResult, admits, shown_point
from proofs_check.methods.under_hypotheses import UnderHypotheses
from proofs_check.search import find_violation
from proofs_check.statement import Relation, Statement
from proofs_check.time_limit import TimeLimitReached, time_limit
from proofs_check.verdict import Evidence, Grounds, Outcome, StepVerdict, Verdict

RUN_LEVEL = 1e-6


@dataclass(frozen=True)
class Settings:
    """How a run judges.

    Args:
        level: error probability of all statistical decisions of the run together.
        seed: root seed of the simulations.
        bits: precision of enclosures to start from.
        time_limit: seconds for one claim, or None.
        progress: called with (claim id, note).
    """

    level: float = RUN_LEVEL
    seed: int = 20260101
    bits: int = 192
    time_limit: float | None = 120.0
    progress: Callable[[str, str], None] = field(default=lambda claim, note: None, compare=False)


def method_for(statement: Statement, claim: Claim) -> Method:
    """The method for a statement that names none, chosen by what the statement contains."""
    from proofs_check.methods import (
        BallInequality,
        ByCertificate,
        ByExpansions,
        ConvexInOne,
        Cover,
        CutDomain,
        ExactIdentity,
        ExactMoments,
        FirstOf,
        InductionOnDepth,
        IntegerSteps,
        KnownInequality,
        LimitAtInfinity,
        MonotoneInOne,
        Monotonicity,
        OneStep,
        PositiveCoefficients,
        Rewritten,
        Simulation,
    )
    from proofs_check.methods.known_inequality import RULES

    nodes = chain_numbers(statement.left, statement.right)
    if nodes:
        exact = statement.relation is Relation.EQUAL and all(n.depth == 1 and n.start is None for n in nodes)
        if exact:
            return OneStep()
        up = statement.upward
        named = up.relation is not Relation.EQUAL and any(True for rule in RULES for _ in rule(up.left))
        if up.relation is Relation.EQUAL:
            plain = len(nodes) == 1 and isinstance(nodes[0], ChainMean) and nodes[0].network.normalization is None
            return InductionOnDepth() if plain else Simulation()
        first = (KnownInequality(),) if named else ()
        exact_first = (ExactMoments(),) if all(n.depth.is_Integer and isinstance(n, ChainMean) for n in nodes) else ()
        methods: tuple[Method, ...] = (*first, *exact_first, Simulation())
        return FirstOf(methods) if len(methods) > 1 else methods[0]
    if statement.relation is Relation.EQUAL:
        limits = isinstance(statement.left, Limit) or isinstance(statement.right, Limit)
        return FirstOf((LimitAtInfinity(), ExactIdentity())) if limits else ExactIdentity()
    domain = tuple(v for v in claim.domain if v.symbol in statement.free_symbols)
    if is_finite(domain, most=4096):
        return BallInequality()
    quick = Cover(max_boxes=400, seconds=2.0)  # touching sides defeat a cover: monotonicity before the long search
    gentle = (
        PositiveCoefficients(),
        quick,
        ByExpansions(),
        Monotonicity(),
        MonotoneInOne(),
        ConvexInOne(),
        IntegerSteps(),
        ByCertificate(),
        Rewritten(),
    )
    return FirstOf((*gentle, Cover(), CutDomain(), KnownInequality()))


def judge(claim: Claim | Statement, settings: Settings | None = None, *, share: float = 1.0) -> Verdict:
    """Judge one claim.

    Args:
        claim: what is to be judged; a Statement without variables is a claim as it stands.
        settings: precision, seed, error level and time limit.
        share: the part of the run's error level that this claim may spend.

    Returns:
        A `Verdict`; PROVED only if every step holds, none by simulation, and the statement follows from the steps.

    Raises:
        TypeError: neither a Claim nor a Statement.

    >>> from sympy import Integer, sqrt
    >>> from proofs_check.statement import less
    >>> judge(Claim(less(sqrt(2), Integer(2)), id="root_two_below_two")).outcome.name
    'PROVED'
    """
    if isinstance(claim, Statement):
        claim = Claim(claim)
    if not isinstance(claim, Claim):
        raise TypeError(f"judge takes a Claim or a Statement such as less(left, right), not {claim!r}")
    settings = settings or Settings()
    started = time.monotonic()
    name = claim.id or "claim"
    try:
        with time_limit(settings.time_limit and 1.2 * settings.time_limit):  # the steps look after their own
            found = _judged(claim, settings, share, started)
    except TimeLimitReached:
        gap = f"the time limit of {settings.time_limit:g} s was reached"
        return Verdict(name, Outcome.GAP, None, first_gap=gap, seconds=time.monotonic() - started)
    if claim.among and found.outcome in (Outcome.PROVED, Outcome.SUPPORTED):
        scope = f"no activation but those of the list {', '.join(claim.among)}"
        found = replace(found, rests_on=(*found.rests_on, scope))
    return found


def _judged(claim: Claim, settings: Settings, share: float, started: float) -> Verdict:
    name = claim.id or "claim"
    shown = claim.latex("macros")
    claim = named_apart(claim)
    fitted = {fit.symbol: fit.value(settings.seed, (name,)) for fit in claim.fits}
    if fitted:
        claim = _with_constants(claim, fitted)
    deadline = None if settings.time_limit is None else started + settings.time_limit

    def verdict(outcome: Outcome, grounds: Grounds | None, **parts: object) -> Verdict:
        seconds = time.monotonic() - started
        if fitted:
            constants = {str(symbol): float(value) for symbol, value in fitted.items()}
            parts["evidence"] = replace(parts.get("evidence", Evidence()), fitted=constants)  # type: ignore[type-var]
        return Verdict(name, outcome, grounds, seconds=seconds, statement_latex=shown, **parts)  # type: ignore[arg-type]

    truths = [(h.name, h.holds()) for h in claim.hypotheses if h.statement is None]
    for hypothesis, truth in truths:
        if truth is False:
            return verdict(
                Outcome.GAP, None, first_gap=f"the hypothesis {hypothesis!r} is false, so the claim says nothing"
            )
    assumed = tuple(f"assumed: {h}" for h, truth in truths if truth is None)
    given = tuple(h.statement for h in claim.hypotheses if h.statement is not None)
    stated = given
    try:
        domain, given = narrowed(claim.domain, given)
    except EmptyDomainError as error:
        return verdict(Outcome.GAP, None, first_gap=f"{error}; a claim about nothing says nothing")
    claim = replace(claim, domain=domain)
    if given and not any(admits(given, point, settings.bits) for point in sample_points(claim.domain, 400)):
        gap = "no point of the domain that was tried satisfies all hypotheses: they may contradict each other"
        return verdict(Outcome.GAP, None, first_gap=gap)

    def context(key: str, parts: int, statement: Statement) -> Context:
        free = statement.free_symbols
        return Context(
            domain=tuple(v for v in claim.domain if v.symbol in free), key=(name, key),
            level=settings.level * share / parts, seed=settings.seed, bits=settings.bits,
            deadline=deadline, progress=lambda note: settings.progress(name, f"{key}: {note}"), given=given,
        )  # fmt: skip

    # an assumption that nothing checks cannot be used to call the statement false at a point
    if not chain_numbers(claim.statement.left, claim.statement.right) and not assumed:
        everywhere = context("counterexample", 1, claim.statement).narrowed(domain=claim.domain)
        found = find_counterexample(claim.statement, everywhere, given=given)
        if found is not None:
            return verdict(Outcome.REFUTED, Grounds.ENCLOSURE, evidence=found)

    if not claim.steps and stated and entails(stated, claim.statement):
        missing = _without_value(claim.statement, claim.domain, stated, settings.bits, given)
        if missing:
            return verdict(Outcome.GAP, None, first_gap=missing)
        note = Evidence("the hypotheses say it")
        return verdict(Outcome.PROVED, Grounds.CITATION if assumed else Grounds.EXACT, rests_on=assumed, evidence=note)
    steps = claim.steps or (ProofStep("statement", claim.statement),)
    done: list[StepVerdict] = []
    cites: list[str] = list(assumed)
    proven: list[Statement] = list(stated)
    for step in steps:
        settings.progress(name, step.name)
        begun = time.monotonic()
        method = step.by or method_for(step.statement, claim)
        if step.by is None and given:
            method = UnderHypotheses(method, given)
        result = _checked(method, step.statement, context(step.name, len(steps), step.statement), settings)
        done.append(StepVerdict(step.name, method.name, result.holds, result.grounds, result.evidence, result.advice,
                                time.monotonic() - begun))  # fmt: skip
        if result.holds is None:
            gap = f"{step.name}: {result.advice}"
            return verdict(Outcome.GAP, result.grounds, first_gap=gap, steps=tuple(done), evidence=result.evidence)
        if result.holds is False:
            # a hypothesis that only narrows the domain is known to every method
            same = step.statement.upward == claim.statement.upward and not assumed and not given
            if same:
                return verdict(
                    Outcome.REFUTED, result.grounds, rests_on=result.cites, steps=tuple(done), evidence=result.evidence
                )
            where = " somewhere, perhaps outside the hypotheses, which its method does not use" if given else ""
            gap = f"{step.name}: the step is false{where} ({result.evidence})"
            return verdict(Outcome.GAP, result.grounds, first_gap=gap, steps=tuple(done), evidence=result.evidence)
        missing = _without_value(step.statement, claim.domain, [step.statement], settings.bits, given)
        if missing:  # what stands between two sides must exist, or nothing follows
            return verdict(Outcome.GAP, None, first_gap=f"{step.name}: {missing}", steps=tuple(done))
        proven.append(step.statement)
        cites.extend(f"method {name}, not one of this project" for name in dict.fromkeys(_foreign(method)))
        cites.extend(c for c in result.cites if c not in cites)
    if not entails(proven, claim.statement):
        gap = "the steps hold, but the statement does not follow from them: add the missing link as a step"
        return verdict(Outcome.GAP, None, first_gap=gap, steps=tuple(done))
    missing = _without_value(claim.statement, claim.domain, proven, settings.bits, given)
    if missing:
        return verdict(Outcome.GAP, None, first_gap=missing, steps=tuple(done))
    grounds = min(s.grounds for s in done)
    if assumed:
        grounds = min(grounds, Grounds.CITATION)
    outcome = Outcome.SUPPORTED if grounds is Grounds.SIMULATION else Outcome.PROVED
    weakest = next((s for s in done if s.grounds is grounds), done[-1])
    return verdict(outcome, grounds, steps=tuple(done), rests_on=tuple(cites), evidence=weakest.evidence)


def _without_value(
    statement: Statement,
    domain: tuple[Variable, ...],
    proven: Sequence[Statement],
    bits: int,
    given: tuple[Statement, ...],
) -> str | None:
    """Where a side of a statement that follows from others may have no value under the hypotheses; None if nowhere.

    What was proven has values; by substitution and normal forms it may say something about a form that has none.
    """
    undefined = {side: undefined_part(side, domain, given) for side in (statement.left, statement.right)}
    if not is_finite(domain):
        missing = next(filter(None, undefined.values()), None)
        return missing and f"{missing}: narrow the domain"
    enclosed = {side for p in proven for side in (p.left, p.right) if not side.free_symbols}
    for side, missing in undefined.items():
        if side in enclosed or (side.free_symbols and not missing):
            continue
        plain = side.xreplace(dict.fromkeys(chain_numbers(side), S.One))  # those have values
        for point in all_points(domain):
            if not _has_value(at_point(plain, point), bits):
                return f"{side} is not shown to have a value{f' at {shown_point(point)}' if point else ''}"
    return None


def _has_value(number: Expr, bits: int) -> bool:
    return any(enclose(number, accuracy).ball is not None for accuracy in (COARSE_BITS, bits))


def _foreign(method: Method) -> Iterator[str]:
    """Names of the methods in it, itself included, that are not of this project."""
    if not type(method).__module__.startswith("proofs_check."):
        yield method.name
    parts = vars(method).values()
    for part in (p for group in parts for p in (group if isinstance(group, (tuple, list)) else (group,))):
        if isinstance(part, Method):
            yield from _foreign(part)


def _with_constants(claim: Claim, fitted: dict[Any, Any]) -> Claim:
    """The claim with its fitted symbols replaced by their values."""
    steps = tuple(replace(step, statement=step.statement.subs(fitted)) for step in claim.steps)
    return replace(claim, statement=claim.statement.subs(fitted), steps=steps, fits=())


def _checked(method: Method, statement: Statement, context: Context, settings: Settings) -> StepResult:
    """Check a step; a method that breaks or does not end leaves the step open, and says so."""
    left = None if context.deadline is None else max(0.01, context.deadline - time.monotonic())
    try:
        with time_limit(left):
            return method.check(statement, context)
    except TimeLimitReached:
        advice = f"the time limit of {settings.time_limit:g} s was reached: raise it, or add a step"
        return StepResult(None, Grounds.SIMULATION, Evidence(), advice)
    except Exception as error:
        kind = type(error).__name__
        return StepResult(None, Grounds.SIMULATION, Evidence(), f"{method.name} could not judge it ({kind}: {error})")


def find_counterexample(
    statement: Statement, context: Context, most: int = 24, given: tuple[Statement, ...] = ()
) -> Evidence | None:
    """A point of the domain, within the hypotheses, where the enclosures certainly contradict the statement."""
    found = find_violation(statement, context.domain, bits=context.bits, seed=context.seed, hard=most if not given else 10 * most,
                           admits=lambda point: admits(given, point, context.bits))  # fmt: skip
    if found is None:
        return None
    return Evidence("the enclosures contradict it", shown_point(found[0]), found[1].shown)


def judge_all(claims: Iterable[Claim], settings: Settings | None = None) -> list[Verdict]:
    """Judge several claims, the error level split evenly; one that breaks leaves a gap, and the others are still judged."""
    listed = list(claims)
    found = []
    for claim in listed:
        try:
            found.append(judge(claim, settings, share=1 / max(1, len(listed))))
        except Exception as error:
            gap = f"could not be judged ({type(error).__name__}: {error})"
            found.append(Verdict(claim.id or "claim", Outcome.GAP, None, first_gap=gap))
    return found
