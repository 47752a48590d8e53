"""What the certificate checker adds to the judge: touching points, roots, rewritten inequalities; and the false neighbours of each."""

import pytest
from sympy import Rational, Symbol, atanh, exp, log, oo, sqrt, tanh

from proofs_check import Integers, Interval, Variable, at_most, equal, less
from proofs_check.methods import ByCertificate, Context, ExactIdentity, Rewritten
from proofs_check.verdict import Grounds

t, n = Symbol("t", real=True), Symbol("n", integer=True, positive=True)
HALF_LINE, FROM_ONE = (Variable(t, Interval(0, oo)),), (Variable(n, Integers(1)),)
INSIDE = (Variable(t, Interval(Rational(1, 10), Rational(9, 10))),)
CASES = [
    (ByCertificate(), at_most(t * exp(-t), exp(-1)), HALF_LINE, at_most(t * exp(-t), Rational(99, 100) * exp(-1))),
    (ByCertificate(), less(1 + 2 / n, (1 + 1 / sqrt(n)) ** 2), FROM_ONE, less(1 + 4 / sqrt(n), (1 + 1 / sqrt(n)) ** 2)),
    (Rewritten(), less(1 + 2 / n, (1 + 1 / n) ** Rational(11, 5)), FROM_ONE, less(1 + 2 / n, (1 + 1 / n) ** Rational(19, 10))),
    (ExactIdentity(), equal(tanh(atanh(t) / 2), (1 - sqrt(1 - t**2)) / t), INSIDE,
     equal(tanh(atanh(t) / 2), (1 - sqrt(1 - t**2)) / t**2)),
]  # fmt: skip


@pytest.mark.parametrize(("method", "true", "domain", "false"), CASES, ids=lambda value: "")
def test_it_shows_what_is_true_and_nothing_of_its_false_neighbour(method, true, domain, false):
    assert method.check(true, Context(domain=domain)).holds is True
    assert method.check(false, Context(domain=domain)).holds is not True


def test_a_strict_inequality_is_false_where_its_sides_are_exactly_equal():
    found = ByCertificate().check(less(t * exp(-t), exp(-1)), Context(domain=HALF_LINE))
    assert found.holds is False
    assert found.grounds is Grounds.EXACT
    assert found.evidence.counterexample == {"t": "1"}


def test_logarithms_are_taken_of_positive_sides_alone():
    negative = (Variable(t, Interval(-3, -1)),)
    assert Rewritten().check(less(t**3, t), Context(domain=(Variable(t, Interval(-1, 1)),))).holds is not True
    assert Rewritten().check(at_most(-1, log(-t) - 2), Context(domain=negative)).holds is not True
