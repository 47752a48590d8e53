"""erf, erfc and the normal distribution function, elementwise on arrays, without scipy.

The rational approximations are those of FreeBSD's s_erf.c (Sun Microsystems, 1993), whose errors are below one unit in
the last place of float64; each branch is evaluated only on the entries that fall in it.
"""

from __future__ import annotations

import numpy as np

_ERX = 8.45062911510467529297e-01
_EFX = 1.28379167095512586316e-01
# |x| < 0.84375: erf(x) = x + x P(x^2)/Q(x^2)
_SMALL_P = (
    1.28379167095512558561e-01,
    -3.25042107247001499370e-01,
    -2.84817495755985104766e-02,
    -5.77027029648944159157e-03,
    -2.37630166566501626084e-05,
)
_SMALL_Q = (
    1.0,
    3.97917223959155352819e-01,
    6.50222499887672944485e-02,
    5.08130628187576562776e-03,
    1.32494738004321644526e-04,
    -3.96022827877536812320e-06,
)
# 0.84375 <= |x| < 1.25: erf(|x|) = ERX + P(|x| - 1)/Q(|x| - 1)
_MIDDLE_P = (
    -2.36211856075265944077e-03,
    4.14856118683748331666e-01,
    -3.72207876035701323847e-01,
    3.18346619901161753674e-01,
    -1.10894694282396677476e-01,
    3.54783043256182359371e-02,
    -2.16637559486879084300e-03,
)
_MIDDLE_Q = (
    1.0,
    1.06420880400844228286e-01,
    5.40397917702171048937e-01,
    7.18286544141962662868e-02,
    1.26171219808761642112e-01,
    1.36370839120290507362e-02,
    1.19844998467991074170e-02,
)
# |x| >= 1.25: erfc(|x|) = exp(-x^2 - 0.5625 + R(1/x^2)/S(1/x^2))/|x|, in two ranges
_LARGE_P = (
    -9.86494403484714822705e-03,
    -6.93858572707181764372e-01,
    -1.05586262253232909814e01,
    -6.23753324503260060396e01,
    -1.62396669462573470355e02,
    -1.84605092906711035994e02,
    -8.12874355063065934246e01,
    -9.81432934416914548592e00,
)
_LARGE_Q = (
    1.0,
    1.96512716674392571292e01,
    1.37657754143519042600e02,
    4.34565877475229228821e02,
    6.45387271733267880336e02,
    4.29008140027567833386e02,
    1.08635005541779435134e02,
    6.57024977031928170135e00,
    -6.04244152148580987438e-02,
)
_TAIL_P = (
    -9.86494292470009928597e-03,
    -7.99283237680523006574e-01,
    -1.77579549177547519889e01,
    -1.60636384855821916062e02,
    -6.37566443368389627722e02,
    -1.02509513161107724954e03,
    -4.83519191608651397019e02,
)
_TAIL_Q = (
    1.0,
    3.03380607434824582924e01,
    3.25792512996573918826e02,
    1.53672958608443695994e03,
    3.19985821950859553908e03,
    2.55305040643316442583e03,
    4.74528541206955367215e02,
    -2.24409524465858183362e01,
)
_TAIL_STARTS = 1 / 0.35


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value *= x
        value += coefficient
    return value


def _complement(x: np.ndarray) -> np.ndarray:
    """erfc(x) for x >= 1.25."""
    inverse_square = 1 / (x * x)
    in_tail = x >= _TAIL_STARTS
    ratio = np.empty_like(x)
    for chosen, p, q in ((~in_tail, _LARGE_P, _LARGE_Q), (in_tail, _TAIL_P, _TAIL_Q)):
        ratio[chosen] = _polynomial(p, inverse_square[chosen]) / _polynomial(q, inverse_square[chosen])
    # x^2 is split so that the rounding of the square is not magnified by the exponential
    high = (x.view(np.int64) & np.int64(-(1 << 32))).view(np.float64)
    return np.exp(-high * high - 0.5625) * np.exp((high - x) * (high + x) + ratio) / x


def _evaluate(values: np.ndarray, complementary: bool) -> np.ndarray:
    x = np.ascontiguousarray(values, dtype=np.float64).ravel()
    size = np.abs(x)
    result = np.where(np.isnan(x), np.nan, 1.0 - np.sign(x) if complementary else np.sign(x))

    chosen = size < 0.84375
    y = x[chosen]
    square = y * y
    ratio = _polynomial(_SMALL_P, square) / _polynomial(_SMALL_Q, square)
    if complementary:
        result[chosen] = np.where(y < 0.25, 1 - (y + y * ratio), 0.5 - ((y - 0.5) + y * ratio))
    else:
        result[chosen] = y + y * ratio

    chosen = (size >= 0.84375) & (size < 1.25)
    y = x[chosen]
    shifted = np.abs(y) - 1
    ratio = _polynomial(_MIDDLE_P, shifted) / _polynomial(_MIDDLE_Q, shifted)
    if complementary:
        result[chosen] = np.where(y > 0, (1 - _ERX) - ratio, 1 + (_ERX + ratio))
    else:
        result[chosen] = np.copysign(_ERX + ratio, y)

    chosen = (size >= 1.25) & (size < (27.3 if complementary else 6.0))
    y = x[chosen]
    complement = _complement(size[chosen])
    if complementary:
        result[chosen] = np.where(y > 0, complement, 2 - complement)
    else:
        result[chosen] = np.copysign(1 - complement, y)
    return result.reshape(np.shape(values)).astype(np.asarray(values).dtype, copy=False)


def erf(values: np.ndarray) -> np.ndarray:
    """The error function of every entry; computed in float64, returned in the dtype passed."""
    return _evaluate(values, complementary=False)


def erfc(values: np.ndarray) -> np.ndarray:
    """1 - erf of every entry, accurate relative to itself for large arguments."""
    return _evaluate(values, complementary=True)


def norm_cdf(values: np.ndarray) -> np.ndarray:
    """The standard normal distribution function of every entry."""
    values = np.asarray(values)
    wide = values.astype(np.float64, copy=False)
    return (0.5 * erfc(wide * -np.sqrt(0.5))).astype(values.dtype, copy=False)
