"""Short vectors of floats as values of their own inside compiled functions: what a register holds.

LLVM's own vectorisation decides anew in every loop, and spills where a tile of sums has more registers than the
processor. Here the tiles are written out: a `Vector` is loaded, multiplied, added and stored as one.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as declare
from numba.extending import models, register_model

# numba's compiler passes the first argument itself
intrinsic: Any = declare

# bytes of one vector: the processor's widest that is not slower than two halves
VECTOR_BYTES = 64 if llvm.get_host_cpu_features().get("avx512f", False) else 32


class VectorType(types.Type):
    """A vector of float32 or float64."""

    def __init__(self, scalar: types.Float) -> None:
        self.scalar = scalar
        self.lanes = VECTOR_BYTES * 8 // scalar.bitwidth
        super().__init__(name=f"vector({scalar}, {self.lanes})")


@register_model(VectorType)
class VectorModel(models.PrimitiveModel):
    """Its representation in LLVM."""

    def __init__(self, manager, vector):
        super().__init__(manager, vector, _llvm(vector))


def lanes(dtype) -> int:
    """Numbers in a vector of a dtype."""
    return VECTOR_BYTES // dtype.itemsize


def _llvm(vector):
    return ir.VectorType(ir.FloatType() if vector.scalar == types.float32 else ir.DoubleType(), vector.lanes)


def _pointer(context, builder, array, value, index):
    data = context.make_array(array)(context, builder, value).data
    vector = _llvm(VectorType(array.dtype))
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


@intrinsic
def load(typing_context, array, index):
    """The vector that starts at array[index]; the array is flat and contiguous."""

    def generate(context, builder, signature, arguments):
        read = builder.load(_pointer(context, builder, array, *arguments))
        read.align = array.dtype.bitwidth // 8
        return read

    return VectorType(array.dtype)(array, types.intp), generate


@intrinsic
def store(typing_context, array, index, vector):
    """Write a vector from array[index] on."""

    def generate(context, builder, signature, arguments):
        value, place, written = arguments
        said = builder.store(written, _pointer(context, builder, array, value, place))
        said.align = array.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.intp, vector), generate


def _spread(builder, scalar, vector):
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), mask)


@intrinsic
def broadcast(typing_context, scalar):
    """A scalar in every lane."""
    vector = VectorType(scalar)

    def generate(context, builder, signature, arguments):
        return _spread(builder, arguments[0], _llvm(vector))

    return vector(scalar), generate


def _call(name):
    """An operation of LLVM's on vectors, by name and number of arguments."""

    def build(vector, count, signature_of):
        def generate(context, builder, signature, arguments):
            kind = _llvm(vector)
            suffix = f"v{vector.lanes}f{vector.scalar.bitwidth}"
            function = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(kind, [kind] * count), f"llvm.{name}.{suffix}"
            )
            return builder.call(function, arguments)

        return signature_of, generate

    return build


@intrinsic
def multiply_add(typing_context, a, b, c):
    """a b + c, rounded once where the processor can."""
    return _call("fmuladd")(a, 3, a(a, a, a))


@intrinsic
def square_root(typing_context, a):
    """The square root of every lane."""
    return _call("sqrt")(a, 1, a(a))


def _binary(operation):
    @intrinsic
    def act(typing_context, a, b):
        def generate(context, builder, signature, arguments):
            return operation(builder, *arguments)

        return a(a, a), generate

    return act


multiply = _binary(lambda builder, a, b: builder.fmul(a, b))
divide = _binary(lambda builder, a, b: builder.fdiv(a, b))
add = _binary(lambda builder, a, b: builder.fadd(a, b))
# nan stays nan
larger = _binary(lambda builder, a, b: builder.select(builder.fcmp_unordered(">", a, b), a, b))


@intrinsic
def total(typing_context, a):
    """The sum of the lanes, halves first."""

    def generate(context, builder, signature, arguments):
        (value,) = arguments
        count = a.lanes
        while count > 1:
            count //= 2
            kind = ir.VectorType(ir.IntType(32), count)
            low = builder.shuffle_vector(value, value, ir.Constant(kind, list(range(count))))
            high = builder.shuffle_vector(value, value, ir.Constant(kind, list(range(count, 2 * count))))
            value = builder.fadd(low, high)
        return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

    return a.scalar(a), generate


@intrinsic
def store_converted(typing_context, array, index, vector):
    """Write a vector from array[index] on, as numbers of the array's dtype, the vector's own or float64."""

    def generate(context, builder, signature, arguments):
        value, place, written = arguments
        if array.dtype != vector.scalar:
            written = builder.fpext(written, ir.VectorType(ir.DoubleType(), vector.lanes))
        data = context.make_array(array)(context, builder, value).data
        pointer = builder.bitcast(builder.gep(data, [place]), written.type.as_pointer())
        said = builder.store(written, pointer)
        said.align = array.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.intp, vector), generate
