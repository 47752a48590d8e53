"""The stability page says what was enclosed."""

from __future__ import annotations

import numpy as np
import pytest

from proofs_check.report import stability_table as table
from theory import activations


def test_page_and_data_agree_and_every_activation_is_named():
    rows = table.read_rows()
    assert table.PAGE.read_text(encoding="utf-8") == table.stability_page(rows), (
        "run python -m proofs_check.report.stability_table --only NAME for each activation that was added"
    )
    shown = [row.activation for row in rows]
    assert shown == [name for name in activations.names() if name in shown]
    assert all(name in shown or name in table.missing_line(rows)[-1] for name in activations.names())


def test_a_row_computed_again_is_the_stored_one():
    stored = {row.activation: row for row in table.read_rows()}
    assert table.stability_row("cubic") == stored["cubic"]


def test_large_batch_limits_by_gauss_hermite_quadrature():
    """lambda_M -> (E Z sigma)^2/Var sigma and lambda_L -> E[(Z^2-1) sigma^2]/2 ..., nodes of numpy, smooth activations."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(180)
    weights = weights / weights.sum()
    stored = {row.activation: row for row in table.read_rows()}
    for name, sigma in (("tanh", np.tanh), ("cos", np.cos), ("exp", np.exp)):
        y = sigma(nodes)
        mean, wick = weights @ y, nodes**2 - 1
        variance = weights @ y**2 - mean**2
        standard = ((weights @ (wick * y**2)) / 2 - mean * (weights @ (wick * y))) / variance
        assert abs(standard) == pytest.approx(abs(float(stored[name].limit_standard or "nan")), abs=2e-6)
        assert (weights @ (nodes * y)) ** 2 / variance == pytest.approx(
            float(stored[name].limit_pairs or "nan"), abs=2e-6
        )
