"""docs/claims.md: every built-in claim, what it states, where it is stated, and its verdict; computed from ledger and claims.

``python -m proofs_check.claims_page`` writes it.
"""

from __future__ import annotations

from pathlib import Path

from proofs_check import ledger

PATH = Path(__file__).parent.parent / "docs" / "claims.md"
ORIGIN = {"joudaki2023": "seed", "gramchain": "derived here"}
HEAD = """# Claims

Every built-in claim with the verdict that the ledger pins it to. *Refuted* entries record statements that are known to be
false, *gap* entries statements that nothing here proves. The page is written by `python -m proofs_check.claims_page`.

| claim | states | from | outcome | grounds | rests on |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page as text."""
    rows = []
    for name in ledger.names():
        claim, entry = ledger.load(name), ledger.expected(name)
        key = "" if claim.source is None else claim.source.key
        cells = (
            f"[`{name}`](../proofs_check/claims/{name}.py)",
            claim.title,
            ORIGIN.get(key, key),
            entry["outcome"].lower(),
            (entry["grounds"] or "-").lower(),
            "; ".join(entry["rests_on"]) or "-",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return HEAD + "".join(rows)


def main() -> None:
    """Write the page."""
    PATH.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
