"""Answers on a terminal: a table where it fits, a block a row where it does not, no word broken, the next command last."""

import io
import json
from datetime import date

import pytest
from rich.console import Console

from cutover.reports.answer import Answer, pieces_of, print_parts, table

ROWS = [
    (
        "patients/2026-11-16/Pt Roster.csv",
        "insuranceCarrierNameOfPatient",
        "1,810",
        "the header is an alias of a known meaning",
    ),
    ("patients/2026-11-16/Appt Export.csv", "appointmentStartsAtLocalTime", "12", None),
]
COLUMNS = ("file", "column", "rows", "because of")


def shown(width, answer):
    out = io.StringIO()
    print_parts(answer, Console(file=out, width=width, highlight=False))
    return out.getvalue()


def words(text):
    return set(text.split())


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_word_is_broken_and_no_line_is_longer_than_the_terminal(width):
    text = shown(width, Answer(document={}, text=[table("bindings", COLUMNS, ROWS, right=(2,)), "A sentence " * 20]))
    assert max(map(len, text.splitlines())) <= width
    assert words(" ".join(cell for row in ROWS for cell in row if cell)) <= words(text)


def test_a_wide_terminal_shows_a_row_in_a_line():
    text = shown(200, Answer(document={}, text=[table("bindings", COLUMNS, ROWS, right=(2,))]))
    assert len(text.splitlines()) == 4


def test_a_narrow_one_shows_each_cell_beside_the_name_of_its_column_and_no_blank_cell():
    text = shown(50, Answer(document={}, text=[table("bindings", COLUMNS, ROWS, right=(2,))]))
    assert "  rows        1,810" in text
    assert text.count("because of") == 1


def test_the_next_command_stands_last():
    text = shown(80, Answer(document={}, text=["Done."], next_step="`cutover map show`"))
    assert text.splitlines() == ["Done.", "Next: `cutover map show`"]


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 2_500])
def test_a_document_in_pieces_is_the_document(count):
    rows = [{"row": n, "name": "Zoë", "when": date(2026, 1, 1), "in": [n, None]} for n in range(count)]
    for document in ({}, {"rows": rows}, {"a": 1, "rows": rows, "nested": {"rows": rows[:2]}, "last": [[], [1]]}):
        pieces = list(pieces_of(document))
        assert "".join(pieces) == json.dumps(document, ensure_ascii=False, default=str)
        assert max(map(len, pieces)) < 100_000
