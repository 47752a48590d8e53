"""Ways of checking a step: one file and one line each.  `as` says that a name is for export."""

from proofs_check.methods.ball_inequality import BallInequality as BallInequality
from proofs_check.methods.base import Context as Context
from proofs_check.methods.base import Method as Method
from proofs_check.methods.base import StepResult as StepResult
from proofs_check.methods.by_certificate import ByCertificate as ByCertificate
from proofs_check.methods.by_expansions import ByExpansions as ByExpansions
from proofs_check.methods.circle_residues import CircleResidues as CircleResidues
from proofs_check.methods.cited import Cited as Cited
from proofs_check.methods.cover import Cover as Cover
from proofs_check.methods.cut_domain import CutDomain as CutDomain
from proofs_check.methods.equal_derivatives import EqualDerivatives as EqualDerivatives
from proofs_check.methods.exact_identity import ExactIdentity as ExactIdentity
from proofs_check.methods.exact_moments import ExactMoments as ExactMoments
from proofs_check.methods.first_of import FirstOf as FirstOf
from proofs_check.methods.induction_on_depth import InductionOnDepth as InductionOnDepth
from proofs_check.methods.known_inequality import KnownInequality as KnownInequality
from proofs_check.methods.limit_at_infinity import LimitAtInfinity as LimitAtInfinity
from proofs_check.methods.monotone_in_one import MonotoneInOne as MonotoneInOne
from proofs_check.methods.monotonicity import Monotonicity as Monotonicity
from proofs_check.methods.numerical_identity import NumericalIdentity as NumericalIdentity
from proofs_check.methods.one_step import OneStep as OneStep
from proofs_check.methods.open_step import OpenStep as OpenStep
from proofs_check.methods.positive_coefficients import PositiveCoefficients as PositiveCoefficients
from proofs_check.methods.rewritten import Rewritten as Rewritten
from proofs_check.methods.simulation import Simulation as Simulation
from proofs_check.methods.substitution import Substitution as Substitution
