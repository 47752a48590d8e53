"""An activation as plain data: a tree of elementwise operations, interpreted with numpy ufuncs.

Nothing is evaluated as code, so an `Elementwise` may come from a file, travel to another process, and key a store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from numerics.simulation import error_function

MAX_NODES = 10_000
MAX_DEPTH = 200


def _sigmoid(x: np.ndarray) -> np.ndarray:
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay)).astype(x.dtype, copy=False)


def _softplus(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# operations of one argument: those that numpy writes into `out`, and those that make their own array
UNARY_UFUNCS: dict[str, np.ufunc] = {
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sqrt": np.sqrt,
}
UNARY_FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "erf": error_function.erf,
    "erfc": error_function.erfc,
    "norm_cdf": error_function.norm_cdf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "heaviside": lambda x: np.heaviside(x, x.dtype.type(0.5)),
}
# two or more arguments, folded from the left
FOLDS: dict[str, np.ufunc] = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
COMPARISONS: dict[str, np.ufunc] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}


@dataclass(frozen=True)
class Elementwise:
    """A real function of one real variable, as a tree of named operations.

    A node is `("x",)`, `("const", c)`, or `(operation, child, ...)`. Operations: add, mul, max, min (two or more
    children); div (two); pow (the exponent is a const); neg, abs, sign, sqrt, exp, expm1, log, log1p, sin, cos, tan,
    sinh, cosh, tanh, asin, acos, atan, erf, erfc, norm_cdf, sigmoid, softplus, heaviside (1/2 at 0); and
    `("where", (comparison, a, b), then, otherwise)` with lt, le, gt or ge. Both branches of a `where` are evaluated;
    only the chosen one counts.

    Args:
        name: what people call it.
        tree: the root node.
        kinks: points where the function or its derivative jumps; for information only.

    Raises:
        ValueError: a node is malformed, or the tree exceeds 10000 nodes or depth 200.

    Example:
        >>> import numpy as np
        >>> swish = Elementwise("swish", ("mul", ("x",), ("sigmoid", ("x",))))
        >>> swish(np.array([-1000.0, 0.0, 1000.0])).tolist()
        [-0.0, 0.0, 1000.0]
    """

    name: str
    tree: tuple
    kinks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", _as_tuples(self.tree))
        object.__setattr__(self, "kinks", tuple(float(kink) for kink in self.kinks))
        _check(self.tree)

    def __call__(self, values: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The function at every entry, in the dtype of `values` (float32 or float64; any other is taken as float64).

        Args:
            values: any shape.
            out: where to write; may be `values` itself.
        """
        values = np.asarray(values)
        if values.dtype not in (np.float32, np.float64):
            values = values.astype(np.float64)
        # branches that a `where` discards may overflow; the samplers check what comes out
        with np.errstate(all="ignore"):
            result = _interpret(self.tree, values, out)
            if out is not None and result is out:
                return out
            if np.ndim(result) == 0 and values.ndim > 0:
                result = np.full_like(values, result)
            elif result is values:
                result = values.copy() if out is None else values
            if out is None:
                return np.asarray(result, dtype=values.dtype)
            np.copyto(out, result)
            return out

    def replace(self, values: np.ndarray) -> None:
        """The function at every entry, in place, on a flat float32 or float64 array; for samplers' inner loops.

        Numpy's warnings are the caller's to silence: branches that a `where` discards may overflow.
        """
        operation, *operands = self.tree
        if operation in ("max", "min") and len(operands) == 2 and operands[0] == _X and operands[1][0] == "const":
            FOLDS[operation](values, _spread(FOLDS[operation], operands[1][1], values), out=values)
            return
        result = _interpret(self.tree, values, values)
        if result is not values:
            np.copyto(values, result)


def _as_tuples(node: Any, depth: int = 0) -> tuple:
    """Lists, as JSON has them, become tuples; constants become Python floats."""
    if not isinstance(node, list | tuple) or not node or not isinstance(node[0], str):
        raise ValueError(f"an activation's tree has the node {node!r:.60}; write (operation, child, ...)")
    if depth > MAX_DEPTH:
        raise ValueError(f"an activation's tree is deeper than {MAX_DEPTH}; write a simpler expression")
    if node[0] == "const":
        if len(node) != 2 or isinstance(node[1], bool) or not isinstance(node[1], int | float | np.number):
            raise ValueError(f"an activation's tree has the constant {node!r:.60}; write ('const', number)")
        return ("const", float(node[1]))
    return (node[0], *(_as_tuples(child, depth + 1) for child in node[1:]))


def _check(root: tuple) -> None:
    pending = [root]
    count = 0
    while pending:
        node = pending.pop()
        count += 1
        if count > MAX_NODES:
            raise ValueError(f"an activation's tree has more than {MAX_NODES} nodes; write a simpler expression")
        operation, children = node[0], node[1:]
        if operation == "const":
            if not np.isfinite(children[0]):
                raise ValueError(f"an activation's tree has the constant {children[0]}; constants are finite")
            continue
        if operation == "x":
            arity_fits = not children
        elif operation in UNARY_UFUNCS or operation in UNARY_FUNCTIONS:
            arity_fits = len(children) == 1
        elif operation in FOLDS:
            arity_fits = len(children) >= 2
        elif operation == "div":
            arity_fits = len(children) == 2
        elif operation == "pow":
            arity_fits = len(children) == 2 and children[1][0] == "const"
        elif operation == "where":
            arity_fits = len(children) == 3 and children[0][0] in COMPARISONS and len(children[0]) == 3
            if arity_fits:
                children = (*children[0][1:], *children[1:])
        else:
            known = sorted({*UNARY_UFUNCS, *UNARY_FUNCTIONS, *FOLDS, "div", "pow", "where", "x", "const"})
            raise ValueError(f"unknown operation {operation!r:.40} in an activation's tree; known: {', '.join(known)}")
        if not arity_fits:
            raise ValueError(f"operation {operation!r} has the wrong children: {node!r:.80}")
        pending.extend(children)


def _interpret(node: tuple, x: np.ndarray, out: np.ndarray | None) -> Any:
    """The node's value; written to `out` where the last operation can, since every operand is by then in hand.

    Only the root may write to `out` (it may be `x`, which the children still read); constants stay Python floats, so
    that float32 is not promoted.
    """
    operation, children = node[0], node[1:]
    if operation == "x":
        return x
    if operation == "const":
        return children[0]
    if operation == "where":
        (comparison, left, right), then, otherwise = children
        chosen = COMPARISONS[comparison](_interpret(left, x, None), _interpret(right, x, None))
        return np.where(chosen, _interpret(then, x, None), _interpret(otherwise, x, None)).astype(x.dtype, copy=False)
    operands = [_interpret(child, x, None) for child in children]
    # an operation on constants alone gives a float; arrays are made in the dtype of x
    if all(np.ndim(operand) == 0 for operand in operands) and x.ndim > 0:
        constants = [np.asarray(operand, dtype=np.float64) for operand in operands]
        return float(_apply(operation, constants, None))
    return _apply(operation, operands, out)


def _apply(operation: str, operands: list, out: np.ndarray | None) -> Any:
    if operation in UNARY_UFUNCS:
        return UNARY_UFUNCS[operation](operands[0], out=out)
    if operation in UNARY_FUNCTIONS:
        return UNARY_FUNCTIONS[operation](np.asarray(operands[0]))
    if operation == "div":
        return np.divide(operands[0], operands[1], out=out)
    if operation == "pow":
        return _power(operands[0], float(operands[1]), out)
    fold = FOLDS[operation]
    result = operands[0]
    for operand in operands[1:-1]:
        result = fold(result, operand)
    return fold(_spread(fold, result, operands[-1]), _spread(fold, operands[-1], result), out=out)


def _spread(fold: np.ufunc, operand: Any, other: Any) -> Any:
    """A constant beside a long array, as a row: numpy vectorises maximum and minimum for arrays only."""
    if fold in (np.maximum, np.minimum) and np.ndim(operand) == 0 and np.ndim(other) > 0 and other.shape[-1] >= 64:
        return _row(operand, other.dtype, other.shape[-1])
    return operand


@lru_cache(maxsize=8)
def _row(constant: float, dtype: np.dtype, length: int) -> np.ndarray:
    row = np.full(length, constant, dtype)
    row.setflags(write=False)
    return row


def _power(base: Any, exponent: float, out: np.ndarray | None) -> Any:
    """Small whole exponents by multiplication: numpy's pow is tens of times slower."""
    if exponent == 2:
        return np.multiply(base, base, out=out)
    if exponent == 3:
        return np.multiply(np.multiply(base, base), base, out=out)
    if exponent == -1:
        return np.divide(1.0, base, out=out)
    if exponent == 0.5:
        return np.sqrt(base, out=out)
    return np.power(base, exponent, out=out)


_X = ("x",)


def leaky_relu(slope: float) -> Elementwise:
    """x for positive x, slope * x for negative x."""
    scaled = ("mul", ("const", slope), _X)
    # max(x, slope x) is the same function only while slope <= 1
    tree = ("max" if slope <= 1 else "min", _X, scaled)
    return Elementwise(f"leaky_relu({slope})", tree, kinks=(0.0,))


BUILTIN: dict[str, Elementwise] = {
    "identity": Elementwise("identity", _X),
    "relu": Elementwise("relu", ("max", _X, ("const", 0.0)), kinks=(0.0,)),
    "leaky_relu": leaky_relu(0.01),
    "abs": Elementwise("abs", ("abs", _X), kinks=(0.0,)),
    "erf": Elementwise("erf", ("erf", _X)),
    "tanh": Elementwise("tanh", ("tanh", _X)),
    "sin": Elementwise("sin", ("sin", _X)),
    "gelu": Elementwise("gelu", ("mul", _X, ("norm_cdf", _X))),
    "silu": Elementwise("silu", ("mul", _X, ("sigmoid", _X))),
    "softplus": Elementwise("softplus", ("softplus", _X)),
}
