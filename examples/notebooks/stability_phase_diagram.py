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
# # A stability phase diagram
#
# Under centred batch normalisation the symmetric fixed point attracts where the contraction rate
# $\rho_* = \max(|\lambda_{\mathrm{std}}|, |\lambda_{\mathrm{pairs}}|)$ is below 1. For powers of ReLU both eigenvalues are closed forms
# in the batch size, so the diagram is drawn from formulas.

# %%
import matplotlib.pyplot as plt
import numpy as np
from sympy import Rational, lambdify

from numerics import enclose
from proofs_check import Claim, greater, judge, less
from theory import Network, linearize
from theory.conventions import batch_size as n

# %% [markdown]
# ## One activation, in closed form

# %%
square = linearize(Network("x^2"))
square

# %% [markdown]
# ## The diagram
#
# Rows: $\sigma(x) = \max(x, 0) - a \max(-x, 0)$ with slope $a$ on the left, from $|x|$ ($a = -1$) through ReLU ($a = 0$) to a leaky
# ReLU; columns: batch sizes. The colour is the contraction rate.

# %%
slopes = [Rational(k, 2) for k in range(-2, 2)]
sizes = np.arange(4, 41)
rates = []
for a in slopes:
    spectrum = linearize(Network(f"max(x, 0) - ({a})*max(-x, 0)"))
    both = [lambdify(n, e, "numpy") for e in (spectrum.eigenvalue_standard, spectrum.eigenvalue_pairs)]
    rates.append(np.max([np.abs(np.broadcast_to(f(sizes.astype(float)), sizes.shape)) for f in both], axis=0))
rates = np.array(rates)

# %%
figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
image = axes.pcolormesh(sizes, [float(a) for a in slopes], rates, vmin=0, vmax=1, cmap="cividis", shading="nearest")
axes.set(xlabel="batch size n", ylabel="slope on the left", title="contraction rate at the symmetric fixed point")
figure.colorbar(image)
figure

# %% [markdown]
# Every rate is below 1 and tends to it: positively homogeneous activations of degree 1 are marginal for large batches. Degree 2 is not:

# %%
standard = lambdify(n, square.eigenvalue_standard, "numpy")
real_sizes = np.linspace(4, 12, 200)
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
axes.plot(real_sizes, standard(real_sizes))
axes.axhline(1, linestyle="--", color="black", linewidth=0.8)
axes.set(xlabel="batch size n", ylabel="standard eigenvalue", title="x^2 loses stability between 7 and 8")
figure

# %% [markdown]
# ## The boundary, certified
#
# A picture is no proof; a claim is. The rate is enclosed below 1 at seven samples and above 1 at eight.

# %%
stable = judge(Claim(less(linearize(Network("x^2", batch_size=7)).contraction_rate, 1), id="stable_at_seven"))
unstable = judge(Claim(greater(linearize(Network("x^2", batch_size=8)).contraction_rate, 1), id="unstable_at_eight"))
assert stable.outcome.name == unstable.outcome.name == "PROVED"
stable

# %%
unstable

# %%
print(enclose(linearize(Network("gelu", batch_size=20)).eigenvalue_standard, 40))
