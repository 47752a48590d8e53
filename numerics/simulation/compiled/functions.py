"""Elementary functions in plain arithmetic, so that the compiler can vectorise the loops that call them.

numba calls the C library for exp, log and sin, one number at a time. These follow FreeBSD's msun (Sun Microsystems,
1993) and Cephes (Moshier, 1992) without their branches; the tests hold them to numpy's within a few units in the last
place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

INLINE: Any = {"fastmath": {"contract", "nsz"}, "error_model": "numpy", "forceinline": True}


def _bitcast(source, target, llvm_target):
    @intrinsic
    def cast(typing_context, value):
        def generate(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], llvm_target)

        return target(source), generate

    return cast


@intrinsic
def _wide_vectors(typing_context):
    """Ask LLVM for the widest vectors in the function that calls this, and in what is inlined there.

    LLVM takes 256 bits by default on processors with AVX-512 whose clock once fell under 512. llvmlite knows no name
    for this attribute of a function, hence the way around its check; elsewhere the attribute says nothing.
    """

    def generate(context, builder, signature, arguments):
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), generate


# numba's compiler passes the argument itself
wide_vectors: Any = _wide_vectors


as_double = _bitcast(types.uint64, types.float64, ir.DoubleType())
as_bits = _bitcast(types.float64, types.uint64, ir.IntType(64))
as_single = _bitcast(types.uint32, types.float32, ir.FloatType())
as_short_bits = _bitcast(types.float32, types.uint32, ir.IntType(32))

_U = np.uint64
_ONE_BITS = _U(0x3FF0000000000000)
_MANTISSA = _U(0x000FFFFFFFFFFFFF)
_SIGN = _U(0x8000000000000000)
_MAGIC_BITS = _U(0x4330000000000000)  # 2^52, whose last bits count in ones
_S12, _S52, _S63 = _U(12), _U(52), _U(63)
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_SQRT2 = 1.4142135623730951


@njit(**INLINE)
def log(x):
    """ln x for positive normal x."""
    bits = as_bits(x)
    mantissa = as_double((bits & _MANTISSA) | _ONE_BITS)
    exponent = as_double((bits >> _S52) | _MAGIC_BITS) - (4503599627370496.0 + 1023.0)
    large = mantissa > _SQRT2
    f = (mantissa * 0.5 if large else mantissa) - 1.0
    exponent = exponent + 1.0 if large else exponent
    s = f / (2.0 + f)
    z = s * s
    # two short chains rather than a long one: the processor waits for results, not for units
    w = z * z
    odd = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    odd = 6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * odd)
    even = 3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)
    r = z * odd + w * even
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + r) + exponent * _LN2_LOW)) - f)


@njit(**INLINE)
def sine_of_octant(t):
    """sin t for |t| <= pi/4."""
    z = t * t
    r = -2.50507602534068634195e-08 + z * 1.58969099521155010221e-10
    r = 2.75573137070700676789e-06 + z * r
    r = -1.98412698298579493134e-04 + z * r
    r = 8.33333333332248946124e-03 + z * r
    return t + t * z * (-1.66666666666666324348e-01 + z * r)


@njit(**INLINE)
def cosine_of_octant(t):
    """cos t for |t| <= pi/4."""
    z = t * t
    r = 2.08757232129817482790e-09 + z * -1.13596475577881948265e-11
    r = -2.75573143513906633035e-07 + z * r
    r = 2.48015872894767294178e-05 + z * r
    r = -1.38888888888741095749e-03 + z * r
    r = 4.16666666666666019037e-02 + z * r
    return 1.0 - (0.5 * z - z * z * r)


@njit(**INLINE)
def sine_shifted(x, quarter_turns):
    """sin(x + quarter_turns pi/2), to 1e-15 absolutely for |x| < 1e5."""
    k = (x * 0.6366197723675814 + 6755399441055744.0) - 6755399441055744.0
    t = ((x - k * 1.57079632673412561417e00) - k * 6.07710050630396597660e-11) - k * 2.02226624879595063154e-21
    quadrant = as_bits(k + quarter_turns + 6755399441055744.0)
    value = cosine_of_octant(t) if quadrant & _U(1) else sine_of_octant(t)
    return as_double(as_bits(value) ^ ((quadrant & _U(2)) << _U(62)))


@njit(**INLINE)
def exp_less(x, subtracted):
    """e^x - subtracted, without cancellation where that is 1; infinite above 709.78."""
    bounded = min(max(x, -745.0), 709.8)
    k = (bounded * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0
    r = (bounded - k * _LN2_HIGH) - k * _LN2_LOW
    # Taylor: |r| <= ln(2)/2, and the 14th term is below 2^-56 of the first
    p = 1.0 / 6227020800.0
    p = 1.0 / 479001600.0 + r * p
    p = 1.0 / 39916800.0 + r * p
    p = 1.0 / 3628800.0 + r * p
    p = 1.0 / 362880.0 + r * p
    p = 1.0 / 40320.0 + r * p
    p = 1.0 / 5040.0 + r * p
    p = 1.0 / 720.0 + r * p
    p = 1.0 / 120.0 + r * p
    p = 1.0 / 24.0 + r * p
    p = 1.0 / 6.0 + r * p
    p = 0.5 + r * p
    p = r + r * r * p
    # 2^k in two factors, so that neither leaves the range of exponents
    first = np.floor(0.5 * k)
    second = k - first
    low = as_double((as_bits(first + 4503599627370496.0 + 1023.0) & _U(0x7FF)) << _S52)
    high = as_double((as_bits(second + 4503599627370496.0 + 1023.0) & _U(0x7FF)) << _S52)
    return (p * low) * high + (low * high - subtracted)


@njit(**INLINE)
def expm1(x):
    return exp_less(x, 1.0)


@njit(**INLINE)
def tanh(x):
    size = abs(x)
    e = expm1(-2.0 * min(size, 30.0))
    return np.copysign(-e / (2.0 + e), x)


@njit(**INLINE)
def softplus(x):
    size = abs(x)
    return max(x, 0.0) + log(1.0 + exp_less(-min(size, 50.0), 0.0))


@njit(**INLINE)
def erf(x):
    """erf to 2e-16 absolutely: the three rational pieces of FreeBSD's s_erf.c, all computed, one chosen."""
    size = abs(x)
    z = min(x * x, 0.72)
    p = -2.84817495755985104766e-02 + z * (-5.77027029648944159157e-03 + z * -2.37630166566501626084e-05)
    p = 1.28379167095512558561e-01 + z * (-3.25042107247001499370e-01 + z * p)
    q = 5.08130628187576562776e-03 + z * (1.32494738004321644526e-04 + z * -3.96022827877536812320e-06)
    q = 1.0 + z * (3.97917223959155352819e-01 + z * (6.50222499887672944485e-02 + z * q))
    small = size + size * (p / q)

    s = min(size, 1.25) - 1.0
    p = -1.10894694282396677476e-01 + s * (3.54783043256182359371e-02 + s * -2.16637559486879084300e-03)
    p = -3.72207876035701323847e-01 + s * (3.18346619901161753674e-01 + s * p)
    p = -2.36211856075265944077e-03 + s * (4.14856118683748331666e-01 + s * p)
    q = 1.26171219808761642112e-01 + s * (1.36370839120290507362e-02 + s * 1.19844998467991074170e-02)
    q = 5.40397917702171048937e-01 + s * (7.18286544141962662868e-02 + s * q)
    q = 1.0 + s * (1.06420880400844228286e-01 + s * q)
    middle = 8.45062911510467529297e-01 + p / q

    large = min(max(size, 1.25), 6.0)
    s = 1.0 / (large * large)
    near = large < 2.857142857142857
    p = -8.12874355063065934246e01 + s * -9.81432934416914548592e00
    p = -1.62396669462573470355e02 + s * (-1.84605092906711035994e02 + s * p)
    p = -1.05586262253232909814e01 + s * (-6.23753324503260060396e01 + s * p)
    p = -9.86494403484714822705e-03 + s * (-6.93858572707181764372e-01 + s * p)
    q = 6.57024977031928170135e00 + s * -6.04244152148580987438e-02
    q = 4.29008140027567833386e02 + s * (1.08635005541779435134e02 + s * q)
    q = 4.34565877475229228821e02 + s * (6.45387271733267880336e02 + s * q)
    q = 1.0 + s * (1.96512716674392571292e01 + s * (1.37657754143519042600e02 + s * q))
    p_far = -1.02509513161107724954e03 + s * -4.83519191608651397019e02
    p_far = -1.60636384855821916062e02 + s * (-6.37566443368389627722e02 + s * p_far)
    p_far = -7.99283237680523006574e-01 + s * (-1.77579549177547519889e01 + s * p_far)
    p_far = -9.86494292470009928597e-03 + s * p_far
    q_far = 4.74528541206955367215e02 + s * -2.24409524465858183362e01
    q_far = 3.19985821950859553908e03 + s * (2.55305040643316442583e03 + s * q_far)
    q_far = 3.25792512996573918826e02 + s * (1.53672958608443695994e03 + s * q_far)
    q_far = 1.0 + s * (3.03380607434824582924e01 + s * q_far)
    ratio = (p if near else p_far) / (q if near else q_far)
    tail = 1.0 - exp_less(-large * large - 0.5625 + ratio, 0.0) / large

    value = small if size < 0.84375 else (middle if size < 1.25 else tail)
    return np.copysign(value, x)
