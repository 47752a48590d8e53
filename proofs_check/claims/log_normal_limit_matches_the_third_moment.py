r"""Log-normal limit (Hanin and Nica): the third moment of a ReLU layer's squared norm fits the variance 5/d: d (E q^3 - 1) -> 15.

Problem: if ln q is normal with variance s^2 and E q = 1 then ln E q^k = k(k-1) s^2/2, so d (E q^3 - 1) -> 15 for k = 3, s^2 = 5/d; exactly
E q^3 = (m_3 + 3(d-1) m_2 + (d-1)(d-2))/d^2 with m_k = E (2 relu(z)^2)^k, m_2 = 6, m_3 = 60.
Method: Gaussian moments; the limit by sympy and by balls over all large d.
Guarantee: equality: the recalled variance sum_l 5/d_l is right for two moments (the other: ``log_normal_limit_matches_the_second_moment``).
"""

from sympy import Limit, Max, oo

from proofs_check import Claim, ProofStep, equal
from proofs_check.methods import LimitAtInfinity
from theory import GaussianLaw, GaussianMean, Source
from theory.conventions import width as d
from theory.conventions import z

law = GaussianLaw(z[0])
third = (60 + 3 * (d - 1) * 6 + (d - 1) * (d - 2)) / d**2
STATEMENT = equal(Limit(d * (third - 1), d, oo), 15)

CLAIM = Claim(
    statement=STATEMENT,
    steps=(
        ProofStep("m2", equal(GaussianMean((2 * Max(z[0], 0) ** 2) ** 2, law), 6)),
        ProofStep("m3", equal(GaussianMean((2 * Max(z[0], 0) ** 2) ** 3, law), 60)),
        ProofStep("limit", STATEMENT, by=LimitAtInfinity()),
    ),
    source=Source("hanin2020", "log-normal limit of products of random matrices, recalled"),
    title="Log-normal limit: third moment",
)
