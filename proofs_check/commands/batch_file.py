"""Read an input batch from a CSV file: one sample a row, no header."""

from __future__ import annotations

import math
import os

from proofs_check.commands import InputError

MOST_COLUMNS = 10**6


def read_batch(path: str, batch_size: int) -> list[list[float]]:
    """The first `batch_size` samples of a CSV file; the whole file is checked.

    Args:
        path: the file, numbers separated by commas, one sample a row; blank lines are skipped.
        batch_size: how many samples are wanted.

    Returns:
        One list of features a sample.

    Raises:
        InputError: no such file, a directory, a cell that is no finite number, rows of different lengths, too few rows.
    """
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory: name a CSV file with one sample a row")
    if not os.path.isfile(path):
        raise InputError(f"there is no file {path}: name a CSV file with one sample a row")
    samples: list[list[float]] = []
    count = 0
    with open(path, encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            sample = _row(path, number, line)
            if samples and len(sample) != len(samples[0]):
                raise InputError(
                    f"{path}, line {number}: {len(sample)} numbers where the first sample has {len(samples[0])}: "
                    "every row must have as many"
                )
            count += 1
            if count <= batch_size:
                samples.append(sample)
    if count < batch_size:
        raise InputError(
            f"{path} holds {count} sample{'s' * (count != 1)}, fewer than --batch-size {batch_size}: "
            "choose a smaller batch or give more rows"
        )
    return samples


def _row(path: str, number: int, line: str) -> list[float]:
    cells = line.split(",")
    if len(cells) > MOST_COLUMNS:
        raise InputError(f"{path}, line {number}: {len(cells)} columns; at most {MOST_COLUMNS} are read")
    values = []
    for column, cell in enumerate(cells, start=1):
        try:
            value = float(cell)
        except ValueError:
            wrong = cell.strip()[:30]
            raise InputError(
                f"{path}, line {number}, column {column}: {wrong!r} is no number: "
                "write numbers separated by commas, one sample a row, no header"
            ) from None
        if not math.isfinite(value):
            raise InputError(
                f"{path}, line {number}, column {column}: {cell.strip()} is not finite: leave that sample out"
            )
        values.append(value)
    return values


def refuse_identical(samples: list[list[float]], path: str) -> None:
    """Raise where centred batch normalisation would divide 0 by 0.

    Raises:
        InputError: all samples are the same.
    """
    if all(sample == samples[0] for sample in samples):
        raise InputError(
            f"all {len(samples)} samples of {path} are identical, so centred batch normalisation divides 0 by 0: "
            "give at least two different rows, or write --normalization batch-uncentered"
        )
