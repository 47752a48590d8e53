"""``@bound``: a test function that returns a statement about finite networks becomes a property test with an honest verdict.

Every example has its own random stream and its own share of the error level, fixed in advance.  A failing example is shrunk by
hypothesis; the tightest ratio bound/measured is searched for and reported; a planted violation shows that the test has teeth.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, event, given, target
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from proofs_check import strategies
from proofs_check.finite_width.chain import chain_numbers
from proofs_check.methods.base import Context, StepResult
from proofs_check.methods.refutation import refutation
from proofs_check.methods.simulation import Simulation
from proofs_check.statement import Relation, Statement

RUN_LEVEL = 1e-6
BY_NAME: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "network": strategies.networks,
    "activation": strategies.activations,
    "batch_size": strategies.batch_sizes,
    "width": strategies.widths,
    "depth": lambda: strategies.depths(1, 4),
    "correlation": strategies.correlations,
}


class BoundError(ValueError):
    """The bound test is malformed; the message says what was passed and what to write instead."""


@dataclass
class BoundRecord:
    """What a bound test has seen, for the terminal summary.

    Args:
        name: of the test.
        level: probability that the whole test refutes a true bound.
        examples: judged; networks: simulated.
        tightest: smallest ratio bound/measured, and the example it was seen at.
        refuted: the message of the violation, if there was one.
        broke: the exception that ended the test before it could judge, if there was one.
        planted: whether the planted violation was refuted; None where none was planted.
    """

    name: str
    level: float
    examples: int = 0
    networks: int = 0
    tightest: float = math.inf
    at: str = ""
    refuted: str = ""
    broke: str = ""
    planted: bool | None = None

    def __str__(self) -> str:
        if self.refuted:
            return f"{self.name}: REFUTED at level {self.level:.1e}: {self.refuted}"
        if self.broke:
            return f"{self.name}: NOT JUDGED, the test raised {self.broke}"
        tight = (
            f"tightest bound/measured {self.tightest:.4g} at {self.at}" if math.isfinite(self.tightest) else "no ratio"
        )
        teeth = {None: "", True: "; the planted violation was refuted", False: "; THE PLANTED VIOLATION WAS NOT SEEN"}[
            self.planted
        ]
        return (f"{self.name}: not refuted at level {self.level:.1e} on {self.examples} examples, {self.networks} networks; "
                f"{tight}{teeth}")  # fmt: skip


RECORDS: list[BoundRecord] = []


def bound(
    *,
    examples: int = 20,
    networks: int = 2000,
    level: float = RUN_LEVEL / 100,
    seed: int = 0,
    planted: float | None = None,
    **drawn_from: st.SearchStrategy[Any],
) -> Callable[[Callable[..., Statement]], Callable[[], None]]:
    """Turn a function that returns a `Statement` into a property test of it.

    Args:
        examples: fixed in advance; each may spend level/examples.
        networks: most networks simulated for one example.
        level: probability that the whole test refutes a true statement; 100 such tests keep a run below 1e-6.
        seed: root seed of the simulations.
        planted: a factor below 1: at the tightest example the right side times this factor must be refuted, or the test fails
            for want of power.  For an upper bound ``E X <= B`` alone.
        drawn_from: strategies by argument; `network`, `activation`, `batch_size`, `width`, `depth` and `correlation` are known.

    Returns:
        A decorator; the test fails with an AssertionError where a statement is refuted.

    Raises:
        BoundError: an argument without a strategy, or settings out of range.

    >>> from proofs_check import ChainMean, Trace, at_most
    >>> @bound(examples=2, networks=200)
    ... def trace_is_at_most_the_batch(network, width):
    ...     return at_most(ChainMean(Trace(), network, width, 1), 9 * network.batch_size)
    >>> trace_is_at_most_the_batch()
    """
    if examples < 1 or networks < 1 or not 0 < level < 1:
        raise BoundError(
            f"a bound test needs examples >= 1, networks >= 1 and 0 < level < 1, not {examples}, {networks}, {level}"
        )
    if planted is not None and not 0 < planted < 1:
        raise BoundError(f"a planted violation shrinks the bound: write a factor between 0 and 1, not {planted}")

    def decorate(function: Callable[..., Statement]) -> Callable[[], None]:
        chosen = {}
        for name in inspect.signature(function).parameters:
            if name not in drawn_from and name not in BY_NAME:
                raise BoundError(
                    f"no strategy for the argument {name!r}: pass {name}=..., or name it one of {', '.join(BY_NAME)}"
                )
            chosen[name] = drawn_from[name] if name in drawn_from else BY_NAME[name]()
        strangers = set(drawn_from) - set(chosen)
        if strangers:
            raise BoundError(f"{function.__name__} has no argument {', '.join(sorted(strangers))}")

        @functools.wraps(function)
        def test() -> None:
            __tracebackhide__ = True
            _run(function, chosen, BoundRecord(function.__name__, level), examples, networks, seed, planted)

        test.__signature__ = inspect.Signature()  # type: ignore[attr-defined] # pytest must not take the arguments for fixtures
        return test

    return decorate


def _run(
    function: Callable[..., Statement], chosen: dict[str, st.SearchStrategy[Any]], record: BoundRecord, examples: int,
    networks: int, seed: int, planted: float | None,
) -> None:  # fmt: skip
    __tracebackhide__ = True  # pytest shows the statement that fails, not how it was judged
    RECORDS[:] = [r for r in RECORDS if r.name != record.name] + [record]
    tightest: list[dict[str, Any]] = []

    def one(**drawn: Any) -> None:
        __tracebackhide__ = True
        shown = ", ".join(f"{k}={v}" for k, v in drawn.items())
        try:
            statement = function(**drawn)
            result = judge_example(statement, record.level / examples, networks, seed, (record.name, shown))
        except UnsatisfiedAssumption:
            raise  # hypothesis draws another example
        except Exception as error:
            record.broke = f"{type(error).__name__}: {error} at {shown}"
            raise
        record.examples += 1
        record.networks += result.evidence.samples or 0
        event(f"holds: {result.holds}")
        ratio = result.evidence.ratio
        if ratio is not None and ratio > 0 and math.isfinite(ratio):
            target(-math.log(ratio), label="the bound is tight")
            if ratio < record.tightest:
                record.tightest, record.at = ratio, shown
                tightest[:] = [drawn]
        if result.holds is False:
            record.refuted = f"{statement} at {shown}: {result.evidence}"
            raise AssertionError(record.refuted)

    one.__name__ = "".join(c if c.isalnum() else "_" for c in record.name)  # hypothesis reads "<lambda>" as one
    configured = hypothesis_settings(max_examples=examples, deadline=None, database=None,
                                     suppress_health_check=list(HealthCheck))(given(**chosen)(one) if chosen else one)  # fmt: skip
    configured()
    if planted is not None:
        _plant(function, tightest, record, networks, seed, planted)


def _plant(
    function: Callable[..., Statement],
    tightest: list[dict[str, Any]],
    record: BoundRecord,
    networks: int,
    seed: int,
    planted: float,
) -> None:
    if not tightest:
        raise AssertionError(f"{record.name}: no example had a ratio bound/measured, so no violation can be planted")
    statement = function(**tightest[0])
    if statement.relation not in (Relation.LESS, Relation.AT_MOST):
        raise BoundError("a violation is planted in an upper bound: state E X <= B")
    from sympy import Rational

    shrunk = Statement(statement.left, statement.relation, statement.right * Rational(str(planted)))
    record.planted = judge_example(shrunk, record.level, networks, seed, (record.name, "planted")).holds is False
    if not record.planted:
        raise AssertionError(
            f"{record.name} has no teeth: with the bound times {planted} nothing was refuted at {record.at} "
            f"(bound/measured {record.tightest:.3g}); raise networks, or tighten the bound"
        )


def judge_example(statement: Statement, level: float, networks: int, seed: int, key: tuple[str, ...]) -> StepResult:
    """One example: networks where the statement speaks of finite width, enclosures otherwise.

    Raises:
        BoundError: the test returned no statement.
    """
    if not isinstance(statement, Statement):
        missing = ": is the return missing?" if statement is None else ""
        raise BoundError(f"a bound test returns a Statement such as at_most(left, right), not {statement!r}{missing}")
    context = Context(key=key, level=level, seed=seed)
    if chain_numbers(statement.left, statement.right):
        return Simulation(networks=networks).check(statement, context)
    found = refutation(statement, context, 1)
    from proofs_check.methods.base import undecided

    return found or undecided("not refuted")
