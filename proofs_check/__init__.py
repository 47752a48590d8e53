"""What follows from what: statements, claims, verdicts.

Names load on first use, so that ``proofs_check.recheck`` and the command line start light.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    **dict.fromkeys(("Relation", "Statement", "at_least", "at_most", "equal", "greater", "less"), "proofs_check.statement"),
    **dict.fromkeys(("Choices", "Integers", "Interval", "Variable"), "proofs_check.domain"),
    **dict.fromkeys(("Claim", "Hypothesis", "ProofStep"), "proofs_check.claim"),
    **dict.fromkeys(("ChainMean", "ChainProbability", "Event"), "proofs_check.chain"),
    **dict.fromkeys(("Evidence", "Grounds", "Outcome", "Verdict"), "proofs_check.verdict"),
    **dict.fromkeys(("Settings", "judge", "judge_all"), "proofs_check.judging"),
    **dict.fromkeys(
        ("Entry", "EntryProduct", "Eigenvalue", "GramStatistic", "SquaredErrorTo", "SquaredErrorToFixedPoint",
         "SquaredErrorToOrbit", "SquaredErrorToStart", "Trace"),
        "proofs_check.quantities",
    ),
}  # fmt: skip

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'proofs_check' has no {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
