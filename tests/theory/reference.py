"""Reference integrals in double precision: Gauss-Legendre between kinks, sharing no code with the theory.

Errors are below 1e-11 relative for the integrands of these tests (checked in `test_reference`).
"""

import itertools
import math

import numpy as np
from sympy import lambdify

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
_ERF = np.vectorize(math.erf, otypes=[float])


def compiled(expression, *variables):
    """Vectorised float64 function of a sympy expression."""
    modules = [{"erf": _ERF, "erfc": lambda t: 1 - _ERF(t), "Heaviside": lambda t, h=0.5: np.heaviside(t, h)}, "numpy"]
    function = lambdify(variables, expression, modules)
    return lambda *arguments: np.broadcast_to(
        np.asarray(function(*arguments), dtype=float), np.broadcast_shapes(*(np.shape(a) for a in arguments))
    )


def _rule(cuts):
    """Nodes and weights over consecutive intervals, clustered at their ends (square roots there do no harm)."""
    nodes, weights = [], []
    for a, b in itertools.pairwise(cuts):
        u = (_NODES + 1) / 2
        nodes.append(a + (b - a) * u**3 * (10 - 15 * u + 6 * u**2))
        weights.append(_WEIGHTS / 2 * (b - a) * 30 * u**2 * (1 - u) ** 2)
    return np.concatenate(nodes), np.concatenate(weights)


def _cuts(kinks, low, high):
    spread = np.linspace(low, high, 7)
    return sorted({*spread.tolist(), *(k for k in kinks if low < k < high)})


def gaussian_single(f, variance, kinks=()):
    """E f(x), x ~ N(0, variance)."""
    scale = math.sqrt(variance)
    t, w = _rule(_cuts([k / scale for k in kinks], -13, 13))
    return float(np.sum(w * f(t * scale) * np.exp(-(t**2) / 2)) / math.sqrt(2 * math.pi))


def gaussian_pair(f, g, q1, q2, c, kinks=(), other_kinks=None):
    """E f(x) g(y) for variances q1, q2 and covariance c with c^2 < q1 q2."""
    other = kinks if other_kinks is None else other_kinks
    s1, slope = math.sqrt(q1), c / q1
    rest = math.sqrt(q2 - c * c / q1)
    # the outer integrand bends where the inner kinks pass through: cut there as well
    more = [k / slope for k in other] if slope else []
    x, w = _rule(_cuts([p / s1 for p in (*kinks, *more)], -13, 13))
    x = x * s1
    fx = f(x)
    total = 0.0
    for value, weight, point in zip(fx, w, x):
        y, v = _rule(_cuts([(k - slope * point) / rest for k in other], -13, 13))
        inner = np.sum(v * g(slope * point + rest * y) * np.exp(-(y**2) / 2)) / math.sqrt(2 * math.pi)
        total += weight * value * inner * math.exp(-(point**2) / (2 * q1))
    return total / math.sqrt(2 * math.pi)


def sphere_pair(f, n, centered, kinks=(0.0,)):
    """(E f(z1)^2, E f(z1) f(z2)) on the sphere of a normalised row."""
    m = n - 1 if centered else n
    r = -1 / (n - 1) if centered else 0.0
    root = math.sqrt(m)
    bends = [math.acos(k / root) for k in kinks if abs(k) < root]
    t, w = _rule(_cuts(bends, 0, math.pi))
    weight = w * np.sin(t) ** (m - 2)
    mass = np.sum(weight)
    single = np.sum(weight * f(root * np.cos(t)) ** 2) / mass
    if m == 2:  # the circle: the second coordinate lies at a fixed angle
        angle = math.acos(r)
        bends = [*bends, *(-b for b in bends)]
        t, w = _rule(_cuts([b % (2 * math.pi) for b in (*bends, *(b + angle for b in bends))], 0, 2 * math.pi))
        return float(single), float(np.sum(w * f(root * np.cos(t)) * f(root * np.cos(t - angle))) / (2 * math.pi))
    # z2 = root (r cos t + sqrt(1-r^2) sin t cos p), density sin(p)^(m-3): its kinks reach p = 0, pi at these t
    tilt = math.acos(r)
    touching = [b for k in bends for b in (k + tilt, k - tilt, tilt - k, -k - tilt)]
    t, w = _rule(_cuts([*bends, *(b % (2 * math.pi) for b in touching)], 0, math.pi))
    p, v = _rule(_cuts([], 0, math.pi))
    mass2 = np.sum(v * np.sin(p) ** (m - 3))
    total = 0.0
    for angle, weight in zip(t, w):
        slope = math.sqrt(1 - r * r) * math.sin(angle)
        edges = [(k / root - r * math.cos(angle)) / slope for k in kinks]
        p, v = _rule(_cuts([math.acos(e) for e in edges if abs(e) < 1], 0, math.pi))
        inner = np.sum(v * np.sin(p) ** (m - 3) * f(root * (r * math.cos(angle) + slope * np.cos(p))))
        total += weight * math.sin(angle) ** (m - 2) * float(f(np.array([root * math.cos(angle)]))[0]) * inner
    return float(single), float(total / (mass * mass2))
