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
# # Property-test your own bound
#
# You believe a bound. Before proving it, let it be attacked: networks, widths and depths are drawn, each is simulated, and the draws look for
# the tightest place. The error level holds for the whole run, at any stopping time.

# %%
import pytest
from hypothesis import strategies as st
from sympy import Rational

from proofs_check import ChainMean, Claim, SquaredErrorToOrbit, Trace, at_most, judge
from proofs_check.bounds import RECORDS, bound
from theory import Network
from theory.concentration import one_step_noise

# %% [markdown]
# ## A bound that holds
#
# Under batch normalisation, ReLU's trace is at most $n$: one function that returns the statement is the whole test.
# `planted` shrinks the bound at the tightest example found and demands that the shrunk bound is refuted: a test that cannot see a
# violation says nothing.


# %%
@bound(examples=4, networks=400, batch_size=st.integers(3, 5), width=st.sampled_from([16, 32]), planted=0.4)
def trace_is_at_most_the_batch(batch_size, width):
    return at_most(ChainMean(Trace(), Network("relu", batch_size=batch_size), width, 2), batch_size)


trace_is_at_most_the_batch()
print(RECORDS[-1])

# %% [markdown]
# ## A bound that does not
#
# One step of ReLU makes an error of order $1/d$ in mean square. Claim a tenth of the true size:


# %%
@bound(examples=3, networks=400, width=st.sampled_from([16, 32, 64]))
def error_is_tiny(width):
    return at_most(ChainMean(SquaredErrorToOrbit(), Network("relu", batch_size=4), width, 1), Rational(1, 10) / width)


with pytest.raises(AssertionError) as failure:
    error_is_tiny()
print(failure.value)

# %% [markdown]
# ## A bound with its constants written out
#
# Bounds of the library are values: formula, every constant, hypotheses as objects.

# %%
noise = one_step_noise(Network("relu", batch_size=4))
print(noise.describe())
noise

# %%
at_width = noise.at(width=64)
measured = ChainMean(SquaredErrorToOrbit(), Network("relu", batch_size=4), 64, 1)
verdict = judge(Claim(at_most(measured, Rational(str(at_width))), id="one_step_at_width_64"))
verdict

# %%
assert verdict.outcome.name in ("PROVED", "SUPPORTED")
print(f"bound {float(at_width):.4f}, {verdict.evidence}")
