"""Cells of an Excel workbook of which calamine gives less than the file holds, read from the workbook's XML.

Errors and formulas without a stored result come out of calamine as blanks, and a number loses the leading zeros that its
format shows. A sheet is taken apart only where a quick look at its text finds such a cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells, padded_format, shown_number

_ALL: Final = True
WORKBOOK: Final = "xl/workbook.xml"
_SUSPECT: Final = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]""")
_STYLE: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\bs\s*=\s*["'](\d+)["']""")
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def cells_of_workbook(archive: zipfile.ZipFile) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet.

    Raises ExpatError where a sheet that holds such cells is no well-formed XML.
    """
    padded = _padded_styles(archive)
    return {name: _scan(archive.read(part), padded) for name, part in _sheets(archive)}


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return each worksheet's name and the name of its part."""
    targets = {}
    for _, _, link in _elements(archive.read("xl/_rels/workbook.xml.rels")):
        if link.get("Type", "").endswith("/worksheet"):
            target = link.get("Target", "")
            targets[link.get("Id", "")] = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    found = []
    for _, tag, sheet in _elements(archive.read(WORKBOOK)):
        if tag == "sheet":
            part = next((targets[value] for name, value in sheet.items() if name.endswith(":id") and value in targets), None)
            if part is not None and part in archive.namelist():
                found.append((sheet.get("name", ""), part))
    return found


def _padded_styles(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Return the number formats that show leading zeros, by the number of their style."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    formats: dict[str, str] = {}
    styles: list[str] = []
    for parent, tag, attributes in _elements(archive.read("xl/styles.xml")):
        if tag == "numFmt":
            code = padded_format(attributes.get("formatCode", ""))
            if code is not None:
                formats[attributes.get("numFmtId", "")] = code
        elif parent == "cellXfs" and tag == "xf":
            styles.append(attributes.get("numFmtId", ""))
    return {str(at): formats[number] for at, number in enumerate(styles) if number in formats}


def _elements(content: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Return the elements of a small part: the name of the parent, its own name, the attributes."""
    found: list[tuple[str, str, dict[str, str]]] = []
    open_tags = [""]

    def opens(tag: str, attributes: dict[str, str]) -> None:
        found.append((open_tags[-1], _local(tag), attributes))
        open_tags.append(_local(tag))

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opens, lambda _tag: open_tags.pop()
    parser.Parse(content, _ALL)
    return found


def _scan(content: bytes, padded: Mapping[str, str]) -> SheetCells:
    cells = SheetCells()
    styled = bool(padded) and any(style[1].decode() in padded for style in _STYLE.finditer(content))
    if styled or _SUSPECT.search(content):
        _Cells(cells, padded).read(content)
    return cells


class _Cells:
    """Reads the cells of one sheet's XML."""

    def __init__(self, found: SheetCells, padded: Mapping[str, str]) -> None:
        self._found, self._padded = found, padded
        self._row, self._column = -1, -1
        self._type = self._style = ""
        self._formula = self._in_value = False
        self._value: list[str] = []

    def read(self, content: bytes) -> None:
        """Take note of the cells that need another look."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._opens, self._closes
        parser.CharacterDataHandler = self._text
        parser.Parse(content, _ALL)

    def _opens(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _number_of(place[1]) if place else self._column + 1
            self._row = int(place[2]) - 1 if place else self._row
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._formula, self._value = False, []
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self._row + 1
            self._column = -1

    def _text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)

    def _closes(self, tag: str) -> None:
        name = _local(tag)
        if name == "v":
            self._in_value = False
        elif name == "c":
            value = "".join(self._value).strip()
            if self._type == "e":
                self._found.odd.setdefault(self._row, {})[self._column] = Oddity.ERROR
            elif self._formula and not value and self._type != "str":
                self._found.odd.setdefault(self._row, {})[self._column] = Oddity.NO_VALUE
            elif self._type == "n" and value and self._style in self._padded:
                shown = shown_number(value, self._padded[self._style])
                if shown is not None:
                    self._found.shown.setdefault(self._row, {})[self._column] = shown


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]
