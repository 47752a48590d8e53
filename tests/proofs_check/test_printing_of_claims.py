"""The whole of a claim in LaTeX and in Unicode: each quantity, the quantifiers, the hypotheses."""

import pytest
from sympy import ImmutableDenseMatrix, Integer, Rational, Symbol, exp, eye, oo, pi, sqrt, symbols

from proofs_check import (
    ChainMean,
    ChainProbability,
    Choices,
    Claim,
    Eigenvalue,
    EigenvalueGap,
    Entry,
    EntryProduct,
    Event,
    GramStatistic,
    Hypothesis,
    Integers,
    Interval,
    IsometryGap,
    OrthogonalityGap,
    Relation,
    SquaredErrorTo,
    SquaredErrorToFixedPoint,
    SquaredErrorToOrbit,
    SquaredErrorToStart,
    SquaredGradientNorm,
    Trace,
    any_of,
    at_least,
    at_most,
    less,
)
from proofs_check.domain import Variable
from proofs_check.unicode_text import unicode_text
from theory import GaussianLaw, GaussianMean
from theory.conventions import z
from theory.network import Network

WIDTH, DEPTH = symbols("d L", integer=True, positive=True)
RHO = Symbol("rho", real=True)
QUANTITIES = {
    "G[1,2]": Entry(0, 1),
    "G[1,1]·G[2,2]": EntryProduct(Entry(0, 0), Entry(1, 1)),
    "tr G": Trace(),
    "‖G - [[1, 0], [0, 1]]‖²": SquaredErrorTo(ImmutableDenseMatrix(eye(2))),
    "‖G - I‖²": SquaredErrorToStart(),
    "‖G - Ḡ‖²": SquaredErrorToOrbit(),
    "‖G - G⋆‖²": SquaredErrorToFixedPoint(),
    "λ[1](G)": Eigenvalue(0),
    "(λ[2] - λ[1])(G)": EigenvalueGap(0),
    "‖G/tr G - I/n‖": OrthogonalityGap(),
    "log(tr G/n) - log(det G)/n": IsometryGap(),
    "‖∂⟨U, S[L]⟩/∂S[1]‖²": SquaredGradientNorm(1),
    "spread(G)": GramStatistic("spread", lambda grams: grams[:, 0, 0], 0.0, None),
}


def whole(quantity):
    """A claim with a domain of each kind and hypotheses of each kind."""
    net = Network("tanh", batch_size=2)
    rare = ChainProbability(Event(quantity, Relation.AT_LEAST, Rational(1, 2)), net, WIDTH, DEPTH)
    steep = Symbol("t_1", real=True)
    domain = (
        Variable(WIDTH, Integers(10)),
        Variable(DEPTH, Integers(1, 3)),
        Variable(steep, Interval(0, oo)),
    )
    small = at_most(steep**2, WIDTH)
    return Claim(
        at_most(ChainMean(quantity, net, WIDTH, DEPTH), sqrt(2) * steep**2 / WIDTH + rare),
        domain,
        (Hypothesis("independent weights >= 1"), Hypothesis(str(small), statement=small)),
    )


@pytest.mark.parametrize("shown", list(QUANTITIES))
def test_the_whole_statement_in_unicode(shown):
    # the setting stands in every number, so that a statement about two networks can be told apart
    setting = "tanh, batch, n = 2, d = d, L = L"
    assert whole(QUANTITIES[shown]).unicode() == (
        f"E[{shown}; {setting}] ≤ P[{shown} ≥ 1/2; {setting}] + √(2)·t₁²/d"
        " for all d ∈ {10, 11, …}, L ∈ {1, 2, 3}, t₁ ∈ [0, ∞) if independent weights ≥ 1, t₁² ≤ d"
    )


@pytest.mark.parametrize("quantity", list(QUANTITIES.values()), ids=list(QUANTITIES))
@pytest.mark.parametrize("notation", ["ours", "seed", "yang", "macros"])
def test_the_whole_statement_in_latex(quantity, notation):
    claim = whole(quantity)
    latex = claim.latex(notation)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert latex.count(quantity.latex(claim_notation := notation_clear(claim, notation))) == 2, claim_notation
    for part in (r"\text{for all }", r"\text{if }", r"\text{independent weights >= 1}", r"t_{1}^{2} \le"):
        assert part in latex
    assert "**" not in latex


def notation_clear(claim, notation):
    from theory.notation import notation_of

    return notation_of(notation).clear_of(claim.symbols)


def test_means_unions_and_choices_in_unicode():
    rho = Symbol("rho", real=True)
    mean = GaussianMean(z[0] ** 2, GaussianLaw(z[0]))
    claim = Claim(less(mean * rho, pi**-2 + 1), (Variable(rho, Choices((Rational(1, 2), Integer(-1)))),))
    assert claim.unicode() == "ρ·E[z₁²; GaussianLaw((z₁,), [[1]])] < π⁻² + 1 for all ρ ∈ {1/2, -1}"
    either = any_of(Event(Entry(0, 0), Relation.AT_LEAST, 1), Event(Trace(), Relation.LESS, 2))
    probability = ChainProbability(either, Network("relu", batch_size=2), 5, 1)
    assert at_least(probability, Rational(1, 3)).unicode() == (
        "P[1[G[1,1] ≥ 1 or tr G < 2] > 1/2; relu, batch, n = 2, d = 5, L = 1] ≥ 1/3"
    )


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (2 * RHO**WIDTH * DEPTH, "2·L·ρ^d"),
        (1 / RHO**2, "ρ⁻²"),
        (3 / (RHO**12 * sqrt(WIDTH)), "3/(√(d)·ρ¹²)"),
        ((RHO + 1) ** (RHO**2) * exp(-RHO), "(ρ + 1)^(ρ²)·exp(-ρ)"),
        (
            2 * ChainMean(SquaredErrorToFixedPoint(), Network("relu", batch_size=3), 4, 1),
            "2·E[‖G - G⋆‖²; relu, batch, n = 3, d = 4, L = 1]",
        ),
    ],
)
def test_powers_and_products_in_unicode(expression, shown):
    assert unicode_text(expression) == shown
