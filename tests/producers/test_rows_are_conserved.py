"""Whatever rows share an id: every row is carried, merged, repeated or held, and the order and size of steps change nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from events.dead_letters import read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.binding.proposal import propose
from producers.changes.appending import changes as changes_module
from producers.changes.rows import differing_rows as rows_module
from producers.records.doubled_ids import DOUBLED_ID, DOUBLED_ID_HELD, TWO_PEOPLE
from producers.state import step as step_module
from producers.state.identities import IDENTITY_HELD
from tests.producers.desk import PRACTICE, Desk, Rows, patient, visit

pytestmark = pytest.mark.integration

_PEOPLE = (("Ada", "Quist", "02/11/1951"), ("Adah", "Quist", "02/11/1951"), ("Bo", "Reyes", "11/30/1999"))
_PATIENTS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(_PEOPLE), st.sampled_from(["Active", "Inactive"])), min_size=1
)
_VISITS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.sampled_from(["Scheduled", " Scheduled", "Broken", ""])), min_size=1
)


def people(drawn: list[tuple[int, tuple[str, str, str], str]]) -> Rows:
    return [
        patient(n, First_Name=first, Last_Name=last, Date_of_Birth=born, Status=status)
        for n, (first, last, born), status in drawn
    ]


def booked(drawn: list[tuple[int, int, str]]) -> Rows:
    return [visit(n, of, Status=status) for n, of, status in drawn]


def listed(desk: Desk) -> Counter[tuple[str | None, str, int]]:
    letters = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    return Counter((letter.entity.value if letter.entity else None, letter.reason, letter.row or 0) for letter in letters)


def distinct(rows: Rows, header: str) -> dict[str, set[tuple[str, ...]]]:
    """Return the content of rows, by id; blanks around a cell say nothing."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        found.setdefault(row[header], set()).add(tuple(cell.strip() for cell in row.values()))
    return found


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(_PATIENTS, _VISITS, _VISITS, st.sampled_from([(20_000, 1_000, 20_000), (20_000, 1, 1), (0, 2, 3)]))
def test_no_row_vanishes(
    patients: list[tuple[int, tuple[str, str, str], str]],
    april: list[tuple[int, int, str]],
    may: list[tuple[int, int, str]],
    sizes: tuple[int, int, int],
) -> None:
    files = {"patients": people(patients), "april": booked(april), "may": booked(may)}
    kept, piece, step = sizes
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(rows_module, "KEPT", kept),
        patch.object(changes_module, "PIECE", piece),
        patch.object(step_module, "STEP", step),
    ):
        desk = Desk(Path(folder) / "desk")
        usual = desk.extract(patients=[patient(n) for n in range(1, 9)], visits=[visit(n) for n in range(1, 9)])
        desk.mapping = propose(usual, PRACTICE).mapping
        produced = desk.produce(**files)  # the desk checks that the books balance
        first, found = desk.told(), listed(desk)
        again = desk.produce(**files)
        assert desk.told() == first, "the second run of an extract appends nothing"
        assert (again.refused, again.dead_letters) == (produced.refused, 0)
        desk.lose_state()
        assert desk.produce(**files).refused == produced.refused
        assert (desk.told(), listed(desk)) == (first, found)

        held = {
            files["patients"][row - 2]["Patient ID"]
            for where, reason, row in found
            if (where, reason) == ("patient", TWO_PEOPLE)
        }
        waiting = {row["Appointment ID"] for row in (*files["april"], *files["may"]) if row["Patient ID"] in held}
        for entity, header, rows in (
            (Entity.PATIENT, "Patient ID", files["patients"]),
            (Entity.APPOINTMENT, "Appointment ID", [*files["april"], *files["may"]]),
        ):
            records, said = desk.records(entity), distinct(rows, header)
            mine = {reason: 0 for where, reason, _ in found if where == entity.value}
            for (where, reason, _), count in found.items():
                if where == entity.value:
                    mine[reason] += count
            rows_waiting = mine.pop(IDENTITY_HELD, 0)
            assert mine.keys() <= {DOUBLED_ID, DOUBLED_ID_HELD, TWO_PEOPLE}
            alone = {native for native, ways in said.items() if len(ways) == 1}
            assert alone - waiting <= records.keys()
            if entity is Entity.APPOINTMENT:
                assert not {record.values["patient_id"] for record in records.values()} & held
                assert len(alone & waiting) <= rows_waiting <= len(waiting)
            rows_listed = sum(mine.values())
            raw = {native: {tuple(row.values()) for row in rows if row[header] == native} for native in said}
            assert rows_listed == sum(len(raw[native]) for native, ways in said.items() if len(ways) > 1)
        desk.close()
