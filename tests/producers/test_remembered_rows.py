"""Rows of a table that come from memory once its file was read to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from producers.sources import remembered_rows
from producers.sources.remembered_rows import RememberedRows, RowBudget
from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.sources.tables.plain_lines import PassedLines, Skim
from producers.sources.tables.table import Extent, NumberedRow, OnReject, Rejected

CELLS = st.lists(st.text(st.characters(codec=None), max_size=5), min_size=2, max_size=2)
ODD_CELLS = st.builds(
    lambda cells, oddity: OddRow(cells, ((0, oddity),) if oddity else ()), CELLS, st.sampled_from([None, *Oddity])
)
REJECTED = st.builds(lambda cells: Rejected(row=1, reason="wrong_cell_count", cells=tuple(cells)), CELLS)


@dataclass
class File:
    """A source that counts its readings. A row stands there as its cells."""

    told: list[list[str] | Rejected]
    readings: int = field(default=0, init=False)

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        self.readings += 1
        for number, one in enumerate(self.told, start=2):
            if isinstance(one, Rejected):
                on_reject(one)
            else:
                yield number, one
        extent.records, extent.furniture = len(self.told) + 1, 1


class SkimmedFile(File):
    def unknown_rows(self, on_reject: OnReject, extent: Extent, skim: Skim) -> Iterator[NumberedRow]:
        del skim
        return self.rows(on_reject, extent)


def heard(source: File | RememberedRows) -> tuple[list[object], Extent]:
    """Return the news that a reader of a source hears, in its order, and the size of the table."""
    told: list[object] = []
    extent = Extent()
    for row, cells in source.rows(told.append, extent):
        told.append((row, list(cells), cells.odd if isinstance(cells, OddRow) else ()))
    return told, extent


@given(st.lists(st.one_of(CELLS, ODD_CELLS, REJECTED), max_size=40), st.integers(1, 12))
def test_a_second_reading_tells_what_the_first_one_told(told: list[list[str] | Rejected], together: int) -> None:
    file = File(told)
    source = RememberedRows(file, RowBudget())
    before, remembered_rows._ROWS = remembered_rows._ROWS, together  # type: ignore[misc]
    try:
        assert heard(source) == heard(source) == heard(File(told))
    finally:
        remembered_rows._ROWS = before  # type: ignore[misc]
    assert file.readings == 1


def test_a_reading_that_ends_early_is_not_remembered() -> None:
    file = File([["a", str(number)] for number in range(9)])
    source = RememberedRows(file, RowBudget())
    assert len(list(islice(source.rows(lambda _: None, Extent()), 4))) == 4
    assert heard(source) == heard(File(file.told))
    assert file.readings == 2


def test_a_table_beyond_the_budget_is_read_from_its_file_each_time() -> None:
    file = File([["a", str(number)] for number in range(5_000)])
    source = RememberedRows(file, RowBudget(left=1_000))
    assert heard(source) == heard(source) == heard(File(file.told))
    assert file.readings == 2


def test_the_tables_of_an_extract_share_one_budget() -> None:
    budget, files = RowBudget(left=200), [File([["a", "b"]] * 50) for _ in range(9)]
    for file in files:
        source = RememberedRows(file, budget)
        assert heard(source) == heard(source)
    assert budget.left >= 0
    assert {file.readings for file in files} == {1, 2}


@dataclass
class Nothing:
    """A reader of rows that tells their source only whether they were read before."""

    reads_again: bool
    takes_unknown: bool = False

    def is_worth_a_look(self) -> bool:
        return False

    def runs(self, rows: object) -> list[PassedLines]:
        return []

    def passed(self, rows: object) -> None: ...


def test_rows_are_skimmed_in_the_file_until_they_are_read_again() -> None:
    file = SkimmedFile([["a", "b"]] * 5)
    source = RememberedRows(file, RowBudget())
    heard(source)
    for again, readings in ((False, 2), (True, 2), (False, 3)):
        assert len(list(source.unknown_rows(lambda _: None, Extent(), Nothing(reads_again=again)))) == 5
        assert file.readings == readings
