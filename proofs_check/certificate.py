"""Write what a verdict rests on as a certificate that `proofs_check.recheck` re-establishes without this project.

Each step of a proof becomes a step of the certificate where the checker can show it again: inequalities between closed
expressions, covers of boxes, rational identities, signs of coefficients.  Any other step is written as ``symbolic``, with a note,
and the checker says that it did not confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq
from sympy import Abs, Add, E, Expr, Max, Min, Mul, Pow, Rational, Symbol, exp, pi, sqrt
from sympy import functions as sf

from proofs_check import recheck
from proofs_check.claim import Claim, ProofStep
from proofs_check.domain import Choices, Variable, all_points, is_finite
from proofs_check.normal_form import normal_form
from proofs_check.signs import as_intervals
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Verdict
from theory.expectation import GaussianLaw, GaussianMean, Mean, SphereLaw, SphereMean

Tree = list[Any]
_FUNCTIONS = {getattr(sf, name): name for name in ("log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
                                                   "erf", "erfc")}  # fmt: skip
MOST_LEAVES = 3000
BITS = 64


class CertificateError(ValueError):
    """Something has no form that the checker reads; the message says what."""


def rational_tree(value: Fraction | Rational) -> list[str]:
    fraction = Fraction(int(value.p), int(value.q)) if isinstance(value, Rational) else value
    return [str(fraction.numerator), str(fraction.denominator)]


def to_tree(expression: Expr) -> Tree:
    """A sympy expression as the checker's tree.

    Raises:
        CertificateError: a function, a mean or a power that the checker does not know.

    >>> from sympy import Symbol
    >>> to_tree(Symbol("t") ** 2 / 3)
    ['*', ['q', '1', '3'], ['^', ['var', 't'], '2']]
    """
    if isinstance(expression, Rational):
        return ["q", *rational_tree(expression)]
    if expression is pi:
        return ["pi"]
    if expression is E:
        return ["exp", ["q", "1", "1"]]
    if isinstance(expression, Symbol):
        return ["var", expression.name]
    if isinstance(expression, (Add, Mul)):
        return ["+" if isinstance(expression, Add) else "*", *(to_tree(a) for a in expression.args)]
    if isinstance(expression, (Max, Min)):
        tree = to_tree(expression.args[0])
        for argument in expression.args[1:]:
            tree = ["max" if isinstance(expression, Max) else "min", tree, to_tree(argument)]
        return tree
    if isinstance(expression, exp):
        return ["exp", to_tree(expression.args[0])]
    if isinstance(expression, Abs):
        return ["abs", to_tree(expression.args[0])]
    if isinstance(expression, Pow):
        return _power(expression.base, expression.exp)
    if isinstance(expression, Mean):
        return _mean(expression)
    name = _FUNCTIONS.get(expression.func)
    if name is None:
        raise CertificateError(f"the checker does not know {expression.func.__name__}")
    return [name, to_tree(expression.args[0])]


def _power(base: Expr, exponent: Expr) -> Tree:
    if exponent.is_Integer and abs(int(exponent)) <= recheck.MOST_POWER:
        return ["^", to_tree(base), str(int(exponent))]
    if (2 * exponent).is_Integer and abs(int(2 * exponent)) <= recheck.MOST_POWER:
        return ["^", ["sqrt", to_tree(base)], str(int(2 * exponent))]
    raise CertificateError(f"the checker knows whole and half powers, not {exponent}")


def _mean(mean: Mean) -> Tree:
    law, body = mean.law, mean.expression
    used = [v for v in law.variables if v in body.free_symbols]
    if mean.free_symbols or not 1 <= len(used) <= 2:
        raise CertificateError("the checker knows means of one or two coordinates without parameters")
    factors = Mul.make_args(body)
    parts = [Mul(*(f for f in factors if v in f.free_symbols)) for v in used]
    if any(len(f.free_symbols & set(used)) > 1 for f in factors):
        raise CertificateError("the checker knows means of two coordinates of products f(x) g(y) alone")
    names = [Symbol("x", real=True), Symbol("y", real=True)]
    constant = Mul(*(f for f in factors if not f.free_symbols & set(used)))
    if isinstance(mean, GaussianMean) and isinstance(law, GaussianLaw):
        index = [law.variables.index(v) for v in used]
        scales = [sqrt(law.covariance[i, i]) for i in index]
        bodies = [to_tree(p.xreplace({v: s * n})) for p, v, s, n in zip(parts, used, scales, names, strict=False)]
        tree: Tree = ["gauss", bodies[0], "x"]
        if len(used) == 2:
            tree += [
                bodies[1],
                "y",
                rational_tree(_rational(law.covariance[index[0], index[1]] / (scales[0] * scales[1]))),
            ]
    elif (
        isinstance(mean, SphereMean) and isinstance(law, SphereLaw) and law.dimension.is_Integer and law.dimension >= 2
    ):
        bodies = [to_tree(p.xreplace({v: n})) for p, v, n in zip(parts, used, names, strict=False)]
        tree = ["sphere", bodies[0], "x"]
        if len(used) == 2:
            tree += [bodies[1], "y", str(int(law.dimension)), rational_tree(_rational(law.correlation))]
        else:
            tree += [str(int(law.dimension))]
    else:
        raise CertificateError(f"the checker does not know the law {law}")
    return tree if constant == 1 else ["*", to_tree(constant), tree]


def _rational(value: Expr) -> Rational:
    if not value.is_Rational:
        raise CertificateError(f"the checker takes rational correlations, not {value}")
    return value  # type: ignore[return-value]


@dataclass(frozen=True)
class Certificate:
    """A certificate and what the checker said about it.

    Args:
        text: the JSON.
        status: 0 confirmed, 1 readable but not confirmed, 2 malformed.
        reason: one line.
    """

    text: str
    status: int
    reason: str

    @property
    def confirmed(self) -> bool:
        return self.status == 0

    def write(self, path: str | Path) -> Path:
        target = Path(path)
        target.write_text(self.text + "\n", encoding="ascii")
        return target


def certificate(claim: Claim, verdict: Verdict, bits: int = BITS) -> Certificate:
    """The certificate of a judged claim; every step that the checker cannot show is in it as ``symbolic``.

    >>> from sympy import Rational, pi
    >>> from proofs_check.judge import judge
    >>> from proofs_check.statement import less
    >>> claim = Claim(less(pi, Rational(22, 7)), id="archimedes")
    >>> certificate(claim, judge(claim)).confirmed
    True
    """
    methods = {s.name: s.method for s in verdict.steps}
    parts: list[dict[str, Any]] = []
    for step in claim.steps or (ProofStep("statement", claim.statement),):
        parts.extend(_parts(step.statement, claim.domain, methods.get(step.name, "?"), bits))
    if claim.steps and all(step.statement.upward != claim.statement.upward for step in claim.steps):
        parts.append(
            {"kind": "symbolic", "note": f"{claim.statement} follows from the steps by substitution and transitivity"}
        )
    if not verdict.proved:
        parts.append({"kind": "symbolic", "note": f"the verdict is {verdict.outcome.name}"})
    return sealed(claim.id or "claim", parts)


def sealed(name: str, parts: Sequence[dict[str, Any]]) -> Certificate:
    """Chain the digests of some steps, spell the certificate canonically, and let the checker read it."""
    before, steps = recheck.ZERO, []
    for part in parts:
        step = {**part, "previous": before}
        step["digest"] = before = recheck.digest(step)
        steps.append(step)
    text = recheck.canonical({"format": recheck.FORMAT, "version": recheck.VERSION, "id": name[:200], "steps": steps})
    return Certificate(text, *recheck.recheck(text))


def _parts(statement: Statement, domain: tuple[Variable, ...], method: str, bits: int) -> list[dict[str, Any]]:
    """Steps for one statement: the first form that the checker confirms, or the last that was tried, or a note."""
    domain = tuple(v for v in domain if v.symbol in statement.free_symbols)
    ways: list[Callable[[], list[dict[str, Any]]]]
    if statement.relation is Relation.EQUAL:
        ways = [lambda: [_rational_step("identity", statement, domain)]]
    elif is_finite(domain, 256):
        points = [statement.subs(dict(p)) if p else statement for p in all_points(domain)]
        ways = [lambda: [_closed(at, bits) for at in points], lambda: [_closed(at, 4 * bits) for at in points]]
    else:
        ways = [lambda: [_rational_step("positivity", statement, domain)], lambda: [_cover(statement, domain, bits)]]
    why = "no form that the checker reads"
    for way in ways:
        try:
            found = way()
        except CertificateError as error:
            why = str(error)
            continue
        tried = sealed("trial", found)
        if tried.confirmed:
            return found
        why = tried.reason
    return [{"kind": "symbolic", "note": f"{statement}, by {method}; {why}"[:1000]}]


def _sides(statement: Statement) -> dict[str, Any]:
    up = statement.upward
    return {
        "relation": up.relation.value,
        "left": to_tree(normal_form(up.left)),
        "right": to_tree(normal_form(up.right)),
    }


def _closed(statement: Statement, bits: int) -> dict[str, Any]:
    return {"kind": "inequality", "bits": bits, **_sides(statement)}


def _rational_step(kind: str, statement: Statement, domain: tuple[Variable, ...]) -> dict[str, Any]:
    if any(isinstance(v.domain, Choices) for v in domain):
        raise CertificateError("choices are not rewritten")
    lower = [side.lower for side in as_intervals(domain)]
    if any(not end.is_Rational for end in lower):
        raise CertificateError("a variable has no rational lower end")
    names = [v.symbol.name for v in domain]
    return {"kind": kind, "variables": names, "lower": [rational_tree(end) for end in lower], **_sides(statement)}  # type: ignore[arg-type]


def _cover(statement: Statement, domain: tuple[Variable, ...], bits: int) -> dict[str, Any]:
    """A cover by the checker's own arithmetic: natural balls, the longest side halved where they do not decide."""
    if any(isinstance(v.domain, Choices) for v in domain):
        raise CertificateError("choices are not covered")
    sides = as_intervals(domain)
    if any(not (s.lower.is_Rational and s.upper.is_Rational) for s in sides):
        raise CertificateError("the domain is no bounded box with rational ends")
    step = {"kind": "cover", "bits": bits, **_sides(statement), "variables": [v.symbol.name for v in domain],
            "domain": [[rational_tree(s.lower), rational_tree(s.upper)] for s in sides]}  # type: ignore[arg-type] # fmt: skip
    box = [(Fraction(int(s.lower.p), int(s.lower.q)), Fraction(int(s.upper.p), int(s.upper.q))) for s in sides]  # type: ignore[attr-defined]
    whole = [high - low for low, high in box]
    before, ctx.prec = ctx.prec, bits
    recheck.MEANS.clear()
    try:
        cuts: list[Any] = []
        waiting = [box]
        while waiting:
            here = waiting.pop()
            if len(cuts) > 2 * MOST_LEAVES:
                raise CertificateError(f"natural balls do not decide on {MOST_LEAVES} boxes")
            try:
                recheck.compare(step, {n: _hull(*side) for n, side in zip(step["variables"], here, strict=True)})
                cuts.append("leaf")
                continue
            except recheck.NotConfirmed:
                pass
            axis = max(range(len(here)), key=lambda k: (here[k][1] - here[k][0]) / whole[k])
            low, high = here[axis]
            middle = (low + high) / 2
            if (high - low) * 2**40 < whole[axis]:
                raise CertificateError("the two sides meet: natural balls do not decide")
            cuts.append([axis, *rational_tree(middle)])
            waiting.append([*here[:axis], (middle, high), *here[axis + 1 :]])
            waiting.append([*here[:axis], (low, middle), *here[axis + 1 :]])
    finally:
        ctx.prec = before
    return {**step, "cuts": cuts}


def _hull(low: Fraction, high: Fraction) -> arb:
    return arb(fmpq(low.numerator, low.denominator)).union(arb(fmpq(high.numerator, high.denominator)))
