"""Small plots as SVG, in the colours of the page: the two sides of a statement, and what was measured against the bound."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from html import escape

from sympy import Expr, lambdify

from proofs_check.claim import Claim
from proofs_check.domains.domain import Choices, Integers, Interval
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.verdict import Verdict
from theory.expectation import Mean

WIDTH, HEIGHT, MARGIN = 440, 190, 66
POINTS = 121
MOST_INTEGERS = 25

Points = list[tuple[float, float]]
Mark = tuple[str, float, float]


def plots(claim: Claim, verdict: Verdict) -> list[str]:
    """SVG figures for one claim: its sides over its one variable, or its numbers on a line; none where there is nothing to draw."""
    found = [sides_plot(claim), numbers_plot(verdict, claim)]
    return [figure for figure in found if figure is not None]


def sides_plot(claim: Claim) -> str | None:
    """Left (solid) and right (dashed) side over the one variable of a claim without means; None for any other claim."""
    statement = claim.statement
    if (
        len(claim.domain) != 1
        or claim.fits
        or any(side.has(Mean) or chain_numbers(side) for side in (statement.left, statement.right))
    ):
        return None
    variable = claim.domain[0]
    places = _places(variable.domain)
    curves = [_curve(side, variable.symbol, places) for side in (statement.left, statement.right)]
    if not all(len(curve) >= 2 for curve in curves):
        return None
    dots = not isinstance(variable.domain, Interval)
    return _chart(curves, str(variable.symbol), f"Left side (solid) and right side (dashed) of {statement}", dots)


def _places(domain: Interval | Integers | Choices) -> list[float]:
    if isinstance(domain, Choices):
        return sorted(float(v) for v in domain.values)
    if isinstance(domain, Integers):
        last = domain.lower + MOST_INTEGERS if domain.upper is None else min(domain.upper, domain.lower + MOST_INTEGERS)
        return [float(k) for k in range(domain.lower, last + 1)]
    low = float(domain.lower) if domain.lower.is_finite else None
    high = float(domain.upper) if domain.upper.is_finite else None
    start = low if low is not None else (high - 6 if high is not None else -3)
    end = high if high is not None else start + 6
    return [start + (end - start) * k / (POINTS - 1) for k in range(POINTS)]


def _curve(side: Expr, symbol: object, places: Sequence[float]) -> Points:
    function: Callable[[float], float] = lambdify(symbol, side, "math")
    points = []
    for place in places:
        try:
            value = float(function(place))
        except (ValueError, OverflowError, ZeroDivisionError, TypeError, NameError, KeyError):
            continue  # an end where a side is infinite, or a function that floats do not have
        if math.isfinite(value):
            points.append((place, value))
    return points


def numbers_plot(verdict: Verdict, claim: Claim) -> str | None:
    """What was measured or enclosed, on a line, with the bound as a stroke; None without such evidence."""
    evidence = verdict.evidence
    if evidence.interval is not None:
        right = claim.statement.right
        bound = float(right) if right.is_number and not right.has(Mean) and not chain_numbers(right) else None
        marks: list[Mark] = [("measured", float(evidence.interval[0]), float(evidence.interval[1]))]
        if bound is not None and math.isfinite(bound):
            marks.append(("bound", bound, bound))
        return _line(marks, "Confidence interval of the measured quantity, and the bound")
    if evidence.enclosure is not None:
        balls = [_ball(text) for text in evidence.enclosure]
        if all(ball is not None for ball in balls):
            marks = [
                (name, ball[0], ball[1])
                for name, ball in zip(("left", "right"), balls, strict=True)
                if ball is not None
            ]
            return _line(marks, "Enclosures of the two sides")
    return None


_BALL = re.compile(r"\[?\s*(-?[\d.]+(?:e[-+]?\d+)?)(?:\s*\+/-\s*([\d.]+(?:e[-+]?\d+)?))?\s*\]?")


def _ball(text: str) -> tuple[float, float] | None:
    found = _BALL.fullmatch(text.strip())
    if found is None:
        return None
    middle, radius = float(found[1]), float(found[2] or 0)
    return middle - radius, middle + radius


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.4g}"


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    return (f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">'
            f"<title>{escape(title)}</title>{''.join(parts)}</svg>")  # fmt: skip


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _chart(curves: Sequence[Points], axis: str, title: str, dots: bool) -> str:
    (x0, x1), (y0, y1) = (_span([point[k] for curve in curves for point in curve]) for k in (0, 1))

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return (MARGIN + (point[0] - x0) / (x1 - x0) * (WIDTH - MARGIN - 12),
                HEIGHT - 28 - (point[1] - y0) / (y1 - y0) * (HEIGHT - 40))  # fmt: skip

    parts = [f'<path class="axis" d="M{MARGIN} 8V{HEIGHT - 28}H{WIDTH - 12}"/>']
    xs = [p[0] for curve in curves for p in curve]
    ys = [p[1] for curve in curves for p in curve]
    middle = (min(xs) + max(xs)) / 2 if not dots else sorted(xs)[len(xs) // 2]
    for value in dict.fromkeys((min(xs), middle, max(xs))):
        parts.append(_text(at((value, y0))[0], HEIGHT - 12, _number(value)))
    for value in dict.fromkeys((min(ys), max(ys))):
        parts.append(_text(MARGIN - 5, at((x0, value))[1] + 4, _number(value), "end"))
    parts.append(_text(WIDTH - 12, HEIGHT - 34, axis, "end"))
    for kind, curve in zip(("left", "right"), curves, strict=True):
        placed = [at(point) for point in curve]
        if dots:
            size = 3.2 if kind == "left" else 5.5
            parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>' for x, y in placed]
        else:
            steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
            parts.append(f'<polyline class="{kind}" points="{steps}"/>')
    return _svg(HEIGHT, title, parts)


def _line(marks: Sequence[Mark], title: str) -> str:
    low, high = _span([end for _, a, b in marks for end in (a, b)])
    height = 30 + 26 * len(marks)

    def at(value: float) -> float:
        return 74 + (value - low) / (high - low) * (WIDTH - 74 - 40)

    parts = [f'<path class="axis" d="M74 {height - 22}H{WIDTH - 40}"/>']
    shown = [end for _, a, b in marks for end in (a, b)]
    for value in dict.fromkeys((min(shown), max(shown))):
        parts.append(_text(at(value), height - 7, _number(value)))
    for row, (name, a, b) in enumerate(marks):
        y = 16 + 26 * row
        parts.append(_text(68, y + 4, name, "end"))
        parts.append(
            f'<path class="{"left" if row == 0 else "right"} bar" d="M{at(a):.1f} {y}H{max(at(b), at(a) + 1.5):.1f}"/>'
        )
        parts.append(f'<path class="drop" d="M{(at(a) + at(b)) / 2:.1f} {y}V{height - 22}"/>')
    return _svg(height, title, parts)
