"""Whether proven statements say what a claim says: equals replaced by equals, and chains of relations.

Steps that hold prove nothing by themselves: true but irrelevant steps must not carry a false claim.  The statement of the
claim must be reached from the proven ones by substitution of proven equals and by transitivity.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Basic, Derivative, Expr, Lambda, Limit, Subs, Symbol, preorder_traversal

from proofs_check.finite_width.chain import chain_numbers
from proofs_check.normal_form import normal_form, vanishes
from proofs_check.statement import Relation, Statement
from theory.expectation import Mean

# strength of a chain of relations: equality neutral, < wins over <=
_WEAK, _STRICT, _NONE = 0, 1, -1
_REWRITES = 8


def entails(proven: Sequence[Statement], goal: Statement) -> bool:
    """Whether `goal` follows from `proven`, all quantified over the same domain.

    >>> from sympy import Symbol, Integer
    >>> from proofs_check.statement import equal, less
    >>> a, b = Symbol("a"), Symbol("b")
    >>> entails([equal(a, b), less(b, Integer(1))], less(a, Integer(1)))
    True
    >>> entails([less(b, Integer(1))], less(a, Integer(1)))
    False
    """
    if goal in proven or goal.upward in [p.upward for p in proven]:
        return True
    rules = _rewriting_rules(proven, goal)

    def settled(expression: Expr) -> Expr:
        for _ in range(_REWRITES):
            following = expression.xreplace(rules)
            if following == expression:
                break
            expression = following
        return expression

    edges: dict[Expr, list[tuple[Expr, Relation]]] = {}

    def connect(a: Expr, relation: Relation, b: Expr) -> None:
        edges.setdefault(a, []).append((b, relation))

    for statement in proven:
        at = statement.upward
        versions = {(at.left, at.right), (settled(at.left), settled(at.right))}
        for a, b in versions:
            connect(a, at.relation, b)
            if at.relation is Relation.EQUAL:
                connect(b, Relation.EQUAL, a)
    up = goal.upward
    ends = []
    for side in (up.left, up.right):
        ends.append({side, settled(side)})
        for version in list(ends[-1]):
            for other in ends[-1] - {version}:  # the rewritten side equals the original
                connect(version, Relation.EQUAL, other)
                connect(other, Relation.EQUAL, version)
    _link_equal_forms(edges, [*ends[0], *ends[1]])
    return _reaches(edges, up)


def _rewriting_rules(proven: Sequence[Statement], goal: Statement) -> dict[Expr, Expr]:
    """Proven equalities as left -> right; never of a bare symbol, a number, or anything with a bound variable of a mean."""
    sides = [s for p in (*proven, goal) for s in (p.left, p.right)]
    bound = set().union(*(_bound_symbols(s) for s in sides))
    rules: dict[Expr, Expr] = {}
    for p in proven:
        a, b = p.left, p.right
        if (
            p.relation is not Relation.EQUAL
            or isinstance(a, Symbol)
            or (a.is_number and not a.has(Mean) and not chain_numbers(a))
        ):
            continue
        if (a.free_symbols | b.free_symbols) & bound or b.has(a):
            continue
        rules.setdefault(a, b)
    return rules


def _bound_symbols(expression: Expr) -> set[Basic]:
    """Symbols that some node binds: variables of means, sums and integrals, and those a derivative is taken in.

    An equality proven on a domain says nothing about the values that a bound variable runs through.
    """
    bound: set[Basic] = set()
    for node in preorder_traversal(expression):
        bound |= set().union(*(a.free_symbols for a in node.args)) - node.free_symbols  # by any node
        if isinstance(node, Mean):
            bound |= set(node.law.variables)
        elif isinstance(node, Derivative):
            bound |= set().union(*(v.free_symbols for v in node.variables), node.expr.free_symbols)
        elif isinstance(node, Limit):
            bound |= node.args[1].free_symbols
        elif isinstance(node, (Subs, Lambda)):
            bound |= set().union(*(v.free_symbols for v in node.variables))
        elif getattr(node, "limits", None):
            bound |= set().union(*(limit[0].free_symbols for limit in node.limits))
    return bound


def _link_equal_forms(edges: dict[Expr, list[tuple[Expr, Relation]]], extra: list[Expr]) -> None:
    """Connect expressions that are the same up to rational normal form (x/2 + x/2 and x)."""
    nodes = list(dict.fromkeys([*edges, *(b for targets in edges.values() for b, _ in targets), *extra]))
    forms = [normal_form(n) for n in nodes]
    for i, a in enumerate(nodes):
        for j in range(i):
            if forms[i] == forms[j] or vanishes(forms[i] - forms[j]):
                edges.setdefault(a, []).append((nodes[j], Relation.EQUAL))
                edges.setdefault(nodes[j], []).append((a, Relation.EQUAL))


def _reaches(edges: dict[Expr, list[tuple[Expr, Relation]]], goal: Statement) -> bool:
    """Breadth-first search for the strongest relation from goal.left to goal.right."""
    best: dict[Expr, int] = {goal.left: _NONE}  # _NONE: by equalities alone
    queue = [goal.left]
    while queue:
        node = queue.pop()
        for target, relation in edges.get(node, []):
            strength = best[node]
            if relation is Relation.LESS:
                strength = _STRICT
            elif relation is Relation.AT_MOST:
                strength = max(strength, _WEAK)
            if goal.relation is Relation.EQUAL and strength != _NONE:
                continue
            if target not in best or strength > best[target]:
                best[target] = strength
                queue.append(target)
    if goal.right not in best:
        return False
    reached = best[goal.right]
    if goal.relation is Relation.LESS:
        return reached == _STRICT
    return reached == _NONE if goal.relation is Relation.EQUAL else True
