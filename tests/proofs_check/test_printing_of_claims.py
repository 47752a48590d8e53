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
from proofs_check.domains.domain import Variable
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
    assert claim.unicode() == "ρ·E[z₁²; z₁ ~ N(0, 1)] < π⁻² + 1 for all ρ ∈ {1/2, -1}"
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


def test_inner_sums_and_means_of_an_unreadable_statement_get_names():
    from proofs_check import ledger
    from proofs_check.latex import TOO_WIDE, WHERE, expression_width, statement_pieces

    for name in (
        "stationary_errors_of_the_figures",
        "gelu_is_stable_at_thirty_eight",
        "relu_fluctuation_constants_at_four",
    ):
        pieces = statement_pieces(ledger.load(name).statement)
        assert WHERE in pieces
        assert max(expression_width(piece) for piece in pieces[: pieces.index(WHERE)]) <= TOO_WIDE
        assert max(map(expression_width, pieces)) <= 1.1 * TOO_WIDE  # a mean's integrand has no place to be cut
        explained = [piece.split(" = ")[0] for piece in pieces[pieces.index(WHERE) + 1 :] if piece.startswith("A_{")]
        assert explained == [f"A_{{{k}}}" for k in range(1, len(explained) + 1)]  # each once, in order
    short = ledger.load("relu_fixed_point_diagonal_is_half").statement
    assert WHERE not in statement_pieces(short)


def test_names_take_a_letter_that_the_statement_leaves_free():
    from sympy import Symbol, sqrt, symbols

    from proofs_check import less
    from proofs_check.latex import statement_pieces

    a = Symbol("A", positive=True)
    roots = sqrt(sum(symbols("x1:50", positive=True)) + a)
    pieces = statement_pieces(less(roots, a))
    assert pieces[0] == r"\sqrt{H_{1}}"
    assert any(piece.startswith("H_{1} = ") for piece in pieces)


def test_polygamma_prints_as_psi():
    from sympy import Symbol, polygamma

    from theory.notation import expression_latex

    d = Symbol("d", positive=True)
    assert expression_latex(polygamma(1, d / 2) ** 2) == r"{\psi^{(1)}\left(\frac{d}{2}\right)}^{2}"
    assert expression_latex(polygamma(0, d)) == r"\psi\left(d\right)"
