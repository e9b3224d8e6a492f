"""Cells of xlsb workbooks that are no plain text: each is filled, or said to be no value."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

from producers.sources.tables.odd_cells import Oddity

from .conftest import Read
from .test_workbook_cells import HEADER, odd_in, visit

ReadOne = Callable[..., Read]

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
REF = b"\x17"


def record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, rest = b"", len(content)
    while True:
        length += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return number + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column: int, value: object) -> bytes:
    """A text; bytes are the code of an error; None is no cell."""
    where = struct.pack("<II", column, 0)
    if value is None:
        return b""
    return record(3, where + value) if isinstance(value, bytes) else record(6, where + wide(str(value)))


def workbook(rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An xlsb of one sheet; `merged` are the first and last row, the first and last column."""
    size = struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    body = record(129) + record(148, size) + record(145)
    for number, row in enumerate(rows):
        body += record(0, struct.pack("<II", number, 0) + bytes(9)) + b"".join(cell(at, value) for at, value in enumerate(row))
    ranges = b"".join(record(176, struct.pack("<4I", *one)) for one in merged)
    body += record(146) + record(177, struct.pack("<I", len(merged))) + ranges + record(178) + record(130)
    sheets = record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Visits")) + record(144)
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        types = f'<Override PartName="/xl/workbook.bin" ContentType="{kind}"/>'
        z.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        link = f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/>'
        z.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>')
        z.writestr("xl/workbook.bin", record(131) + sheets + record(132))
        z.writestr("xl/worksheets/sheet1.bin", body)
    return out.getvalue()


def test_an_error_is_no_blank(read_one: ReadOne) -> None:
    got = read_one(workbook([HEADER, visit(1), [*visit(2)[:4], REF, "fine"], visit(3)]), "visits.xlsb")
    assert odd_in(got) == {3: ((4, Oddity.ERROR),)}
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "", "fine"]


def test_cells_merged_downwards_give_every_row_their_value(read_one: ReadOne) -> None:
    rows = [HEADER, visit(1), [None, None, None, None, "7.00", "more"], visit(3)]
    got = read_one(workbook(rows, [(1, 2, column, column) for column in (0, 1, 2)]), "visits.xlsb")
    assert got.cells[1] == ["1", "P001", "Ada Quist", "", "7.00", "more"]
    assert odd_in(got) == {3: ((0, Oddity.MERGED), (1, Oddity.MERGED), (2, Oddity.MERGED))}


def test_cells_merged_sideways_hide_those_to_the_right(read_one: ReadOne) -> None:
    got = read_one(workbook([HEADER, visit(1), [*visit(2)[:5], None]], [(2, 2, 4, 5)]), "visits.xlsb")
    assert odd_in(got) == {3: ((5, Oddity.COVERED),)}
