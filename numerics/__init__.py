"""Numbers, with what they are worth: evaluation, enclosure, simulation.

Names load on first use: ``import numerics.simulation`` brings in neither sympy nor the theory.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_HOME = {
    "evaluate": "numerics.evaluate",
    "Evaluation": "numerics.evaluate",
    "EvaluationError": "numerics.errors",
    "enclose": "numerics.enclose",
    "compare": "numerics.enclose",
    "Enclosure": "numerics.enclose",
    "Comparison": "numerics.balls",
    "cover": "numerics.cover",
    "CoverOutcome": "numerics.branch_and_bound",
    "from_torch": "numerics.torch_import",
    "lower": "numerics.lowering",
    "lower_activation": "numerics.lowering",
    "mean_field_step": "numerics.maps.mean_field",
    "mean_field_orbit": "numerics.maps.mean_field",
    "dual_gram": "numerics.maps.gaussian",
    "solve_in_box": "numerics.fixed_point",
    "find_roots": "numerics.fixed_point",
    "fixed_point_in_box": "numerics.fixed_point",
    "RootOutcome": "numerics.fixed_point",
    "enclose_eigenvalues": "numerics.eigenvalues",
    "three_sample_convergence": "numerics.certificates.three_samples",
    "certify_stability": "numerics.certificates.stability",
}

__all__ = sorted(_HOME)


class _Package(ModuleType):
    """A public name wins over the submodule of the same name: ``numerics.enclose`` is the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name in _HOME:
            value = getattr(importlib.import_module(_HOME[name]), name)
            super().__setattr__(name, value)
            return value
        raise AttributeError(f"module {self.__name__!r} has no {name!r}; it offers {', '.join(__all__)}")

    def __dir__(self) -> list[str]:
        return sorted([*self.__dict__, *_HOME])


sys.modules[__name__].__class__ = _Package
