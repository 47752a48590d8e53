"""Moments of a network without normalisation at every depth, by induction on depth.

One layer maps the mean of a monomial in the entries of G_l to a combination of means of monomials of the same degree
(Isserlis for linear rows, homogeneity for a single sample).  Up to permutations of the samples there are finitely many, so
the means form a linear recursion v_{l+1} = A v_l.  A formula f(L) equals c . A^L v_0 for every L as soon as it does for
L < k = size of A and satisfies the recursion of A's characteristic polynomial (Cayley-Hamilton).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod

from sympy import Dummy, Expr, Matrix, Poly, Pow, S, Symbol, cancel, eye, simplify, symbols, together
from sympy.utilities.iterables import multiset_partitions

from proofs_check.comparison import Truth, agree_closely, compare_at
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import sample_points
from proofs_check.finite_width.chain import ChainMean, chain_numbers
from proofs_check.finite_width.quantities import (
    Entry,
    EntryProduct,
    SquaredErrorTo,
    SquaredErrorToOrbit,
    SquaredErrorToStart,
    Trace,
)
from proofs_check.finite_width.witness import witness
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.methods.exact_identity import ExactIdentity
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds
from theory.conventions import x, z
from theory.expectation import GaussianLaw, GaussianMean
from theory.network import Network

Monomial = tuple[tuple[int, int], ...]  # sorted pairs of samples: ((0, 1), (0, 1)) is g_12^2


class InductionError(ValueError):
    """The moment recursion does not close for this network or quantity; the message says why."""


def canonical(pairs: Monomial) -> Monomial:
    """The smallest monomial among those that a renaming of the samples reaches."""
    samples = sorted({i for pair in pairs for i in pair})
    return min(
        tuple(sorted((min(names[i], names[j]), max(names[i], names[j])) for i, j in pairs))
        for order in itertools.permutations(range(len(samples)))
        for names in [dict(zip(samples, order, strict=True))]
    )


def pairings(items: tuple[int, ...]):  # type: ignore[no-untyped-def]
    """All ways to split a tuple of even length into pairs."""
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for k, partner in enumerate(rest):
        for others in pairings(rest[:k] + rest[k + 1 :]):
            yield ((first, partner), *others)


def block_mean(network: Network, block: Monomial) -> dict[Monomial, Expr]:
    """``E prod sigma(x_i) sigma(x_j)`` over the pairs of a block, x ~ N(0, w G), as a combination of monomials in G."""
    sigma, w = network.activation, network.weight_variance
    places = tuple(i for pair in block for i in pair)
    if sigma.formula == x:
        combination: dict[Monomial, Expr] = {}
        for pairing in pairings(places):
            key = tuple(sorted(tuple(sorted(p)) for p in pairing))
            combination[key] = combination.get(key, S.Zero) + w ** len(block)
        return combination
    if sigma.homogeneity == 1 and len(set(places)) == 1:
        power = GaussianMean(sigma(z[0]) ** len(places), GaussianLaw(z[0]))
        value = power.doit()
        if isinstance(value, Expr) and not agree_closely(value, power, 128, 25):
            raise InductionError(f"balls do not confirm the value {value} of {power}")
        return {tuple(block): w ** len(block) * (value if isinstance(value, Expr) else power)}
    raise InductionError(f"the moments of {sigma.name} do not close: the identity closes for several samples, a "
                         "positively homogeneous activation of degree 1 for one")  # fmt: skip


def ordered(pairs: Monomial) -> Monomial:
    """The monomial with its pairs in order, the samples as they are."""
    return tuple(sorted((min(pair), max(pair)) for pair in pairs))


def after_one_layer(
    network: Network, monomial: Monomial, width: Expr, named: Callable[[Monomial], Monomial] = canonical
) -> dict[Monomial, Expr]:
    """``E[monomial in G_{l+1} | G_l]`` as a combination of monomials in G_l, up to permutations of the samples or, `ordered`, not."""
    total: dict[Monomial, Expr] = {}
    k = len(monomial)
    for partition in multiset_partitions(list(range(k))):
        ways = prod((width - i for i in range(len(partition))), start=S.One) / width**k
        terms: dict[Monomial, Expr] = {(): ways}
        for block in partition:
            inner = block_mean(network, tuple(monomial[i] for i in block))
            terms = _product(terms, inner)
        for key, value in terms.items():
            total[named(key)] = total.get(named(key), S.Zero) + value
    return total


def _product(a: dict[Monomial, Expr], b: dict[Monomial, Expr]) -> dict[Monomial, Expr]:
    out: dict[Monomial, Expr] = {}
    for (p, u), (q, v) in itertools.product(a.items(), b.items()):
        key = tuple(sorted(p + q))
        out[key] = out.get(key, S.Zero) + u * v
    return out


def in_monomials(node: ChainMean) -> dict[Monomial, Expr]:
    """The quantity of a ChainMean as a combination of monomials: from orthonormal inputs by exchangeability, else entry by entry.

    Of an error to the mean-field orbit these are the squares alone; see `moment_recursion`.
    """
    n, quantity = node.network.batch_size, node.quantity
    if isinstance(quantity, Entry):
        return {ordered(((quantity.row, quantity.column),)): S.One}
    if isinstance(quantity, EntryProduct):
        pairs = ((quantity.first.row, quantity.first.column), (quantity.second.row, quantity.second.column))
        return {ordered(pairs): S.One}
    if not isinstance(quantity, (Trace, SquaredErrorTo, SquaredErrorToStart, SquaredErrorToOrbit)):
        raise InductionError(f"{quantity} is no polynomial in the entries of G")
    target = quantity.reference if isinstance(quantity, SquaredErrorTo) else node.start
    if target is not None and isinstance(quantity, SquaredErrorToStart):
        target = eye(target.rows)  # orthonormal inputs, wherever the chain starts
    if target is None:  # sum_i (g_ii - 1)^2 + sum_{i != j} g_ij^2
        squares: dict[Monomial, Expr] = {((0, 0), (0, 0)): n, ((0, 1), (0, 1)): n * (n - 1)}
        if isinstance(quantity, Trace):
            return {((0, 0),): n}
        return squares if isinstance(quantity, SquaredErrorToOrbit) else {**squares, ((0, 0),): -2 * n, (): n}
    if not n.is_Integer:
        raise InductionError(
            "the error to a matrix needs a number as batch size; the one to orthonormal inputs is SquaredErrorToStart()"
        )
    places = list(itertools.product(range(int(n)), repeat=2))
    found: dict[Monomial, Expr] = {}
    for i, j in places:
        terms: dict[Monomial, Expr] = {((i, j), (i, j)): S.One, ((i, j),): -2 * target[i, j], (): target[i, j] ** 2}
        if isinstance(quantity, Trace):
            terms = {((i, j),): S(int(i == j))}
        elif isinstance(quantity, SquaredErrorToOrbit):
            terms = {((i, j), (i, j)): S.One}
        for key, value in terms.items():
            found[ordered(key)] = found.get(ordered(key), S.Zero) + value
    return {key: value for key, value in found.items() if value != 0}


@dataclass(frozen=True)
class MomentRecursion:
    """``E quantity(G_L) = weights . A^L start`` for every depth L."""

    weights: Matrix
    matrix: Matrix
    start: Matrix

    def at(self, depth: int) -> Expr:
        vector = self.start
        for _ in range(depth):
            vector = (self.matrix * vector).applyfunc(lambda e: cancel(together(e)))
        return cancel(together((self.weights.T * vector)[0]))


def moment_recursion(node: ChainMean) -> MomentRecursion:
    """Close the moments of a quantity under the layers of a network without normalisation.

    The orbit of a linear network is w^l G_0, the mean of its chain: the squared error to it is the mean of ||G_l||^2 less
    w^(2l) ||G_0||^2, which is one more unknown.

    Raises:
        InductionError: another normalisation, a bias, or moments that do not close.
    """
    network, start = node.network, node.start
    if network.normalization is not None or network.bias_variance != 0:
        raise InductionError("the recursion is for networks without normalisation and without bias")
    to_orbit = isinstance(node.quantity, SquaredErrorToOrbit)
    if to_orbit and network.activation.formula != x:
        raise InductionError(
            f"the mean-field orbit of {network.activation.name} is not the mean of its chain: the identity's is"
        )
    orthonormal = start is None and not isinstance(node.quantity, SquaredErrorTo)
    named = canonical if orthonormal else ordered  # given inputs differ: no renaming leads from one to another
    target: dict[Monomial, Expr] = {}
    for key, value in in_monomials(node).items():
        target[named(key)] = target.get(named(key), S.Zero) + value
    order = list(target)
    rows: dict[Monomial, dict[Monomial, Expr]] = {}
    for monomial in order:  # grows while it is walked
        rows[monomial] = after_one_layer(network, monomial, node.width, named) if monomial else {(): S.One}
        order.extend(m for m in rows[monomial] if m not in order)
    size = len(order)
    matrix = Matrix(size, size, lambda i, j: rows[order[i]].get(order[j], S.Zero))
    weights = Matrix([target.get(m, S.Zero) for m in order])
    first = Matrix([prod((_at_start(start, *place) for place in m), start=S.One) for m in order])
    if to_orbit:
        norm = network.batch_size if start is None else sum(entry**2 for entry in start)
        matrix = Matrix.diag(matrix, network.weight_variance**2)
        weights, first = Matrix([*weights, -1]), Matrix([*first, norm])
    return MomentRecursion(weights, matrix, first)


def _at_start(start: Matrix | None, i: int, j: int) -> Expr:
    return S(int(i == j)) if start is None else start[i, j]


@dataclass(frozen=True)
class InductionOnDepth(Method):
    """An equality ``ChainMean(..., depth=L) = f(L)`` for a symbol L, without normalisation.

    Args:
        networks: how many networks the witness draws.
    """

    networks: int = 4000

    def check(self, statement: Statement, context: Context) -> StepResult:
        nodes = chain_numbers(statement.left, statement.right)
        if statement.relation is not Relation.EQUAL or len(nodes) != 1 or not isinstance(nodes[0], ChainMean):
            return undecided("induction judges an equality with one finite-width mean")
        node = nodes[0]
        formula = statement.right if statement.left == node else statement.left if statement.right == node else None
        if formula is None or chain_numbers(formula):
            return undecided("write the finite-width mean alone on one side")
        if not isinstance(node.depth, Symbol) and not (node.depth.is_Integer and node.depth <= 1000):
            return undecided("give the mean a symbol, or an integer of at most 1000, as its depth")
        fixed = (
            node.width.free_symbols | node.network.weight_variance.free_symbols | node.network.batch_size.free_symbols
        )
        if node.depth in fixed:
            return undecided(f"width, batch size and variances must not change with the depth {node.depth}")
        # a factor that cancels in the recursion may be 0/0 at a depth or width of the domain; a mean needs a whole depth from 0 on
        sides = (statement.left, statement.right)
        missing = next(filter(None, (undefined_part(side, context.domain, context.given) for side in sides)), None)
        if missing:
            return undecided(f"{missing}: narrow the domain")
        try:
            recursion = moment_recursion(node)
        except InductionError as error:
            return undecided(str(error))
        seen = witness(node.func(node.width, 2), recursion.at(2), context, self.networks)
        if not seen.agrees:
            return undecided(f"recursion and simulation disagree: {seen}")
        if node.depth.is_Integer:
            result = ExactIdentity().check(Statement(recursion.at(int(node.depth)), Relation.EQUAL, formula), context)
            note = f"{size_note(recursion)} iterated {node.depth} times; {seen}"
            return replace(result, evidence=Evidence(note)) if result.holds else result
        depth = node.depth
        size = recursion.matrix.rows
        for k in range(size + 2):  # two more than the proof needs, for counterexamples
            base = Statement(recursion.at(k), Relation.EQUAL, formula.subs(depth, k))
            for point in sample_points(context.domain, 6):
                if not _admits(context, depth, k):
                    break
                at = {s: v for s, v in point.items() if s != depth}
                comparison = compare_at(base, at, context.bits)
                if comparison.truth is Truth.FALSE:
                    evidence = Evidence(f"at depth {k}", {**shown_point(at), str(depth): str(k)}, comparison.shown)
                    return StepResult(False, Grounds.ENCLOSURE, evidence)
            if not vanishes(base.left - base.right):
                return undecided(f"the formula is not shown to hold at depth {k}")
        t = Dummy("t")
        characteristic = Poly((t * eye(size) - recursion.matrix).det(method="berkowitz"), t)
        coefficients = [cancel(together(c)) for c in reversed(characteristic.all_coeffs())]
        residual = sum(c * formula.subs(depth, depth + k) for k, c in enumerate(coefficients))
        if not _vanishes_in_depth(residual, depth):
            return undecided("the formula holds at the first depths, but is not shown to satisfy the recursion")
        note = f"holds at depths 0..{size - 1} and satisfies the recursion of order {size}; {seen}"
        return StepResult(True, Grounds.EXACT, Evidence(note, samples=self.networks))


def size_note(recursion: MomentRecursion) -> str:
    return f"moment recursion of order {recursion.matrix.rows}"


def _admits(context: Context, depth: Symbol, value: int) -> bool:
    return all(v.domain.contains(S(value)) for v in context.domain if v.symbol == depth)


def _vanishes_in_depth(residual: Expr, depth: Symbol) -> bool:
    """Whether an exponential polynomial in the depth is zero: powers base^L are independent unknowns."""
    spread = residual.expand(power_exp=True, power_base=False)
    powers = {p for p in spread.atoms(Pow) if p.exp.has(depth)}
    if any(p.exp != depth for p in powers):
        return vanishes(simplify(residual))
    names = dict(zip(sorted(powers, key=str), symbols(f"p0:{len(powers)}", cls=Dummy), strict=True))
    return vanishes(spread.xreplace(names))
