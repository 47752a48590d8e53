"""Any closed expression of the theory as an mpmath number, with the method and an estimate of the error.

>>> from sympy import tanh
>>> from theory import GaussianLaw, GaussianMean
>>> from theory.conventions import x
>>> print(evaluate(GaussianMean(tanh(x) ** 2, GaussianLaw(x)), 20))
0.39429449039784117442
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Dummy, Expr, Float, Limit, S, Sum, sympify

from numerics.digit_means.nested_rules import to_mp
from numerics.digit_means.row_numbers import METHOD as FLOAT_METHOD
from numerics.digit_means.rules import Estimate
from numerics.errors import EvaluationError, UndecidedError
from numerics.formulas.expressions import outermost_means, prepared, require_closed, scalar
from numerics.formulas.mp_functions import mp_function, real_number
from numerics.precision import Deadline
from numerics.series.infinite_sums import DivergentSumError, limit_number, sum_ball, sum_number
from theory.display import Displayed
from theory.integrability import NotIntegrableError, require_integrable
from theory.notation import OURS, Notation

MOST_DIGITS = 10_000
_GUARDS = (3, 20, 80)


@dataclass(frozen=True)
class Evaluation(Displayed):
    """A number, an estimate of its absolute error (no bound: see `enclose`), and how it was found."""

    value: mpmath.mpf
    error: mpmath.mpf
    method: str
    digits: int

    def latex(self, notation: Notation | str = OURS) -> str:
        """The digits of the value."""
        mantissa, _, exponent = str(self).partition("e")
        return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"

    def __str__(self) -> str:
        return mpmath.nstr(self.value, self.digits, strip_zeros=False)


def evaluate(
    expression: Any, digits: int = 30, *, seconds: float | None = None, independent: bool = False
) -> Evaluation:
    """The value of a closed expression to `digits` significant digits (absolute digits for a value that cancels to 0).

    Args:
        expression: a sympy expression without free symbols; means inside it are evaluated by their structure.
        digits: 1 .. 10000.  Means of one coordinate reach 1000 digits; see the architecture page for the others.
        seconds: time limit, looked at between parts of the work.
        independent: take no mean from `enclose`, which is otherwise asked first (it is fast, and its error is a bound);
            the witness in tests of the balls.

    Raises:
        EvaluationError: digits out of range, a free symbol, a divergence, cancellation beyond the guard digits,
            no method for an integrand, or the time limit.
        TypeError: not a scalar expression.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
        raise EvaluationError(f"digits must be a whole number from 1 to {MOST_DIGITS}, not {digits!r}")
    body = scalar(expression)
    deadline = Deadline.after(seconds)
    try:
        with deadline.running():
            require_closed(body)
            body = prepared(body)
            if body.has(S.ComplexInfinity, S.NaN) or body in (S.Infinity, S.NegativeInfinity):
                raise EvaluationError(f"the expression has no finite value: it is {body}")
            return _rounds(body, digits, deadline, independent)
    except UndecidedError as failure:
        raise EvaluationError(failure.advice) from failure
    except EvaluationError:
        raise
    except (ArithmeticError, ValueError, AttributeError, NotImplementedError, RecursionError, MemoryError) as failure:
        reason = f"{type(failure).__name__}: {failure}"
        raise EvaluationError(f"the expression has no value that can be computed ({reason}): simplify it") from failure


def _rounds(body: Expr, digits: int, deadline: Deadline, independent: bool) -> Evaluation:
    last: tuple[Any, Any, str] | None = None
    for guard in _GUARDS:
        last = _once(body, digits + guard, deadline, independent)
        value, error, method = last
        goal = mpmath.mpf(10) ** -digits
        if (
            error <= goal * abs(value) / 2
            or (guard > _GUARDS[0] and abs(value) <= error <= goal / 2)
            or value == error == 0
        ):
            with mpmath.workdps(digits + 2):
                return Evaluation(+value, error + abs(value) * mpmath.eps, method, digits)
        if FLOAT_METHOD in method:  # no better for more guard digits
            break
    value, error, method = last  # type: ignore[misc]
    raise EvaluationError(
        f"{digits} digits are out of reach: {mpmath.nstr(value, 8)} is known to {mpmath.nstr(error, 3)} after {guard} guard digits"
    )


def _once(body: Expr, digits: int, deadline: Deadline, independent: bool) -> tuple[Any, Any, str]:
    """Value, error estimate and method with all parts to `digits`."""
    with mpmath.workdps(digits + 10):
        means = _outermost(body)
        found = [_nested(m, digits, deadline, independent) for m in means]
        dummies = [Dummy() for _ in means]
        if means == [body]:
            ((estimate, method),) = found
            return estimate.value, estimate.error + abs(estimate.value) * mpmath.eps, method
        closed = body.xreplace(dict(zip(means, dummies)))
        value = _closed(closed, dummies, [e.value for e, _ in found], body)
        # how the value moves with each mean, and with the precision of the arithmetic
        error = abs(value) * mpmath.eps * 4
        for i, (estimate, _) in enumerate(found):
            step = max(estimate.error, abs(estimate.value) * mpmath.eps * 4)
            moved = [e.value + (step if i == j else 0) for j, (e, _) in enumerate(found)]
            error += abs(_closed(closed, dummies, moved, body) - value)
    with mpmath.workdps(digits + 25):
        finer = _closed(closed, dummies, [e.value for e, _ in found], body)
        error += abs(finer - value)
    methods = dict.fromkeys(m for _, m in found)
    return finer, error, "; ".join(methods) if methods else "closed form"


def _closed(expression: Expr, symbols: list[Dummy], values: list[Any], shown: Expr) -> Any:
    function = mp_function(expression, tuple(symbols))
    try:
        return real_number(function(*values), shown)
    except (ZeroDivisionError, OverflowError) as failure:
        raise EvaluationError(f"{shown} has no finite value ({failure})") from failure
    except (TypeError, NameError, AttributeError, ValueError) as failure:
        if isinstance(failure, EvaluationError):
            raise
        raise EvaluationError(f"no mpmath function for a part of {shown} ({failure})") from failure


def _outermost(expression: Any) -> list[Any]:
    """The means, sums and limits that lie in no other of them, each once."""
    from theory.expectation import Mean

    if isinstance(expression, (Mean, Sum, Limit)):
        return [expression]
    return list(dict.fromkeys(found for a in expression.args for found in _outermost(a)))


def _infinite(node: Sum | Limit, digits: int, deadline: Deadline, independent: bool) -> tuple[Estimate, str]:
    """An infinite sum or a limit."""

    def at(symbol: Any, k: int) -> Any:
        deadline.check()
        if not _outermost(node.args[0]):
            return _closed(node.args[0], [symbol], [mpmath.mpf(k)], node)
        term = node.args[0].xreplace({symbol: sympify(k)})
        return _once(prepared(term), digits + 10, deadline, independent)[0]

    if isinstance(node, Sum):
        if not independent:
            try:
                ball = sum_ball(node, int(digits * 3.3220) + 4, deadline)
                return Estimate(to_mp(ball), to_mp(ball.rad())), "terms of a rational ratio, tail of a geometric series"
            except DivergentSumError:
                raise
            except UndecidedError:
                pass
        return Estimate(*sum_number(node, digits, at)), "terms one by one, or partial sums extrapolated"
    if not independent:
        from numerics.series.limits import limit_ball

        try:
            ball = limit_ball(node, int(digits * 3.3220) + 4, deadline)
            return Estimate(to_mp(ball), to_mp(ball.rad())), "expansion at the limit point, in balls"
        except UndecidedError:
            pass
    body, symbol, point, side = node.args
    if point is S.Infinity:
        return Estimate(*limit_number(body, symbol, at, digits)), "Richardson extrapolation"
    sign = -1 if str(side) == "-" else 1
    near = lambda s, k: _once(prepared(body.xreplace({s: point + S(sign) / k})), digits + 20, deadline, independent)[0]
    return Estimate(*limit_number(body, symbol, near, digits)), "Richardson extrapolation"


def _nested(mean: Any, digits: int, deadline: Deadline, independent: bool) -> Any:
    from numerics.digit_means.mean import mean_number

    if isinstance(mean, (Sum, Limit)):
        return _infinite(mean, digits, deadline, independent)
    if not independent:
        found = _from_ball(mean, digits, deadline)
        if found is not None:
            return found
    inner = {m for a in mean.args for m in outermost_means(a)}
    numbers = {m: _float(_nested(m, digits + 6, deadline, independent)[0].value) for m in inner}
    try:
        require_integrable(mean)
    except NotIntegrableError as failure:
        raise EvaluationError(str(failure)) from failure
    try:
        estimate, method = mean_number(mean.xreplace(numbers) if inner else mean, digits, deadline)
    except (ZeroDivisionError, OverflowError) as failure:
        raise EvaluationError(
            f"the integrand of {mean} is infinite, or 0/0, at a point: write sinc(x) for sin(x)/x"
        ) from failure
    except EvaluationError:
        # what is left to methods that take more than seconds
        found = None if independent else _from_ball(mean, digits, deadline, quick=False)
        if found is None:
            raise
        return found
    if FLOAT_METHOD in method and not independent:
        enough = mpmath.mpf(10) ** (_GUARDS[0] - digits) * abs(estimate.value) / 2
        better = _from_ball(mean, digits, deadline, quick=False) if estimate.error > enough else None
        return better or (estimate, method)
    return estimate, method


def _from_ball(mean: Any, digits: int, deadline: Deadline, quick: bool = True) -> Any:
    """The centre of a ball around the mean, where one of about the right size is found."""
    from numerics.enclose import mean_enclosure

    try:
        ball = mean_enclosure(mean, int(digits * 3.3220) + 4, Deadline(deadline.at, quick))
    except UndecidedError:
        return None
    if not ball.is_finite():
        return None
    value, radius = to_mp(ball), to_mp(ball.rad())
    # a ball that is too wide for its value is left to the rules that follow
    return (
        None
        if radius > mpmath.mpf(10) ** (2 - digits) * max(abs(value), 1)
        else (Estimate(value, radius), "centre of a ball")
    )


def _float(value: Any) -> Float:
    return Float._new(value._mpf_, mpmath.mp.prec)


def _for_theory(mean: Any, digits: int) -> Any:
    try:
        return evaluate(mean, digits).value
    except EvaluationError:
        return None


def _register() -> None:
    from theory.expectation import register_evaluator

    register_evaluator(_for_theory)


_register()
