"""The commands of ``gramchain``, one file each.

A command file has a docstring (its help), ``EXAMPLES``, ``add_arguments(parser)`` and ``run(options) -> exit status``;
it imports nothing heavy before ``run``.
"""

from __future__ import annotations

COMMANDS = {
    "verify": "judge claims: the ledger's, or your own",
    "analyze": "everything known about one network",
    "dual": "one value of a dual activation",
    "simulate": "networks of finite width against the theory",
    "sweep": "a resumable grid of simulations",
    "derive": "a chain of equalities and inequalities, link by link",
    "recheck": "certificates, re-checked independently",
    "latex": "a claim or an analysis as LaTeX that compiles",
    "figures": "the figures of the paper that this grew from, and what this theory predicts",
    "doctor": "which optional parts are there",
    "completion": "let your shell complete all of this",
}


class InputError(ValueError):
    """Bad input on the command line; the message says what was passed and what to write instead."""
