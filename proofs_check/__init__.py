"""What follows from what: statements, claims, verdicts.

Names load on first use, so that ``proofs_check.recheck`` and the command line start light.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

_HOME = {
    **dict.fromkeys(("Relation", "Statement", "at_least", "at_most", "equal", "greater", "less"), "proofs_check.statement"),
    **dict.fromkeys(("Choices", "Integers", "Interval", "Variable"), "proofs_check.domains.domain"),
    **dict.fromkeys(("Claim", "Hypothesis", "ProofStep"), "proofs_check.claim"),
    **dict.fromkeys(("ChainMean", "ChainProbability", "Event"), "proofs_check.finite_width.chain"),
    "CorrelationMatrices": "proofs_check.domains.matrices",
    "for_activations": "proofs_check.domains.activations",
    **dict.fromkeys(("AnyOf", "any_of"), "proofs_check.finite_width.union"),
    **dict.fromkeys(("Evidence", "Grounds", "Outcome", "Verdict"), "proofs_check.verdict"),
    **dict.fromkeys(("Settings", "judge", "judge_all"), "proofs_check.judge"),
    **dict.fromkeys(
        ("Entry", "EntryProduct", "Eigenvalue", "GramStatistic", "SquaredErrorTo", "SquaredErrorToFixedPoint",
         "SquaredErrorToOrbit", "SquaredErrorToStart", "Trace"),
        "proofs_check.finite_width.quantities",
    ),
    **dict.fromkeys(("EigenvalueGap", "IsometryGap", "OrthogonalityGap"), "proofs_check.finite_width.gaps"),
    "SquaredGradientNorm": "proofs_check.finite_width.gradients",
}  # fmt: skip

__all__ = sorted(_HOME)


class _Package(ModuleType):
    """A public name wins over the submodule of the same name: ``proofs_check.judge`` is the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name in _HOME:
            return getattr(importlib.import_module(_HOME[name]), name)
        raise AttributeError(f"module {self.__name__!r} has no {name!r}; it offers {', '.join(__all__)}")

    def __dir__(self) -> list[str]:
        return sorted([*self.__dict__, *_HOME])


sys.modules[__name__].__class__ = _Package

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...
