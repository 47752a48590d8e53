"""A PyTorch stack of Linear, normalisation and activation layers, read as a network to simulate.

Only the architecture is read, never the weights: the network's law is that of Gaussian weights, as at initialisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numerics.simulation.elementwise import Elementwise
from numerics.simulation.network_spec import NetworkSpec
from numerics.torch_activations import activation_of

__all__ = ["TorchImportError", "TorchNetwork", "from_torch"]


class TorchImportError(ValueError):
    """The module is outside the model; the message names the layer, the reason, and what to write."""


@dataclass(frozen=True)
class TorchNetwork:
    """A PyTorch stack as the simulation sees it.

    Args:
        spec: the law of every hidden layer.
        input_size: features of a sample.
        widths: neurons of each hidden layer; pass them as `width`, with `depth = len(widths)`.
        output_size: of a last Linear layer that stands alone (the read-out, which the chain leaves out); None without.
    """

    spec: NetworkSpec
    input_size: int
    widths: tuple[int, ...]
    output_size: int | None

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.widths)


@dataclass
class _Block:
    linear: Any
    normalization: tuple[str, float] | None = None
    activation: Any = None
    label: str = ""


def from_torch(
    module: Any, *, weight_variance: float | None = None, bias_variance: float | None = None
) -> TorchNetwork:
    """Read an `nn.Sequential` of blocks Linear, normalisation, activation (the last two optional) as a network.

    PyTorch's own initialisation is uniform with variance 1/(3 fan_in). The model's weights are Gaussian, N(0,
    weight_variance/fan_in), and their variance is the caller's statement. A bias does not matter under batch
    normalisation, which subtracts it. Momentum and running statistics do not matter in training mode. Dtype and device
    are not read.

    Args:
        module: an `nn.Sequential`, nested ones included. Normalisations: BatchNorm1d that uses the statistics of the
            batch; LayerNorm and RMSNorm over the features; each without affine parameters, or with these at 1 and 0.
            All hidden layers have the same normalisation, epsilon and activation; a last Linear alone is the read-out.
        weight_variance: of a weight, times fan_in; required without normalisation, otherwise 1 by default (there it
            matters through epsilon, and beside a bias, alone).
        bias_variance: of a bias; required (0 for biases that start at zero) where a Linear has one and it matters.

    Returns:
        The network's law and sizes. In PyTorch samples are rows; the chain starts from X X^T/input_size then.

    Raises:
        TorchImportError: PyTorch is not installed, or a layer is out of scope: it is named with its position.

    Example (not run: PyTorch is optional)::

        network = from_torch(nn.Sequential(nn.Linear(64, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, 10)))
        grams = sample(network.spec, X @ X.T / 64, width=network.widths, depth=network.depth, networks=1000)
    """
    try:
        from torch import nn
    except ImportError:
        raise TorchImportError("from_torch needs PyTorch: pip install 'gramchain[torch]'") from None
    if type(module) is not nn.Sequential:
        raise TorchImportError(f"a {type(module).__name__} is not read: pass an nn.Sequential of layers")
    blocks = _blocks(_flatten(module, ""), nn)
    output_size = None
    last = blocks[-1]
    if last.normalization is None and last.activation is None and any(b.normalization or b.activation for b in blocks):
        output_size = int(last.linear.out_features)
        blocks = blocks[:-1]
    first = blocks[0]
    for block in blocks[1:]:
        for what in ("normalization", "activation"):
            a, b = (_named(getattr(block_, what), what) for block_ in (first, block))
            if a != b:
                raise TorchImportError(
                    f"the {what} after {block.label} is {b}, after {first.label} {a}: hidden layers must be alike"
                )
    normalization, epsilon = first.normalization or ("none", 0.0)
    if weight_variance is None and normalization == "none":
        raise TorchImportError(
            "without normalisation the weights' variance matters: pass weight_variance (2 for He initialisation)"
        )
    spec = NetworkSpec(
        activation=first.activation or Elementwise("identity", ("x",)),
        normalization=normalization,
        epsilon=epsilon,
        weight_variance=1.0 if weight_variance is None else weight_variance,
        bias_variance=_bias_variance(blocks, normalization, bias_variance),
    )
    widths = tuple(int(block.linear.out_features) for block in blocks)
    return TorchNetwork(spec, int(first.linear.in_features), widths, output_size)


def _flatten(module: Any, prefix: str) -> list[tuple[str, Any]]:
    layers: list[tuple[str, Any]] = []
    _check_untouched(f"the Sequential {prefix}".rstrip(" ."), module)
    for name, child in module._modules.items():  # named_children() would hide a layer used twice
        label = f"{prefix}{name}"
        if type(child) is type(module):
            layers += _flatten(child, f"{label}.")
        else:
            layers.append((f"layer {label} ({type(child).__name__})", child))
    return layers


def _check_untouched(label: str, module: Any) -> None:
    if module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module):
        raise TorchImportError(f"{label} has forward hooks or a forward of its own: remove them")


def _blocks(layers: list[tuple[str, Any]], nn: Any) -> list[_Block]:
    blocks: list[_Block] = []
    for label, layer in layers:
        _check_untouched(label, layer)
        if type(layer) is nn.Linear:
            if any(block.linear.weight is layer.weight for block in blocks):
                raise TorchImportError(f"{label} shares its weights with an earlier layer: each layer needs its own")
            if blocks and blocks[-1].linear.out_features != layer.in_features:
                raise TorchImportError(
                    f"{label} takes {layer.in_features} features, but {blocks[-1].label} gives "
                    f"{blocks[-1].linear.out_features}: make them equal"
                )
            blocks.append(_Block(layer, label=label))
            continue
        normalization = _normalization(label, layer, nn)
        activation = None if normalization else activation_of(layer, nn)
        if normalization is None and activation is None:
            raise TorchImportError(
                f"{label} is out of scope: only Linear, BatchNorm1d, LayerNorm, RMSNorm and activations are read"
            )
        if not blocks:
            raise TorchImportError(f"{label} comes before the first Linear: begin with a Linear layer")
        block = blocks[-1]
        if activation is not None:
            if block.activation is not None:
                raise TorchImportError(f"{label} is a second activation after {block.label}: keep one")
            block.activation = activation
            continue
        if block.activation is not None:
            raise TorchImportError(f"{label} comes after the activation: put it between Linear and activation")
        if block.normalization is not None:
            raise TorchImportError(f"{label} is a second normalisation after {block.label}: keep one")
        features = layer.num_features if normalization and type(layer) is nn.BatchNorm1d else layer.normalized_shape
        if features not in (block.linear.out_features, (block.linear.out_features,)):
            raise TorchImportError(
                f"{label} normalises {features} features, but {block.label} gives {block.linear.out_features}"
            )
        block.normalization = normalization
    if not blocks:
        raise TorchImportError("the nn.Sequential has no Linear layer: there is no network to read")
    return blocks


def _normalization(label: str, layer: Any, nn: Any) -> tuple[str, float] | None:
    """The normalisation's name and epsilon; None for a layer that is none."""
    kinds = {nn.BatchNorm1d: "batch", nn.LayerNorm: "layer", getattr(nn, "RMSNorm", None): "rms"}
    kind = kinds.get(type(layer))
    if kind is None:
        return None
    weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
    if (weight is not None and not bool((weight == 1).all())) or (bias is not None and not bool((bias == 0).all())):
        raise TorchImportError(f"{label} has affine parameters other than 1 and 0: they are not modelled")
    if kind == "batch" and not layer.training and layer.running_mean is not None:
        raise TorchImportError(f"{label} is in eval mode and uses running statistics: call .train() first")
    if layer.eps is None:
        raise TorchImportError(f"{label} has eps=None, which depends on the dtype: write a number")
    return kind, float(layer.eps)


def _named(value: Any, what: str) -> str:
    if value is None:
        return "absent"
    return f"{value[0]} with epsilon {value[1]}" if what == "normalization" else str(value.name)


def _bias_variance(blocks: list[_Block], normalization: str, stated: float | None) -> float:
    if normalization == "batch":
        return 0.0
    biased = [block.label for block in blocks if block.linear.bias is not None]
    if biased and stated is None:
        raise TorchImportError(
            f"{biased[0]} has a bias, which matters here: pass bias_variance (0 for biases of zero), or use bias=False"
        )
    if stated and len(biased) < len(blocks):
        raise TorchImportError(f"bias_variance is {stated}, but not every Linear has a bias: pass 0, or add the biases")
    return float(stated or 0.0)
