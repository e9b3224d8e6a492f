"""Finding the header of a table among its first records, without knowing any vocabulary.

General evidence only: a header is short, distinct texts, (nearly) every cell filled, none of them a value such as a date, an
amount or an address; the records below it have its width. Titles and filter lines above it have other widths, data rows hold
values. A table without rows has a header only: then it must look like one beyond doubt.

The records may hold several tables, one below the other: each begins with a header of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from producers.sources.tables.headers.header_rows import (
    STRIP,
    filled_to,
    has_rows,
    header_width,
    is_beyond_doubt,
    is_prose,
    is_row,
    is_types,
    joined,
    repeated,
    stand_side_by_side,
    stands_apart,
    value_columns,
    with_groups,
)
from producers.sources.tables.headers.noise import Noise, is_blank
from producers.sources.tables.headers.shapes import Shape, Shapes, learn_shapes, shape_of

_CANDIDATES: Final = 80
_HEADER_ROWS: Final = 3
ENOUGH: Final = 5
"""Rows of one length that together show how a file writes its rows."""

_TELLING: Final = (
    (re.compile(r"\bdate\b|\bdob\b|birth", re.IGNORECASE), Shape.DATE),
    (re.compile(r"e-?mail", re.IGNORECASE), Shape.EMAIL),
)
"""Words of headers whose cells have one shape."""

MISSING_HEADER: Final = "missing_header"
HEADER_TOO_SHORT: Final = "header_too_short"
SIDE_BY_SIDE: Final = "side_by_side"
NOT_A_TABLE: Final = "not_a_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a table stands among the records of its sheet, and how its rows look.

    Records are counted from 1. `row` is the last one that is passed over: the header's last one, or the last title where rows
    stand above the header too. `first_row` is the header's first, `begin` the last record of the table above, `until` the last
    of its own (None: it goes on to the end), `unread_row` the first one above that looks like a row without a header.

    `support` is the share of the records below the header that have its width (1.0 where there are none), `usual_length` the
    number of cells that most of them have, `header_length` that of the header: delimiters after every last cell are common.
    """

    headers: tuple[str, ...]
    row: int
    noise: Noise
    shapes: Shapes
    support: float
    rows_seen: int
    usual_length: int
    header_length: int
    first_row: int
    begin: int = 0
    until: int | None = None
    unread_row: int | None = None


def find_header(records: Sequence[Sequence[str]], *, complete: bool = True) -> Layout | None:
    """Return the layout of the table in these first records of a sheet; None where they are no table.

    `complete` says that the records are all there are; otherwise the last one may be cut and counts for nothing.
    """
    known = list(records if complete or len(records) < 2 else records[:-1])
    best: Layout | None = None
    short: int | None = None
    row_length: int | None = None
    for index, record in enumerate(known[:_CANDIDATES]):
        if best is not None and best.rows_seen and filled_to(record) <= len(best.headers):
            continue  # no wider than the best header with rows: most rows of a file end here, before they are compared
        below = known[index + 1 :]
        width = header_width(record, below, known[index - 1] if index else ())
        if row_length is None and best is None and filled_to(record) > 1 and is_row(record, below):
            row_length = len(record)
        if len(record) == row_length and not stands_apart(record, below):
            continue  # rows have begun without a header
        if width < 2 or (best is not None and best.rows_seen and width <= len(best.headers)):
            continue
        if best is not None and is_row(record[: len(best.headers)], known[best.row : index]):
            continue  # a row with too many cells
        layout = _layout(known, index, width)
        if layout is not None and (best is None or _rank(layout) > _rank(best)):
            best = layout
        elif layout is None and short is None and _is_short(width, below):
            short = index
    if best is not None and short is not None and short + 1 < best.first_row and not stands_apart(*_at(known, best)):
        return None  # the widest row is a row like the others, below a header that lacks a cell
    if best is not None and "" in best.headers and stand_side_by_side(best.headers, known[best.row : best.until]):
        return None
    return best


def find_tables(records: Sequence[Sequence[str]], *, complete: bool = True) -> list[Layout]:
    """Return the layouts of all tables in these records, in their order: of reports that list several ones below each other."""
    best = find_header(records, complete=complete)
    return [] if best is None else tables_around(records, best, complete=complete)


def tables_around(records: Sequence[Sequence[str]], best: Layout, *, complete: bool = True) -> list[Layout]:
    """Return the layouts as `find_tables`, where `find_header` has found the best one already."""
    before = [one for one in find_tables(records[: best.first_row - 1]) if _is_section(one)]
    after: list[Layout] = []
    if best.until is not None:
        after = [_moved(one, best.until) for one in find_tables(records[best.until :], complete=complete) if _is_section(one)]
        if not after:
            best = replace(best, until=None)
    if before:
        last = before[-1]
        before[-1] = replace(last, until=last.until or best.first_row - 1)
        best = replace(best, begin=before[-1].until or 0)
    else:
        best = _with_rows_above(records, best)
    best = _unread(records, best)
    return [*before, best, *after]


def _with_rows_above(records: Sequence[Sequence[str]], layout: Layout) -> Layout:
    """Return the layout of a table whose header stands among its rows: rows above it that fit its columns are its rows too."""
    first = layout.first_row - 1
    while first and (is_blank(records[first - 1]) or _fits(layout, records[first - 1])):
        first -= 1
    while first < layout.first_row - 1 and is_blank(records[first]):
        first += 1
    if first == layout.first_row - 1:
        return layout
    return replace(
        layout, row=first, noise=Noise(layout.headers, [*records[:first], *records[layout.first_row - 1 : layout.row]])
    )


def _fits(layout: Layout, record: Sequence[str]) -> bool:
    width = len(layout.headers)
    return (
        len(record) in (width, layout.header_length) and filled_to(record) > width // 2 and layout.shapes.agrees(record[:width])
    )


def _unread(records: Sequence[Sequence[str]], layout: Layout) -> Layout:
    """Return the layout with the first record above the table that is a row of another table without a header, if any."""
    above = records[layout.begin : min(layout.row, layout.first_row - 1)]
    if not has_rows(above):
        return layout
    return replace(layout, unread_row=layout.begin + next(at for at, row in enumerate(above, 1) if filled_to(row) > 2))


def why_no_table(records: Sequence[Sequence[str]]) -> str:
    """Return why records without a layout are no table: their header is missing or lacks a cell, several tables stand side by
    side, or they are no rows.
    """
    for index, record in enumerate(records[:_CANDIDATES]):
        below = records[index + 1 :]
        width = header_width(record, below)
        if width > 1 and _is_short(width, below) and has_rows(below):
            return HEADER_TOO_SHORT
        if width > 1 and stand_side_by_side(record[:width], below):
            return SIDE_BY_SIDE
    return MISSING_HEADER if has_rows(records) else NOT_A_TABLE


def continues(layout: Layout, records: Sequence[Sequence[str]]) -> bool:
    """Return whether records without a header are further rows of a table: each of them fits its columns."""
    rows = [row for row in records if not layout.noise.covers(row)]
    width = len(layout.headers)
    return bool(rows) and all(filled_to(row) <= width and layout.shapes.agrees(row[:width]) for row in rows)


def _rank(layout: Layout) -> tuple[bool, float, int]:
    """Rank a header by the rows below it, then its width: a title of two cells never beats the header of twelve."""
    return layout.rows_seen > 0, len(layout.headers) * layout.support, -layout.row


def _layout(records: Sequence[Sequence[str]], index: int, width: int) -> Layout | None:
    first, names = index, tuple(cell.strip(STRIP) for cell in records[index][:width])
    end = _end(records, index, names)
    if index and repeated(names) and (grouped := with_groups(names, records[index - 1])) is not None and not repeated(grouped):
        first, names = index - 1, grouped
    while index + 1 < end and index - first < _HEADER_ROWS - 1 and _goes_on_in(records, index + 1, end, names):
        index += 1
        names = joined(names, records[index][: max(width, filled_to(records[index]))])
        width = len(names)
    if index + 1 < end and not repeated(names) and is_types(records[index + 1]):
        index += 1
    below = records[index + 1 : end]
    reach = max((filled_to(row) for row in below if len(row) == len(records[index])), default=0)
    width = max(width, min(reach, len(records[index])))
    headers = (*names, *[""] * (width - len(names)))
    noise = Noise(headers, records[: index + 1] if first < index else records[:first])
    found = [row for row in below if not noise.covers(row)]
    data = [row[:width] if is_blank(row[width:]) else row for row in found]
    usual_length = max(Counter(map(len, found)).items(), key=lambda item: item[1], default=(width, 0))[0]
    exact = sum(1 for row in data if len(row) == width)
    near = sum(1 for row in data if len(row) != width and max(2, width - max(2, width // 4)) <= len(row) <= width)
    support = (exact + near) / len(data) if data else 1.0
    if data and (support < 0.5 or (exact == 0 and near < len(data))):
        return None
    if not data and (width < 3 or not is_beyond_doubt(headers)):
        return None
    if width == 2 and (support < 0.8 or not is_beyond_doubt(headers) or sum(map(is_prose, data)) > len(data) / 3):
        return None
    return Layout(
        headers=headers,
        row=index + 1,
        first_row=first + 1,
        until=end if end < len(records) else None,
        noise=noise,
        shapes=learn_shapes(_trusted(found, headers, len(records[index])), width),
        support=support,
        rows_seen=len(data),
        usual_length=usual_length,
        header_length=len(records[index]),
    )


def _trusted(rows: Sequence[Sequence[str]], headers: Sequence[str], header_length: int) -> list[Sequence[str]]:
    """Return the rows of which columns are learnt: longer ones than the header only where there are enough to be the rule, or
    where their dates and addresses stand below such headers, and no names of groups, which stand alone in the first column of
    a wide table.
    """
    width = len(headers)
    sure = len(rows) >= ENOUGH or _stand_below_their_names(rows, headers)
    kept = [row for row in rows if sure or len(row) <= width or len(row) == header_length]
    kept = [row for row in kept if width < 4 or filled_to(row) != 1] or kept
    return [row[:width] if is_blank(row[width:]) else row for row in kept]


def _stand_below_their_names(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> bool:
    """Return whether each filled cell below a header of dates or of e-mail addresses is one, and there are some.

    Cells of a table whose header lacks its first cell stand below the header of their neighbour.
    """
    named = [(i, shape) for i, header in enumerate(headers) for words, shape in _TELLING if words.search(header)]
    found = [(shape_of(row[i]), shape) for row in rows for i, shape in named if i < len(row) and row[i].strip(STRIP)]
    return bool(found) and all(cell is shape for cell, shape in found)


def _goes_on_in(records: Sequence[Sequence[str]], at: int, end: int, names: Sequence[str]) -> bool:
    """Return whether the header goes on in a record below it: names too, which differ from the rows further below.

    Types of columns are no names, unless they tell columns of one name apart.
    """
    record = records[at]
    if is_types(record) and not repeated(names):
        return False
    return header_width(record, records[at + 1 : end]) >= 3 and stands_apart(record, records[at + 1 : end])


def _end(records: Sequence[Sequence[str]], index: int, names: Sequence[str]) -> int:
    """Return the index behind the last record of the table under a header: the next table's header, or the end.

    Another header follows a gap, or has another length; it has other names, and a row of its own width below.
    """
    known = {name.casefold() for name in names}
    length = len(records[index])
    for at in range(index + 2, len(records) - 1):
        record = records[at]
        gap = filled_to(records[at - 1]) < 2
        if not gap and len(record) == length:
            continue
        cells = [cell.strip(STRIP) for cell in record[: filled_to(record)]]
        if len(cells) < 3 or not is_beyond_doubt(cells) or sum(cell.casefold() in known for cell in cells) * 2 > len(cells):
            continue
        if any(shape_of(cell) is not Shape.TEXT for cell in cells):
            continue
        below = records[at + 1 :]
        following = [row for row in below[:8] if not is_blank(row)]
        if (
            following
            and filled_to(following[0]) <= len(cells)
            and (header_width(record, below) and value_columns(following, len(record)))
            and (len(cells) != len(names) or stands_apart(record, records[index + 1 : at]))
        ):
            while filled_to(records[at - 1]) < 2 and at > index + 2:
                at -= 1  # its title and what lies between the two
            return at
    return len(records)


def _is_short(width: int, below: Sequence[Sequence[str]]) -> bool:
    """Return whether the rows below a header have one cell more than it."""
    rows = [row for row in below if filled_to(row) > 1]
    longer = sum(1 for row in rows if width < len(row) <= width + 2)
    return width > 2 and longer * 2 > len(rows) and any(filled_to(row) > width for row in rows)


def _at(records: Sequence[Sequence[str]], layout: Layout) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    return records[layout.row - 1], records[layout.row :]


def _is_section(layout: Layout) -> bool:
    return layout.rows_seen > 0 and len(layout.headers) > 2 and is_beyond_doubt(layout.headers)


def _moved(layout: Layout, by: int) -> Layout:
    return replace(
        layout,
        row=layout.row + by,
        begin=layout.begin + by,
        first_row=layout.first_row + by,
        until=None if layout.until is None else layout.until + by,
        unread_row=None if layout.unread_row is None else layout.unread_row + by,
    )
