"""Sheets of real spreadsheet files (xlsx, xls, ods), through calamine.

A cell's value becomes the text that a delimited export would hold: whole numbers without a decimal point, other numbers with
fifteen digits as Excel shows them, dates as ISO, `TRUE` and `FALSE`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from producers.sources.tables.headers import Layout, find_header
from producers.sources.tables.screening import screened_rows
from producers.sources.tables.table import Extent, NotATable, NumberedRow, OnReject

_SAMPLED_RECORDS = 1000


@dataclass(frozen=True, kw_only=True)
class SheetSource:
    """The rows of one sheet of a workbook."""

    path: Path
    sheet: str
    layout: Layout

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """See Table.rows; rows are counted within the sheet, as the spreadsheet numbers them."""
        records = ((_texts(record), True) for record in _sheet(_open(self.path), self.sheet))
        return screened_rows(records, self.layout, on_reject, extent)


def read_workbook(path: Path) -> list[tuple[str, SheetSource]]:
    """The tables of a workbook with the names of their sheets; raises NotATable("unreadable") for a damaged or locked one."""
    workbook = _open(path)
    found = []
    for name in workbook.sheet_names:
        sample = [_texts(record) for record in _sheet(workbook, name)[:_SAMPLED_RECORDS]]
        layout = find_header(sample)
        if layout is not None:
            found.append((name, SheetSource(path=path, sheet=name, layout=layout)))
    return found


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, ValueError) as error:
        raise NotATable("unreadable") from error


def _sheet(workbook: CalamineWorkbook, name: str) -> list[list[Any]]:
    try:
        rows: list[list[Any]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise NotATable("unreadable") from error
    return rows


def _texts(record: list[Any]) -> list[str]:
    return [cell if isinstance(cell, str) else text_of(cell) for cell in record]


def text_of(value: Any) -> str:
    """The text of one spreadsheet value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
