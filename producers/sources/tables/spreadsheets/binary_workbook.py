"""Cells of a binary workbook (xlsb) of which calamine gives less than the file holds, read from its records.

Errors come out of calamine as blanks, and merged cells are not told. A record is its type, its length and its content; all but
those of rows, errors and merged cells are passed over.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import fromstring

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells

WORKBOOK: Final = "xl/workbook.bin"
_LINKS: Final = "xl/_rels/workbook.bin.rels"
_ROW: Final = 0
_ERRORS: Final = frozenset({3, 11})
"""A cell that holds an error, and a formula whose result is one."""
_SHEET: Final = 156
_MERGED: Final = 176


def cells_of_binary_workbook(archive: zipfile.ZipFile) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet. Raises KeyError where a part is missing."""
    links = {link.get("Id", ""): link.get("Target", "") for link in fromstring(archive.read(_LINKS))}  # noqa: S314 (no entities)
    found = {}
    for kind, content in _records(archive.read(WORKBOOK)):
        if kind == _SHEET:
            part, rest = _text(content[8:])
            target = links.get(part, "")
            name = target[1:] if target.startswith("/") else f"xl/{target}"
            if name in archive.namelist():
                found[_text(rest)[0]] = _scan(archive.read(name))
    return found


def _scan(content: bytes) -> SheetCells:
    cells, row = SheetCells(), 0
    for kind, record in _records(content):
        if kind == _ROW and len(record) >= 4:
            (row,) = struct.unpack_from("<I", record)
        elif kind in _ERRORS and len(record) >= 4:
            (column,) = struct.unpack_from("<I", record)
            cells.odd.setdefault(row, {})[column] = Oddity.ERROR
        elif kind == _MERGED and len(record) >= 16:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            cells.merged.append(((top, left), (bottom, right)))
    return cells


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
