"""Ways of checking a step, one file each."""

from proofs_check.methods.ball_inequality import BallInequality
from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.methods.cited import Cited
from proofs_check.methods.exact_identity import ExactIdentity
from proofs_check.methods.induction_on_depth import InductionOnDepth
from proofs_check.methods.numerical_identity import NumericalIdentity
from proofs_check.methods.one_step import OneStep
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.methods.simulation import Simulation

__all__ = [
    "BallInequality",
    "Cited",
    "Context",
    "ExactIdentity",
    "InductionOnDepth",
    "Method",
    "NumericalIdentity",
    "OneStep",
    "PositiveCoefficients",
    "Simulation",
    "StepResult",
]
