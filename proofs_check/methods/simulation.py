"""A statement about finite-width networks, tested by simulating them: confidence sequences valid at any stopping time.

HOLDS and FAILS each err with probability at most the level.  HOLDS means that the whole confidence sequence lies on the stated
side.  Networks can refute an equality and never show one: state ``|left - right| <= tolerance`` for what they can show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sympy import Abs, Dummy, Expr, Poly, PolynomialError

from numerics.enclose import enclose
from proofs_check.domains.domain import all_points, is_finite
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.finite_width.existence import trusted
from proofs_check.finite_width.sampling import Sampler
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds


@dataclass(frozen=True)
class Simulation(Method):
    """Simulate until the confidence sequences decide the statement, or the budget is spent.

    Args:
        networks: most networks to draw for each finite-width number in the statement.
        first: networks in the first batch; batches double.
    """

    networks: int = 20_000
    first: int = 500

    def check(self, statement: Statement, context: Context) -> StepResult:
        if not chain_numbers(statement.left, statement.right):
            return undecided("the statement contains no finite-width number: nothing to simulate", Grounds.SIMULATION)
        if not is_finite(context.domain):
            return undecided(
                "simulation judges finitely many settings: give the variables a domain of choices", Grounds.SIMULATION
            )
        points = list(all_points(context.domain))
        results, cites = [], trusted(statement.left, statement.right)
        for i, point in enumerate(points):
            at = statement.subs(dict(point)) if point else statement
            here = context.narrowed(level=context.level / len(points), key=(*context.key, str(i)))
            result = self._check_at(at, here, dict(point))
            if result.holds is not True:
                return replace(result, cites=cites)
            results.append(result)
        tightest = max(results, key=lambda r: -(r.evidence.ratio or np.inf))
        if len(points) == 1:
            return replace(tightest, cites=cites)
        total = sum(r.evidence.samples or 0 for r in results)
        note = f"at all {len(points)} settings; the tightest: {tightest.evidence.note}"
        evidence = Evidence(
            note, level=context.level, interval=tightest.evidence.interval, samples=total, ratio=tightest.evidence.ratio
        )
        return StepResult(True, Grounds.SIMULATION, evidence, cites=cites)

    def _check_at(self, statement: Statement, context: Context, point: dict[Any, Any]) -> StepResult:
        at = statement.upward
        nodes = chain_numbers(at.left, at.right)
        difference, tolerance = at.right - at.left, (0.0, 0.0)
        two_sided = isinstance(at.left, Abs) and not chain_numbers(at.right)  # |difference| <= tolerance
        try:
            if two_sided:
                difference, tolerance = at.left.args[0], _number(at.right)
            constant, slopes = _affine(difference, nodes)
        except ValueError as error:
            return undecided(str(error), Grounds.SIMULATION)
        level = context.level / len(nodes)
        samplers = [Sampler(node, level, context.seed, (*context.key, str(k))) for k, node in enumerate(nodes)]
        drawn, count = 0, self.first
        while True:
            for sampler in samplers:
                sampler.draw(min(count, self.networks) - drawn)
            drawn = min(count, self.networks)
            context.progress(f"{drawn} networks")
            low, high = _range(constant, slopes, samplers)
            decision = (_decide_two_sided(at.relation, low, high, tolerance) if two_sided
                        else _decide(at.relation, low, high))  # fmt: skip
            if decision is not None or drawn >= self.networks or context.expired():
                break
            count *= 2
        evidence = self._evidence(
            statement, nodes, samplers, constant, slopes, context, point if decision is False else None
        )
        if decision is None and at.relation is Relation.EQUAL:
            return StepResult(
                None, Grounds.SIMULATION, evidence,
                "networks can refute an equality and never show one: state |left - right| <= tolerance, or prove it",
            )  # fmt: skip
        if decision is None:
            need = (
                ""
                if np.isfinite(high)
                else " (the quantity has no upper bound here: an upper bound on its mean cannot be confirmed)"
            )
            return StepResult(
                None, Grounds.SIMULATION, evidence, f"undecided after {drawn} networks: raise networks{need}"
            )
        return StepResult(decision, Grounds.SIMULATION, evidence)

    def _evidence(self, statement: Statement, nodes: Any, samplers: list[Sampler], constant: Ends, slopes: list[Ends],
                  context: Context, point: dict[Any, Any] | None) -> Evidence:  # fmt: skip
        samples = sum(s.number for s in samplers)
        counterexample = shown_point(point) if point else None
        if len(nodes) > 1:
            shown = ", ".join(f"[{s.lower:.6g}, {s.upper:.6g}]" for s in samplers)
            return Evidence(f"means in {shown}", counterexample, level=context.level, samples=samples)
        sampler = samplers[0]
        threshold = 0.0 - sum(constant) / sum(slopes[0])
        mean = sampler.estimate
        ratio = None if statement.relation is Relation.EQUAL or mean == 0 else threshold / mean
        if statement.relation is Relation.EQUAL:
            note = f"measured {mean:.6g}, stated {threshold:.6g}"
        else:
            note = f"measured {mean:.6g} against {threshold:.6g}"
        return Evidence(
            note,
            counterexample,
            level=context.level,
            interval=(sampler.lower, sampler.upper),
            samples=samples,
            ratio=ratio,
        )


Ends = tuple[float, float]


def _affine(difference: Expr, nodes: tuple[Expr, ...]) -> tuple[Ends, list[Ends]]:
    """difference = constant + sum slope_i node_i, each number between two floats that enclose it."""
    names = [Dummy(f"m{i}") for i in range(len(nodes))]
    plain = difference.expand().xreplace(dict(zip(nodes, names, strict=True)))
    try:
        poly = Poly(plain, *names)
    except PolynomialError:
        raise ValueError("the statement must be affine in its finite-width numbers to be simulated") from None
    if poly.total_degree() != 1:
        raise ValueError("the statement must be affine in its finite-width numbers to be simulated")

    return _number(poly.coeff_monomial(1)), [_number(poly.coeff_monomial(name)) for name in names]


def _number(expression: Expr) -> Ends:
    """Two floats that enclose an exact number: its nearest double is another number."""
    enclosure = enclose(expression, 96)
    if (
        enclosure.ball is None
        or not enclosure.ball.is_finite()
        or float(enclosure.ball.rad()) > 1e-12 * (1 + abs(float(enclosure.ball)))
    ):
        raise ValueError(f"the number {expression} in the statement could not be enclosed: {enclosure.advice}")
    if expression.is_Integer and abs(expression) < 2**53:
        return float(expression), float(expression)
    return _down(float(enclosure.ball.lower())), _up(float(enclosure.ball.upper()))


def _down(value: float) -> float:
    return float(np.nextafter(value, -np.inf))


def _up(value: float) -> float:
    return float(np.nextafter(value, np.inf))


def _range(constant: Ends, slopes: list[Ends], samplers: list[Sampler]) -> Ends:
    """Confidence limits of right - left, every operation rounded outward."""
    low, high = constant
    for slope, sampler in zip(slopes, samplers, strict=True):
        products = [s * m for s in slope for m in (sampler.lower, sampler.upper)]
        if any(np.isnan(p) for p in products):  # 0 times an unbounded mean
            return -np.inf, np.inf
        low, high = _down(low + _down(min(products))), _up(high + _up(max(products)))
    return low, high


def _decide_two_sided(relation: Relation, low: float, high: float, tolerance: Ends) -> bool | None:
    """``|difference| relation tolerance``, when the difference lies in [low, high]."""
    least, most = tolerance
    outside, inside = low > most or high < -most, -least < low and high < least
    if relation is Relation.EQUAL:
        return False if outside or inside else None
    return False if outside else True if inside else None


def _decide(relation: Relation, low: float, high: float) -> bool | None:
    if relation is Relation.EQUAL:
        return False if low > 0 or high < 0 else None
    if high < 0 or (relation is Relation.LESS and high <= 0):
        return False
    return True if low > 0 or (relation is Relation.AT_MOST and low >= 0) else None
