"""The rules in the order in which they are tried."""

from __future__ import annotations

from theory.rules.base import Rule
from theory.rules.branches import HALF_LINES
from theory.rules.conditioning import CONDITIONING
from theory.rules.hermite_degree import HERMITE_DEGREE
from theory.rules.independence import DEGENERATE, INDEPENDENCE, SPHERE_MARGINAL
from theory.rules.isserlis import ISSERLIS
from theory.rules.linear_forms import LINEAR_FORMS
from theory.rules.linearity import LINEARITY
from theory.rules.moment_generating import CHANGE_OF_MEASURE, MOMENT_GENERATING
from theory.rules.orthant import BIVARIATE_NORMAL, ERROR_FUNCTION
from theory.rules.parity import PARITY
from theory.rules.polar import POLAR
from theory.rules.price import PRICE
from theory.rules.sphere import CHARACTERISTIC, HOMOGENEOUS
from theory.rules.sphere_tail import SPHERE_TAIL
from theory.rules.stein import STEIN
from theory.rules.thresholds import THRESHOLDS
from theory.rules.truncated_moments import TRUNCATED_MOMENTS
from theory.rules.waves import HALF_LINE_WAVES

GAUSSIAN_RULES: tuple[Rule, ...] = (
    INDEPENDENCE,
    HERMITE_DEGREE,
    ISSERLIS,
    TRUNCATED_MOMENTS,
    LINEARITY,
    PARITY,
    DEGENERATE,
    LINEAR_FORMS,
    POLAR,
    HALF_LINES,
    THRESHOLDS,
    CONDITIONING,
    CHANGE_OF_MEASURE,
    PRICE,
    STEIN,
    MOMENT_GENERATING,
    HALF_LINE_WAVES,
    BIVARIATE_NORMAL,
    ERROR_FUNCTION,
)

SPHERE_RULES: tuple[Rule, ...] = (
    SPHERE_MARGINAL,
    LINEARITY,
    PARITY,
    HOMOGENEOUS,
    CHARACTERISTIC,
    HALF_LINES,
    SPHERE_TAIL,
)
