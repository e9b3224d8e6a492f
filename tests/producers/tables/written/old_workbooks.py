"""Excel 97–2003 workbooks (xls), written record by record."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .sheets import Failed, Padded, Sheet, serial

SECTOR = 512
FREE, END, IN_USE_BY_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
GENERAL, DAY, FIVE_DIGITS = 0, 1, 2
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula with the stored result, a number or None for an empty text, and whether it is to be computed on opening."""

    result: float | None
    on_opening: bool


def old_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an xls of these sheets."""
    bodies = [_sheet(sheet) for sheet in sheets]
    start = len(_globals(sheets, [0] * len(sheets)))
    places = [start + sum(map(len, bodies[:number])) for number in range(len(bodies))]
    return compound_file("Workbook", _globals(sheets, places) + b"".join(bodies))


def compound_file(name: str, stream: bytes) -> bytes:
    """Return an OLE file that holds one stream."""
    stream = stream.ljust(4096, b"\0")  # a shorter one would stand in the table of small streams
    count = -(-len(stream) // SECTOR)
    table = [IN_USE_BY_TABLE, END, *range(3, 2 + count), END]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        END,
        0,
        END,
        0,
        0,
    )
    places = header.ljust(SECTOR, b"\xff")
    sector = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    folder = _entry("Root Entry", 5, child=1, start=END, size=0) + _entry(name, 2, child=FREE, start=2, size=len(stream))
    return places + sector + folder.ljust(SECTOR, b"\0") + stream.ljust(count * SECTOR, b"\0")


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = struct.pack("<64sHBBIII", text, len(text) + 2, kind, 1, FREE, FREE, child)
    return (head + bytes(36) + struct.pack("<IQ", start, size)).ljust(128, b"\0")


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _wide(text: str, length: str = "<H") -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))


def _globals(sheets: Sequence[Sheet], places: Sequence[int]) -> bytes:
    font = _record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _wide("Arial", "<B"))
    formats = _record(0x041E, struct.pack("<H", 164) + _wide("00000"))
    styles = b"".join(_record(0x00E0, struct.pack("<HHH", 0, code, 1).ljust(20, b"\0")) for code in (0, 14, 164))
    names = b"".join(
        _record(0x0085, struct.pack("<IBB", place, int(sheet.is_hidden), 0) + _wide(sheet.name, "<B"))
        for sheet, place in zip(sheets, places, strict=True)
    )
    return _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + font * 4 + formats + styles + names + _record(0x000A)


def _sheet(sheet: Sheet) -> bytes:
    size = struct.pack("<IIHHH", 0, len(sheet.rows), 0, max(map(len, sheet.rows), default=0), 0)
    cells = b"".join(_cell(row, at, value) for row, values in enumerate(sheet.rows) for at, value in enumerate(values))
    merged = b"".join(struct.pack("<4H", one.top, one.bottom, one.left, one.right) for one in sheet.merged)
    merging = _record(0x00E5, struct.pack("<H", len(sheet.merged)) + merged) if merged else b""
    return _begin(0x0010) + _record(0x0200, size) + cells + merging + _record(0x000A)


def _cell(row: int, column: int, value: object) -> bytes:
    def at(style: int) -> bytes:
        return struct.pack("<HHH", row, column, style)

    match value:
        case None:
            return b""
        case Padded(number):
            return _record(0x0203, at(FIVE_DIGITS) + struct.pack("<d", number))
        case Failed(text):
            return _record(0x0205, at(GENERAL) + struct.pack("<BB", ERRORS[text], 1))
        case dt.date():
            return _record(0x0203, at(DAY) + struct.pack("<d", serial(value)))
        case Formula(result=result, on_opening=on_opening):
            stored = b"\x03\0\0\0\0\0\xff\xff" if result is None else struct.pack("<d", result)
            one = b"\x1e\x01\x00"  # the formula =1
            return _record(0x0006, at(GENERAL) + stored + struct.pack("<HIH", 2 * on_opening, 0, len(one)) + one)
        case int() | float():
            return _record(0x0203, at(GENERAL) + struct.pack("<d", value))
        case _:
            return _record(0x0204, at(GENERAL) + _wide(str(value)))
