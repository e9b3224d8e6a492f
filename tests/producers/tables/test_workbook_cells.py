"""Cells of workbooks that are no plain text: each is read as it is shown, or said to be no value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import LeftOut
from tests.producers.local_files import local_file

from .conftest import Read, read
from .written.workbooks import date, error, formula, workbook

Write = Callable[..., Path]
ReadOne = Callable[..., Read]

HEADER = ["Visit", "Pet", "Owner", "Seen", "Paid", "Remark"]


def visit(number: int) -> list[object]:
    return [str(number), f"P{number:03}", "Ada Quist", f"05/{number:02}/2026", f"{number}.50", "fine"]


def odd_in(got: Read) -> dict[int, tuple[tuple[int, Oddity], ...]]:
    return {row: cells.odd for row, cells in got.rows if isinstance(cells, OddRow)}


def read_all(write: Write, tmp_path: Path, content: bytes) -> tuple[list[Read], list[LeftOut]]:
    left: list[LeftOut] = []
    tables = read_tables(local_file(write(content, "pets.xlsx"), tmp_path), left.append)
    return [read(table) for table in tables], left


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#VALUE!", "#NUM!"])
def test_an_error_is_no_blank(read_one: ReadOne, text: str) -> None:
    got = read_one(workbook({"V": [HEADER, visit(1), [*visit(2)[:4], error(text), "fine"], visit(3)]}))
    assert odd_in(got) == {3: ((4, Oddity.ERROR),)}
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "", "fine"]


def test_a_formula_without_a_result_is_no_blank(read_one: ReadOne) -> None:
    got = read_one(workbook({"V": [HEADER, visit(1), [*visit(2)[:4], formula("A1+1"), "fine"]]}))
    assert odd_in(got) == {3: ((4, Oddity.NO_VALUE),)}


def test_a_row_of_errors_only_is_a_row(read_one: ReadOne) -> None:
    got = read_one(workbook({"V": [HEADER, visit(1), [error("#REF!")] * 6, visit(3)]}))
    assert got.numbers == [2, 3, 4]


def test_a_date_among_other_values_is_told_from_one_in_a_column_of_dates(read_one: ReadOne) -> None:
    rows = [[*visit(n)[:3], date(46000 + n), n, "2-5"] for n in (1, 2, 3)]
    rows[1][5] = date(46058)
    got = read_one(workbook({"V": [HEADER, *rows]}))
    assert odd_in(got)[2] == ((3, Oddity.DATE),)
    assert odd_in(got)[3] == ((3, Oddity.DATE), (5, Oddity.STRAY_DATE))
    assert got.cells[1][5] == "2026-02-05"


def test_a_merged_error_is_an_error_in_every_row(read_one: ReadOne) -> None:
    rows = [[*visit(1)[:4], error("#REF!"), "fine"], [*visit(2)[:4], "", "fine"]]
    got = read_one(workbook({"V": [HEADER, *rows]}, merged=["E2:E3"]))
    assert odd_in(got) == {2: ((4, Oddity.ERROR),), 3: ((4, Oddity.ERROR),)}


def test_rows_without_odd_cells_are_plain_lists(read_one: ReadOne) -> None:
    got = read_one(workbook({"V": [HEADER, visit(1), visit(2)]}))
    assert {type(cells) for cells in got.cells} == {list}


def test_a_hidden_sheet_without_rows_is_not_worth_a_word(write: Write, tmp_path: Path) -> None:
    content = workbook({"notes": [["Do not print"]], "Visits": [HEADER, visit(1)]}, hidden=["notes"])
    assert read_all(write, tmp_path, content)[1] == []


def test_a_sheet_without_a_header_goes_on_where_the_one_before_ends(write: Write, tmp_path: Path) -> None:
    content = workbook({"Page 1": [HEADER, visit(1), visit(2), visit(3)], "Page 2": [visit(4), visit(5)]})
    got, left = read_all(write, tmp_path, content)
    assert [(r.table.sheet, r.table.headers, r.numbers) for r in got] == [
        ("Page 1", tuple(HEADER), [2, 3, 4]),
        ("Page 2", tuple(HEADER), [1, 2]),
    ]
    assert left == []


def test_a_sheet_of_rows_that_fit_no_header_is_named(write: Write, tmp_path: Path) -> None:
    other = [["05/04/2026", "a@b.example", "4.50", "9:30"], ["05/05/2026", "c@d.example", "5.50", "9:40"]]
    got, left = read_all(write, tmp_path, workbook({"Page 1": [HEADER, visit(1), visit(2)], "Page 2": other}))
    assert [r.table.sheet for r in got] == ["Page 1"]
    assert left == [LeftOut(sheet="Page 2", reason="missing_header")]


def test_two_tables_on_one_sheet_are_two(write: Write, tmp_path: Path) -> None:
    stock = [["Item", "Count", "Bought"], ["Brush", 3, "05/01/2026"], ["Floss", 12, "05/02/2026"]]
    got, _ = read_all(write, tmp_path, workbook({"All": [HEADER, visit(1), visit(2), [], ["Stock"], *stock]}))
    assert [(r.table.headers[0], r.numbers) for r in got] == [("Visit", [2, 3]), ("Item", [7, 8])]
    assert [r.rejected for r in got] == [[], []]
