"""The figures of Joudaki, Daneshmand and Bach (2023), here "the seed", from their literal settings, and beside each what the theory
of this project predicts.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from proofs_check.figures import NAMES

EXAMPLES = """\
examples:
  gramchain figures                                  all of them, into gramchain-figures/ (some minutes)
  gramchain figures error-against-width orbit-convergence --directory out
  gramchain figures stability --json

For every figure: NAME.svg, NAME.pdf and NAME.png, the points as NAME.csv, the settings as NAME.json, the caption as
NAME.tex.  The same settings give the same files.
"""


def figure_name(text: str) -> str:
    if text not in NAMES:
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no figure: write one of {', '.join(NAMES)}")
    return text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="*", type=figure_name, metavar="NAME", help=f"one of {', '.join(NAMES)}; all if omitted"
    )
    parser.add_argument("--directory", default="gramchain-figures", metavar="DIR", help="default: gramchain-figures")


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import note, prepare_directory, print_json
    from proofs_check.commands.progress import ProgressBar
    from proofs_check.figures import figure
    from proofs_check.figures.files import make

    target = prepare_directory(options.directory)
    written: list[str] = []
    for name in dict.fromkeys(options.names or NAMES):
        chosen = figure(name)
        steps = chosen.steps(chosen.settings)
        # the files of one figure appear together, when all are there
        with tempfile.TemporaryDirectory(dir=target, prefix=f".{name}.") as work:
            with ProgressBar(name, steps, options.quiet) as progress:
                made = make(chosen, Path(work), lambda text, bar=progress: bar.advance(1, text))  # type: ignore[misc]
            for file in made:
                shutil.move(file, target / file.name)
                written.append(str(target / file.name))
        note(f"{name}: {', '.join(file.name for file in made)}", options.quiet or options.json)
    if options.json:
        print_json({"files": written})
    return 0
