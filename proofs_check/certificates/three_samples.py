"""The certificate that three samples converge, as a file that `recheck_three_samples` shows again.

python -m proofs_check.certificates.three_samples DIRECTORY [ACTIVATION ...]
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

from numerics.certificates.three_samples import ThreeSampleCertificate, three_sample_convergence
from proofs_check.certificates.trees import to_tree
from proofs_check.recheck_three_samples import FORMAT, recheck
from theory.activations import get

NAMES = ("tanh", "erf", "gelu", "silu", "softplus", "sin")


def three_samples_text(found: ThreeSampleCertificate) -> str:
    """The file of a proved certificate.

    Raises:
        ValueError: it is not proved, or the checker does not confirm it on any strip tried.
        CertificateError: the activation has a function that the checker does not know.
    """
    if not found.proved:
        raise ValueError(f"{found.activation} is not proved: {found.reason}")
    tree = to_tree(get(found.activation).formula)
    width, count = Fraction(found.series["half_width"]), 6 * len(found.series["weights"]) + 5
    reason = ""
    # the checker sees less of an activation than `numerics`, and may need a narrower strip and more coefficients
    for narrower in (1, 2, 4):
        text = json.dumps({
            "format": FORMAT, "statement": found.to_json()["statement"], "activation": found.activation, "tree": tree,
            "half_width": str(width / narrower), "count": count * narrower, "bits": found.bits,
            "boxes": [[test, *map(str, ends)] for test, *ends in found.boxes],
        })  # fmt: skip
        status, reason = recheck(text)
        if status == 0:
            return text
    raise ValueError(f"the certificate of {found.activation} is not confirmed: {reason}")


def main(directory: str, *names: str) -> int:
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or NAMES:
        path = folder / f"three_samples_{name}.json"
        path.write_text(three_samples_text(three_sample_convergence(get(name))) + "\n", encoding="ascii")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if sys.argv[1:] else "name a directory")
