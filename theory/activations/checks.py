"""The checks a declared activation goes through when it is built: plain mpmath quadrature and sampling, which say by how much a
fact fails, and the structure of the formula, which must show parity, kinks, homogeneity and growth.

A declared dual is compared at a few points and thereby not proven: that is what `proofs_check` is for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath
from sympy import Expr, Rational, lambdify
from sympy.core.function import AppliedUndef

from theory.conventions import rho, x

if TYPE_CHECKING:
    from theory.activations.base import Activation
    from theory.pieces import Pieces

DIGITS = 20
TOLERANCE = mpmath.mpf(10) ** -12
# irrational, of several sizes, away from the small integers where kinks lie
_SAMPLES = tuple(mpmath.mpf(s) for s in ("0.1234", "0.61803", "1.41421", "2.71828", "3.3166", "5.0990"))
_FAR = tuple(mpmath.mpf(10) ** k for k in (1, 2, 4, 8))


def check_facts(activation: Activation) -> None:
    """Raise ActivationError for the first declared fact that fails; an arbitrary function has none to check."""
    if activation.formula.atoms(AppliedUndef):
        return
    with mpmath.workdps(DIGITS):
        function = _numeric(activation)
        _check_parity(activation, function)
        _check_homogeneity(activation, function)
        _check_growth(activation, function)
        _check_structure(activation)
        _check_dual(activation, function)


def _fail(activation: Activation, message: str) -> None:
    from theory.activations.base import ActivationError

    raise ActivationError(f"{activation.name}: {message}")


def _numeric(activation: Activation) -> Callable[[Any], Any]:
    compiled = lambdify(x, activation.formula, "mpmath")

    @cache  # the quadratures of one check share their nodes
    def function(t: Any) -> Any:
        try:
            value = mpmath.mpmathify(compiled(mpmath.mpf(t)))
        except (OverflowError, ZeroDivisionError):
            return mpmath.inf
        if isinstance(value, mpmath.mpc):
            if abs(value.imag) > TOLERANCE * (1 + abs(value.real)):
                _fail(
                    activation,
                    f"complex value {mpmath.nstr(value, 6)} at x = {mpmath.nstr(t, 6)}; activations are real",
                )
            value = value.real
        return value

    return function


def _close(left: Any, right: Any, scale: Any = 1) -> bool:
    return abs(left - right) <= TOLERANCE * (abs(scale) + abs(left) + abs(right))


def _check_parity(activation: Activation, function: Callable[[Any], Any]) -> None:
    from theory.activations.base import Parity

    if activation.parity is Parity.NONE:
        return
    sign = 1 if activation.parity is Parity.EVEN else -1
    for t in _SAMPLES:
        left, right = function(-t), sign * function(t)
        if not _close(left, right):
            _fail(activation, f"declared {activation.parity.value}, but sigma(-x) misses {'-' * (sign < 0)}sigma(x) "
                              f"by {mpmath.nstr(left - right, 5)} at x = {mpmath.nstr(t, 5)}")  # fmt: skip


def _check_homogeneity(activation: Activation, function: Callable[[Any], Any]) -> None:
    if activation.homogeneity is None:
        return
    degree = mpmath.mpf(str(activation.homogeneity.evalf(DIGITS)))
    for t in (*_SAMPLES, *(-s for s in _SAMPLES)):
        left, right = function(3 * t), 3**degree * function(t)
        if not _close(left, right):
            k, miss = activation.homogeneity, mpmath.nstr(left - right, 5)
            _fail(activation, f"declared homogeneous of degree {k}, but sigma(3x) misses 3^{k} sigma(x) "
                              f"by {miss} at x = {mpmath.nstr(t, 5)}")  # fmt: skip


def _check_growth(activation: Activation, function: Callable[[Any], Any]) -> None:
    if activation.growth is None:
        return
    a0, a1 = (mpmath.mpf(str(e.evalf(DIGITS))) for e in (activation.growth.constant, activation.growth.slope))
    grid = [mpmath.mpf(k) / 16 for k in range(129)] + [*_SAMPLES, *_FAR]
    for t in (*grid, *(-s for s in grid)):
        excess = abs(function(t)) - (a0 + a1 * abs(t))
        if excess > TOLERANCE * (1 + abs(t)):
            _fail(
                activation,
                f"growth bound {activation.growth} is exceeded by {mpmath.nstr(excess, 5)} at x = {mpmath.nstr(t, 5)}",
            )


def _check_structure(activation: Activation) -> None:
    """What samples cannot see: theorems rest on these facts, so the structure of the formula must show them."""
    from theory.activations import inference
    from theory.activations.base import Parity

    cut = inference.checked_pieces(activation.formula)
    _check_kinks(activation, cut)
    parity, degree, growth = activation.parity, activation.homogeneity, activation.growth
    if parity is not Parity.NONE and inference.found_parity(cut) is not parity:
        _fail(activation, f"declared {parity.value}, which the formula does not show: leave the parity out")
    if degree is not None and inference.exact_homogeneity(cut) != degree:
        _fail(
            activation,
            f"declared homogeneous of degree {degree}, which the formula does not show: leave the degree out",
        )
    found = None if growth is None else inference.found_growth(activation.formula, cut)
    if growth is not None and (found is None or not found <= growth):
        _fail(
            activation,
            f"growth bound {growth} is not shown by the formula, which shows {found or 'none'}: declare that",
        )


def _check_kinks(activation: Activation, cut: Pieces) -> None:
    from theory.activations.inference import derivative_jump, singular_points

    declared = activation.kinks
    if list(declared) != sorted(set(declared), key=lambda k: k.evalf(DIGITS)):
        _fail(activation, f"kinks must be distinct and increasing, not {declared}")
    found = {*cut.breaks, *singular_points(cut)}
    for kink in declared:
        if not any((kink - t).equals(0) for t in found):
            _fail(activation, f"declared a kink at {kink}, but the function is analytic there (largest jump 0)")
    for t in found:
        if not any((t - kink).equals(0) for kink in declared):
            jump = derivative_jump(cut, t) or (1, "infinity")
            _fail(activation, f"undeclared kink at {t}: derivative of order {jump[0]} jumps by {jump[1]}")


@lru_cache(maxsize=1)
def _tanh_sinh() -> tuple[tuple[Any, Any], ...]:
    """Nodes in (-1, 1) and weights of the doubly exponential rule of step 1/12: 15 digits, singular ends included."""
    step, rule = mpmath.mpf(1) / 12, []
    for j in range(-40, 41):
        inner = mpmath.pi / 2 * mpmath.sinh(j * step)
        rule.append((mpmath.tanh(inner), step * mpmath.pi / 2 * mpmath.cosh(j * step) / mpmath.cosh(inner) ** 2))
    return tuple(rule)


@lru_cache(maxsize=512)
def _normal_rule(left: Any, right: Any) -> tuple[tuple[Any, Any], ...]:
    """The same on an interval, the normal density in the weights."""
    middle, half = (left + right) / 2, (right - left) / 2
    points = ((middle + half * node, half * weight) for node, weight in _tanh_sinh())
    return tuple((t, weight * mpmath.npdf(t)) for t, weight in points if left < t < right)


def gaussian_moments(function: Callable[[Any], Any], kinks: tuple[Expr, ...], bodies: tuple[Any, ...]) -> list[Any]:
    """``E body(Z, sigma(Z), sigma(-Z))`` for standard normal Z and each body, on one rule between the mirrored kinks."""
    numbers = {mpmath.mpf(str(k.evalf(DIGITS))) for k in kinks}
    cut = sorted({mpmath.mpf(c) for c in (-14, -6, -2, 0, 2, 6, 14)} | numbers | {-k for k in numbers})
    inside = [c for c in cut if -14 <= c <= 14]
    rule = [point for pair in pairwise(inside) for point in _normal_rule(*pair)]
    rows = [(weight, t, function(t), function(-t)) for t, weight in rule]
    return [mpmath.fsum(weight * body(*values) for weight, *values in rows) for body in bodies]


_BODIES = (
    lambda t, f, g: f,
    lambda t, f, g: f * f,
    lambda t, f, g: f * g,
    lambda t, f, g: t * f,
    lambda t, f, g: (t * t - 1) * f,
    # He_3 to He_8
    lambda t, f, g: (t * t - 3) * t * f,
    lambda t, f, g: ((t * t - 6) * t * t + 3) * f,
    lambda t, f, g: ((t * t - 10) * t * t + 15) * t * f,
    lambda t, f, g: (((t * t - 15) * t * t + 45) * t * t - 15) * f,
    lambda t, f, g: (((t * t - 21) * t * t + 105) * t * t - 105) * t * f,
    lambda t, f, g: ((((t * t - 28) * t * t + 210) * t * t - 420) * t * t + 105) * f,
)
_NEAR = 2**-3, 1e-7
"""A correlation that is looked at as well, and how closely: Mehler's series up to order 8 leaves 8^-9 out."""


def _check_dual(activation: Activation, function: Callable[[Any], Any]) -> None:
    """One-dimensional consequences of the declared dual: its values at 1, 0 and -1, its first two derivatives at 0, Mehler's series."""
    if activation.dual is None:
        return
    mean, square, opposite, first, second, *others = gaussian_moments(function, activation.kinks, _BODIES)
    facts = (
        (activation.dual, 1, square, "dual(1)", "E sigma^2"),
        (activation.dual, 0, mean**2, "dual(0)", "(E sigma)^2"),
        (activation.dual, -1, opposite, "dual(-1)", "E sigma(z) sigma(-z)"),
        (activation.dual.diff(rho), 0, first**2, "dual'(0)", "(E z sigma(z))^2"),
        (activation.dual.diff(rho, 2), 0, second**2, "dual''(0)", "(E (z^2-1) sigma(z))^2"),
    )
    for form, at, expected, what, meaning in facts:
        declared = mpmath.mpf(str(form.subs(rho, at).evalf(DIGITS)))
        if abs(declared - expected) > mpmath.mpf(10) ** -10 * (1 + abs(expected)):
            _fail(activation, f"{what} must be {meaning} = {mpmath.nstr(expected, 12)}, "
                              f"but the declared form is off by {mpmath.nstr(declared - expected, 5)}")  # fmt: skip
    near, tolerance = _NEAR
    for r in (near, -near):
        series = mpmath.fsum(c**2 * r**k / mpmath.factorial(k) for k, c in enumerate((mean, first, second, *others)))
        declared = mpmath.mpf(str(activation.dual.subs(rho, Rational(r)).evalf(DIGITS)))
        if abs(declared - series) > tolerance * (1 + square):
            _fail(
                activation,
                f"dual({r}) must be {mpmath.nstr(series, 7)} by its Hermite coefficients, not {mpmath.nstr(declared, 7)}",
            )
