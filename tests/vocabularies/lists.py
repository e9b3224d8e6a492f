"""The lists of headers, read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
HELD_OUT = frozenset({"dental-medical-management", "oscar-emr-tables"})
"""Lists that were set aside, unread, while the binding was changed for the others; the README has their figures of then."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A header of a list: the meanings each of which will do (without the kind), and an example value."""

    header: str
    meanings: tuple[str, ...]
    example: str

    @property
    def first(self) -> str:
        """Return the meaning by which its values are invented; `-` is none."""
        return self.meanings[0]


@dataclass(frozen=True, kw_only=True)
class ListedTable:
    """A table of a list: the kinds each of which will do, and its headers."""

    name: str
    kinds: tuple[str, ...]
    columns: Sequence[Listed]


def names() -> list[str]:
    """Return the names of the lists."""
    return sorted(path.stem for path in LISTS.glob("*.csv"))


def read(name: str) -> list[ListedTable]:
    """Return the tables of a list."""
    tables: dict[str, tuple[tuple[str, ...], list[Listed]]] = {}
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            _, columns = tables.setdefault(row["table"], (tuple(row["kind"].split("|")), []))
            meanings = tuple(meaning.split(".", 1)[-1] for meaning in row["meaning"].split("|"))
            columns.append(Listed(header=row["header"], meanings=meanings, example=row["example"]))
    return [ListedTable(name=n, kinds=kinds, columns=columns) for n, (kinds, columns) in tables.items()]


def headers(tables: Sequence[ListedTable]) -> Mapping[str, Listed]:
    """Return every header of the tables."""
    return {c.header: c for t in tables for c in t.columns}
