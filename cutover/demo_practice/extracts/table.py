"""A table of an extract as a file: its cells, where each record lies, and the bytes in the format this file comes in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

ExtractRow = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Format of a file: what separates cells, the encoding, and the bytes it starts with."""

    suffix: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""


PLAIN = Format()
MARKED = Format(mark=b"\xef\xbb\xbf")
SEMICOLONS = Format(delimiter=";", encoding="cp1252")
TABS = Format(suffix="txt", delimiter="\t")
WIDE_TABS = Format(suffix="txt", delimiter="\t", encoding="utf-16-le", mark=b"\xff\xfe")


@dataclass(frozen=True, kw_only=True)
class ExtractTable:
    """A table: `title` rows stand above the header, `footer` rows below the records.

    `keys` are the records' native ids, row by row; the lines of one treatment plan have the same.
    """

    name: str
    headers: ExtractRow
    keys: Sequence[str]
    rows: Sequence[ExtractRow]
    format: Format = PLAIN
    title: Sequence[ExtractRow] = ()
    footer: Sequence[ExtractRow] = ()

    @property
    def file_name(self) -> str:
        """Return the name of the file in the extract's folder."""
        return f"{self.name}.{self.format.suffix}"

    @cached_property
    def row_numbers(self) -> dict[str, int]:
        """Return the row of each record, the first of its rows: counted from 1, titles, blank rows and the header included."""
        above = len(self.title) + 2
        numbers: dict[str, int] = {}
        for index, key in enumerate(self.keys):
            numbers.setdefault(key, above + index)
        return numbers

    def content(self) -> bytes:
        """Return the file."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.format.delimiter, lineterminator="\r\n")
        writer.writerows(self.title)
        writer.writerow(self.headers)
        writer.writerows(self.rows)
        writer.writerows(self.footer)
        return self.format.mark + text.getvalue().encode(self.format.encoding)
