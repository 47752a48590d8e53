"""Concentration bounds: each against a simulation, a finite difference or an exact value that shares no formula with it."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sympy import Matrix, Rational, S, Symbol

from numerics.maps import mean_field_orbit
from tests.theory.sphere_grid import helmert, mean_field, unit_sphere
from theory import Network, fixed_point, stationary_fluctuations
from theory.concentration import (
    BOUNDS,
    Bound,
    BoundKind,
    Constant,
    Hypothesis,
    HypothesisError,
    contraction_bound,
    eigenvalue_count,
    eigenvalue_proposition,
    exact_one_step_noise,
    local_constants,
    local_exit_probability,
    local_gram_mean_square,
    local_mean_square,
    mixing_tail,
    one_step_bounded_differences,
    one_step_noise,
    one_step_pinelis,
    orthogonality_gap_2021,
    theorem_one,
    theorem_two,
    two_sample_mean_square,
    two_sample_recursion,
)
from theory.concentration.local import LocalConstants, a, curvature, density_ratio, mu, quartic_share, weak
from theory.concentration.row_size import centered_row_size, row_size
from theory.concentration.two_samples import next_radius, orbit, two_sample_threshold
from theory.network import NetworkError
from theory.sources import DERIVED_HERE


def relu(t: np.ndarray) -> np.ndarray:
    return np.maximum(t, 0)


def normalised(gram: np.ndarray, count: int, generator: np.random.Generator, centered: bool = True) -> np.ndarray:
    x = generator.standard_normal((count, len(gram))) @ np.linalg.cholesky(gram + 1e-13 * np.eye(len(gram))).T
    if centered:
        x -= x.mean(1, keepdims=True)
    return np.sqrt(len(gram)) * x / np.linalg.norm(x, axis=1, keepdims=True)


def exchangeable(network: Network) -> np.ndarray:
    return np.array(fixed_point(network).matrix()).astype(float)


# rows


@pytest.mark.parametrize("name", ["relu", "abs", "leaky_relu(1/5)", "identity", "leaky_relu(-2)", "tanh"])
@pytest.mark.parametrize("size", [3, 4])
def test_row_size_is_a_supremum(name, size):
    from sympy import lambdify

    from theory import activations
    from theory.conventions import x

    network = Network(name, batch_size=size)
    function = lambdify(x, activations.get(name).formula, "numpy")
    z = np.sqrt(size) * unit_sphere(size - 1, 400)[0] @ helmert(size)
    s = function(z)
    largest = (s**2).sum(1).max()
    largest_centred = ((s - s.mean(1, keepdims=True)) ** 2).sum(1).max()
    assert largest <= float(row_size(network)) + 1e-12
    assert largest_centred <= float(centered_row_size(network)) + 1e-12
    if name != "tanh":
        assert largest > 0.999 * float(row_size(network))
    if name == "relu":
        assert largest_centred > 0.999 * float(centered_row_size(network))


# one step


def test_one_step_tails_hold_and_order():
    """n = 4, d = 40, 20 000 layers from G_*; the bounds are compared with the frequency plus six standard errors."""
    network = Network("relu", batch_size=4)
    gram = exchangeable(network)
    generator = np.random.default_rng(11)
    s = relu(normalised(gram, 20_000 * 40, generator)).reshape(20_000, 40, 4)
    distance = np.linalg.norm(np.einsum("kri,krj->kij", s, s) / 40 - gram, axis=(1, 2))
    noise = stationary_fluctuations(network).one_step_noise
    for t in (0.3, 0.6, 0.9):
        frequency = (distance >= t).mean()
        error = 6 * np.sqrt(frequency * (1 - frequency) / 20_000 + 1e-9)
        assert frequency <= one_step_pinelis(network).at(width=40, t=t) + error
        if t > np.sqrt(float(noise) / 40):
            assert frequency <= one_step_bounded_differences(network).at(width=40, t=t, v=noise) + error
    assert abs((distance**2).mean() - exact_one_step_noise(network).at(width=40)) < 6 * (distance**2).std() / 141
    assert exact_one_step_noise(network).at(width=40) < one_step_noise(network).at(width=40)
    with pytest.raises(HypothesisError, match="deviation beyond the mean"):
        one_step_bounded_differences(network).at(width=40, t=0.01, v=noise)


# the local theorem


@pytest.mark.parametrize("size", [3, 4])
def test_density_ratio_bounds_the_angular_central_gaussian(size):
    generator = np.random.default_rng(3)
    m = size - 1
    for x in (0.01, 0.1, 0.3, 0.5):
        worst = 0.0
        for _ in range(300):
            e = generator.standard_normal((m, m))
            e = e + e.T
            values = np.linalg.eigvalsh(np.eye(m) + x * e / np.linalg.norm(e))
            worst = max(worst, values[-1] ** (m / 2) / np.sqrt(values.prod()))
        bound = float(density_ratio(m, S(x)))
        assert worst <= bound < 1 + 3 * (worst - 1)


@pytest.mark.parametrize("m", [2, 3, 4, 5])
def test_quartic_share_bounds_the_directional_part(m):
    """E[Wick quartic | direction] by moments of chi: for sum d_i d_j :y_i^2 y_j^2:, all diagonal D of a random sample."""
    generator = np.random.default_rng(m)
    u, w = unit_sphere(m, 14)
    best = 0.0
    for trial in range(40):
        diagonal = generator.standard_normal(m) if trial else np.array([1.0, -1.0] + [0.0] * (m - 2))
        p, q = (u**2) @ diagonal, (u**2) @ diagonal**2
        trace, square = diagonal.sum(), (diagonal**2).sum()
        # (sum d y^2 - tr)^2 - 4 sum d^2 y^2 + 2 sum d^2 at y = r u, with E r^2 = m and E r^4 = m(m+2)
        part = m * (m + 2) * p**2 - 2 * trace * m * p + trace**2 - 4 * m * q + 2 * square
        total = 8 * square**2 + 16 * (diagonal**4).sum()
        best = max(best, float(w @ part**2) / total)
    assert best <= float(quartic_share(m)) * (1 + 1e-9)
    assert best > 0.5 * float(quartic_share(m))


@pytest.mark.parametrize("size", [3, 4])
def test_curvature_bounds_second_differences(size):
    """At G_* and at random points of the ball, along random directions; the largest ratio is to be seen, not only the sign."""
    network = Network("tanh", batch_size=size)
    from tests.theory.sphere_grid import grid_value

    gram = np.array(fixed_point(network).matrix().applyfunc(lambda e: S(grid_value(e)))).astype(float)
    constants = local_constants(network)
    level, weak_noise = grid_value(constants.mu), max(grid_value(t) for t in constants.weak_noise.args)
    centre = np.eye(size) - 1 / size
    generator = np.random.default_rng(5)
    radius = 0.2
    bound = float(curvature(constants.dimension, weak).subs({a: radius, mu: level, weak: weak_noise}))
    worst = 0.0
    for trial in range(12):
        e, f = (generator.standard_normal((size, size)) for _ in range(2))
        e, f = (centre @ (g + g.T) @ centre for g in (e, f))
        e, f = e / np.linalg.norm(e), f / np.linalg.norm(f)
        point = gram + (radius * level * f if trial % 2 else 0)
        h = 1e-2 * level
        plus, middle, minus = (centre @ mean_field(np.tanh, point + k * h * e) @ centre for k in (1, 0, -1))
        worst = max(worst, float(np.linalg.norm(plus - 2 * middle + minus)) / h**2)
    assert worst <= bound < 25 * worst


def test_second_derivative_of_relu_at_five_samples_over_all_directions():
    """The worst direction is near a difference of two samples; along a random one it is about 0.4, and the plain bound is 39."""
    size, step = 5, 0.01
    network = Network("relu", batch_size=size)
    centre, basis = np.eye(size) - 1 / size, helmert(size)
    base = float(fixed_point(network).mu.evalf(17)) * centre

    def image(gram):
        return centre @ mean_field_orbit(network, gram, 1)[-1] @ centre

    def second(direction):
        return (image(base + step * direction) + image(base - step * direction) - 2 * image(base)) / step**2

    units = [(i, j) for i in range(size - 1) for j in range(i, size - 1)]
    symmetric = [(np.outer(basis[i], basis[j]) + np.outer(basis[j], basis[i])) / 2 for i, j in units]
    symmetric = [e / np.linalg.norm(e) for e in symmetric]
    pure = [second(e) for e in symmetric]
    form = np.array([[(second(e + f) - pure[i] - pure[j]) / 2 for j, f in enumerate(symmetric)]
                     for i, e in enumerate(symmetric)])  # fmt: skip

    def norm(d):
        return float(np.linalg.norm(np.einsum("i,j,ijab->ab", d, d, form)))

    generator = np.random.default_rng(0)
    drawn = generator.standard_normal((60, len(units)))
    drawn /= np.linalg.norm(drawn, axis=1)[:, None]
    found = []
    for d in drawn:
        for _ in range(60):  # power iteration on the gradient of the squared norm
            d = np.einsum("ab,j,ijab->i", np.einsum("i,j,ijab->ab", d, d, form), d, form)
            d /= np.linalg.norm(d)
        found.append(norm(d))
    assert 1.051 < max(found) < 1.06
    assert 0.3 < np.median([norm(d) for d in drawn]) < 0.5


@pytest.mark.parametrize("size", [3, 4])
def test_local_theorem_is_within_three_of_simulation_at_ten_times_its_width(size):
    """Stationary mean square at ten times the width where the bound starts to speak: bound/measured in (1, 3).

    The measured mean has a relative error below 2 % (400 layers of 12 chains); the margins are more than six of those.
    """
    network = Network("relu", batch_size=size)
    bound = local_mean_square(network).evaluated()
    width = 10 * (bound.vacuous_below(depth=20) or 0)
    sharp = stationary_fluctuations(network).centered_fluctuation_constant.evalf()
    ratio = float(bound.at(depth=20, width=width) * width / sharp)
    assert 1 < ratio < 3
    assert width < {3: 50_000, 4: 300_000}[size]


@pytest.mark.slow
def test_local_theorem_at_eight_samples():
    """The sphere means of three and four coordinates come from the evaluator; ratio bound/sharp in (1, 3)."""
    from numerics.evaluate import evaluate

    network = Network("relu", batch_size=8)
    sharp = float(evaluate(stationary_fluctuations(network).centered_fluctuation_constant, 10).value)
    bound = local_mean_square(network).evaluated()
    assert 1 < float(bound.at(depth=20, width=11_000_000)) * 11_000_000 / sharp < 1.6


def test_sharp_constant_against_an_independent_chain():
    """d E|S - S_*|^2 at n = 3, d = 600, 60 chains of 120 layers: within six standard errors over chains of tr V."""
    network = Network("relu", batch_size=3)
    gram = exchangeable(network)
    generator = np.random.default_rng(17)
    centre = np.eye(3) - 1 / 3
    totals = []
    for _ in range(60):
        g, values = gram, []
        for layer in range(120):
            s = relu(normalised(g, 600, generator))
            g = s.T @ s / 600
            if layer >= 20:
                values.append(600 * np.linalg.norm(centre @ (g - gram) @ centre) ** 2)
        totals.append(np.mean(values))
    sharp = float(stationary_fluctuations(network).centered_fluctuation_constant.evalf())
    assert abs(np.mean(totals) - sharp) < 6 * np.std(totals) / np.sqrt(60) + 0.01 * sharp


def test_gram_bound_is_above_the_sharp_constant():
    network = Network("identity", batch_size=4)
    bound = local_gram_mean_square(network).evaluated()
    sharp = float(stationary_fluctuations(network).fluctuation_constant)
    assert 1 < float(bound.at(depth=30, width=10**7)) * 10**7 / sharp < 1.2


def test_exit_probability_decreases_exponentially_in_the_width():
    bound = local_exit_probability(Network("relu", batch_size=3)).evaluated()
    once, twice = (mpmath.log(bound.at(width=w, depth=20)) for w in (20_000, 40_000))
    assert 1.7 < twice / once < 2.3
    assert bound.vacuous_below(depth=10**6) < 3 * bound.vacuous_below(depth=20)


def test_local_theorem_refuses_unstable_and_far_starts():
    with pytest.raises(HypothesisError, match="stable fixed point"):
        local_mean_square(
            Network("leaky_relu(1/5)", batch_size=4)
        ).at(width=1000, depth=5, rho=Constant(Rational(11, 10), "an enclosure"))  # fmt: skip
    with pytest.raises(HypothesisError, match="start in the ball"):
        local_mean_square(Network("relu", batch_size=4)).at(width=1000, depth=5, delta0=1)
    with pytest.raises(HypothesisError, match=r"linear growth.*x\*\*3"):
        local_mean_square(Network("x^3", batch_size=4))
    with pytest.raises(NetworkError, match="degenerate"):
        local_mean_square(Network("relu", batch_size=2))


# mixing


def test_mixing_tail_forgets_the_start():
    bound = mixing_tail(Network("relu", batch_size=3)).evaluated()
    early, late = (bound.at(width=10**6, depth=l, alpha=0.2, t=0.05) for l in (1, 60))
    assert early > 0.8
    assert late < 1e-3
    with pytest.raises(HypothesisError, match="alpha admissible"):
        bound.at(width=10**6, depth=3, alpha=2, t=0.05)


def test_mixing_tail_is_attained_by_two_states():
    """A chain that leaves state 0 with probability p and state 1 with alpha - p: mixing rate alpha, pi(1) = p/alpha."""
    p, alpha = Rational(1, 50), Rational(1, 3)
    chain = Matrix([[1 - p, p], [alpha - p, 1 - alpha + p]])
    invariant = Matrix([[1 - p / alpha, p / alpha]])
    assert invariant * chain == invariant
    for state in (Matrix([[1, 0]]), Matrix([[0, 1]])):
        before, after = state - invariant, state * chain - invariant
        assert after == (1 - alpha) * before


def test_mixing_tail_by_hand():
    """Constants that are plain numbers: Chebyshev's term rules in wide networks; where the exit probability is near 1 nothing is said."""
    values = LocalConstants(*map(Rational, (2, 1, "1/2", "1/10", "1/20", 1, 1, 1, 1, 1, 1)))
    bound = mixing_tail(Network("relu", batch_size=3), values)
    found = bound.at(width=10**6, depth=10**4, alpha=Rational(1, 10), t=Rational(1, 10))
    spread = 0.1 / 10**6 / (1 - 0.25)
    assert found > spread / 0.01
    assert found < 1.5 * spread / 0.01
    assert bound.at(width=10, depth=10**4, alpha=Rational(1, 10), t=Rational(1, 10)) >= 1


def test_cited_theorems_have_no_value():
    bound = theorem_two(Network("relu", batch_size=5))
    assert bound.formula is None
    with pytest.raises(HypothesisError, match="constants unspecified"):
        bound.at(width=100, depth=3)
    with pytest.raises(HypothesisError, match="constants unspecified"):
        theorem_one().at(width=100)
    with pytest.raises(HypothesisError, match="regular fixed point"):
        theorem_two(Network("identity", batch_size=5))
    with pytest.raises(HypothesisError, match="linear growth"):
        theorem_two(Network("x^3", batch_size=5))


# the rest


def test_contraction_bound_sums_the_geometric_series():
    bound = contraction_bound()
    expected = sum(Rational(1, 4) ** k for k in range(3)) * Rational(1, 100)
    assert bound.at(depth=3, rho=Rational(1, 2), epsilon=Rational(1, 10)) == pytest.approx(float(expected), rel=1e-25)
    with pytest.raises(HypothesisError, match="contraction rate below 1"):
        bound.at(depth=3, rho=1, epsilon=1)


def test_linear_bound_of_2021():
    bound = orthogonality_gap_2021()
    assert bound.at(width=10**8, depth=200, alpha=Rational(1, 4), n=4) == pytest.approx(12 / (0.25 * 1e4), rel=1e-12)
    first = bound.vacuous_below(depth=200, alpha=Rational(1, 4), n=4)
    assert first == pytest.approx((12 / 0.25) ** 2 / (1 - 1 / 4), rel=2e-3)
    with pytest.raises(HypothesisError, match="alpha admissible"):
        bound.at(width=10, depth=1, alpha=2, n=4)


def test_eigenvalue_bounds_on_random_matrices():
    generator = np.random.default_rng(0)
    network = Network("relu", batch_size=5)
    gram, level = exchangeable(network), float(fixed_point(network).mu)
    centre = np.eye(5) - 0.2
    for _ in range(50):
        e = generator.standard_normal((5, 5)) * generator.choice([0.01, 0.2])
        e = e + e.T
        moved = np.linalg.eigvalsh(gram + e)
        distance = np.linalg.norm(e, 2)
        assert np.abs(moved[:4] - level).max() <= eigenvalue_proposition().at(delta=distance, n=5) + 1e-12
        inner = np.linalg.eigvalsh(helmert(5) @ (gram + e) @ helmert(5).T)
        square = np.linalg.norm(centre @ e @ centre) ** 2
        assert (np.abs(inner - level) > 0.1).sum() <= eigenvalue_count().at(E2=square, t=0.1, n=5) + 1e-12


@pytest.mark.parametrize("start", ["1/100", "1/2", "99/100"])
def test_two_samples_bound_is_sharp(start):
    """Stationary value 8/(3 d): bound within 1 %, from every start, after 25 layers at d = 10^4."""
    ratio = float(two_sample_recursion(10**4, 25, S(start)) * 10**4 * 3 / 8)
    assert 1 < ratio < 1.01
    assert two_sample_threshold(20, S(start)) < 1000


def test_two_samples_against_the_chain():
    """d = 4000, 600 chains of 10 layers from r0 = 0.95; six standard errors, and within 10 % of the measured mean square."""
    generator = np.random.default_rng(8)
    w = np.full(600, 0.95 + 0j)
    for _ in range(10):
        r = np.abs(w)[:, None]
        gaussians = generator.standard_normal((2, 600, 4000))
        x, y = np.sqrt(1 + r) * gaussians[0], np.sqrt(1 - r) * gaussians[1]
        point = (x + 1j * y) ** 2 / (x**2 + y**2) * np.exp(1j * np.angle(w))[:, None]
        w = point.mean(1)
    square = 2 * np.abs(w) ** 2
    bound = float(two_sample_recursion(4000, 10, Rational(19, 20)))
    error = 6 * square.std() / np.sqrt(600)
    assert square.mean() - error <= bound < 1.1 * (square.mean() + error)


def test_two_samples_orbit_is_halved():
    assert next_radius(Rational(4, 5)) == Rational(1, 2)
    moved = next_radius(next_radius(Rational(4, 5)))
    assert abs((moved - orbit(Rational(4, 5), 2)).evalf(30)) < 1e-28
    gram = np.array([[1 + 0.5, 0.3], [0.3, 1 - 0.5]])
    image = mean_field(lambda t: t, gram, centered=False)
    r, moved_radius = np.hypot(0.5, 0.3), np.hypot((image[0, 0] - image[1, 1]) / 2, image[0, 1])
    assert moved_radius == pytest.approx(float(next_radius(S(float(r)))), abs=1e-12)


def test_two_samples_refuse_parallel_starts():
    with pytest.raises(HypothesisError, match="non-degenerate start"):
        two_sample_recursion(100, 3, 1)
    with pytest.raises(HypothesisError, match="non-degenerate start"):
        two_sample_mean_square().at(width=100, depth=3, r0=1)


def test_every_bound_prints_and_states_its_hypotheses():
    network = Network("relu", batch_size=4)
    for name, build in BOUNDS.items():
        bound = build(network)
        first_line = bound.latex().removeprefix(r"\begin{aligned} ").replace(r"&\le", r"\le", 1)
        assert first_line.startswith(bound.quantity + r" \le "), name
        assert max(map(len, bound.latex().split(r"\\"))) < 500, name  # a line that fits on a page
        assert bound.hypotheses
        assert bound.source.key
        assert str(bound).startswith(bound.name)
        assert all(h.statement for h in bound.hypotheses)


def test_bounds_ask_for_what_is_missing():
    bound = one_step_pinelis(Network("relu", batch_size=4))
    with pytest.raises(HypothesisError, match="needs a value for t"):
        bound.at(width=10)
    with pytest.raises(HypothesisError, match="needs a value for d"):
        bound.at(t=1)
    q = Symbol("q", positive=True)
    silent = Bound("silent", "q", BoundKind.PROBABILITY, q, (Hypothesis("h", "assumed"),), DERIVED_HERE)
    assert silent.vacuous_below(q=2) is None
    assert silent.hypotheses[0].is_assumed


@pytest.mark.parametrize("make", [one_step_pinelis, one_step_bounded_differences, one_step_noise])
def test_constants_that_contain_one_another_are_evaluated_in_order(make):
    bound = make(Network("identity", batch_size=4))
    given = {"width": 200} | ({"t": 1} if "t" in {str(s) for s in bound.free_symbols} else {})
    assert "R" not in {str(s) for s in bound.free_symbols}
    assert bound.evaluated(**given).at(**given) == bound.at(**given)
