"""The second look at a workbook: the cells of which calamine gives less than the file holds, read as the format demands."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from producers.sources.tables.spreadsheets import binary_workbook, open_document, workbook_xml
from producers.sources.tables.spreadsheets.special_cells import SheetCells
from producers.sources.tables.table import File, NotATable

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED: Final[Mapping[str, Callable[[zipfile.ZipFile], Mapping[str, SheetCells]]]] = {
    workbook_xml.WORKBOOK: workbook_xml.cells_of_workbook,
    open_document.CONTENT: open_document.cells_of_document,
    binary_workbook.WORKBOOK: binary_workbook.cells_of_binary_workbook,
}
"""The readers of packed workbooks, by the part that tells the format."""


def cells_of_sheets(file: File) -> Mapping[str, SheetCells]:
    """Return the cells that need another look, by the name of their sheet; nothing for a file of another format.

    Raises NotATable("unreadable") where a sheet that holds such cells is damaged.
    """
    with file.open() as stream:
        if zipfile.is_zipfile(stream):
            return _cells_of_archive(stream)
        stream.seek(0)
        content = stream.read()
    if not content.startswith(_OLE):
        return {}
    from producers.sources.tables.spreadsheets.old_workbook import cells_of_old_workbook  # xlrd is imported for xls only

    return cells_of_old_workbook(content)


def _cells_of_archive(stream: BinaryIO) -> Mapping[str, SheetCells]:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            read = next((read for part, read in _PACKED.items() if part in names), None)
            return read(archive) if read is not None else {}
    except (zipfile.BadZipFile, ExpatError, ParseError, struct.error, KeyError, EOFError) as error:
        raise NotATable("unreadable") from error
