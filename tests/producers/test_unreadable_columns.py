"""A column that fails in nearly every cell is one finding, with the shapes of its cells and no value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.binding.proposal import propose
from producers.changes.produced import Produced
from producers.kinds.cells import BIRTH_DATE, PHONE
from producers.kinds.judged import cleaner_under
from producers.kinds.reading import Rules
from producers.kinds.sights import masked
from producers.verdicts.unreadable import unreadable
from tests.producers.desk import PRACTICE, Desk, Rows, patient
from tests.producers.office import OFFICE, TAKEN

RULES = Rules.of(OFFICE, TAKEN)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def born(days: list[str]) -> Rows:
    return [patient(number, Date_of_Birth=day) for number, day in enumerate(days)]


READABLE = [f"0{1 + n % 9}/{13 + n % 15}/1980" for n in range(30)]
STRANGE = [f"{13 + n % 15}/{13 + n % 15}/1980" for n in range(30)]
"""Days that look like dates, and that no calendar has."""


def of_columns(produced: Produced) -> list[tuple[str | None, str]]:
    return [(f.column, f.text) for f in produced.findings if f.code == "unreadable_column"]


def test_a_column_that_fails_is_doubtful_when_it_is_proposed(desk: Desk) -> None:
    proposal = propose(desk.extract(patients=born(STRANGE)), PRACTICE)
    [finding] = [f for f in proposal.findings if f.code == "unreadable_column"]
    [column] = [c for t in proposal.mapping.tables for c in t.columns if c.field == "birth_date"]
    assert "30 of 30 cells cannot be read; they look like `99/99/9999`" in finding.text
    assert (column.confidence, "look like `99/99/9999`" in column.evidence) == (0.5, True)


def test_a_column_that_fails_later_is_one_finding_and_each_value_is_counted(desk: Desk) -> None:
    desk.produce(patients=born(READABLE))
    produced = desk.produce(day=1, patients=born(STRANGE))
    assert of_columns(produced) == [
        (
            "Date of Birth",
            "patients.csv, 'Date of Birth': 30 values were lost, nearly all of the column; its cells look like `99/99/9999`",
        )
    ]
    [page] = produced.books
    assert page.issues == {("dateOfBirth", "invalid_date"): 30}
    assert [(c.header, c.field, c.count) for c in page.unreadable] == [("Date of Birth", "dateOfBirth", 30)]


def test_a_few_values_that_fail_in_every_run_are_no_column_that_fails(desk: Desk) -> None:
    rows = born([*STRANGE[:20], *READABLE, *READABLE])
    desk.produce(patients=rows)
    produced = desk.produce(day=1, patients=rows)  # the 20 rows are read again, and all of them fail
    assert (of_columns(produced), [page.unreadable for page in produced.books]) == ([], [[]])


def test_a_column_that_fails_is_told_again_while_it_fails(desk: Desk) -> None:
    rows = born(STRANGE)
    desk.produce(patients=rows)
    assert len(of_columns(desk.produce(day=1, patients=rows))) == 1


@pytest.mark.parametrize(
    ("cells", "fails"),
    [(["x"] * 20, True), (["x"] * 19, False), (["x"] * 18 + ["1/2/1980"] * 2, True), (["x"] * 17 + ["1/2/1980"] * 3, False)],
)
def test_nine_of_ten_and_twenty_filled_cells_make_a_column_that_fails(cells: list[str], fails: bool) -> None:
    found = unreadable([*cells, "", "-"], cleaner_under(BIRTH_DATE.clean, RULES, None))
    assert (found is not None) is fails


def test_placeholders_are_no_failure() -> None:
    assert unreadable(["000-000-0000"] * 40, cleaner_under(PHONE.clean, RULES, None)) is None


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("12.05.80/7", "99.99.99/9"),
        ("Ada Quist", "Aaa Aaaaa"),
        ("1234567", "9999…"),
        ("a" * 50, "aaaa…"),
        ("Zoë-1", "Aaa-9"),
    ],
)
def test_a_shape_tells_no_value(text: str, look: str) -> None:
    assert masked(text) == look
