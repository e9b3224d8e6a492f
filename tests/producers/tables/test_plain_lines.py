"""Joined cells of plain lines are those that a strict csv reader gives; of other lines nothing is said."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.sources.tables.plain_lines import SEPARATOR, joined_cells

CELLS = st.lists(st.text(alphabet='ab ,;"\t\r\n\x1f\x1e\0é\udc81', max_size=5), min_size=1, max_size=4)
LINES = st.lists(st.text(alphabet='ab,"  \té', max_size=12), min_size=1, max_size=40)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def read_alone(line: str, delimiter: str, *, quoted: bool) -> list[str] | None:
    """Return the cells of a line that begins and ends a record; None where it does not."""
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        records = list(csv.reader([line], delimiter=delimiter, quoting=quoting, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


@given(lines=LINES, end=ENDS, last=st.booleans(), delimiter=st.sampled_from([",", "\t"]), quoted=st.booleans())
def test_joined_cells_are_those_of_the_csv_reader(lines: list[str], end: str, last: bool, delimiter: str, quoted: bool) -> None:
    ended = [line + end for line in lines]
    if not last:
        ended[-1] = ended[-1].removesuffix(end)
    for line, joined in zip(ended, joined_cells(ended, delimiter, quoted=quoted), strict=True):
        if joined is not None:
            cells = read_alone(line, delimiter, quoted=quoted)
            assert cells is not None
            assert joined.decode() == SEPARATOR.join(cells)


@given(rows=st.lists(CELLS, min_size=1, max_size=30), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), end=ENDS)
def test_nothing_wrong_is_said_of_what_a_csv_writer_wrote(rows: list[list[str]], quoting: int, end: str) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    lines = io.StringIO(out.getvalue(), newline="").readlines()
    for line, joined in zip(lines, joined_cells(lines, ",", quoted=True), strict=True):
        if joined is not None:
            cells = read_alone(line, ",", quoted=True)
            assert cells is not None
            assert joined.decode("utf-8", "surrogatepass") == SEPARATOR.join(cells)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,b,c\r\n", ["a", "b", "c"]),
        ('1,"Quist, Ada",,""\n', ["1", "Quist, Ada", "", ""]),
        ('1,"5"" pipe",2\n', ["1", '5" pipe', "2"]),
        ('"","a"\n', ["", "a"]),
    ],
)
def test_usual_lines_are_plain(line: str, cells: list[str]) -> None:
    assert joined_cells([line] * 300, ",", quoted=True) == [SEPARATOR.join(cells).encode()] * 300


@pytest.mark.parametrize("line", ['1,5" pipe\n', '1,"a\n', 'b",2\n', '1, "a"\n', '1,"a"b\n', "1,a", "a\x1fb,c\n", "\0,a\n"])
def test_of_a_line_that_is_not_plain_nothing_is_said_and_its_neighbours_do_not_suffer(line: str) -> None:
    plain = 'x,"y, z"\n'
    assert joined_cells([plain, line, plain], ",", quoted=True) == [b"x\x1fy, z", None, b"x\x1fy, z"]
