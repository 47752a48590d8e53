"""Stores and their tables: what is refused, what is kept, what is read back."""

import math
import sqlite3
import sys
import threading

import numpy as np
import pytest

from numerics.simulation.results import export_parquet, load_frame, load_table
from numerics.simulation.store import FORMAT, ResultStore, StoreError
from numerics.simulation.sweep_config import ConfigError, parse_config, read_config


def test_records_come_back_to_the_last_bit(tmp_path):
    record = {
        "mean": 0.1 + 0.2,
        "tiny": 5e-324,
        "nan": math.nan,
        "inf": -math.inf,
        "text": "ü",
        "whole": 2**80,
        "no": None,
    }
    with ResultStore(tmp_path / "s") as store:
        assert store.put("k", {"width": 3}, record)
        assert not store.put("k", {"width": 4}, {})
    with ResultStore(tmp_path / "s") as store:
        [(key, settings, back)] = store.rows()
        assert (key, settings, len(store), store.keys()) == ("k", {"width": 3}, 1, {"k"})
    assert repr(back) == repr(record)


def test_a_reader_sees_a_running_sweep(tmp_path):
    with ResultStore(tmp_path / "s") as writer:
        writer.put("a", {}, {"mean": 1.0})
        assert load_table(tmp_path / "s")["mean"].tolist() == [1.0]
        with ResultStore(tmp_path / "s") as second:
            assert second.put("b", {}, {})
            assert not writer.put("b", {}, {})


def test_several_may_make_one_store_at_once(tmp_path):
    for attempt in range(15):
        together, failures = threading.Barrier(6), []

        def write(number, path=tmp_path / str(attempt), together=together, failures=failures):
            together.wait()
            try:
                with ResultStore(path) as store:
                    store.put(str(number % 3), {}, {})
            except StoreError as error:
                failures.append(error)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert failures == []
        with ResultStore(tmp_path / str(attempt)) as store:
            assert store.keys() == {"0", "1", "2"}


def test_unwritable_file_is_named(tmp_path):
    # sqlite opens the file for reading, and the first write is refused
    with ResultStore(tmp_path / "s") as store:
        store._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="cannot be written: attempt to write a readonly database"):
            store.put("a", {}, {})


def test_a_locked_store_is_named(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        other = sqlite3.connect(tmp_path / "s")
        other.execute("BEGIN IMMEDIATE")
        store._connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreError, match="in use by another writer"):
            store.put("a", {}, {})
        other.rollback()
        other.close()
        assert store.put("a", {}, {})


@pytest.mark.parametrize("kind", ["csv", "other program", "other format", "directory", "nowhere", "damaged"])
def test_unfit_files_are_refused_unchanged(tmp_path, kind):
    path = tmp_path / "file"
    message = {
        "csv": "not a result store",
        "other program": "another program",
        "other format": f"format {FORMAT + 1}, this program has format {FORMAT}",
        "directory": "is a directory",
        "nowhere": "make the directory first",
        "damaged": "damaged",
    }[kind]
    if kind == "csv":
        path.write_text("a,b\n1,2\n")
    elif kind == "other program":
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE mine (x)")
        other.close()
    elif kind == "other format":
        with ResultStore(path) as store:
            store.put("a", {}, {})
        with sqlite3.connect(path) as other:
            other.execute(f"PRAGMA user_version = {FORMAT + 1}")
        other.close()
    elif kind == "directory":
        path.mkdir()
    elif kind == "nowhere":
        path = tmp_path / "missing" / "file"
    else:
        path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=message):
        ResultStore(path)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_store_of_another_format_keeps_its_records(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        store.put("a", {}, {"mean": 2.0})
    raw = sqlite3.connect(tmp_path / "s")
    raw.execute("PRAGMA user_version = 99")
    raw.commit()
    with pytest.raises(StoreError, match="format 99"):
        ResultStore(tmp_path / "s")
    assert raw.execute("SELECT record FROM records").fetchall() == [('{"mean": 2.0}',)]
    raw.close()


def _put_many(store, number):
    for index in range(number):
        store.put(str(index), {}, {"text": "x" * 1000})


def test_a_full_store_says_so_and_keeps_the_rest(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match=r"full.*what was finished before is kept"):
            _put_many(store, 1000)
        kept = len(store)
        assert 0 < kept < 20
        store._connection.execute("PRAGMA max_page_count = 100000")
        assert store.put("more", {}, {})
    with ResultStore(tmp_path / "s") as store:
        assert len(store) == kept + 1


def test_missing_store_is_not_made_by_reading(tmp_path):
    with pytest.raises(StoreError, match="does not exist"):
        load_table(tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_data_that_json_cannot_hold_are_refused(tmp_path):
    with ResultStore(tmp_path / "s") as store:
        with pytest.raises(TypeError, match="a object cannot be stored"):
            store.put("a", {}, {"thing": object()})
        assert len(store) == 0
        assert store.put("a", {"width": np.int64(3)}, {"gram": np.eye(2), "flag": np.bool_(True)})
        assert [row[1:] for row in store.rows()] == [({"width": 3}, {"gram": [[1.0, 0.0], [0.0, 1.0]], "flag": True})]


def _fill(path):
    with ResultStore(path) as store:
        store.put("a", {"width": 8, "activation": "relu", "odd": 1}, {"mean": 0.5, "stable": True, "list": [1]})
        store.put("b", {"width": 16, "activation": "tanh"}, {"mean": None, "stable": False, "list": [2, 3]})


def test_table_has_a_row_a_record_and_types(tmp_path):
    _fill(tmp_path / "s")
    table = load_table(tmp_path / "s")
    assert table.dtype.names == ("activation", "width", "odd", "mean", "stable", "list")
    assert table["width"].dtype == np.int64
    assert table["stable"].tolist() == [True, False]
    assert table["activation"].tolist() == ["relu", "tanh"]
    assert table["list"].tolist() == ["[1]", "[2, 3]"]
    np.testing.assert_array_equal(table["mean"], [0.5, np.nan])
    np.testing.assert_array_equal(table["odd"], [1.0, np.nan])


def test_empty_store_gives_an_empty_table(tmp_path):
    ResultStore(tmp_path / "s").close()
    assert len(load_table(tmp_path / "s")) == 0


@pytest.mark.peers
def test_frame_and_parquet_agree_with_the_table(tmp_path):
    import pandas

    _fill(tmp_path / "s")
    frame = load_frame(tmp_path / "s")
    assert export_parquet(tmp_path / "s", tmp_path / "t.parquet") == 2
    pandas.testing.assert_frame_equal(pandas.read_parquet(tmp_path / "t.parquet"), frame, check_dtype=False)
    with pytest.raises(StoreError, match="cannot be written"):
        export_parquet(tmp_path / "s", tmp_path / "missing" / "t.parquet")


def test_missing_extras_are_named(tmp_path, monkeypatch):
    _fill(tmp_path / "s")
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(StoreError, match=r"pip install 'gramchain\[table\]'"):
        load_frame(tmp_path / "s")
    with pytest.raises(StoreError, match=r"pip install 'gramchain\[table\]'"):
        export_parquet(tmp_path / "s", tmp_path / "t.parquet")
    assert not (tmp_path / "t.parquet").exists()


GOOD = {"activation": "relu", "batch_size": 8, "width": 64, "depth": 10}


def test_lists_make_the_grid(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(
        'activation = ["relu", "x*tanh(x)"]\nbatch_size = 8\nwidth = [64, 128]\ndepth = 10\nnormalization = "rms"\n'
        'input = "digits.csv"\nbias_variance = 0\n'
    )
    points = read_config(path).points()
    assert [(p["activation"], p["width"]) for p in points] == [
        ("relu", 64), ("relu", 128), ("x*tanh(x)", 64), ("x*tanh(x)", 128),
    ]  # fmt: skip
    assert {(p["batch_size"], p["normalization"], p["input"], p["networks"]) for p in points} == {
        (8, "rms", "digits.csv", 100)
    }
    assert repr(points[0]["bias_variance"]) == "0.0"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"widths": 3}, r"unknown key 'widths': write one of activation, batch_size"),
        ({"width": []}, "width is an empty list"),
        ({"width": "64"}, "width is '64': write a whole number"),
        ({"width": True}, "whole number"),
        ({"width": 64.0}, "whole number"),
        ({"width": [64, 0]}, "at least 1"),
        ({"width": [64, 64]}, "twice"),
        ({"batch_size": 1}, "at least 2"),
        ({"seed": -1}, "at least 0"),
        ({"activation": 3}, "a name or an expression"),
        ({"activation": " "}, "a name or an expression"),
        ({"normalization": "group"}, "write one of batch, batch-uncentered, layer, rms, none"),
        ({"normalization": ["batch", 3]}, "a name"),
        ({"input": 3}, "path of a file"),
        ({"weight_variance": 0}, "positive number"),
        ({"weight_variance": "1"}, "positive number"),
        ({"bias_variance": -1.0}, "at least 0"),
        ({"bias_variance": math.inf}, "at least 0"),
        ({"seed": list(range(1001)), "width": list(range(1, 1001))}, "1001000 points"),
    ],
)
def test_bad_configurations_are_refused_in_one_line(changes, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_config({**GOOD, **changes})
    assert "\n" not in str(caught.value)


def test_missing_key_is_named():
    with pytest.raises(ConfigError, match="missing key 'depth'"):
        parse_config({key: value for key, value in GOOD.items() if key != "depth"})


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"width = = 3", "sweep.toml: "), (b"\xff", "not UTF-8"), (None, "No such file"), (b"", "missing key")],
)
def test_bad_files_are_refused(tmp_path, content, message):
    path = tmp_path / "sweep.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        read_config(path)
    assert str(caught.value).startswith(str(path))
