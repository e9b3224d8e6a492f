"""Files of mixed tables, written with `csv` and `openpyxl`, and counted again with the same two libraries.

The count knows the encoding and the dialect in which a file was written, and nothing of the program's readers.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.producers.mixed.tables import Role, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a file: a workbook, or text in an encoding and a dialect."""

    suffix: str = ".csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote_all: bool = False
    newline: str = "\r\n"


WORKBOOK: Final = Form(suffix=".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedFile:
    """A file and its sheets; text has one."""

    stem: str
    form: Form
    sheets: tuple[Sheet, ...]

    @property
    def name(self) -> str:
        return self.stem + self.form.suffix

    def write(self, folder: Path) -> None:
        if self.form.suffix == ".xlsx":
            _write_workbook(folder / self.name, self.sheets)
        else:
            _write_text(folder / self.name, self.sheets[0], self.form)

    def count(self, folder: Path) -> dict[str | None, Counted]:
        """Return what another reader finds, by sheet; text has no name of one."""
        if self.form.suffix == ".xlsx":
            from openpyxl import load_workbook  # reading text needs no such library

            book = load_workbook(folder / self.name)
            return {sheet.name: _counted(_grid(book[sheet.name]), sheet) for sheet in self.sheets}
        text = (folder / self.name).read_bytes().decode(self.form.encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.form.delimiter))
        return {None: _counted(rows, self.sheets[0])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The records of a sheet, and the filled cells of each column: of its data rows, and of all other lines."""

    records: int
    filled: Counter[int]
    others: Counter[int]


def _write_text(path: Path, sheet: Sheet, form: Form) -> None:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if form.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=form.delimiter, quoting=quoting, lineterminator=form.newline)
    writer.writerows(line.cells for line in sheet.lines)
    path.write_bytes(out.getvalue().encode(form.encoding, "replace"))


def _write_workbook(path: Path, sheets: tuple[Sheet, ...]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        found = book.create_sheet(sheet.name)
        found.sheet_state = "hidden" if sheet.hidden else "visible"
        for row, line in enumerate(sheet.lines, 1):
            for column, cell in enumerate(line.cells, 1):
                if cell:
                    _set(found, row, column, cell, is_error=(row, column) in sheet.errors)
        for row, column, rows, columns in sheet.merged:
            found.merge_cells(start_row=row, start_column=column, end_row=row + rows - 1, end_column=column + columns - 1)
    book.save(path)


def _set(sheet: Any, row: int, column: int, text: str, *, is_error: bool) -> None:
    cell = sheet.cell(row, column)
    cell.value = "#REF!" if is_error else text
    cell.data_type = "e" if is_error else "s"


def _grid(sheet: Any) -> list[list[str]]:
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    while rows and not any(rows[-1]):
        rows.pop()  # merged blanks below the last row are no record
    return rows


def _counted(rows: list[list[str]], sheet: Sheet) -> Counted:
    filled: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for line, cells in zip(sheet.lines, rows, strict=False):
        counter = filled if line.role is Role.DATA else others
        counter.update(column for column, cell in enumerate(cells) if cell.strip())
    return Counted(records=len(rows), filled=filled, others=others)
