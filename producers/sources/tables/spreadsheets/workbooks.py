"""Sheets of real spreadsheet files (xlsx, xls, ods), through calamine.

A cell's value becomes the text that a delimited export would hold: whole numbers without a decimal point (with the leading
zeros that their format shows), other numbers with fifteen digits as Excel shows them, dates as ISO, `TRUE` and `FALSE`. What a
text does not say of a cell goes along with it: errors, dates, merged cells (`odd_cells`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from producers.sources.tables.headers.header_rows import has_rows
from producers.sources.tables.headers.headers import Layout, continues, find_tables, why_no_table
from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.sources.tables.reader import TableInFile
from producers.sources.tables.screening import screened_rows
from producers.sources.tables.spreadsheets.second_look import cells_of_sheets
from producers.sources.tables.spreadsheets.special_cells import Range, SheetCells
from producers.sources.tables.table import HIDDEN_SHEET, Extent, File, LeftOut, NotATable, NumberedRow, OnLeftOut, OnReject

_SAMPLED_RECORDS: Final = 1000
_MOMENTS: Final = (dt.date, dt.time, dt.timedelta)

_Merged = dict[int, dict[int, tuple[int, int]]]
"""Row → column → the first cell of the merged cells that it belongs to."""


@dataclass(frozen=True, kw_only=True)
class SheetSource:
    """The rows of one sheet of a workbook. `dates` are the columns that mostly hold real dates."""

    file: File
    sheet: str
    layout: Layout
    cells: SheetCells = field(default_factory=SheetCells, repr=False)
    dates: frozenset[int] = frozenset()

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """See Table.rows; rows are counted within the sheet, as the spreadsheet numbers them."""
        records = _Sheet(_open(self.file), self.sheet, self.cells).records(self.dates)
        return screened_rows(((cells, True) for cells in records), self.layout, on_reject, extent)


def read_workbook(file: File, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[TableInFile]:
    """Return the tables of a workbook with the names of their sheets; raises NotATable("unreadable") for a damaged or
    locked one.

    A sheet without a header that goes on where the table of an earlier sheet ends is read under that table's header. Hidden
    sheets are read only if `hidden_sheets`; they, and sheets of rows without a header, go to `on_left_out`.
    """
    workbook = _open(file)
    cells = cells_of_sheets(file)
    found: list[TableInFile] = []
    for about in workbook.sheets_metadata:
        if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        sheet = _Sheet(workbook, about.name, cells.get(about.name, SheetCells()))
        sample = list(sheet.records(frozenset(), _SAMPLED_RECORDS))
        layouts = _layouts(sample, [table.layout for table in found])
        if about.visible != SheetVisibleEnum.Visible and not hidden_sheets:
            if layouts or has_rows(sample):
                on_left_out(LeftOut(sheet=about.name, reason=HIDDEN_SHEET))
            continue
        if not layouts and has_rows(sample):
            on_left_out(LeftOut(sheet=about.name, reason=why_no_table(sample)))
        for number, layout in enumerate(layouts, 1):
            name = about.name if len(layouts) == 1 else f"{about.name}, table {number}"
            dates = _date_columns(sample[layout.row : layout.until])
            source = SheetSource(file=file, sheet=about.name, layout=layout, cells=sheet.cells, dates=dates)
            found.append(TableInFile(name=name, layout=layout, source=source))
    return found


def _layouts(sample: list[list[str]], before: list[Layout]) -> list[Layout]:
    """Return the layouts of a sheet's tables: that of an earlier one that goes on in it, or its own."""
    own = find_tables(sample)
    headers = {layout.headers for layout in own}
    if len(own) < 2 and (not own or own[0].row == 1):
        known = next(
            (layout for layout in reversed(before) if layout.headers not in headers and continues(layout, sample)), None
        )
        if known is not None:
            return [replace(known, row=0, first_row=0, until=None)]
    return own


class _Sheet:
    """One sheet of an open workbook."""

    def __init__(self, workbook: CalamineWorkbook, name: str, cells: SheetCells) -> None:
        self.cells = cells
        try:
            sheet = workbook.get_sheet_by_name(name)
            self._values: list[list[Any]] = sheet.to_python(skip_empty_area=False)
            size = len(self._values), max(map(len, self._values), default=0)
            self._merged = _merged([*(sheet.merged_cell_ranges or ()), *cells.merged], size)
        except (CalamineError, ValueError) as error:
            raise NotATable("unreadable") from error

    def records(self, dates: frozenset[int], most: int | None = None) -> Iterator[list[str]]:
        """Yield the rows of the sheet, at most so many; `dates` are its columns of dates."""
        for row, values in enumerate(self._values[:most]):
            texts, odd = _texts(values, dates)
            shown, noted, merged = self.cells.shown.get(row), self.cells.odd.get(row), self._merged.get(row)
            if shown:
                for column in shown.keys() & range(len(texts)):
                    texts[column] = shown[column]
            if merged:
                self._fill(texts, odd, row, merged)
            if noted:
                odd.update({column: oddity for column, oddity in noted.items() if column < len(texts)})
                for column in noted.keys() & odd.keys():
                    texts[column] = ""  # 0 stands there for a formula of an xls that was never computed
            yield OddRow(texts, tuple(sorted(odd.items()))) if odd else texts

    def _fill(self, texts: list[str], odd: dict[int, Oddity], row: int, merged: Mapping[int, tuple[int, int]]) -> None:
        """Give cells the value of the merged cells above them; those to the right of a value are covered."""
        for column in merged.keys() & range(len(texts)):
            first = merged[column]
            if first[1] != column:
                odd[column] = Oddity.COVERED
            elif first[0] != row and first[0] < len(self._values):
                above, odd_above = _texts([self._values[first[0]][column]], frozenset())
                texts[column] = self.cells.shown.get(first[0], {}).get(column, above[0])
                noted = self.cells.odd.get(first[0], {}).get(column)
                odd[column] = noted or (odd_above.get(0) or Oddity.MERGED)


def _merged(ranges: Iterable[Range], size: tuple[int, int]) -> _Merged:
    """Return the cells of merged ranges, as far as they lie within a sheet of so many rows and columns."""
    found: _Merged = {}
    for (top, left), (bottom, right) in ranges:
        for row in range(top, min(bottom + 1, size[0])):
            for column in range(left, min(right + 1, size[1])):
                if (row, column) != (top, left):
                    found.setdefault(row, {})[column] = (top, left)
    return found


def _date_columns(rows: list[list[str]]) -> frozenset[int]:
    """Return the columns of which most filled cells are real dates."""
    dates: dict[int, int] = {}
    filled: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row):
            if cell:
                filled[column] = filled.get(column, 0) + 1
        for column, oddity in row.odd if isinstance(row, OddRow) else ():
            if oddity is Oddity.STRAY_DATE:
                dates[column] = dates.get(column, 0) + 1
    return frozenset(column for column, count in dates.items() if count * 2 > filled.get(column, 0))


def _open(file: File) -> CalamineWorkbook:
    try:
        with file.open() as stream:
            return CalamineWorkbook.from_filelike(stream)
    except (CalamineError, ValueError) as error:
        raise NotATable("unreadable") from error


def _texts(record: list[Any], dates: frozenset[int]) -> tuple[list[str], dict[int, Oddity]]:
    """Return the texts of a row's values, and the dates among them."""
    texts, odd = [], {}
    for column, cell in enumerate(record):
        if isinstance(cell, str):
            texts.append(cell)
        else:
            texts.append(text_of(cell))
            if isinstance(cell, _MOMENTS):
                odd[column] = Oddity.DATE if column in dates else Oddity.STRAY_DATE
    return texts, odd


def text_of(value: Any) -> str:
    """Return the text of one spreadsheet value."""
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
