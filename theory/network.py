"""One object for every model of the theory: activation, normalisation, batch size, weight and bias variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, S, sympify

from theory.activations.base import Activation
from theory.display import Displayed, text
from theory.notation import OURS, Notation, Printer, notation_of


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation of each neuron over the batch, without affine part.

    Args:
        centered: subtract the batch mean (the seed); False divides by the root mean square only.
        epsilon: added to the variance; the sphere formulas need 0, simulation takes any.
    """

    centered: bool = True
    epsilon: Expr = S.Zero

    def __post_init__(self) -> None:
        object.__setattr__(self, "epsilon", sympify(self.epsilon))
        if self.epsilon.is_nonnegative is not True:
            raise ValueError(f"epsilon must be a nonnegative number, not {self.epsilon}")

    @property
    def key(self) -> str:
        return "batch" if self.centered else "batch-uncentered"


@dataclass(frozen=True)
class LayerNorm:
    """Normalisation of each sample over the neurons; ``centered=False`` is RMS normalisation."""

    centered: bool = True

    @property
    def key(self) -> str:
        return "layer" if self.centered else "rms"


Normalization = BatchNorm | LayerNorm | None
NORMALIZATIONS: dict[str, Normalization] = {
    "batch": BatchNorm(),
    "batch-uncentered": BatchNorm(centered=False),
    "layer": LayerNorm(),
    "rms": LayerNorm(centered=False),
    "none": None,
}


_SHORT = {"layer": "LN", "rms": "RMS"}
_IN_WORDS = {
    "batch": "batch normalisation",
    "batch-uncentered": "batch normalisation without centring",
    "layer": "layer normalisation",
    "rms": "RMS normalisation",
    "none": "no normalisation",
}


class NetworkError(ValueError):
    """The network is not one of the model, or a formula does not apply to it; the message says why."""


@dataclass(frozen=True)
class Network(Displayed):
    """A random network: ``h_{l+1} = W_l sigma(phi(h_l)) + bias``, W Gaussian with variance ``weight_variance / width``.

    The object carries the model only; width and depth belong to a simulation or a finite-width statement.

    Args:
        activation: an `Activation`, a name, or an expression in x.
        normalization: `BatchNorm`, `LayerNorm` or None.
        batch_size: n, an integer of at least 2 (1 without normalisation) or a sympy expression.
        weight_variance: d times the variance of one weight.
        bias_variance: variance of one bias.

    Raises:
        NetworkError: a batch size, variance or normalisation outside the model.
        ActivationError, ExpressionError: the activation cannot be understood.

    >>> Network("relu", batch_size=5)
    Network(relu, batch, n=5)
    """

    activation: Activation
    normalization: Normalization = BatchNorm()
    batch_size: Any = None
    weight_variance: Any = S.One
    bias_variance: Any = S.Zero

    def __init__(
        self,
        activation: Activation | str | Expr,
        normalization: Normalization | str = BatchNorm(),
        batch_size: Any = None,
        weight_variance: Any = 1,
        bias_variance: Any = 0,
    ):
        from theory import activations, conventions

        if isinstance(activation, str):
            activation = activations.get(activation)
        elif isinstance(activation, Expr):
            activation = Activation.from_expression(activation)
        if not isinstance(activation, Activation):
            raise NetworkError(f"an activation is a value, a name or an expression in x, not {activation!r}")
        if isinstance(normalization, str):
            if normalization not in NORMALIZATIONS:
                raise NetworkError(f"unknown normalization {normalization!r}: write one of {', '.join(NORMALIZATIONS)}")
            normalization = NORMALIZATIONS[normalization]
        if normalization is not None and not isinstance(normalization, (BatchNorm, LayerNorm)):
            raise NetworkError(f"normalization must be a BatchNorm, a LayerNorm or None, not {normalization!r}")
        n = sympify(conventions.batch_size if batch_size is None else batch_size)
        least = 2 if isinstance(normalization, BatchNorm) else 1
        if n.is_number and (n.is_Integer is False or n < least):
            raise NetworkError(f"batch size must be an integer of at least {least}, not {n}")
        v, w = sympify(weight_variance), sympify(bias_variance)
        if v.is_positive is False or v.is_real is False:
            raise NetworkError(f"weight variance must be positive, not {v}")
        if w.is_nonnegative is False:
            raise NetworkError(f"bias variance must not be negative: {w}")
        for field, value in (("activation", activation), ("normalization", normalization), ("batch_size", n),
                             ("weight_variance", v), ("bias_variance", w)):  # fmt: skip
            object.__setattr__(self, field, value)

    @property
    def normalization_key(self) -> str:
        """The normalisation as the command line spells it."""
        return "none" if self.normalization is None else self.normalization.key

    def with_batch_size(self, batch_size: Any) -> Network:
        return Network(self.activation, self.normalization, batch_size, self.weight_variance, self.bias_variance)

    def require_sphere(self) -> BatchNorm:
        """The batch normalisation, or NetworkError where the sphere formulas do not apply."""
        if not isinstance(self.normalization, BatchNorm):
            raise NetworkError(f"this formula needs batch normalisation; the network has {self.normalization_key!r}")
        if self.normalization.epsilon != 0:
            raise NetworkError(f"the sphere formulas need epsilon = 0, not {self.normalization.epsilon}: simulate")
        if self.bias_variance != 0 and not self.normalization.centered:
            raise NetworkError("a bias before uncentred batch normalisation leaves the sphere formulas: simulate")
        return self.normalization

    def __repr__(self) -> str:
        extra = "".join(
            f", {name}={value}"
            for name, value, usual in (
                ("weight_variance", self.weight_variance, S.One),
                ("bias_variance", self.bias_variance, S.Zero),
            )
            if value != usual
        )
        return f"Network({self.activation.name}, {self.normalization_key}, n={self.batch_size}{extra})"

    def latex(self, notation: Notation | str = OURS) -> str:
        """One layer, the activation, and the sizes."""
        letters = notation_of(notation)
        shown = Printer(letters).doprint
        inside = {"none": "#", "batch": rf"{letters.batch_norm}(#)"}.get(
            self.normalization_key, rf"\operatorname{{{_SHORT.get(self.normalization_key, 'BN')}}}(#)"
        )
        normalized = inside.replace("#", letters.hidden_at(r"\ell"))
        bias = "" if self.bias_variance == 0 else r" + b_\ell \mathbf{1}^{\top}"
        next_layer = letters.hidden_at(r"\ell+1")
        parts = [
            rf"{next_layer} = W_\ell\, {letters.activation}({normalized}){bias}",
            self.activation.latex(letters),
            rf"{letters.batch_size} = {shown(self.batch_size)}",
        ]
        if self.normalization_key == "batch-uncentered":
            parts.append(text("batch normalisation without centring"))
        if self.weight_variance != 1:
            parts.append(rf"\operatorname{{Var}} W_{{\ell;ij}} = {shown(self.weight_variance)}/{letters.width}")
        if self.bias_variance != 0:
            parts.append(rf"\operatorname{{Var}} b_{{\ell;i}} = {shown(self.bias_variance)}")
        return r",\quad ".join(p for p in parts if p != f"{letters.batch_size} = {letters.batch_size}")

    def describe(self) -> str:
        """Activation and normalisation in words, and the sizes."""
        normalization = _IN_WORDS[self.normalization_key]
        return f"{self!r}: sigma(x) = {self.activation.formula}, {normalization}"
