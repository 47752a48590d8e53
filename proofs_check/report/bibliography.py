"""The bibliography: entries of ``references.bib``, read by a small parser and printed for LaTeX and for text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from proofs_check.latex import escape

Fields = dict[str, str]


@cache
def references() -> dict[str, Fields]:
    """Every entry by its key; fields in lower case, braces taken off."""
    shipped = files("proofs_check.report").joinpath("references.bib")
    path = Path(__file__).parents[2] / "docs" / "references.bib"
    source = shipped.read_text(encoding="utf-8") if shipped.is_file() else path.read_text(encoding="utf-8")
    return {
        key: _fields(body) for key, body in re.findall(r"^@\w+\{([^,\s]+),(.*?)^\}", source, re.MULTILINE | re.DOTALL)
    }


def _fields(body: str) -> Fields:
    found = {}
    for name, value in re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", body, re.MULTILINE):
        found[name.lower()] = " ".join(value.split())
    return found


def entry_latex(key: str) -> str:
    """One entry as LaTeX text: authors, title, where it appeared, year, note; the key itself where it is unknown."""
    fields = references().get(key)
    if fields is None:
        return escape(key)
    where = ", ".join(fields[name] for name in ("booktitle", "journal", "series", "publisher") if name in fields)
    volume = f" {fields['volume']}" if "volume" in fields else ""
    parts = [_authors(fields.get("author", "")), rf"\emph{{{_plain(fields.get('title', key))}}}", _plain(where) + volume,
             fields.get("year", ""), _plain(fields.get("note", ""))]  # fmt: skip
    return ". ".join(part for part in parts if part) + "."


def cite_key(key: str) -> str:
    """A key that ``\\cite`` can read, whatever a source is called."""
    return re.sub(r"[^A-Za-z0-9:-]", "-", key)


def _authors(names: str) -> str:
    people = [name.strip() for name in _plain(names).split(" and ")]
    turned = [" ".join(reversed([part.strip() for part in name.split(",", 1)])) for name in people]
    return turned[0] if len(turned) == 1 else ", ".join(turned[:-1]) + " and " + turned[-1]


def _plain(value: str) -> str:
    """A field without the braces that protect capitals; accents and mathematics stay as they are."""
    return re.sub(r"(?<!\\)\{([^{}\\$]*)\}", r"\1", re.sub(r"(?<!\\)\{([^{}\\$]*)\}", r"\1", value))


def bibliography_latex(keys: Iterable[str]) -> str:
    """A ``thebibliography`` environment, or nothing where nothing is cited."""
    wanted = sorted(dict.fromkeys(keys))
    if not wanted:
        return ""
    items = "\n".join(rf"\bibitem{{{cite_key(key)}}} {entry_latex(key)}" for key in wanted)
    return f"\\begin{{thebibliography}}{{{len(wanted)}}}\n{items}\n\\end{{thebibliography}}\n"
