"""The books of deliveries on a page: what became of each file's records, and the values that did not arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cutover.reports.books import COLUMN_HEADS, cell_lines, column_rows, left_out_lines, rows_of
from cutover.reports.documents.books import BookPage
from cutover.reports.page.parts import LineList, PagePart, PageSection, PageTable, listed
from cutover.reports.pages.causes import heading, rank
from cutover.reports.pages.framing import place, times
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of

VALUES = 100
"""LineList about values that a page lists."""


def books_section(books: Sequence[BookPage]) -> PageSection:
    """Return the section about the records of a delivery; without parts where there are no books."""
    if not books:
        return PageSection("Records of the delivery", ())
    columns = ("File", "Records", "Moved", "Merged", "Used", "Held", "Left out", "Unaccounted")
    rows = sorted(rows_of(books), key=lambda row: (-int(row[7] or 0), -int(row[5] or 0)))
    parts: list[PagePart] = [listed("By file, those with held rows first", columns, rows, numbers=range(1, 8))]
    lines = [*left_out_lines(books), *cell_lines(books)]
    parts += [LineList(tuple(lines))] if lines else []
    if cells := column_rows(books):
        parts.append(listed("Cells of new and changed rows, by column", COLUMN_HEADS, cells, numbers=range(2, 10)))
    return PageSection("Records of the delivery", tuple(parts))


def values_section(books: Sequence[BookPage]) -> PageSection:
    """Return the section about values that did not arrive or are doubtful: a table for each cost, the dearest first."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for page in books:
        for issue in page["issues"]:
            counted[issue["reason"], place(page["file"], page["sheet"]), issue["field"]] += issue["count"]
    by_cost: dict[Cost, list[tuple[str, str, str, int]]] = {}
    for (reason, file, name), number in counted.most_common():
        by_cost.setdefault(cost_of(reason), []).append((heading(reason), file, name, number))
    return PageSection("Values to look at", tuple(_values(cost, by_cost[cost]) for cost in sorted(by_cost, key=rank)))


def _values(cost: Cost, rows: Sequence[tuple[str, str, str, int]]) -> PageTable:
    columns = ("What happened, and what to do", "File", "Field in Twenty", "How often")
    caption = f"{cost.value}, {times(sum(number for *_, number in rows))}"
    return listed(caption, columns, rows, numbers=(3,), most=VALUES)
