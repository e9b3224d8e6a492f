from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from producers.sources.tables.odd_cells import Oddity
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.spreadsheets.workbooks import text_of
from producers.sources.tables.table import NotATable
from tests.producers.local_files import local_file

from .conftest import Read, read
from .written.workbooks import workbook

ReadOne = Callable[..., Read]
Write = Callable[..., Path]

ROWS = [
    ["Pet ID", "Owner", "Paid"],
    ["0007", "Quist, Ada", "12.50"],
    ["0008", "Öberg; Åsa", "3.00"],
    ["0009", "Brauß | Zoë", ""],
]


def delimited(rows: list[list[str]], delimiter: str, end: str = "\r\n") -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in '",;|\t\r\n') else text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_text_is_recognised_in_every_encoding_delimiter_and_line_end(
    read_one: ReadOne, delimiter: str, encoding: str, end: str
) -> None:
    got = read_one(delimited(ROWS, delimiter, end), "whatever.xls", encoding)
    assert got.table.headers == tuple(ROWS[0])
    assert got.cells == ROWS[1:]
    assert got.numbers == [2, 3, 4]
    assert not got.rejected


def test_the_path_is_relative_to_the_extract(write: Write, tmp_path: Path) -> None:
    (table,) = read_tables(local_file(write(delimited(ROWS, ","), "deep/er/a b.csv"), tmp_path))
    assert (table.file, table.sheet, table.header_row) == ("deep/er/a b.csv", None, 1)


@pytest.mark.parametrize("content", [b"", b"\r\n \t\r\n", b"\xef\xbb\xbf", b"\0\0\0\0", b"\xff\xfe"])
def test_a_file_with_nothing_in_it_is_empty(write: Write, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(write(content), tmp_path))
    assert trouble.value.reason == "empty_file"


@pytest.mark.parametrize(
    "content",
    [
        b'Dear colleague,\r\n\r\nplease find our list, valid from May.\r\nIt is "final".\r\n\r\nKind regards\r\n',
        b"Hello, world\n",
        b"Just one line without anything",
        b"%PDF-1.4\n\0\1\2 not a table\n%%EOF\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        bytes(range(256)),
        b"{\\rtf1\\ansi Dear, colleague}\n",
        b"<html><body><p>A letter, without a table</p></body></html>",
        b'practice = "quist"\ntaken_at = "2026-05-01T09:00:00-05:00"\nscope = "full"\n',
        b"PK\x03\x04 no real archive",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "We moved, at last.\nCome and see us, any time.\nThere is coffee, and tea.\nAda, Zoë\n".encode(),
    ],
)
def test_what_is_no_table_is_said_to_be_none(write: Write, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(write(content), tmp_path))
    assert trouble.value.reason == "not_a_table"


def test_a_damaged_workbook_is_unreadable(write: Write, tmp_path: Path) -> None:
    whole = workbook({"One": ROWS})
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(write(whole[: len(whole) // 2], "x.xlsx"), tmp_path))
    assert trouble.value.reason == "unreadable"


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(NotATable) as trouble:
        read_tables(local_file(tmp_path / "gone.csv", tmp_path))
    assert trouble.value.reason == "unreadable"


def test_html_saved_as_a_spreadsheet(read_one: ReadOne) -> None:
    got = read_one(
        '<html><head><meta charset="utf-8"><title>Pets, all</title></head><body><table border="1">'
        "<tr><td>Pets of the month</td></tr><tr></tr>"
        "<tr><th>Pet ID</th><th>Owner</th><th>Remark</th></tr>"
        "<tr><td>0007</td><td>Quist &amp; S&ouml;hne</td><td>one<br/>two</td></tr>"
        '<tr><td>0008</td><td colspan="2">Zoë</td></tr>'
        "<tr><td>Total: 2</td><td></td><td></td></tr></table></body></html>",
        "pets.xls",
    )
    assert got.table.headers == ("Pet ID", "Owner", "Remark")
    assert got.rows == [(4, ["0007", "Quist & Söhne", "one\ntwo"]), (5, ["0008", "Zoë", ""])]


def test_html_cells_that_span_rows_stand_in_each_of_them(read_one: ReadOne) -> None:
    got = read_one(
        "<table><tr><th>Plan</th><th>Pet</th><th>Work</th><th>Paid</th></tr>"
        '<tr><td rowspan="2">7</td><td rowspan="2">Rex</td><td>Crown</td><td>9.00</td></tr><tr><td>Film</td><td>1.00</td></tr>'
        '<tr><td>8</td><td>Mia</td><td>Check</td><td rowspan="2">2.00</td></tr>'
        "<tr><td>9</td><td>Zoë</td><td>Check</td></tr></table>"
    )
    assert got.cells == [
        ["7", "Rex", "Crown", "9.00"],
        ["7", "Rex", "Film", "1.00"],
        ["8", "Mia", "Check", "2.00"],
        ["9", "Zoë", "Check", "2.00"],
    ]
    assert [getattr(cells, "odd", ()) for cells in got.cells] == [
        (),
        ((0, Oddity.MERGED), (1, Oddity.MERGED)),
        (),
        ((3, Oddity.MERGED),),
    ]


def test_html_that_is_cut_loses_its_last_row_only(read_one: ReadOne) -> None:
    got = read_one(
        "<table><tr><td>Pet</td><td>Name</td><td>Age</td></tr><tr><td>1</td><td>Rex</td><td>4</td></tr><tr><td>2</td><td>Mi"
    )
    assert got.rows == [(2, ["1", "Rex", "4"])]
    assert got.reasons == [(3, "truncated_row")]


def test_several_html_tables(write: Write, tmp_path: Path) -> None:
    one = "<table><tr><td>A B</td><td>C D</td><td>E</td></tr><tr><td>1</td><td>2</td><td>x</td></tr></table>"
    tables = read_tables(local_file(write(f"<html>{one}<p>and</p>{one}</html>", "two.xls"), tmp_path))
    assert [t.sheet for t in tables] == ["1", "2"]
    assert [read(t).numbers for t in tables] == [[2], [2]]


def test_a_table_that_lies_in_a_layout_table(write: Write, tmp_path: Path) -> None:
    inner = "<table><tr><td>Pet</td><td>Name</td><td>Age</td></tr><tr><td>1</td><td>Rex</td><td>4 < 5</td></tr></table>"
    tables = read_tables(
        local_file(write(f"<html><!-- <table> --><table><tr><td>{inner}</td></tr></table></html>", "x.xls"), tmp_path)
    )
    assert [t.headers for t in tables] == [("Pet", "Name", "Age")]
    assert read(tables[0]).rows == [(2, ["1", "Rex", "4 < 5"])]


def test_xml_spreadsheets_leave_out_empty_cells(read_one: ReadOne) -> None:
    got = read_one(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        "<Worksheet><Table><Row><Cell><Data>Pet</Data></Cell><Cell><Data>Name</Data></Cell><Cell><Data>Age</Data></Cell></Row>"
        '<Row><Cell><Data>1</Data></Cell><Cell ss:Index="3"><Data>4</Data></Cell></Row></Table></Worksheet></Workbook>',
        "pets.xls",
    )
    assert got.rows == [(2, ["1", "", "4"])]


def test_workbooks_give_one_table_a_sheet_with_the_rows_of_the_sheet(write: Write, tmp_path: Path) -> None:
    sheets = {"Pets": [["Pets of May"], [], *ROWS], "Empty": [], "Stock": [["Item", "Count"], ["Brush", 3], ["Floss", 12.5]]}
    tables = read_tables(local_file(write(workbook(sheets), "anything.csv"), tmp_path))
    assert [(t.sheet, t.headers, t.header_row) for t in tables] == [
        ("Pets", tuple(ROWS[0]), 3),
        ("Stock", ("Item", "Count"), 1),
    ]
    assert read(tables[0]).rows == [(4, ROWS[1]), (5, ROWS[2]), (6, ROWS[3])]
    assert read(tables[1]).rows == [(2, ["Brush", "3"]), (3, ["Floss", "12.5"])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2002.0, "2002"),
        (0.1 + 0.2, "0.3"),
        (1e20, "1e+20"),
        (True, "TRUE"),
        (None, ""),
        (dt.date(2026, 7, 4), "2026-07-04"),
        (dt.datetime(2026, 7, 4), "2026-07-04"),
        (dt.datetime(2026, 7, 4, 14, 45), "2026-07-04 14:45:00"),
        (dt.time(9, 5), "09:05:00"),
        (dt.timedelta(minutes=90), "1:30:00"),
    ],
)
def test_spreadsheet_values_read_like_exported_text(value: object, text: str) -> None:
    assert text_of(value) == text
