"""Headers of exports that went wrong: read as they are meant, or said to be none. No row is ever taken for a header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import LeftOut, NotATable
from tests.producers.local_files import local_file

from .conftest import Read, read

Write = Callable[..., Path]
ReadOne = Callable[..., Read]

HEADER = "Visit,Pet,Owner,Seen,Paid,Remark"
MAY = [f"{n},P{n:03},Ada Quist,05/{n:02}/2026,{n}.50,fine" for n in range(1, 9)]


def text(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


def why_none(write: Write, tmp_path: Path, content: str) -> str:
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(write(content), tmp_path))
    return trouble.value.reason


@pytest.mark.parametrize(
    "odd",
    [
        "Does the owner or the person who brings the pet agree to being called about the balance at any time",
        "12/31/2025",
        "$1,200.00",
        "=SUM(A1:A9)",
        "ada@pets.example",
    ],
)
def test_one_odd_name_does_not_cost_the_table(read_one: ReadOne, odd: str) -> None:
    got = read_one(text(f'{HEADER},"{odd}"', *(f"{line},1.00" for line in MAY[:4])))
    assert got.table.headers == (*HEADER.split(","), odd)
    assert len(got.cells) == 4


def test_an_odd_name_over_values_of_its_kind_does_not_cost_the_table(read_one: ReadOne) -> None:
    rows = [f"{n},P{n:03},05/{n:02}/2026,{n}.50" for n in range(1, 6)]
    got = read_one(text('Visit,Pet,Seen,"$1,200.00"', *rows))
    assert (got.table.headers[3], len(got.cells)) == ("$1,200.00", 5)


@pytest.mark.parametrize(
    "rows",
    [
        ["Quist,1001", "Reyes,1002", "Moss,1003", "Cole,1004"],
        ["Ada,Quist,Active", "Bo,Reyes,Active", "Ida,Moss,Active", "Abe,Cole,Inactive", "Eva,Lund,Active"],
    ],
    ids=["a number among numbers", "a word of most rows"],
)
def test_a_row_of_a_narrow_table_is_no_header(write: Write, tmp_path: Path, rows: list[str]) -> None:
    assert why_none(write, tmp_path, text(*rows)) in ("missing_header", "not_a_table")


@pytest.mark.parametrize(
    "types",
    [
        "(number),(text),(text),(date),(amount),(text)",
        'int,varchar(10),varchar(80),date,"decimal(10, 2)",text',
        ",[text],[text],[date],,",
    ],
)
def test_a_row_of_types_below_the_header_is_no_visit(read_one: ReadOne, types: str) -> None:
    got = read_one(text(HEADER, types, *MAY))
    assert got.table.headers == tuple(HEADER.split(","))
    assert got.numbers == list(range(3, 11))


def test_words_in_brackets_tell_columns_of_one_name_apart(read_one: ReadOne) -> None:
    got = read_one(
        text(
            "Visit,Phone,Phone,Phone,Seen", "(no),(Home),(Work),(Mobile),(on)", *(f"{n},1,2,3,05/0{n}/2026" for n in (1, 2, 3))
        )
    )
    assert got.table.headers == ("Visit (no)", "Phone (Home)", "Phone (Work)", "Phone (Mobile)", "Seen (on)")


def test_a_visit_whose_cells_are_types_by_chance_is_one(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, "1,P001,Ada Quist,05/01/2026,1.50,text", *MAY[1:4]))
    assert got.numbers == [2, 3, 4, 5]


@pytest.mark.parametrize("many", [2, 5])
def test_names_of_groups_between_the_rows_of_a_small_table_are_no_visits(read_one: ReadOne, many: int) -> None:
    got = read_one(text(HEADER, "Dr. Finch,,,,,", *MAY[:many], "Dr. Lund,,,,,", *MAY[many : 2 * many]))
    assert [reason for _, reason in got.reasons] == ["lone_cell", "lone_cell"]
    assert len(got.cells) == min(2 * many, len(MAY))


def test_columns_without_a_name_and_without_a_value_do_not_cost_the_header(read_one: ReadOne) -> None:
    rows = [line.replace("P00", ",P00").replace(",Ada", ",,Ada") for line in MAY[:4]]
    got = read_one(text("Visit,,Pet,,Owner,Seen,Paid,Remark", *rows))
    assert (got.table.headers[:5], len(got.cells)) == (("Visit", "", "Pet", "", "Owner"), 4)


def test_tables_side_by_side_are_not_read_as_one(write: Write, tmp_path: Path) -> None:
    stock = [",,Item,Count,Bought", ",,B1,3,05/01/2026", ",,F1,12,05/02/2026"]
    beside = [a + b for a, b in zip([HEADER, *MAY[:5]], [*stock, ",,,,", ",,,,", ",,,,"], strict=True)]
    assert why_none(write, tmp_path, text(*beside)) == "side_by_side"


def test_a_block_of_columns_that_some_rows_leave_blank_is_of_the_same_table(read_one: ReadOne) -> None:
    insured = [",,Carrier,Group,Since", ",,Guardian,7,05/01/2020", ",,,,", ",,Guardian,8,05/02/2020", ",,,,", ",,,,"]
    got = read_one(text(*(a + b for a, b in zip([HEADER, *MAY[:5]], insured, strict=True))))
    assert len(got.cells) == 5


def test_a_year_over_amounts_is_a_name(read_one: ReadOne) -> None:
    got = read_one(text("Goal,2026", "Production,120000", "Collection,98000"))
    assert got.table.headers == ("Goal", "2026")


def test_a_table_of_markup_without_a_header_is_named(write: Write, tmp_path: Path) -> None:
    first = "<table><tr><th>Visit</th><th>Pet</th><th>Paid</th></tr><tr><td>1</td><td>Rex</td><td>1.50</td></tr></table>"
    rows = "".join(f"<tr><td>{n}</td><td>P{n:03}</td><td>05/0{n}/2026</td><td>{n}.50</td></tr>" for n in (1, 2, 3))
    left: list[LeftOut] = []
    [table] = read_tables(local_file(write(f"{first}<table>{rows}</table>", "v.html"), tmp_path), left.append)
    assert (table.headers, left) == (("Visit", "Pet", "Paid"), [LeftOut(sheet="table 2", reason="missing_header")])


def test_names_that_repeat_under_groups_are_told_apart(read_one: ReadOne) -> None:
    got = read_one(
        text(
            "Owner,,,Pet,,",
            "ID,Last,First,ID,Name,Born",
            "11,Quist,Ada,1,Rex,05/01/2020",
            "11,Quist,Ada,2,Mia,05/02/2021",
        )
    )
    assert got.table.headers == ("Owner ID", "Owner Last", "Owner First", "Pet ID", "Pet Name", "Pet Born")
    assert got.numbers == [3, 4]


def test_groups_that_are_named_above_each_column(read_one: ReadOne) -> None:
    got = read_one(text("Owner,Owner,Pet,Pet", "ID,Name,ID,Name", "11,Ada,1,Rex", "12,Zoë,2,Mia"))
    assert got.table.headers == ("Owner ID", "Owner Name", "Pet ID", "Pet Name")


def test_a_header_in_two_rows_is_joined(read_one: ReadOne) -> None:
    got = read_one(text("Visit,Pet,Date,Amount", "No,No,Seen,Paid", "1,11,05/01/2026,1.50", "2,12,05/02/2026,2.50"))
    assert got.table.headers == ("Visit No", "Pet No", "Date Seen", "Amount Paid")
    assert got.numbers == [3, 4]


def test_a_joined_header_that_comes_again_on_each_page_is_no_row(read_one: ReadOne) -> None:
    two = ["Visit,Pet,Date,Amount", "No,No,Seen,Paid"]
    got = read_one(text(*two, "1,11,05/01/2026,1.50", "2,12,05/02/2026,2.50", *two, "3,13,05/03/2026,3.50"))
    assert got.numbers == [3, 4, 7]
    assert not got.rejected


def test_a_line_of_dashes_under_the_header_is_no_row(read_one: ReadOne) -> None:
    assert read_one(text(HEADER, "-----,----,-----,----,----,------", *MAY)).numbers == [*range(3, 11)]


class TestInTheMiddle:
    def test_the_same_names_in_another_order(self, read_one: ReadOne) -> None:
        second = "Visit,Owner,Pet,Seen,Remark,Paid"
        got = read_one(text(HEADER, *MAY[:2], second, "3,Zoë,P003,05/03/2026,good,3.50"))
        assert got.cells[2] == ["3", "P003", "Zoë", "05/03/2026", "3.50", "good"]
        assert got.numbers == [2, 3, 5]

    def test_the_first_order_again(self, read_one: ReadOne) -> None:
        second = "Pet,Visit,Owner,Seen,Paid,Remark"
        got = read_one(text(HEADER, MAY[0], second, "P002,2,Ada Quist,05/02/2026,2.50,fine", HEADER, MAY[2]))
        assert got.cells == [line.split(",") for line in MAY[:3]]

    def test_other_columns_of_the_same_number_are_refused(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, *MAY, "Visit,Pet,Colour,Weight,Paid,Remark", "9,P009,black,12,9.50,fine"))
        assert len(got.cells) == 8
        assert got.reasons == [(11, "another_header")]

    def test_another_table_without_a_gap_far_into_the_file(self, read_one: ReadOne) -> None:
        rows = [f"{n},P{n:06},Ada Quist,05/01/2026,1.50,{'x' * 40}" for n in range(8_000)]
        got = read_one(text(HEADER, *rows, "Item,Shelf,Maker,Bought,Price,Note", "5,A1,Quist,05/01/2026,2.00,soft"))
        assert len(got.cells) == 8_000
        assert got.reasons == [(8003, "another_header")]

    def test_a_header_that_was_sorted_among_the_rows(self, read_one: ReadOne) -> None:
        got = read_one(text(*MAY[:3], HEADER, *MAY[3:]))
        assert got.table.headers == tuple(HEADER.split(","))
        assert [cells[0] for cells in got.cells] == [str(n) for n in range(1, 9)]

    def test_titles_above_a_header_that_was_sorted_among_the_rows(self, read_one: ReadOne) -> None:
        got = read_one(text("Quist Pets - Visits", "", *MAY[:3], HEADER, *MAY[3:]))
        assert got.numbers == [3, 4, 5, 7, 8, 9, 10, 11]

    def test_other_rows_above_the_header_are_named(self, write: Write, tmp_path: Path) -> None:
        left: list[LeftOut] = []
        rows = ["05/01/2026,9:30,ada@b.example,1", "05/02/2026,9:40,zoe@b.example,2"]
        (table,) = read_tables(local_file(write(text(*rows, "", HEADER, *MAY)), tmp_path), left.append)
        assert read(table).numbers == [*range(5, 13)]
        assert [(part.reason, part.row) for part in left] == [("missing_header", 1)]

    def test_the_title_of_a_group_is_no_record(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, *MAY, "Owner: Zoë Öberg,,,,,", "9,P009,Zoë,05/09/2026,9.50,fine"))
        assert got.reasons == [(10, "lone_cell")]
        assert got.numbers == [*range(2, 10), 11]

    def test_a_row_of_words_is_no_header(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, *MAY, "new,P009,Ada Quist,unknown,nothing,see note", "10,P010,Ada,05/10/2026,1.00,fine"))
        assert got.numbers == [*range(2, 12)]


class TestSeveralTables:
    STOCK = ("Item,Count,Bought", "Brush,3,05/01/2026", "Floss,12,05/02/2026")

    def test_one_below_the_other(self, write: Write, tmp_path: Path) -> None:
        tables = read_tables(local_file(write(text(HEADER, *MAY[:3], "", "Stock", *self.STOCK)), tmp_path))
        assert [t.headers for t in tables] == [tuple(HEADER.split(",")), ("Item", "Count", "Bought")]
        assert [t.sheet for t in tables] == ["table 1", "table 2"]
        assert [read(t).numbers for t in tables] == [[2, 3, 4], [8, 9]]
        assert [read(t).rejected for t in tables] == [[], []]

    def test_the_narrow_one_first(self, write: Write, tmp_path: Path) -> None:
        tables = read_tables(local_file(write(text(*self.STOCK, "", HEADER, *MAY)), tmp_path))
        assert [read(t).numbers for t in tables] == [[2, 3], [*range(6, 14)]]

    def test_without_a_gap(self, write: Write, tmp_path: Path) -> None:
        tables = read_tables(local_file(write(text(HEADER, *MAY[:3], *self.STOCK)), tmp_path))
        assert [read(t).numbers for t in tables] == [[2, 3, 4], [6, 7]]


class TestNone:
    def test_rows_without_a_header(self, write: Write, tmp_path: Path) -> None:
        assert why_none(write, tmp_path, text(*MAY)) == "missing_header"

    def test_one_row_without_a_header(self, write: Write, tmp_path: Path) -> None:
        assert why_none(write, tmp_path, text(MAY[0])) == "missing_header"

    def test_rows_of_words_that_repeat(self, write: Write, tmp_path: Path) -> None:
        rows = [
            "P1,Ines,Calder,DDS,Active,Rochester",
            "P2,Paul,Wexler,DDS,Active,Pittsford",
            "P3,Nora,Quist,RDH,Active,Rochester",
        ]
        assert why_none(write, tmp_path, text(*rows)) in ("missing_header", "not_a_table")

    def test_a_letter_has_none_to_miss(self, write: Write, tmp_path: Path) -> None:
        assert why_none(write, tmp_path, text("Dear Ada, thank you.", "We will call, as ever.", "Yours, Zoë")) == "not_a_table"

    def test_a_header_that_lacks_a_cell(self, write: Write, tmp_path: Path) -> None:
        assert why_none(write, tmp_path, text(HEADER, *(f"{n},{line}" for n, line in enumerate(MAY)))) == "header_too_short"

    def test_a_header_that_lacks_its_last_cell(self, write: Write, tmp_path: Path) -> None:
        assert why_none(write, tmp_path, text(HEADER, *(f"{line},yes" for line in MAY))) == "header_too_short"

    def test_a_header_of_words_that_lacks_a_cell_above_rows_of_words(self, write: Write, tmp_path: Path) -> None:
        rows = ["a,Brush,soft,Ada", "b,Floss,thin,Zoë", "c,Paste,mint,Noor"]
        assert why_none(write, tmp_path, text("Item,Kind,Owner", *rows)) in ("header_too_short", "not_a_table")


class TestEscapedQuotes:
    HEADER = '"Visit","Pet","Kind","Seen","Remark"'
    ROWS = tuple(f'"{n}","P{n:03}","Check","05/{n:02}/2026","fine"' for n in range(1, 5))

    def test_with_a_backslash(self, read_one: ReadOne) -> None:
        odd = r'"3","P003","Crown \"temp\", prep","05/03/2026",""'
        got = read_one(text(self.HEADER, *self.ROWS[:2], odd, self.ROWS[3]))
        assert got.cells[2] == ["3", "P003", 'Crown "temp", prep', "05/03/2026", ""]
        assert len(got.cells) == 4

    def test_at_the_end_of_a_cell(self, read_one: ReadOne) -> None:
        odd = r'"3","P003","says \"no\"","05/03/2026","a 6\" brush"'
        got = read_one(text(self.HEADER, *self.ROWS[:2], odd, self.ROWS[3]))
        assert got.cells[2] == ["3", "P003", 'says "no"', "05/03/2026", 'a 6" brush']

    def test_before_a_line_end_within_a_cell(self, read_one: ReadOne) -> None:
        odd = '"3","P003","Check","05/03/2026","one \\"two\\"\nthree"'
        got = read_one(text(self.HEADER, *self.ROWS[:2], odd, self.ROWS[3]))
        assert got.cells[2][4] == 'one "two"\nthree'

    def test_a_backslash_before_another_character_is_text(self, read_one: ReadOne) -> None:
        odd = r'"3","P003","a \"b\", c","05/03/2026","C:\new\pets"'
        assert read_one(text(self.HEADER, *self.ROWS[:2], odd, self.ROWS[3])).cells[2][4] == r"C:\new\pets"

    def test_a_path_that_ends_with_a_backslash_is_no_escape(self, read_one: ReadOne) -> None:
        rows = [f'"{n}","P{n:03}","Check","05/{n:02}/2026","C:\\pets\\"' for n in range(1, 5)]
        got = read_one(text(self.HEADER, *rows))
        assert [cells[4] for cells in got.cells] == ["C:\\pets\\"] * 4

    def test_far_into_a_large_file(self, read_one: ReadOne) -> None:
        rows = [f'"{n}","P{n:06}","Check","05/01/2026","{"x" * 40}"' for n in range(8_000)]
        odd = r'"9","P009","Crown \"temp\", prep","05/03/2026",""'
        got = read_one(text(self.HEADER, *rows, odd, self.ROWS[3]))
        assert got.cells[8_000] == ["9", "P009", 'Crown "temp", prep', "05/03/2026", ""]
        assert not got.rejected


class TestLengths:
    """A row of another length is read only where blanks at its end differ and its cells fit, however short the table is."""

    def test_a_cell_too_many_in_a_delta_of_two_rows(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, MAY[0], "2,P002,Quist, Ada,05/02/2026,2.50,"))
        assert got.reasons == [(3, "wrong_cell_count")]
        assert got.numbers == [2]

    def test_a_cell_too_many_whose_last_one_is_blank(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, MAY[0].removesuffix("fine"), "2,P002,Quist, Ada,05/02/2026,2.50,"))
        assert got.reasons == [(3, "wrong_cell_count")]

    def test_a_cell_that_is_missing_in_the_middle(self, read_one: ReadOne) -> None:
        assert read_one(text(HEADER, MAY[0], "2,P002,05/02/2026,2.50,fine")).reasons == [(3, "wrong_cell_count")]

    def test_every_row_of_a_delta_shifted_alike(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, "1,P001,Quist, Ada,05/01/2026,1.50,", "2,P002,Quist, Zoë,05/02/2026,2.50,"))
        assert [reason for _, reason in got.reasons] == ["wrong_cell_count"] * 2

    def test_blanks_that_are_missing_at_the_end(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, MAY[0], "2,P002,Ada Quist,05/02/2026,2.50"))
        assert got.cells[1] == ["2", "P002", "Ada Quist", "05/02/2026", "2.50", ""]

    def test_a_delimiter_after_every_last_cell(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER + ",", MAY[0] + ",", MAY[1] + ","))
        assert got.cells == [line.split(",") for line in MAY[:2]]


def test_a_long_row_of_signs_for_nothing_begins_no_other_table(write: Write, read_one: ReadOne) -> None:
    signs = "V4,P004,<NA>,N/A,None,\\N,too,many"
    found = read_one(text(HEADER, *MAY[:3], signs, *MAY[4:]))
    assert [row for row, _ in found.rows] == [2, 3, 4, 6, 7, 8, 9]
    assert [(one.row, one.reason) for one in found.rejected] == [(5, "wrong_cell_count")]


def test_a_long_row_above_a_wider_table_is_no_header_of_it(write: Write, tmp_path: Path) -> None:
    pets = [f"{n},Q{n},closing" for n in range(1, 11)]
    wider = [
        "Note ID,Pet ID,Note Type,Note,Author",
        *(f"N{n},P{n},Clinical,Seen on visit {n}; fine.,Ada Quist" for n in range(4, 9)),
    ]
    path = write(text("Sequence,Batch,Remark", *pets[:5], "1,Q1,closing,too,many", *pets[5:], "", "Notes", *wider))
    tables = read_tables(local_file(path, tmp_path))
    assert [table.headers for table in tables] == [("Sequence", "Batch", "Remark"), tuple(wider[0].split(","))]
