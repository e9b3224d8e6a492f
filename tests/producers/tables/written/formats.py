"""The same sheets in each format that is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from . import open_documents, workbooks
from .binary_workbooks import binary_workbook
from .old_workbooks import old_workbook
from .sheets import Failed, Padded, Sheet, serial, text_of


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A format, and the things that it keeps beside the texts of cells."""

    name: str
    write: Callable[[Sequence[Sheet]], bytes]
    errors: bool = False
    merged: bool = False
    sheet_names: bool = False
    hidden_sheets: bool = False

    def __str__(self) -> str:
        return self.name


def delimited(sheets: Sequence[Sheet], delimiter: str) -> bytes:
    """Write sheets one below the other, each under a line with its name where they are several."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in f'"\r\n{delimiter}') else text

    def lines(sheet: Sheet) -> str:
        return "".join(delimiter.join(cell(text_of(value)) for value in row) + "\r\n" for row in sheet.rows)

    parts = [f"{sheet.name}\r\n" * (len(sheets) > 1) + lines(sheet) for sheet in sheets]
    return "\r\n".join(parts).encode()


def html(sheets: Sequence[Sheet]) -> bytes:
    def cell(sheet: Sheet, row: int, column: int, value: object) -> str:
        spans = "".join(
            f' rowspan="{one.bottom - one.top + 1}" colspan="{one.right - one.left + 1}"'
            for one in sheet.merged
            if (one.top, one.left) == (row, column)
        )
        return f"<td{spans}>{escape(text_of(value))}</td>"

    def table(sheet: Sheet) -> str:
        covered = sheet.covered()
        rows = (
            "".join(cell(sheet, row, at, value) for at, value in enumerate(values) if (row, at) not in covered)
            for row, values in enumerate(sheet.rows)
        )
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    return f"<html><body>{''.join(map(table, sheets))}</body></html>".encode()


def xml_spreadsheet(sheets: Sequence[Sheet]) -> bytes:
    """Write Excel's "XML Spreadsheet 2003"."""

    def cell(sheet: Sheet, row: int, column: int, value: object) -> str:
        spans = "".join(
            f' ss:MergeDown="{one.bottom - one.top}" ss:MergeAcross="{one.right - one.left}"'
            for one in sheet.merged
            if (one.top, one.left) == (row, column)
        )
        return f'<Cell ss:Index="{column + 1}"{spans}><Data ss:Type="String">{escape(text_of(value))}</Data></Cell>'

    def table(sheet: Sheet) -> str:
        covered = sheet.covered()
        rows = (
            "".join(cell(sheet, row, at, value) for at, value in enumerate(values) if (row, at) not in covered)
            for row, values in enumerate(sheet.rows)
        )
        body = "".join(f"<Row>{row}</Row>" for row in rows)
        return f'<Worksheet ss:Name="{sheet.name}"><Table>{body}</Table></Worksheet>'

    space = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    return f'<?xml version="1.0"?><Workbook {space}>{"".join(map(table, sheets))}</Workbook>'.encode()


def xlsx(sheets: Sequence[Sheet]) -> bytes:
    def cell(value: object) -> object:
        match value:
            case None:
                return workbooks.Raw("", "")
            case Padded(number):
                return workbooks.padded(number)
            case Failed(text):
                return workbooks.error(text)
            case dt.date():
                return workbooks.date(serial(value))
            case _:
                return value

    def place(row: int, column: int) -> str:
        return f"{chr(65 + column)}{row + 1}"

    return workbooks.workbook(
        {sheet.name: [[cell(value) for value in row] for row in sheet.rows] for sheet in sheets},
        hidden=[sheet.name for sheet in sheets if sheet.is_hidden],
        merged=[f"{place(one.top, one.left)}:{place(one.bottom, one.right)}" for sheet in sheets for one in sheet.merged],
    )


def ods(sheets: Sequence[Sheet]) -> bytes:
    def cell(sheet: Sheet, row: int, column: int, value: object) -> str:
        if (row, column) in sheet.covered():
            return open_documents.COVERED
        spans = "".join(
            f' table:number-rows-spanned="{one.bottom - one.top + 1}" table:number-columns-spanned="{one.right - one.left + 1}"'
            for one in sheet.merged
            if (one.top, one.left) == (row, column)
        )
        match value:
            case None:
                return "<table:table-cell/>"
            case Padded(number):
                return open_documents.padded(number, text_of(value))
            case Failed(text):
                return open_documents.error(text)
            case dt.date():
                return open_documents.date(value)
            case _:
                return open_documents.cell(value, spans)

    return open_documents.document(
        {
            sheet.name: [
                [cell(sheet, row, at, value) for at, value in enumerate(values)] for row, values in enumerate(sheet.rows)
            ]
            for sheet in sheets
        },
        hidden=[sheet.name for sheet in sheets if sheet.is_hidden],
    )


FORMATS = (
    Kept(name="csv", write=lambda sheets: delimited(sheets, ",")),
    Kept(name="csv with semicolons", write=lambda sheets: delimited(sheets, ";")),
    Kept(name="tsv", write=lambda sheets: delimited(sheets, "\t")),
    Kept(name="html", write=html, merged=True),
    Kept(name="xml", write=xml_spreadsheet, merged=True),
    Kept(name="xlsx", write=xlsx, errors=True, merged=True, sheet_names=True, hidden_sheets=True),
    Kept(name="xls", write=old_workbook, errors=True, merged=True, sheet_names=True, hidden_sheets=True),
    Kept(name="xlsb", write=binary_workbook, errors=True, merged=True, sheet_names=True, hidden_sheets=True),
    Kept(name="ods", write=ods, errors=True, merged=True, sheet_names=True, hidden_sheets=True),
)
