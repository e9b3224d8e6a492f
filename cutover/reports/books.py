"""The books of deliveries, for documents, for the terminal and for the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rich.console import RenderableType

from cutover.reports.answer import table
from cutover.reports.counted import counted as with_noun
from cutover.reports.documents.books import BookPage
from cutover.reports.documents.oversight.reconcile import ObjectCounts
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of, explain
from producers.changes.books import NOT_IN_SAMPLE, NOT_MAPPED, Books, Term
from producers.kinds.cell_fates import (
    CARRIED,
    CELL_FATES,
    NORMALISED,
    SAID_ELSEWHERE,
    SENSITIVE,
    UNWANTED,
    WITH_ITS_ROW,
    WORD_FOR_NOTHING,
)
from projections.destination import destination

_WORDS = {
    "furniture": "titles, headers, totals, blank lines",
    "repeated": "rows that stand there again",
    "not_mapped": "tables mapped to nothing",
    "not_migrated": "deleted in the practice's software",
    "older": "older than what is known",
    "forgotten": "people who were erased",
    "by_decision": "left out by a person's decision about a shared id",
    "not_in_sample": "not in the sample",
    "line_of_plan": "lines of treatment plans",
    "same_record": "rows about a record of another row",
    "added_up": "rows of balances that were added up",
    "automation": "automation rules",
}
"""Details in the words of an office; reason codes have theirs in the registry."""


def pages_of(extract: str, books: Books) -> list[BookPage]:
    """Return the pages of an extract's books as documents and decisions hold them."""
    found: list[BookPage] = []
    kinds = Counter((page.file, page.kind) for page in books)
    for page in books:
        terms = page.by_term()
        found.append(
            {
                "extract": extract,
                "file": page.file,
                "sheet": page.sheet,
                "kind": page.kind.value,
                "records": page.records,
                "carried": terms[Term.CARRIED],
                "merged": terms[Term.MERGED],
                "used": terms[Term.USED],
                "held": terms[Term.HELD],
                "left_out": terms[Term.LEFT_OUT],
                "columns": [
                    {
                        "header": c.header,
                        "filled": filled,
                        "to": c.field or c.custom,
                        "why": c.ignored,
                        "cells": dict(sorted(cells.items())),
                    }
                    for c, filled, cells in zip(page.columns, page.filled, page.fates.counts(), strict=True)
                    if filled or cells.total()
                ],
                "issues": [
                    {"field": field, "reason": reason, "count": count} for (field, reason), count in sorted(page.issues.items())
                ],
                "unreadable": [
                    {"header": c.header, "field": c.field, "count": c.count, "looks": list(c.looks)} for c in page.unreadable
                ],
                "difference": page.difference,
            }
        )
        if kinds[page.file, page.kind] > 1:
            found[-1]["rows"] = sorted(page.rows)
    return found


def records_with(pages: Iterable[BookPage], term: Term, detail: str | None = None) -> int:
    """Return the number of records of a term, or of one detail of it."""
    counts = [page[term.value] for page in pages]
    return sum(sum(count.values()) if detail is None else count.get(detail, 0) for count in counts)


def books_table(pages: Sequence[BookPage]) -> RenderableType:
    """Return the books as a table of the terminal: a line for each table of the delivery."""
    columns = ("file", "records", "carried", "merged", "used", "held", "left out", "difference")
    return table("books of the delivery", columns, rows_of(pages), right=range(1, 8))


def rows_of(pages: Sequence[BookPage]) -> list[tuple[str | int, ...]]:
    """Return a row for each page: its file and sheet, and the counts by term."""
    terms = (Term.CARRIED, Term.MERGED, Term.USED, Term.HELD, Term.LEFT_OUT)
    return [
        (
            _name_of(page),
            page["records"],
            *(records_with([page], term) for term in terms),
            page["difference"],
        )
        for page in pages
    ]


def left_out_lines(pages: Sequence[BookPage]) -> list[str]:
    """Return a line for each kind of record that was merged, used or left out, with the number of records."""
    counted: Counter[str] = Counter()
    for page in pages:
        for counts in (page["merged"], page["used"], page["left_out"]):
            counted.update(counts)
    return [f"{_WORDS.get(detail, detail)}: {number:,}" for detail, number in counted.most_common()]


_CELLS = {
    CARRIED: "carried",
    NORMALISED: "normalised",
    WORD_FOR_NOTHING: "words for nothing",
    SAID_ELSEWHERE: "repeat another",
    UNWANTED: "left out by the mapping",
    SENSITIVE: "left out as sensitive",
    WITH_ITS_ROW: "of rows that make no record",
}


LOST = "lost"
"""The sum over the reason codes."""


def cells_of(pages: Iterable[BookPage]) -> dict[str, int]:
    """Return the number of cells that were taken apart, by what became of them; lost ones together."""
    counted: Counter[str] = Counter()
    for page in pages:
        for column in page["columns"]:
            for fate, number in column.get("cells", {}).items():
                counted[fate if fate in CELL_FATES else LOST] += number
    return dict(sorted(counted.items()))


def cell_lines(pages: Iterable[BookPage]) -> list[str]:
    """Return a line on the cells of the rows that were taken apart, by what became of them; none where no row was."""
    counted = cells_of(pages)
    words = [f"{counted[fate]:,} {said}" for fate, said in {**_CELLS, LOST: "lost"}.items() if fate in counted]
    return [f"cells of new and changed rows: {', '.join(words)}"] if words else []


def column_rows(pages: Iterable[BookPage]) -> list[tuple[str | int, ...]]:
    """Return a row for each column with cells that were taken apart: file, column, filled cells, and their number by fate."""
    rows: list[tuple[str | int, ...]] = []
    for page in pages:
        for column in page["columns"]:
            cells = column.get("cells", {})
            lost = sum(number for fate, number in cells.items() if fate not in CELL_FATES)
            fates = (cells.get(fate, 0) for fate in _CELLS)
            rows.append((_name_of(page), column["header"], column["filled"], *fates, lost))
    return rows


COLUMN_HEADS = ("File", "Column", "Filled", *(words.capitalize() for words in _CELLS.values()), "Lost")
"""The heads of a table of columns."""


def _name_of(page: BookPage) -> str:
    return f"{page['file']}, {page['sheet']}" if page["sheet"] else page["file"]


def value_lines(pages: Sequence[BookPage]) -> list[str]:
    """Return a line for each file and reason by which values did not arrive or are doubtful, most of them first."""
    counted: Counter[tuple[str, str]] = Counter()
    fields: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for page in pages:
        told = {column["field"] for column in page.get("unreadable", ())}  # by a finding about the column
        for issue in (issue for issue in page["issues"] if issue["field"] not in told):
            cause = _name_of(page), issue["reason"]
            counted[cause] += issue["count"]
            fields[cause][issue["field"]] = None
    return [
        f"Finding: {file}, {' and '.join(fields[file, reason])}, {_times(number)}: {explain(reason)}"
        for (file, reason), number in counted.most_common()
    ]


def has_lost_values(pages: Iterable[BookPage]) -> bool:
    """Return whether a value did not arrive; one that arrived and is doubtful is no loss."""
    return any(cost_of(issue["reason"]) is Cost.VALUE for page in pages for issue in page["issues"])


def waiting_records(objects: Iterable[ObjectCounts]) -> int:
    """Return the number of records that wait until their patient is known; their links wait with them."""
    return sum(one["waiting"] for one in objects if one["object"] not in destination().owners)


def reservation(pages: Sequence[BookPage], waiting: int = 0) -> str | None:
    """Return what of the delivery went nowhere, for a sentence about the whole; None where all of it is in Twenty. `waiting`
    are records whose patient is not known yet.
    """
    parts = [
        (sum(abs(page["difference"]) for page in pages), "record without an account", "records without an account"),
        (records_with(pages, Term.HELD), "row that is held", "rows that are held"),
        (waiting, "record that waits for its patient", "records that wait for their patients"),
        (records_with(pages, Term.LEFT_OUT, NOT_IN_SAMPLE), "row that is not in the sample", "rows that are not in the sample"),
        (
            records_with(pages, Term.LEFT_OUT, NOT_MAPPED),
            "row of tables that are mapped to nothing",
            "rows of tables that are mapped to nothing",
        ),
    ]
    return ", ".join(with_noun(number, one, several) for number, one, several in parts if number) or None


def is_incomplete(pages: Sequence[BookPage]) -> bool:
    """Return whether rows went nowhere that a person would expect in Twenty: without an account, or not in a sample.

    Held rows are listed one by one elsewhere; tables that are mapped to nothing were approved so.
    """
    return any(page["difference"] for page in pages) or records_with(pages, Term.LEFT_OUT, NOT_IN_SAMPLE) > 0


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
