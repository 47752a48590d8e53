r"""Means of products over distinct places of a normalised row at an exchangeable Gram matrix, in float64 to about 13 digits.

A row z = sqrt n x/|x|, x ~ N(0, (1-c) I + c 11^T), has density proportional to Q^{-n/2} on the sphere of squared radius n, with
Q = (1 - beta t^2)/(1-c), t the mean of the z_i.  Q^{-p} is a mixture of tilts e^{theta sum z}: theta real for c > 0, imaginary for c < 0.
Under a tilt the sphere is a Laplace inversion in the squared radius,

    int_{|x|^2 = n} prod h_i(x_i) e^{theta sum x} = (1/2 pi i) int e^{lambda n} prod_i int h_i(x) e^{-lambda x^2 + theta x} dx  dlambda ,

so a mean over any number of places costs two outer sums of one-dimensional integrals.  A centred row has the constraint sum z = 0 in
place of the mixture: all imaginary tilts with equal weight.  The slowly decaying ends of the outer integrals are cut off smoothly,
which moves the squared radius (and the sum) by a kernel that vanishes to all orders beyond the nearest place where the integral has a
kink as their function.  Errors are estimated by a second, coarser run.  Derivation: docs/derivations/row_integrals.md.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb

from numerics.precision import working_bits

FINE, COARSE = 1.3, 1.1
"""Refinement of the value, and of the run it is compared with."""
LARGEST_BATCH = 4096
MOST_PLACES = 4
Product = tuple[tuple[int, ...], int]
"""Places (which function each carries), and a power of the sum over all other places."""
_DECAY = 36.0
_KERNEL_BITS = (128, 256, 512, 1024)
_ROUNDING = 2e-14
_CUT_NODES, _CUT_GOAL, _MOST_CUTS = 18, 1e-12, 200


@dataclass(frozen=True)
class Tilts:
    """Nodes in theta >= 0 (the negative ones are taken along), their log weights, and a real part of lambda for each."""

    theta: np.ndarray
    log_weight: np.ndarray
    height: np.ndarray
    spread: np.ndarray
    real: bool


@lru_cache(maxsize=512)
def _gauss(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(count)


def _log_kernel(v: np.ndarray, order: float) -> np.ndarray:
    """log of the density of sqrt(r) g at v > 0, r of the Gamma law of this order, g standard normal: a Bessel function K."""
    logs = [_log_bessel(math.sqrt(2) * float(one), order - 0.5) for one in v]
    return np.array(logs) + math.log(2) - math.lgamma(order) - math.log(2 * math.pi) / 2


def _log_bessel(a: float, nu: float) -> float:
    """log of (a/2)^nu K_nu(a), a > 0, 2 nu a whole number."""
    for bits in _KERNEL_BITS:  # at 53 bits the midpoint has 11 digits, and whole orders lose more
        with working_bits(bits):
            ball = ((arb(a) / 2) ** nu * arb(a).bessel_k(arb(nu))).log()
            if ball.is_finite() and ball.rad() < 1e-17:
                return float(ball.mid())
    raise ValueError(f"no value of the Bessel function K_{nu}({a})")


def _lifted(lam: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """lambda to the right of the saddle, where the sum over lambda needs fewer nodes, at the cost of a factor of about 3."""
    return lam + np.sqrt(2.4 / spread)


def _mixture(n: int, c: float, order: float, quality: float) -> Tilts:
    """Q^{-order} as a mixture of tilts, for c other than 0."""
    beta = n * c / (1 + (n - 1) * c)
    scale, real = math.sqrt(2 * abs(beta)) / n, beta > 0
    # a real tilt sees a normal law of relative width 1/sqrt n, an imaginary one phases up to n theta
    t, w = _gauss(int((12 + 1.5 * math.sqrt(n) if real else 20) * quality))
    t, w = (t + 1) / 2, w / 2
    first = min(0.5, 6 * scale)
    edges = first * 3.0 ** np.arange(24) if real else min(first, 8 / n) + 8 / n * np.arange(600)
    # the density has a term |theta|^{2 order - 1}, or that with a logarithm: smooth in theta^{1/6}
    theta = np.concatenate([edges[0] * t**6, *(a + (b - a) * t for a, b in itertools.pairwise(edges))])
    weight = np.concatenate([6 * edges[0] * t**5 * w, *((b - a) * w for a, b in itertools.pairwise(edges))])
    # the kernel falls like e^{-sqrt 2 v}, a tilt gains at most e^{n theta}
    gain = n * theta if real else np.zeros_like(theta)
    possible = gain - math.sqrt(2) * theta / scale + order * np.log1p(theta / scale) > -400
    theta, weight = theta[possible], weight[possible]
    lam = (1 + np.sqrt(1 + 4 * theta**2)) / 4 if real else np.full_like(theta, 0.5)
    spread = n / (2 * lam**2) + (n * theta**2 / (2 * lam**3) if real else 0)
    log_weight = _log_kernel(theta / scale, order) + np.log(weight / scale)
    size = log_weight + n * lam - n / 2 * np.log(lam) + (n * theta**2 / (4 * lam) if real else 0)
    kept = size > size.max() - _DECAY - 4
    return Tilts(theta[kept], log_weight[kept], _lifted(lam, spread)[kept], spread[kept], real)


def _constraint(n: int, gap: float, quality: float) -> Tilts:
    """sum z = 0 by equally weighted imaginary tilts, cut off smoothly: a kernel of width below `gap` in the sum."""
    width = max(12 / gap, 1.6 / math.sqrt(n)) * quality
    lam, spread = np.full(1, 0.5), np.full(1, 2.0 * n)
    height = _lifted(lam, spread)
    step = 2 * math.pi / math.sqrt(n * (n + _period(n, height, np.zeros(1), quality)))
    theta = step * (np.arange(math.ceil(12 * width / step)) + 0.5)
    weight = step / (2 * math.pi) * _window(theta, width)
    theta, weight = theta[weight > 0], weight[weight > 0]
    ones = np.ones_like(theta)
    return Tilts(theta, np.log(weight), height * ones, spread * ones, False)


@np.vectorize
def _erfc(x: float) -> float:
    return math.erfc(x)


def _window(at: np.ndarray, width: float) -> np.ndarray:
    """1 near 0, 0 beyond 12 widths."""
    return np.asarray(_erfc((at - 6 * width) / width)) / 2


def _period(n: int, height: np.ndarray, theta: np.ndarray, quality: float) -> float:
    """A distance Y in the squared radius such that the integrand at n +- Y, weighted by e^{-lambda Y}, is negligible."""
    far = 1.0

    def worst(y: float) -> float:
        above = n / 2 * math.log1p(y / n) - height * y + theta * (math.sqrt(n * (n + y)) - n)
        below = np.array(-np.inf)
        if y < n:
            below = n / 2 * math.log1p(-y / n) + height * y - theta * (n - math.sqrt(n * (n - y)))
        return float(max(above.max(), below.max()))

    while worst(far) > -_DECAY * quality:
        far *= 1.04
    return far


def _points(
    reach: tuple[float, float], kinks: Sequence[float], turn: float, tilt: float, width: float, quality: float
) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre panels between the kinks, with nodes for a factor e^{i turn x^2 + i tilt x} and for a normal density."""
    low, high = reach
    xs, ws = [], []
    for a, b in itertools.pairwise([low, *sorted(k for k in kinks if low < k < high), high]):
        ends = np.linspace(a, b, max(1, math.ceil((b - a) / (4 * width))) + 1)
        for left, right in itertools.pairwise(ends):
            squares = (left * left, right * right)
            phase = turn * (sum(squares) if left * right < 0 else abs(squares[1] - squares[0])) + tilt * (right - left)
            t, w = _gauss(int((18 + 0.3 * phase) * quality))
            xs.append((left + right) / 2 + (right - left) / 2 * t)
            ws.append((right - left) / 2 * w)
    return np.concatenate(xs), np.concatenate(ws)


def _cuts(functions: Callable[[np.ndarray], np.ndarray], kinks: Sequence[float], edge: float) -> list[float]:
    """Ends of intervals of [-edge, edge] on each of which 18 nodes see every function to rounding: a pole may be near the line."""
    nodes, weights = _gauss(_CUT_NODES)
    # rows: the highest Legendre coefficients
    tops = np.polynomial.legendre.legvander(nodes, _CUT_NODES - 1)[:, -4:] * weights[:, None] * (_CUT_NODES - 2)
    inside = sorted(k for k in kinks if -edge < k < edge)
    pending = list(itertools.pairwise([-edge, *inside, edge]))
    found: list[float] = []
    while pending and len(found) < _MOST_CUTS:
        a, b = pending.pop()
        values = functions((a + b) / 2 + (b - a) / 2 * nodes)
        size = np.abs(values).max(axis=1, initial=0)
        if (np.abs(values @ tops).max(axis=1, initial=0) > _CUT_GOAL * size).any() and b - a > 1e-6 * edge:
            found.append((a + b) / 2)
            pending += [(a, found[-1]), (found[-1], b)]
    return found


def _faces(kinks: Sequence[float], places: int) -> list[tuple[int, float, float]]:
    """How many places sit on kinks, the sum of those kinks and of their squares: where the integral itself may have a kink."""
    found = []
    for count in range(places + 1):
        for chosen in itertools.combinations_with_replacement(sorted(set(kinks)), count):
            found.append((count, sum(chosen), sum(k * k for k in chosen)))
    return found


def _gaps(n: int, kinks: Sequence[float], places: int, centered: bool) -> tuple[float, float]:
    """Distances in the squared radius and in the sum (centred rows) within which nothing has a kink."""
    faces = _faces(kinks, places)
    if not centered:
        return max(min(abs(n - square) for _, _, square in faces), n / 4), math.inf
    best = (n / 4, n / 4)  # nearer kinks are weak: the error says what they cost
    for tenth in range(1, 10):
        wide = n * tenth / 10
        clear = math.inf
        for count, total, square in faces:
            ends = [abs(s - total) for s in (-wide, wide)]
            least = 0.0 if abs(total) <= wide else min(ends)
            if count == n:  # no other place: a point
                if least > 0:
                    continue
                ends, rest = [0.0], 1
            else:
                rest = n - count
            low, high = square + least**2 / rest, square + max(ends) ** 2 / rest
            clear = min(clear, 0.0 if low <= n <= high else min(abs(low - n), abs(high - n)))
        if clear * wide > best[0] * best[1]:
            best = (clear, wide)
    return best


def _total(
    n: int,
    tilts: Tilts,
    functions: Callable[[np.ndarray], np.ndarray],
    cuts: Sequence[float],
    products: Sequence[Product],
    gap: float,
    log_norm: float,
    quality: float,
) -> np.ndarray:
    """The sums over tilts and lambda for every product."""
    total = np.zeros(len(products))
    # tilts of similar strength share the nodes in lambda and x
    groups = np.floor(np.log2(tilts.height)).astype(int)
    for group in np.unique(groups):
        chosen = groups == group
        theta, height, log_weight = tilts.theta[chosen], tilts.height[chosen], tilts.log_weight[chosen]
        width = quality * max(12 / gap, 2.2 / math.sqrt(tilts.spread[chosen].min()))
        step = 2 * math.pi / _period(n, height, theta if tilts.real else np.zeros(1), quality)
        tau = step * np.arange(math.ceil(12 * width / step) + 1)
        window = _window(tau, width)
        window[0] /= 2
        # beyond sqrt(n + gap) no place matters: the kernel in the squared radius does not see it
        edge = math.sqrt(n + gap)
        if tilts.real:
            edge = min(edge, float((theta / (2 * height)).max()) + 8.8 / math.sqrt(2 * height.min()))
        x, w = _points((-edge, edge), cuts, float(tau[-1]), 0.0 if tilts.real else float(theta.max()),
                       1 / math.sqrt(2 * height.max()), quality)  # fmt: skip
        values = functions(x)
        turn = np.outer(tau, x * x)
        turns = np.cos(turn), -np.sin(turn)
        lam = height[None] + 1j * tau[:, None]
        for sign in (1, -1):
            at = sign * theta * (1 if tilts.real else 1j)
            total += _one_side(
                n, at, lam, x, w, values, turns, products, log_weight - log_norm, window * step / math.pi
            )
    return total


def _one_side(
    n: int,
    tilt: np.ndarray,
    lam: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    values: np.ndarray,
    turns: tuple[np.ndarray, np.ndarray],
    products: Sequence[Product],
    log_weight: np.ndarray,
    window: np.ndarray,
) -> np.ndarray:
    height, mean = lam[0].real, tilt.real / (2 * lam[0].real)
    density = np.exp(-height[:, None] * (x - mean[:, None]) ** 2) * w
    density = density if np.isrealobj(tilt) else density * np.exp(1j * tilt.imag[:, None] * x)
    columns = (values[:, None, :] * density[None]).reshape(-1, len(x)).T
    shape = (len(lam), len(values), len(tilt))
    if np.isrealobj(columns):
        integrals = (turns[0] @ columns + 1j * (turns[1] @ columns)).reshape(shape)
    else:
        integrals = ((turns[0] + 1j * turns[1]) @ columns).reshape(shape)
    # over all x without a function: sqrt(pi/lambda) e^{tilt^2/(4 lambda)}
    log_plain = 0.5 * np.log(math.pi / lam) + tilt**2 / (4 * lam)
    first, variance = tilt / (2 * lam), 1 / (2 * lam)
    bases = {
        count: np.exp(n * lam + (n - count) * log_plain + count * height * mean**2 + log_weight) * window[:, None]
        for count in {len(places) for places, _ in products}
    }
    sums = []
    for places, power in products:
        others = n - len(places)
        term = bases[len(places)]
        for place in places:
            term = term * integrals[:, place, :]
        if power == 1:
            term = term * (others * first)
        elif power == 2:
            term = term * (others * variance + (others * first) ** 2)
        sums.append(term.real.sum())
    return np.array(sums)


def _run(
    n: int,
    c: float | None,
    functions: Callable[[np.ndarray], np.ndarray],
    kinks: Sequence[float],
    cuts: Sequence[float],
    products: Sequence[Product],
    power: int,
    quality: float,
) -> np.ndarray:
    places = max(len(p) for p, _ in products)
    gap, wide = _gaps(n, kinks, places, c is None)
    dimension = n - 1 if c is None else n
    # the area of the sphere of squared radius n, times 1/(2 |x|) (and 1/sqrt n where the sum is fixed)
    log_norm = dimension / 2 * math.log(math.pi) + (dimension / 2 - 1) * math.log(n) - math.lgamma(dimension / 2)
    if c is None:
        log_norm -= math.log(n) / 2
        return _total(n, _constraint(n, wide, quality), functions, cuts, products, gap, log_norm, quality)
    order = n / 2 + power
    if c == 0:
        lam, spread = np.full(1, 0.5), np.full(1, 2.0 * n)
        half = np.full(1, math.log(0.5))  # both signs of the tilt 0
        alone = Tilts(np.zeros(1), half, _lifted(lam, spread), spread, True)
        return _total(n, alone, functions, cuts, products, gap, log_norm, quality)
    log_root = ((n - 1) * math.log1p(-c) + math.log1p((n - 1) * c)) / 2
    tilts = _mixture(n, c, order, quality)
    scale = math.exp(order * math.log1p(-c) - log_root)
    return scale * _total(n, tilts, functions, cuts, products, gap, log_norm, quality)


@dataclass(frozen=True)
class RowMeans:
    """Means by two runs; what the coarser one differs by is an estimate of the error, no bound."""

    fine: np.ndarray
    coarse: np.ndarray

    @property
    def error(self) -> np.ndarray:
        return np.asarray(np.abs(self.fine - self.coarse) + _ROUNDING * np.maximum(np.abs(self.fine), 1e-3))


def row_means(
    batch_size: int,
    correlation: float | None,
    functions: Callable[[np.ndarray], np.ndarray],
    kinks: Sequence[float],
    products: Sequence[Product],
    power: int = 0,
) -> RowMeans:
    """E prod_i h_{p_i}(z_i) (sum of the other places)^k Q^{-power} for each (p, k) in `products`.

    Args:
        batch_size: n, at least 2 (3 centred), and no fewer than the places of a product.
        correlation: c of the Gram matrix, -1/(n-1) < c < 1; None for a centred row (uniform, of sum 0).
        functions: from points (count,) to values (functions, count), analytic between the kinks, finite somewhat beyond
            [-sqrt n, sqrt n].
        kinks: where some function has a kink or a jump.
        products: which function each of at most four distinct places carries, and the power 0, 1 or 2 of the sum over all others.
        power: of 1/Q; -1 needs n >= 3; not for a centred row.

    Raises:
        ValueError: an argument out of range, or a function that is not finite on twice the support.

    >>> found = row_means(5, 0.3, lambda x: x[None] ** 2, (), [((0,), 0)])
    >>> round(float(found.fine[0]), 9)
    1.0
    """
    n = batch_size
    if not (2 if correlation is not None else 3) <= n <= LARGEST_BATCH:
        raise ValueError(f"batch sizes from 2 (3 centred) to {LARGEST_BATCH}, not {n}")
    if correlation is not None and not -1 / (n - 1) < correlation < 1:
        raise ValueError(f"the correlation must lie between -1/(n-1) and 1, not {correlation}")
    if any(len(places) > min(n, MOST_PLACES) for places, _ in products):
        raise ValueError(f"a product of more than {min(n, MOST_PLACES)} places")
    if n / 2 + power <= 0 or (correlation is None and power):
        raise ValueError(f"no mean with the weight Q^-({power}) at n = {n}")
    ends = np.linspace(-math.sqrt(2 * n), math.sqrt(2 * n), 64)
    with np.errstate(all="ignore"):
        if not np.isfinite(functions(ends)).all():
            raise ValueError("the activation is not finite on twice the support of a row")
    cuts = [*kinks, *_cuts(functions, kinks, math.sqrt(2 * n))]
    runs = (_run(n, correlation, functions, kinks, cuts, products, power, quality) for quality in (FINE, COARSE))
    return RowMeans(*runs)
