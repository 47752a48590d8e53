"""The float64 maps against independent witnesses: planar quadrature, spheres, closed forms, Monte Carlo."""

from dataclasses import replace
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol, lambdify

from numerics.maps.batch_norm import batch_norm_map
from numerics.maps.gaussian import dual_gram
from numerics.maps.mean_field import mean_field_orbit, mean_field_step, mean_field_step_with_error
from numerics.maps.prepared import MapError, prepare
from theory import activations
from theory.conventions import x
from theory.mean_field import fixed_point
from theory.network import BatchNorm, Network

ELU = "max(x,0)+min(exp(x)-1,0)"
HARD_TANH = "min(max(x,-1),1)"
HARD_SWISH = "min(max(x+3,0),6)*x/6"
KINDS = ("tanh", "erf", "x*Phi(x)", "log(1+exp(x))", "sin(3*x)", "relu", "abs", ELU, "step(x)*cos(x)", "x/(1+abs(x))",
         HARD_TANH, "abs(tanh(x)-1/3)", HARD_SWISH, "x^3", "exp(x)", "max(exp(x)-2,0)", "abs(x)^(3/2)",
         "sign(x)*abs(x)^(1/3)")  # fmt: skip


def random_gram(n, seed, samples=None):
    rows = np.random.default_rng(seed).normal(size=(n, samples or 2 * n))
    return rows @ rows.T / rows.shape[1]


def planar_mean(text, gram, i, j):
    """E sigma(y_i) sigma(y_j) at n = 3: y runs over a circle with the angular density of a planar Gaussian."""
    with mpmath.workdps(19):
        sigma = lambdify(x, activations.get(text).formula, "mpmath")
        basis = [
            [1 / mpmath.sqrt(2), -1 / mpmath.sqrt(2), mpmath.mpf(0)],
            [1 / mpmath.sqrt(6)] * 2 + [-2 / mpmath.sqrt(6)],
        ]
        plane = mpmath.matrix(2, 2)
        for a in range(2):
            for b in range(2):
                plane[a, b] = sum(
                    basis[a][p] * mpmath.mpf(float(gram[p, q])) * basis[b][q] for p in range(3) for q in range(3)
                )
        det, inverse = mpmath.det(plane), plane**-1

        def integrand(angle):
            c, s = mpmath.cos(angle), mpmath.sin(angle)
            y = [mpmath.sqrt(3) * (c * basis[0][p] + s * basis[1][p]) for p in range(3)]
            quadratic = inverse[0, 0] * c * c + 2 * inverse[0, 1] * c * s + inverse[1, 1] * s * s
            return sigma(y[i]) * sigma(y[j]) / (2 * mpmath.pi * mpmath.sqrt(det) * quadratic)

        cuts = {mpmath.mpf(0), 2 * mpmath.pi}
        for place in (i, j):
            phase = mpmath.atan2(basis[1][place], basis[0][place])
            for kink in activations.get(text).kinks:
                reach = mpmath.sqrt(2)
                level = mpmath.mpf(str(kink.evalf(25))) / reach
                if abs(level) < 1:
                    for sign in (1, -1):
                        cuts.add((phase + sign * mpmath.acos(level)) % (2 * mpmath.pi))
        points = sorted(cuts | {mpmath.pi * k / 4 for k in range(8)})
        return float(mpmath.quad(integrand, points))


@pytest.mark.parametrize("text", KINDS)
def test_three_samples_against_planar_quadrature(text):
    gram = random_gram(3, seed=11)
    got = mean_field_step(Network(text, batch_size=3), gram)
    for i, j in ((0, 0), (1, 2)):
        exact = planar_mean(text, gram, i, j)
        assert got[i, j] == pytest.approx(exact, abs=2e-14 * max(1.0, np.abs(got).max()))


def sphere_means(text, gram, kinked):
    """n = 4 on the unit sphere of 1^perp with the angular density |u' S^-1 u|^(-3/2), by a product rule in numpy."""
    sigma = prepare(activations.get(text)).value
    basis = np.linalg.qr(np.c_[np.ones(4), np.random.default_rng(0).normal(size=(4, 3))])[0][:, 1:]
    plane = basis.T @ gram @ basis
    count = 500 if kinked else 200
    heights, weights = np.polynomial.legendre.leggauss(count)
    angles = 2 * np.pi * np.arange(2 * count) / (2 * count)
    u = np.stack([np.multiply.outer(np.sqrt(1 - heights**2), np.cos(angles)),
                  np.multiply.outer(np.sqrt(1 - heights**2), np.sin(angles)),
                  np.multiply.outer(heights, np.ones(2 * count))], axis=-1)  # fmt: skip
    density = np.einsum("abi,ij,abj->ab", u, np.linalg.inv(plane), u) ** -1.5 / np.sqrt(np.linalg.det(plane))
    mass = density * weights[:, None] / (4 * count)
    values = sigma(2 * u @ basis.T)
    return np.einsum("ab,abi,abj->ij", mass, values, values) / mass.sum()


@pytest.mark.parametrize(
    ("text", "accuracy"), [("tanh", 1e-13), ("x*Phi(x)", 1e-13), ("relu", 5e-5), (HARD_TANH, 5e-5)]
)
def test_four_samples_against_a_product_rule_on_the_sphere(text, accuracy):
    gram = random_gram(4, seed=5)
    got = mean_field_step(Network(text, batch_size=4), gram)
    assert np.abs(got - sphere_means(text, gram, accuracy > 1e-10)).max() < accuracy


@pytest.mark.parametrize("centered", [True, False])
@pytest.mark.parametrize("text", ["tanh", "x*Phi(x)", "relu", ELU, HARD_TANH])
def test_six_samples_against_simulated_rows(text, centered):
    """Errors in standard errors; 21 entries x 10 settings, each beyond 6.5 with probability 8e-11: below 2e-8 in total."""
    gram = random_gram(6, seed=2, samples=6) + 0.3
    sigma = prepare(activations.get(text)).value
    rows = np.random.default_rng(77).multivariate_normal(np.zeros(6), gram, size=150_000)
    if centered:
        rows -= rows.mean(axis=1, keepdims=True)
    values = sigma(rows * np.sqrt(6) / np.linalg.norm(rows, axis=1, keepdims=True))
    mean = values.T @ values / len(values)
    error = np.sqrt(((values**2).T @ values**2 / len(values) - mean**2) / len(values))
    got = mean_field_step(Network(text, BatchNorm(centered=centered), 6), gram)
    assert (np.abs(got - mean) < 6.5 * error + 1e-12).all()


@pytest.mark.parametrize("n", [3, 5, 16])
@pytest.mark.parametrize("text", ["identity", "relu", "abs", "leaky_relu(1/5)"])
def test_exchangeable_gram_reaches_the_closed_fixed_point(text, n):
    fixed = fixed_point(Network(text, batch_size=n))
    expected = np.array(fixed.matrix().evalf(25).tolist(), dtype=float)
    start = 2.3 * (0.7 * np.eye(n) + 0.3)
    assert np.abs(mean_field_step(Network(text, batch_size=n), start) - expected).max() < 1e-14


@pytest.mark.parametrize("text", ["abs(x)^(3/2)", "sqrt(abs(x))"])
def test_powers_reach_the_closed_fixed_point(text):
    """Not analytic up to 0 on either side: their arcs take a rule of their own."""
    fixed = np.array(fixed_point(Network(text, batch_size=8)).matrix().evalf(25).tolist(), dtype=float)
    for norm in ("batch", "batch-uncentered"):
        got, error = mean_field_step_with_error(Network(text, norm, 8), np.eye(8))
        assert error < 2e-14 * np.abs(got).max()
        if norm == "batch":
            assert np.abs(got - fixed).max() < 1e-14 * fixed.max()


@pytest.mark.parametrize("text", ["tanh", "log(1+exp(x))", HARD_TANH])
def test_exchangeable_diagonal_is_the_sphere_mean_of_one_coordinate(text):
    """b = E sigma(sqrt(n-1) s)^2 with density (1-s^2)^((n-4)/2): a one-dimensional integral."""
    n = 7
    with mpmath.workdps(25):
        sigma = lambdify(x, activations.get(text).formula, "mpmath")
        weight = lambda s: (1 - s * s) ** (mpmath.mpf(n - 4) / 2)
        cuts = [-1, -1 / mpmath.sqrt(6), 0, 1 / mpmath.sqrt(6), 1]
        b = mpmath.quad(lambda s: sigma(mpmath.sqrt(n - 1) * s) ** 2 * weight(s), cuts) / mpmath.quad(weight, cuts)
    got = mean_field_step(Network(text, batch_size=n), np.eye(n))
    assert np.abs(np.diag(got) - float(b)).max() < 1e-14 * max(1, float(b)) * 2


# kinks away from 0 between functions that are no polynomials; the last two are not continued beyond their kinks
BRANCHED = ("abs(tanh(x)-1/3)", "max(tanh(x),1/2)", "max(exp(x)-2,0)", "max(x-1,0)*exp(x)", "min(abs(x),1)*cos(x)",
            "min(max(tanh(x),-1/2),1/2)", "max(tanh(x),1/2)+step(x)", "exp(-abs(x-1))", "sqrt(max(x,1))+step(x)*exp(x)")  # fmt: skip
CORNERED = (HARD_TANH, "min(max(x,0),1)", "max(x-1,0)+min(x+1/2,0)", "min(max(x+3/2,0),3)*x/3", "max(x,1)")


def rank_two_means(text, directions, spread):
    """The map of samples in a plane: x = directions (cos t, spread sin t) for a uniform angle t, by arcs between kinks."""
    sigma = prepare(activations.get(text))
    n = len(directions)
    a, b = directions[:, 0], directions[:, 1] * spread
    length = (a @ a, a @ b, b @ b)
    result = np.zeros((n, n))
    nodes, weights = np.polynomial.legendre.leggauss(40)
    cuts = [0.0, *np.arctan2(a, -b)]
    for kink in sigma.kinks:
        # n (a cos + b sin)^2 = kink^2 |x|^2 as a quadratic in the tangent
        terms = [n * np.array([b * b, 2 * a * b, a * a])[k] - kink**2 * np.array([length[2], 2 * length[1], length[0]])[k]
                 for k in range(3)]  # fmt: skip
        roots = np.concatenate([np.roots(row) for row in np.transpose(terms)])
        cuts += list(np.arctan(roots[np.abs(roots.imag) < 1e-12].real))
    # arcs where the direction turns fast
    cuts += list(np.arctan(np.concatenate([[-1], [1]])[:, None] * np.logspace(-9, 9, 37)).ravel())
    ends = np.sort(np.unique(np.mod(cuts, np.pi)))
    ends = np.append(ends, ends[0] + np.pi)
    for low, high in pairwise(ends):
        for turn in (0.0, np.pi):
            t = low + (high - low) * (nodes + 1) / 2 + turn
            x_row = np.outer(a, np.cos(t)) + np.outer(b, np.sin(t))
            values = sigma.value(np.sqrt(n) * x_row / np.sqrt((x_row**2).sum(axis=0)))
            result += (values * weights) @ values.T * (high - low) / 2 / (2 * np.pi)
    return result


@pytest.mark.parametrize("text", ["relu", "selu", ELU, "x/(1+abs(x))", "step(x)*cos(x)", "exp(-abs(x-1))"])
def test_kinks_on_samples_in_a_plane(text):
    """By a table for most kinks at 0, by arcs for kinks between functions that are no polynomials."""
    directions = np.random.default_rng(21).normal(size=(7, 2))
    directions[1], directions[2], directions[3] = directions[0], -directions[0], directions[0] + 1e-6
    got = batch_norm_map(prepare(activations.get(text)), directions @ directions.T, centered=False)
    assert np.abs(got - rank_two_means(text, directions, 1.0)).max() < 5e-15 * np.abs(got).max()


def test_longest_arcs_decide_how_many_points_they_take():
    """Hard tanh by arcs at n = 16: those of ellipses just short of a kink were sampled too coarsely."""
    hard = replace(prepare(activations.get(HARD_TANH)), polynomials=None)
    gram = random_gram(16, seed=3)
    by_corners = batch_norm_map(prepare(activations.get(HARD_TANH)), gram)
    assert np.abs(batch_norm_map(hard, gram)[:4, :4] - by_corners[:4, :4]).max() < 1e-14


def test_rules_and_transforms_are_exact_to_the_last_digit():
    from numerics.maps.circle import chebyshev_cosines, legendre

    nodes, weights = legendre(40)
    for power in (0, 1, 20, 50):
        assert abs((power + 1) * weights @ nodes**power - 1) < 6e-16
    exact = np.cos(np.multiply.outer(2 * np.arange(60) + 1, np.arange(60)) * (np.arctan(np.longdouble(1)) / 30))
    assert np.abs(chebyshev_cosines(60, 60) - exact).max() < 3e-16


@pytest.mark.parametrize("text", CORNERED + BRANCHED)
@pytest.mark.parametrize("spread", [1.0, 1e-2, 1e-4])
def test_kinks_away_from_zero_on_samples_in_a_plane(text, spread):
    """Duplicates, nearly equal and opposite samples, samples that meet a kink at the same time, strong anisotropy."""
    directions = np.random.default_rng(21).normal(size=(7, 2))
    directions[1], directions[2], directions[3] = directions[0], -directions[0], directions[0] + 1e-6
    got = batch_norm_map(
        prepare(activations.get(text)), directions @ np.diag([1, spread**2]) @ directions.T, centered=False
    )
    # the smaller eigenvalue, spread^2, comes with an error of 1e-16, and its root counts
    assert np.abs(got - rank_two_means(text, directions, spread)).max() < (2e-14 + 3e-16 / spread) * np.abs(got).max()


@pytest.mark.parametrize("text", CORNERED)
def test_compiled_corners_agree_with_numpy(text, monkeypatch):
    from numerics.maps import corners

    sigma, gram = prepare(activations.get(text)), random_gram(7, seed=4, samples=9)
    compiled = batch_norm_map(sigma, gram)
    monkeypatch.setattr(corners, "compiled_module", lambda: None)
    assert np.abs(compiled - batch_norm_map(sigma, gram)).max() < 3e-15 * np.abs(compiled).max()


@pytest.mark.parametrize("text", BRANCHED[:5])
def test_branches_agree_with_pieces_of_the_integral(text):
    """Corners and lines against the integral cut at both, compiled and not, on a wide spectrum; two samples nearly agree."""
    from numerics.maps import branches, corners

    sigma = prepare(activations.get(text))
    rows = np.random.default_rng(6).normal(size=(6, 6)) * np.geomspace(1, 1e-2, 6)
    rows[1] = rows[0] + 1e-5 * rows[1]
    gram = rows @ rows.T
    by_pieces = batch_norm_map(replace(sigma, branches=None), gram)
    size = np.abs(by_pieces).max()
    assert np.abs(batch_norm_map(sigma, gram) - by_pieces).max() < 1e-14 * size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(branches, "compiled_module", lambda: None)
        patch.setattr(corners, "compiled_module", lambda: None)
        assert np.abs(batch_norm_map(sigma, gram) - by_pieces).max() < 1e-14 * size


@pytest.mark.parametrize("text", BRANCHED[:4])
def test_branches_on_many_samples(text):
    """Nodes that were tried on few samples serve 3 to 40, on round, steep and wide spectra."""
    sigma = prepare(activations.get(text))
    for n, decay in ((3, 1.0), (4, 3.0), (8, 2.0), (16, 0.0), (16, 4.0), (40, 2.0)):
        rows = np.random.default_rng(n).normal(size=(n, n)) * np.logspace(0, -decay, n)
        got, fine = (batch_norm_map(sigma, rows @ rows.T, refine=r) for r in (1.0, 0.6))
        # two to four addends of the size of the map
        assert np.abs(got - fine).max() < 2e-14 * np.abs(fine).max()


@pytest.mark.parametrize("text", [HARD_TANH, "max(x-1,0)+min(x+1/2,0)", "min(max(x,0),1)"])
def test_branches_agree_with_closed_arcs(text):
    """Piecewise polynomials by Gauss-Legendre on arcs of tabulated branches, and by moments of arcs."""
    from numerics.maps.prepared import Branch

    sigma = prepare(activations.get(text))
    polynomials = [np.polynomial.Polynomial(p) for p in sigma.polynomials]
    tabulated = tuple(Branch(lambda y, p=p: p(y), lambda y, p=p: y * p.deriv()(y)) for p in polynomials)
    by_tables = replace(sigma, polynomials=None, branches=tabulated)
    gram = random_gram(9, seed=4, samples=9)
    by_moments = batch_norm_map(sigma, gram)
    assert np.abs(batch_norm_map(by_tables, gram) - by_moments).max() < 1e-14 * np.abs(by_moments).max()


def test_functions_that_end_are_not_continued():
    from numerics.maps.branches import branch_parts

    for text in ("sqrt(max(x,1))", "1/max(x,1/2)", "max(log(max(x,1/2)),0)"):
        assert branch_parts(prepare(activations.get(text)), 2.0) is None
    assert branch_parts(prepare(activations.get("max(log(1+exp(x))-1,0)")), 2.0) is not None


def test_a_jump_beside_a_kink_met_at_right_angles():
    """Four uncorrelated samples: two of them lie evenly in a disc, the ellipse of which touches x = 1 just at y = 0."""
    text = "max(x-1,0)+step(x)"
    with mpmath.workdps(25):
        sigma = lambda p: 1 + max(p - 1, 0)
        strip = lambda c: c + max(c - 1, 0) ** 2 / 2
        area = mpmath.quad(lambda p: sigma(p) * strip(mpmath.sqrt(4 - p * p)), [0, 1, mpmath.sqrt(3), 2])
    got = batch_norm_map(prepare(activations.get(text)), np.eye(4), centered=False)
    assert got[0, 1] == pytest.approx(float(area / (4 * mpmath.pi)), abs=1e-15)


@pytest.mark.parametrize("text", ["min(max(x,-1),1)+sign(x)", "sign(x)*exp(-x^2)+min(max(x,-1),1)"])
def test_a_sample_that_is_zero_lies_on_neither_side_of_a_jump(text):
    directions = np.array([[1.0, 0.5], [0.0, 0.0], [-0.3, 1.0], [0.0, 2.0]])
    got = batch_norm_map(prepare(activations.get(text)), directions @ directions.T, centered=False)
    assert np.abs(got - rank_two_means(text, directions, 1.0)).max() < 1e-14


def test_identity_is_carlsons_integral():
    """sigma = id, uncentred: F is diagonal on a diagonal Gram, n E x_i z_i^2 / sum x_j z_j^2."""
    eigenvalues = [0.2, 1.0, 3.5, 0.9]
    got = mean_field_step(Network("identity", BatchNorm(centered=False), 4), np.diag(eigenvalues))
    for i, value in enumerate(eigenvalues):
        with mpmath.workdps(20):
            exact = mpmath.quad(lambda t, v=value: 2 * v / (1 + v * t) / mpmath.sqrt(
                mpmath.fprod(1 + e * t for e in eigenvalues)), [0, 1, 10, 100, mpmath.inf])  # fmt: skip
        assert got[i, i] == pytest.approx(float(exact), abs=2e-14)
    assert np.abs(got - np.diag(np.diag(got))).max() < 1e-15


@given(st.integers(2, 9), st.sampled_from(KINDS[:10]), st.booleans(), st.integers(0, 2**20), st.integers(0, 3))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_laws_of_the_map(n, text, centered, seed, missing):
    """Scale and shift invariance, permutations, positive semidefinite images, at full and at deficient rank."""
    gram = random_gram(n, seed, samples=max(2, n - missing))
    network = Network(text, BatchNorm(centered=centered), n)
    image, error = mean_field_step_with_error(network, gram)
    size = np.abs(image).max()
    assert error < 3e-13 * size
    order = np.random.default_rng(seed).permutation(n)
    assert (
        np.abs(mean_field_step(network, gram[np.ix_(order, order)]) - image[np.ix_(order, order)]).max() < 1e-12 * size
    )
    shift = 0.7 if centered else 0.0
    # rank one is where the map is only Hoelder 1/2 in its argument
    if np.linalg.matrix_rank(gram - centered * gram.mean()) > 1 and n > 2:
        assert np.abs(mean_field_step(network, 3 * gram + shift) - image).max() < 1e-11 * size
    assert np.linalg.eigvalsh(image)[0] > -1e-13 * size
    assert (image == image.T).all()


def test_rank_one_is_two_points():
    direction = np.array([1.0, -2.0, 0.5, 0.5])
    got = mean_field_step(Network("tanh", batch_size=4), np.outer(direction, direction))
    y = np.tanh(2 * direction / np.linalg.norm(direction))
    assert np.abs(got - np.outer(y, y)).max() < 1e-15


def test_duplicated_samples_and_a_sample_at_the_mean():
    rows = np.random.default_rng(4).normal(size=(5, 9))
    rows[1] = rows[0]
    rows[4] = rows[:4].mean(axis=0)
    gram = rows @ rows.T
    for text in ("tanh", "relu", "log(1+exp(x))", ELU):
        got, error = mean_field_step_with_error(Network(text, batch_size=5), gram)
        assert error < 1e-13
        assert np.abs(got[0] - got[1]).max() < 1e-14
        at_zero = prepare(activations.get(text)).value(np.zeros(1))[0]
        assert got[4, 4] == pytest.approx(at_zero**2, abs=1e-7)


@pytest.mark.parametrize("text", ["relu", "abs", "tanh", ELU, "max(x,0)+max(x-1/2,0)", HARD_TANH, "max(x-1,0)^2"])
def test_nodes_serve_wide_spectra(text):
    """Against finer nodes, and three samples against arcs; the two nearest samples differ by 1e-6."""
    sigma = prepare(activations.get(text))
    for n, spread in [(3, 0.06), (3, 0.02), (3, 1e-3), (4, 1e-2), (8, 1e-4), (24, 1e-3)]:
        rows = np.random.default_rng(n).normal(size=(n, n)) * np.geomspace(1, spread, n)
        rows[1] = rows[0] + 1e-6 * rows[1]
        got, fine = (batch_norm_map(sigma, rows @ rows.T, refine=r) for r in (1.0, 0.4))
        assert np.abs(got - fine).max() < 1e-14 * max(1, np.abs(got).max())
    for spread in (0.06, 0.02):
        directions = np.random.default_rng(5).normal(size=(3, 2))
        gram = directions @ np.diag([1, spread**2]) @ directions.T
        exact = rank_two_means(text, directions, spread)
        # the smaller eigenvalue, spread^2, comes with an error of 1e-16, and its root counts
        assert np.abs(batch_norm_map(sigma, gram, centered=False) - exact).max() < 2e-14 + 3e-16 / spread


def test_wide_spectrum_is_reported_honestly():
    rows = np.random.default_rng(9).normal(size=(8, 8)) * np.logspace(0, -5, 8)
    for text in ("tanh", "relu"):
        _, error = mean_field_step_with_error(Network(text, batch_size=8), rows @ rows.T)
        assert error < 1e-12


def test_orbit_converges_and_keeps_every_layer():
    gram = random_gram(8, seed=6)
    orbit = mean_field_orbit(Network("tanh", batch_size=8), gram, 150)
    assert orbit.shape == (151, 8, 8)
    assert (orbit[0] == gram).all()
    assert np.abs(orbit[-1] - mean_field_step(Network("tanh", batch_size=8), np.eye(8))).max() < 1e-11


# Gaussian duals --------------------------------------------------------------------------------------------------


def test_closed_duals_over_a_matrix_with_unequal_variances():
    k = random_gram(7, seed=3) * 2
    k[1], k[:, 1] = k[0], k[:, 0]
    k[1, 1] = k[0, 0]
    q = np.diag(k)
    erf = 2 / np.pi * np.arcsin(2 * k / np.sqrt(np.outer(1 + 2 * q, 1 + 2 * q)))
    sin = np.exp(-(q[:, None] + q) / 2) * np.sinh(k)
    d = np.sqrt(np.outer(1 + q, 1 + q) - k**2)
    gelu = ((k**2 + np.outer(q, q) * d**2) / (np.outer(1 + q, 1 + q) * d) + k * np.arctan(k / d)) / (2 * np.pi) + k / 4
    for text, exact in (("erf", erf), ("sin", sin), ("x*Phi(x)", gelu), ("exp(x)", np.exp((q[:, None] + q) / 2 + k))):
        assert np.abs(dual_gram(activations.get(text), k) / exact - 1).max() < 2e-13, text
        assert np.abs(dual_gram(activations.get(text), k) - exact).max() < 2e-14 * max(1, np.abs(exact).max()), text


@pytest.mark.parametrize("text", [ELU, HARD_TANH, "step(x)*cos(x)", "tanh"])
def test_duals_against_nested_quadrature(text):
    k = np.array([[1.3, 0.4], [0.4, 0.6]])
    sigma = prepare(activations.get(text)).value
    kinks = [float(c) for c in activations.get(text).kinks]
    total = 0.0
    nodes, weights = np.polynomial.legendre.leggauss(60)

    def pieces(low, high, cuts):
        ends = sorted({low, high, *(c for c in cuts if low < c < high), *np.linspace(low, high, 7)})
        a, b = np.array(ends[:-1]), np.array(ends[1:])
        return ((a + b)[:, None] / 2 + (b - a)[:, None] / 2 * nodes).ravel(), np.outer((b - a) / 2, weights).ravel()

    u, wu = pieces(-9 * 1.3**0.5, 9 * 1.3**0.5, kinks)
    v, wv = pieces(-9 * 0.6**0.5, 9 * 0.6**0.5, kinks)
    det = np.linalg.det(k)
    quadratic = (k[1, 1] * u[:, None] ** 2 - 2 * k[0, 1] * np.outer(u, v) + k[0, 0] * v**2) / det
    total = (wu * sigma(u)) @ np.exp(-quadratic / 2) @ (wv * sigma(v)) / (2 * np.pi * np.sqrt(det))
    assert dual_gram(activations.get(text), k)[0, 1] == pytest.approx(total, abs=2e-14)


def test_diagonals_do_not_pass_through_the_pair_map():
    """The erf network whose diagonal a pair map loses (two of sixteen at 0.02): weights 1.5, 200 layers."""
    rows = np.random.default_rng(16).normal(size=(16, 64))
    network = Network("erf", None, 16, weight_variance=Rational(9, 4))
    orbit = mean_field_orbit(network, rows @ rows.T / 64, 200)
    diagonal = np.diag(orbit[-1])
    q = 1.0
    for _ in range(500):
        q = 2 / np.pi * np.arcsin(2 * 2.25 * q / (1 + 2 * 2.25 * q))
    assert np.abs(diagonal - q).max() < 1e-12


def test_layer_and_rms_normalisation_in_the_limit_of_width():
    gram = random_gram(4, seed=8)
    scale = np.sqrt(np.diag(gram))
    expected = dual_gram(activations.get("tanh"), gram / np.outer(scale, scale))
    for key in ("layer", "rms"):
        assert np.abs(mean_field_step(Network("tanh", key, 4), gram) - expected).max() < 1e-15


def test_uncentred_bias_is_a_shift_and_variances_scale():
    gram = random_gram(4, seed=1)
    plain = mean_field_step(Network("relu", "none", 4, weight_variance=2, bias_variance=Rational(1, 4)), gram)
    assert np.abs(plain - dual_gram(activations.get("relu"), 2 * gram + 0.25)).max() < 1e-15
    batch = Network("tanh", "batch-uncentered", 4, weight_variance=2, bias_variance=Rational(1, 4))
    assert (
        np.abs(mean_field_step(batch, gram) - batch_norm_map(prepare(batch.activation), 2 * gram + 0.25, False)).max()
        < 1e-14
    )


@pytest.mark.parametrize(
    ("network", "gram", "message"),
    [
        (Network("relu", batch_size=3), np.ones((3, 3)), "all samples are identical"),
        (Network("relu", batch_size=3), np.eye(4), "batch size is 3"),
        (Network("relu"), np.ones((3, 2)), "is square"),
        (Network("relu"), [[1.0, 0.5], [0.2, 1.0]], "not symmetric"),
        (Network("relu"), [[1.0, 2.0], [2.0, 1.0]], "positive semidefinite"),
        (Network("relu"), [[np.nan, 0.0], [0.0, 1.0]], "not finite"),
        (Network("relu", BatchNorm(epsilon=Rational(1, 100)), 3), np.eye(3), "epsilon = 0"),
        (Network("relu", "layer", 2), [[0.0, 0.0], [0.0, 1.0]], "sample 0 is zero"),
        (Network("step(x-1)", batch_size=3), np.eye(3), "jumps at 1"),
        (Network("relu", batch_size=2, weight_variance=Symbol("v", positive=True)), np.eye(2), "symbolic"),
    ],
)
def test_bad_input_is_named(network, gram, message):
    with pytest.raises(ValueError, match=message):
        mean_field_step(network, gram)


def test_bad_depth_and_runaway_orbits():
    with pytest.raises(MapError, match="depth must be"):
        mean_field_orbit(Network("relu"), np.eye(2), -1)
    with pytest.raises(MapError, match="layer"):
        mean_field_orbit(Network("x^3", None, 2), 50 * np.eye(2), 30)
    with pytest.raises(MapError, match="square matrix"):
        dual_gram(activations.get("tanh"), np.ones(3))


def test_an_undeclared_kink_is_noticed():
    hard = prepare(activations.get(HARD_TANH))
    with pytest.raises(MapError, match="undeclared kink"):
        batch_norm_map(replace(hard, kinks=()), np.eye(3))
    with pytest.raises(MapError, match="declare every kink"):
        batch_norm_map(replace(hard, kinks=(0.0,)), np.eye(3))


@pytest.mark.parametrize("text", ["tanh", "x*Phi(x)", "sin(3*x)"])
def test_compiled_loops_agree_with_numpy(text, monkeypatch):
    from numerics.maps import batch_norm

    sigma, gram = prepare(activations.get(text)), random_gram(9, seed=4)
    gram[0] = gram[:, 0] = gram.mean(axis=0)
    compiled = batch_norm_map(sigma, gram, centered=False)
    monkeypatch.setattr(batch_norm, "_compiled", lambda: None)
    assert np.abs(compiled - batch_norm_map(sigma, gram, centered=False)).max() < 3e-15 * np.abs(compiled).max()


@pytest.mark.parametrize("text", ["tanh", "x*Phi(x)", "log(1+exp(x))", "sin"])
@pytest.mark.parametrize("spread", [1.0, 5.0])
def test_tables_of_coefficients_agree_with_direct_sums(text, spread):
    """Several octaves of standard deviations, correlations up to 0.98."""
    from numerics.maps.hermite_dual import hermite_dual
    from numerics.maps.hermite_table import table_dual

    sigma = prepare(activations.get(text))
    correlations = random_gram(8, seed=6, samples=8)
    scale = np.sqrt(np.diag(correlations))
    cosines = correlations / np.outer(scale, scale)
    cosines[0, 1] = cosines[1, 0] = 0.98
    np.fill_diagonal(cosines, 1.0)
    deviations = np.geomspace(0.3, 0.3 * spread, 8)
    direct, table = hermite_dual(sigma, cosines, deviations), table_dual(sigma, cosines, deviations)
    assert direct is not None
    assert table is not None
    assert np.abs(table - direct).max() < 3e-15 * np.abs(direct).max()


def test_a_constant_even_part_is_left_out():
    """The sigmoid is 1/2 and an odd function: without centring its even orders are rounding, at some sizes none is kept."""
    for n in (4, 6):
        image = mean_field_step(Network("sigmoid", "batch-uncentered", n), np.eye(n))
        assert image[0, 1] == pytest.approx(0.25, abs=1e-12)
