"""Statements as steps of a certificate: for an inequality, where its domain is to be cut, and what shows each piece."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from typing import Any

from flint import arb, ctx, fmpq
from sympy import Rational, S

from proofs_check import recheck
from proofs_check.certificates.help import MOST_SLOPES, Finder, help_for, proofs, scale_of
from proofs_check.certificates.trees import CertificateError, Tree, rational_tree, to_tree
from proofs_check.domains.domain import Variable
from proofs_check.domains.signs import as_intervals
from proofs_check.normal_form import normal_form
from proofs_check.statement import Statement

MOST_LEAVES = 3000
SEARCH_SECONDS = 5
HELP_SECONDS = 3
SYMBOLIC_DEPTH = 4
"""How many cuts deep coefficients and slopes are tried: they take longer than balls, and rarely need small boxes."""
STEPS = (1, 4, 16, 64)
Box = list[list[Any]]


def identity_step(statement: Statement, domain: tuple[Variable, ...]) -> dict[str, Any]:
    """left = right on a domain of intervals and integers.

    Raises:
        CertificateError: something has no form that the checker reads.
    """
    step = {"kind": "identity", **_sides(statement, domain, True)}
    return _helped(step, [step["left"], step["right"]])


def inequality_step(
    statement: Statement, domain: tuple[Variable, ...], bits: int = 64, exact: bool = True
) -> dict[str, Any]:
    """left < right or left <= right on a domain of intervals and integers; `exact`: means in closed form, not by quadrature.

    Raises:
        CertificateError: something has no form that the checker reads, or no cuts were found.
    """
    step = {"kind": "inequality", "bits": bits, **_sides(statement, domain, exact)}
    step = _helped(step, [_gap(step)])
    return {**step, "cuts": cuts(step) if domain else ["balls"]}


def _helped(step: dict[str, Any], trees: list[Tree]) -> dict[str, Any]:
    with _checker(64, HELP_SECONDS):
        aid = help_for(trees, step["variables"])
    return {**step, "help": aid} if aid else step


def touching_points(statement: Statement, domain: tuple[Variable, ...]) -> list[Rational]:
    """Simple rational points inside the interval of one variable where both sides are exactly equal.

    Raises:
        CertificateError: something has no form that the checker reads.
    """
    step = _sides(statement, domain, True)
    with _checker(64, 2):
        try:
            return [Rational(at.numerator, at.denominator) for at in _touching(_gap(step), step["variables"], {})]
        except recheck.NotConfirmed:
            return []


def chained(name: str, parts: Sequence[dict[str, Any]], statement: str = "", outcome: str = "") -> str:
    """The canonical text of a certificate: each step with its own digest and the one before."""
    head = {"format": recheck.FORMAT, "version": recheck.VERSION, "id": name[:200], "statement": statement[:4000],
            "outcome": outcome}  # fmt: skip
    before, steps = recheck.digest(head), []
    for part in parts:
        step = {**part, "previous": before}
        step["digest"] = before = recheck.digest(step)
        steps.append(step)
    return recheck.canonical({**head, "steps": steps})


@contextmanager
def _checker(bits: int, seconds: float) -> Iterator[None]:
    """The checker's own state while a step is looked for, as it will be when the step is checked."""
    before, until = ctx.prec, recheck.UNTIL[0]
    ctx.prec, recheck.UNTIL[0] = bits, time.process_time() + seconds
    try:
        yield
    finally:
        ctx.prec, recheck.UNTIL[0] = before, until


def _gap(step: dict[str, Any]) -> Tree:
    return ["+", step["right"], ["*", ["q", "-1", "1"], step["left"]]]


def _sides(statement: Statement, domain: tuple[Variable, ...], exact: bool) -> dict[str, Any]:
    up = statement.upward
    left, right = (to_tree(normal_form(side), exact) for side in (up.left, up.right))
    ranges = []
    for variable, side in zip(domain, as_intervals(domain), strict=True):
        if not all(end.is_Rational or end.is_infinite for end in (side.lower, side.upper)):
            raise CertificateError(f"the checker takes rational ends, unlike {variable}")
        open_ends = side.left_open or side.lower.is_infinite, side.right_open or side.upper.is_infinite
        low, high = ("-oo" if end is S.NegativeInfinity else "oo" if end is S.Infinity else rational_tree(end)  # type: ignore[arg-type]
                     for end in (side.lower, side.upper))  # fmt: skip
        ranges.append([variable.symbol.name, low, high, "[("[open_ends[0]] + "])"[open_ends[1]]])
    return {"relation": up.relation.value, "left": left, "right": right, "variables": ranges}


def cuts(step: dict[str, Any]) -> list[Any]:
    """The tree of cuts of an inequality step, in preorder.

    Raises:
        CertificateError: nothing that was tried shows some piece.
    """
    gap = _gap(step)
    recheck.coefficient.cache_clear()
    with _checker(step["bits"], SEARCH_SECONDS):
        found: list[Any] = []
        waiting = [(step["variables"], 0)]
        # where the sides meet inside, a strict inequality is false, and no cut helps
        touching = list(_touching(gap, step["variables"], step.get("help", {}))) if step["relation"] == "<=" else []
        while waiting:
            box, depth = waiting.pop()
            if len(found) > 2 * MOST_LEAVES or time.process_time() > recheck.UNTIL[0]:
                raise CertificateError(f"{MOST_LEAVES} pieces, or {SEARCH_SECONDS} s, do not decide")
            how = _how(gap, box, step, depth)
            if how:
                found.extend(how)
                continue
            axis, at = _cut(box, step["variables"], touching, depth)
            found.append([axis, *rational_tree(at)])
            name, low, high, ends = box[axis]
            end = rational_tree(at)
            for side in ([name, end, high, "[" + ends[1]], [name, low, end, ends[0] + "]"]):
                waiting.append(([*box[:axis], side, *box[axis + 1 :]], depth + 1))
        return found


def _how(gap: Tree, box: Box, step: dict[str, Any], depth: int) -> list[Any]:
    """What shows the inequality on a box, or nothing."""
    aid = step.get("help", {})
    symbolic = proofs(gap, box, aid, MOST_SLOPES if depth <= 1 else 1) if depth <= SYMBOLIC_DEPTH else ()
    for how in chain(symbolic, [["balls"]]) if depth == 0 else chain([["balls"]], symbolic):
        try:
            if recheck.nonnegative(gap, box, iter(how), aid) or step["relation"] == "<=":
                return how
        except recheck.NotConfirmed:
            continue
    return []


def _cut(box: Box, whole: Box, touching: list[Fraction], depth: int) -> tuple[int, Fraction]:
    """The axis to cut and where: at a point where the sides meet, else beyond an end, else the longest side in the middle."""
    sides = [_ends(v) for v in box]
    for at in touching:
        if (sides[0][0] is None or sides[0][0] < at) and (sides[0][1] is None or at < sides[0][1]):
            return 0, at
    for axis, (low, high) in enumerate(sides):
        if low is None or high is None:
            if depth >= len(STEPS):
                raise CertificateError("nothing shows it far out")
            return axis, low + STEPS[depth] if low is not None else high - STEPS[
                depth
            ] if high is not None else Fraction(0)
    widths = [(high - low) / _width(v) for (low, high), v in zip(sides, whole, strict=True)]  # type: ignore[operator]
    axis = max(range(len(box)), key=widths.__getitem__)
    if widths[axis] < Fraction(1, 2**40):
        raise CertificateError("the two sides meet: nothing that was tried decides")
    low, high = sides[axis]
    return axis, (low + high) / 2  # type: ignore[operator]


def _ends(variable: list[Any]) -> tuple[Fraction | None, Fraction | None]:
    low, high = (None if end in ("-oo", "oo") else _fraction(end) for end in variable[1:3])
    return low, high


def _put(tree: Any, name: str, new: Tree) -> Any:
    """A number in place of a variable; bound names are never those of a domain here."""
    if tree == ["var", name]:
        return new
    return [_put(part, name, new) for part in tree] if isinstance(tree, list) else tree


def _fraction(pair: list[str]) -> Fraction:
    return Fraction(int(pair[0]), int(pair[1]))


def _width(variable: list[Any]) -> Fraction:
    low, high = _ends(variable)
    return high - low if low is not None and high is not None else Fraction(1)


def _touching(gap: Tree, variables: Box, aid: dict[str, Any]) -> Iterator[Fraction]:
    """Simple rational points inside the interval of one variable where the gap is exactly 0, near its least value on a grid."""
    if len(variables) != 1:
        return
    name = variables[0][0]
    low, high = _ends(variables[0])
    start = low if low is not None else (high - 16 if high is not None else Fraction(-8))
    width = (high if high is not None else start + 16) - start
    grid = [start + width * k / 128 for k in range(1, 128)]
    values = {}
    for at in grid:
        try:
            there = {name: arb(fmpq(at.numerator, at.denominator))}
            values[at] = float(recheck.ball(gap, there, field=recheck.Field(variables, aid)).mid())
        except (recheck.NotConfirmed, ArithmeticError, ValueError):
            return
    near = sorted((at for at in grid if values[at] < 0.05 * (1 + abs(values[grid[0]]))), key=values.__getitem__)[:6]
    for at in dict.fromkeys(p.limit_denominator(k) for p in near for k in (1, 2, 3, 4, 6, 8)):
        if start < at < start + width:
            at_point = _put(gap, name, ["q", *rational_tree(at)])
            try:
                zero = Finder((), {"scale": scale_of(at_point)}).of(at_point) == 0
            except recheck.NotConfirmed:
                continue
            if zero:
                yield at
