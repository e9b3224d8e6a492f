"""Rows that are only noted are those that would be read, whatever stands between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.sources.tables.delimited import lines as lines_module
from producers.sources.tables.plain_lines import SEPARATOR, PassedLines
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import Extent, Rejected, Table
from tests.producers.local_files import local_file

HEADER = "Visit,Pet,Owner,Seen,Paid,Remark"


class EveryRow:
    """Passes over each row that it is asked about."""

    takes_unknown = True
    reads_again = False

    def __init__(self) -> None:
        self.noted: list[str] = []

    def is_worth_a_look(self) -> bool:
        return True

    def runs(self, rows: Sequence[bytes | None]) -> list[PassedLines]:
        return [(number, number + 1, [row]) for number, row in enumerate(rows) if row is not None]

    def passed(self, rows: Sequence[int | bytes]) -> None:
        self.noted += [row.decode() for row in rows if isinstance(row, bytes)]


def both_ways(table: Table) -> tuple[list[str], list[str], int]:
    """Return the rows of a table read one by one, those read or noted, and the number of the noted ones."""
    read_extent, read_rejected = Extent(), list[Rejected]()
    read = sorted(SEPARATOR.join(cells) for _, cells in table.rows(read_rejected.append, read_extent))
    every, extent, rejected = EveryRow(), Extent(), list[Rejected]()
    found = [SEPARATOR.join(cells) for _, cells in table.unknown_rows(rejected.append, extent, every)]
    assert (extent, rejected) == (read_extent, read_rejected)
    return read, sorted(found + every.noted), len(every.noted)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "_BLOCK", 64)


def row(number: int) -> str:
    return f"{number},P{number:03},Ada Quist,05/{1 + number % 28:02}/2026,{number}.50,fine"


odd = st.sampled_from(
    [
        HEADER,
        HEADER.upper(),
        "Pet,Visit,Owner,Seen,Paid,Remark",
        "Code,Name,Kind,Since,Until,Price",
        "Total: 3,,,,6.50,",
        "Page 2 of 3",
        "",
        ",,,,,",
        "7,P007,Ada Quist,05/07/2026,7.50",
        "8,P008,Ada Quist,05/08/2026,8.50,fine,,",
        "9,P009,Ada Quist,05/09/2026,9.50,fine,more",
        '10,P010,"Quist, Ada",05/10/2026,10.50,"said ""no"""',
        '11,P011,Ada Quist,05/11/2026,11.50,"first\n12,P012,Ada Quist,05/12/2026,12.50,fine\nlast"',
        '13,P013,Ada Quist,05/13/2026,13.50,a "stray quote',
        '14,P014,Ada Quist,05/14/2026,14.50,"open',
        "Group A,,,,,",
        "“15”,P015,Ada Quist,05/15/2026,15.50,naïve",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(lines=st.lists(st.one_of(st.integers(20, 90).map(row), odd), max_size=40), end=st.sampled_from(["\n", "\r\n"]))
def test_each_row_is_read_or_noted_once(tmp_path: Path, lines: list[str], end: str) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(end.join([HEADER, *map(row, range(16, 20)), *lines, ""]), encoding="utf-8", newline="")
    for table in read_tables(local_file(path, tmp_path)):
        read, found, _ = both_ways(table)
        assert found == read


def test_plain_rows_are_noted(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write("\n".join([HEADER, *map(row, range(1, 60)), ""]))
    (table,) = read_tables(local_file(path, tmp_path))
    read, found, noted = both_ways(table)
    assert found == read
    assert noted > 50
