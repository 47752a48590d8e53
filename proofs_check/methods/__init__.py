"""Ways of checking a step, one file each."""

from proofs_check.methods.ball_inequality import BallInequality
from proofs_check.methods.base import Context, Method, StepResult
from proofs_check.methods.by_certificate import ByCertificate
from proofs_check.methods.by_expansions import ByExpansions
from proofs_check.methods.circle_residues import CircleResidues
from proofs_check.methods.cited import Cited
from proofs_check.methods.cover import Cover
from proofs_check.methods.cut_domain import CutDomain
from proofs_check.methods.equal_derivatives import EqualDerivatives
from proofs_check.methods.exact_identity import ExactIdentity
from proofs_check.methods.exact_moments import ExactMoments
from proofs_check.methods.first_of import FirstOf
from proofs_check.methods.induction_on_depth import InductionOnDepth
from proofs_check.methods.known_inequality import KnownInequality
from proofs_check.methods.limit_at_infinity import LimitAtInfinity
from proofs_check.methods.monotone_in_one import MonotoneInOne
from proofs_check.methods.monotonicity import Monotonicity
from proofs_check.methods.numerical_identity import NumericalIdentity
from proofs_check.methods.one_step import OneStep
from proofs_check.methods.open_step import OpenStep
from proofs_check.methods.positive_coefficients import PositiveCoefficients
from proofs_check.methods.rewritten import Rewritten
from proofs_check.methods.simulation import Simulation
from proofs_check.methods.substitution import Substitution

__all__ = [
    "BallInequality",
    "ByCertificate",
    "ByExpansions",
    "CircleResidues",
    "Cited",
    "Context",
    "Cover",
    "CutDomain",
    "EqualDerivatives",
    "ExactIdentity",
    "ExactMoments",
    "FirstOf",
    "InductionOnDepth",
    "KnownInequality",
    "LimitAtInfinity",
    "Method",
    "MonotoneInOne",
    "Monotonicity",
    "NumericalIdentity",
    "OneStep",
    "OpenStep",
    "PositiveCoefficients",
    "Rewritten",
    "Simulation",
    "StepResult",
    "Substitution",
]
