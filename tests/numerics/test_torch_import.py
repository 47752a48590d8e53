"""PyTorch's own modules against the chain: the same law at a stated level, and planted differences found.

Two samples of 4000 networks are compared by Kolmogorov-Smirnov distances of eight functionals at layers 1 and 3, each
at the level 1e-8/(number of comparisons): the chance of any false alarm in this file is below 1e-7 a run.
"""

import sys

import numpy as np
import pytest

import numerics
from numerics.simulation.gram_chain import sample
from numerics.simulation.network_spec import NetworkSpec
from numerics.torch_activations import KNOWN, activation_of
from numerics.torch_import import TorchImportError, from_torch
from tests.simulation.two_samples import FUNCTIONALS, describe, smallest_false_alarm

NETWORKS = 4000
LEVEL = 1e-8 / (2 * FUNCTIONALS)
BATCH, FEATURES, WIDTHS = 5, 7, (24, 16, 32)
INPUT = np.random.default_rng(5).normal(size=(BATCH, FEATURES))


def test_missing_torch_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(TorchImportError, match=r"pip install 'gramchain\[torch\]'"):
        numerics.from_torch(object())
    with pytest.raises(AttributeError, match="from_torsh"):
        numerics.from_torsh  # noqa: B018


def _stack(normalization, activation, *, bias=True, readout=None):
    from torch import nn

    layers, features = [], FEATURES
    for width in WIDTHS:
        layers.append(nn.Linear(features, width, bias=bias))
        if normalization is not None:
            layers.append(normalization(width))
        if activation is not None:
            layers.append(activation())
        features = width
    if readout is not None:
        layers.append(nn.Linear(features, readout))
    return nn.Sequential(*layers).double()


def _grams_by_torch(stack, weight_variance, bias_variance, seed):
    """Post-activation Gram matrices of layers 1 and 3, torch's modules applied one after the other."""
    import torch
    from torch import nn

    source = torch.Generator().manual_seed(seed)
    inputs = torch.from_numpy(INPUT)
    linear = [layer for layer in stack if type(layer) is nn.Linear]
    per_block = len(stack) // len(WIDTHS)
    grams = np.empty((NETWORKS, 2, BATCH, BATCH))
    with torch.no_grad():
        for network in range(NETWORKS):
            for layer in linear:
                layer.weight.normal_(0.0, (weight_variance / layer.in_features) ** 0.5, generator=source)
                if layer.bias is not None:
                    layer.bias.normal_(0.0, bias_variance**0.5, generator=source)
            hidden = inputs
            for index, layer in enumerate(stack):
                hidden = layer(hidden)
                if (index + 1) % per_block == 0 and index // per_block in (0, 2):
                    values = hidden.numpy()
                    grams[network, index // per_block // 2] = values @ values.T / values.shape[1]
    return describe(grams)


def _grams_by_chain(network, spec=None):
    start = INPUT @ INPUT.T / network.input_size
    arguments = {"width": network.widths, "depth": network.depth, "networks": NETWORKS, "seed": 1, "layers": (1, 3)}
    return describe(sample(spec or network.spec, start, **arguments))


def _cases():
    from torch import nn

    return {
        "batch relu": (_stack(nn.BatchNorm1d, nn.ReLU), 1.0, None),
        "batch tanh, large epsilon": (_stack(lambda d: nn.BatchNorm1d(d, eps=0.5), nn.Tanh), 1.5, 0.7),
        "layer gelu": (_stack(nn.LayerNorm, nn.GELU), 1.0, 0.3),
        "rms silu": (_stack(lambda d: nn.RMSNorm(d, eps=0.2), nn.SiLU, bias=False), 2.0, None),
        "none relu": (_stack(None, nn.ReLU), 2.0, 0.1),
    }


@pytest.fixture
def one_thread():
    """Tiny layers: torch's threads would only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.peers
@pytest.mark.parametrize("name", ["batch relu", "batch tanh, large epsilon", "layer gelu", "rms silu", "none relu"])
def test_chain_has_the_law_of_torch(name, one_thread):
    stack, weight_variance, bias_variance = _cases()[name]
    network = from_torch(stack, weight_variance=weight_variance, bias_variance=bias_variance)
    assert (network.input_size, network.widths, network.output_size) == (FEATURES, WIDTHS, None)
    theirs = _grams_by_torch(stack, weight_variance, bias_variance or 0.0, seed=2)
    bound, where = smallest_false_alarm(theirs, _grams_by_chain(network))
    assert bound > LEVEL, f"{where} differs, false-alarm bound {bound:.2g}"


@pytest.mark.peers
def test_planted_differences_are_found(one_thread):
    stack, weight_variance, bias_variance = _cases()["batch tanh, large epsilon"]
    network = from_torch(stack, weight_variance=weight_variance, bias_variance=bias_variance)
    theirs = _grams_by_torch(stack, weight_variance, bias_variance, seed=3)
    spec = network.spec

    def planted(**changes):
        plain = {name: getattr(spec, name) for name in ("activation", "normalization", "epsilon", "weight_variance")}
        return NetworkSpec(**{**plain, **changes})

    for wrong in (
        planted(epsilon=0.0),
        # the sample variance (n - 1) in place of the population's: x/sqrt(5/4 var + eps) = sqrt(4/5) x/sqrt(var + 4/5
        # eps)
        planted(epsilon=0.4),
        planted(weight_variance=weight_variance * 1.2),
        planted(normalization="batch-uncentered"),
    ):
        bound, where = smallest_false_alarm(theirs, _grams_by_chain(network, wrong))
        assert bound < LEVEL, f"{wrong} was not told apart (closest at {where})"


@pytest.mark.peers
def test_sizes_readout_and_nesting():
    from torch import nn

    network = from_torch(_stack(nn.BatchNorm1d, nn.ReLU, readout=10))
    assert (network.widths, network.output_size, network.spec.bias_variance) == (WIDTHS, 10, 0.0)
    assert network.spec.epsilon == 1e-5
    assert network.spec.activation.name == "relu"
    block = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, affine=False, momentum=None), nn.LeakyReLU(0.2))
    nested = from_torch(nn.Sequential(block, nn.Sequential(nn.Linear(4, 2))))
    assert (nested.widths, nested.output_size, nested.spec.activation.name) == ((4,), 2, "leaky_relu(0.2)")
    linear = from_torch(nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 5, bias=False)), weight_variance=1.0)
    assert (linear.widths, linear.output_size, linear.spec.normalization) == ((4, 5), None, "none")
    assert linear.spec.activation.name == "identity"
    relu = nn.ReLU()
    reused = from_torch(
        nn.Sequential(nn.Linear(3, 4, bias=False), relu, nn.Linear(4, 5, bias=False), relu), weight_variance=2.0
    )
    assert reused.widths == (4, 5)
    stateless = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False)).eval()
    assert from_torch(stateless).spec.normalization == "batch"


@pytest.mark.peers
def test_every_activation_has_torch_values():
    import torch
    from torch import nn

    points = torch.linspace(-8.0, 8.0, 641, dtype=torch.float64)
    special = {
        "LeakyReLU": [nn.LeakyReLU(0.3), nn.LeakyReLU(1.5)],
        "ELU": [nn.ELU(0.7)],
        "CELU": [nn.CELU(0.7), nn.CELU(2.0)],
        "GELU": [nn.GELU(), nn.GELU("tanh")],
        "Softplus": [nn.Softplus(), nn.Softplus(3.0, 25.0)],
        "Hardtanh": [nn.Hardtanh(-0.5, 2.0)],
    }
    for name in KNOWN:
        for layer in special.get(name, [getattr(nn, name)()]):
            ours = activation_of(layer, nn)(points.numpy())
            np.testing.assert_allclose(
                ours, layer(points).numpy(), rtol=1e-12, atol=3e-9 if name == "Softplus" else 1e-13
            )
    assert activation_of(nn.Softplus(threshold=5), nn) is None


def _refused():
    import torch
    from torch import nn

    class MyLinear(nn.Linear):
        pass

    def bn(change):
        layer = nn.BatchNorm1d(4)
        change(layer)
        return layer

    hooked = nn.ReLU()
    hooked.register_forward_hook(lambda *_: None)
    hooked_stack = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    hooked_stack.register_forward_pre_hook(lambda *_: None)
    patched = nn.ReLU()
    patched.forward = torch.tanh
    shared = nn.Linear(4, 4)
    first = nn.Linear(3, 4)
    plain = nn.Linear(3, 4, bias=False)
    parametrized = nn.utils.parametrizations.weight_norm(nn.Linear(3, 4))
    return [
        (nn.Linear(3, 4), "a Linear is not read: pass an nn.Sequential"),
        ([nn.Conv2d(3, 4, 1), nn.ReLU()], r"layer 0 \(Conv2d\) is out of scope"),
        ([first, nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.1)], r"layer 3 \(Dropout\) is out of scope"),
        ([first, nn.PReLU()], r"layer 1 \(PReLU\) is out of scope"),
        ([first, nn.Softplus(threshold=2)], r"layer 1 \(Softplus\) is out of scope"),
        ([MyLinear(3, 4), nn.ReLU()], r"layer 0 \(MyLinear\) is out of scope"),
        ([parametrized, nn.ReLU()], r"layer 0 \(ParametrizedLinear\) is out of scope"),
        ([first, nn.ReLU(), nn.BatchNorm1d(4)], r"layer 2 \(BatchNorm1d\) comes after the activation"),
        ([first, nn.BatchNorm1d(4).eval(), nn.ReLU()], r"eval mode.*\.train\(\)"),
        ([first, bn(lambda b: b.weight.data.fill_(2.0)), nn.ReLU()], "affine parameters other than 1 and 0"),
        ([first, bn(lambda b: b.bias.data.fill_(0.1)), nn.ReLU()], "affine parameters other than 1 and 0"),
        ([first, nn.BatchNorm1d(5), nn.ReLU()], "normalises 5 features"),
        ([first, nn.LayerNorm((2, 4)), nn.ReLU()], "normalises"),
        ([first, nn.RMSNorm(4), nn.ReLU()], "eps=None"),
        ([first, nn.BatchNorm1d(4), nn.BatchNorm1d(4)], "second normalisation"),
        ([first, nn.ReLU(), nn.Tanh()], "second activation"),
        ([nn.ReLU(), first], "comes before the first Linear"),
        ([], "no Linear layer"),
        ([first, nn.BatchNorm1d(4), hooked], "layer 2.*forward hooks"),
        ([first, nn.BatchNorm1d(4), patched], "a forward of its own"),
        ([hooked_stack], "the Sequential 0 has forward hooks"),
        ([first, nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(5, 4), nn.ReLU()], "takes 5 features"),
        ([shared, nn.ReLU(), shared, nn.ReLU()], "shares its weights"),
        ([first, nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU()], "normalization after.*absent"),
        ([first, nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Tanh()], "tanh, after"),
        ([first, nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4), nn.BatchNorm1d(4, eps=0.1), nn.ReLU()], "epsilon 0.1"),
        ([plain, nn.ReLU()], "pass weight_variance"),
        ([first, nn.ReLU(), {"weight_variance": 2.0}], "has a bias, which matters here"),
        ([plain, nn.ReLU(), {"weight_variance": 2.0, "bias_variance": 1.0}], "not every Linear has a bias"),
        ([first, nn.BatchNorm1d(4), {"weight_variance": 0.0}], "weight_variance"),
        (torch.nn.ModuleList([first]), "a ModuleList is not read"),
    ]


@pytest.mark.peers
@pytest.mark.parametrize("index", range(31))
def test_out_of_scope_is_refused_by_name(index):
    from torch import nn

    cases = _refused()
    assert len(cases) == 31
    layers, message = cases[index]
    options = layers.pop() if isinstance(layers, list) and layers and isinstance(layers[-1], dict) else {}
    with pytest.raises(ValueError, match=message):
        from_torch(nn.Sequential(*layers) if isinstance(layers, list) else layers, **options)
