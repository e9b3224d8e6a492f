"""Records that may be a header: by their own cells, and by how they differ from the rows below.

A header is short, distinct texts. One cell in three may look like a value all the same (a date, an amount, a formula, a whole
sentence), where the record differs from the rows below in nearly every column whose cells are values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from producers.sources.tables.headers.noise import is_blank
from producers.sources.tables.headers.shapes import Shape, shape_of

STRIP: Final = " \t\r\n\xa0\0\ufeff"
_SHORT_NUMBER: Final = re.compile(r"\d{1,4}\+?|\d{1,3} ?[-–] ?\d{1,3}")
_NO_VALUES: Final = frozenset({"nan", "nat", "<na>", "null", "(null)", "<null>", "\\n", "#n/a", "n/a", "none"})
"""Signs for no value: they stand in rows, never over a column."""
_LONGEST_NAME: Final = 64
_MOST_WORDS: Final = 9
_LOOKED_AT: Final = 50
_OFTEN: Final = 3
_TYPE: Final = re.compile(
    r"[(\[<](?=[^)\]>]*[A-Za-z])[^()\[\]<>]{1,30}[)\]>]|(?:n?varchar|n?char|int(?:eger)?|bigint|smallint|text|string|date(?:time)?|time|"
    r"bool(?:ean)?|number|numeric|decimal|float|double|money|currency|bit|uuid|guid)(?: ?\(\d+(?:, ?\d+)?\))?",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_VALUES: Final = frozenset({Shape.NUMBER, Shape.DATE, Shape.TIME, Shape.EMAIL, Shape.CODE})

RawRecord = Sequence[str]


def filled_to(record: RawRecord) -> int:
    """Return the number of cells up to the last one that is not blank."""
    width = len(record)
    while width and not record[width - 1].strip(STRIP):
        width -= 1
    return width


def header_width(record: RawRecord, below: Sequence[RawRecord], above: RawRecord = ()) -> int:
    """Return the number of cells of a record that may be a header (blank ones at its end left out); 0 where it is none.

    Names repeat where the record `above` names their groups.
    """
    width = filled_to(record)
    cells = [cell.strip(STRIP) for cell in record[:width]]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or len(filled) < 0.7 * len(cells) - _spacers(cells, below):
        return 0
    if sum(1 for cell in filled if not any(c.isalpha() for c in cell)) > 0.5 * len(filled):
        return 0
    if len({cell.casefold() for cell in filled}) < 0.6 * len(filled):
        grouped = with_groups(cells, above)
        if grouped is None or repeated(grouped):
            return 0
    odd = sum(1 for cell in filled if not is_name_like(cell))
    if odd and (odd * 3 > len(filled) or not stands_apart(record, below)):
        return 0
    return 0 if is_row(record, below) else width


def is_row(record: RawRecord, below: Sequence[RawRecord]) -> bool:
    """Return whether a record is a row like those below: it shares values with them, or the shapes of their values."""
    kinds = value_columns(below, len(record))
    alike = [column for column, kind in kinds.items() if shape_of(record[column]) is kind]
    if len(kinds) == 1 and alike:
        return _has_form_of_all(record, below, alike[0])
    return (len(kinds) > 1 and len(alike) >= 0.8 * len(kinds)) or _repeats_below([c.strip(STRIP) for c in record], below)


def is_types(record: RawRecord) -> bool:
    """Return whether a record below a header names the types or units of its columns: `(text)`, `[date]`, `varchar(50)`."""
    filled = [cell for cell in (cell.strip(STRIP) for cell in record) if cell]
    return len(filled) > 2 and all(_TYPE.fullmatch(cell) is not None for cell in filled)


def is_name_like(cell: str) -> bool:
    """Return whether a text may be the name of a column."""
    cell = cell.strip('"')
    if len(cell) > _LONGEST_NAME or len(cell.split()) > _MOST_WORDS or cell.startswith("=") or cell.casefold() in _NO_VALUES:
        return False
    shape = shape_of(cell)
    if shape is Shape.NUMBER:
        return _SHORT_NUMBER.fullmatch(cell) is not None
    return shape not in (Shape.DATE, Shape.TIME, Shape.EMAIL)


def is_beyond_doubt(headers: Sequence[str]) -> bool:
    """Return whether all are names, stricter than name-like: no sentence, no blank or repeated name."""
    return all(h and len(h) <= 40 and not h.endswith((".", ",", ";", "!")) and len(h.split()) <= 5 for h in headers) and len(
        {h.casefold() for h in headers}
    ) == len(headers)


def stands_apart(record: RawRecord, below: Sequence[RawRecord]) -> bool:
    """Return whether a record differs from the rows below in nearly every column that holds values, and there are enough."""
    kinds = value_columns(below, len(record))
    if len(kinds) < (3 if len(record) > 5 else 2):
        return False
    shapes = {column: shape_of(record[column]) for column in kinds}
    apart = sum(shapes[c] not in (kind, Shape.BLANK) for c, kind in kinds.items())
    return apart >= 0.8 * len(kinds) or 3 <= apart == len(kinds) - 1


def value_columns(rows: Sequence[RawRecord], width: int) -> dict[int, Shape]:
    """Return the columns whose filled cells are mostly values of one shape, and that shape."""
    looked_at = [row for row in rows[: 4 * _LOOKED_AT] if width >= len(row) >= 0.7 * width and not is_blank(row)][:_LOOKED_AT]
    found = {}
    for column in range(width):
        shapes = Counter(shape_of(row[column]) for row in looked_at if column < len(row))
        del shapes[Shape.BLANK]
        if not shapes:
            continue
        shape, count = shapes.most_common(1)[0]
        if shape in _VALUES and count * 2 > shapes.total():
            found[column] = shape
    return found


def has_rows(records: Sequence[RawRecord]) -> bool:
    """Return whether records are rows of a table, header or not: most have one length, and some columns hold values."""
    rows = [record for record in records if not is_blank(record)]
    widths = Counter(filled_to(row) for row in rows)
    if not widths:
        return False
    width = max(len(row) for row in rows) if len(widths) > 3 else max(widths)
    alike = [row for row in rows if 0.6 * width <= filled_to(row)]
    return width >= 3 and len(alike) * 2 > len(rows) and len(value_columns(alike, width)) >= (2 if len(alike) > 1 else 3)


def stand_side_by_side(names: Sequence[str], below: Sequence[RawRecord]) -> bool:
    """Return whether a header and its rows are those of several tables, with a blank column between them.

    Each of the tables has three columns at least and ends at another row; its first column is filled and unique up to there.
    """
    rows = [row for row in below if not is_blank(row)]
    heights = []
    for first, end in _blocks(names, rows):
        if sum(bool(name.strip(STRIP)) for name in names[first:end]) < 3:
            continue
        height = sum(not is_blank(row[first:end]) for row in rows)
        keys = {row[first].strip(STRIP) for row in rows[:height] if first < len(row)} - {""}
        if height < 2 or len(keys) < height:
            return False
        heights.append(height)
    return len(set(heights)) > 1


def _blocks(names: Sequence[str], rows: Sequence[RawRecord]) -> list[tuple[int, int]]:
    """Return the columns between those that have neither a name nor a value, each block as its first one and its end."""
    blank = [
        at
        for at, name in enumerate(names)
        if not name.strip(STRIP) and all(at >= len(row) or not row[at].strip(STRIP) for row in rows)
    ]
    return list(zip([0, *(at + 1 for at in blank)], [*blank, len(names)], strict=True))


def with_groups(names: Sequence[str], above: RawRecord) -> tuple[str, ...] | None:
    """Return names that repeat under the names of groups, told apart by them; None where the record above names no groups.

    A group goes on until the next one begins, unless nearly every column has a cell above it: then each belongs to one column.
    """
    groups = [cell.strip(STRIP) for cell in above[: len(names)]]
    groups += [""] * (len(names) - len(groups))
    filled = [group for group in groups if group]
    if not is_blank(above[len(names) :]) or not filled or not all(is_name_like(group) for group in filled):
        return None
    if len(filled) == 1 and len(names) > 2 and groups[0] and len(filled[0].split()) > 2:
        return None  # a title
    if len(filled) < 0.7 * len(names):
        group = ""
        for at, own in enumerate(groups):
            groups[at] = group = own or group
    return joined(groups, names)


def joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns whose header stands in two rows."""
    wide = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * (wide - len(upper))], [*lower, *[""] * (wide - len(lower))]
    pairs = ((a.strip(STRIP), b.strip(STRIP)) for a, b in zip(upper, lower, strict=True))
    return tuple(a if a.casefold() == b.casefold() else f"{a} {b}".strip() for a, b in pairs)


def repeated(names: Sequence[str]) -> bool:
    """Return whether a name occurs twice."""
    filled = [name.casefold() for name in names if name]
    return len(set(filled)) < len(filled)


def is_prose(row: RawRecord) -> bool:
    """Return whether a row reads like a line of a letter that happens to hold a comma."""
    return len(row) == 2 and row[1].startswith(" ") and len(" ".join(row).split()) > 3


def _repeats_below(cells: Sequence[str], below: Sequence[RawRecord]) -> bool:
    """Return whether cells of a record stand again in their columns, two of them or one in most rows: then it is a row, too.

    A record that shares half of its cells, wherever they stand, is the same header again, or the same row.
    """
    folded = [cell.casefold() for cell in cells]
    names = set(folded) - {""}
    again: Counter[int] = Counter()
    for row in below[: 4 * _LOOKED_AT]:
        same = {at for at, (a, b) in enumerate(zip(folded, row, strict=False)) if a and a == b.strip(STRIP).casefold()}
        if same and 2 * len(names & {cell.strip(STRIP).casefold() for cell in row}) < len(names):
            again.update(same)
    return len(again) > 1 or max(again.values(), default=0) >= max(_OFTEN, len(below[: 4 * _LOOKED_AT]) / 2)


def _spacers(cells: Sequence[str], below: Sequence[RawRecord]) -> int:
    """Return the number of columns that have neither a name nor a value: reports put them between the others."""
    looked_at = [row for row in below[:_LOOKED_AT] if len(row) >= len(cells)]
    blank = [at for at, cell in enumerate(cells) if not cell] if looked_at else []
    return sum(all(not row[at].strip(STRIP) for row in looked_at) for at in blank)


def _has_form_of_all(record: RawRecord, below: Sequence[RawRecord], column: int) -> bool:
    """Return whether a cell has the digits and marks of all cells below it: an id among ids is no name of a column."""
    forms = {_DIGIT.sub("0", row[column].strip(STRIP)) for row in below[:_LOOKED_AT] if column < len(row)} - {""}
    return forms == {_DIGIT.sub("0", record[column].strip(STRIP))}
