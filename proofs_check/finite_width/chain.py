r"""Finite-width means and probabilities as sympy expressions: ``ChainMean``, ``ChainProbability``.

They stand for numbers that exist whether or not anybody can compute them: the mean of a quantity of G_L over the random
weights of a network of finite width.  Which methods can judge a statement follows from whether it contains one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, ImmutableDenseMatrix, eye, factor, srepr, sympify
from sympy.core.function import AppliedUndef

from proofs_check.finite_width.quantities import Quantity, QuantityError, exact_matrix
from proofs_check.statement import Relation
from theory.display import Displayed, text
from theory.network import BatchNorm, Network
from theory.notation import OURS, Notation, expression_latex, notation_in

LONGEST_NAME = 24


@dataclass(frozen=True)
class Event(Displayed):
    """``quantity relation threshold`` for a random Gram matrix."""

    quantity: Quantity
    relation: Relation
    threshold: Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "threshold", sympify(self.threshold))

    def latex(self, notation: Notation | str = OURS) -> str:
        """Quantity, sign, threshold."""
        return f"{self.quantity.latex(notation)} {self.relation.latex} {expression_latex(self.threshold, notation)}"


def normalized_size(network: Network, start: Any) -> Expr | None:
    """Mean square of a row that batch normalisation without epsilon divides by its root, which must not be 0; None for other networks."""
    kind = network.normalization
    if not isinstance(kind, BatchNorm) or kind.epsilon != 0:
        return None
    off = -sum(start) / start.rows if kind.centered else start.rows * network.bias_variance / network.weight_variance
    return factor(start.trace() + off)


class _ChainNumber(Expr):
    """A number defined by the law of the Gram chain; ``args`` are width and depth, which may be symbols."""

    is_commutative = True
    is_extended_real = True
    quantity: Any
    network: Network
    start: ImmutableDenseMatrix | None

    def __new__(cls, quantity: Any, network: Network, width: Any, depth: Any, start: Any = None) -> _ChainNumber:
        d, layers = sympify(width), sympify(depth)
        if d.is_number and not (d.is_Integer and d > 0):
            raise QuantityError(f"width must be a positive integer, not {d}")
        if layers.is_number and not (layers.is_Integer and layers >= 0):
            raise QuantityError(f"depth must be a nonnegative integer, not {layers}")
        matrix = None if start is None else exact_matrix(start)
        if matrix is not None and network.batch_size.is_number and matrix.rows != network.batch_size:
            raise QuantityError(
                f"the start is {matrix.rows} x {matrix.rows}, but the batch size is {network.batch_size}"
            )
        measured = quantity.quantity if isinstance(quantity, Event) else quantity
        if layers.is_Integer and layers < measured.least_depth:
            raise QuantityError(f"{measured} exists from depth {measured.least_depth} on, not at depth {layers}")
        named = measured.places
        if named and (min(named) < 0 or (network.batch_size.is_Integer and max(named) >= network.batch_size)):
            raise QuantityError(
                f"{quantity} names sample {max(named)} of a batch of {network.batch_size}: places are counted from 0"
            )
        if matrix is not None and matrix.is_positive_semidefinite is False:
            raise QuantityError("the start must be a Gram matrix: positive semi-definite, with no eigenvalue below 0")
        size = None if matrix is None else normalized_size(network, matrix)
        if size is not None and size.is_zero and not layers.is_zero:
            raise QuantityError("all samples of the start are alike: batch normalisation divides by zero")
        node = Expr.__new__(cls, d, layers)
        node.quantity, node.network, node.start = quantity, network, matrix
        return node

    def _hashable_content(self) -> tuple[Any, ...]:
        # sympy orders arguments by comparing this content, so it must consist of things that compare: one string
        net = self.network
        parts = (net.batch_size, net.weight_variance, net.bias_variance, self.start)
        shown = "|".join("None" if p is None else srepr(p) for p in parts)
        return (*self.args, f"{self.quantity!r}|{net.activation!r}|{net.normalization!r}|{shown}")

    @property
    def func(self) -> Callable[..., Expr]:
        return lambda d, layers: type(self)(self.quantity, self.network, d, layers, self.start)

    @property
    def width(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def depth(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    @property
    def free_symbols(self) -> set[Any]:
        inside = self.network.batch_size.free_symbols | self.network.weight_variance.free_symbols
        inside |= self.network.bias_variance.free_symbols | (
            self.start.free_symbols if self.start is not None else set()
        )
        if isinstance(self.quantity, Event):
            inside |= self.quantity.threshold.free_symbols
        return self.width.free_symbols | self.depth.free_symbols | inside

    def _eval_subs(self, old: Any, new: Any) -> Expr:
        net = self.network
        network = Network(net.activation, net.normalization, net.batch_size.subs(old, new),
                          net.weight_variance.subs(old, new), net.bias_variance.subs(old, new))  # fmt: skip
        start = None if self.start is None else self.start.subs(old, new)
        quantity = self.quantity
        if isinstance(quantity, Event):
            quantity = Event(quantity.quantity, quantity.relation, quantity.threshold.subs(old, new))
        return type(self)(quantity, network, self.width.subs(old, new), self.depth.subs(old, new), start)

    def start_gram(self) -> ImmutableDenseMatrix:
        """G_0 as a matrix: the given start, or orthonormal inputs."""
        if self.start is not None:
            return self.start
        if not self.network.batch_size.is_Integer:
            raise QuantityError(f"a start matrix needs an integer batch size, not {self.network.batch_size}")
        return ImmutableDenseMatrix(eye(int(self.network.batch_size)))

    def _condition(self, printer: Any) -> str:
        w = notation_in(printer)
        named = [(w.batch_size, self.network.batch_size), (w.width, self.width), (w.depth, self.depth)]
        shown = [(name, printer._print(value)) for name, value in named]
        sizes = [
            name if name == value else f"{name} = {value}" for name, value in shown
        ]  # a width called d needs no "d = d"
        net = self.network
        name = net.activation.name if len(net.activation.name) <= LONGEST_NAME else "given activation"
        words = f"{name}, " if not isinstance(net.activation.formula, AppliedUndef) else ""
        kind = {"none": "no normalisation"}.get(net.normalization_key, net.normalization_key)
        extra = [f"{letter} = {printer._print(value)}" for letter, value, usual in (
            ("v_W", net.weight_variance, 1), ("v_b", net.bias_variance, 0)) if value != usual]  # fmt: skip
        start = [] if self.start is None else [rf"{w.gram_at('0')}\ \text{{given}}"]
        return r",\, ".join([text(words + kind), *sizes, *extra, *start])


class ChainMean(_ChainNumber):
    """``E[quantity(G_depth)]`` at finite width, G_0 = start.

    Args:
        quantity: a `Quantity`.
        network: the model; its batch size may be a symbol.
        width: d; depth: L; integers or symbols.
        start: G_0 as a matrix of exact numbers; the identity (orthonormal inputs) if omitted.

    Raises:
        QuantityError: a width, depth or start outside the model.

    >>> from proofs_check.finite_width.quantities import Trace
    >>> ChainMean(Trace(), Network("relu", batch_size=4), 64, 10)
    E[Trace(); relu, batch, n=4, d=64, L=10]
    """

    @property
    def is_extended_nonnegative(self) -> bool | None:  # type: ignore[override]
        lower, _ = self.quantity.range(self.network) if self.network.batch_size.is_Integer else (None, None)
        return True if lower is not None and lower >= 0 else None

    def _sympystr(self, printer: Any) -> str:
        n = self.network
        return (f"E[{self.quantity}; {n.activation.name}, {n.normalization_key}, n={n.batch_size}, "
                f"d={printer._print(self.width)}, L={printer._print(self.depth)}]")  # fmt: skip

    def _latex(self, printer: Any) -> str:
        return rf"\mathbb{{E}}_{{{self._condition(printer)}}}\left[{self.quantity.latex(notation_in(printer))}\right]"


class ChainProbability(_ChainNumber):
    """``P[event(G_depth)]`` at finite width; see `ChainMean`."""

    is_extended_nonnegative = True

    def __new__(cls, event: Event, network: Network, width: Any, depth: Any, start: Any = None) -> ChainProbability:
        if not isinstance(event, Event):
            raise QuantityError(f"a ChainProbability takes an Event, not {event!r}")
        return super().__new__(cls, event, network, width, depth, start)  # type: ignore[return-value]

    @property
    def event(self) -> Event:
        return self.quantity

    def _sympystr(self, printer: Any) -> str:
        e, n = self.event, self.network
        return (f"P[{e.quantity} {e.relation.value} {e.threshold}; {n.activation.name}, {n.normalization_key}, "
                f"n={n.batch_size}, d={printer._print(self.width)}, L={printer._print(self.depth)}]")  # fmt: skip

    def _latex(self, printer: Any) -> str:
        return rf"\mathbb{{P}}_{{{self._condition(printer)}}}\left[{self.event.latex(notation_in(printer))}\right]"


def chain_numbers(*expressions: Expr) -> tuple[_ChainNumber, ...]:
    """The finite-width numbers in some expressions, in a fixed order."""
    found = set().union(*(e.atoms(_ChainNumber) for e in expressions))
    return tuple(sorted(found, key=str))
