from __future__ import annotations

import pytest

from events.vocabulary.mapping import FieldType
from producers.binding.inference import ColumnWords, custom_type, word_type
from producers.kinds.reading import Rules
from tests.producers.office import OFFICE, TAKEN

RULES = Rules.of(OFFICE, TAKEN)


def column(header: str, *cells: str) -> ColumnWords:
    words = ColumnWords(header=header)
    for cell in cells:
        words.add(cell)
    return words


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Portal", ["Yes", "No", "-", "Yes"], FieldType.BOOLEAN),
        ("Portal", ["N", "", "N"], FieldType.BOOLEAN),
        ("Opted In", ["1", "0"], FieldType.BOOLEAN),
        ("Visits Missed", ["1", "0"], FieldType.NUMBER),
        ("Points", ["12", "1,204", "-", "7.5"], FieldType.NUMBER),
        ("Over 90", ["$12.50", "($3.00)", "$0.00"], FieldType.CURRENCY),
        ("Bal_0_30", ["12.50", "-", "0.00"], FieldType.CURRENCY),
        ("Credit Balance", ["12.50", "(3.00)", "80", "99.5"], FieldType.CURRENCY),
        ("0-30", ["12.50", "0.00"], FieldType.CURRENCY),
        ("Over 90", ["12.50", "0.00"], FieldType.NUMBER),
        ("Balance", ["12", "80"], FieldType.NUMBER),
        ("Fee Factor", ["1.125", "0.75"], FieldType.NUMBER),
        ("Payment Rate", ["0.25", "0.75"], FieldType.NUMBER),
        ("Score", ["12.50", "0.75"], FieldType.NUMBER),
        ("Due", ["05/19/2026", "-", "1/2/26"], FieldType.DATE),
        ("Due", ["0001-01-01", ""], FieldType.DATE),
        ("Seen", ["05/19/2026 4:00 PM", "05/18/2026 9:15 AM"], FieldType.DATE_TIME),
        ("Chair", ["Red", "Blue", "red", "Blue", "Red"], FieldType.SELECT),
        ("Chair", ["05/19/2026", "soon"], FieldType.TEXT),
        ("Remark", ["all different", "words here", "every time"], FieldType.TEXT),
        ("Subscriber ID", ["123456789", "987654321"], FieldType.TEXT),
        ("Locker", ["007", "012"], FieldType.TEXT),
        ("Nothing", ["", "-"], FieldType.TEXT),
    ],
)
def test_a_custom_field_has_the_type_that_all_its_cells_read_as(header: str, cells: list[str], expected: FieldType) -> None:
    assert custom_type(column(header, *cells), RULES) is expected


@pytest.mark.parametrize("header", ["Treatment Coordinator", "Helper", "Hygienist Name"])
def test_names_of_people_are_text_however_few_they_are(header: str) -> None:
    cells = ["Ann Bell", "Tom O'Dell", "Maria Núñez"] * 20
    assert custom_type(column(header, *cells), RULES) is FieldType.TEXT


def test_first_names_of_the_practices_own_patients_count_as_names() -> None:
    cells = ["Xylia Bell", "Yorrick Vale", "Zephan Ruiz"] * 20
    assert custom_type(column("Helper", *cells), RULES) is FieldType.SELECT
    assert custom_type(column("Helper", *cells), RULES, frozenset({"xylia", "yorrick"})) is FieldType.TEXT


def test_two_words_are_not_yet_a_name() -> None:
    assert custom_type(column("Tier", *["Family Plus", "Silver Plus"] * 9), RULES) is FieldType.SELECT


def test_free_text_is_no_select() -> None:
    assert word_type(column("Carrier", *["Aetna", "Cigna"] * 30)) is FieldType.SELECT
    assert (
        word_type(column("Carrier", *(f"Plan {n}" for n in range(101)), *(f"Plan {n}" for n in range(101)))) is FieldType.TEXT
    )
    assert word_type(column("Carrier", "Aetna", "Aetna", "my aunt", "the internet", "a flyer")) is FieldType.TEXT


def test_words_are_one_when_they_differ_in_case_and_blanks_only() -> None:
    assert column("State", "No Show", "no  show", "No Show", "Kept").words() == ("No Show", "Kept")
