"""What a file is, by its content: delimited text, markup, a workbook, or no table at all. Its name says nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import Final

from producers.sources.tables.delimited.delimited import read_text
from producers.sources.tables.encodings import byte_order_mark, detect_encoding
from producers.sources.tables.headers.headers import MISSING_HEADER, Layout
from producers.sources.tables.spreadsheets.markup import read_markup
from producers.sources.tables.table import ARCHIVE, File, LeftOut, NotATable, OnLeftOut, RowSource, Table

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
        found = _found(file, head, left_out.append, hidden_sheets=hidden_sheets)
    except OSError as error:
        raise NotATable("unreadable") from error
    if not found and not left_out:
        raise NotATable("not_a_table")
    for part in left_out:
        on_left_out(part)
    for sheet, layout, _ in found:
        if layout.unread_row is not None:
            on_left_out(LeftOut(reason=MISSING_HEADER, sheet=sheet or None, row=layout.unread_row))
    several = len(found) > 1
    return [
        Table(
            file=file.name,
            sheet=part if several or (part and not part.removeprefix("table ").isdigit()) else None,
            headers=layout.headers,
            header_row=layout.row,
            source=source,
        )
        for part, layout, source in found
    ]


def _found(file: File, head: bytes, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> Sequence[tuple[str, Layout, RowSource]]:
    """The name, layout and source of each table in the file."""
    if not head.strip(b"\0 \t\r\n\x1a\xef\xbb\xbf\xff\xfe"):
        raise NotATable("empty_file")
    if _is_workbook(file, head):
        from producers.sources.tables.spreadsheets.workbooks import read_workbook  # calamine is imported for workbooks only

        return [(name, source.layout, source) for name, source in read_workbook(file, on_left_out, hidden=hidden_sheets)]
    if head.startswith(_ARCHIVES) or (head.startswith(_ZIP) and _is_archive(file)):
        raise NotATable(ARCHIVE)
    if head.startswith((_ZIP, _OLE, *_OTHER_FORMATS)) or _is_binary(head):
        raise NotATable("not_a_table")
    if _is_markup(head):
        return [(str(index), source.layout, source) for index, source in read_markup(file, on_left_out)]
    return [(f"table {number}", source.layout, source) for number, source in enumerate(read_text(file), 1)]


def _is_archive(file: File) -> bool:
    """Return whether a zip file packs files, and is no letter or presentation."""
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            return not {"[Content_Types].xml", "mimetype"} & set(archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        return False


def _is_workbook(file: File, head: bytes) -> bool:
    """A zip archive with a workbook's parts, or a compound file with a workbook's stream (or a locked one)."""
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
    """Whether the file holds these bytes, read in blocks."""
    with file.open() as stream:
        kept = b""
        while block := stream.read(1 << 20):
            if needle in kept + block:
                return True
            kept = block[-len(needle) :]
    return False


def _is_binary(head: bytes) -> bool:
    """Text has hardly any control characters; UTF-16 is text."""
    marked = byte_order_mark(head)
    encoding = marked[0] if marked else detect_encoding(head)[0]
    if encoding.startswith(("utf-16", "utf-32")):
        text = head[: len(head) // 4 * 4].decode(encoding, "replace")
        odd = sum(1 for c in text if (c < " " and ord(c) not in _TEXT_CONTROLS) or c == "\ufffd")
        return odd > 0.02 * len(text)
    controls = sum(head.count(c) for c in range(32) if c not in _TEXT_CONTROLS)
    return controls > 4 + 0.01 * len(head) or head.rstrip(b"\0").count(0) > 0.05 * len(head)


def _is_markup(head: bytes) -> bool:
    """Whether the text begins with a tag and holds a table."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith(b"<") and any(tag in text for tag in (b"<table", b"<ss:table", b"<tr"))
