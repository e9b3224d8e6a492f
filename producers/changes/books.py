"""The books of an extract: the count of its records by file and table, and what became of each of them.

Every record of a file is counted twice, in different places: by its source as the file is read (`Page.read`), and where its
fate is settled (`Page.count`). No term is a remainder, so that a record that is lost in between shows as a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from events.vocabulary.mapping import ColumnBinding, TableKind
from events.vocabulary.records import Issue
from producers.binding.findings import Finding
from producers.binding.sampled import BoundTable
from producers.changes.filled_cells import FilledCells
from producers.changes.settled_cells import SettledCells
from producers.sources.tables.table import Extent, Rejected
from producers.state.presence import MetRows

_MOST_ROWS = 10_000


class Term(StrEnum):
    """The fates of a record of a file."""

    CARRIED = "carried"
    """Its record in the log says the same: as `created`, `updated` or `unchanged`."""
    MERGED = "merged"
    """It is about a record that another row carries: `line_of_plan`, `same_record`, `added_up`."""
    USED = "used"
    """It was read for something else than a record: `automation`."""
    HELD = "held"
    """It is a dead letter; its reason code says why."""
    LEFT_OUT = "left_out"
    """It was left out on purpose, with a detail of this module's that says why."""


CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
LINE_OF_PLAN, SAME_RECORD, ADDED_UP = "line_of_plan", "same_record", "added_up"
AUTOMATION_RULE = "automation"
FURNITURE, REPEATED, NOT_MAPPED, NOT_MIGRATED = "furniture", "repeated", "not_mapped", "not_migrated"
OLDER, FORGOTTEN, NOT_IN_SAMPLE, BY_DECISION = "older", "forgotten", "not_in_sample", "by_decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingColumn:
    """A column that fails in nearly every cell: of its `field` so many values were lost. `looks` are shapes of its cells."""

    header: str
    field: str
    count: int
    looks: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Page:
    """The account of one table. `records` are all of its file's or sheet's, the lines above the header included."""

    file: str
    sheet: str | None
    kind: TableKind
    columns: tuple[ColumnBinding, ...] = ()
    cells: FilledCells
    fates: SettledCells
    records: int = 0
    counts: Counter[tuple[Term, str]] = field(default_factory=Counter)
    issues: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Values that were lost or are doubtful, by the field's name in issues and reason code, on the rows whose records live."""
    rows: set[int] = field(default_factory=set)
    """The numbers of rows that findings speak of, as far as there is room."""
    unreadable: list[FailingColumn] = field(default_factory=list)
    """Columns that one finding tells of, instead of one for each of these values."""

    def count(self, term: Term, detail: str, number: int = 1) -> None:
        """Add a number of records to a term."""
        self.counts[term, detail] += number

    def read(self, extent: Extent) -> None:
        """Add the records of a table that was read to its end, and those of them that hold no data."""
        self.records += extent.records
        self.counts[Term.LEFT_OUT, FURNITURE] += extent.furniture

    @property
    def filled(self) -> list[int]:
        """Of each column, the cells that hold anything, of the rows that were taken apart: those that are not unchanged."""
        return self.cells.counts()

    def unsettled_columns(self) -> list[tuple[str, int, int]]:
        """Return the columns whose cells are not all accounted for: header, filled cells, and cells with a fate."""
        return [
            (column.header, filled, counts.total())
            for column, filled, counts in zip(self.columns, self.filled, self.fates.counts(), strict=True)
            if filled != counts.total()
        ]

    def note(self, issues: Iterable[Issue], row: int) -> None:
        """Add the values of a row that were lost or are doubtful."""
        self.note_row(row)
        for issue in issues:
            self.issues[issue.field, issue.reason] += 1

    def note_row(self, row: int) -> None:
        """Take note that a finding speaks of a row: its number alone does not tell its sheet."""
        if len(self.rows) < _MOST_ROWS:
            self.rows.add(row)

    def met(self, rows: MetRows) -> None:
        """Add rows that say what is known."""
        counts = self.counts
        counts[Term.CARRIED, UNCHANGED] += rows.first
        if rows.again:
            counts[Term.LEFT_OUT, REPEATED] += rows.again
        if rows.joined:
            counts[Term.MERGED, SAME_RECORD] += rows.joined

    @property
    def settled(self) -> int:
        """Return the number of records with a fate."""
        return self.counts.total()

    @property
    def difference(self) -> int:
        """Return the number of records that were read and have no fate; negative where some have two."""
        return self.records - self.settled

    def by_term(self) -> dict[str, dict[str, int]]:
        """Return the counts by term and detail, without zeros."""
        found: dict[str, dict[str, int]] = {term.value: {} for term in Term}
        for (term, detail), number in sorted(self.counts.items()):
            if number:
                found[term.value][detail] = number
        return found


@dataclass(slots=True)
class Events:
    """The change events of an extract: those that the log has `appended`, and of these those that no row of the extract says
    but that `followed` from its rows (deletions, e-mail addresses that moved, the practice itself).
    """

    appended: int = 0
    followed: int = 0


@dataclass(slots=True, kw_only=True)
class Books:
    """The pages of an extract, in the order in which its tables were first met, and the events that the log took."""

    events: Events = field(default_factory=Events)
    _pages: dict[tuple[str, str | None, int], Page] = field(default_factory=dict)

    def page(self, bound: BoundTable) -> Page:
        """Return the page of a table."""
        table = bound.table
        place = (table.file, table.sheet, table.header_row)
        if place not in self._pages:
            columns = bound.binding.columns
            self._pages[place] = Page(
                file=table.file,
                sheet=table.sheet,
                kind=bound.binding.kind,
                columns=columns,
                cells=FilledCells(len(columns)),
                fates=SettledCells(len(columns)),
            )
        return self._pages[place]

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages.values())

    @property
    def missing_events(self) -> int:
        """Return the number of rows counted as created or updated for which the log took no event."""
        told = sum(page.counts[Term.CARRIED, detail] for page in self for detail in (CREATED, UPDATED))
        return told - (self.events.appended - self.events.followed)

    def differing(self) -> list[Page]:
        """Return the pages that do not balance."""
        return [page for page in self if page.difference]


def count_tables_without_records(tables: Iterable[BoundTable], books: Books) -> None:
    """Read tables that make no record, and count their rows: automation rules, and tables that are mapped to nothing."""
    for bound in tables:
        is_used = bound.binding.kind is TableKind.AUTOMATION
        _count(bound, books, Term.USED if is_used else Term.LEFT_OUT, AUTOMATION_RULE if is_used else NOT_MAPPED)


def hold_tables(tables: Iterable[BoundTable], books: Books, reason: str) -> None:
    """Read tables whose rows are all held for one reason, and count their rows."""
    for bound in tables:
        _count(bound, books, Term.HELD, reason)


def _count(bound: BoundTable, books: Books, term: Term, detail: str) -> None:
    """Read a table and add its rows to a term. Rows that cannot be trusted are held for their own reason."""
    page, extent = books.page(bound), Extent()
    see = page.cells.see

    def reject(rejected: Rejected) -> None:
        page.count(Term.HELD, rejected.reason)

    rows = 0
    for _, cells in bound.table.rows(reject, extent):
        see(cells)
        page.fates.settle_with_row(cells)
        rows += 1
    page.count(term, detail, rows)
    page.read(extent)


BOOKS_DIFFER = "books_differ"


def _place(page: Page) -> str:
    return f"{page.file}, {page.sheet}" if page.sheet else page.file


def findings_of(books: Books) -> list[Finding]:
    """Return a finding for each page whose records are not all accounted for, and one for events that the log did not take."""
    found = []
    for page in books.differing():
        text = f"{_place(page)}: {page.records} records were read, and {page.settled} are accounted for"
        found.append(Finding(code=BOOKS_DIFFER, file=page.file, column=None, text=text))
    for page in books:
        for header, filled, settled in page.unsettled_columns():
            text = f"{_place(page)}, column {header!r}: {filled} cells hold anything, and {settled} are accounted for"
            found.append(Finding(code=BOOKS_DIFFER, file=page.file, column=header, text=text))
    if books.missing_events:
        told = books.events.appended - books.events.followed
        text = f"{told + books.missing_events} rows were counted as created or updated, and the log took {told} events"
        found.append(Finding(code=BOOKS_DIFFER, file="", column=None, text=text))
    return found
