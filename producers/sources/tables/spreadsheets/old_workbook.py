"""Cells of an Excel 97–2003 workbook (xls) of which calamine gives less than the file holds, read by xlrd.

Errors come out of calamine as blanks, a number loses the leading zeros that its format shows, and a formula that was never
computed is 0. Programs that write formulas without computing them (Apache POI) mark them to be calculated on opening; Excel
itself never leaves that mark ([MS-XLS] 2.4.127).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from typing import Final

import xlrd

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells, padded_format, shown_number

_FORMULA: Final = 0x0006
_SHEET: Final = 0x0085
_EXCEL_97: Final = 80
_END: Final = 0x000A
_ON_OPENING: Final = 0x0002
"""The mark of a formula that is to be calculated when the workbook is opened."""
_NO_RESULTS: Final = (bytes(8), b"\x03\0\0\0\0\0\xff\xff")
"""The number 0 and the empty text, as results of a formula."""
_FAILURES: Final = (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, LookupError, ValueError)


def cells_of_old_workbook(content: bytes) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet; none for a workbook that xlrd cannot read."""
    try:
        # on demand, so that the records are still there
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO())
        formats = [padded_format(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
        found = {sheet.name: _scan(sheet, formats) for sheet in book.sheets()}
        if book.biff_version == _EXCEL_97:
            for name, start in zip(book.sheet_names(), _sheets(book.mem, book.base), strict=True):
                _add_uncomputed(found[name], book.mem, book.base + start)
    except _FAILURES:
        return {}
    return found


def _scan(sheet: xlrd.sheet.Sheet, formats: list[str | None]) -> SheetCells:
    found, are_padded = SheetCells(), any(formats)
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                found.odd.setdefault(row, {})[column] = Oddity.ERROR
            elif are_padded and kind == xlrd.XL_CELL_NUMBER:
                code = formats[sheet.cell_xf_index(row, column)]
                shown = shown_number(str(sheet.cell_value(row, column)), code) if code is not None else None
                if shown is not None:
                    found.shown.setdefault(row, {})[column] = shown
    return found


def _sheets(stream: bytes, start: int) -> Iterator[int]:
    """Yield the places of the tables of cells, in the order of the workbook; charts and macros are none."""
    for kind, content in _records(stream, start):
        if kind == _SHEET:
            place, _, sort = struct.unpack_from("<IBB", content)
            if sort == 0:
                yield place


def _add_uncomputed(cells: SheetCells, stream: bytes, start: int) -> None:
    for kind, content in _records(stream, start):
        if kind == _FORMULA:
            row, column, _, result, marks = struct.unpack_from("<HHH8sH", content)
            if marks & _ON_OPENING and result in _NO_RESULTS:
                cells.odd.setdefault(row, {})[column] = Oddity.NO_VALUE


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of a workbook's stream, to the end of this part."""
    kind = None
    while kind != _END:
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
