"""Cells of an OpenDocument spreadsheet of which calamine gives less than the file holds, read from the document's XML.

Errors and formulas without a result come out of calamine as blanks or as zero, a line break within a paragraph is lost, and
merged cells are not told. A document is taken apart only where a quick look at its text finds such a cell.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.parsers import expat

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.spreadsheets.special_cells import SheetCells

CONTENT: Final = "content.xml"
_ALL: Final = True
_SUSPECT: Final = re.compile(
    rb"""formula\s*=|"error"|'error'|-spanned\s*=|line-break|<(?:\w+:)?p>0\d+<"""  # the last one: a number with leading zeros
)
_ERROR: Final = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|N/A|NUM|NULL|SPILL|CALC)[!?]?|Err:\d{3}")
_PADDED: Final = re.compile(r"0\d[\d -]*")
_MOST_REPEATED: Final = 2_000
"""Repeated cells or rows of which special ones are noted: blanks are repeated to the end of the sheet."""


def cells_of_document(archive: zipfile.ZipFile) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet. Raises ExpatError for what is no XML."""
    content = archive.read(CONTENT)
    return _Document().read(content) if _SUSPECT.search(content) else {}


class _Document:
    """Reads the cells of a document's sheets."""

    def __init__(self) -> None:
        self._found: dict[str, SheetCells] = {}
        self._sheet = SheetCells()
        self._row = self._column = 0
        self._rows = 1
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[list[str]] = []
        self._in_text = self._aside = 0
        self._is_broken = False

    def read(self, content: bytes) -> Mapping[str, SheetCells]:
        """Take note of the cells that need another look."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._opens, self._closes
        parser.CharacterDataHandler = self._text
        parser.Parse(content, _ALL)
        return self._found

    def _opens(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self._aside or name == "annotation":
            self._aside += 1
        elif name == "table" and self._cell is None:
            self._sheet = self._found.setdefault(_of(attributes, "name"), SheetCells())
            self._row = 0
        elif name == "table-row":
            self._rows, self._column = _number(attributes, "number-rows-repeated"), 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._paragraphs, self._is_broken = attributes, [], False
        elif self._cell is not None and name == "p":
            self._paragraphs.append([])
            self._in_text += 1
        elif self._in_text and name in ("s", "tab", "line-break"):
            self._is_broken = self._is_broken or name == "line-break"
            self._paragraphs[-1].append({"s": " " * _number(attributes, "c"), "tab": "\t"}.get(name, "\n"))

    def _text(self, text: str) -> None:
        if self._in_text and not self._aside:
            self._paragraphs[-1].append(text)

    def _closes(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._aside:
            self._aside -= 1
        elif name == "p" and self._in_text:
            self._in_text -= 1
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            cell, self._cell = self._cell, None
            self._note(cell, is_first=name == "table-cell")
            self._column += _number(cell, "number-columns-repeated")
        elif name == "table-row":
            self._row += self._rows

    def _note(self, cell: Mapping[str, str], *, is_first: bool) -> None:
        text = "\n".join("".join(paragraph) for paragraph in self._paragraphs)
        has_formula, kind = bool(_of(cell, "formula")), _of(cell, "value-type")
        oddity, shown = None, None
        is_error = any(value == "error" and key.endswith(":value-type") for key, value in cell.items())
        if is_error or (has_formula and _ERROR.fullmatch(text)):
            oddity, shown = Oddity.ERROR, ""
        elif has_formula and not kind and not text:
            oddity = Oddity.NO_VALUE
        elif (kind == "float" and _is_padded(text, _of(cell, "value"))) or (self._is_broken and kind == "string"):
            shown = text
        if oddity is not None or shown is not None:
            repeated = min(_number(cell, "number-columns-repeated"), _MOST_REPEATED)
            for row in range(self._row, self._row + min(self._rows, _MOST_REPEATED)):
                for column in range(self._column, self._column + repeated):
                    if oddity is not None:
                        self._sheet.odd.setdefault(row, {})[column] = oddity
                    if shown is not None:
                        self._sheet.shown.setdefault(row, {})[column] = shown
        down, right = _number(cell, "number-rows-spanned"), _number(cell, "number-columns-spanned")
        if is_first and (down > 1 or right > 1):
            end = (self._row + down - 1, self._column + right - 1)
            self._sheet.merged.append(((self._row, self._column), end))


def _of(attributes: Mapping[str, str], name: str) -> str:
    """Return an attribute, whatever the prefix of its name is."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _number(attributes: Mapping[str, str], name: str) -> int:
    """Return a number of repetitions; 1 where it is not given."""
    text = _of(attributes, name)
    return int(text) if text.isascii() and text.isdigit() else 1


def _is_padded(text: str, value: str) -> bool:
    """Return whether a number is shown with leading zeros."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    digits = "".join(c for c in text if c.isdigit())
    return _PADDED.fullmatch(text) is not None and number == number.to_integral_value() and int(digits) == number
