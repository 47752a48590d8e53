"""Where a fact was read: a bibliography key and a locator that somebody has looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A place in the literature.

    Args:
        key: entry of ``docs/references.bib``.
        locator: what was read there, such as ``"Theorem 2 of the poster"``.
    """

    key: str
    locator: str

    def __str__(self) -> str:
        return f"{self.key}, {self.locator}"


DERIVED_HERE = Source("gramchain", "derived and checked in this project")
