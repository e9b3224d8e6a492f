"""The contract of the readers of tables: the same sheets give the same answer in each format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import LeftOut, NotATable
from tests.producers.local_files import local_file

from .conftest import Read, read
from .written.formats import FORMATS, Kept
from .written.sheets import Failed, Merged, Padded, Sheet

Open = Callable[..., tuple[list[Read], list[LeftOut]]]
One = Callable[..., Read]

HEADER = ["Visit", "Pet", "Owner", "Seen", "Paid", "Remark"]
each_format = pytest.mark.parametrize("kept", FORMATS, ids=str)
each_with_errors = pytest.mark.parametrize("kept", [one for one in FORMATS if one.errors], ids=str)
each_with_merged_cells = pytest.mark.parametrize("kept", [one for one in FORMATS if one.merged], ids=str)
each_workbook = pytest.mark.parametrize("kept", [one for one in FORMATS if one.hidden_sheets], ids=str)


def visit(number: int) -> list[object]:
    return [str(number), f"P{number:03}", "Ada Quist", f"05/{number:02}/2026", f"{number}.50", "fine"]


def stock(number: int) -> list[object]:
    return [f"A-{number}", number, f"06/{number:02}/2026"]


def odd_in(got: Read) -> dict[int, tuple[tuple[int, Oddity], ...]]:
    return {row: cells.odd for row, cells in got.rows if isinstance(cells, OddRow)}


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Write sheets in a format under a name that says nothing, and read every table."""

    def _opened(kept: Kept, sheets: Sequence[Sheet], *, hidden_sheets: bool = False) -> tuple[list[Read], list[LeftOut]]:
        path = tmp_path / "export"
        path.write_bytes(kept.write(sheets))
        left_out: list[LeftOut] = []
        tables = read_tables(local_file(path, tmp_path), left_out.append, hidden_sheets=hidden_sheets)
        return [read(table) for table in tables], left_out

    return _opened


@pytest.fixture
def one(opened: Open) -> One:
    """Write one sheet and read its only table."""

    def _one(kept: Kept, rows: Sequence[Sequence[object]], merged: Sequence[Merged] = ()) -> Read:
        (got,), left_out = opened(kept, [Sheet(name="Visits", rows=rows, merged=merged)])
        assert left_out == []
        return got

    return _one


@each_format
def test_headers_rows_and_blanks_are_told_with_the_number_of_their_row(kept: Kept, one: One) -> None:
    blank = [*visit(2)[:2], None, *visit(2)[3:5], None]
    got = one(kept, [["Visits of May"], [None], HEADER, visit(1), [None] * 6, blank, visit(3)])
    assert (got.table.headers, got.table.header_row) == (tuple(HEADER), 3)
    assert got.numbers == [4, 6, 7]
    assert got.cells == [visit(1), ["2", "P002", "", "05/02/2026", "2.50", ""], visit(3)]
    assert got.rejected == []
    assert odd_in(got) == {}


@each_format
def test_a_table_is_read_afresh_each_time(kept: Kept, one: One) -> None:
    got = one(kept, [HEADER, visit(1), visit(2)])
    assert read(got.table).rows == got.rows


@each_format
def test_texts_are_raw_as_found(kept: Kept, one: One) -> None:
    texts = ["  Åsa; Zoë, |Brauß| ", 'the "good" one', "<Öberg> & sons", "00123", "1,234.50", "two\nlines"]
    got = one(kept, [HEADER, visit(1), [*visit(2)[:4], "2.50", "fine"], ["3", *texts[:2], "05/03/2026", *texts[4:]]])
    assert got.cells[2] == ["3", *texts[:2], "05/03/2026", *texts[4:]]
    got = one(kept, [HEADER, visit(1), visit(2), ["3", texts[3], texts[2], "05/03/2026", "1", "x"]])
    assert got.cells[2] == ["3", texts[3], texts[2], "05/03/2026", "1", "x"]


@each_format
def test_numbers_are_as_they_are_shown(kept: Kept, one: One) -> None:
    rows = [[n, Padded(40 + n), "Ada Quist", "05/01/2026", n + 0.25, -n] for n in (1, 2, 123456)]
    got = one(kept, [HEADER, *rows])
    assert [[cells[0], cells[1], cells[4], cells[5]] for cells in got.cells] == [
        ["1", "00041", "1.25", "-1"],
        ["2", "00042", "2.25", "-2"],
        ["123456", "123496", "123456.25", "-123456"],
    ]


@each_format
def test_a_date_is_its_iso_form(kept: Kept, one: One) -> None:
    got = one(kept, [HEADER, *([*visit(n)[:3], dt.date(2026, 2, n), *visit(n)[4:]] for n in (1, 2, 3))])
    assert [cells[3] for cells in got.cells] == ["2026-02-01", "2026-02-02", "2026-02-03"]
    assert {odd for cells in odd_in(got).values() for odd in cells} <= {(3, Oddity.DATE)}


@each_with_errors
@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_is_a_lost_value_and_no_blank(kept: Kept, one: One, text: str) -> None:
    got = one(kept, [HEADER, visit(1), [*visit(2)[:4], Failed(text), None], visit(3)])
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "", ""]
    assert odd_in(got) == {3: ((4, Oddity.ERROR),)}


@pytest.mark.parametrize("kept", [kept for kept in FORMATS if not kept.errors], ids=str)
def test_an_error_in_a_format_of_texts_is_its_text(kept: Kept, one: One) -> None:
    got = one(kept, [HEADER, visit(1), [*visit(2)[:4], Failed("#REF!"), None], visit(3)])
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "#REF!", ""]


@each_with_merged_cells
def test_cells_merged_downwards_give_every_row_their_value(kept: Kept, one: One) -> None:
    merged = [Merged(top=1, bottom=2, left=at, right=at) for at in (0, 1, 2)]
    got = one(kept, [HEADER, visit(1), [None, None, None, "05/02/2026", "7.00", "more"], visit(3)], merged)
    assert got.cells[1] == ["1", "P001", "Ada Quist", "05/02/2026", "7.00", "more"]
    assert odd_in(got) == {3: ((0, Oddity.MERGED), (1, Oddity.MERGED), (2, Oddity.MERGED))}


@each_with_merged_cells
def test_cells_merged_sideways_hide_those_to_the_right(kept: Kept, one: One) -> None:
    got = one(kept, [HEADER, visit(1), [*visit(2)[:5], None], visit(3)], [Merged(top=2, bottom=2, left=4, right=5)])
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "2.50", ""]
    assert odd_in(got) == {3: ((5, Oddity.COVERED),)}


@each_format
def test_several_tables_come_in_the_order_of_the_file(kept: Kept, opened: Open) -> None:
    visits = Sheet(name="Visits", rows=[HEADER, visit(1), visit(2)])
    items = Sheet(name="Stock", rows=[["Item", "Count", "Bought"], stock(1), stock(2), stock(3)])
    got, left_out = opened(kept, [visits, items])
    assert [table.table.headers for table in got] == [tuple(HEADER), ("Item", "Count", "Bought")]
    assert [table.cells for table in got] == [
        [visit(1), visit(2)],
        [["A-1", "1", "06/01/2026"], ["A-2", "2", "06/02/2026"], ["A-3", "3", "06/03/2026"]],
    ]
    assert left_out == []
    names = [table.table.sheet for table in got]
    assert names == ["Visits", "Stock"] if kept.sheet_names else len(set(names)) == 2 and None not in names


@each_workbook
def test_a_hidden_sheet_is_named_and_read_only_where_the_operator_says_so(kept: Kept, opened: Open) -> None:
    sheets = [Sheet(name="Backup", rows=[HEADER, visit(9)], is_hidden=True), Sheet(name="Visits", rows=[HEADER, visit(1)])]
    got, left_out = opened(kept, sheets)
    assert ([table.table.sheet for table in got], left_out) == (["Visits"], [LeftOut(sheet="Backup", reason="hidden_sheet")])
    got, left_out = opened(kept, sheets, hidden_sheets=True)
    assert ([table.table.sheet for table in got], left_out) == (["Backup", "Visits"], [])


@each_format
def test_a_header_alone_is_a_table_without_rows(kept: Kept, one: One) -> None:
    got = one(kept, [HEADER])
    assert (got.table.headers, got.rows, got.rejected) == (tuple(HEADER), [], [])


@each_format
def test_a_file_without_rows_holds_no_table(kept: Kept, opened: Open) -> None:
    with pytest.raises(NotATable) as trouble:
        opened(kept, [Sheet(name="Visits", rows=[])])
    assert trouble.value.reason in ("not_a_table", "empty_file")


@each_workbook
def test_a_workbook_that_was_cut_off_is_unreadable(kept: Kept, tmp_path: Path) -> None:
    content = kept.write([Sheet(name="Visits", rows=[HEADER, visit(1)])])
    path = tmp_path / "export"
    path.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(path, tmp_path))
    assert trouble.value.reason == "unreadable"


@each_format
def test_rows_of_a_file_that_is_gone_are_an_error(kept: Kept, one: One, tmp_path: Path) -> None:
    got = one(kept, [HEADER, visit(1)])
    (tmp_path / "export").unlink()
    with pytest.raises(OSError, match="export"):
        list(got.table.rows())
