"""The parts of a page as plain data: a headline, sections, tables, charts and lines. The template escapes their texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PageMark(StrEnum):
    """The state that a headline or a cell shows, by colour and by a sign before it."""

    GOOD = "good"
    OPEN = "open"
    """A person must decide, or nothing was done yet."""
    BAD = "bad"
    """Something is missing, different or lost."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its state."""

    text: str
    mark: PageMark


@dataclass(frozen=True, slots=True)
class Bars:
    """A small bar for each share, 0 to 1, one below the other: of the source first, then of Twenty."""

    shares: tuple[float, ...]


PageCell = str | int | Marked | Bars | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTable:
    """A table. The first cell of a row heads it; `numbers` are the indexes of columns with numbers; `more` stands below."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[PageCell, ...], ...]
    numbers: frozenset[int] = frozenset()
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChart:
    """Numbers over time as columns, each with its label below. At most a dozen are readable at 390 pixels."""

    caption: str
    columns: tuple[tuple[str, int], ...]

    @property
    def highest(self) -> int:
        """Return the largest number, 1 at least."""
        return max((number for _, number in self.columns), default=0) or 1


@dataclass(frozen=True, slots=True)
class LineList:
    """A list of short lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text whose line breaks are kept, such as a template."""

    text: str


@dataclass(frozen=True, slots=True)
class FoldedTables:
    """Tables behind a line that unfolds them; on paper the line alone."""

    line: str
    tables: tuple[PageTable, ...]


PagePart = PageTable | ColumnChart | LineList | Prose | Verbatim | FoldedTables


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading and the parts below it. A section without parts is left out."""

    heading: str
    parts: tuple[PagePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A whole page. `made` says when and from what it was made; `facts` are lines below the headline.

    A `signed` page ends with lines for a name, a date and a decision.
    """

    title: str
    made: str
    headline: Marked
    facts: tuple[str, ...] = ()
    sections: tuple[PageSection, ...] = ()
    signed: bool = False


def listed(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[PageCell]],
    *,
    numbers: Collection[int] = (),
    most: int | None = None,
    total: int | None = None,
    where: str = "",
) -> PageTable:
    """Return a table of at most `most` rows. Of the `total` the rest is counted below it, with the place of the whole list."""
    shown = rows[:most]
    left = (len(rows) if total is None else total) - len(shown)
    return PageTable(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(tuple(row) for row in shown),
        numbers=frozenset(numbers),
        more=f"… and {left:,} more{f'; {where}' if where else ''}." if left > 0 else "",
    )
