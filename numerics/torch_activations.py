"""PyTorch's activation layers as plain data, one entry each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numerics.simulation.elementwise import Elementwise, leaky_relu

__all__ = ["KNOWN", "activation_of"]

_X: tuple = ("x",)
_POSITIVE: tuple = ("max", _X, ("const", 0.0))
_NEGATIVE: tuple = ("min", _X, ("const", 0.0))


def _times(factor: float, node: tuple) -> tuple:
    return ("mul", ("const", float(factor)), node)


def _clipped(node: tuple, low: float, high: float) -> tuple:
    return ("min", ("max", node, ("const", float(low))), ("const", float(high)))


def _elu(name: str, alpha: float, scale: float = 1.0, slope: float = 1.0) -> Elementwise:
    exponential = _times(scale * alpha, ("expm1", _times(slope, _NEGATIVE)))
    return Elementwise(name, ("add", _times(scale, _POSITIVE), exponential), kinks=(0.0,))


def _gelu(layer: Any) -> Elementwise:
    if layer.approximate == "none":
        return Elementwise("gelu", ("mul", _X, ("norm_cdf", _X)))
    # the layer's own formula: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
    inner = _times((2 / 3.141592653589793) ** 0.5, ("add", _X, _times(0.044715, ("pow", _X, ("const", 3.0)))))
    return Elementwise("gelu_tanh", ("mul", ("const", 0.5), _X, ("add", ("const", 1.0), ("tanh", inner))))


def _softplus(layer: Any) -> Elementwise | None:
    if layer.threshold < 20 or layer.beta <= 0:  # above 20 the two pieces agree to 2e-9
        return None
    return Elementwise(f"softplus({layer.beta})", _times(1 / layer.beta, ("softplus", _times(layer.beta, _X))))


def _hard_sigmoid() -> tuple:
    return _clipped(("add", _times(1 / 6, _X), ("const", 0.5)), 0.0, 1.0)


KNOWN: dict[str, Callable[[Any], Elementwise | None]] = {
    "Identity": lambda layer: Elementwise("identity", _X),
    "ReLU": lambda layer: Elementwise("relu", _POSITIVE, kinks=(0.0,)),
    "LeakyReLU": lambda layer: leaky_relu(layer.negative_slope),
    "ReLU6": lambda layer: Elementwise("relu6", _clipped(_X, 0.0, 6.0), kinks=(0.0, 6.0)),
    "Hardtanh": lambda layer: Elementwise(
        f"hardtanh({layer.min_val}, {layer.max_val})",
        _clipped(_X, layer.min_val, layer.max_val),
        kinks=(layer.min_val, layer.max_val),
    ),
    "ELU": lambda layer: _elu(f"elu({layer.alpha})", layer.alpha),
    "CELU": lambda layer: _elu(f"celu({layer.alpha})", layer.alpha, slope=1 / layer.alpha),
    "SELU": lambda layer: _elu("selu", 1.6732632423543772848170429916717, 1.0507009873554804934193349852946),
    "Tanh": lambda layer: Elementwise("tanh", ("tanh", _X)),
    "Sigmoid": lambda layer: Elementwise("sigmoid", ("sigmoid", _X)),
    "LogSigmoid": lambda layer: Elementwise("log_sigmoid", ("neg", ("softplus", ("neg", _X)))),
    "SiLU": lambda layer: Elementwise("silu", ("mul", _X, ("sigmoid", _X))),
    "Mish": lambda layer: Elementwise("mish", ("mul", _X, ("tanh", ("softplus", _X)))),
    "GELU": _gelu,
    "Softplus": _softplus,
    "Softsign": lambda layer: Elementwise("softsign", ("div", _X, ("add", ("const", 1.0), ("abs", _X)))),
    "Tanhshrink": lambda layer: Elementwise("tanhshrink", ("add", _X, ("neg", ("tanh", _X)))),
    "Hardsigmoid": lambda layer: Elementwise("hardsigmoid", _hard_sigmoid(), kinks=(-3.0, 3.0)),
    "Hardswish": lambda layer: Elementwise("hardswish", ("mul", _X, _hard_sigmoid()), kinks=(-3.0, 3.0)),
}


def activation_of(layer: Any, nn: Any) -> Elementwise | None:
    """The function of a PyTorch activation layer; None for any other layer, or settings that no entry covers.

    Args:
        layer: a module; a subclass of an activation is not that activation.
        nn: `torch.nn`.
    """
    name = type(layer).__name__
    if name not in KNOWN or type(layer) is not getattr(nn, name):
        return None
    return KNOWN[name](layer)
