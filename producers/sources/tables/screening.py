"""Deciding about one record of odd length, and the plain loop over records for files that are not delimited text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from producers.sources.tables.headers import Layout
from producers.sources.tables.noise import is_blank
from producers.sources.tables.table import TRUNCATED_ROW, WRONG_CELL_COUNT, Extent, NumberedRow, OnReject, Rejected


def fit_to_headers(layout: Layout, cells: list[str], row: int, on_reject: OnReject) -> list[str] | None:
    """The cells of a record, made as many as the headers: blanks at the end are dropped or added. None (and rejected) where the
    difference is not just blanks.
    """
    width = len(layout.headers)
    if len(cells) == layout.usual_length and is_blank(cells[width:]):
        return cells[:width] + [""] * (width - len(cells))
    if (len(cells) > width and not is_blank(cells[width:])) or not layout.shapes.trusts(cells[:width], len(cells)):
        on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=tuple(cells)))
        return None
    return cells[:width] + [""] * (width - len(cells))


def screened_rows(
    records: Iterable[tuple[list[str], bool]], layout: Layout, on_reject: OnReject, extent: Extent
) -> Iterator[NumberedRow]:
    """The data rows among all records of a sheet, each given with whether it is whole (see Table.rows)."""
    width = len(layout.headers)
    row = furniture = 0
    for row, (cells, whole) in enumerate(records, 1):
        if row <= layout.row or layout.noise.covers(cells):
            furniture += 1
            continue
        if not whole:
            on_reject(Rejected(row=row, reason=TRUNCATED_ROW, cells=tuple(cells)))
        elif len(cells) == width:
            yield row, cells
        elif (kept := fit_to_headers(layout, cells, row, on_reject)) is not None:
            yield row, kept
    extent.records, extent.furniture = row, furniture
