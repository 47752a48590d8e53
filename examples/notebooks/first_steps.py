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
# # First steps
#
# A network of width $d$ maps a batch of $n$ samples through random layers; as $d$ grows its Gram matrices follow a deterministic map.
# Every object below shows itself as mathematics; `print` shows the same as text.

# %%
from sympy import Rational

from proofs_check import ChainMean, Claim, SquaredErrorToFixedPoint, judge, less
from proofs_check.analysis import analyze_network
from theory import Activation, Network, fixed_point, linearize, stationary_fluctuations

relu = Network("relu", batch_size=5)
relu

# %% [markdown]
# ## The fixed point and the spectrum
#
# Under batch normalisation there is one permutation-invariant fixed point $G_*$.

# %%
fixed_point(relu)

# %%
linearize(relu)

# %% [markdown]
# A network without a number for its batch size has formulas in $n$ where they exist:

# %%
linearize(Network("identity"))

# %% [markdown]
# ## Numbers, with what they are worth
#
# Each comes with an error bound, and with the method behind it.

# %%
numbers = analyze_network(relu, digits=12)
{name: (number.value, number.error_bound) for name, number in numbers.items()}

# %% [markdown]
# ## An activation of your own
#
# Parity, kinks and growth are found from the formula and then checked.

# %%
mine = Activation.from_expression("x*exp(-x^2/2)", name="mine")
print(mine.describe())
mine

# %%
own = Network(mine, batch_size=6)
rate = analyze_network(own, digits=10)["contraction_rate"]
rate

# %% [markdown]
# ## What a finite width leaves
#
# The squared distance to $G_*$ is about $\operatorname{tr} V / d$, exactly in the limit.

# %%
constant = stationary_fluctuations(Network("identity", batch_size=4)).fluctuation_constant
constant

# %% [markdown]
# ## A claim, judged
#
# The same at width 64, as a claim about the network itself. It can only be tested, so it is supported and not proved: the verdict says at
# which level, and how far the bound is from what was measured.

# %%
distance = ChainMean(SquaredErrorToFixedPoint(), Network("relu", batch_size=4), 64, 5)
verdict = judge(Claim(less(distance, Rational(1, 2)), id="close_to_the_fixed_point"))
verdict

# %%
print(verdict.describe())
assert verdict.outcome.name == "SUPPORTED"
