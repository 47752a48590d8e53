"""False claims built to mislead the judge, by the way they mislead; none may come out PROVED or SUPPORTED.

Each entry is false for the reason its group names, or says nothing at all (no point of its domain meets its hypotheses, or a side
has no value somewhere on the domain).  A group is a function that yields claims; the name of the group is the kind of attack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import (
    Abs,
    Derivative,
    Expr,
    Heaviside,
    Integer,
    Limit,
    Max,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    ceiling,
    cos,
    cosh,
    exp,
    floor,
    gamma,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
)

from proofs_check import (
    ChainMean,
    ChainProbability,
    Choices,
    Claim,
    Eigenvalue,
    Entry,
    EntryProduct,
    Event,
    GramStatistic,
    Hypothesis,
    Integers,
    Interval,
    ProofStep,
    Relation,
    SquaredErrorToFixedPoint,
    SquaredErrorToOrbit,
    SquaredErrorToStart,
    Statement,
    Trace,
    Variable,
    at_least,
    at_most,
    equal,
    greater,
    less,
)
from proofs_check.methods import (
    BallInequality,
    ByExpansions,
    Cited,
    Cover,
    ExactIdentity,
    ExactMoments,
    InductionOnDepth,
    KnownInequality,
    Method,
    Monotonicity,
    NumericalIdentity,
    OneStep,
    PositiveCoefficients,
    Simulation,
    Substitution,
)
from theory import GaussianLaw, GaussianMean, Network, SphereLaw, SphereMean
from theory.sources import Source

t, s, c = (Symbol(name, real=True) for name in "tsc")
p = Symbol("p", positive=True)
k, n, d, L = (Symbol(name, integer=True, positive=True) for name in ("k", "n", "d", "L"))
x, y = Symbol("x", real=True), Symbol("y", real=True)
ONE, HALF = S.One, S.Half
unit, line, half_line = Interval(0, 1), Interval(-oo, oo), Interval(0, oo)
relu4 = Network("relu", batch_size=4)
plain3 = Network("identity", None, 3)
identity4 = Network("identity", batch_size=4)


def over(*variables: tuple[Symbol, object]) -> tuple[Variable, ...]:
    return tuple(Variable(symbol, where) for symbol, where in variables)


def by(statement: Statement, *methods: Method) -> tuple[ProofStep, ...]:
    return tuple(ProofStep(f"s{i}", statement, by=m) for i, m in enumerate(methods))


def given(*statements: Statement) -> tuple[Hypothesis, ...]:
    return tuple(Hypothesis(str(statement), statement=statement) for statement in statements)


def gauss(body: Expr, covariance: object = 1) -> GaussianMean:
    if covariance == 1:
        return GaussianMean(body, GaussianLaw(x))
    return GaussianMean(body, GaussianLaw((x, y), covariance))


def pair(body: Expr, rho: object) -> GaussianMean:
    return GaussianMean(body, GaussianLaw((x, y), [[1, rho], [rho, 1]]))


def endpoints() -> Iterator[Claim]:
    """True inside, false at a closed end."""
    for statement, where in (
        (less(t, 1), unit), (less(0, t), unit), (less(t * (1 - t), Rational(1, 4)), unit), (less(sin(t), t), unit),
        (less(tanh(t), t), Interval(0, 5)), (less(1 + t, exp(t)), unit), (less(log(1 + t), t), half_line),
        (less(1 + t, exp(t)), half_line), (less(t**2, t), unit), (less(sqrt(t), (1 + t) / 2), unit),
        (less(1 - t**2 / 2, cos(t)), unit), (less(t, tan(t)), unit), (less(t**3, t), unit), (greater(t**4, 0), Interval(-1, 1)),
        (less(2 * t, 1 + t**2), Interval(-3, 3)), (less(t / (1 + t), t), unit), (less(0, 1 - Abs(t)), Interval(-1, 1)),
        (less(2 / pi * asin(t), t), Interval(0, 1)), (less(atan(t), t), half_line), (less(t, exp(t) - 1), half_line),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
    yield Claim(less(1 / n, 1), over((n, Integers(1))))
    yield Claim(less(n, 2**n - 1), over((n, Integers(1))))
    yield Claim(less(1 + n / 2, Rational(3, 2) ** n), over((n, Integers(1))))
    yield Claim(less(pair(Max(x, 0) * Max(y, 0), c), HALF), over((c, Interval(-1, 1))))
    yield Claim(less(c**2, c), over((c, Interval(0, 1))), steps=by(less(c**2, c), Cover(), Monotonicity()))


def narrow_misses() -> Iterator[Claim]:
    """False by 1e-30 or less."""
    tiny = Rational(1, 10**30)
    for statement in (
        equal(sqrt(2), Rational("1.41421356237309504880168872420969807856967187537694")),
        equal(S(1), 1 + tiny), less(1 + tiny, 1), at_most(pi + tiny, pi), less(sqrt(2) + sqrt(3), sqrt(5 + 2 * sqrt(6))),
        equal(exp(pi * sqrt(163)), Integer(262537412640768744)), at_least(exp(pi * sqrt(163)), Integer(262537412640768744)),
        less(exp(-100), 0), at_most(exp(-100) ** 2, 0), equal(exp(-200), 0), equal(gauss(x**2), 1 + tiny), less(gauss(x**2), 1),
        less(gauss(Max(x, 0) ** 2), HALF), equal(gauss(Abs(x)), Rational("0.797884560802865355879892119868763736951717262")),
        at_most(gauss(tanh(x) ** 2) + tiny, gauss(tanh(x) ** 2)), less(gauss(exp(x)), sqrt(exp(1))),
        equal(SphereMean(x**2, SphereLaw(x, 5)), 1 - tiny), equal(sin(pi * 10**20 + tiny), 0), equal(cos(tiny), 1),
        less(2 * atan(1) * 2, pi), equal(4 * atan(Rational(1, 5)) - atan(Rational(1, 238)), pi / 4),
    ):  # fmt: skip
        yield Claim(statement)
    for statement in (equal((1 + tiny) * t, t), less((1 - tiny) * t, t), at_most(t + tiny, t), equal(t + exp(-90), t),
                      at_most(t**2 + tiny, t**2), at_most(exp(t), 1 + t + t**2 / 2 + t**3 / 6)):  # fmt: skip
        yield Claim(statement, over((t, unit)))


def far_away() -> Iterator[Claim]:
    """True on every small or random point, false far out or in one narrow place."""
    for statement, where in (
        (less(t, 10**9), half_line), (less(t**2, 10**40), line), (less(exp(-t), 10**30), line), (less(log(1 + t), 100),
        half_line),
        (less(t / (1 + t), 1 - Rational(1, 10**15)), half_line), (at_most(t, 10**6 + t**2 / 10**9), half_line),
        (greater(Abs(t - Rational(31415926535, 10**10)), Rational(1, 10**9)), Interval(0, 10)),
        (greater((t - sqrt(2)) ** 2, Rational(1, 10**24)), Interval(0, 2)), (greater((t - pi) ** 2, 0), Interval(0, 10)),
        (less(1 / (1 + 10**12 * (t - Rational(123457, 10**6)) ** 2), HALF), unit),
        (less(exp(-(10**10) * (t - Rational(77, 101)) ** 2), HALF), unit),
        (greater(t**2 - 2 * sqrt(2) * t + 2, 0), Interval(0, 3)),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
    for statement in (less(n, 10**12), less(log(n), 60), greater(1 / n, Rational(1, 10**15)),
        less(n**3, 2**n + 10**6 + n**2 * 5),
                      greater(Abs(n - 123456789), 0), greater((n - 4999) ** 2, 0), less(n**10, 3**n + 10**8)):  # fmt: skip
        yield Claim(statement, over((n, Integers(1))))


def undefined_somewhere() -> Iterator[Claim]:
    """Removable singularities, poles, and roots of negative numbers: a side has no value at a point of the domain."""
    for statement, where in (
        (equal((t**2 - 1) / (t - 1), t + 1), Interval(0, 2)), (equal(sin(t) / t, sin(t) / t + 0), unit),
        (equal((t + t**2) / t, 1 + t), Interval(-1, 1)), (equal(1 / (1 / t + 1), t / (1 + t)), unit),
        (equal(log(t**2), 2 * log(t)), Interval(-2, -1)), (equal(log(t) + log(1 / t), 0), Interval(-1, 1)),
        (less(1 / t**2, 1 / t**2 + 1), Interval(-1, 1)), (equal(tan(t) * cos(t), sin(t)), Interval(0, 4)), (less(acos(t), 4),
        Interval(0, 2)),
        (less(0, 1 / t), unit), (at_least(sqrt(t - HALF), 0), unit), (equal(gamma(t + 1), t * gamma(t)), Interval(-1, 1)),
        (less(log(t), t), unit), (equal(cos(2 * asin(t)), 1 - 2 * t**2), Interval(-2, 2)),
        (less(tan(t) ** 2, tan(t) ** 2 + 1), Interval(0, 2)),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
    yield Claim(equal((n**2 - 9) / (n - 3), n + 3), over((n, Integers(1))))
    yield Claim(less(1 / (n - 2) ** 2, 2), over((n, Integers(1))))
    yield Claim(equal((t**2 - s**2) / (t - s), t + s), over((t, unit), (s, unit)))


def branches() -> Iterator[Claim]:
    """Roots, logarithms and inverse functions taken on the wrong branch."""
    for statement, where in (
        (equal(sqrt(t**2), t), Interval(-1, 1)), (equal(Abs(t), t), Interval(-1, 2)), (equal(asin(sin(t)), t), Interval(0, 3)),
        (equal(acos(cos(t)), t), Interval(-1, 1)), (equal(atan(tan(t)), t), Interval(2, 4)), (equal(log(exp(t) ** 2), t),
        Interval(0, 1)),
        (equal(sqrt(1 - sin(t) ** 2), cos(t)), Interval(0, 3)), (equal((t**2) ** HALF, -t), Interval(-1, 1)),
        (equal(sqrt(t**2 * (1 - t) ** 2), t * (1 - t)), Interval(0, 2)), (equal(sqrt((t - 1) ** 2), t - 1), Interval(0, 3)),
        (equal(atan(t) + atan(1 / t), pi / 2), Interval(-3, -1)), (equal((t**3) ** Rational(2, 3), t**2), Interval(-1, 1)),
        (equal(acos(t), asin(sqrt(1 - t**2))), Interval(-1, 1)), (equal(2 * asin(t), asin(2 * t * sqrt(1 - t**2))),
        Interval(0, 1)),
        (equal(2 * atan(t), atan(2 * t / (1 - t**2))), Interval(2, 3)), (equal(log(t * t), 2 * log(-t)), Interval(1, 2)),
        (equal(sqrt(t) * sqrt(s), -sqrt(t * s)), Interval(1, 2)),
    ):  # fmt: skip
        yield Claim(statement, over((t, where), (s, where)) if statement.free_symbols == {t, s} else over((t, where)))


def jumps() -> Iterator[Claim]:
    """Discontinuous expressions: equal or ordered except at single points."""
    for statement, where in (
        (equal(Heaviside(t), (1 + sign(t)) / 2 + Rational(1, 7) * (1 - sign(t) ** 2)), Interval(-1, 1)),
        (equal(sign(t) ** 2, 1), Interval(-1, 1)),
        (equal(floor(t), 0), Interval(0, 1)), (less(floor(t), t), Interval(0, 3)), (equal(ceiling(t), floor(t) + 1),
        Interval(0, 2)),
        (less(t - floor(t), Rational(999999, 10**6)), Interval(0, 1)), (greater(sign(t), 0), Interval(0, 1)),
        (equal(Piecewise((1, t > 0), (0, True)), 1), Interval(0, 1)), (less(Piecewise((t, t < HALF), (2, True)), 1), unit),
        (equal(Max(t, 0) / t, 1), Interval(0, 1)), (equal(Abs(t) / t, 1), Interval(-1, 1)), (equal(Heaviside(t - HALF), 0),
        unit),
        (less(Heaviside(t, 1), 1), Interval(-1, 0)), (at_most(sign(t - Rational(1, 3)), 0), Interval(0, Rational(34, 100))),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
        yield Claim(statement, over((t, where)), steps=by(statement, Monotonicity()))


def vacuous() -> Iterator[Claim]:
    """Hypotheses that contradict each other or are false: nothing follows from them."""
    wide = over((t, Interval(-10, 10)))
    false = less(t, -5)
    for hypotheses in (
        (greater(t, 1), less(t, 0)), (greater(t**2, 200),), (equal(t, 20),), (equal(t, 1), equal(t, 2)), (less(sin(t), -2),),
        (less(t**2 + 1, 0),), (greater(t, 3), less(t, 3)), (less(exp(t), 0),), (equal(t**2, -1),), (greater(Abs(t), 11),),
    ):  # fmt: skip
        yield Claim(false, wide, given(*hypotheses))
        yield Claim(hypotheses[0], wide, given(*hypotheses))
    yield Claim(less(2, 1), hypotheses=(Hypothesis("n >= 4", check=lambda: False),))
    yield Claim(less(2, 1), hypotheses=(Hypothesis("mixing"),))
    yield Claim(less(1, 2), hypotheses=(Hypothesis("false", check=lambda: False),))
    yield Claim(less(2, 1), hypotheses=given(less(3, 2)))
    yield Claim(less(2, 1), hypotheses=given(less(2, 1)))


def dropped_hypotheses() -> Iterator[Claim]:
    """True under a hypothesis that is weaker here than it must be."""
    wide = over((t, Interval(-3, 3)))
    for statement, hypothesis in (
        (less(t, t**2), greater(t, HALF)), (less(1, t), at_least(t, 1)), (less(0, t**3), greater(t, -1)), (less(t, 2),
        less(t, Rational(5, 2))),
        (less(Abs(t), 1), less(t, 1)), (greater(t**2, 1), less(t, Rational(-1, 2))), (less(t**3, t), less(t, 1)),
        (at_least(t**2, 4), at_least(t, Rational(-19, 10))), (less(sqrt(2) * t, 1), less(t, Rational(71, 100))),
    ):  # fmt: skip
        yield Claim(statement, wide, given(hypothesis))
    yield Claim(less(t, s), over((t, unit), (s, unit)), given(at_most(t, s)))
    yield Claim(less(t, 1), over((t, unit), (s, unit)), given(less(s, 1)))


def integers_and_reals() -> Iterator[Claim]:
    """True for integers and false for reals, or the other way round."""
    for statement, where in (
        (equal(sin(pi * t), 0), Interval(0, 3)), (equal(cos(2 * pi * t), 1), Interval(-2, 2)), (at_least(t**2, t),
        Interval(0, 5)),
        (equal(floor(t), t), Interval(0, 4)), (at_least(Abs(t - HALF), HALF), Interval(0, 1)), (equal((-1) ** (2 * t), 1),
        Interval(0, 1)),
        (at_least(t * (t - 1), 0), Interval(0, 3)), (at_least((t - 1) * (t - 2), 0), Interval(0, 4)), (at_least(2**t, 1 + t),
        Interval(0, 1)),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
    for statement in (greater((n - 3) ** 2, 0), greater(n * (n - 1), 0), less(n**2, 4 * n - 4 + (n - 2) ** 2 + HALF * (n - 1)),
                      equal((-1) ** n, 1), equal(cos(pi * n), 1), equal((n + Abs(n - 2)) / 2, n - 1),
                          equal(n * (n - 1) * (n - 2), 0),
                      equal(Sum(k, (k, 1, n)), n**2 / 2), equal(Product(k, (k, 1, n)), n**2 - n + 1)):  # fmt: skip
        yield Claim(statement, over((n, Integers(1))))


def limits_and_calculus() -> Iterator[Claim]:
    """Limits, sums, derivatives with a wrong value."""
    for statement in (
        equal(Limit(sin(x) / x, x, 0), 0), equal(Limit((1 + 1 / x) ** x, x, oo), 3), less(Limit(1 / x, x, oo), 0),
        equal(Limit(Abs(x) / x, x, 0, "-"), 1),
            equal(Limit(Abs(x) / x, x, 0, "+-"), 1), equal(Sum(1 / k**2, (k, 1, oo)), Rational(1645, 1000)),
            equal(Sum(1 / k, (k, 1, oo)), 100),
        less(Sum(1 / k**2, (k, 1, oo)), Rational(16, 10)), equal(Sum((-1) ** k, (k, 1, oo)), -HALF),
            equal(Sum(k, (k, 1, 10)), 54),
        equal(Product(1 - 1 / (k + 1) ** 2, (k, 1, oo)), Rational(51, 100)),
    ):  # fmt: skip
        yield Claim(statement)
    for statement in (equal(Derivative(t**2, t), t), equal(Derivative(Abs(t), t), 1), equal(Derivative(sqrt(t), t),
        1 / (2 * sqrt(t))),
                      less(Derivative(t**3, t), 3 * t**2)):  # fmt: skip
        yield Claim(statement, over((t, unit)))


def irrelevant_steps() -> Iterator[Claim]:
    """True steps from which the statement does not follow."""
    wide = over((t, Interval(-2, 2)))
    true = less(t**2, 5)
    for statement in (
        less(t, 1),
        less(t**2, 3),
        equal(t, 1),
        less(t**2 + t, 5),
        at_least(t, -1),
        less(5, t**2),
        less(t**4, 5),
        less(Abs(t), 1),
    ):
        yield Claim(statement, wide, steps=(ProofStep("true", true),))
    a, b = less(t, 3), less(s, 4)
    both = over((t, unit), (s, unit))
    for statement in (less(t, s), less(s, t), equal(t, s), less(3, 4 * t), less(t + s, 1), less(4, 3)):
        yield Claim(statement, both, steps=(ProofStep("a", a), ProofStep("b", b)))
    for links in (
        (equal(t, t), less(t, 3)), (at_most(t, 1), at_most(1, 1)), (at_most(t, 1), at_most(0, t)),
    ):  # fmt: skip
        yield Claim(less(t, 1), over((t, unit)), steps=tuple(ProofStep(f"s{i}", l) for i, l in enumerate(links)))
    yield Claim(
        equal(gauss(x**4), 2), steps=(ProofStep("x", equal(gauss(x**2), 1)), ProofStep("y", equal(2 * gauss(x**2), 2)))
    )
    yield Claim(less(t, HALF), over((t, unit)), steps=(ProofStep("at", less(S.Zero, HALF)),))
    yield Claim(equal(t, s), both, steps=(ProofStep("x", equal(t - t, 0)), ProofStep("y", equal(s - s, 0))))


def circular() -> Iterator[Claim]:
    """The claim, or a rewriting of it, as its own step."""
    wide = over((t, Interval(-2, 2)))
    for statement in (less(t, 1), at_most(t**2, 3), equal(t, Abs(t)), equal(t**2, t)):
        first = ProofStep("a", statement)
        yield Claim(statement, wide, steps=(first, ProofStep("b", statement, uses=("a",))))
        yield Claim(
            statement,
            wide,
            steps=(ProofStep("a", Statement(statement.right, statement.relation.mirrored, statement.left)),),
        )
        yield Claim(
            statement, wide, steps=by(statement, ExactIdentity() if statement.relation is Relation.EQUAL else Cover())
        )


def wrong_methods() -> Iterator[Claim]:
    """A false statement handed to each method by name."""
    wide, false, false_equal = over((t, Interval(0, 3))), less(t**2, 8), equal(t * (t - 1) * (t - 3) * (2 * t - 3), 0)
    for method in (
        BallInequality(),
        Cover(),
        ByExpansions(),
        Monotonicity(),
        PositiveCoefficients(),
        KnownInequality(),
        Simulation(),
        ExactMoments(),
        OneStep(),
    ):
        yield Claim(false, wide, steps=by(false, method))
    q = Symbol("q", positive=True)
    for method in (
        ExactIdentity(),
        NumericalIdentity(),
        ExactIdentity(points=3),
        Substitution(t, 3 * q / (1 + q), q),
        InductionOnDepth(),
    ):
        yield Claim(false_equal, wide, steps=by(false_equal, method))
        at_first_points = equal(t * (t - 3) * (t - 3 * Rational(1, 10**6)) * (t - 3 + 3 * Rational(1, 10**6)), 0)
        yield Claim(at_first_points, wide, steps=by(at_first_points, method))
    yield Claim(less(t, 1), over((t, Interval(0, 1, False, True)), (s, unit)), steps=by(less(s, 2), Cover()))


def citations() -> Iterator[Claim]:
    """False statements with a citation, or a theorem whose hypotheses are not met."""
    nobody = Source("nobody", "nowhere")
    for statement, domain in (
        (less(t, 1), over((t, Interval(0, 2)))), (less(ChainMean(Trace(), relu4, 32, 2), 1), ()), (equal(gauss(x**4), 4), ()),
        (less(pair(x * y, c), 0), over((c, Interval(-1, 1)))), (less(n, 100), over((n, Integers(1)))),
        (greater(ChainProbability(Event(Trace(), Relation.GREATER, 3), relu4, 64, 2), HALF), ()),
    ):  # fmt: skip
        yield Claim(statement, domain, steps=by(statement, Cited(nobody)))
    # Markov for a quantity that may be negative, and with a threshold at zero
    negative = GramStatistic("signed", lambda g: g[:, 0, 1], -10.0, 10.0)
    event = Event(negative, Relation.AT_LEAST, HALF)
    bound = at_most(
        ChainProbability(Event(Entry(0, 1), Relation.AT_LEAST, Rational(-1, 2)), relu4, 16, 1),
        ChainMean(Entry(0, 1), relu4, 16, 1) / -HALF,
    )
    yield Claim(bound, steps=by(bound, KnownInequality()))
    wrong = at_most(ChainProbability(event, identity4, 16, 1), ChainMean(negative, identity4, 16, 1) / HALF)
    yield Claim(wrong, steps=by(wrong, KnownInequality()))
    # Pinelis beyond one layer, without normalisation, with half the constant
    for network, width, depth, threshold, right in (
        (Network("identity", None, 3), 4, 1, 1, Rational(1, 100)), (relu4, 4, 9, Rational(1, 100), Rational(1, 100)),
        (Network("identity", None, 3), 8, 3, 1, Rational(1, 10)),
    ):  # fmt: skip
        tail = at_most(
            ChainProbability(Event(SquaredErrorToOrbit(), Relation.AT_LEAST, threshold), network, width, depth), right
        )
        yield Claim(tail, steps=by(tail, KnownInequality()))
    # Cauchy-Schwarz with a power too many, Jensen the wrong way
    for statement in (
        at_most(gauss(x**2) ** 2, HALF * gauss(x**4) / 2), at_least(gauss(x**2) ** 2, gauss(x**4)), at_most(gauss(x**4),
            gauss(x**2) ** 2),
        at_most(gauss(Abs(x)) ** 2, HALF), less(pair(Max(x, 0) * Max(y, 0), 1), gauss(Max(x, 0) ** 2)), less(gauss(x) ** 2, 0),
        at_most(pair(x * y, HALF), Rational(49, 100)), less(Abs(pair(x * y, -1)), 1),
    ):  # fmt: skip
        yield Claim(statement)
        yield Claim(statement, steps=by(statement, KnownInequality()))


def statistics() -> Iterator[Claim]:
    """Finite-width statements that are false, by little or by much, and those no sample can show."""
    spread = Network("identity", None, 3)
    unbounded = GramStatistic("heavy", lambda g: 1 / g[:, 0, 0], float("-inf"), None)
    for statement in (
        at_most(ChainMean(Trace(), relu4, 16, 1), Rational(199, 100)), at_least(ChainMean(Trace(), relu4, 16, 1),
            Rational(201, 100)),
        equal(ChainMean(Trace(), relu4, 16, 4), 2 + Rational(1, 10**9)), less(ChainMean(SquaredErrorToStart(), spread, 8, 2),
            1),
        less(ChainMean(SquaredErrorToStart(), spread, 4, 40), 10**3), at_most(ChainMean(Trace(), spread, 16, 3),
            Rational(29, 10)),
        at_most(ChainMean(unbounded, spread, 4, 1), 10**6), at_most(ChainMean(Entry(0, 1), spread, 8, 2), Rational(-1, 100)),
        less(ChainProbability(Event(Trace(), Relation.LESS, Rational(5, 2)), relu4, 64, 2), HALF),
        greater(ChainProbability(Event(Trace(), Relation.GREATER, 100), spread, 64, 2), Rational(1, 100)),
        at_most(ChainMean(SquaredErrorToFixedPoint(), relu4, 16, 5), Rational(1, 100)),
        at_least(ChainMean(Eigenvalue(0), relu4, 64, 3), HALF), at_most(ChainMean(Eigenvalue(3), relu4, 64, 3), HALF),
        equal(ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), spread, 8, 3), (1 + Rational(2, 8)) ** 3 + Rational(1, 100)),
        equal(ChainMean(Trace(), relu4, 16, 3), ChainMean(Trace(), relu4, 17, 3) + Rational(1, 10)),
        at_most(ChainMean(Trace(), relu4, 16, 3) ** 2, 3), at_most(Abs(ChainMean(Trace(), relu4, 16, 3) - 3), HALF),
    ):  # fmt: skip
        yield Claim(statement)
    yield Claim(less(ChainMean(Trace(), spread, d, 2), Rational(29, 10)), over((d, Choices((8, 16)))))
    yield Claim(less(ChainMean(Trace(), spread, d, 2), 3), over((d, Integers(2))))
    for right in (
        (1 + 2 / d) ** L + HALF,
        (1 + 2 / d) ** (L + 1),
        (1 + 1 / d) ** (2 * L),
        1 + 2 * L / d,
        exp(2 * L / d),
    ):
        statement = equal(ChainMean(EntryProduct(Entry(0, 0), Entry(0, 0)), spread, d, L), right)
        yield Claim(statement, over((d, Integers(1)), (L, Integers(1))), steps=by(statement, InductionOnDepth()))


def quantifier_order() -> Iterator[Claim]:
    """For all, where only a choice after the other variable would do."""
    both = over((t, unit), (s, unit))
    for statement in (
        at_most(t, s),
        equal(t, s),
        less(t * s, t),
        at_most(t + s, 1),
        at_least(t, s**2),
        equal(t * s, s * t + t - s),
    ):
        yield Claim(statement, both)
    for statement in (less(n, d), at_most(n / d, 1), less(n, 10 * d), less(1 / d, 1 / (n + 1)), less(n / d, 100)):
        yield Claim(statement, over((n, Integers(1)), (d, Integers(1))))


def slopes_and_cuts() -> Iterator[Claim]:
    """For methods that go by derivatives, limits, factors, cuts and hypotheses: each is false at one point, or far out, or at an end."""
    positive = Interval(0, oo)
    for statement, where in (
        (less(atan(t), pi / 2 - Rational(1, 1000)), positive), (at_most(t / (1 + t), 1 - Rational(1, 10**9)), positive),
        (less(log(1 + t) - log(t + 2), -Rational(1, 10**6)), positive), (less(exp(-t), Rational(999999, 10**6)), positive),
        (less(1 / (1 + t), Rational(9, 10)), positive), (less(-atan(t), Rational(3, 2)), line),
        (less(tanh(t), 1 - Rational(1, 10**12)), positive),
        (at_most(t, asin(t)), Interval(-1, 1)), (less(t, asin(t)), unit), (less(asin(t), 1), unit),
        (less(sqrt(t), t + Rational(1, 4)), unit),
        (at_least(t**2 * (t - 1), 0), Interval(0, 2)), (greater((t - 1) ** 2 * exp(t), 0), Interval(0, 2)),
        (greater((t**2 - 2) ** 2 * exp(t), 0), Interval(0, 2)), (greater((t**3 - 2) ** 2 * (1 + t), 0), Interval(0, 2)),
        (less(0, (t - sqrt(2)) ** 2 / (1 + t)), positive), (at_least((t**3 - 2) * (t - Rational(5, 4)), 0), Interval(0, 2)),
        (at_least(exp(t) * (t**2 - 2), 0), Interval(0, 2)), (less(t, cosh(t) - Rational(9, 10)), positive),
        (less(1 - t**2 / 2, cos(t)), Interval(-1, 3)), (at_most(cos(t), 1 - t**2 / 2), Interval(-1, 1)), (less(1 + t, exp(t)), line),
        (less(t**3, exp(t)), positive), (at_most(t**3, exp(t) + Rational(1, 2)), positive), (less(0, t * exp(-t)), positive),
        (at_most(t * exp(-t), Rational(36, 100)), positive), (less(log(1 + t), sqrt(t)), positive), (less(sin(t), t), Interval(-1, 1)),
    ):  # fmt: skip
        yield Claim(statement, over((t, where)))
    both = over((t, unit), (s, unit))
    for statement, hypothesis in (
        (at_most(t * s, (t + s) / 4 - Rational(1, 100)), at_most(t + s, 1)), (less(t * s, Rational(1, 4)), at_most(t + s, 1)),
        (less(t, s), at_most(t, s + Rational(1, 100))), (at_least(t**2 + s**2, HALF + Rational(1, 100)), at_least(t + s, 1)),
        (less(t - s, 0), less(t**2, s**2 + Rational(1, 1000))), (less(t, HALF), less(t * s, HALF)),
    ):  # fmt: skip
        yield Claim(statement, both, given(hypothesis))
    yield Claim(less(1 / (n + 1), log(1 + 1 / n) - Rational(1, 10**4)), over((n, Integers(3))))
    yield Claim(less(1 / n, log(1 + 1 / n)), over((n, Integers(3))))


def infinite_means() -> Iterator[Claim]:
    """Means that do not exist."""
    for statement in (
        less(gauss(exp(x**2)), 10**9), equal(gauss(1 / x), 0), less(gauss(1 / x**2), 10**6), equal(gauss(exp(x**2 / 2)), 1),
        greater(gauss(exp(x**4)), 1), equal(gauss(1 / x), gauss(1 / x)), less(gauss(Abs(x) ** Rational(-3, 2)), 10**9),
            less(gauss(log(x)), 5),
        equal(gauss(sqrt(x)), gauss(sqrt(x))), equal(pair(1 / (x - y), HALF), 0), less(gauss(exp(Abs(x) ** 3)), 10**20),
            equal(gauss(tan(x)), 0),
    ):  # fmt: skip
        yield Claim(statement)
    yield Claim(equal(gauss(exp(t * x**2)), 1 / sqrt(1 - 2 * t)), over((t, unit)))
    yield Claim(less(pair(x * y, c), 2), over((c, Interval(0, 5))))
    yield Claim(equal(pair(x * y, c), c), over((c, Interval(-2, 2))))


GROUPS: dict[str, Callable[[], Iterator[Claim]]] = {
    f.__name__: f
    for f in (endpoints, narrow_misses, far_away, undefined_somewhere, branches, jumps, vacuous, dropped_hypotheses,
              integers_and_reals, limits_and_calculus, irrelevant_steps, circular, wrong_methods, citations, statistics,
              quantifier_order, slopes_and_cuts, infinite_means)
}  # fmt: skip


def attacks(group: str, blind: bool = False) -> list[Claim]:
    """The claims of one group, named after it; `blind`: with an assumption that nothing checks, which keeps the judge from looking
    for counterexamples, so that every method must see through the claim by itself."""
    named = [claim.with_id(f"{group}_{place}") for place, claim in enumerate(GROUPS[group]())]
    return [replace(c, hypotheses=(*c.hypotheses, Hypothesis("assumed"))) for c in named] if blind else named
