"""Binary workbooks (xlsb), written record by record."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from .old_workbooks import DAY, ERRORS, FIVE_DIGITS, GENERAL
from .sheets import Failed, Padded, Sheet, serial

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


@dataclass(frozen=True)
class Stored:
    """A cell under the format of five digits: the type of its record, and the bytes of its value."""

    kind: int
    value: bytes


def binary_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an xlsb of these sheets."""
    names = "".join(
        f'<Relationship Id="r{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(len(sheets))
    )
    entries = b"".join(
        _record(156, struct.pack("<II", int(sheet.is_hidden), number + 1) + _wide(f"r{number}") + _wide(sheet.name))
        for number, sheet in enumerate(sheets)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        types = f'<Override PartName="/xl/workbook.bin" ContentType="{KIND}"/>'
        z.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        z.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{names}</Relationships>')
        z.writestr("xl/workbook.bin", _record(131) + _record(143) + entries + _record(144) + _record(132))
        z.writestr("xl/styles.bin", _styles())
        for number, sheet in enumerate(sheets):
            z.writestr(f"xl/worksheets/sheet{number}.bin", _sheet(sheet))
    return out.getvalue()


def _record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, rest = b"", len(content)
    while True:
        length += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return number + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _styles() -> bytes:
    formats = _record(44, struct.pack("<H", 164) + _wide("00000"))
    cells = b"".join(_record(47, struct.pack("<HH", 0, code).ljust(16, b"\0")) for code in (0, 14, 164))
    return (
        _record(278)
        + _record(615, struct.pack("<I", 1)) + formats + _record(616)
        + _record(626, struct.pack("<I", 1)) + _record(47, struct.pack("<HH", 0xFFFF, 0).ljust(16, b"\0")) + _record(627)
        + _record(617, struct.pack("<I", 3)) + cells + _record(618)
        + _record(279)
    )  # fmt: skip


def _sheet(sheet: Sheet) -> bytes:
    size = struct.pack("<4I", 0, max(len(sheet.rows) - 1, 0), 0, max(max(map(len, sheet.rows), default=0) - 1, 0))
    body = _record(129) + _record(148, size) + _record(145)
    for number, row in enumerate(sheet.rows):
        body += _record(0, struct.pack("<II", number, 0) + bytes(9)) + b"".join(
            _cell(at, value) for at, value in enumerate(row)
        )
    ranges = b"".join(_record(176, struct.pack("<4I", one.top, one.bottom, one.left, one.right)) for one in sheet.merged)
    return body + _record(146) + _record(177, struct.pack("<I", len(sheet.merged))) + ranges + _record(178) + _record(130)


def _cell(column: int, value: object) -> bytes:
    def at(style: int) -> bytes:
        return struct.pack("<II", column, style)

    match value:
        case None:
            return b""
        case Padded(number):
            return _record(5, at(FIVE_DIGITS) + struct.pack("<d", number))
        case Stored(kind, stored):
            return _record(kind, at(FIVE_DIGITS) + stored)
        case Failed(text):
            return _record(3, at(GENERAL) + bytes([ERRORS[text]]))
        case dt.date():
            return _record(5, at(DAY) + struct.pack("<d", serial(value)))
        case int() | float():
            return _record(5, at(GENERAL) + struct.pack("<d", value))
        case _:
            return _record(6, at(GENERAL) + _wide(str(value)))
