"""Cells of an Excel 97–2003 workbook (xls) of which calamine gives less than the file holds, read by xlrd.

Errors come out of calamine as blanks, and a number loses the leading zeros that its format shows.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import Final

import xlrd

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells, padded_format, shown_number

_FAILURES: Final = (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, LookupError, ValueError)


def cells_of_old_workbook(content: bytes) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet; none for a workbook that xlrd cannot read."""
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except _FAILURES:
        return {}
    formats = [padded_format(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
    return {sheet.name: _scan(sheet, formats) for sheet in book.sheets()}


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
