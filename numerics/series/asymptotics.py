r"""Asymptotic expansions in balls: f(t) = sum_{k<N} c_k t^k + o(t^{N-1}) as t -> 0+, with a multiple of log t, by structure.

Sums, products, quotients by an expansion whose leading coefficient is certainly not 0, and analytic functions of an expansion
have expansions; exp(-1/t) and its like lie below every power of t.  A leading coefficient that may be 0 stops a quotient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flint import arb, arb_series
from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, Symbol, bernoulli
from sympy import functions as sf

from numerics.errors import UndecidedError
from numerics.formulas.walker import real_function

TERMS = 16
_SERIES: dict[type, Callable[[arb_series], arb_series]] = {
    sf.exp: arb_series.exp, sf.sin: arb_series.sin, sf.cos: arb_series.cos, sf.tan: arb_series.tan, sf.atan: arb_series.atan,
    sf.asin: arb_series.asin, sf.acos: arb_series.acos, sf.erf: arb_series.erf, sf.erfc: arb_series.erfc, sf.erfi: arb_series.erfi,
    sf.gamma: arb_series.gamma, sf.loggamma: arb_series.lgamma, sf.log: arb_series.log,
}  # fmt: skip
_AT_INFINITY = {sf.tanh: (-1, 1), sf.erf: (-1, 1), sf.erfc: (2, 0), sf.sign: (-1, 1)}


@dataclass(frozen=True)
class Expansion:
    """``sum_k coefficients[k] t^(order + k) + o(t^(end - 1))``, end = order + len, plus ``log t`` times another.

    Args:
        order: power of the first coefficient; negative for a pole.
        coefficients: balls, none of them left out.
        logarithm: what multiplies log t, or None.
    """

    order: int
    coefficients: tuple[arb, ...]
    logarithm: Expansion | None = None

    @property
    def end(self) -> int:
        return self.order + len(self.coefficients)

    def trimmed(self) -> Expansion:
        """Without leading coefficients that are exactly 0."""
        place = 0
        while place < len(self.coefficients) - 1 and self.coefficients[place] == 0:
            place += 1
        log = None if self.logarithm is None else self.logarithm.trimmed()
        kept = self.coefficients[place:]
        if log is not None and all(c == 0 for c in log.coefficients) and log.end - 1 > self.order + place:
            # o(t^(e-1)) log t is o(t^(e-2))
            kept, log = kept[: log.end - 1 - self.order - place], None
        return Expansion(self.order + place, kept, log)

    def leading(self) -> arb:
        """The leading coefficient of an expansion without logarithm; UndecidedError where it may be 0."""
        head = self.trimmed()
        if head.logarithm is not None or head.coefficients[0].contains(0):
            raise UndecidedError("a leading term of the expansion may cancel: simplify the expression")
        return head.coefficients[0]

    def __add__(self, other: Expansion) -> Expansion:
        order, end = min(self.order, other.order), min(self.end, other.end)
        at = lambda e, k: e.coefficients[k - e.order] if e.order <= k else arb(0)
        if end <= order:
            raise UndecidedError("the expansion loses all its terms: simplify the expression")
        found = tuple(at(self, k) + at(other, k) for k in range(order, end))
        logs = [e.logarithm for e in (self, other) if e.logarithm is not None]
        return Expansion(order, found, sum(logs[1:], logs[0]) if logs else None).trimmed()

    __radd__ = __add__

    def __mul__(self, other: Expansion) -> Expansion:
        if self.logarithm is not None and other.logarithm is not None:
            raise UndecidedError("the expansion contains log(n)^2: rewrite it as a closed form")
        count = min(len(self.coefficients), len(other.coefficients))
        a, b = self.coefficients, other.coefficients
        found = tuple(sum((a[i] * b[k - i] for i in range(k + 1)), arb(0)) for k in range(count))
        log = None
        if self.logarithm is not None:
            log = self.logarithm * Expansion(other.order, other.coefficients)
        elif other.logarithm is not None:
            log = other.logarithm * Expansion(self.order, self.coefficients)
        return Expansion(self.order + other.order, found, log).trimmed()

    def scaled(self, factor: Expr) -> Expansion:
        return self * constant(real_function(factor, ())())

    def unit(self) -> tuple[int, arb_series]:
        """(v, s) with self = t^v s and s(0) certainly not 0."""
        self.leading()
        head = self.trimmed()
        return head.order, arb_series(list(head.coefficients), len(head.coefficients))

    def analytic(self) -> arb_series:
        """As a power series in t."""
        if self.logarithm is not None or self.order < 0:
            raise UndecidedError("the expansion has a pole or a logarithm where a function needs a finite value")
        return arb_series([arb(0)] * self.order + list(self.coefficients), min(self.end, TERMS))

    def limit(self) -> arb:
        """The value at t = 0+.

        Raises:
            UndecidedError: it diverges, or that is open.
        """
        head = self.trimmed()
        if head.logarithm is not None:
            raise UndecidedError("the limit is infinite, or a logarithm of n remains: rewrite it as a closed form")
        if head.order < 0:
            negative = head.coefficients[: -head.order]
            if any(not c.contains(0) for c in negative):
                raise UndecidedError("the limit is infinite")
            raise UndecidedError("terms that grow with n may cancel: simplify the expression")
        if head.order > 0:
            return arb(0)
        return head.coefficients[0]


VARIABLE = Expansion(1, (arb(1),) + (arb(0),) * (TERMS - 1))
"""t itself."""
Known = Mapping[Symbol, Expansion]


def constant(value: arb) -> Expansion:
    """A number."""
    if not value.is_finite():
        raise UndecidedError("a constant of the expression has no finite value")
    return Expansion(0, (value,) + (arb(0),) * (TERMS - 1))


def _from_series(series: arb_series, order: int, count: int) -> Expansion:
    if series.prec < count:
        raise UndecidedError(f"a series of {count} terms was cut at {series.prec}: see numerics.precision.series_of")
    values = [series[k] for k in range(count)]
    if any(not v.is_finite() for v in values):
        raise UndecidedError("a function in the limit is not analytic at the limit of its argument")
    return Expansion(order, tuple(values)).trimmed()


def expansion(node: Expr, known: Known) -> Expansion:
    """The expansion of an expression in t -> 0+; precision is the ambient one, within `numerics.precision.series_of`.

    Args:
        known: the expansions of its symbols, t itself (`VARIABLE`) among them.

    Raises:
        UndecidedError: a function without one, or a cancellation that balls cannot decide.
    """
    if isinstance(node, Symbol) and node in known:
        return known[node]
    if not node.free_symbols & known.keys():
        return constant(real_function(node, ())())
    if isinstance(node, Add):
        parts = [expansion(a, known) for a in node.args]
        return sum(parts[1:], parts[0])
    if isinstance(node, Mul):
        return _product(node, known)
    if isinstance(node, Pow) and not isinstance(node, sf.exp):
        return _power(node.base, node.exp, known)
    if isinstance(node, (sf.Max, sf.Min)):
        chosen = expansion(node.args[0], known)
        for other in (expansion(a, known) for a in node.args[1:]):
            above = (other + chosen * constant(arb(-1))).leading() > 0
            chosen = other if above == isinstance(node, sf.Max) else chosen
        return chosen
    if len(node.args) == 1:
        return _function(type(node), expansion(node.args[0], known))
    raise UndecidedError(f"no expansion of {type(node).__name__} in a limit: rewrite it in elementary functions")


def _growing(node: Expr) -> tuple[Expr, Expr] | None:
    """(kind, exponent) for exp(u)^e and gamma(u)^e: their logarithms are added before anything is exponentiated."""
    base, exponent = (node.base, node.exp) if isinstance(node, Pow) and node.base != S.Exp1 else (node, S.One)
    return (base, exponent) if isinstance(base, (sf.exp, sf.gamma)) and exponent.is_number else None


def _product(node: Mul, known: Known) -> Expansion:
    logarithms: list[Expansion] = []
    result = constant(arb(1))
    for factor in node.args:
        growing = _growing(factor) if factor.free_symbols & known.keys() else None
        if growing is None:
            result = result * expansion(factor, known)
            continue
        base, exponent = growing
        inner = expansion(base.args[0], known)
        logarithms.append((_loggamma(inner) if isinstance(base, sf.gamma) else inner).scaled(exponent))
    return result * _exponential(sum(logarithms[1:], logarithms[0])) if logarithms else result


def _power(base: Expr, exponent: Expr, known: Known) -> Expansion:
    growing = _growing(base**exponent) if exponent.is_number else None
    if growing is not None:
        return _product(Mul(base**exponent, 1, evaluate=False), known)
    inner = expansion(base, known)
    if isinstance(exponent, Integer) and exponent > 0:
        result = inner
        for _ in range(int(exponent) - 1):
            result = result * inner
        return result
    if not isinstance(exponent, Rational):
        return _exponential(_logarithm(inner) * expansion(exponent, known))
    order, unit = inner.unit()
    shifted = order * exponent
    if not shifted.is_Integer:
        raise UndecidedError("a fractional power of n remains in the limit")
    if isinstance(exponent, Integer):
        found = unit.inv() ** int(-exponent)
    elif unit[0] > 0:
        found = (unit.log() * real_function(exponent, ())()).exp()
    else:
        raise UndecidedError("a root of a negative number in the limit")
    return _from_series(found, int(shifted), len(inner.trimmed().coefficients))


def _logarithm(inner: Expansion) -> Expansion:
    order, unit = inner.unit()
    if not unit[0] > 0:
        raise UndecidedError("a logarithm of a negative number in the limit")
    found = _from_series(unit.log(), 0, len(inner.trimmed().coefficients))
    return Expansion(found.order, found.coefficients, constant(arb(order)) if order else None)


def _exponential(inner: Expansion) -> Expansion:
    head = inner.trimmed()
    shift = 0
    if head.logarithm is not None:
        log = head.logarithm.trimmed()
        # t^k is a power only for a whole k known exactly
        whole = log.coefficients[0]
        if log.order != 0 or any(c != 0 for c in log.coefficients[1:]) or not (whole.is_exact() and whole.is_integer()):
            raise UndecidedError("n to a power that is no whole number, or depends on n, remains in the limit")
        shift = int(float(whole.mid()))
        head = Expansion(head.order, head.coefficients).trimmed()
    if head.order < 0:
        if head.leading() > 0:
            raise UndecidedError("an exponential in the limit grows without bound")
        return Expansion(0, (arb(0),) * TERMS)
    return _from_series(head.analytic().exp(), shift, min(head.end, TERMS))


def _loggamma(inner: Expansion) -> Expansion:
    """Stirling's series where the argument grows, in the power series' place where it does not."""
    head = inner.trimmed()
    if head.order >= 0:
        return _from_series(head.analytic().lgamma(), 0, min(head.end, TERMS))
    if not head.leading() > 0:
        raise UndecidedError("gamma of an argument that falls to minus infinity")
    half = constant(arb(1) / 2)
    log = _logarithm(head)
    total = (head + half * constant(arb(-1))) * log + head * constant(arb(-1)) + constant((2 * arb.pi()).log() / 2)
    order, unit = head.unit()
    inverse = _from_series(unit.inv(), -order, len(head.coefficients))
    power, square = inverse, inverse * inverse
    for k in range(1, TERMS // 2):
        total = total + power.scaled(bernoulli(2 * k) / (2 * k * (2 * k - 1)))
        power = power * square
    # what Stirling's series leaves out: O(x^(1 - TERMS))
    cut = min(total.end, -order * (TERMS - 1))
    return Expansion(total.order, total.coefficients[: cut - total.order], total.logarithm)


def _function(kind: type, inner: Expansion) -> Expansion:
    if kind is sf.exp:
        return _exponential(inner)
    if kind is sf.log:
        return _logarithm(inner)
    if kind is sf.gamma:
        return _exponential(_loggamma(inner))
    if kind is sf.loggamma:
        return _loggamma(inner)
    if kind in (sf.sinh, sf.cosh, sf.tanh) and inner.trimmed().order >= 0:
        up, down = _exponential(inner), _exponential(inner * constant(arb(-1)))
        top, bottom = up + down * constant(arb(-1)), up + down
        if kind is not sf.tanh:
            return (top if kind is sf.sinh else bottom) * constant(arb(1) / 2)
        order, unit = bottom.unit()
        return top * _from_series(unit.inv(), -order, len(bottom.coefficients))
    if kind is sf.Abs:
        return inner if inner.leading() > 0 else inner * constant(arb(-1))
    if kind is sf.sign or (kind in _AT_INFINITY and inner.trimmed().order < 0):
        return constant(arb(_AT_INFINITY[kind][bool(inner.leading() > 0)]))
    if kind is sf.atan and inner.trimmed().order < 0:
        order, unit = inner.unit()
        inverse = _from_series(unit.inv(), -order, len(inner.trimmed().coefficients))
        side = arb.pi() / 2 if inner.leading() > 0 else -arb.pi() / 2
        return constant(side) + _function(sf.atan, inverse) * constant(arb(-1))
    if kind not in _SERIES:
        raise UndecidedError(f"no expansion of {kind.__name__} in a limit: rewrite it in elementary functions")
    series = inner.analytic()
    return _from_series(_SERIES[kind](series), 0, min(inner.end, TERMS))
