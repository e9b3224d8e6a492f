from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import NotATable, Table
from tests.producers.local_files import local_file

from .conftest import Read, read

ReadOne = Callable[..., Read]

HEADER = "Visit,Pet,Owner,Seen,Paid,Remark"
MAY = [f"{n},P{n:03},Ada Quist,05/{n:02}/2026,{n}.50,fine" for n in range(1, 21)]


def text(*lines: str, end: str = "\n") -> str:
    return "".join(line + end for line in lines)


def test_row_numbers_count_every_record_of_the_file(read_one: ReadOne) -> None:
    got = read_one(
        text(
            "Quist Pets - Visits",
            "Generated 5/30/2026 9:10 PM",
            '"Filters: Status = All, Who = All"',
            "",
            HEADER,
            MAY[0],
            "",
            MAY[1],
            '3,P003,Ada Quist,05/03/2026,3.50,"first',
            "",
            'last"',
            MAY[3],
        )
    )
    assert got.table.header_row == 5
    assert got.numbers == [6, 8, 9, 10]
    assert got.cells[2][-1] == "first\n\nlast"


def test_the_furniture_of_pages_is_skipped(read_one: ReadOne) -> None:
    got = read_one(
        text(
            "Quist Pets - Visits",
            HEADER,
            MAY[0],
            "",
            "Page 2 of 3",
            HEADER,
            MAY[1],
            "Quist Pets - Visits",
            "Page 3/3",
            HEADER.upper(),
            MAY[2],
            "Total: 3,,,,6.50,",
            'Grand Total,,,,"1,006.50",',
            "3 records",
            "*** End of report ***",
        )
    )
    assert got.cells == [row.split(",") for row in MAY[:3]]
    assert not got.rejected


def test_few_rows_may_end_in_a_delimiter_that_their_header_lacks(read_one: ReadOne) -> None:
    got = read_one(text("Visit,Owner,Visit Date,Paid,Remark", "1,Ada Quist,05/01/2026,1.50,,", "2,Bo Marsh,05/02/2026,2.50,,"))
    assert got.cells == [["1", "Ada Quist", "05/01/2026", "1.50", ""], ["2", "Bo Marsh", "05/02/2026", "2.50", ""]]
    assert not got.rejected


def test_few_rows_whose_cells_stand_beside_their_headers_are_refused(read_one: ReadOne) -> None:
    got = read_one(
        text("Visit,Owner,Visit Date,Paid,Remark", "a,1,Ada Quist,05/01/2026,1.50,", "b,2,Bo Marsh,05/02/2026,2.50,")
    )
    assert got.cells == []
    assert [r.row for r in got.rejected] == [2, 3]


def test_a_footer_of_several_cells_is_skipped(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, *MAY[:3], "", "Printed 11/16/2026 by the office,Page 1 of 1", "Total,,,,6.50"))
    assert got.cells == [row.split(",") for row in MAY[:3]]
    assert not got.rejected


@pytest.mark.parametrize("first", ["Total Recall", "Page", "Totals for you", "Count", "Visit", "Generated", "Subtotal"])
def test_data_that_begins_like_furniture_is_data(read_one: ReadOne, first: str) -> None:
    got = read_one(text(HEADER, MAY[0], f"{first},P002,Ada Quist,05/02/2026,2.50,fine", MAY[2]))
    assert got.cells[1][0] == first
    assert len(got.cells) == 3


def test_cells_come_raw_but_for_blanks_beyond_the_header(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, ' 1 , P001\t,"  Ada ",05/01/2026, 1.50 ,=1+1', "2,P002,Zoë,05/02/2026,,,,  ,"))
    assert got.cells == [
        [" 1 ", " P001\t", "  Ada ", "05/01/2026", " 1.50 ", "=1+1"],
        ["2", "P002", "Zoë", "05/02/2026", "", ""],
    ]


def test_blanks_missing_at_the_end_are_added(read_one: ReadOne) -> None:
    rows = [line if n % 3 else line.removesuffix(",fine") for n, line in enumerate(MAY)]
    got = read_one(text(HEADER, *rows))
    assert not got.rejected
    assert {len(cells) for cells in got.cells} == {6}
    assert got.cells[3] == [*rows[3].split(","), ""]


def test_a_cell_too_many_is_rejected(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, *MAY[:3], "4,P004,Quist, Ada,05/04/2026,4.50,fine", *MAY[4:]))
    assert got.reasons == [(5, "wrong_cell_count")]
    assert len(got.cells) == 19


def test_a_cell_too_many_is_rejected_although_the_last_one_is_blank(read_one: ReadOne) -> None:
    rows = [line.removesuffix("fine") for line in MAY]
    got = read_one(text(HEADER, *rows[:9], "10,P010,Quist, Ada,05/10/2026,4.50,", *rows[10:]))
    assert got.reasons == [(11, "wrong_cell_count")]


def test_a_cell_that_is_lost_in_the_middle_is_not_a_blank_at_the_end(read_one: ReadOne) -> None:
    rows = [line if n % 3 else line.removesuffix(",fine") for n, line in enumerate(MAY)]
    rows[10] = "11,P011,05/11/2026,11.50,fine"
    got = read_one(text(HEADER, *rows))
    assert got.reasons == [(12, "wrong_cell_count")]


def test_a_line_end_that_nobody_quoted_costs_its_record_and_no_other(read_one: ReadOne) -> None:
    rows = list(MAY)
    rows[5] = "6,P006,Ada Quist,05/06/2026\n,6.50,fine"
    got = read_one(text(HEADER, *rows))
    assert len(got.cells) == 19
    assert [row for row, _ in got.reasons] == [7, 8]


@pytest.mark.parametrize(
    "tail", ["21,P021,Ada", "21,P021,Ada Quist,05/2", '21,P021,Ada Quist,05/21/2026,21.50,"and th', '21,P021,"Ada\nQu']
)
def test_a_row_that_is_cut_off_at_the_end_is_rejected(read_one: ReadOne, tail: str) -> None:
    got = read_one(text(HEADER, *MAY) + tail)
    assert got.reasons == [(22, "truncated_row")]
    assert len(got.cells) == 20


def test_a_last_row_without_a_line_end_is_fine(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, *MAY) + "21,P021,Ada Quist,05/21/2026,21.50,fine")
    assert len(got.cells) == 21
    assert not got.rejected


def test_a_last_row_cut_within_a_value_is_noticed_where_the_value_shows_it(read_one: ReadOne) -> None:
    lines = ["Visit,Pet,Seen", *(f"{n},P{n:03},05/{n:02}/2026" for n in range(1, 15))]
    assert read_one(text(*lines) + "15,P015,05/1").reasons == [(16, "truncated_row")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_within_a_character(read_one: ReadOne, encoding: str) -> None:
    content = (text(HEADER, *MAY) + "21,P021,Ada Quist,05/21/2026,21.50,for Zoë").encode(encoding)
    assert read_one(content[:-1]).reasons == [(22, "truncated_row")]


def test_a_byte_that_is_not_utf8_far_into_the_file_is_read_as_windows_1252(read_one: ReadOne) -> None:
    rows = [f"{n},P{n:06},Ada Quist,05/01/2026,1.50,fine" for n in range(12_000)]
    content = text(HEADER, "0,P0,Zoë,05/01/2026,1.50,fine", *rows).encode() + "9,P9,Åsa,05/01/2026,1.50,“so”\n".encode("cp1252")
    got = read_one(content)
    assert got.cells[0][2] == "Zoë"
    assert (got.cells[-1][2], got.cells[-1][5]) == ("Åsa", "“so”")
    assert len(got.cells) == 12_002


def test_nuls_and_formulas_are_text(read_one: ReadOne) -> None:
    got = read_one(text(HEADER, "1,P001,Ada,05/01/2026,1.50,voice\0mail", "2,P002,Ada,05/02/2026,1.50,=cmd|' /C calc'!A0"))
    assert [cells[5] for cells in got.cells] == ["voice\0mail", "=cmd|' /C calc'!A0"]


class TestStrayQuotes:
    def test_inside_a_quoted_cell(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, MAY[0], '2,P002,Ada,05/02/2026,2.50,"she said "no, thanks" and left"', MAY[2]))
        assert got.cells[1][5] == 'she said "no, thanks" and left'
        assert got.numbers == [2, 3, 4]

    def test_inside_a_quoted_cell_of_several_lines(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, MAY[0], '2,P002,Ada,05/02/2026,2.50,"size 14 "M, red', 'and so on"', MAY[2]))
        assert got.cells[1][5] == 'size 14 "M, red\nand so on'
        assert got.numbers == [2, 3, 4]

    def test_in_the_middle_of_a_plain_cell(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, *MAY[:5], "6,P006,Ada,05/06/2026,6.50,6' 2\" tall", *MAY[6:]))
        assert got.cells[5][5] == "6' 2\" tall"
        assert len(got.cells) == 20

    def test_opening_a_cell_and_never_closing_it(self, read_one: ReadOne) -> None:
        got = read_one(text(HEADER, *MAY[:5], '6,P006,"Ada,05/06/2026,6.50,fine', *MAY[6:]))
        assert len(got.cells) == 20
        assert got.cells[5][2] == '"Ada'

    def test_two_of_them_some_rows_apart_swallow_no_row(self, read_one: ReadOne) -> None:
        rows = list(MAY)
        rows[5] = '6,P006,Ada,05/06/2026,6.50,"fine'
        rows[9] = "10,P010,Ada,05/10/2026,10.50,5' 9\""
        got = read_one(text(HEADER, *rows))
        assert len(got.cells) + len(got.rejected) == 20
        assert len(got.cells) >= 19

    def test_two_of_them_in_neighbouring_rows_swallow_no_row(self, read_one: ReadOne) -> None:
        rows = list(MAY)
        rows[5] = '6,P006,"Ada,05/06/2026,6.50,fine'
        rows[6] = '7,P007,Ada",05/07/2026,7.50,fine'
        got = read_one(text(HEADER, *rows))
        assert len(got.cells) + len(got.rejected) == 20
        assert len(got.cells) >= 19

    def test_a_tab_file_that_quotes_nothing(self, read_one: ReadOne) -> None:
        rows = [line.replace(",", "\t").replace("fine", '"good" boy' if n % 2 else '"unfinished') for n, line in enumerate(MAY)]
        got = read_one(text(HEADER.replace(",", "\t"), *rows))
        assert len(got.cells) == 20
        assert not got.rejected
        assert got.cells[1][5] == '"good" boy'

    def test_blanks_between_delimiter_and_quote(self, read_one: ReadOne) -> None:
        rows = [f'{n}, P{n:03}, "Quist, Ada", 05/{n:02}/2026' for n in range(1, 9)]
        got = read_one(text("Visit, Pet, Owner, Seen", *rows))
        assert got.cells[0] == ["1", "P001", "Quist, Ada", "05/01/2026"]

    def test_one_that_swallows_more_than_a_cell_may_hold(self, read_one: ReadOne) -> None:
        rows = [f"{n}\tP{n:06}\tAda Quist\t05/01/2026\t1.50\t{'x' * 60}" for n in range(60_000)]
        rows[30_000] = rows[30_000].replace("Ada", '"Ada')
        got = read_one(text(HEADER.replace(",", "\t"), *rows))
        assert len(got.cells) == 60_000
        assert not got.rejected


words = st.text(
    st.characters(codec="utf-8", include_characters='\n\t"', exclude_characters="\ufeff", exclude_categories=["Cs", "Cc"]),
    max_size=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(1, 9999), words, words, words), min_size=1, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_well_is_read_back(
    tmp_path: Path, rows: list[tuple[int, str, str, str]], delimiter: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["Pet ID", "Name", "Remark", "Seen"])
    writer.writerows((f"P{number:05}", *cells) for number, *cells in rows)
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    (table,) = read_tables(local_file(path, tmp_path))
    got = read(table)
    assert not got.rejected
    assert got.rows == [(n, [f"P{number:05}", *cells]) for n, (number, *cells) in enumerate(rows, 2)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, 19), where=st.integers(0, 40))
def test_one_stray_quote_anywhere_costs_at_most_its_own_row(tmp_path: Path, at: int, where: int) -> None:
    rows = list(MAY)
    rows[at] = rows[at][:where] + '"' + rows[at][where:]
    path = tmp_path / "x.csv"
    path.write_text(text(HEADER, *rows))
    (table,) = read_tables(local_file(path, tmp_path))
    got = read(table)
    assert len(got.cells) + len(got.rejected) == 20
    assert [cells[0] for n, cells in got.rows if n != at + 2] == [str(n + 1) for n in range(20) if n != at]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=400) | st.text("ab1,;\t\n\r\"'=-/ \0é", max_size=400).map(str.encode))
def test_no_content_breaks_the_reading(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    for table in _tables_or_none(path):
        got = read(table)
        assert all(len(cells) == len(table.headers) for cells in got.cells)
        numbers = sorted([*got.numbers, *(r.row for r in got.rejected)])
        assert len(set(numbers)) == len(numbers)
        assert all(n > table.header_row for n in numbers)


REFUSED = {
    "archive",
    "broken_quotes",
    "empty_file",
    "header_too_short",
    "missing_header",
    "not_a_table",
    "unreadable",
}


def _tables_or_none(path: Path) -> list[Table]:
    try:
        return read_tables(local_file(path, path.parent))
    except NotATable as finding:
        if finding.reason not in REFUSED:
            raise
        return []


@pytest.mark.integration
def test_rows_are_streamed(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for n in range(150_000):
            file.write(f"{n},P{n:06},Ada Quist,05/01/2026,1.50,{'x' * 60}\n")
    tracemalloc.start()
    (table,) = read_tables(local_file(path, tmp_path))
    count = sum(1 for _ in table.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 150_000
    assert peak < 12 * 2**20 < path.stat().st_size
