"""Types of command-line options: every refusal says what was passed and what to write instead."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

NORMALIZATIONS = ("batch", "batch-uncentered", "layer", "rms", "none")
LARGEST = 10**12
MOST_DIGITS = 1000


def whole_number(least: int, most: int = LARGEST) -> Callable[[str], int]:
    """An option type: a whole number between two ends."""

    def parse(text: str) -> int:
        try:
            value = int(text) if len(text) <= 40 else most + 1
        except ValueError:
            message = f"{text[:40]!r} is no whole number: write one of at least {least}"
            raise argparse.ArgumentTypeError(message) from None
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is too small: write a whole number of at least {least}")
        if value > most:
            raise argparse.ArgumentTypeError(f"{text[:40]} is too large: write a whole number of at most {most}")
        return value

    return parse


def exact_number(least: int | None = None, strict: bool = False) -> Callable[[str], Fraction]:
    """An option type: a decimal or a fraction, taken exactly (0.1 is one tenth)."""

    def parse(text: str) -> Fraction:
        wrong = argparse.ArgumentTypeError(f"{text[:40]!r} is no number: write one such as 0.5, -1/3 or 2")
        if len(text) > 400 or len(text.lower().partition("e")[2]) > 4:  # 1e999999999 would fill the memory
            raise wrong
        from fractions import Fraction

        try:
            value = Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise wrong from None
        if least is not None and (value < least or (strict and value == least)):
            side = "above" if strict else "of at least"
            raise argparse.ArgumentTypeError(f"{text} is too small: write a number {side} {least}")
        return value

    return parse


def activation_text(text: str) -> str:
    """An option type: the name of an activation or an expression in x, refused here where its syntax is wrong."""
    from theory.activations import check_syntax

    try:
        check_syntax(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def add_activation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "activation",
        metavar="ACT",
        type=activation_text,
        help='a name such as relu, or an expression in x such as "x*tanh(log(1+exp(x)))"',
    )


def add_batch_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--batch-size", type=whole_number(2, 10**6), required=True, metavar="N", help="samples in a batch, at least 2"
    )


def add_digits(parser: argparse.ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--digits", type=whole_number(1, MOST_DIGITS), default=default, metavar="D",
        help=f"significant digits (default {default})",
    )  # fmt: skip


def add_seed(parser: argparse.ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--seed", type=whole_number(0, 2**63 - 1), default=default, metavar="S",
        help=f"root seed of the random streams (default {default})",
    )  # fmt: skip


def add_seconds(parser: argparse.ArgumentParser, default: float, what: str) -> None:
    """The option --seconds, a time limit."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 < value < 1e6:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is no time limit: write a positive number of seconds")
        return value

    help_text = f"time limit of {what} (default: {default:g})"
    parser.add_argument("--seconds", type=parse, default=default, metavar="S", help=help_text)
