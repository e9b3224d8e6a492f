"""Recognition of a file by its content: delimited text, markup, a workbook, or no table at all. Its name says nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from producers.sources.tables.delimited.delimited import read_text
from producers.sources.tables.encodings import byte_order_mark, detect_encoding
from producers.sources.tables.headers.headers import MISSING_HEADER
from producers.sources.tables.reader import TableInFile, TableReader
from producers.sources.tables.spreadsheets.markup import read_markup
from producers.sources.tables.table import ARCHIVE, File, LeftOut, NotATable, OnLeftOut, Table

__all__ = ["NotATable", "Table", "read_tables"]

_HEAD: Final = 1 << 16
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_ARCHIVES: Final = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_OTHER_FORMATS: Final = (
    b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!",
    b"SQLite format 3", b"\0\0\0\x18ftyp", b"\0\0\0 ftyp", b"ID3", b"OggS", b"RIFF", b"MZ", b"DICM",
)  # fmt: skip
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\f\v\x1a\0\x1b\x1c\x1d\x1e\x1f")


def read_tables(file: File, on_left_out: OnLeftOut = lambda _part: None, *, hidden_sheets: bool = False) -> list[Table]:
    """Return the tables of a file, one per sheet or table found, in its order.

    Only a bounded part of delimited text is read. Parts that hold rows but are not read go to `on_left_out`. Raises NotATable
    with one of its reasons where the file holds neither.
    """
    left_out: list[LeftOut] = []
    try:
        with file.open() as stream:
            head = stream.read(_HEAD)
        if not head.strip(b"\0 \t\r\n\x1a\xef\xbb\xbf\xff\xfe"):
            raise NotATable("empty_file")
        read = next(known.read for known in FORMATS if known.fits(file, head))
        found = read(file, left_out.append, hidden_sheets=hidden_sheets)
    except OSError as error:
        raise NotATable("unreadable") from error
    if not found and not left_out:
        raise NotATable("not_a_table")
    for part in left_out:
        on_left_out(part)
    for table in found:
        if table.layout.unread_row is not None:
            on_left_out(LeftOut(reason=MISSING_HEADER, sheet=table.name or None, row=table.layout.unread_row))
    several = len(found) > 1
    return [
        Table(
            file=file.name,
            sheet=table.name if several or (table.name and not table.name.removeprefix("table ").isdigit()) else None,
            headers=table.layout.headers,
            header_row=table.layout.row,
            source=table.source,
        )
        for table in found
    ]


def _is_archive(file: File, head: bytes) -> bool:
    """Return whether a file packs other files; a letter or a presentation is no such file."""
    if head.startswith(_ARCHIVES):
        return True
    if not head.startswith(_ZIP):
        return False
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            return not {"[Content_Types].xml", "mimetype"} & set(archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        return False


def _is_workbook(file: File, head: bytes) -> bool:
    """Return whether a file is a zip archive with a workbook's parts, or a compound file with a workbook's stream."""
    if head.startswith(_ZIP):
        try:
            with file.open() as stream, zipfile.ZipFile(stream) as archive:
                names = set(archive.namelist())
                kind = archive.read("mimetype")[:80] if "mimetype" in names else b""
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
            return b"xl/" in head or b"opendocument.spreadsheet" in head
        return any(name.startswith("xl/workbook.") for name in names) or b"opendocument.spreadsheet" in kind
    if head.startswith(_OLE):
        return any(_holds(file, name.encode("utf-16-le")) for name in ("Workbook", "Book", "EncryptedPackage"))
    return False


def _holds(file: File, needle: bytes) -> bool:
    """Return whether the file holds these bytes, read in blocks."""
    with file.open() as stream:
        kept = b""
        while block := stream.read(1 << 20):
            if needle in kept + block:
                return True
            kept = block[-len(needle) :]
    return False


def _is_no_table(_file: File, head: bytes) -> bool:
    """Return whether a file has a format without tables."""
    return head.startswith((_ZIP, _OLE, *_OTHER_FORMATS)) or _is_binary(head)


def _is_binary(head: bytes) -> bool:
    """Return whether bytes are no text: text has hardly any control characters; UTF-16 is text."""
    marked = byte_order_mark(head)
    encoding = marked[0] if marked else detect_encoding(head)[0]
    if encoding.startswith(("utf-16", "utf-32")):
        text = head[: len(head) // 4 * 4].decode(encoding, "replace")
        odd = sum(1 for c in text if (c < " " and ord(c) not in _TEXT_CONTROLS) or c == "\ufffd")
        return odd > 0.02 * len(text)
    controls = sum(head.count(c) for c in range(32) if c not in _TEXT_CONTROLS)
    return controls > 4 + 0.01 * len(head) or head.rstrip(b"\0").count(0) > 0.05 * len(head)


def _is_markup(_file: File, head: bytes) -> bool:
    """Return whether the text begins with a tag and holds a table."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith(b"<") and any(tag in text for tag in (b"<table", b"<ss:table", b"<tr"))


def _is_text(_file: File, _head: bytes) -> bool:
    """Return True: text is all that is no other format."""
    return True


def _read_workbook(file: File, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> Sequence[TableInFile]:
    from producers.sources.tables.spreadsheets.workbooks import read_workbook  # calamine is imported for workbooks only

    return read_workbook(file, on_left_out, hidden_sheets=hidden_sheets)


def _refuse_archive(_file: File, _on_left_out: OnLeftOut, *, hidden_sheets: bool) -> NoReturn:
    del hidden_sheets
    raise NotATable(ARCHIVE)


def _refuse(_file: File, _on_left_out: OnLeftOut, *, hidden_sheets: bool) -> NoReturn:
    del hidden_sheets
    raise NotATable("not_a_table")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format of files: `fits` recognises it by the file and its first bytes, `read` finds the tables."""

    name: str
    fits: Callable[[File, bytes], bool]
    read: TableReader


FORMATS: Final = (
    FileFormat(name="workbook", fits=_is_workbook, read=_read_workbook),
    FileFormat(name="packed files", fits=_is_archive, read=_refuse_archive),
    FileFormat(name="no table", fits=_is_no_table, read=_refuse),
    FileFormat(name="markup", fits=_is_markup, read=read_markup),
    FileFormat(name="delimited text", fits=_is_text, read=read_text),
)
"""The formats in the order in which a file is held against them."""
