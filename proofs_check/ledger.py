"""The ledger: every built-in claim, with the outcome, grounds and trusted base that it is pinned to.

``claims/ledger.json`` is a golden file: a change of any entry is a visible diff.  Adding a claim is one file in ``claims``
and one line there, which names the part of the theory that it belongs to.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofs_check.claim import Claim
    from proofs_check.verdict import Verdict

PATH = Path(__file__).parent / "claims" / "ledger.json"
ORDER = ("REFUTED", "GAP", "SUPPORTED", "PROVED")


class LedgerError(ValueError):
    """An unknown claim, or a claims file that does not hold claims; the message says what to write instead."""


@functools.lru_cache(maxsize=1)
def entries() -> dict[str, dict[str, Any]]:
    """The golden file."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Names of the built-in claims, in the order of the ledger."""
    return list(entries())


def expected(name: str) -> dict[str, Any]:
    """Outcome, grounds and trusted base that a built-in claim is pinned to."""
    _known(name)
    return {key: entries()[name][key] for key in ("outcome", "grounds", "rests_on")}


def section(name: str) -> str:
    """The part of the theory that a built-in claim belongs to; docs/claims.md has the parts."""
    _known(name)
    return entries()[name]["section"]


def load(name: str) -> Claim:
    """A built-in claim.

    Raises:
        LedgerError: no claim of that name; the message offers the nearest.
    """
    _known(name)
    return importlib.import_module(f"proofs_check.claims.{name}").CLAIM.with_id(name)


def _known(name: str) -> None:
    if name not in entries():
        raise LedgerError(unknown(name, entries()))


def unknown(name: str, known: Iterable[str]) -> str:
    """What to say of a name that no claim has."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"no claim is named {name!r}: " + (
        f"did you mean {near[0]!r}?" if near else "gramchain verify --list shows them"
    )


def load_file(path: str | Path) -> list[Claim]:
    """The claims of a user's Python file, which exposes CLAIM or CLAIMS.  The file is run.

    Raises:
        LedgerError: no such file, a file that raises (with the line), or one that exposes no claims.
    """
    file = Path(path)
    if not file.is_file():
        raise LedgerError(f"no claims file {str(path)!r}: give a Python file that defines CLAIM or CLAIMS")
    module = _run(file)
    return _claims_of(module, file)


def _run(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"claims_of_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise LedgerError(f"{file} is no Python file: name it with the ending .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickling look their module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = getattr(error, "lineno", None)
        trace = error.__traceback__
        while trace is not None:
            if Path(trace.tb_frame.f_code.co_filename).resolve() == file.resolve():
                line = trace.tb_lineno
            trace = trace.tb_next
        raise LedgerError(f"{file}, line {line}: {type(error).__name__}: {error}") from error
    return module


def _claims_of(module: ModuleType, file: Path) -> list[Claim]:
    from proofs_check.claim import Claim

    if hasattr(module, "CLAIMS"):
        found = list(module.CLAIMS)
    elif hasattr(module, "CLAIM"):
        found = [module.CLAIM]
    else:
        raise LedgerError(f"{file} defines neither CLAIM nor CLAIMS: write CLAIM = Claim(less(left, right))")
    for item in found:
        if not isinstance(item, Claim):
            raise LedgerError(f"{file}: {item!r} is no Claim: write Claim(less(left, right))")
    if not found:
        raise LedgerError(f"{file}: CLAIMS is empty")
    named = [claim.with_id(file.stem if len(found) == 1 else f"{file.stem}_{i + 1}") for i, claim in enumerate(found)]
    twice = {claim.id for claim in named if [c.id for c in named].count(claim.id) > 1}
    if twice:
        raise LedgerError(f"{file}: two claims are named {', '.join(sorted(twice))}")
    return named


def pinned(verdict: Verdict) -> dict[str, Any]:
    """What the ledger keeps of a verdict."""
    grounds = None if verdict.grounds is None else verdict.grounds.name
    return {"outcome": verdict.outcome.name, "grounds": grounds, "rests_on": list(verdict.rests_on)}


def falls_below(verdict: Verdict) -> bool:
    """Whether a built-in claim's verdict is worse than its ledger entry, in outcome, grounds or trusted base.

    An entry pinned to REFUTED records that a statement is known to be false: any other verdict falls short of it.
    """
    from proofs_check.verdict import Grounds

    if verdict.id not in entries():
        return False
    entry = entries()[verdict.id]
    if verdict.outcome.name != entry["outcome"]:
        return entry["outcome"] == "REFUTED" or ORDER.index(verdict.outcome.name) < ORDER.index(entry["outcome"])
    weaker = entry["grounds"] and (verdict.grounds is None or verdict.grounds < Grounds[entry["grounds"]])
    return bool(weaker) or not set(verdict.rests_on) <= set(entry["rests_on"])
