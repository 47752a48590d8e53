"""Rigorous integrals of one-variable functions: Arb's adaptive integration on analytic pieces, nothing across a
kink."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, ctx

from numerics.precision import NO_DEADLINE, Deadline

MOST_EVALUATIONS = 200_000


def integral(
    function: Callable[[acb, bool], acb],
    lower: arb,
    upper: arb,
    deadline: Deadline = NO_DEADLINE,
    relative: bool = False,
) -> arb:
    """The integral of a real-analytic function over [lower, upper], at the working precision.

    Args:
        function: of a complex ball and a flag; where the flag is set, not finite unless analytic on the box
            (`walker.complex_function`).

    Returns:
        A ball; not finite where the integrand resists.
    """
    failures: list[BaseException] = []

    def guarded(z: acb, analytic: bool) -> acb:
        # an exception must not unwind through Arb: answer nan, which ends the integration soon, and raise afterwards
        if failures:
            return acb(arb.nan())
        try:
            deadline.check()
            return function(z, analytic)
        except BaseException as failure:
            failures.append(failure)
            return acb(arb.nan())

    tolerance = arb(2) ** (-ctx.prec)
    value = acb.integral(guarded, acb(lower), acb(upper), rel_tol=tolerance, abs_tol=0 if relative else tolerance,
                         eval_limit=MOST_EVALUATIONS)  # fmt: skip
    if failures:
        raise failures[0]
    return value.real if value.imag.contains(0) else arb.nan()
