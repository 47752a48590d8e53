"""Falsehoods that a hostile reader once got confirmed: certificates made by hand, and claims whose integrand jumps at a mass."""

import pytest
from sympy import Abs, Heaviside, Rational, Symbol, exp, sign

from proofs_check import Claim, Interval, Outcome, Settings, Variable, at_most, equal, judge, less
from proofs_check.certificates.certificate import sealed
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
BOTH_NEGATIVE = ["/", ["+", T, ["q", "-3", "1"]], ["+", T, ["q", "-2", "1"]]]
IDENTITIES = {
    "the root of a quotient of what is negative": (["^", ["sqrt", BOTH_NEGATIVE], "2"], minus(BOTH_NEGATIVE), UNIT_INTERVAL),
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
    for left in (["gauss", NOWHERE_SEEN[name]], ["gauss", NOWHERE_SEEN[name], X, ["1", "2"]]):
        step = {"kind": "inequality", "relation": "<", "left": left, "right": ["q", "9", "1"], "variables": [], "bits": 64,
                "cuts": ["balls"]}  # fmt: skip
        assert sealed("false", [step]).status == 1


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


ANY_T, HALF_LINE, ROOT_OF_SQUARE = (
    [["t", ["-1", "1"], ["1", "1"], "[]"]],
    [["t", ["0", "1"], "oo", "[)"]],
    ["sqrt", ["^", T, "2"]],
)
MINUS_ONE, HALF = ["q", "-1", "1"], ["q", "1", "2"]
GONE = ["^", ["/", ONE, ["+", T, MINUS_ONE]], "0"]
HELPED = {
    "a root of the wrong sign": (ROOT_OF_SQUARE, T, ANY_T, {"sqrt": [T]}),
    "a negative root": (["sqrt", TWO], minus(["sqrt", TWO]), [], {"sqrt": [minus(["sqrt", TWO])]}),
    "a root whose square is another": (["sqrt", T], ["sqrt", ["+", T, ONE]], HALF_LINE, {"sqrt": [["sqrt", ["+", T, ONE]]]}),
    "a logarithm of another number": (["log", TWO], ONE, [], {"log": [ONE]}),
    "a logarithm of a negative number": (["log", ["^", T, "2"]], ["*", TWO, ["log", T]], ANY_T, {"log": [["*", TWO, ["log", T]]]}),
    "a value that does not exist": (ONE, TWO, [], {"sqrt": [["/", ONE, ZERO]]}),
    "a scale that hides a factor": (["exp", ["*", HALF, T]], ["exp", T], HALF_LINE, {"scale": 1}),
    "a power 0 of what is not there": (GONE, ONE, HALF_LINE, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", HELPED)
def test_help_that_misleads_shows_nothing(name):
    left, right, variables, aid = HELPED[name]
    step = {"kind": "identity", "relation": "=", "left": left, "right": right, "variables": variables, "help": aid}
    assert sealed("false", [step]).status == 1


BAD_HELP = [
    [],
    {"scale": 0},
    {"scale": True},
    {"scale": 10**5},
    {"axiom": []},
    {"sqrt": "t"},
    {"sqrt": [["axiom"]]},
    {"log": 7},
]


@pytest.mark.parametrize("aid", BAD_HELP, ids=str)
def test_help_of_another_kind_is_malformed(aid):
    step = {"kind": "identity", "relation": "=", "left": ONE, "right": ONE, "variables": [], "help": aid}
    assert sealed("bad", [step]).status == 2


CUBE, BELOW = ["^", ["+", T, MINUS_ONE], "3"], [["t", ["0", "1"], ["2", "1"], "[]"]]
PROOFS = {
    "a form that is another function": (ZERO, T, ANY_T, [["form", ["^", T, "2"]]]),
    "a square times a negative number": (ZERO, minus(["^", T, "2"]), ANY_T, [["form", minus(["^", T, "2"])]]),
    "a sum with a negative term": (ZERO, ["+", ["^", T, "2"], minus(["^", T, "4"]), HALF], BELOW,
                                   [["form", ["+", ["^", T, "2"], minus(["^", T, "4"]), HALF]]]),
    "an odd power": (ZERO, CUBE, BELOW, [["form", CUBE]]),
    "a power 0 of what is not there": (ZERO, GONE, BELOW, [["form", GONE]]),
    "and in a ball": (ZERO, GONE, BELOW, ["balls"]),
    "it rises from below": (ZERO, CUBE, BELOW, ["rise", "coefficients"]),
    "it rises from a positive value, with a slope that falls": (
        ZERO, ["+", ONE, minus(["^", T, "2"])], BELOW, ["rise", "rise", "coefficients"],
    ),
    "the slope is not there at the end": (["sqrt", T], T, BELOW, ["rise", "rise", "coefficients"]),
    "a slope in balls that hold 0": (ZERO, ["+", T, minus(["^", T, "2"])], BELOW, ["rise", "balls"]),
    "a limit that shares the variable's name": (["limit", ["/", T, ["+", T, ONE]], "t"], T, HALF_LINE, ["rise", "coefficients"]),
}  # fmt: skip


@pytest.mark.parametrize("relation", ["<", "<="])
@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_of_what_is_false_is_not_confirmed(name, relation):
    left, right, variables, cuts = PROOFS[name]
    step = {"kind": "inequality", "relation": relation, "left": left, "right": right, "variables": variables, "bits": 64,
            "cuts": cuts}  # fmt: skip
    assert sealed("false", [step]).status == 1


def test_a_gap_that_touches_is_not_shown_to_be_strict():
    square = ["^", ["+", T, MINUS_ONE], "2"]
    for cuts in ([["form", square]], [[0, "1", "1"], "fall", "coefficients", "rise", "coefficients"]):
        step = {"kind": "inequality", "left": ZERO, "right": square, "variables": BELOW, "bits": 64, "cuts": cuts}
        assert sealed("touches", [step | {"relation": "<="}]).status == 0
        assert sealed("touches", [step | {"relation": "<"}]).status == 1
