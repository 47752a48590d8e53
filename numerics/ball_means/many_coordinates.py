r"""E f_1(z_1) ... f_k(z_k) for k distinct coordinates of a normalised row, as a ball whose cost does not grow with n.

A homogeneous function F of degree L has sphere mean C_L E F(g + i t/sqrt n), C_L = (n/2)^{L/2}
Gamma(m/2)/Gamma((m+L)/2), with g, t
standard normal: the imaginary common part makes the correlation -1/(n-1), and given t the coordinates are independent
(no t where the
row is not centred).  On each side of 0, f is a polynomial up to a certified error, so that only the one-variable
functions
H_l(w) = E (g+w)_+^l, H_l = w H_{l-1} + (l-1) H_{l-2}, are needed, and products of power series in the degree.

Errors: the approximation, prod(B_i + e_i) - prod B_i; the midpoint rule in t (entire integrand) on |Im t| <= a and
beyond |t| = T, from
|H_l(w)| <= e^{(Im w)^2/2} H_l(Re w), which leaves a Gaussian of exponent -(1 - k/n) t^2/2: so k < n.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, acb_poly, arb, arb_mat, arb_poly
from sympy import Expr, Symbol

from numerics.ball_means.two_sided import TwoSided, ratios_of_degrees, two_sided
from numerics.balls import symmetric
from numerics.errors import UndecidedError
from numerics.precision import NO_DEADLINE, Deadline, working_bits

MOST_NODES = 4000
QUICK_DEGREE = 1500
_HEIGHTS = (0.5, 1.0, 2.0, 3.0, 4.5, 6.0, 8.0, 11.0, 15.0, 20.0, 27.0)


def _half_moments(w: acb, degree: int) -> list[acb]:
    """H_0(w) .. H_degree(w)."""
    density = (-w * w / 2).exp() / (2 * arb.pi()).sqrt()
    below = (1 + (w / arb(2).sqrt()).erf()) / 2
    moments = [below, w * below + density]
    for l in range(2, degree + 1):
        moments.append(w * moments[-1] + (l - 1) * moments[-2])
    return moments[: degree + 1]


def _turned_moments(s: arb, degree: int) -> list[arb]:
    """E (g + i s)^l / i^l: the Hermite polynomials He_l(s), real."""
    moments = [arb(1), s]
    for l in range(2, degree + 1):
        moments.append(s * moments[-1] - (l - 1) * moments[-2])
    return moments[: degree + 1]


def _series(f: TwoSided, w: acb) -> acb_poly:
    degree = len(f.positive) - 1
    above, below = _half_moments(w, degree), _half_moments(-w, degree)
    return acb_poly([p * a + q * b for p, q, a, b in zip(f.positive, f.negative, above, below)])


@dataclass(frozen=True)
class _Turned:
    """A polynomial f as the real power series sum p_l He_l(s) X^{(l - offset)/step}, step 2 where f has a parity."""

    coefficients: tuple[arb, ...]
    offset: int
    step: int

    @classmethod
    def of(cls, f: TwoSided) -> _Turned:
        for offset in (0, 1):
            if all(c == 0 for c in f.positive[1 - offset :: 2]):
                return cls(f.positive[offset::2], offset, 2)
        return cls(f.positive, 0, 1)

    def series(self, moments: list[arb]) -> arb_poly:
        return arb_poly([p * h for p, h in zip(self.coefficients, moments[self.offset :: self.step])])


def _real_product(parts: list[TwoSided], powers: list[int], degree: int) -> Callable[[arb], list[arb]] | None:
    """s -> the real parts of the coefficients of ``prod (sum p_l E(g + is)^l X^l)^power``, without complex numbers.

    E(g + is)^l = i^l He_l(s), so a product of polynomials has the coefficient i^d times a real one at degree d.
    """
    if not all(f.whole for f in parts):
        return None
    turned = [_Turned.of(f) for f in parts]
    step = min(f.step for f in turned)
    if any(f.step != step for f in turned):
        turned = [f if f.step == step else _Turned(g.positive, 0, 1) for f, g in zip(turned, parts)]
    offset = sum(f.offset * power for f, power in zip(turned, powers))
    most = max(len(f.positive) for f in parts) - 1

    def coefficients(s: arb) -> list[arb]:
        moments = _turned_moments(s, most)
        product = arb_poly([1])
        for f, power in zip(turned, powers):
            product = product * f.series(moments) ** power
        values = [arb(0)] * (degree + 1)
        for k in range(product.length()):
            d = offset + step * k
            if d % 2 == 0:
                values[d] = product[k] if d % 4 == 0 else -product[k]
        return values

    return coefficients


def _coefficients(parts: list[TwoSided], powers: list[int], degree: int) -> Callable[[arb], list[arb]]:
    """s -> the real parts of the coefficients of the product at w = i s."""

    def complex_product(s: arb) -> list[arb]:
        product = acb_poly([1])
        for f, power in zip(parts, powers):
            product = product * _series(f, acb(0, s)) ** power
        return [product[d].real for d in range(degree + 1)]

    return _real_product(parts, powers, degree) or complex_product


def _paired(product: arb_poly, ratios: list[arb]) -> arb:
    return sum((c * product[total] for total, c in enumerate(ratios)), arb(0))


def _line_bound(functions: list[TwoSided], powers: list[int], batch_size: int, ratios: list[arb], height: float) -> arb:
    """The integral of |integrand| along Im t = height, divided by the Gaussian factor, with all moduli inside."""
    shift = arb(height) / arb(batch_size).sqrt()
    product = arb_poly([1])
    for f, power in zip(functions, powers):
        degree = len(f.positive) - 1
        above, below = _half_moments(acb(shift), degree), _half_moments(acb(-shift), degree)
        # |p H(w) + q H(-w)| <= max(|p|, |q|) (H(Re w) + H(-Re w)), and the same for whole moments
        bound = arb_poly([c * (a.real + b.real) for c, a, b in zip(f.absolute, above, below)])
        product = product * bound**power
    return (arb(height) * height / 2).exp() * _paired(product, ratios)


def _approximation_error(functions: list[TwoSided], powers: list[int]) -> arb:
    """prod (B_i + e_i) - prod B_i factor by factor: subtracting the two products would leave their rounding, not their gap."""
    exact, gap = arb(1), arb(0)
    for f, power in zip(functions, powers):
        for _ in range(power):
            exact, gap = exact * f.bound, gap * (f.bound + f.error) + exact * f.error
    return gap.abs_upper()


def sphere_product(
    functions: list[Expr],
    variable: Symbol,
    batch_size: int,
    centered: bool,
    bits: int,
    deadline: Deadline = NO_DEADLINE,
) -> arb:
    """``E f_1(z_1) ... f_k(z_k)``, every kink at 0, to about 2^-bits of the product of the bounds of the f_i.

    Raises:
        UndecidedError: a kink elsewhere, k = n where the row is centred, or too large a degree.
    """
    n, k = batch_size, len(functions)
    m = n - 1 if centered else n
    if centered and k >= n:
        raise UndecidedError(
            f"a mean of all {n} coordinates of a centred row: replace the last by minus the sum of the others"
        )
    distinct = list(dict.fromkeys(functions))
    powers = [functions.count(f) for f in distinct]
    spread = float(1 - k / n) if centered else 1.0
    extra = 64
    for _ in range(6):
        deadline.check()
        inner = bits + extra
        parts = [two_sided(f, variable, m, inner, bits + 4 * k) for f in distinct]
        degree = sum((len(p.positive) - 1) * w for p, w in zip(parts, powers))
        if deadline.quick and degree > QUICK_DEGREE:
            raise UndecidedError(f"a product of {k} coordinates of degree {degree} takes seconds")
        with working_bits(64):
            ratios = ratios_of_degrees(n, m, degree)
            size = _line_bound(parts, powers, n, ratios, 0.0)
        lost = max(0, int(float((size.log() / arb(2).log()).abs_upper().mid()))) if size.is_finite() and size > 0 else 0
        if inner >= bits + lost + 40:
            break
        extra = lost + 64
    if not centered:
        with working_bits(inner):
            values = _coefficients(parts, powers, degree)(arb(0))
            value = sum((c * v for c, v in zip(ratios_of_degrees(n, m, degree), values)), arb(0))
            return value + symmetric(_approximation_error(parts, powers))
    return _midpoints(parts, powers, n, m, degree, spread, bits, inner, deadline)


def _midpoints(
    parts: list[TwoSided],
    powers: list[int],
    n: int,
    m: int,
    degree: int,
    spread: float,
    bits: int,
    inner: int,
    deadline: Deadline,
) -> arb:
    with working_bits(64):
        ratios = ratios_of_degrees(n, m, degree)
        here = _line_bound(parts, powers, n, ratios, 0.0)
        gauss = arb(spread).rsqrt()
        best: tuple[int, int, arb] | None = None
        for height in _HEIGHTS:
            line = _line_bound(parts, powers, n, ratios, height) * gauss
            if not line.is_finite():
                break
            need = bits * math.log(2) + max(0.0, float(line.log().mid())) + 4
            reach = math.ceil(math.sqrt(2 * need / spread))
            nodes = math.ceil(reach * need / (2 * math.pi * height))
            if best is None or nodes < best[0]:
                h = arb(reach) / nodes
                beyond = (-arb(spread) * reach * reach / 2).exp()
                # the sides at Re t = +-reach weigh 2 h/pi (see hermite_balls) times at most the line's bound there;
                # beyond the
                # reach P(|Z| > x) <= e^{-x^2/2}
                sides = 2 * h / arb.pi() * line * beyond
                best = nodes, reach, 2 * line / ((2 * arb.pi() * height / h).exp() - 1) + sides + here * gauss * beyond
        if best is None or best[0] > MOST_NODES:
            raise UndecidedError("too many nodes are needed: ask for fewer bits")
        nodes, reach, error = best
        error = error + _approximation_error(parts, powers)
    with working_bits(inner):
        h = arb(reach) / nodes
        root = arb(n).rsqrt()
        coefficients = _coefficients(parts, powers, degree)
        row = arb_mat([ratios_of_degrees(n, m, degree)])
        total = arb(0)
        for j in range(nodes):
            deadline.check()
            t = h * (2 * j + 1) / 2
            weight = 2 * h * (-t * t / 2).exp() / (2 * arb.pi()).sqrt()
            total += weight * (row * arb_mat([[v] for v in coefficients(t * root)]))[0, 0]
        return total + symmetric(error)
