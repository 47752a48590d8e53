r"""n = 3, global convergence: |R(w)| < 2|w|/(1+|w|^2) for 0 < |w| < 1, for every activation with mu > 0: anisotropy falls in each layer.

Problem: r' = N/D, r = 2s/(1+s^2); N <= D - kappa A (``three_samples_kernel_is_minorised``), D <= A (1+s^3)/(1-s^3)
(``three_samples_energy_obeys_harnack``), kappa = (1-s)/(1+s); A > 0 is mu > 0.
Method: the two hypotheses in turn; then signs of coefficients: (1+s^2)(1-s^3) - (1-s^2)(1+s^3) = 2 s^2 (1-s) > 0.
Guarantee: N < D r, so that r_l decreases to 0 and G_l tends to G_* from every start of rank two after centring.
"""

from sympy import Symbol, oo

from proofs_check import Claim, Hypothesis, Interval, ProofStep, Variable, at_most, less
from theory.sources import DERIVED_HERE

N, D, A = Symbol("N", nonnegative=True), Symbol("D", positive=True), Symbol("A", positive=True)
s = Symbol("s", positive=True)
kappa, harnack = (1 - s) / (1 + s), (1 + s**3) / (1 - s**3)
minorised = at_most(N, D - kappa * A)
energy = at_most(kappa / harnack * D, kappa * A)
middle = D - kappa / harnack * D
r = 2 * s / (1 + s**2)

CLAIM = Claim(
    statement=less(N, r * D),
    domain=(
        Variable(s, Interval(0, 1, True, True)),
        Variable(N, Interval(0, oo)),
        Variable(D, Interval(0, oo, True, True)),
        Variable(A, Interval(0, oo, True, True)),
    ),
    hypotheses=(Hypothesis("minorisation", statement=minorised), Hypothesis("Harnack", statement=energy)),
    steps=(
        ProofStep("harnack", at_most(D - kappa * A, middle)),
        ProofStep("below", less(middle, r * D)),
    ),
    source=DERIVED_HERE,
    title="n = 3: global convergence",
)
