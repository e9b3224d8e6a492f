"""Tables of a practice whose ids are unique per location only: their rows with ids that are unique in the practice.

The cells of ids are changed where the rows are read, so that fingerprints, links and records know no other ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from events.vocabulary.locations import Locations, at_location, location_key
from events.vocabulary.mapping import ColumnBinding, LocatedBinding, TableBinding, TableKind
from events.vocabulary.practice import Practice
from producers.binding.findings import Finding
from producers.binding.sampled import BoundTable
from producers.sources.tables.table import Extent, NumberedRow, OnReject, Rejected, RowSource
from producers.values.ids import clean_id
from producers.vocabulary.custom_names import camel_case

MISSING_LOCATION: Final = "missing_location"
"""The reason of a row that tells no location, while ids are unique per location only."""
MISSING_LOCATION_COLUMN: Final = "missing_location_column"
_IDS: Final = frozenset({"native_id", "patient_id", "plan_id", "guarantor_id", "provider_ref", "code"})
"""The meanings of columns that hold ids of records; a provider's code is one, too."""


def location_column(headers: Sequence[str], locations: Locations) -> int | None:
    """Return the column that tells where a row's ids are unique; None where ids are unique in the practice, or none does."""
    if locations.ids != "location" or not locations.field:
        return None
    return next((at for at, header in enumerate(headers) if camel_case(header) == locations.field), None)


def located(bound: BoundTable, practice: Practice, location: str | None) -> BoundTable:
    """Return a table with ids that are unique in the practice. `location` is that of the delivery, for rows that name none."""
    columns = bound.binding.columns
    if practice.locations.ids != "location" or (bound.binding.kind.entity is None and not _links(columns)):
        return bound
    field = practice.locations.field
    bound_to = next((at for at, column in enumerate(columns) if field and column.custom == field), None)
    source = LocatedRows(
        rows_of=bound.table.source,
        practice=practice.id,
        ids=tuple(at for at, column in enumerate(columns) if column.field in _IDS),
        named_in=bound_to if bound_to is not None else location_column(bound.table.headers, practice.locations),
        location=location,
    )
    key = location_key(location, practice.id) if location is not None else None
    return BoundTable(replace(bound.table, source=source), bound.binding if key is None else _at(key, bound.binding))


def _at(key: str, binding: TableBinding) -> LocatedBinding:
    return LocatedBinding(
        kind=binding.kind,
        columns=binding.columns,
        confidence=binding.confidence,
        evidence=binding.evidence,
        at_location=key,
    )


def location_findings(tables: Sequence[BoundTable], practice: Practice) -> list[Finding]:
    """Return the finding that no column of the patients is the custom field that names their location."""
    field, patients = practice.locations.field, [b for b in tables if b.binding.kind is TableKind.PATIENT]
    if not field or not patients or any(column.custom == field for b in patients for column in b.binding.columns):
        return []
    text = f"no column of the patients is the custom field {field}, which [locations] names: patients belong to no location"
    return [Finding(code=MISSING_LOCATION_COLUMN, file=patients[0].table.file, column=None, text=text)]


def _links(columns: tuple[ColumnBinding, ...]) -> bool:
    return any(column.field in _IDS for column in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedRows:
    """The rows of a table whose ids stand in the columns `ids`. Their location is `named_in` a column, or the delivery's."""

    rows_of: RowSource
    practice: str
    ids: tuple[int, ...]
    named_in: int | None
    location: str | None

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """Yield the rows with their numbers. Rows that tell no location are rejected."""
        for number, cells in self.rows_of.rows(on_reject, extent):
            word = cells[self.named_in] if self.named_in is not None else ""
            key = location_key(word, self.practice) or (location_key(self.location, self.practice) if self.location else None)
            if key is None:
                on_reject(Rejected(row=number, reason=MISSING_LOCATION, cells=tuple(cells)))
                continue
            for at in self.ids:
                native, _ = clean_id(cells[at])
                if native is not None:  # else the cell is blank, or damaged
                    cells[at] = at_location(key, native)
            yield number, cells
