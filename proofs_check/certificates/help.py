"""What saves the checker a search: roots and logarithms as products and sums of simpler ones, common denominators of exponents, and
the forms in which the sign of a difference is seen.  Nothing here is believed: the checker multiplies out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import lcm
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpz

from proofs_check import recheck
from proofs_check.recheck import Quotient

Tree = list[Any]
Box = list[Any]
MOST_FACTORED_TERMS, MOST_FACTORED_DEGREE, MOST_FACTORED_BITS = 300, 100, 600
MOST_SLOPES = 3
SQUARES = 3


class Finder(recheck.Field):
    """The checker's arithmetic, which also factors: what it finds for roots and logarithms is written down as help."""

    def __init__(self, variables: Any = (), aid: Any = ()) -> None:
        self.notes: dict[str, list[Tree]] = {"sqrt": [], "log": []}
        super().__init__(variables, aid)

    def sqrt(self, a: Quotient) -> Quotient:
        parts = [] if self._known("sqrt", a, lambda c: c * c) else self._split(a)
        if not parts or (len(parts) == 1 and parts[0][1] == 1):
            return super().sqrt(a)
        found = self.number(1)
        for f, e in parts:
            found *= f ** (e // 2) * (super().sqrt(f) if e % 2 else 1)
        return self._note("sqrt", found)

    def log(self, a: Quotient) -> Quotient:
        parts = [] if self._known("log", a, self.exp) else self._split(a)
        if not parts or (len(parts) == 1 and parts[0][1] == 1):
            return super().log(a)
        found = self.number(0)
        for f, e in parts:
            found += e * super().log(f)
        return self._note("log", found)

    def _known(self, tag: str, a: Quotient, inverse: Callable[[Quotient], Quotient]) -> bool:
        return any(inverse(c) == a for c in self.found[tag])

    def _note(self, tag: str, found: Quotient) -> Quotient:
        self.found[tag].append(found)
        self.notes[tag].append(self.tree(found))
        return found

    def _split(self, a: Quotient) -> list[tuple[Quotient, int]]:
        """Factors that are nowhere negative, with their exponents; none where that is not seen."""
        if a == 0:
            return []
        found, total = [], 1
        for p, way in ((a.p, 1), (a.q, -1)):
            c, factors = factored(p)
            total = total if c > 0 else -total
            for number, up in ((abs(int(c.p)), way), (int(c.q), -way)):
                small = fmpz(number).factor() if number < 2**64 else [(number, 1)]
                found += [(self.number(int(prime)), int(e) * up) for prime, e in small]
            for f, e in factors:
                s, _ = self.sign(f)
                if s == 0:
                    return []
                total *= s**e
                found.append((Quotient(self, f * s), e * way))
        return found if total > 0 else []

    def tree(self, a: Quotient) -> Tree:
        over, under = self._polynomial(a.p), self._polynomial(a.q)
        return over if under == ["q", "1", "1"] else ["/", over, under]

    def _polynomial(self, p: fmpq_mpoly) -> Tree:
        terms = []
        for powers, c in p.to_dict().items():
            parts: Tree = [["q", str(c.p), str(c.q)]] if c != 1 or not any(powers) else []
            for atom, e in zip(self.atoms, powers, strict=True):
                if e:
                    parts.append(self._atom(atom) if e == 1 else ["^", self._atom(atom), str(e)])
            terms.append(parts[0] if len(parts) == 1 else ["*", *parts])
        return terms[0] if len(terms) == 1 else ["+", *terms] if terms else ["q", "0", "1"]

    def _atom(self, atom: recheck.Atom) -> Tree:
        recheck.confirm(atom.tag != "i", "no tree for the imaginary unit")
        if atom.tag == "pi":
            return ["pi"]
        return ["var", atom.of] if atom.tag == "var" else [atom.tag, self.tree(atom.of)]


def factored(p: fmpq_mpoly) -> tuple[fmpq, list[tuple[fmpq_mpoly, int]]]:
    """(constant, [(irreducible, multiplicity)]); what is too large stays whole."""
    bits = max(int(c.p).bit_length() for c in p.coeffs())
    large = len(p) > MOST_FACTORED_TERMS or sum(p.degrees()) > MOST_FACTORED_DEGREE or bits > MOST_FACTORED_BITS
    if large:
        return fmpq(1), [(p, 1)]
    c, factors = p.factor()
    return c, [(f, int(e)) for f, e in factors]


def scale_of(trees: Any) -> int:
    """What the exponents of a step are multiples of one part of."""
    return min(lcm(*(2 * k for k in _denominators(trees) if k <= 120)), 5040)


def _denominators(tree: Any) -> set[int]:
    if tree[:1] == ["q"]:
        return {int(tree[2])}
    return set().union(*(_denominators(part) for part in tree if isinstance(part, list)), {1})


def help_for(trees: list[Tree], variables: list[Box]) -> dict[str, Any]:
    """The help with which the checker takes some trees, as far as it can take them at all."""
    scale = scale_of(trees)
    finder = Finder(variables, {"scale": scale})
    for tree in trees:
        try:
            finder.of(tree)
        except recheck.NotConfirmed:
            continue
    found: dict[str, Any] = {tag: list(known) for tag, known in finder.notes.items() if known}
    return found if scale == 2 else {"scale": scale, **found}


def form_of(gap: Tree, variables: list[Box], aid: dict[str, Any]) -> Tree | None:
    """The difference as a product of powers, where that is not one factor."""
    finder = Finder(variables, aid)
    found = finder.of(gap)
    if found == 0:
        return None
    parts: list[Tree] = []
    for p, e in (
        *_signed_factors(finder, found.p, SQUARES),
        *((f, -e) for f, e in _signed_factors(finder, found.q, 0)),
    ):
        base = (
            finder.tree(Quotient(finder, p))
            if not p.is_constant()
            else ["q", str(p.leading_coefficient().p), str(p.leading_coefficient().q)]
        )
        even = e if e < 0 else e - e % 2
        parts += [["^", base, str(even)]] * (even != 0) + [base] * (e > 0 and e % 2)
    return ["*", *parts] if len(parts) > 1 or parts[0][0] == "^" else None


def _signed_factors(finder: Finder, p: fmpq_mpoly, squares: int) -> Iterator[tuple[fmpq_mpoly, int]]:
    """Factors and exponents; one without a visible sign, a + b sqrt(f) with a and b of different signs, as a quotient by a - b sqrt(f)."""
    c, factors = factored(p)
    if c != 1:
        yield finder.one * c, 1
    for f, e in factors:
        roots = [k for k, atom in enumerate(finder.atoms) if atom and atom.tag == "sqrt" and f.degrees()[k] == 1]
        if e % 2 and roots and squares and not finder.sign(f)[0]:
            g = finder.gens[roots[0]]  # the newest comes first
            b = f.derivative(roots[0])
            a = f - b * g
            if finder.sign(a)[0] * finder.sign(b)[0] < 0:
                yield a - b * g, -e
                norm = Quotient(finder, a * a - b * b * finder.atoms[roots[0]].of.p).p
                yield from ((h, d * e) for h, d in _signed_factors(finder, norm, squares - 1))
                continue
        yield f, e


def proofs(
    gap: Tree, box: list[Box], aid: dict[str, Any], slopes: int = MOST_SLOPES, whole: bool = True
) -> Iterator[list[Any]]:
    """Proofs without cuts that are worth a try, the short ones first; see `recheck.nonnegative`.

    Args:
        slopes: how many derivatives may be taken.
        whole: whether this is about the difference itself, and not about its derivatives.
    """
    yield ["coefficients"]
    if whole:
        try:
            form = form_of(gap, box, aid)
        except recheck.NotConfirmed:
            form = None
        if form:
            yield [["form", form]]
    else:
        yield ["balls"]
    if len(box) == 1 and slopes:
        for inner in proofs(gap, box, aid, slopes - 1, False):
            yield ["rise", *inner]
            yield ["fall", *inner]
