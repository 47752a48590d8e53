"""Judge many claims on several processes; the verdicts depend neither on how many nor on the order.

A claim travels to its worker as a reference, a name in the ledger or a file and an id, since claims hold functions that
do not travel.  A claims file is therefore run once in every process that needs it.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs_check.claim import Claim
    from proofs_check.verdict import Verdict


@dataclass(frozen=True)
class ClaimReference:
    """Where a claim is found.

    Args:
        id: the claim's name.
        path: the claims file it stands in; None for a claim of the ledger.
    """

    id: str
    path: str | None = None


@dataclass(frozen=True)
class RunSettings:
    """What a run of several claims shares.

    Args:
        seed: root seed; every claim has streams of its own, keyed by its id.
        claims: how many claims share the run's error level.
        certify: write a certificate of each verdict into it.
        seconds: time limit of one claim.
    """

    seed: int
    claims: int
    certify: bool = False
    seconds: float = 120.0


@functools.lru_cache(maxsize=32)
def claims_of_file(path: str) -> dict[str, Claim]:
    """The claims of a file by id; the file is run once, and what it prints goes to stderr.

    Raises:
        LedgerError: see `proofs_check.ledger.load_file`; a file that leaves the program counts as one that raises.
    """
    from proofs_check.ledger import LedgerError, load_file

    try:
        with contextlib.redirect_stdout(sys.stderr):
            return {claim.id: claim for claim in load_file(path)}
    except SystemExit:
        raise LedgerError(f"{path} calls sys.exit: a claims file defines CLAIM or CLAIMS and returns") from None


def load(reference: ClaimReference) -> Claim:
    """The claim a reference stands for."""
    if reference.path is not None:
        return claims_of_file(reference.path)[reference.id]
    from proofs_check import ledger

    return ledger.load(reference.id)


def judge_reference(reference: ClaimReference, settings: RunSettings) -> Verdict:
    """Judge one claim of a run; a claim that breaks the judge is left at GAP, and the others go on."""
    from proofs_check.judge import Settings, judge
    from proofs_check.verdict import Outcome, Verdict

    with contextlib.redirect_stdout(sys.stderr):
        try:
            claim = load(reference)
            verdict = judge(
                claim, Settings(seed=settings.seed, time_limit=settings.seconds), share=1 / max(1, settings.claims)
            )
            if not settings.certify:
                return verdict
            from proofs_check.certificates.certificate import certificate

            return replace(verdict, certificate=certificate(claim, verdict).text)
        except Exception as error:
            broken = f"could not be judged ({type(error).__name__}: {error})"
            return Verdict(reference.id, Outcome.GAP, None, first_gap=broken)


def judge_references(
    references: Sequence[ClaimReference],
    settings: RunSettings,
    workers: int = 2,
    finished: Callable[[ClaimReference, Verdict], None] = lambda reference, verdict: None,
) -> list[Verdict]:
    """Judge claims on worker processes.

    Args:
        references: the claims.
        settings: seed and size of the run.
        workers: processes; with one, or one claim, everything happens in this process.
        finished: called in this process whenever a verdict is there.

    Returns:
        The verdicts, in the order of the references.
    """
    workers = min(workers, len(references))
    verdicts: dict[ClaimReference, Verdict] = {}
    judged = (
        ((reference, judge_reference(reference, settings)) for reference in references)
        if workers <= 1
        else _on_processes(references, settings, workers)
    )
    for reference, verdict in judged:
        verdicts[reference] = verdict
        finished(reference, verdict)
    return [verdicts[reference] for reference in references]


def _on_processes(
    references: Sequence[ClaimReference], settings: RunSettings, workers: int
) -> Iterator[tuple[ClaimReference, Verdict]]:
    """Pairs as they finish; claims whose worker died are tried once more, each in a pool of its own."""
    left = list(references)
    try:
        for pair in _pool(left, settings, workers):
            left.remove(pair[0])
            yield pair
    except BrokenProcessPool:
        for reference in list(left):
            try:
                yield from _pool([reference], settings, 1)
            except BrokenProcessPool:
                yield reference, _died(reference)


def _pool(
    references: Sequence[ClaimReference], settings: RunSettings, workers: int
) -> Iterator[tuple[ClaimReference, Verdict]]:
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, context, initializer=_start_worker)
    try:
        with _interrupts_blocked():  # workers inherit it: Ctrl-C while they start up is the parent's business too
            waiting = {executor.submit(judge_reference, reference, settings): reference for reference in references}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
        executor.shutdown()
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Hold SIGINT back (it comes afterwards); processes started meanwhile never get it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    """Ctrl-C is the parent's business, and stdout belongs to the result."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    os.dup2(2, 1)


def _died(reference: ClaimReference) -> Verdict:
    from proofs_check.verdict import Outcome, Verdict

    return Verdict(
        reference.id, Outcome.GAP, None, first_gap="the process that judged it died: out of memory, or it crashed"
    )
