"""Property tests of bounds: the decorator, the pytest plugin, the entry point of hypothesis, planted violations."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hypothesis import assume, find
from hypothesis import strategies as st
from sympy import Rational

from proofs_check import ChainMean, SquaredErrorToOrbit, Trace, at_most
from proofs_check.bounds import RECORDS, BoundError, bound
from proofs_check.hypothesis_entry import register
from theory import Activation, Network

ROOT = Path(__file__).parents[2]
IDENTITY = st.builds(Network, st.just("identity"), batch_size=st.integers(3, 5))


def exact_noise(network, width):
    n = network.batch_size
    return (n**2 - n**2 / (n - 1)) / width


def test_a_true_bound_is_not_refuted_and_its_tightest_ratio_is_reported():
    @bound(examples=6, networks=1000, network=IDENTITY, width=st.integers(4, 32))
    def noise_below_twice_its_value(network, width):
        return at_most(ChainMean(SquaredErrorToOrbit(), network, width, 1), 2 * exact_noise(network, width))

    noise_below_twice_its_value()
    record = next(r for r in RECORDS if r.name == "noise_below_twice_its_value")
    assert record.examples >= 6
    assert 1.8 < record.tightest < 2.2
    assert "not refuted at level" in str(record)


def test_a_false_bound_is_refuted_and_shrunk():
    @bound(examples=4, networks=1500, network=IDENTITY, width=st.integers(4, 32))
    def noise_below_half_its_value(network, width):
        return at_most(ChainMean(SquaredErrorToOrbit(), network, width, 1), exact_noise(network, width) / 2)

    with pytest.raises(AssertionError, match=r"network=Network\(identity, batch, n=3\), width=4"):
        noise_below_half_its_value()
    assert "REFUTED" in str(next(r for r in RECORDS if r.name == "noise_below_half_its_value"))


@pytest.mark.parametrize(("factor", "teeth"), [(0.4, True), (0.999, False)])
def test_the_planted_violation_shows_the_power(factor, teeth):
    @bound(examples=2, networks=2000, planted=factor, network=IDENTITY, width=st.just(16))
    def noise(network, width):
        return at_most(ChainMean(SquaredErrorToOrbit(), network, width, 1), 2 * exact_noise(network, width))

    if teeth:
        noise()
    else:
        with pytest.raises(AssertionError, match="no teeth"):
            noise()


def test_statements_without_networks_are_enclosed():
    @bound(examples=15)
    def squares_are_below_one(correlation):
        return at_most(correlation**2, 1)

    squares_are_below_one()

    @bound(examples=15)
    def squares_are_below_a_half(correlation):
        return at_most(correlation**2, Rational(1, 2))

    with pytest.raises(AssertionError, match="contradict"):
        squares_are_below_a_half()


def test_examples_that_a_test_turns_down_are_drawn_again():
    @bound(examples=3, networks=200)
    def even_widths(network, width):
        assume(width % 2 == 0)
        return at_most(ChainMean(Trace(), network, width, 1), 9 * network.batch_size)

    even_widths()
    assert RECORDS[-1].broke == ""


def test_bound_errors():
    with pytest.raises(BoundError, match="no strategy for the argument 'thing'"):
        bound()(lambda thing: None)
    with pytest.raises(BoundError, match="has no argument other"):
        bound(other=st.just(1))(lambda width: None)
    with pytest.raises(BoundError, match="examples >= 1"):
        bound(examples=0)
    with pytest.raises(BoundError, match="factor between 0 and 1"):
        bound(planted=2.0)
    with pytest.raises(BoundError, match="returns a Statement"):
        bound(examples=1)(lambda width: True)()


def test_types_of_the_field_have_strategies():
    register()
    assert find(st.from_type(Network), lambda network: True).batch_size >= 3
    assert isinstance(find(st.from_type(Activation), lambda a: True), Activation)


MODULE = """
from sympy import Integer, sqrt
from proofs_check import ChainMean, Claim, Statement, Trace, at_most, equal, less
from proofs_check.bounds import bound
from theory import Network

def test_proved() -> Statement:
    return less(sqrt(2), Integer(2))

def test_supported() -> Statement:
    return less(ChainMean(Trace(), Network("relu", batch_size=4), 16, 2), 3)

def test_refuted() -> Claim:
    return Claim(less(Integer(2), sqrt(2)))

def test_gap() -> Statement:
    return equal(ChainMean(Trace(), Network("relu", batch_size=4), 16, 2), 2)

def test_promise() -> Statement:
    return 3

def test_plain():
    assert True

def test_unannotated():
    return less(Integer(2), sqrt(3))

@bound(examples=2, networks=200)
def test_broken(network, width):
    raise RuntimeError("a mistake of mine")

@bound(examples=2, networks=200)
def test_bound(network, width):
    return at_most(ChainMean(Trace(), network, width, 1), 9 * network.batch_size)
"""


def test_the_plugin_judges_what_tests_state(tmp_path):
    (tmp_path / "test_claims.py").write_text(MODULE)
    # where the distribution is installed its entry point has loaded the plugin already
    installed = any(entry.value == "proofs_check.pytest_plugin" for entry in entry_points(group="pytest11"))
    load = [] if installed else ["-p", "proofs_check.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *load, "-q", "-p", "no:cacheprovider", "test_claims.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert "5 failed, 4 passed" in done.stdout, done.stdout + done.stderr
    for words in (
        "REFUTED: 2 < sqrt(2)",
        "REFUTED: 2 < sqrt(3)",
        "test_broken: NOT JUDGED, the test raised RuntimeError: a mistake of mine at network=",
        "GAP: ",
        "promises a Statement or a Claim",
        "= bounds =",
        "test_bound: not refuted at level",
    ):
        assert words in done.stdout, words
    assert (
        "def judged" not in done.stdout
    )  # the frames between pytest and the test are ours, and of no use to its author


def test_the_plugin_is_light():
    code = "import sys, proofs_check.pytest_plugin; sys.exit(any(m in sys.modules for m in ('sympy', 'numpy', 'theory', 'flint')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
