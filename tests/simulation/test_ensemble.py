"""Ensembles: the same numbers however they are run; observables against their definitions; interrupts."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from numerics.simulation import ensemble, gram_chain
from numerics.simulation.blas_threads import one_blas_thread, set_blas_threads
from numerics.simulation.elementwise import BUILTIN, Elementwise
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.observables import Eigenvalue, Entry, IsometryGap, OrthogonalityGap, SquaredError, Trace
from numerics.simulation.starting_gram import DegenerateGramError, gram_of_input

GRAM = gram_of_input(np.random.default_rng(7).normal(size=(9, 4)))
SPEC = NetworkSpec(BUILTIN["relu"], "batch")
ORBIT = np.random.default_rng(8).normal(size=(7, 4, 4))
OBSERVABLES = {
    "error": SquaredError(np.eye(4)),
    "orbit_error": SquaredError(ORBIT),
    "entry": Entry(0, 2),
    "largest": Eigenvalue(-1),
    "trace": Trace(),
    "isometry_gap": IsometryGap(),
    "orthogonality_gap": OrthogonalityGap(),
}
SETTINGS = {"width": 30, "depth": 6, "seed": 4, "layers": [0, 2, 6]}


def test_observables_are_what_they_are_called():
    grams = gram_chain.sample(SPEC, GRAM, networks=11, **SETTINGS)
    values = ensemble.run(SPEC, GRAM, networks=11, observables=OBSERVABLES, **SETTINGS)
    assert values.keys() == OBSERVABLES.keys()
    for network in range(11):
        for position, layer in enumerate(SETTINGS["layers"]):
            gram = grams[network, position]
            eigenvalues = np.linalg.eigvalsh(gram)
            expected = {
                "error": np.linalg.norm(gram - np.eye(4)) ** 2,
                "orbit_error": np.linalg.norm(gram - ORBIT[layer]) ** 2,
                "entry": gram[0, 2],
                "largest": eigenvalues.max(),
                "trace": eigenvalues.sum(),
                "isometry_gap": np.log(eigenvalues.mean()) - np.log(eigenvalues).mean(),
                "orthogonality_gap": np.linalg.norm(gram / eigenvalues.sum() - np.eye(4) / 4),
            }
            for name, value in expected.items():
                assert values[name][network, position] == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_a_singular_matrix_has_an_infinite_isometry_gap():
    assert IsometryGap()(np.ones((1, 1, 2, 2)), np.array([0])) == np.inf


@pytest.mark.parametrize("compiled", [False, True])
def test_results_do_not_depend_on_workers_or_executor(compiled):
    arguments = {"networks": 100, "observables": OBSERVABLES, "compiled": compiled, **SETTINGS}
    alone = ensemble.run(SPEC, GRAM, **arguments)
    with ThreadPoolExecutor(8) as threads:
        results = [
            ensemble.run(SPEC, GRAM, workers=8, executor=threads, **arguments),
            ensemble.run(SPEC, GRAM, workers=3, **arguments),
        ]
    tail = ensemble.run(SPEC, GRAM, **{**arguments, "networks": range(60, 100)})
    for name, values in alone.items():
        for result in results:
            np.testing.assert_array_equal(result[name], values)
        np.testing.assert_array_equal(tail[name], values[60:])


def test_progress_counts_networks():
    seen = []
    arguments = {"networks": 50, "observables": {"trace": Trace()}, **SETTINGS}
    with ThreadPoolExecutor(2) as threads:
        ensemble.run(
            SPEC,
            GRAM,
            workers=2,
            executor=threads,
            progress=lambda done, total: seen.append((done, total)),
            **arguments,
        )
    assert seen[-1] == (50, 50)
    assert len(seen) > 3
    assert sorted(seen) == seen


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"networks": 0}, "networks is 0"),
        ({"networks": range(0, 10, 2)}, "a range of step 1"),
        ({"networks": range(0)}, "a range of step 1"),
        ({"workers": 0}, "workers is 0"),
        ({"observables": {}}, "no observables"),
        ({"observables": {"e": Entry(0, 4)}}, r"entry \(0, 4\) is outside"),
        ({"observables": {"e": Eigenvalue(4)}}, "eigenvalue 4 is outside"),
        ({"observables": {"e": SquaredError(np.eye(3))}}, "of order 3, the batch of 4"),
        ({"observables": {"e": SquaredError(ORBIT[:6])}}, "has 6 layers; layer 6 was recorded"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ensemble.run(SPEC, GRAM, **{"networks": 5, "observables": {"trace": Trace()}, **SETTINGS, **arguments})


@pytest.mark.parametrize("reference", [np.ones(3), np.ones((2, 3)), np.full((2, 2), np.nan)])
def test_bad_references_are_refused(reference):
    with pytest.raises(ValueError, match="the reference has"):
        SquaredError(reference)


def test_errors_of_workers_arrive():
    square = NetworkSpec(Elementwise("square", ("pow", ("x",), ("const", 2.0))), "batch")
    with pytest.raises(DegenerateGramError, match="layer 1"), ThreadPoolExecutor(2) as threads:
        ensemble.run(
            square,
            np.eye(2),
            width=5,
            depth=3,
            networks=20,
            observables={"trace": Trace()},
            workers=2,
            executor=threads,
        )


def test_blas_threads_are_put_back():
    before = set_blas_threads(2)
    try:
        with one_blas_thread(), one_blas_thread():
            inside = set_blas_threads(1)
        after = set_blas_threads(2)
    finally:
        if before is not None:
            set_blas_threads(before)
    assert (inside, after) in ((1, 2), (None, None))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_stops_at_once(workers):
    code = f"""
import numpy as np
from numerics.simulation import ensemble
from numerics.simulation.elementwise import BUILTIN
from numerics.simulation.network_spec import NetworkSpec
from numerics.simulation.observables import Trace
if __name__ == "__main__":
    spec = NetworkSpec(BUILTIN["relu"], "batch")
    started = lambda done, total: print(done, flush=True)
    ensemble.run(spec, np.eye(8), width=500, depth=50, networks=10**6, observables={{"trace": Trace()}},
                 layers=[50], workers={workers}, progress=started)
"""
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"gramchain_interrupt_{os.getpid()}_{workers}.py")
    with open(path, "w") as file:
        file.write(code)
    try:
        environment = {**os.environ, "PYTHONPATH": os.getcwd()}
        process = subprocess.Popen(
            [sys.executable, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        assert process.wait(timeout=20) != 0
        assert time.monotonic() - begun < 10
        process.stdout.close()
    finally:
        os.unlink(path)
