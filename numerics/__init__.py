"""Numbers, with what they are worth: evaluation, enclosure, simulation.

Names load on first use: ``import numerics.simulation`` brings in neither sympy nor the theory.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "evaluate": "numerics.evaluate",
    "Evaluation": "numerics.evaluate",
    "EvaluationError": "numerics.errors",
    "enclose": "numerics.enclose",
    "compare": "numerics.enclose",
    "Enclosure": "numerics.enclose",
    "Comparison": "numerics.balls",
    "from_torch": "numerics.torch_import",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        module = importlib.import_module(_HOME[name])
        # the import system binds a submodule of the same name here; the function is what the name means
        value = getattr(module, name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'numerics' has no {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
