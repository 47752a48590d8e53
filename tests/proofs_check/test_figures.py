"""The figures at small settings: files, tables, captions, and numbers against independent values."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from proofs_check.cli import main
from proofs_check.figures import NAMES, FigureError, Point, figure
from proofs_check.figures.base import read_table, silent, table_text
from proofs_check.figures.files import make, write
from proofs_check.figures.marchenko_pastur import law
from proofs_check.figures.measured import linear_outputs, seed_input

SMALL = {
    "error-against-depth": {"activations": ("relu",), "batch_size": 4, "width": 40, "depth": 4, "repeats": 3, "features": 9},
    "error-against-width": {"activations": ("relu",), "batch_size": 4, "widths": (20, 40), "more_widths": (80,), "depth": 3,
                            "repeats": 3, "features": 9},
    "error-against-batch-size": {"activations": ("relu",), "batch_sizes": (4, 5), "width": 30, "wide": 4, "depth": 3,
                                 "repeats": 3, "features": 9},
    "with-and-without-normalization": {"width": 60, "narrow": 30, "depth": 8, "repeats": 3, "batch_size": 4},
    "marchenko-pastur": {"batch_size": 12, "widths": (40, 80), "depth": 3, "bins": 5},
    "stability": {"activations": ("identity", "relu"), "batch_sizes": (3, 5)},
    "gradient-growth": {"activations": ("identity",), "batch_sizes": (4, 7), "width": 60, "depth": 8, "skipped": 4, "networks": 3},
    "orbit-convergence": {"activations": ("identity",), "batch_sizes": (4,), "depth": 12},
    "bounds-against-width": {"widths": (3000, 10000), "depth": 5},
}  # fmt: skip


@pytest.fixture(scope="module")
def small():
    chosen = {name: figure(name).with_settings(**settings) for name, settings in SMALL.items()}
    return {name: (f, f.points(f.settings, silent)) for name, f in chosen.items()}


def test_every_figure_has_small_settings_here():
    assert set(SMALL) == set(NAMES)


@pytest.mark.parametrize("name", SMALL)
def test_a_table_reads_back_and_can_be_drawn(name, small):
    chosen, points = small[name]
    again = read_table(table_text(points))
    assert table_text(again) == table_text(points)
    picture = chosen.draw(chosen.settings, again)
    assert all(axis.has_data() for axis in picture.axes)


@pytest.mark.parametrize("name", ["error-against-depth", "error-against-width", "error-against-batch-size"])
def test_every_line_is_told_apart_without_colour(name, small):
    """Measured points carry the mark of their series, a prediction runs through them, other lines end in it."""
    chosen, points = small[name]
    for axis in chosen.draw(chosen.settings, points).axes:
        for line in axis.get_lines():
            assert line.get_linestyle() == "-" or line.get_marker() in ("o", "s", "^")
            if line.get_linestyle() in ("--", ":"):
                assert line.get_markevery() == [-1]


def test_a_figure_writes_its_files_the_same_every_time(small, tmp_path):
    chosen, points = small["orbit-convergence"]
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
    files = write(chosen, points, tmp_path / "a")
    assert sorted(f.name for f in (tmp_path / "a").iterdir()) == sorted(f.name for f in files)
    assert {f.suffix for f in files} == {".svg", ".pdf", ".png", ".csv", ".json", ".tex"}
    stored = json.loads((tmp_path / "a" / "orbit-convergence.json").read_text())["settings"]
    assert stored["depth"] == SMALL["orbit-convergence"]["depth"]
    make(chosen, tmp_path / "b")  # computed again
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


@pytest.mark.parametrize("name", SMALL)
def test_a_caption_is_one_paragraph_of_latex_with_balanced_braces_and_dollars(name, small):
    chosen, points = small[name]
    text = chosen.caption(chosen.settings, points)
    assert "\n" not in text
    assert text.count("{") == text.count("}")
    assert text.count("$") % 2 == 0


def test_progress_is_reported_as_often_as_announced():
    for name in ("orbit-convergence", "stability", "with-and-without-normalization"):
        chosen, seen = figure(name).with_settings(**SMALL[name]), []
        chosen.points(chosen.settings, seen.append)
        assert len(seen) == chosen.steps(chosen.settings)


def test_identity_halves_at_its_rate_on_the_orbit(small):
    _, points = small["orbit-convergence"]
    gaps = [p.y for p in points if p.kind == "measured"]
    assert gaps[-1] / gaps[-2] == pytest.approx(3 / 5, rel=1e-3)  # (n - 1)/(n + 1) at n = 4


def test_the_linear_start_is_the_seed_s_plotted_value():
    s = figure("with-and-without-normalization").settings
    # E||X_m^T X_m - I||^2 at m = 2, term by term, n = 5, d = 1000
    n, d = s.batch_size, s.width
    square = n * ((1 + 2 / d) ** 2 - 1) + n * (n - 1) / 3 * ((1 + 2 / d) ** 2 - (1 - 1 / d) ** 2)
    from theory.unnormalized import linear_squared_error

    assert math.sqrt(linear_squared_error(n, n, d, s.first_layer)) == pytest.approx(math.sqrt(square), rel=1e-12)
    assert round(math.sqrt(square), 3) == 0.245


def test_stability_of_identity_and_relu_at_five(small):
    _, points = small["stability"]
    at = {(p.series, p.x): p for p in points}
    assert at["identity", 5].kind == at["relu", 5].kind == "STABLE"
    assert at["identity", 5].y == pytest.approx(4 / 6, abs=1e-8)
    assert at["relu", 5].y == pytest.approx(0.60972, abs=5e-6)


def test_marchenko_pastur_is_a_density_of_mean_one_and_variance_the_ratio():
    for ratio in (0.1, 0.5, 0.9):
        low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2
        x = np.linspace(low, high, 200001)
        weights = np.array([law(ratio, v) for v in x]) * (x[1] - x[0])
        assert weights.sum() == pytest.approx(1, abs=1e-4)
        assert (weights * x).sum() == pytest.approx(1, abs=1e-4)
        assert (weights * (x - 1) ** 2).sum() == pytest.approx(ratio, abs=1e-4)


def test_linear_outputs_have_the_gram_matrix_as_mean():
    rng = np.random.default_rng(7)
    gram = np.array([[2.0, 0.5], [0.5, 1.0]])
    width, repeats = 50, 4000
    found = linear_outputs(np.broadcast_to(gram, (repeats, 2, 2)), 3.0, width, rng)
    spread = 3.0 * np.sqrt((gram**2 + np.outer(gram.diagonal(), gram.diagonal())) / (width * repeats))
    # six standard errors for three entries: false alarm below 1e-8
    assert (np.abs(found.mean(axis=0) - 3.0 * gram) < 6 * spread).all()


def test_the_seed_input_has_the_stated_singular_values():
    values = np.linalg.svd(seed_input(6, 40, 20.0, 1), compute_uv=False)
    assert values == pytest.approx([20, 1, 1, 1, 1, 1], abs=1e-12)


def test_errors_name_what_to_write(capsys, tmp_path):
    with pytest.raises(FigureError, match="is no figure: write one of"):
        figure("error-against-nothing")
    with pytest.raises(FigureError, match="columns"):
        read_table("a,b\n1,2\n")
    assert main(["figures", "nothing"]) == 2
    assert "write one of error-against-depth" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["figures", "stability", "--directory", str(tmp_path / "file")]) == 2
    assert "name a directory" in capsys.readouterr().err


def test_the_command_prints_its_files_as_json(capsys, tmp_path, monkeypatch):
    import proofs_check.figures as room

    small_one = figure("orbit-convergence").with_settings(**SMALL["orbit-convergence"])
    monkeypatch.setattr(room, "figure", lambda name: small_one)
    assert main(["figures", "orbit-convergence", "--directory", str(tmp_path), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert len(files) == 6
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f.rsplit("/", 1)[1] for f in files)


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    import proofs_check.figures as room

    def stopped(settings, progress):
        raise KeyboardInterrupt

    broken = figure("orbit-convergence")
    monkeypatch.setattr(room, "figure", lambda name: room.Figure(broken.name, broken.title, broken.settings, stopped,
                                                                  broken.draw, broken.caption, broken.steps))  # fmt: skip
    assert main(["figures", "orbit-convergence", "--directory", str(tmp_path)]) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_point_keeps_its_note_through_the_table():
    point = Point("a, b", 'c "d"', "bound", 1.0, float("nan"), note="x; y")
    assert repr(read_table(table_text([point]))) == repr([point])
