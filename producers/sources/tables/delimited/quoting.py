"""Reading a record whose quotes break the rules of CSV.

Python's csv module reads well-formed quoting at full speed and, in strict mode, says where a record is not well formed: a quote
in the middle of a quoted cell, a cell that opens a quote and never closes it. Only such records come here. A quote closes a
cell only in front of a delimiter or the end of a line; what stands inside is text, quotes included. Where nothing closes it,
the opening quote was text itself.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPED: Final = re.compile(r'\\(["\\])')


def split_leniently(text: str, delimiter: str, *, escaped: bool = False) -> tuple[list[str], bool]:
    """Return the cells of one record, and whether every quoted cell was closed. A quote that is never closed makes its cell
    run to the end of the text. With `escaped`, a quote after a backslash is text.
    """
    text = text.removesuffix("\n").removesuffix("\r")
    cells: list[str] = []
    at, end = 0, len(text)
    while True:
        start = at
        while start < end and text[start] == " ":
            start += 1
        if start < end and text[start] == '"':
            close, after = _closing(text, start + 1, delimiter, escaped=escaped)
            cell = text[start + 1 : close if close >= 0 else end].replace('""', '"')
            cells.append(unescaped(cell) if escaped else cell)
            if close < 0:
                return cells, False
            at = after
        else:
            stop = text.find(delimiter, at)
            stop = end if stop < 0 else stop
            cells.append(text[at:stop])
            at = stop
        if at >= end:
            return cells, True
        at += len(delimiter)
        if at >= end:
            cells.append("")
            return cells, True


def split_literally(text: str, delimiter: str) -> list[str]:
    """Return the cells of one line with quotes as plain characters, but for cells that are properly quoted on this line."""
    text = text.removesuffix("\n").removesuffix("\r")
    cells: list[str] = []
    rest = text
    while True:
        if rest.startswith('"'):
            close, after = _closing(rest, 1, delimiter)
            if close >= 0:
                cells.append(rest[1:close].replace('""', '"'))
                if after >= len(rest):
                    return cells
                rest = rest[after + 1 :]
                continue
        cell, found, rest = rest.partition(delimiter)
        cells.append(cell)
        if not found:
            return cells


def unescaped(text: str) -> str:
    """Return a cell's text without the backslashes in front of quotes and of backslashes."""
    return _ESCAPED.sub(r"\1", text)


def _closing(text: str, at: int, delimiter: str, *, escaped: bool = False) -> tuple[int, int]:
    """Return the places where the quoted cell that starts at `at` is closed and where it ends (blanks after the quote
    included); -1 if never.
    """
    end = len(text)
    while True:
        quote = text.find('"', at)
        if quote < 0:
            return -1, end
        if escaped and (quote - len(text[:quote].rstrip("\\"))) % 2:
            at = quote + 1
            continue
        run = quote
        while run < end and text[run] == '"':
            run += 1
        after = run
        while after < end and text[after] == " ":
            after += 1
        if (run - quote) % 2 and (after >= end or text[after] == delimiter):
            return run - 1, after
        at = run
