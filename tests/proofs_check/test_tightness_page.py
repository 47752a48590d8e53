"""The tightness page says what was measured, and every bound lies above it."""

from __future__ import annotations

import json

import pytest

from proofs_check.report import tightness_page as tightness

ROOT = tightness.PATH.parents[1]


def test_the_page_is_written_from_the_stored_measurements():
    data = json.loads(tightness.PATH.with_suffix(".json").read_text(encoding="utf-8"))
    assert tightness.PATH.read_text(encoding="utf-8") == tightness.text(data)


@pytest.fixture(scope="module")
def rows():
    settings = tightness.Settings(("identity",), batch_size=4, width=200, depth=12, networks=600, seed=3)
    return {(r.bound, r.width): r for r in tightness.measure(settings, lambda note: None)}


def test_measured_errors_agree_with_exact_and_sharp_values(rows):
    noise = rows["one-step mean-square noise at the fixed point", 200]
    # n^2 - n^2/(n-1) over d, by hand; six standard errors, false alarm below 1e-8
    assert noise.value == pytest.approx((16 - 16 / 3) / 200, rel=1e-12)
    assert abs(noise.measured - noise.value) < 6 * noise.standard_error
    sharp = rows["sharp prediction tr V/d (no bound)", 200]
    assert sharp.value == pytest.approx((16 - 16 / 3) / (1 - (3 / 5) ** 2) / 200, rel=1e-9)
    assert sharp.value == pytest.approx(sharp.measured, rel=0.15)


def test_every_rigorous_bound_lies_above_what_is_measured(rows):
    for (bound, _), row in rows.items():
        if row.value is not None and "no bound" not in bound and "at the fixed point" not in bound:
            assert row.value > row.measured, bound


def test_a_vacuous_bound_is_not_given_a_value(rows):
    for row in rows.values():
        if row.first_width is not None and row.width < row.first_width:
            assert row.value is None


def test_the_stored_measurements_are_at_the_seed_s_settings():
    stored = json.loads((ROOT / "docs/tightness.json").read_text())["settings"]
    assert (stored["batch_size"], stored["width"], stored["depth"]) == (10, 1000, 20)
    assert stored["activations"] == ["relu", "tanh", "selu"]
