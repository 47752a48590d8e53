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
# # Check a derivation interactively
#
# A chain $a = b \le c$ says more than its conclusion. Each link is judged for itself, and the first false one is named.

# %%
from sympy import Rational, Symbol, acos, pi, sqrt

from proofs_check import Interval, Variable
from proofs_check.derivation import Derivation
from theory import GaussianLaw, GaussianMean, activations, derive
from theory.conventions import z

rho = Symbol("rho", real=True)
relu = activations.get("relu")

# %% [markdown]
# The dual activation of ReLU is a Gaussian mean. The rules derive a closed form, and say which rule did what:

# %%
pair = GaussianLaw(z[:2], [[1, Rational(1, 2)], [Rational(1, 2), 1]])
mean = GaussianMean(relu(z[0]) * relu(z[1]), pair)
found = derive(mean)
found

# %% [markdown]
# A derived form is a candidate. Checking it means judging the equality: a normal form and balls that agree.

# %%
at_half = (sqrt(1 - Rational(1, 4)) + (pi - acos(Rational(1, 2))) / 2) / (2 * pi)
chain = Derivation(mean).equal(at_half, "Price's theorem").less(Rational(305, 1000), "numbers")
judged = chain.judge()
judged

# %%
print(judged)
assert judged.outcome.name == "PROVED"

# %% [markdown]
# ## A slip of the pen
#
# The same chain with $\pi$ where $2\pi$ belongs. The first link is false, and the verdict shows both sides as balls; the second is
# judged all the same.

# %%
slip = Derivation(mean).equal(2 * at_half, "Price's theorem, with a slip").less(Rational(2, 3))
judged_slip = slip.judge()
print(judged_slip)
assert judged_slip.first_false == 1

# %% [markdown]
# ## With a variable
#
# Over an interval, "true at many points" is no proof; the judge needs a method that covers the interval.

# %%
t = Symbol("t", real=True)
unit = (Variable(t, Interval(0, 1)),)
parabola = Derivation(t * (1 - t), domain=unit).equal(t - t**2).at_most(Rational(1, 4), "largest at t = 1/2").judge()
parabola

# %%
too_small = Derivation(t * (1 - t), domain=unit).equal(t - t**2).at_most(Rational(6, 25)).judge()
print(too_small)
assert too_small.first_false == 2

# %% [markdown]
# LaTeX for the paper, with a mark on each line:

# %%
print(parabola.latex())
