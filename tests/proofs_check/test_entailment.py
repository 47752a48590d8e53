"""What follows from proven steps, and what does not."""

import pytest
from sympy import Integer, Symbol, sin

from proofs_check.entailment import entails
from proofs_check.statement import at_least, at_most, equal, greater, less

a, b, c, d = (Symbol(n, real=True) for n in "abcd")

FOLLOWS = [
    ([equal(a, b), equal(b, c)], equal(a, c)),
    ([equal(a, b), equal(b, c)], equal(c, a)),
    ([less(a, b), at_most(b, c)], less(a, c)),
    ([at_most(a, b), at_most(b, c)], at_most(a, c)),
    ([less(a, b)], at_most(a, b)),
    ([greater(b, a)], less(a, b)),
    ([equal(a, b), less(b, Integer(1))], less(a, Integer(1))),
    ([equal(sin(a), b)], equal(sin(a) + c, b + c)),
    ([equal(sin(a), b), less(b**2 + 1, c)], less(sin(a) ** 2 + 1, c)),
    ([equal(a, 2 * b)], equal(a, b + b)),
    ([at_least(a, b), greater(b, c)], greater(a, c)),
]

DOES_NOT_FOLLOW = [
    ([], equal(a, b)),
    ([less(a, b)], less(b, a)),
    ([at_most(a, b)], less(a, b)),
    ([at_most(a, b)], equal(a, b)),
    ([less(a, b)], equal(a, b)),
    ([less(a, b), less(c, b)], less(a, c)),
    ([equal(a, b)], equal(a, c)),
    ([less(Integer(1), Integer(2))], less(a, b)),
    ([equal(a, b), less(c, d)], less(a, d)),
    ([at_most(a, b), at_most(b, a)], less(a, b)),
    ([equal(sin(a), b)], equal(sin(a) + c, b)),
]


@pytest.mark.parametrize(("proven", "goal"), FOLLOWS)
def test_follows(proven, goal):
    assert entails(proven, goal)


@pytest.mark.parametrize(("proven", "goal"), DOES_NOT_FOLLOW)
def test_does_not_follow(proven, goal):
    assert not entails(proven, goal)
