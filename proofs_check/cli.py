"""The command line: parses, dispatches to one file per command, and turns errors into one line and an exit status.

Nothing heavy is imported before a command needs it: ``gramchain --help`` answers without sympy and numpy.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from proofs_check.commands import COMMANDS, InputError

BAD_INPUT = 2
INTERRUPTED = 130

_DESCRIPTION = """\
Verify the mean-field theory of deep random networks with batch normalisation:
derive, evaluate, simulate, judge.
"""
_EXAMPLES = """\
examples:
  gramchain verify                                      judge the whole ledger of claims
  gramchain verify --claims my_claims.py --report out   judge your own, and write a report
  gramchain analyze tanh --batch-size 10                fixed point, mixing rates, gradient growth
  gramchain analyze "x*tanh(log(1+exp(x)))" --batch-size 10
  gramchain simulate relu --batch-size 5 --width 1000 --depth 50 --networks 100 --seed 1

An activation is a name (relu, tanh, erf, ...) or an expression in x.  Put an expression that begins with a
minus sign into parentheses: "(-x)".
Exit status: 0 as expected; 1 a claim is refuted or falls below its ledger entry; 2 bad input.
"""


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are one line, and for which -1/3 is a number."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._negative_number_matcher = re.compile(r"-\d+(/\d+)?$|-\d*\.\d+([eE][-+]?\d+)?$|-\d+\.?\d*[eE][-+]?\d+$")

    def error(self, message: str) -> NoReturn:
        if "required: ACT" in message:  # argparse took it for an option
            message += '; write an expression that begins with a minus sign in parentheses: "(-x)"'
        self.exit(BAD_INPUT, f"{self.prog}: {one_line(message)} ({self.prog} --help shows examples)\n")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=min(112, max(72, _columns())))


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 100


def one_line(message: object) -> str:
    """A message without line breaks and control characters, at most 400 characters long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(message)).split())
    return text if len(text) <= 400 else text[:397] + "..."


def installed_version() -> str:
    """The version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("gramchain")
    except PackageNotFoundError:
        return "(not installed)"


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; commands add their own options."""
    parser = _Parser(prog="gramchain", description=_DESCRIPTION, epilog=_EXAMPLES, formatter_class=_Help)
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, summary in COMMANDS.items():
        module = importlib.import_module(f"proofs_check.commands.{name}")
        sub = commands.add_parser(
            name, help=summary, description=module.__doc__, epilog=module.EXAMPLES, formatter_class=_Help
        )
        module.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object; numbers as decimal strings")
        sub.add_argument("--quiet", action="store_true", help="no progress, notes or warnings")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: words after ``gramchain``; those of the process if omitted.

    Returns:
        The exit status: 0, 1 or 2 as the contract says, 130 after Ctrl-C.
    """
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
        if options.version:
            print(f"gramchain {installed_version()}")
            return 0
        if options.command is None:
            raise InputError(f"write a command: {', '.join(COMMANDS)} (gramchain --help shows examples)")
        status = importlib.import_module(f"proofs_check.commands.{options.command}").run(options)
        sys.stdout.flush()
        return status
    except SystemExit as leaving:  # argparse leaves this way, for --help and for errors
        return leaving.code if isinstance(leaving.code, int) else BAD_INPUT
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was left half-written", INTERRUPTED)
    except BrokenPipeError:
        # the reader went away (gramchain ... | head): python would complain again when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError as error:
        return _complain(f"not enough memory ({error}): choose a smaller size", BAD_INPUT)
    except OSError as error:
        return _complain(f"{error.filename or 'input/output'}: {error.strerror or error}", BAD_INPUT)
    except ValueError as error:  # every error about input derives from it, and says what to write instead
        return _complain(str(error), BAD_INPUT)


def _complain(message: str, status: int) -> int:
    print(f"gramchain: {one_line(message)}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
