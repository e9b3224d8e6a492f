"""Deciding about one record of odd length, and the plain loop over records for files that are not delimited text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from producers.sources.tables.headers.header_rows import STRIP
from producers.sources.tables.headers.headers import ENOUGH, Layout
from producers.sources.tables.headers.noise import is_blank
from producers.sources.tables.headers.second_headers import SecondHeaders
from producers.sources.tables.odd_cells import is_damaged, within
from producers.sources.tables.table import (
    ANOTHER_HEADER,
    LONE_CELL,
    TRUNCATED_ROW,
    WRONG_CELL_COUNT,
    Extent,
    NumberedRow,
    OnReject,
    Rejected,
)


def fit_to_headers(layout: Layout, cells: list[str], row: int, on_reject: OnReject) -> list[str] | None:
    """Return the cells of a record, made as many as the headers: blanks at the end are dropped or added. None (and
    rejected) where the difference is not just blanks.
    """
    width = len(layout.headers)
    usual = len(cells) == layout.usual_length and layout.rows_seen >= ENOUGH
    if (usual or len(cells) == layout.header_length) and is_blank(cells[width:]):
        return within(cells, width)
    if (len(cells) > width and not is_blank(cells[width:])) or not layout.shapes.trusts(cells[:width], len(cells)):
        on_reject(Rejected(row=row, reason=WRONG_CELL_COUNT, cells=tuple(cells)))
        return None
    return within(cells, width)


def screened_rows(
    records: Iterable[tuple[list[str], bool]], layout: Layout, on_reject: OnReject, extent: Extent
) -> Iterator[NumberedRow]:
    """Yield the data rows among all records of a sheet, each given with whether it is whole (see Table.rows)."""
    width = len(layout.headers)
    headings = SecondHeaders(layout.headers, layout.shapes)
    row, furniture = 0, -layout.begin
    for row, (cells, whole) in enumerate(islice(records, layout.until), 1):
        if row <= layout.row:
            furniture += 1
            continue
        skipped = layout.noise.covers(cells) and not (is_damaged(cells) and is_blank(cells))
        if (skipped and headings.is_plain) or (may_begin(headings, cells) and headings.begins(cells)) or skipped:
            furniture += 1
            continue
        if not whole:
            on_reject(Rejected(row=row, reason=TRUNCATED_ROW, cells=tuple(cells)))
        elif headings.is_foreign:
            on_reject(Rejected(row=row, reason=ANOTHER_HEADER, cells=tuple(cells)))
        elif headings.is_label(cells):
            on_reject(Rejected(row=row, reason=LONE_CELL, cells=tuple(cells)))
        elif len(cells) == width:
            yield row, headings.arranged(cells)
        elif (kept := fit_to_headers(layout, headings.arranged(cells), row, on_reject)) is not None:
            yield row, kept
    extent.records, extent.furniture = row - layout.begin, furniture


def may_begin(headings: SecondHeaders, cells: list[str]) -> bool:
    """Return whether a record is worth a look whether it is a header."""
    return bool(cells) and bool(cells[0]) and (cells[0][0] in headings.suspects or cells[0].strip(STRIP) in headings.firsts)
