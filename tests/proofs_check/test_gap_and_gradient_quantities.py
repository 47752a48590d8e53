"""Gaps and gradient norms in finite-width statements."""

import numpy as np
import pytest
from sympy import Integer, Matrix, Rational, Symbol

from numerics.lowering import lower
from numerics.simulation.backward import squared_gradients
from proofs_check import (
    ChainMean,
    ChainProbability,
    Claim,
    EigenvalueGap,
    Entry,
    Event,
    IsometryGap,
    OrthogonalityGap,
    Outcome,
    Relation,
    Settings,
    SquaredGradientNorm,
    at_least,
    at_most,
    judge,
    less,
)
from proofs_check.domains.definedness import undefined_part
from proofs_check.domains.domain import Integers, Variable
from proofs_check.finite_width.quantities import QuantityError
from proofs_check.finite_width.sampling import Sampler
from proofs_check.finite_width.union import any_of
from theory.gaps import isometry_gap, orthogonality_gap
from theory.network import Network

TANH = Network("tanh", batch_size=3)
GRAMS = [[[2, 1, 0], [1, 3, -1], [0, -1, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[5, -2, 1], [-2, 4, 0], [1, 0, 1]]]


@pytest.mark.parametrize(
    ("quantity", "theory"), [(OrthogonalityGap(), orthogonality_gap), (IsometryGap(), isometry_gap)]
)
def test_gaps_agree_with_those_of_the_theory(quantity, theory):
    measured = quantity.measure(np.array(GRAMS, dtype=float), TANH, None)
    assert measured == pytest.approx([float(theory(Matrix(gram))) for gram in GRAMS], abs=1e-12)


def test_the_gap_between_eigenvalues():
    grams = np.array(
        GRAMS[::2], dtype=float
    )  # distinct eigenvalues: roots of a polynomial find those of the identity to 1e-5 only
    assert EigenvalueGap(0).measure(np.eye(3)[None], TANH, None) == pytest.approx([0])
    for place in (0, 1):
        roots = np.array([np.sort(np.roots(np.poly(gram)).real) for gram in grams])
        assert EigenvalueGap(place).measure(grams, TANH, None) == pytest.approx(
            roots[:, place + 1] - roots[:, place], abs=1e-6
        )
    with pytest.raises(QuantityError, match="names sample 3 of a batch of 3"):
        ChainMean(EigenvalueGap(2), TANH, 10, 1)


def test_the_orthogonality_gap_never_leaves_its_range():
    rank_one = np.ones((1, 3, 3))
    low, high = OrthogonalityGap().range(TANH)
    assert low == 0
    assert OrthogonalityGap().measure(rank_one, TANH, None)[0] == pytest.approx(high)


def test_gaps_of_degenerate_matrices_are_refused():
    with pytest.raises(QuantityError, match="singular"):
        IsometryGap().measure(np.ones((1, 3, 3)), TANH, None)
    with pytest.raises(QuantityError, match="is 0"):
        OrthogonalityGap().measure(np.zeros((1, 3, 3)), TANH, None)


def outcome(statement):
    return judge(Claim(statement), Settings(time_limit=20, seed=5)).outcome


def test_a_planted_violation_of_each_quantity_is_found_and_its_true_neighbour_is_not():
    gap = ChainMean(OrthogonalityGap(), TANH, 40, 2)
    middle = Rational(round(1000 * Sampler(gap, 1e-6, 99, ("pilot",)).values(2000).mean()), 1000)
    assert outcome(at_most(gap, middle * Rational(11, 10))) is Outcome.SUPPORTED
    assert outcome(at_most(gap, middle * Rational(9, 10))) is Outcome.REFUTED
    # the last gradient is U itself: n d independent standard normals
    d = 20
    last = ChainMean(SquaredGradientNorm(2), TANH, d, 2)
    assert outcome(at_least(last, Integer(3 * d) * Rational(9, 10))) is Outcome.SUPPORTED
    assert outcome(at_most(last, Integer(3 * d) * Rational(9, 10))) is Outcome.REFUTED
    far = ChainProbability(Event(SquaredGradientNorm(2), Relation.AT_LEAST, Integer(3 * d)), TANH, d, 2)  # about 0.476
    assert outcome(less(far, Rational(7, 10))) is Outcome.SUPPORTED
    assert outcome(less(far, Rational(3, 10))) is Outcome.REFUTED


def test_drawn_gradients_agree_with_explicit_back_propagation():
    node = ChainMean(SquaredGradientNorm(1), Network("tanh", batch_size=4), 12, 3)
    sampler = Sampler(node, 1e-6, 7, ("gradients",))
    drawn = np.log(sampler.values(400))
    dense = squared_gradients(lower(node.network), np.eye(4), width=12, depth=3, networks=400, seed=8, method="dense")
    explicit = np.log(dense[:, 0])
    scale = np.sqrt(drawn.var() / len(drawn) + explicit.var() / len(explicit))
    assert abs(drawn.mean() - explicit.mean()) < 5.5 * scale  # false alarm below 4e-8


def test_a_gradient_needs_its_layer():
    with pytest.raises(QuantityError, match="exists from depth 3 on, not at depth 2"):
        ChainMean(SquaredGradientNorm(3), TANH, 10, 2)
    for layer in (0, -1, True, 1.5):
        with pytest.raises(QuantityError, match="a gradient is taken at a layer"):
            SquaredGradientNorm(layer)
    depth = Symbol("L", integer=True)
    node = ChainMean(SquaredGradientNorm(2), TANH, 10, depth)
    assert undefined_part(node, (Variable(depth, Integers(1)),)) is not None
    assert undefined_part(node, (Variable(depth, Integers(2)),)) is None
    with pytest.raises(QuantityError, match="gradients are drawn with other networks"):
        any_of(Event(Entry(0, 0), Relation.AT_LEAST, 1), Event(SquaredGradientNorm(1), Relation.AT_LEAST, 1))
