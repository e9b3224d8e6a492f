"""The cells of source rows, read once more from the deliveries."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from cutover.reports.sampling.choosing import BoundExtract
from events.change_events import Origin
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableBinding

RowKey = tuple[bytes, int, Entity]
"""The SHA-256 of a file, the number of a row, and the entity of its table: sheets of one workbook count their own rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One row of a table. Cells, headers and bound columns stand in one order."""

    file: str
    sheet: str | None
    row: int
    headers: tuple[str, ...]
    cells: tuple[str, ...]
    binding: TableBinding


def key_of(origin: Origin, entity: Entity) -> RowKey:
    """Return the key of the row that an event was read from."""
    return origin.part, origin.row, entity


def source_rows(deliveries: Iterable[BoundExtract], wanted: Container[RowKey]) -> dict[RowKey, SourceRow]:
    """Read the wanted rows. A row that was cut off or rejected has no cells to show. Raises OSError."""
    found: dict[RowKey, SourceRow] = {}
    for delivery in deliveries:
        for one in delivery.tables:
            entity = one.binding.kind.entity
            if entity is None:
                continue
            part = bytes.fromhex(delivery.extract.sha256[one.table.file])
            for number, cells in one.table.rows():
                key = (part, number, entity)
                if key in wanted:
                    found[key] = SourceRow(
                        file=one.table.file,
                        sheet=one.table.sheet,
                        row=number,
                        headers=one.table.headers,
                        cells=tuple(cells),
                        binding=one.binding,
                    )
    return found
