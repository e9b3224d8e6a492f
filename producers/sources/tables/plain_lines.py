"""The cells of plain lines, joined, without a csv reader: a fraction of the cost where nothing but their fingerprint is asked.

A line is plain where its quotes stand around whole cells, or doubled between other characters of such a cell. Of any other line
nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

SEPARATOR: Final = "\x1f"
"""Stands between the cells of a joined row."""
_TOGETHER: Final = (256, 16, 1)

PassedLines = tuple[int, int, Sequence[int | bytes]]
"""Lines that need not be read: the first, the one behind the last, and the slots of their records, or their joined cells."""


class Skim(Protocol):
    """Recognises rows that need not be read, by their joined cells."""

    @property
    def takes_unknown(self) -> bool:
        """Tell whether rows need not be read that are not known: these must be data beyond doubt."""
        ...

    @property
    def reads_again(self) -> bool:
        """Tell whether the rows were read before: then those that a source remembers need no file."""
        ...

    def is_worth_a_look(self) -> bool:
        """Return whether rows of the next lines may be known; it is asked once for each block of lines."""
        ...

    def runs(self, rows: Sequence[bytes | None]) -> list[PassedLines]:
        """Return the runs of these rows that are known, in their order; None is a row of which nothing is said."""
        ...

    def passed(self, rows: Sequence[int | bytes]) -> None:
        """Take note that the rows of a run were passed over."""
        ...


def joined_cells(lines: Sequence[str], delimiter: str, *, quoted: bool) -> list[bytes | None]:
    """Return each line's cells, joined by SEPARATOR and encoded; None for a line that is not plain.

    For a line that begins where a record begins, they are the cells that a strict csv reader gives.
    """
    return _joined(lines, delimiter, _TOGETHER, quoted=quoted)


def _joined(lines: Sequence[str], delimiter: str, together: tuple[int, ...], *, quoted: bool) -> list[bytes | None]:
    found: list[bytes | None] = []
    for start in range(0, len(lines), together[0]):
        piece = lines[start : start + together[0]]
        plain = _plain(piece, delimiter, quoted=quoted)
        if plain is not None:
            found += plain
        elif len(together) > 1:
            found += _joined(piece, delimiter, together[1:], quoted=quoted)
        else:
            found.append(None)
    return found


def _plain(lines: Sequence[str], delimiter: str, *, quoted: bool) -> list[bytes] | None:
    """Return the joined cells of lines that are all plain; else None."""
    text = "".join(lines)
    if SEPARATOR in text or "\0" in text:
        return None
    if not quoted or '"' not in text:
        return _rows(text.replace(delimiter, SEPARATOR), len(lines))
    parts = text.split('"')  # every second one stood between quotes
    if not len(parts) & 1:
        return None
    if "" in parts[2:-1:2]:
        parts = _with_doubled_quotes(parts)
    outside, inside = parts[::2], "".join(parts[1::2])
    if "\n" in inside or "\r" in inside or not _between_cells(outside, delimiter):
        return None
    # a doubled quote is inside
    parts[::2] = '"'.join(outside).replace(delimiter, SEPARATOR).split('"')
    return _rows("".join(parts), len(lines))


def _with_doubled_quotes(parts: Sequence[str]) -> list[str]:
    """Return the parts of a text with quotes so that a doubled quote, between which nothing stands, is one inside a cell."""
    joined = list(parts[:2])
    for number in range(2, len(parts) - 1, 2):
        if parts[number]:
            joined += parts[number : number + 2]
        else:
            joined[-1] += f'"{parts[number + 1]}'
    joined.append(parts[-1])
    return joined


def _between_cells(outside: Sequence[str], delimiter: str) -> bool:
    """Return whether each quote, between two of these pieces of text, stands where a cell begins or ends."""
    ends = {delimiter, "\n", "\r"}
    return (
        {piece[-1:] for piece in outside[1:-1]} <= ends
        and {piece[:1] for piece in outside[1:-1]} <= ends
        and outside[0][-1:] in {"", *ends}
        and outside[-1][:1] in {"", *ends}
    )


def _rows(text: str, count: int) -> list[bytes] | None:
    """Return the rows of a text of so many lines, if their ends are alike."""
    data = text.encode() if text.isascii() else text.encode("utf-8", "surrogatepass")
    returns, feeds = data.count(b"\r"), data.count(b"\n")
    end = b"\r\n" if returns else b"\n"
    if feeds != count or returns not in (0, count) or not data.endswith(end):
        return None
    rows = data.split(end)
    del rows[-1]
    return rows if len(rows) == count else None
