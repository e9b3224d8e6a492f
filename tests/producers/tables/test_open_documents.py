"""Cells of OpenDocument spreadsheets that are no plain text: each is read as it is shown, or said to be no value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from producers.sources.tables.odd_cells import Oddity, OddRow

from .conftest import Read
from .test_workbook_cells import HEADER, odd_in, visit
from .written.open_documents import broken, document, error, formula

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


def test_lines_of_one_paragraph_are_lines(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, [*visit(1)[:5], broken("rinsed", "sealed")], visit(2)]}))
    assert got.cells[0][5] == "rinsed\nsealed"


def test_repeated_cells_are_counted(read_one: ReadOne) -> None:
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="5"/>'
    got = read_one(document({"V": [HEADER, [*visit(1)[:3], twice, error("#N/A")], visit(2), visit(3)]}))
    assert got.cells[0] == ["1", "P001", "Ada Quist", "5", "5", ""]
    assert odd_in(got) == {2: ((5, Oddity.ERROR),)}


def test_rows_without_odd_cells_are_plain_lists(read_one: ReadOne) -> None:
    got = read_one(document({"V": [HEADER, visit(1), visit(2)]}))
    assert not any(isinstance(cells, OddRow) for cells in got.cells)
