"""Global convergence at n = 3: the certificate, the universal bound, and witnesses that share no code with either."""

import json
import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Interval, lambdify, symbols

from numerics.certificates.circle_series import circle_series
from numerics.certificates.three_samples import (
    DiscMap,
    anisotropy,
    anisotropy_bound,
    radius,
    three_sample_convergence,
)
from numerics.cover import CoverOutcome, cover
from numerics.maps.mean_field import mean_field_step
from numerics.maps.prepared import prepare
from numerics.precision import working_bits
from theory import activations
from theory.activations import Activation
from theory.linearization import linearize
from theory.network import Network

GELU = "x*Phi(x)"
ANALYTIC = ("tanh", "erf", GELU, "sin", "x/(1+exp(-x))", "log(1+exp(x))", "x^3", "exp(x)")
PLANE = np.array([[math.cos(2 * math.pi * i / 3), math.sin(2 * math.pi * i / 3)] for i in range(3)]) * math.sqrt(2 / 3)


def gram_of(w):
    """A Gram matrix whose centred part has the state w."""
    s, phase = abs(w), np.angle(w)
    r = 2 * s / (1 + s * s)
    shape = np.array([[1 + r * math.cos(phase), r * math.sin(phase)], [r * math.sin(phase), 1 - r * math.cos(phase)]])
    return PLANE @ shape @ PLANE.T + 0.3


def anisotropy_of(gram):
    shape = PLANE.T @ gram @ PLANE
    return complex(shape[0, 0] - shape[1, 1], 2 * shape[0, 1]) / np.trace(shape)


def next_by_quadrature(sigma, w, points=12_000):
    """R(w) by the angular density of a planar Gaussian, midpoint rule: (1), (2), (3) and nothing else."""
    psi = (np.arange(points) + 0.5) * 2 * np.pi / points
    s, phase = abs(w), np.angle(w)
    density = (1 - s * s) / (1 - 2 * s * np.cos(2 * psi - phase) + s * s)
    y = math.sqrt(2) * np.cos(psi[:, None] - 2 * np.pi * np.arange(3) / 3)
    f = sigma(y) @ np.exp(2j * np.pi * np.arange(3) / 3)
    return (density * f**2).sum() / (density * abs(f) ** 2).sum()


@pytest.mark.parametrize("text", ANALYTIC)
def test_certificate_proves_convergence(text):
    activation = activations.get(text)
    certificate = three_sample_convergence(activation)
    assert certificate.proved, certificate.reason
    assert certificate.undecided == ()
    assert 0 < certificate.slope_at_zero < 2
    area = sum((b - a) * (d - c) for _, a, b, c, d in certificate.boxes)
    assert area == 1
    assert {test for test, *_ in certificate.boxes} <= {"inside", "rim"}
    again = json.loads(json.dumps(certificate.to_json()))
    assert again["proved"] is True
    assert len(again["boxes"]) == len(certificate.boxes)


@pytest.mark.parametrize("text", ["tanh", GELU, "erf"])
def test_slope_at_zero_is_twice_the_standard_eigenvalue(text):
    """dr'/dr at 0 is lambda_L, r = 2 s to first order: two derivations that share nothing but the model."""
    from numerics import enclose

    eigenvalue = enclose(linearize(Network(text, batch_size=3)).eigenvalue_standard, 40).ball
    slope = three_sample_convergence(activations.get(text)).slope_at_zero
    assert (slope / 2 - eigenvalue).contains(0)
    assert slope.rad() < 1e-15


@pytest.mark.parametrize("text", ["tanh", GELU, "exp(x)"])
def test_disc_map_contains_quadrature_and_agrees_with_the_gram_map(text):
    activation = activations.get(text)
    sigma = prepare(activation).value
    with working_bits(80):
        disc = DiscMap.of(circle_series(activation.formula, 64))
        for s, phase in ((0.1, 0.4), (0.5, 2.0), (0.8, 0.0), (0.9, 1.1)):
            w = s * np.exp(1j * phase)
            d, re, im, *_ = disc.parts(arb(s), arb(3 * phase))
            series = complex(float((re / d).mid()), float((im / d).mid())) * w
            assert float((re / d).rad()) < 1e-10
            assert abs(series - next_by_quadrature(sigma, w)) < 1e-12
            image = anisotropy_of(mean_field_step(Network(text, batch_size=3), gram_of(w)))
            assert abs(series - image) < 1e-12


def test_derivatives_of_the_disc_map():
    with working_bits(80):
        disc = DiscMap.of(circle_series(activations.get("exp(x)").formula, 64))
        step, at, tau = 1e-6, 0.7, 0.9
        low, high = (disc.parts(arb(at + e), arb(tau)) for e in (-step, step))
        *_, dd, dre, dim = disc.parts(arb(at), arb(tau))
        assert abs(float((high[0] - low[0]).mid()) / (2 * step) - float(dd.mid())) < 1e-8
        for place, slope in ((1, dre), (2, dim)):
            numeric = (float(high[place].mid()) * (at + step) - float(low[place].mid()) * (at - step)) / (2 * step)
            assert abs(numeric - float(slope.mid())) < 1e-8


def test_universal_bound_lies_below_the_anisotropy():
    """(T4), by branch and bound with both ends touching."""
    gap = ((anisotropy - anisotropy_bound) * (1 + radius) * (1 + radius**2) * (1 + radius**3)).simplify()
    result = cover(0, gap, [(radius, Interval.open(0, 1))], strict=True)
    assert result.outcome is CoverOutcome.PROVED
    assert result.touching > 0


@given(
    st.sampled_from([*ANALYTIC, "relu", "abs", "step(x)", "min(max(x,-1),1)", "sin(3*x)", "x^2"]),
    st.floats(0.01, 0.97),
    st.floats(0, 2 * math.pi),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_one_layer_obeys_the_universal_bound(text, s, phase):
    """(T3) for activations of every kind, kinks and jumps included, against plain quadrature."""
    sigma = prepare(activations.get(text)).value
    image = abs(next_by_quadrature(sigma, s * np.exp(1j * phase)))
    bound = lambdify(radius, anisotropy_bound)(s)
    assert image <= bound + 1e-6
    assert bound < lambdify(radius, anisotropy)(s)


def test_a_bound_that_is_too_small_would_be_noticed():
    """Teeth: (T3) shrunk by a third fails for some activation and state."""
    bound = lambdify(radius, anisotropy_bound)
    ratios = [
        abs(next_by_quadrature(prepare(activations.get(text)).value, s)) / bound(s)
        for text in ("identity", "x^3")
        for s in (0.2, 0.5, 0.9, 0.95)
    ]
    assert 2 / 3 < max(ratios) <= 1


def test_orbit_from_near_collapse_reaches_the_fixed_point():
    gram = gram_of(0.999 * np.exp(0.7j))
    network = Network("relu", batch_size=3)
    sizes = []
    for _ in range(60):
        sizes.append(abs(anisotropy_of(gram)))
        gram = mean_field_step(network, gram)
    assert all(b < a for a, b in pairwise(sizes[:26]))
    assert np.abs(gram - mean_field_step(network, np.eye(3))).max() < 1e-12


def test_identity_halves_the_hyperbolic_distance():
    """R(w) = w exactly for sigma = id."""
    certificate = three_sample_convergence(activations.get("identity"))
    assert certificate.proved
    assert abs(certificate.slope_at_zero - 1) < 1e-15


def test_what_stops_a_proof_is_said():
    kinked = three_sample_convergence(activations.get("relu"))
    assert not kinked.proved
    assert "analytic" in kinked.reason
    constant = three_sample_convergence(Activation(name="constant", formula=activations.get("x^2").formula * 0 + 2))
    assert not constant.proved
    assert "constant" in constant.reason
    hurried = three_sample_convergence(activations.get("sin(3*x)"), seconds=0.0)
    assert not hurried.proved
    assert "open" in hurried.reason
    assert hurried.undecided
    with pytest.raises(TypeError, match="not a boolean"):
        bool(hurried)


def test_strip_and_tail_bounds_are_bounds():
    """Coefficients against a fine sum, and every coefficient beyond the kept ones below size q^k."""
    sigma = prepare(activations.get("tanh")).value
    with working_bits(80):
        series = circle_series(activations.get("tanh").formula, 64)
    psi = np.arange(4096) * 2 * np.pi / 4096
    exact = np.fft.fft(sigma(math.sqrt(2) * np.cos(psi))).real / 4096
    for k, ball in enumerate(series.coefficients[:60]):
        assert abs(float(ball.mid()) - exact[k]) < 1e-15
        assert float(ball.rad()) < 1e-18
        assert abs(exact[k]) <= float(series.size) * math.exp(-float(series.half_width) * k) + 1e-16
    assert series.half_width < Fraction(math.asinh(math.pi / 2 / math.sqrt(2)))


def test_symbols_of_the_module_are_its_own():
    assert radius == symbols("s", real=True)


def ball_of(data):
    """A ball from the exact data of a certificate, by flint alone."""
    (m, e), (r, f) = data["mid"], data["rad"]
    return arb((int(m), int(e))) + arb(0, 1) * arb((int(r), int(f)))


def test_the_certificate_of_tanh_is_confirmed_by_flint_alone():
    """From the file: coefficients by quadrature in balls, then every box again, in complex arithmetic."""
    data = json.loads(json.dumps(three_sample_convergence(activations.get("tanh")).to_json()))
    series = data["series"]
    with working_bits(80):
        angle = lambda z, k: (arb(2).sqrt() * z.cos()).tanh() * (k * z).cos()
        c = {k: acb.integral(lambda z, _, k=k: angle(z, k), 0, arb.pi()).real / arb.pi() for k in range(16)}
        near = lambda m: sum(
            (c[abs(k)] * c[abs(m - k)] for k in range(-15, 16) if k % 3 == 1 and abs(m - k) < 16), arb(0)
        )
        assert abs(ball_of(series["forward"][0]) - near(2)) < 1e-6
        total = sum((c[k] ** 2 for k in c if k % 3), arb(0))
        assert abs(ball_of(series["weights"][0]) - total) < 1e-6
        lists = {name: [ball_of(v) for v in series[name]] for name in ("weights", "forward", "backward")}
        tail, slope = ball_of(series["tail"]), ball_of(series["tail_slope"])
        plane = lambda t: acb(t, t)
        area = Fraction(0)
        for test, *ends in data["boxes"]:
            low, high, t_low, t_high = map(Fraction, ends)
            area += (high - low) * (t_high - t_low)
            s = (arb(low.numerator) / low.denominator).union(arb(high.numerator) / high.denominator)
            tau = arb.pi() * (arb(t_low.numerator) / t_low.denominator).union(
                arb(t_high.numerator) / t_high.denominator
            )
            d, n, dd, dn, ratio = acb(tail), plane(tail), arb(slope), plane(slope), plane(tail)
            for j, (a, b, b_minus) in enumerate(zip(*lists.values(), strict=True)):
                turn, back = acb(0, j * tau).exp(), acb(0, -(j + 1) * tau).exp()
                d += a * s ** (3 * j) * turn.real
                n += b * s ** (3 * j + 1) * turn + b_minus * s ** (3 * j + 2) * back
                ratio += b * s ** (3 * j) * turn + b_minus * s ** (3 * j + 1) * back
                dd += a * turn.real * 3 * j * (s ** (3 * j - 1) if j else 0)
                dn += b * (3 * j + 1) * s ** (3 * j) * turn + b_minus * (3 * j + 2) * s ** (3 * j + 1) * back
            d = d.real
            if test == "inside":
                assert abs(ratio) * (1 + s * s) < 2 * d
            elif test == "rim":
                falling = 2 * (n.real * dn.real + n.imag * dn.imag) - 2 * d * dd
                assert falling > d * d * (1 - arb(low.numerator) / low.denominator) * (1 + s) ** 2 / (1 + s * s) ** 2
        assert area == 1


def test_equal_images_are_the_exception():
    """t^3 - 3t/2 takes one value on a normalised row of three: mu = 0, nothing is claimed, and the map has nothing to do."""
    third = activations.get("x^3-3*x/2")
    found = three_sample_convergence(third)
    assert not found.proved
    assert "T_3" in found.reason
    row = np.array([1.2, -0.5, -0.7])
    row *= math.sqrt(3 / (row @ row))
    assert np.ptp(row**3 - 1.5 * row) < 1e-14
