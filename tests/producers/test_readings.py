"""Number of times that producing reads the rows of a file, beside a sample of the first ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.vocabulary.mapping import ColumnMapping
from producers.binding import matching
from producers.binding.proposal import propose
from producers.changes.rows import differing_rows as rows_module
from producers.sources.tables.delimited.delimited import TextSource
from tests.producers.desk import PRACTICE, Desk, Rows, patient, patients, visit, visits

PATIENTS, VISITS = patients(30), visits(40, 30)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The readings to the end, by file; samples end before."""
    found: Counter[str] = Counter()
    read = TextSource._numbered

    def counted(self: TextSource, *about: Any) -> Iterator[Any]:
        yield from read(self, *about)
        found[self.file.name] += 1

    monkeypatch.setattr(TextSource, "_numbered", counted)
    monkeypatch.setattr(matching, "SAMPLE", 20)
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def shared(rows: Rows) -> Rows:
    """Two patients of one address."""
    return [*rows[:1], {**rows[1], "Email": rows[0]["Email"]}, *rows[2:]]


@pytest.mark.parametrize(
    ("people", "booked"),
    [
        (PATIENTS, VISITS),
        (shared(PATIENTS), [visit(1, Status="Completed"), *VISITS[1:]]),
        (
            [*PATIENTS, patient(90), patient(90, Last_Name="Other")],
            [*VISITS, visit(90), visit(90, Status="Broken"), visit(3, 4, Status="Broken")],
        ),
    ],
    ids=["nothing differs", "an address is shared", "ids are doubled"],
)
def test_a_later_delivery_is_read_at_most_twice(desk: Desk, readings: Counter[str], people: Rows, booked: Rows) -> None:
    desk.produce(patients=PATIENTS, visits=VISITS)
    readings.clear()
    desk.produce(day=1, patients=people, visits=booked)
    assert set(readings) == {"patients.csv", "visits.csv"}
    assert max(readings.values()) <= 2


def test_a_first_delivery_is_read_at_most_twice(desk: Desk, readings: Counter[str]) -> None:
    first = desk.extract(
        patients=shared([*PATIENTS, patient(90), patient(90, Last_Name="Other")]), visits=[*VISITS, visit(7, 2)]
    )
    desk.mapping = _approved(desk)
    readings.clear()
    desk.produce(first)
    assert readings["patients.csv"] == 2
    assert readings["visits.csv"] == 1


def test_visits_that_are_too_many_to_be_kept_are_read_twice(
    desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "KEPT", 5)
    first = desk.extract(patients=PATIENTS, visits=[*VISITS, visit(90), visit(90, Status="Broken")])
    desk.mapping = _approved(desk)
    readings.clear()
    desk.produce(first)
    assert readings["visits.csv"] == 2


def _approved(desk: Desk) -> ColumnMapping:
    return propose(desk.extract(patients=PATIENTS, visits=VISITS), PRACTICE).mapping
