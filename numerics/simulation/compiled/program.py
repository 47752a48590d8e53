"""An activation's tree as a postfix program, and its interpreter: compiled once, for every activation.

Each instruction runs over a whole block of numbers, so that interpreting costs next to nothing beside the arithmetic.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from numerics.simulation.compiled import functions as f
from numerics.simulation.elementwise import Elementwise

STACK = 8
UNARY = (
    *("neg", "abs", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "erf", "erfc", "norm_cdf", "sigmoid", "softplus", "heaviside"),
)
BINARY = ("add", "mul", "max", "min", "div")
COMPARISONS = ("lt", "le", "gt", "ge")
# opcodes: push x, push a constant, unary, binary, binary with a constant on the right, power, comparison-select
PUSH_X, PUSH_CONST, POWER, SELECT = 0, 1, 2, 3
CODE = {
    **{name: 10 + index for index, name in enumerate(UNARY)},
    **{name: 50 + index for index, name in enumerate(BINARY)},
    **{name + "_const": 60 + index for index, name in enumerate(BINARY)},
    **{name: 70 + index for index, name in enumerate(COMPARISONS)},
}


class UnsupportedActivationError(ValueError):
    """The compiled kernel cannot run this activation; numpy's can."""


def compile_program(activation: Elementwise) -> tuple[np.ndarray, np.ndarray]:
    """Opcodes and constants of an activation, in postfix order.

    Raises:
        UnsupportedActivationError: it needs more than `STACK` intermediate blocks.
    """
    opcodes: list[int] = []
    constants: list[float] = []

    def emit(opcode: int, constant: float = 0.0) -> None:
        opcodes.append(opcode)
        constants.append(constant)

    def visit(node: tuple, used: int) -> int:
        """Emit the node with `used` slots taken; the most slots it took."""
        operation, children = node[0], node[1:]
        if operation == "x":
            emit(PUSH_X)
            return used + 1
        if operation == "const":
            emit(PUSH_CONST, children[0])
            return used + 1
        if operation == "where":
            (comparison, left, right), then, otherwise = children
            most = max(visit(child, used + place) for place, child in enumerate((left, right, then, otherwise)))
            emit(SELECT, float(CODE[comparison]))
            return most
        if operation == "pow":
            most = visit(children[0], used)
            emit(POWER, children[1][1])
            return most
        most = visit(children[0], used)
        if operation in UNARY:
            emit(CODE[operation])
            return most
        for child in children[1:]:
            if child[0] == "const":
                emit(CODE[operation + "_const"], child[1])
            else:
                most = max(most, visit(child, used + 1))
                emit(CODE[operation])
        return most

    if visit(activation.tree, 0) > STACK:
        raise UnsupportedActivationError(
            f"{activation.name}: its expression needs more than {STACK} intermediate values; use compiled=False"
        )
    return np.array(opcodes, dtype=np.int64), np.array(constants)


# numba freezes module-level numbers as constants
_NEG, _ABS, _SIGN, _SQRT, _EXP, _EXPM1, _LOG = (
    CODE["neg"],
    CODE["abs"],
    CODE["sign"],
    CODE["sqrt"],
    CODE["exp"],
    CODE["expm1"],
    CODE["log"],
)
_LOG1P, _SIN, _COS, _TAN, _SINH, _COSH, _TANH = (
    CODE["log1p"],
    CODE["sin"],
    CODE["cos"],
    CODE["tan"],
    CODE["sinh"],
    CODE["cosh"],
    CODE["tanh"],
)
_ASIN, _ACOS, _ATAN, _ERF, _ERFC, _CDF, _SIGMOID = (
    CODE["asin"],
    CODE["acos"],
    CODE["atan"],
    CODE["erf"],
    CODE["erfc"],
    CODE["norm_cdf"],
    CODE["sigmoid"],
)
_SOFTPLUS, _HEAVISIDE = (CODE["softplus"], CODE["heaviside"])
_ADD, _MUL, _MAX, _MIN, _DIV = (CODE["add"], CODE["mul"], CODE["max"], CODE["min"], CODE["div"])
_ADD_C, _MUL_C, _MAX_C, _MIN_C, _DIV_C = (
    CODE["add_const"],
    CODE["mul_const"],
    CODE["max_const"],
    CODE["min_const"],
    CODE["div_const"],
)
_LT, _LE, _GT, _GE = (CODE["lt"], CODE["le"], CODE["gt"], CODE["ge"])
_FAR = 1e5  # beyond it the reduction of angles loses digits; the C library takes over

OPTIONS: Any = {"error_model": "numpy", "cache": True, "nogil": True, "fastmath": {"contract", "nsz"}}


@njit(**OPTIONS)
def _unary(code, a):
    """Replace every entry of `a` by its image."""
    f.wide_vectors()
    count = a.size
    if code == _NEG:
        for i in range(count):
            a[i] = -a[i]
    elif code == _ABS:
        for i in range(count):
            a[i] = abs(a[i])
    elif code == _SIGN:
        for i in range(count):
            a[i] = 1.0 if a[i] > 0 else (-1.0 if a[i] < 0 else a[i])
    elif code == _HEAVISIDE:
        for i in range(count):
            a[i] = 1.0 if a[i] > 0 else (0.0 if a[i] < 0 else a[i] + 0.5)
    elif code == _SQRT:
        for i in range(count):
            a[i] = np.sqrt(a[i])
    elif code in (_EXP, _EXPM1):
        subtracted = 0.0 if code == _EXP else 1.0
        for i in range(count):
            a[i] = f.exp_less(np.float64(a[i]), subtracted)
    elif code in (_TANH, _SIGMOID):  # sigmoid(x) = 1/2 + tanh(x/2)/2
        inner, outer, shift = (1.0, 1.0, 0.0) if code == _TANH else (0.5, 0.5, 0.5)
        for i in range(count):
            a[i] = shift + outer * f.tanh(inner * np.float64(a[i]))
    elif code in (_ERF, _CDF):
        inner, outer, shift = (1.0, 1.0, 0.0) if code == _ERF else (0.7071067811865476, 0.5, 0.5)
        for i in range(count):
            a[i] = shift + outer * f.erf(inner * np.float64(a[i]))
    elif code == _SOFTPLUS:
        for i in range(count):
            a[i] = f.softplus(np.float64(a[i]))
    elif code in (_SIN, _COS):
        _circular(code == _COS, a)
    else:
        _by_library(code, a)


@njit(**OPTIONS)
def _circular(cosine, a):
    f.wide_vectors()
    largest = 0.0
    for i in range(a.size):
        largest = max(largest, abs(np.float64(a[i])))
    turns = 1.0 if cosine else 0.0
    if largest < _FAR:
        for i in range(a.size):
            a[i] = f.sine_shifted(np.float64(a[i]), turns)
    else:
        for i in range(a.size):
            a[i] = math.cos(a[i]) if cosine else math.sin(a[i])


@njit(**OPTIONS)
def _by_library(code, a):
    """The rarer functions, one number at a time."""
    for i in range(a.size):
        v: Any = np.float64(a[i])
        if code == _LOG:
            v = np.log(v)
        elif code == _LOG1P:
            v = np.log1p(v)
        elif code == _TAN:
            v = math.tan(v)
        elif code == _SINH:
            v = np.sinh(v)
        elif code == _COSH:
            v = np.cosh(v)
        elif code == _ASIN:
            v = np.arcsin(v)
        elif code == _ACOS:
            v = np.arccos(v)
        elif code == _ATAN:
            v = math.atan(v)
        elif code == _ERFC:
            v = math.erfc(v)
        a[i] = v


@njit(**OPTIONS)
def _binary(code, a, b):
    """Combine `b` into `a`."""
    f.wide_vectors()
    count = a.size
    if code == _ADD:
        for i in range(count):
            a[i] += b[i]
    elif code == _MUL:
        for i in range(count):
            a[i] *= b[i]
    elif code == _MAX:
        for i in range(count):
            a[i] = b[i] if b[i] > a[i] else a[i]
    elif code == _MIN:
        for i in range(count):
            a[i] = b[i] if b[i] < a[i] else a[i]
    elif code == _DIV:
        for i in range(count):
            a[i] /= b[i]


@njit(**OPTIONS)
def _with_constant(code, a, constant):
    f.wide_vectors()
    count = a.size
    c = a.dtype.type(constant)
    if code == _ADD_C:
        for i in range(count):
            a[i] += c
    elif code == _MUL_C:
        for i in range(count):
            a[i] *= c
    elif code == _MAX_C:
        for i in range(count):
            a[i] = c if c > a[i] else a[i]
    elif code == _MIN_C:
        for i in range(count):
            a[i] = c if c < a[i] else a[i]
    elif code == _DIV_C:
        for i in range(count):
            a[i] /= c


@njit(**OPTIONS)
def _power(a, exponent):
    f.wide_vectors()
    if exponent == 2.0:
        for i in range(a.size):
            a[i] *= a[i]
    elif exponent == 3.0:
        for i in range(a.size):
            a[i] *= a[i] * a[i]
    elif exponent == 0.5:
        for i in range(a.size):
            a[i] = np.sqrt(a[i])
    elif exponent == -1.0:
        for i in range(a.size):
            a[i] = 1.0 / a[i]
    else:
        for i in range(a.size):
            a[i] = np.float64(a[i]) ** exponent


@njit(**OPTIONS)
def _select(comparison, left, right, then, otherwise):
    """Into `left`: then where the comparison holds, otherwise elsewhere."""
    f.wide_vectors()
    for i in range(left.size):
        if comparison == _LT:
            holds = left[i] < right[i]
        elif comparison == _LE:
            holds = left[i] <= right[i]
        elif comparison == _GT:
            holds = left[i] > right[i]
        else:
            holds = left[i] >= right[i]
        left[i] = then[i] if holds else otherwise[i]


@njit(**OPTIONS)
def is_clip_at_zero(opcodes, constants):
    """Whether the program is max(x, 0), which the kernel does on the way."""
    return opcodes.size == 2 and opcodes[0] == PUSH_X and opcodes[1] == _MAX_C and constants[1] == 0.0


@njit(**OPTIONS)
def copy_numbers(source, target):
    """The first numbers of `target` become `source`: a slice's assignment compiles a page of error messages along."""
    for i in range(source.size):
        target[i] = source[i]


@njit(**OPTIONS)
def run_program(opcodes, constants, values, stack):
    """Replace every entry of `values` by the activation of it.

    Args:
        opcodes, constants: from `compile_program`.
        values: one block, flat.
        stack: shape (STACK, >= values.size), for intermediate results.
    """
    f.wide_vectors()
    count = values.size
    if opcodes.size == 1 and opcodes[0] == PUSH_X:
        return
    if opcodes.size == 2 and opcodes[0] == PUSH_X and opcodes[1] >= _ADD_C and opcodes[1] <= _DIV_C:
        _with_constant(opcodes[1], values, constants[1])
        return
    if opcodes.size == 2 and opcodes[0] == PUSH_X and opcodes[1] >= _NEG and opcodes[1] < _ADD:
        _unary(opcodes[1], values)
        return
    top = -1
    for position in range(opcodes.size):
        code = opcodes[position]
        if code == PUSH_X:
            top += 1
            copy_numbers(values, stack[top])
        elif code == PUSH_CONST:
            top += 1
            for i in range(count):
                stack[top, i] = constants[position]
        elif code == POWER:
            _power(stack[top, :count], constants[position])
        elif code == SELECT:
            top -= 3
            comparison = np.int64(constants[position])
            _select(
                comparison, stack[top, :count], stack[top + 1, :count], stack[top + 2, :count], stack[top + 3, :count]
            )
        elif code < _ADD:
            _unary(code, stack[top, :count])
        elif code < _ADD_C:
            top -= 1
            _binary(code, stack[top, :count], stack[top + 1, :count])
        else:
            _with_constant(code, stack[top, :count], constants[position])
    copy_numbers(stack[0, :count], values)
