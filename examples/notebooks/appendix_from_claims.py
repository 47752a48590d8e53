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
# # Writing a paper's appendix from claims
#
# Claims are judged, then printed: what was proved becomes a theorem, what was only tested a claim, what is false is called so.

# %%
import tempfile
from pathlib import Path

from sympy import Rational

from proofs_check import ChainMean, Claim, Integers, SquaredErrorToFixedPoint, Variable, equal, judge, ledger, less
from proofs_check.report.appendix import Appendix
from theory import Network, Source, fixed_point, linearize
from theory.conventions import batch_size as n

# %% [markdown]
# Two claims of our own, one of the ledger, and one that only simulation can support:

# %%
identity = Network("identity", batch_size=n)
claims = [
    Claim(
        equal(linearize(identity).eigenvalue_standard, (n - 1) / (n + 1)),
        (Variable(n, Integers(4)),),
        id="identity_standard_eigenvalue",
        source=Source("yang2019", "the linear case"),
    ),
    Claim(less(fixed_point(Network("relu", batch_size=5)).c, Rational(1, 4)), id="relu_correlation_at_five"),
    ledger.load("relu_fixed_point_diagonal_is_half"),
    Claim(
        less(ChainMean(SquaredErrorToFixedPoint(), Network("relu", batch_size=4), 64, 5), Rational(1, 2)),
        id="relu_stays_close_at_width_64",
    ),
]
verdicts = [judge(claim) for claim in claims]
[(verdict.id, verdict.outcome.name) for verdict in verdicts]

# %%
verdicts[0]

# %% [markdown]
# ## The appendix
#
# One theorem a claim, steps as numbered equations, labels such as `\ref{claim:relu-correlation-at-five}`, and the works cited.

# %%
appendix = Appendix(tuple(claims), tuple(verdicts))
print(appendix.body[:900])

# %% [markdown]
# The letters are macros of `gramchain.sty`: `\usepackage[yang]{gramchain}` switches the whole paper. `write` puts both files into a
# directory; `pdflatex appendix.tex` does the rest.

# %%
folder = Path(tempfile.mkdtemp())
written = Appendix(tuple(claims), tuple(verdicts), notation="yang").write(folder)
[path.name for path in written]

# %%
assert r"\begin{gctheorem}" in appendix.body
assert appendix.body.count(r"\begin{gcclaim}") == 1  # the one that simulation supports
