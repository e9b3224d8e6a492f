"""Prose of the documentation is at most 120 characters wide, so that a change of it can be read line by line."""

import pytest

from tests.docs.documents import FILES, name

WIDEST = 120


def prose(text):
    """Yield the number and the text of each line that is no code, no table, and no part written by a program."""
    fenced = generated = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("<!-- ") and line.endswith((": begin -->", ": end -->")):
            generated = line.endswith(": begin -->")
        elif line.lstrip().startswith("```"):
            fenced = not fenced
        elif not (fenced or generated or line.lstrip().startswith("|") or line.startswith("    ")):
            yield number, line


@pytest.mark.parametrize("file", FILES, ids=name)
def test_no_line_of_prose_is_wider(file):
    lines = prose(file.read_text(encoding="utf-8"))
    assert [number for number, line in lines if len(line) > WIDEST and " " in line.strip()] == []


def test_tables_and_code_are_as_wide_as_they_must_be():
    wide = "x " * 100
    assert list(prose(f"| {wide}|\n```\n{wide}\n```\n<!-- list: begin -->\n{wide}\n<!-- list: end -->\n")) == []
    assert list(prose(wide)) == [(1, wide)]
