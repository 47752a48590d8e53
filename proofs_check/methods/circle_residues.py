"""The mean of a product of two samples under uncentred batch normalisation, by residues on the circle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.maps import mean_field_step
from proofs_check.comparison import Truth, compare_at
from proofs_check.decimal_text import counted
from proofs_check.domains.domain import sample_points
from proofs_check.methods.base import Context, Method, StepResult, shown_point, undecided
from proofs_check.normal_form import vanishes
from proofs_check.statement import Relation, Statement
from proofs_check.verdict import Evidence, Grounds
from theory.expectation import BatchNormMean
from theory.network import Network
from theory.two_samples import pair_mean


@dataclass(frozen=True)
class CircleResidues(Method):
    """``BatchNormMean(z_1 z_2) = closed form`` for two samples of equal norm, uncentred.

    The closed form is derived from residues; the float64 mean-field map, an ellipse quadrature that shares nothing with it, must
    agree at hard points.

    Args:
        tolerance: how closely the two must agree.
    """

    tolerance: float = 1e-11

    def check(self, statement: Statement, context: Context) -> StepResult:
        means = (statement.left - statement.right).atoms(BatchNormMean)
        if statement.relation is not Relation.EQUAL or len(means) != 1:
            return undecided("residues judge an equality with one mean of two samples")
        (mean,) = means
        try:
            form = pair_mean(mean)
        except ValueError as error:
            return undecided(str(error))
        network, tried = Network("identity", "batch-uncentered", 2), 0
        for point in sample_points(context.domain, 8):
            gram = np.array(mean.law.gram.subs(point).evalf(17).tolist(), dtype=float)
            if abs(gram[0, 1]) >= gram[0, 0] * (1 - 1e-9):
                continue  # singular up to double precision
            image = mean_field_step(network, gram)[0, 1]
            if abs(image - float(form.subs(point).evalf(17))) > self.tolerance:
                return undecided(
                    f"residues and quadrature disagree at {point}: {form.subs(point).evalf(15)} against {image}"
                )
            tried += 1
        if not tried:
            return undecided("no point of the domain confirms the residues")
        derived = statement.xreplace({mean: form})
        for point in sample_points(context.domain, 8):
            comparison = compare_at(derived, point, context.bits)
            if comparison.truth is Truth.FALSE:
                evidence = Evidence(f"the mean is {form}", shown_point(point), comparison.shown)
                return StepResult(False, Grounds.ENCLOSURE, evidence)
        difference = derived.left - derived.right
        if not vanishes(difference):
            return undecided(f"the residues give {form}, which is not shown to be the stated form")
        note = f"residues at i and i sqrt(a/b); quadrature agrees at {counted(tried, 'point')}"
        return StepResult(True, Grounds.EXACT, Evidence(note))
