r"""Closed forms in a symbolic batch size as one would write them: one fraction in n, pi, sqrt(n (n-2)) and theta = arccos(1/(n-1)).

For display alone: the derivation's own form stays what is evaluated and proved, and a form that differs from it at a point is not shown.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    cancel,
    expand,
    factor,
    fraction,
    pi,
    rem,
    sqrt,
    together,
)

from theory.conventions import batch_size as n
from theory.expectation import Mean
from theory.notation import Notation, expression_latex
from theory.presentation import same_value

MAX_OPERATIONS = 6000


def _angles(expression: Expr, angle: Expr) -> Expr:
    """arccos(+-1/(n-1)) and its arc sines by the angle."""
    expression = expression.replace(lambda e: isinstance(e, asin), lambda e: pi / 2 - acos(e.args[0]))

    def named(e: Expr) -> Expr:
        ratio = together(e.args[0] * (n - 1)).cancel()
        return angle if ratio == 1 else pi - angle if ratio == -1 else e

    return expression.replace(lambda e: isinstance(e, acos), named)


def _root(e: Expr, root: Expr, half: Expr) -> Expr:
    """Half-integer powers of 1 - 1/(n-1)^2, n and n - 2 by s = sqrt(n (n-2)) and h = sqrt n."""
    twice = 2 * e.exp
    if not (twice.is_Integer and twice.is_odd):
        return e
    if e.base == n:
        return half**twice
    if e.base == n - 2:
        return (root / half) ** twice
    return (root / (n - 1)) ** twice if cancel(e.base - 1 + 1 / (n - 1) ** 2) == 0 else e


THETA, ROOT = Symbol("theta"), Symbol("s")


@lru_cache(maxsize=256)
def batch_form(expression: Expr, named: bool = False) -> Expr:
    """The same value for every n >= 2 as one fraction with collected numerator and denominator.

    Args:
        expression: a closed form in the batch size n.
        named: leave arccos(1/(n-1)) and sqrt(n (n-2)) as the symbols `THETA` and `ROOT`.

    >>> from theory.linearization import linearize
    >>> from theory.network import Network
    >>> batch_form(linearize(Network("relu")).eigenvalue_pairs)
    n*(n - 1)*acos(1/(n - 1))/((n + 1)*(-sqrt(n)*sqrt(n - 2) + pi*(n - 1) + acos(1/(n - 1))))
    """
    if n not in expression.free_symbols or expression.count_ops() > MAX_OPERATIONS:
        return expression
    angle, root, half, circle = (Dummy(name, positive=True) for name in ("theta", "s", "h", "pi"))
    means = {mean: Dummy() for mean in expression.atoms(Mean)}
    plain = _angles(expression.xreplace(means), angle)
    plain = plain.replace(lambda e: isinstance(e, Pow), lambda e: _root(e, root, half))

    def reduced(part: Expr) -> Expr:
        return rem(rem(expand(part.xreplace({pi: circle})), root**2 - n * (n - 2), root), half**2 - n, half)

    top, bottom = map(reduced, fraction(together(plain)))
    if bottom == 0:
        return expression
    top, bottom = map(reduced, fraction(cancel(top / bottom)))
    if (
        bottom.subs({n: 5, root: sqrt(15), half: sqrt(5), circle: pi, angle: acos(Rational(1, 4))})
        .evalf(10)
        .is_negative
    ):
        top, bottom = -top, -bottom
    written = lambda part: _collected(part, [circle, root, angle, half, *means.values()])
    back = {
        circle: pi,
        root: sqrt(n * (n - 2)),
        half: sqrt(n),
        angle: acos(1 / (n - 1)),
        **{d: m for m, d in means.items()},
    }
    form = written(top) / written(bottom)
    whole = form.subs(back)
    if not same_value(whole, expression):
        return expression
    return form.subs({**back, angle: THETA, root: ROOT}) if named else whole


def broken_latex(expression: Expr, w: Notation, terms: int = 3) -> str:
    """A fraction with a long numerator as a factor times a sum over several lines of an aligned display."""
    factors = list(Mul.make_args(expression))
    sums = [f for f in factors if isinstance(f, Add) and len(f.args) > terms]
    if not sums:
        return expression_latex(expression, w)
    longest = max(sums, key=lambda f: len(f.args))
    factors.remove(longest)
    ordered = longest.as_ordered_terms()
    lines = []
    for start in range(0, len(ordered), terms):
        text = " ".join(_signed(term, w) for term in ordered[start : start + terms])
        lines.append(text if start else text.removeprefix("+ "))
    front = expression_latex(Mul(*factors), w) if factors else ""
    return rf"{front} \Bigl( " + r" \\ &\quad ".join(lines) + r" \Bigr)"


def _signed(term: Expr, w: Notation) -> str:
    if term.could_extract_minus_sign():
        return f"- {expression_latex(-term, w)}"
    return f"+ {expression_latex(term, w)}"


def _collected(polynomial: Expr, letters: list[Expr]) -> Expr:
    """Factors in n alone in front, the rest one term for each product of letters."""
    outside, inside = S.One, S.One
    for base, power in factor(polynomial).as_powers_dict().items():
        if base.free_symbols & set(letters):
            parts = Poly(base, *letters).terms()
            total = Add(*(factor(c) * Mul(*(v**k for v, k in zip(letters, powers))) for powers, c in parts))
            inside *= total**power
        else:
            outside *= base**power
    return outside * inside
