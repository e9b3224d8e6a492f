"""Cells of OpenDocument spreadsheets that are no plain text: each is read as it is shown, or said to be no value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producers.sources.tables.odd_cells import Oddity, OddRow

from .conftest import Read
from .open_documents import COVERED, across, broken, document, down, error, formula, padded
from .test_workbook_cells import HEADER, odd_in, visit

ReadOne = Callable[..., Read]
AS_NUMBER = 'office:value-type="float" office:value="0"'


@pytest.mark.parametrize(
    "cell",
    [error("#DIV/0!"), error("#REF!", kind=AS_NUMBER), error("Err:508", kind=AS_NUMBER), error("#N/A", kind="")],
    ids=["marked as an error", "stored as zero", "with a code", "without a type"],
)
def test_an_error_is_no_blank_and_no_zero(read_one: ReadOne, cell: str) -> None:
    got = read_one(document({"V": [HEADER, visit(1), [*visit(2)[:4], cell, "fine"], visit(3)]}))
    assert odd_in(got) == {3: ((4, Oddity.ERROR),)}
    assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "", "fine"]


def test_a_formula_without_a_result_is_no_blank(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, visit(1), [*visit(2)[:4], formula(), "fine"]]}))
    assert odd_in(got) == {3: ((4, Oddity.NO_VALUE),)}


def test_a_number_keeps_the_zeros_that_its_format_shows(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, [*visit(1)[:4], padded(4614, "04614"), "fine"], visit(2)]}))
    assert got.cells[0][4] == "04614"


def test_lines_of_one_paragraph_are_lines(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, [*visit(1)[:5], broken("rinsed", "sealed")], visit(2)]}))
    assert got.cells[0][5] == "rinsed\nsealed"


def test_cells_merged_downwards_give_every_row_their_value(read_one: ReadOne) -> None:
    first, second = visit(1), ["", "", "", "", "7.00", "more"]
    rows = [[*(down(value, 2) for value in first[:3]), *first[3:]], [COVERED, COVERED, COVERED, *second[3:]], visit(3)]
    got = read_one(document({"V": [HEADER, *rows]}))
    assert got.cells[1] == ["1", "P001", "Ada Quist", "", "7.00", "more"]
    assert odd_in(got) == {3: ((0, Oddity.MERGED), (1, Oddity.MERGED), (2, Oddity.MERGED))}


def test_cells_merged_sideways_hide_those_to_the_right(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, visit(1), [*visit(2)[:4], across("2.50", 2), COVERED]]}))
    assert odd_in(got) == {3: ((5, Oddity.COVERED),)}


def test_repeated_cells_are_counted(read_one: ReadOne) -> None:
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="5"/>'
    got = read_one(document({"V": [HEADER, [*visit(1)[:3], twice, error("#N/A")], visit(2), visit(3)]}))
    assert got.cells[0] == ["1", "P001", "Ada Quist", "5", "5", ""]
    assert odd_in(got) == {2: ((5, Oddity.ERROR),)}


def test_rows_without_odd_cells_are_plain_lists(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, visit(1), visit(2)]}))
    assert not any(isinstance(cells, OddRow) for cells in got.cells)
