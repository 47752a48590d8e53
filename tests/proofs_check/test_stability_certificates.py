"""Entries of the record of stability as certificates: confirmed by the checker, and refused where they are false."""

import json

import pytest

from numerics.certificates.stability_record import RECORD
from proofs_check import recheck
from proofs_check.certificates.stability import main, stability_certificate


def row(activation, size):
    record = {data["activation"]: data["entries"] for data in json.loads(RECORD.read_text(encoding="ascii"))}
    return next(r for r in record[activation] if r[0] == size)


def test_files_that_the_checker_confirms(tmp_path, capsys):
    """Closed forms (ReLU) and quadrature (erf), at 3 samples, where there is one eigenvalue."""
    assert main([str(tmp_path), "--activations", "relu", "erf", "--sizes", "3"]) == 0
    assert capsys.readouterr().out.count("2 steps confirmed") == 2
    files = sorted(tmp_path.glob("*.json"))
    assert [f.name for f in files] == ["stability_erf_3.json", "stability_relu_3.json"]
    assert all(recheck.recheck(f.read_text(), 60)[0] == 0 for f in files)


def test_an_unstable_entry_names_the_eigenvalue_beyond_one():
    found = stability_certificate("x*Phi(x)", row("x*Phi(x)", 39))
    assert found.confirmed
    assert len(json.loads(found.text)["steps"]) == 1


def test_a_false_entry_is_not_confirmed():
    assert not stability_certificate("relu", [5, "UNSTABLE", "1.1", "1.2", "0.4", "0.5"]).confirmed


def test_entries_and_sizes_that_say_nothing(tmp_path, capsys):
    with pytest.raises(ValueError, match="says nothing to certify"):
        stability_certificate("relu", [5, "UNSTABLE", "0.6", "0.7", "0.4", "0.5"])
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--sizes", "201"])
    assert "no batch size 201" in capsys.readouterr().err
