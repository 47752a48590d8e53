"""pytest plugin: tests that state claims.  Light: nothing of this project is imported before a test needs it.

* ``@bound(...)`` (see `proofs_check.bounds`) makes a property test of a function that returns a Statement.
* A test function that returns a Statement or a Claim is judged: it passes if the verdict is PROVED or SUPPORTED, fails with
  the counterexample if REFUTED, and fails with the first gap otherwise.  One annotated ``-> Statement`` or ``-> Claim`` must return one.
* A section of the terminal summary lists the bounds: level, examples, networks, tightest ratio.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Generator
from typing import Any

import pytest

_KINDS = ("Statement", "Claim")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gramchain")
    group.addoption("--claim-level", type=float, default=1e-6, metavar="P",
                    help="error probability of all tests that return a Statement or Claim together (default: 1e-6)")  # fmt: skip


def _states_a_claim(function: Any) -> bool:
    kind = getattr(function, "__annotations__", {}).get("return")
    return (kind if isinstance(kind, str) else getattr(kind, "__name__", "")).rpartition(".")[
        2
    ] in _KINDS and not hasattr(function, "__wrapped__")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # any test may return a statement, so each gets its share: a run's level is never exceeded
    config.stash[_SHARE] = 1 / max(1, len(items))


_SHARE = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    __tracebackhide__ = True
    test = pyfuncitem.obj
    promised = _states_a_claim(pyfuncitem.function)
    if not promised and (inspect.iscoroutinefunction(test) or inspect.isasyncgenfunction(test)):
        return (yield)

    @functools.wraps(test)
    def judged(*args: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        stated = test(*args, **named)
        if not promised and not _is_of_ours(stated):
            return stated
        _judge(stated, pyfuncitem)
        return None

    pyfuncitem.obj = judged
    try:
        return (yield)
    finally:
        pyfuncitem.obj = test


def _is_of_ours(value: Any) -> bool:
    """Whether a value is a Statement or a Claim, without importing either."""
    return type(value).__name__ in _KINDS and type(value).__module__.startswith("proofs_check.")


def _judge(stated: Any, item: pytest.Function) -> None:
    from proofs_check.claim import Claim
    from proofs_check.judge import Settings, judge
    from proofs_check.statement import Statement
    from proofs_check.verdict import Outcome

    if isinstance(stated, Statement):
        stated = Claim(stated, id=item.name)
    if not isinstance(stated, Claim):
        pytest.fail(f"{item.name} promises a Statement or a Claim and returned {stated!r}", pytrace=False)
    settings = Settings(level=item.config.getoption("--claim-level"))
    verdict = judge(stated.with_id(item.name), settings, share=item.config.stash.get(_SHARE, 1.0))
    if verdict.outcome in (Outcome.PROVED, Outcome.SUPPORTED):
        item.user_properties.append(("verdict", str(verdict)))
        return
    why = str(verdict.evidence) if verdict.outcome is Outcome.REFUTED else str(verdict.first_gap)
    pytest.fail(f"{verdict.outcome.name}: {stated}\n{why}", pytrace=False)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    module = sys.modules.get("proofs_check.bounds")
    records = getattr(module, "RECORDS", [])
    if records:
        terminalreporter.section("bounds")
        for record in records:
            terminalreporter.write_line(str(record))
