r"""E f_1(X_1) ... f_k(X_k), two to four dependent Gaussian coordinates, as a ball: products of matrices over panel nodes.

Kinks lie on hyperplanes of one coordinate, so the integrand is analytic on boxes between them: each coordinate gets a composite
rule of its own (`panels`), and with L = precision matrix, l = |L_ij|, s = -sign L_ij,

    exp(-x.L x/2) = prod_i exp(-(L_ii - sum_j l_ij) x_i^2/2) prod_{i<j} exp(-l_ij (x_i - s_ij x_j)^2/2),

so that three coordinates cost one product of matrices, four as many as one coordinate has nodes.  The errors of the rules, one
coordinate after the other, times the largest values of the other functions; beyond the reach, Hoelder's inequality.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from flint import arb, arb_mat
from sympy import Expr, Symbol

from numerics.ball_means.panels import BOUND_BITS, Panel, largest_within, nodes_and_values, norm, panels
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.formulas.tails import gaussian_tail
from numerics.precision import NO_DEADLINE, Deadline, working_bits

LONGEST_REACH = 100
LARGEST_BITS = 4000
MOST_COORDINATES = 4
# terms of the sum in all, by the number of coordinates
MOST_TERMS = {2: 4e6, 3: 2e9, 4: 2e10}
QUICK_TERMS = 4e5
_HOELDER = ((1.25, 5.0), (2.0, 2.0))


def _beyond(functions: Sequence[Expr], variable: Symbol, reach: int) -> arb:
    """A bound of |E[f_1 ... f_k; some |X_i| > reach]|."""
    best = arb.pos_inf()
    for p, q in _HOELDER:
        power = q * (len(functions) - 1)
        tails = [gaussian_tail(f, variable, reach, p, across=True) for f in functions]
        if not all(t.is_finite() for t in tails):
            continue
        norms = [norm(f, variable, reach, power) for f in functions]
        total = arb(0)
        for i, tail in enumerate(tails):
            rest = math.prod((n for j, n in enumerate(norms) if j != i), start=arb(1))
            total += tail ** (1 / arb(p)) * rest
        if total.is_finite():
            best = best.min(total.abs_upper())
    return best


def _reach(functions: Sequence[Expr], variable: Symbol, bits: int) -> tuple[int, arb]:
    with working_bits(BOUND_BITS):
        reach = max(4, int(math.sqrt(2 * _HOELDER[0][0] * bits * math.log(2))))
        while reach <= LONGEST_REACH:
            beyond = _beyond(functions, variable, reach)
            if beyond < arb(2) ** -bits:
                return reach, beyond
            reach += max(1, reach // 12)
    if bits > LARGEST_BITS:
        raise UndecidedError(f"{bits} bits are too many for several coordinates: ask for fewer")
    raise UndecidedError("no small bound of the integrand far out: the mean may diverge")


def gaussian_panels(
    functions: Sequence[Expr], variable: Symbol, correlations: arb_mat, bits: int, deadline: Deadline = NO_DEADLINE
) -> arb:
    """The mean of a product of functions, each of one standard normal coordinate.

    Args:
        functions: two to four expressions in the same variable; kinks and jumps where they are, analytic up to them.
        correlations: their correlation matrix in balls, certainly positive definite.

    Raises:
        UndecidedError: more coordinates, a singular matrix, a branch point, no bound far out, too much work.
    """
    k = len(functions)
    if k > MOST_COORDINATES:
        raise UndecidedError(f"no enclosure of a mean of {k} dependent coordinates: at most {MOST_COORDINATES}")
    precision = _precision_matrix(correlations)
    reach, beyond = _reach(functions, variable, bits)
    deadline.check()
    rules, error = _rules(functions, variable, [precision[i, i] for i in range(k)], reach, bits)
    counts = [sum(p.nodes for p in rule) for rule in rules]
    if not all(counts):  # a function that vanishes up to the reach
        return symmetric(error + beyond)
    if math.prod(counts) * max(1.0, bits / 128) > (QUICK_TERMS if deadline.quick and k == 2 else MOST_TERMS[k]):
        raise UndecidedError(f"a mean of {k} coordinates needs {math.prod(counts):.0e} terms: ask for fewer bits")
    order = sorted(range(k), key=lambda i: counts[i])
    with working_bits(BOUND_BITS):
        spill = [sum((abs(precision[i, j]) for j in range(k) if j != i), arb(0)) - precision[i, i] for i in range(k)]
        lost = sum(max(0.0, float(s.mid())) for s in spill) * reach * reach / 2 / math.log(2)
    inner = bits + 40 + int(lost)
    with working_bits(inner):
        precision = _precision_matrix(correlations)
        sampled = [nodes_and_values(rule, variable, inner) for rule in rules]
        total = _sum([sampled[i] for i in order], _permuted(precision, order), deadline)
        scale = (precision.det() / (2 * arb.pi()) ** arb(k)).sqrt()
        return total * scale + symmetric(error + beyond)


def _precision_matrix(correlations: arb_mat) -> arb_mat:
    k = correlations.nrows()
    for size in range(1, k + 1):
        minor = arb_mat([[correlations[i, j] for j in range(size)] for i in range(size)]).det()
        if not minor > 0:
            raise UndecidedError("the covariance matrix is not certainly positive definite: drop dependent coordinates")
    return correlations.inv()


def _permuted(matrix: arb_mat, order: list[int]) -> arb_mat:
    return arb_mat([[matrix[i, j] for j in order] for i in order])


def _rules(
    functions: Sequence[Expr], variable: Symbol, precisions: Sequence[arb], reach: int, bits: int
) -> tuple[list[tuple[Panel, ...]], arb]:
    with working_bits(BOUND_BITS):
        tops = [float(q.abs_upper().mid()) * (1 + 1e-12) for q in precisions]
        sizes = [largest_within(f, variable, reach) for f in functions]
        # the errors are multiplied by the other functions' largest values
        extra = sum(max(0, int(float(s.log().mid()) / math.log(2)) + 1) for s in sizes if s > 0)
        rules = [panels(f, variable, reach, top, bits + extra + 4) for f, top in zip(functions, tops, strict=True)]
        crowding = math.prod((1 + sum((p.crowding for p in rule), arb(0)) for rule in rules), start=arb(1))
        total = arb(0)
        for i, rule in enumerate(rules):
            others = math.prod((s for j, s in enumerate(sizes) if j != i), start=arb(1))
            total += sum((p.error for p in rule), arb(0)) * others * crowding
        return rules, total.abs_upper()


def _sum(sampled: list[tuple[list[arb], list[arb]]], precision: arb_mat, deadline: Deadline) -> arb:
    """sum over all nodes of prod w f times exp(-x.L x/2)."""
    k = len(sampled)
    kernels: dict[tuple[int, int], list[list[arb]]] = {}
    for i, j in itertools.combinations(range(k), 2):
        deadline.check()
        half, sign = abs(precision[i, j]) / 2, -1 if precision[i, j] > 0 else 1
        far = [sign * y for y in sampled[j][0]]
        kernels[i, j] = [[(-half * (x - y) * (x - y)).exp() for y in far] for x in sampled[i][0]]
        if sign > 0 and not precision[i, j] <= 0:
            # the sign is open: take the product as it stands
            kernels[i, j] = [[(-precision[i, j] * x * y).exp() for y in sampled[j][0]] for x in sampled[i][0]]
    weights = []
    for i, (points, values) in enumerate(sampled):
        rate = precision[i, i]
        for j in range(k):
            if j != i and (precision[i, j] > 0 or precision[i, j] <= 0):
                rate = rate - abs(precision[i, j])
        weights.append([v * (-rate * x * x / 2).exp() for x, v in zip(points, values, strict=True)])
    if k == 2:
        return _pair(weights, kernels[0, 1])
    if k == 3:
        return _triple(weights, kernels[0, 1], kernels[1, 2], kernels[0, 2])
    total = arb(0)
    for i, weight in enumerate(weights[0]):
        deadline.check()
        tilted = [[w * t for w, t in zip(weights[m], kernels[0, m][i], strict=True)] for m in (1, 2, 3)]
        total += weight * _triple(tilted, kernels[1, 2], kernels[2, 3], kernels[1, 3])
    return total


def _pair(weights: list[list[arb]], kernel: list[list[arb]]) -> arb:
    columns = arb_mat(kernel) * arb_mat([[w] for w in weights[1]])
    return sum((u * columns[i, 0] for i, u in enumerate(weights[0])), arb(0))


def _triple(weights: list[list[arb]], first: list[list[arb]], second: list[list[arb]], across: list[list[arb]]) -> arb:
    """sum u_i v_j w_k A_ij B_jk C_ik."""
    left = arb_mat([[a * v for a, v in zip(row, weights[1], strict=True)] for row in first])
    product = (left * arb_mat(second)).tolist()
    total = arb(0)
    for u, row, kernel in zip(weights[0], product, across, strict=True):
        inner = sum((p * c * w for p, c, w in zip(row, kernel, weights[2], strict=True)), arb(0))
        total += u * inner
    return total
