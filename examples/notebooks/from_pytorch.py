# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # From a PyTorch network to its predictions
#
# An `nn.Sequential` is read as a network of the model: its architecture, never its weights. Needs `pip install 'gramchain[torch]'`.

# %%
import numpy as np
import torch
from torch import nn

from numerics import from_torch
from numerics.simulation.gram_chain import sample
from theory import Network, fixed_point, gradient_growth, linearize, stationary_fluctuations

features, width, batch = 64, 256, 4


def block(inputs: int) -> list[nn.Module]:
    return [nn.Linear(inputs, width), nn.BatchNorm1d(width, eps=1e-12), nn.ReLU()]


stack = nn.Sequential(*block(features), *(layer for _ in range(5) for layer in block(width)), nn.Linear(width, 10))
read = from_torch(stack)
read.spec.normalization, read.widths, read.output_size

# %% [markdown]
# ## What theory predicts

# %%
model = Network("relu", batch_size=batch)
gram = fixed_point(model)
gram

# %%
linearize(model)

# %%
predicted = float(stationary_fluctuations(model).fluctuation_constant.evalf()) / width
growth = float(gradient_growth(model).evalf())
print(f"E|G_L - G_*|^2 about {predicted:.4f}; squared gradients grow by {growth:.3f} a layer")

# %% [markdown]
# ## What the exact sampler of the chain finds
#
# A thousand networks of that architecture, without forming a weight matrix.

# %%
inputs = np.random.default_rng(0).normal(size=(batch, features))
grams = sample(read.spec, inputs @ inputs.T / features, width=read.widths, depth=read.depth, networks=1000, seed=1)
target = np.array(gram.matrix().evalf(17).tolist(), dtype=float)
errors = (
    ((grams[:, -1] - target) ** 2).sum(axis=(1, 2)) if grams.ndim == 4 else ((grams - target) ** 2).sum(axis=(1, 2))
)
print(f"sampled {errors.mean():.4f} +- {errors.std() / len(errors) ** 0.5:.4f}")

# %% [markdown]
# ## What PyTorch itself gives
#
# The same layers with Gaussian weights. BatchNorm1d in training mode uses the statistics of the batch, as the model does.

# %%
torch.manual_seed(0)
torch.set_num_threads(1)  # the matrices are small
data = torch.tensor(inputs, dtype=torch.float64)
measured = []
for _ in range(30):
    network = nn.Sequential(*list(stack)[:-1]).double()
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    with torch.no_grad():
        out = network(data)
    found = (out @ out.T / width).numpy()
    measured.append(((found - target) ** 2).sum())
mean, error = np.mean(measured), np.std(measured) / len(measured) ** 0.5
print(f"PyTorch {mean:.4f} +- {error:.4f}")
assert abs(mean - errors.mean()) < 6 * error  # false alarm below 1e-8
