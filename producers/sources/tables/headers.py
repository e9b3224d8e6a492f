"""Finding the header of a table among its first records, without knowing any vocabulary.

General evidence only: a header is short, distinct texts, (nearly) every cell filled, none of them a value such as a date, an
amount or an address; the records below it have its width. Titles and filter lines above it have other widths, data rows hold
values. A table without rows has a header only: then it must look like one beyond doubt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from producers.sources.tables.noise import Noise, is_blank
from producers.sources.tables.shapes import Shape, Shapes, learn_shapes, shape_of

_STRIP: Final = " \t\r\n\xa0\0\ufeff"
_CANDIDATES: Final = 80
_SHORT_NUMBER: Final = re.compile(r"\d{1,4}\+?|\d{1,3} ?[-–] ?\d{1,3}")
_LONGEST_NAME: Final = 64
_MOST_WORDS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a table stands among the records of its sheet, and how its rows look. `row` counts records from 1; `support` is
    the share of the records below the header that have its width (1.0 where there are none), `usual_length` the number of cells
    that most of them have: a delimiter after every row's last cell is common.
    """

    headers: tuple[str, ...]
    row: int
    noise: Noise
    shapes: Shapes
    support: float
    rows_seen: int
    usual_length: int


def find_header(records: Sequence[Sequence[str]], *, complete: bool = True) -> Layout | None:
    """The layout of the table in these first records of a sheet; None where they are no table.

    `complete` says that the records are all there are; otherwise the last one may be cut and counts for nothing.
    """
    known = list(records if complete or len(records) < 2 else records[:-1])
    best: Layout | None = None
    for index, record in enumerate(known[:_CANDIDATES]):
        width = _header_width(record)
        if width < 2 or (best is not None and best.rows_seen and width <= len(best.headers)):
            continue
        layout = _layout(known, index, width)
        if layout is not None and (best is None or _rank(layout) > _rank(best)):
            best = layout
    return best


def _rank(layout: Layout) -> tuple[bool, float, int]:
    """Rows below it speak for a header, then its width: a title of two cells never beats the header of twelve."""
    return layout.rows_seen > 0, len(layout.headers) * layout.support, -layout.row


def _layout(records: Sequence[Sequence[str]], index: int, width: int) -> Layout | None:
    below = records[index + 1 :]
    reach = max((_filled_to(row) for row in below if len(row) == len(records[index])), default=0)
    width = max(width, min(reach, len(records[index])))
    headers = tuple(cell.strip(_STRIP) for cell in records[index][:width])
    noise = Noise(headers, records[:index])
    found = [row for row in below if not noise.covers(row)]
    data = [row[:width] if is_blank(row[width:]) else row for row in found]
    usual_length = max(Counter(map(len, found)).items(), key=lambda item: item[1], default=(width, 0))[0]
    exact = sum(1 for row in data if len(row) == width)
    near = sum(1 for row in data if len(row) != width and max(2, width - max(2, width // 4)) <= len(row) <= width)
    support = (exact + near) / len(data) if data else 1.0
    if data and (support < 0.5 or (exact == 0 and near < len(data))):
        return None
    if not data and (width < 3 or not _beyond_doubt(headers)):
        return None
    if width == 2 and (support < 0.8 or not _beyond_doubt(headers) or sum(map(_prose, data)) > len(data) / 3):
        return None
    return Layout(
        headers=headers,
        row=index + 1,
        noise=noise,
        shapes=learn_shapes(data, width),
        support=support,
        rows_seen=len(data),
        usual_length=usual_length,
    )


def _header_width(record: Sequence[str]) -> int:
    """The number of cells of a record that may be a header (blank ones at its end left out); 0 where it is none."""
    width = _filled_to(record)
    cells = [cell.strip(_STRIP) for cell in record[:width]]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or len(filled) < 0.7 * len(cells):
        return 0
    names = sum(1 for cell in filled if _name_like(cell))
    wordless = sum(1 for cell in filled if not any(c.isalpha() for c in cell))
    if names < len(filled) or wordless > 0.5 * len(filled):
        return 0
    if len({cell.casefold() for cell in filled}) < 0.6 * len(filled):
        return 0
    return width


def _name_like(cell: str) -> bool:
    if len(cell) > _LONGEST_NAME or len(cell.split()) > _MOST_WORDS or cell.startswith("="):
        return False
    shape = shape_of(cell)
    if shape is Shape.NUMBER:
        return _SHORT_NUMBER.fullmatch(cell) is not None
    return shape not in (Shape.DATE, Shape.TIME, Shape.EMAIL)


def _beyond_doubt(headers: Sequence[str]) -> bool:
    """Stricter than name-like: no sentence, no blank or repeated name."""
    return all(h and len(h) <= 40 and not h.endswith((".", ",", ";", "!")) and len(h.split()) <= 5 for h in headers) and len(
        {h.casefold() for h in headers}
    ) == len(headers)


def _prose(row: Sequence[str]) -> bool:
    """Whether a row reads like a line of a letter that happens to hold a comma."""
    return len(row) == 2 and row[1].startswith(" ") and len(" ".join(row).split()) > 3


def _filled_to(record: Sequence[str]) -> int:
    """The number of cells up to the last one that is not blank."""
    width = len(record)
    while width and not record[width - 1].strip(_STRIP):
        width -= 1
    return width
