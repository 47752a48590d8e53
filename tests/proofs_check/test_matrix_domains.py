"""Claims about all correlation matrices, and exact matrices drawn for property tests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from proofs_check import Claim, CorrelationMatrices, Outcome, at_least, at_most, greater, judge
from proofs_check.domains.domain import DomainError
from proofs_check.strategies import correlation_matrices, covariance_matrices


def outcome(statement, matrices):
    return judge(Claim(statement, matrices.domain, matrices.hypotheses)).outcome


def test_three_correlations_cannot_all_be_very_negative():
    three = CorrelationMatrices(3)
    a, b, c = three.matrix[0, 1], three.matrix[0, 2], three.matrix[1, 2]
    # 1^T C 1 >= 0, so the sum is at least -3/2, and it is reached
    assert outcome(greater(a + b + c, Rational(-16, 10)), three) is Outcome.PROVED
    assert outcome(greater(a + b + c, Rational(-14, 10)), three) is Outcome.REFUTED
    # without the determinant the sum of entries in [-1, 1] reaches -3
    assert judge(Claim(greater(a + b + c, Rational(-16, 10)), three.domain)).outcome is Outcome.REFUTED


def test_two_samples_need_no_hypothesis():
    two = CorrelationMatrices(2)
    assert two.hypotheses == ()
    assert outcome(at_least(two.matrix.det(), 0), two) is Outcome.PROVED
    assert outcome(at_most(two.matrix.det(), Rational(99, 100)), two) is Outcome.REFUTED


def test_other_sizes_are_refused():
    with pytest.raises(DomainError, match="2, 3 or 4 samples"):
        CorrelationMatrices(5)


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(1, 4))
def test_drawn_matrices_are_what_they_are_called(data, size):
    correlation, covariance = data.draw(correlation_matrices(size)), data.draw(covariance_matrices(size))
    for matrix in (correlation, covariance):
        assert matrix == matrix.T
        assert all(e.is_Rational for e in matrix)
        assert np.linalg.eigvalsh(np.array(matrix.tolist(), dtype=float)).min() > -1e-9
    assert all(correlation[i, i] == 1 for i in range(size))
    assert all(covariance[i, i] > 0 for i in range(size))
