"""Cells of a binary workbook (xlsb) of which calamine gives less than the file holds, read from its records.

Errors come out of calamine as blanks, a number loses the leading zeros that its format shows, and merged cells are not told. A
record is its type, its length and its content; all but those of rows, errors, numbers and merged cells are passed over.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import fromstring

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells, padded_format, shown_number

WORKBOOK: Final = "xl/workbook.bin"
_LINKS: Final = "xl/_rels/workbook.bin.rels"
_STYLES: Final = "xl/styles.bin"
_ROW: Final = 0
_SHORT_NUMBER: Final = 2
_NUMBERS: Final = frozenset({_SHORT_NUMBER, 5, 9})
"""A cell that holds a number in four bytes, one in eight, and a formula whose result is a number."""
_ERRORS: Final = frozenset({3, 11})
"""A cell that holds an error, and a formula whose result is one."""
_FORMAT: Final = 44
_STYLE: Final = 47
_STYLES_OF_CELLS: Final = (617, 618)
"""The records before and after the styles of cells; other styles have records of the same type."""
_SHEET: Final = 156
_MERGED: Final = 176


def cells_of_binary_workbook(archive: zipfile.ZipFile) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet. Raises KeyError where a part is missing."""
    links = {link.get("Id", ""): link.get("Target", "") for link in fromstring(archive.read(_LINKS))}  # noqa: S314 (no entities)
    padded = _padded_styles(archive.read(_STYLES)) if _STYLES in archive.namelist() else {}
    found = {}
    for kind, content in _records(archive.read(WORKBOOK)):
        if kind == _SHEET:
            part, rest = _text(content[8:])
            target = links.get(part, "")
            name = target[1:] if target.startswith("/") else f"xl/{target}"
            if name in archive.namelist():
                found[_text(rest)[0]] = _scan(archive.read(name), padded)
    return found


def _padded_styles(content: bytes) -> Mapping[int, str]:
    """Return the number formats that show leading zeros, by the number of their style."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    of_cells = False
    for kind, record in _records(content):
        if kind in _STYLES_OF_CELLS:
            of_cells = kind == _STYLES_OF_CELLS[0]
        elif kind == _FORMAT and len(record) >= 6:
            code = padded_format(_text(record[2:])[0])
            if code is not None:
                formats[struct.unpack_from("<H", record)[0]] = code
        elif kind == _STYLE and of_cells and len(record) >= 4:
            styles.append(struct.unpack_from("<HH", record)[1])
    return {at: formats[number] for at, number in enumerate(styles) if number in formats}


def _scan(content: bytes, padded: Mapping[int, str]) -> SheetCells:
    cells, row = SheetCells(), 0
    for kind, record in _records(content):
        if kind == _ROW and len(record) >= 4:
            (row,) = struct.unpack_from("<I", record)
        elif kind in _ERRORS and len(record) >= 4:
            (column,) = struct.unpack_from("<I", record)
            cells.odd.setdefault(row, {})[column] = Oddity.ERROR
        elif padded and kind in _NUMBERS and len(record) >= 12:
            column, style = struct.unpack_from("<II", record)
            code = padded.get(style & 0xFFFFFF)
            shown = shown_number(str(_value(kind, record[8:])), code) if code is not None else None
            if shown is not None:
                cells.shown.setdefault(row, {})[column] = shown
        elif kind == _MERGED and len(record) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            cells.merged.append(((top, left), (bottom, right)))
    return cells


def _value(kind: int, content: bytes) -> float:
    """Return the number of a cell."""
    if kind != _SHORT_NUMBER:
        return float(struct.unpack_from("<d", content)[0])
    (short,) = struct.unpack_from("<i", content)
    # of the two lowest bits the second tells a whole number, the first one that was multiplied by 100
    number = float(short >> 2) if short & 2 else struct.unpack("<d", struct.pack("<ii", 0, short & ~3))[0]
    return float(number / 100 if short & 1 else number)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(content)
    while at < end:
        kind, at = _number(content, at, 2)
        length, at = _number(content, at, 4)
        yield kind, content[at : at + length]
        at += length


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of at most so many bytes, seven bits each, and the place behind it."""
    number = 0
    for shift in range(most):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            break
    return number, at


def _text(content: bytes) -> tuple[str, bytes]:
    """Return the text at the beginning of a record's content, and the rest."""
    (length,) = struct.unpack_from("<I", content)
    return content[4 : 4 + 2 * length].decode("utf-16-le", "replace"), content[4 + 2 * length :]
