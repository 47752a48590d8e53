"""Moments at every depth from inputs that are not orthonormal, and the error to the mean-field orbit; false neighbours are refuted."""

import numpy as np
import pytest
from sympy import ImmutableDenseMatrix, Rational, S, Symbol

from proofs_check import (
    ChainMean,
    Claim,
    Entry,
    EntryProduct,
    Integers,
    Outcome,
    SquaredErrorTo,
    SquaredErrorToStart,
    Trace,
    Variable,
    equal,
    judge,
)
from proofs_check.finite_width.quantities import SquaredErrorToOrbit
from proofs_check.methods.induction_on_depth import InductionError, moment_recursion
from theory import Network
from theory.conventions import depth as L
from theory.conventions import width as d

START = ((S.One, S.Half), (S.Half, S(2)))
NORM, TRACE = Rational(11, 2), S(3)  # of the start: its squared Frobenius norm and its trace
DOMAIN = (Variable(d, Integers(1)), Variable(L, Integers(0)))
up, down = (1 + 2 / d) ** L, (1 - 1 / d) ** L
linear = Network("identity", None, 2)
# the closed form of docs/conventions.md
ERROR = (2 * NORM + TRACE**2) / 3 * up + (NORM - TRACE**2) / 3 * down - NORM


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            ChainMean(SquaredErrorToStart(), linear, d, L, START),
            ERROR + Rational(3, 2),
        ),  # ||G - I||^2, as it is printed and measured
        (ChainMean(SquaredErrorToOrbit(), linear, d, L, START), ERROR),
        (ChainMean(SquaredErrorToOrbit(), Network("identity", None, 2, 3), d, L, START), ERROR * 9**L),
        (ChainMean(SquaredErrorTo(ImmutableDenseMatrix(START)), linear, d, L, START), ERROR),
        (ChainMean(Trace(), linear, d, L, START), TRACE),
        (ChainMean(Entry(0, 1), linear, d, L, START), S.Half),
        (ChainMean(EntryProduct(Entry(1, 1), Entry(1, 1)), linear, d, L, START), 4 * up),
    ],
)
def test_every_depth_from_a_given_start(left, right):
    assert judge(Claim(equal(left, right), DOMAIN, id="start")).outcome is Outcome.PROVED
    assert judge(Claim(equal(left, right + 1 / d), DOMAIN, id="off by 1/d")).outcome is Outcome.REFUTED


def test_the_recursion_starts_from_the_value_that_is_measured():
    quantities = [
        SquaredErrorToStart(),
        SquaredErrorToOrbit(),
        SquaredErrorTo(ImmutableDenseMatrix(START)),
        Trace(),
        Entry(0, 1),
    ]
    gram = np.array(START, dtype=float)[None]
    for quantity in quantities:
        measured = quantity.measure(gram, linear, gram[0])[0]
        assert float(moment_recursion(ChainMean(quantity, linear, d, L, START)).at(0)) == measured, quantity


def test_samples_of_a_given_start_are_not_exchanged():
    node = ChainMean(EntryProduct(Entry(1, 1), Entry(1, 1)), linear, d, L, START)
    assert moment_recursion(node).at(0) == 4
    assert moment_recursion(node.func(d, L)).at(1).equals(4 * (1 + 2 / d))


def test_what_does_not_close():
    relu = Network("relu", None, 2, 2)
    with pytest.raises(InductionError, match="orbit of relu is not the mean of its chain"):
        moment_recursion(ChainMean(SquaredErrorToOrbit(), relu, d, L))
    with pytest.raises(InductionError, match="do not close"):
        moment_recursion(ChainMean(Entry(0, 1), relu, d, L, START))
    n = Symbol("n", integer=True, positive=True)
    with pytest.raises(InductionError, match="needs a number as batch size"):
        moment_recursion(ChainMean(SquaredErrorTo(ImmutableDenseMatrix(START)), Network("identity", None, n), d, L))
