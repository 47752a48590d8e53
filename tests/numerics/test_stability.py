"""Stability of the fixed point by enclosures: known numbers, the critical batch size of GELU, the recorded table."""

import json
import math
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest

from numerics.certificates.stability import Stability, StabilityAt, certify_stability, decimal_ends, stability_at
from theory import activations
from theory.network import NetworkError

GELU = "x*Phi(x)"
RECORD = Path(__file__).parents[2] / "docs" / "stability_3_to_200.json"


def relu_eigenvalues(n):
    """The closed forms of ReLU's eigenvalues, written out again."""
    r = -1 / (n - 1)
    slope = 1 - math.acos(r) / math.pi
    c = (math.sqrt(1 - r * r) + (math.pi - math.acos(r)) * r) / math.pi
    return ((n - 2) * (1 - c) + n * slope / (n - 1)) / ((n + 1) * (1 - c)), n * slope / ((n + 1) * (1 - c))


@pytest.mark.parametrize("n", [3, 5, 10, 200])
def test_relu_matches_its_closed_forms(n):
    entry = stability_at(activations.get("relu"), n)
    standard, pairs = relu_eigenvalues(n)
    assert entry.stability is Stability.STABLE
    assert float(entry.standard[0]) - 1e-13 <= standard <= float(entry.standard[1]) + 1e-13
    assert float(entry.standard[1] - entry.standard[0]) < 1e-8
    if n == 3:
        assert entry.pairs is None
        assert entry.rate() == entry.standard
    else:
        assert abs(float(entry.pairs[1]) - pairs) < 1e-8


def test_published_numbers_of_tanh():
    entry = stability_at(activations.get("tanh"), 5)
    assert abs(float(entry.standard[0]) - 0.50853) < 1e-5
    assert abs(float(entry.pairs[0]) - 0.76751) < 1e-5
    assert entry.rate() == entry.pairs


def test_gelu_loses_stability_between_38_and_39():
    certificate = certify_stability(activations.get(GELU), range(37, 41))
    assert certificate.complete
    assert certificate.critical == ((38, 39),)
    assert [e.stability.name for e in certificate.entries] == ["STABLE", "STABLE", "UNSTABLE", "UNSTABLE"]


@pytest.mark.slow
def test_relu_is_stable_at_every_batch_size_up_to_200():
    seen = []
    with ProcessPoolExecutor(2) as pool:
        certificate = certify_stability(activations.get("relu"), executor=pool, progress=seen.append)
    assert certificate.complete
    assert certificate.critical == ()
    assert [e.batch_size for e in seen] == list(range(3, 201))
    assert all(e.stability is Stability.STABLE for e in certificate.entries)
    assert json.loads(json.dumps(certificate.to_json()))["entries"][0][:2] == [3, "STABLE"]


def test_the_record_is_complete_and_a_sample_of_it_is_computed_again():
    record = {entry["activation"]: entry for entry in json.loads(RECORD.read_text())}
    assert {name: entry["critical"] for name, entry in record.items()} == {
        "relu": [], "tanh": [], "erf": [], GELU: [[38, 39]],
    }  # fmt: skip
    for name, entry in record.items():
        assert [row[0] for row in entry["entries"]] == list(range(3, 201))
        for _, judged, *ends in entry["entries"]:
            low, high = zip(*[sorted(map(abs, map(Fraction, ends[i : i + 2]))) for i in range(0, len(ends), 2)])
            assert judged == ("STABLE" if max(high) < 1 else "UNSTABLE")
            assert max(high) < 1 or max(low) > 1
        for n in (4, 57):
            again = stability_at(activations.get(name), n)
            row = entry["entries"][n - 3]
            assert Fraction(row[2]) <= again.standard[1]
            assert again.standard[0] <= Fraction(row[3])
            assert Fraction(row[4]) <= again.pairs[1]
            assert again.pairs[0] <= Fraction(row[5])


def test_undecided_is_said_and_outward_rounding_contains():
    entry = stability_at(activations.get("tanh"), 6, seconds=0.0)
    assert entry.stability is Stability.UNDECIDED
    assert entry.rate() is None
    assert "time limit" in entry.advice
    straddling = (Fraction(-1, 3), Fraction(2, 3))
    low, high = decimal_ends(straddling)
    assert Fraction(low) <= straddling[0] <= straddling[1] <= Fraction(high)
    assert decimal_ends(None) == ()
    negative = StabilityAt(5, (Fraction(-3, 4), Fraction(-1, 2)), straddling, Stability.STABLE)
    assert negative.rate() == (Fraction(1, 2), Fraction(3, 4))


def test_bad_batch_sizes_are_named():
    with pytest.raises(ValueError, match="at least 3"):
        certify_stability(activations.get("relu"), range(2, 5))
    with pytest.raises(ValueError, match="at least 3"):
        certify_stability(activations.get("relu"), ())
    with pytest.raises(NetworkError, match="degenerate"):
        stability_at(activations.get("tanh"), 2)
    with pytest.raises(TypeError, match="not a boolean"):
        bool(certify_stability(activations.get("relu"), [3]))


def test_a_record_that_was_changed_is_noticed():
    from numerics.certificates.stability_record import differs, written

    again = stability_at(activations.get("relu"), 7)
    data = json.loads(RECORD.read_text())
    row = next(row for row in data[0]["entries"] if row[0] == 7)
    assert differs(row, again) == ""
    assert "overlap" in differs([7, "STABLE", "0.72", "0.73", *row[4:]], again)
    assert "UNSTABLE" in differs([7, "UNSTABLE", *row[2:]], again)
    assert "overlap" in differs(row[:4], again)
    assert written(data) == RECORD.read_text()
