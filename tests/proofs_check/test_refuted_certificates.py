"""Falsehoods that a hostile reader once got confirmed: certificates made by hand, and claims whose integrand jumps at a mass."""

import pytest
from sympy import Abs, Heaviside, Rational, Symbol, exp, sign

from proofs_check import Claim, Interval, Outcome, Settings, Variable, at_most, equal, judge, less
from proofs_check.certificate import sealed
from theory.expectation import GaussianLaw, GaussianMean

X, Y, T = ["var", "x"], ["var", "y"], ["var", "t"]
ZERO, ONE, TWO = (["q", str(k), "1"] for k in (0, 1, 2))
UNIT_INTERVAL = [["t", ["0", "1"], ["1", "1"], "[]"]]


def normal(names, covariance, body):
    return ["mean", ["normal", covariance], names, body]


def two(body, correlation=ZERO):
    return normal(["x", "y"], [[ONE], [correlation, ONE]], body)


def minus(tree):
    return ["*", ["q", "-1", "1"], tree]


SIGN = ["+", ["*", TWO, ["step", X]], ["q", "-1", "1"]]
SPREAD = ["exp", minus(["/", ["^", X, "2"], ["exp", Y]])]
IDENTITIES = {
    "a coordinate below in an exponent": (two(["*", Y, SPREAD]), ZERO, []),
    "the same with two correlations": (two(SPREAD), two(SPREAD, ["q", "1", "2"]), []),
    "an arc sine of a sign": (normal(["x"], [[ONE]], ["^", ["asin", SIGN], "2"]), ZERO, []),
    "steps that cancel where the form may be 0": (
        normal(["x"], [[ONE]], ["+", ["step", ["*", T, X]], ["step", minus(["*", T, X])]]), ONE, UNIT_INTERVAL,
    ),
    "a sign whose variance may be 0": (normal(["x"], [[T]], ["^", SIGN, "2"]), ONE, UNIT_INTERVAL),
}  # fmt: skip
INEQUALITIES = {
    "a variance that is the variable": (normal(["x"], [[T]], ["^", X, "2"]), ["*", ["q", "1", "2"], T], UNIT_INTERVAL),
    "a correlation that is the variable": (
        two(["*", X, Y], T), ["q", "1", "10"], [["t", ["-1", "1"], ["1", "1"], "[]"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_false_identity_is_not_confirmed(name):
    left, right, variables = IDENTITIES[name]
    step = {"kind": "identity", "relation": "=", "left": left, "right": right, "variables": variables}
    assert sealed("false", [step]).status == 1


@pytest.mark.parametrize("how", ["balls", "coefficients", "rise", "fall"])
@pytest.mark.parametrize("name", INEQUALITIES)
def test_a_false_inequality_is_not_confirmed(name, how):
    left, right, variables = INEQUALITIES[name]
    step = {
        "kind": "inequality", "relation": "<=", "left": left, "right": right, "variables": variables, "bits": 64,
        "cuts": [how],
    }  # fmt: skip
    assert sealed("false", [step]).status == 1


FAR = ["+", X, ["q", "1000", "1"]]
NOWHERE_SEEN = {
    "sin log": ["sin", ["log", FAR]],
    "tanh sqrt": ["tanh", ["sqrt", FAR]],
    "exp(-sqrt)": ["exp", minus(["sqrt", FAR])],
    "1/(1 + sqrt)": ["/", ONE, ["+", ONE, ["sqrt", FAR]]],
    "sin of a power": ["sin", ["pow", FAR, ["q", "1", "3"]]],
    "exp(-log^2)": ["exp", minus(["^", ["log", FAR], "2"])],
}


@pytest.mark.parametrize("name", NOWHERE_SEEN)
def test_a_bounded_integrand_without_a_value_far_out_has_no_mean(name):
    for left in (["gauss", NOWHERE_SEEN[name], "x"], ["gauss", NOWHERE_SEEN[name], "x", X, "x", ["1", "2"]]):
        step = {"kind": "inequality", "relation": "<", "left": left, "right": ["q", "9", "1"], "variables": [], "bits": 64,
                "cuts": ["balls"]}  # fmt: skip
        assert sealed("false", [step]).status != 0


def test_a_kink_of_zero_is_no_crash():
    nothing = normal(["x"], [[ONE]], ["max", X, X])
    step = {"kind": "identity", "relation": "=", "left": nothing, "right": ZERO, "variables": []}
    assert sealed("false", [step]).status == 1


z, w, t = (Symbol(name, real=True) for name in ("z_1", "z_2", "t"))
C = Rational(17, 53)  # a point of [0, 1] that no search happens to try
VANISHING = GaussianLaw((z,), [[(t - C) ** 2]])
CLAIMS = [
    at_most(
        t * GaussianMean(Heaviside(z - w) * Heaviside(z + 2 * w), GaussianLaw((z, w), [[1, t], [t, 1]])), t / 5
    ),
    less(GaussianMean((w - Rational(1, 1000)) * exp(-t * z**2 * exp(-w)), GaussianLaw((z, w))), 0),
    equal(GaussianMean(sign((t - C) * z) ** 2, GaussianLaw((z,))), 1),
    less(Rational(1, 2), GaussianMean(sign(z - t * w) ** 2, GaussianLaw((z, w), [[C**2, C], [C, 1]]))),
    equal(GaussianMean(sign(z) ** 2, VANISHING), 1),
    equal(GaussianMean(Heaviside(z) ** 2, VANISHING), Rational(1, 2)),
    less(Rational(1, 2), GaussianMean(Abs(sign(z)), VANISHING)),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(CLAIMS)))
def test_a_jump_at_a_mass_or_a_hidden_dependence_is_never_proved(place):
    domain = (Variable(t, Interval(0, Rational(1, 2) if place == 0 else 1)),)
    verdict = judge(Claim(CLAIMS[place], domain, id=f"hole_{place}"), Settings(time_limit=4))
    assert verdict.outcome in (Outcome.GAP, Outcome.REFUTED), verdict
