"""``gramchain sweep``: a grid from a file, stored, resumed, refused in one line."""

import json
import sys

import pytest

from proofs_check.cli import main

CONFIG = """
activation = ["relu", "tanh"]
batch_size = 4
width = [32, 64]
depth = 3
networks = 20
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "grid.toml"
    path.write_text(CONFIG)
    return path


def test_a_sweep_stores_every_point_and_computes_none_twice(config, capsys):
    assert main(["sweep", str(config), "--json"]) == 0
    first = capsys.readouterr()
    result = json.loads(first.out)
    assert set(result) == {"records", "path"}
    assert [(r["activation"], r["width"]) for r in result["records"]] == [
        ("relu", "32"), ("relu", "64"), ("tanh", "32"), ("tanh", "64")
    ]  # fmt: skip
    assert "4 of 4 parts computed now; records" in first.err
    assert "grid.sqlite" in first.err
    assert all(float(r["mean_squared_error"]) > 0 for r in result["records"])
    assert main(["sweep", str(config), "--json"]) == 0
    second = capsys.readouterr()
    assert json.loads(second.out) == result
    assert "0 of 4 parts computed now, the others were stored" in second.err


def test_a_sweep_shows_its_own_grid_of_a_store_that_holds_others(config, capsys, tmp_path):
    store = ["--store", str(tmp_path / "both.sqlite"), "--json", "--quiet"]
    assert main(["sweep", str(config), *store]) == 0
    capsys.readouterr()
    config.write_text(CONFIG.replace("[32, 64]", "[64, 128]"))
    assert main(["sweep", str(config), *store]) == 0
    assert {r["width"] for r in json.loads(capsys.readouterr().out)["records"]} == {"64", "128"}


def test_a_parquet_file_that_cannot_be_written_is_refused_before_anything_is_computed(config, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    assert main(["sweep", str(config), "--parquet", str(config.with_suffix(".parquet"))]) == 2
    assert "parquet needs pyarrow" in capsys.readouterr().err
    assert list(config.parent.iterdir()) == [config]


def test_a_sweep_takes_real_samples_and_prints_a_table(config, capsys, tmp_path):
    samples = tmp_path / "samples.csv"
    samples.write_text("\n".join(f"{i},{i * i},{7 - i}" for i in range(5)))
    config.write_text(CONFIG.replace("networks", f'input = "{samples}"\nnetworks'))
    assert main(["sweep", str(config), "--store", str(tmp_path / "s.sqlite"), "--quiet"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "mean_squared_error" in shown.out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('activation = "relo"', "did you mean 'relu'"),
        ('activation = "__import__(1)"', "unexpected|unknown"),
        ("width = 0", "width is 0"),
        ("depth = []", "empty list"),
        ("colour = 3", "unknown key 'colour'"),
        ('input = "nowhere.csv"', "no file nowhere.csv"),
        ("batch_size = [", "TOML|Invalid|Unclosed"),
    ],
)
def test_a_wrong_config_is_refused_in_one_line(config, capsys, change, says):
    import re

    key = change.split(" ")[0]
    kept = [line for line in CONFIG.splitlines() if line and not line.startswith(key)]
    config.write_text("\n".join([*kept, change]))
    assert main(["sweep", str(config), "--quiet"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert re.search(says, shown.err)
    assert not config.with_suffix(".sqlite").exists()


def test_an_unknown_executor_or_folder_leaves_nothing_behind(config, capsys, tmp_path):
    assert main(["sweep", str(config), "--executor", "moon"]) == 2
    assert "write serial, processes" in capsys.readouterr().err
    assert not config.with_suffix(".sqlite").exists()
    assert main(["sweep", str(config), "--store", str(tmp_path / "no" / "s.sqlite")]) == 2
    assert "no folder" in capsys.readouterr().err
    config.with_suffix(".sqlite").write_text("not a store")
    assert main(["sweep", str(config), "--quiet"]) == 2
    assert config.with_suffix(".sqlite").read_text() == "not a store"
