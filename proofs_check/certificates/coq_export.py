"""Inequalities of a certificate as theorems for Coq-Interval, checked by coqc where it is installed.

The inverse sine and cosine, tanh, sinh, cosh and erf are rewritten into what the tactic knows; a mean or a polynomial identity is
not exported.  A time-out, or a tactic that does not succeed, says nothing about the statement.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs_check.certificates.trees import CertificateError, Tree

SECONDS = 60.0
_PLAIN = {
    "sqrt": "sqrt",
    "exp": "exp",
    "log": "ln",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "atan": "atan",
    "abs": "Rabs",
}
_HEAD = """From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
Open Scope R_scope.
"""


@dataclass(frozen=True)
class CoqAnswer:
    """What coqc said.

    Args:
        checked: True: the kernel accepted every theorem.  False: it did not, which is no disproof.
        reason: one line.
    """

    checked: bool
    reason: str


def term(tree: Tree) -> str:
    """A tree as a Coq term over the reals.

    Raises:
        CertificateError: a mean, or a function without a rewriting.

    >>> term(["tanh", ["var", "t"]])
    '(1 - 2 / (exp (2 * v_t) + 1))'
    """
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        top, bottom = int(rest[0]), int(rest[1])
        return f"({top})" if bottom == 1 else f"({top} / {bottom})"
    if tag == "pi":
        return "PI"
    if tag == "var":
        return f"v_{rest[0]}"
    if tag == "^":
        base, k = term(rest[0]), int(rest[1])
        return f"({base} ^ {k})" if k >= 0 else f"(/ ({base} ^ {-k}))"
    if tag not in ("+", "*", "/", "max", "min", *_PLAIN, *_REWRITTEN):
        raise CertificateError(f"{tag} is not exported to Coq")
    parts = [term(part) for part in rest]
    if tag in ("+", "*", "/"):
        return "(" + f" {tag} ".join(parts) + ")"
    if tag in ("max", "min"):
        a, b = parts
        return f"(({a} + {b} {'+' if tag == 'max' else '-'} Rabs ({a} - {b})) / 2)"
    (a,) = parts
    return f"({_PLAIN[tag]} {a})" if tag in _PLAIN else "(" + _REWRITTEN[tag].format(a=a) + ")"


_REWRITTEN = {
    "asin": "atan ({a} / sqrt (1 - {a} ^ 2))",
    "acos": "PI / 2 - atan ({a} / sqrt (1 - {a} ^ 2))",
    "tanh": "1 - 2 / (exp (2 * {a}) + 1)",
    "sinh": "(exp {a} - exp (- {a})) / 2",
    "cosh": "(exp {a} + exp (- {a})) / 2",
    "erf": "2 / sqrt PI * RInt (fun u => exp (- (u ^ 2))) 0 {a}",
    "erfc": "1 - 2 / sqrt PI * RInt (fun u => exp (- (u ^ 2))) 0 {a}",
}


def theorem(step: dict[str, Any], name: str) -> str:
    """One inequality of a certificate as a theorem with its proof by the tactic.

    Raises:
        CertificateError: another kind of step, or an expression that is not exported.
    """
    if step["kind"] != "inequality" or any("oo" in str(variable[1:3]) for variable in step["variables"]):
        raise CertificateError(f"a step of kind {step['kind']} on this domain is not exported to Coq")
    gap = f"{term(step['left'])} - {term(step['right'])} {step['relation']} 0"
    if not step["variables"]:
        return f"Theorem {name} : {gap}.\nProof. {'integral' if 'RInt' in gap else 'interval with (i_prec 90)'}. Qed.\n"
    names = [f"v_{name}" for name, *_ in step["variables"]]
    ends = [(term(["q", *low]), term(["q", *high])) for _, low, high, _ in step["variables"]]
    given = " -> ".join(f"{low} <= {v} <= {high}" for v, (low, high) in zip(names, ends, strict=True))
    options = ", ".join(
        [*(f"i_bisect {v}" for v in names), *([f"i_autodiff {names[0]}"] if len(names) == 1 else []), "i_depth 24"]
    )
    return (f"Theorem {name} : forall {' '.join(names)} : R, {given} -> {gap}.\n"
            f"Proof. intros. interval with ({options}). Qed.\n")  # fmt: skip


def coq_source(certificate: str) -> str:
    """The inequalities of a certificate as a Coq file.

    Raises:
        CertificateError: none of its steps can be exported.
    """
    found, why = [], "no step"
    for place, step in enumerate(json.loads(certificate)["steps"], start=1):
        try:
            found.append(theorem(step, f"step_{place}"))
        except CertificateError as error:
            why = str(error)
    if not found:
        raise CertificateError(f"nothing to export: {why}")
    return _HEAD + "\n".join(found)


def check_with_coq(source: str, seconds: float = SECONDS) -> CoqAnswer:
    """Run coqc on a file.

    Args:
        source: of `coq_source`.
        seconds: time limit; reaching it says nothing about the statement.
    """
    program = shutil.which("coqc")
    if program is None:
        return CoqAnswer(False, "coqc is not installed (Debian: coq, libcoq-interval)")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "certificate.v"
        path.write_text(source, encoding="ascii")
        try:
            done = subprocess.run(
                [program, "-q", "-w", "none", path.name], cwd=directory, capture_output=True, text=True, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            return CoqAnswer(False, f"coqc did not end within {seconds:g} s, which says nothing about the statement")
    count = source.count("Theorem ")
    if done.returncode == 0:
        return CoqAnswer(True, f"coqc accepts {count} theorem{'s' * (count > 1)}")
    said = re.sub(r"\s+", " ", done.stderr).strip()
    return CoqAnswer(False, f"coqc does not accept it, which is no disproof: {said[-200:]}")
