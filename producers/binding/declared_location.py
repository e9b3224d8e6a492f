"""The location that a delivery declares, where ids are unique in the whole practice: a column that each of its rows has.

The column is the last of every table. A table that has a column of that name keeps it, and blanks in it are filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from events.vocabulary.practice import Practice
from producers.sources.extract import Extract
from producers.sources.tables.table import Extent, NumberedRow, OnReject, RowSource, Table
from producers.vocabulary.custom_names import camel_case


def tables_of(extract: Extract, practice: Practice) -> tuple[Table, ...]:
    """Return the tables of a delivery, with the column of the location that it declares. Where ids are unique at one location
    only, the ids tell the location, and the tables are as they stand in the files.
    """
    field, location = practice.locations.field, extract.location
    if location is None or practice.locations.ids == "location" or not field:
        return extract.tables
    return tuple(_with_location(table, field, " ".join(location.split())) for table in extract.tables)


def _with_location(table: Table, field: str, location: str) -> Table:
    at = next((index for index, header in enumerate(table.headers) if camel_case(header) == field), None)
    headers = table.headers if at is not None else (*table.headers, field)
    return replace(table, headers=headers, source=DeclaredRows(rows_of=table.source, at=at, location=location))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRows:
    """The rows of a table with their location in the column `at`, or in one behind the last where it is None."""

    rows_of: RowSource
    at: int | None
    location: str

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """Yield the rows with their numbers."""
        for number, cells in self.rows_of.rows(on_reject, extent):
            if self.at is None:
                yield number, [*cells, self.location]
            elif cells[self.at].strip():
                yield number, cells
            else:
                yield number, [*cells[: self.at], self.location, *cells[self.at + 1 :]]
