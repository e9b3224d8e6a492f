"""An invented entity, `recall`: its schema and one module a side carry it through the whole engine, and nothing is patched.

The schema (`schemas/recall.v1.avsc`) declares the fields of its records, `source.py` the tables that hold them,
`destination.py` the object that they become.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.data_model.planning.plan import plan
from consumers.data_model.planning.privacy import Privacy
from events.change_events import Operation, read_change, record_of
from events.codec.declared import schemas_in
from events.log.port import CHANGES, read_all
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from producers.binding.proposal import propose
from producers.changes.produce import Producer
from producers.changes.produced import Produced
from producers.entities.registry import SOURCES, read_entities
from producers.sources.extract import Extract, open_extract
from producers.state.state import ProducerState
from producers.survey.exportability import verdicts
from producers.survey.survey import survey
from projections.custom_names import custom_names
from projections.destination import destination
from projections.registry import DESTINATIONS
from tests.consumers.workbench import FERN, Bench, Host, id_of

FOLDER = Path(__file__).parent
FIRST_DAY = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
PATIENTS = [
    ["Patient ID", "First Name", "Last Name", "Date of Birth", "Email"],
    ["P1", "Ada", "Quist", "02/03/1970", "ada@x.example"],
    ["P2", "Bo", "Vale", "04/05/1981", "bo@x.example"],
]
RECALLS = [
    ["Recall ID", "Patient ID", "Recall Type", "Due Date", "Chair"],
    ["R1", "P1", "Cleaning", "06/01/2026", "North"],
    ["R2", "P2", "Perio", "07/15/2026", "South"],
]


@pytest.fixture
def recall() -> Iterator[Entity]:
    """Yield the entity, known for as long as a test runs."""
    with ExitStack() as stack:
        stack.enter_context(schemas_in(FOLDER / "schemas"))
        from tests.recall import destination as ours
        from tests.recall import source

        stack.enter_context(SOURCES.including(source.SPEC))
        stack.enter_context(DESTINATIONS.including(ours.SPEC))
        yield Entity("recall")


@dataclass(kw_only=True)
class Office:
    """A practice whose extracts are produced into the log of a bench."""

    folder: Path
    bench: Bench
    state: ProducerState
    mapping: ColumnMapping | None = None
    day: int = 0

    def extract(self, *recalls: list[str]) -> Extract:
        """Return an extract with these recalls."""
        root = self.folder / f"day-{self.day}"
        root.mkdir()
        for name, rows in (("patients.csv", PATIENTS), ("recalls.csv", [RECALLS[0], *recalls])):
            with (root / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        taken = FIRST_DAY + timedelta(days=self.day)
        self.day += 1
        return open_extract(root, scope="full", taken_at=taken, now=taken, practice=FERN)

    def produce(self, *recalls: list[str]) -> Produced:
        """Append what differs in an extract with these recalls."""
        bench, extract = self.bench, self.extract(*recalls)
        producer = Producer(
            log=bench.log,
            keys=bench.keys,
            state=self.state,
            practice=FERN,
            world=bench.world,
            decisions=bench.decisions,
            deletion_limit=1.0,
        )
        mapping = self.mapping or propose(extract, FERN, names=custom_names()).mapping
        produced = producer.produce(extract, mapping, f"run-{self.day}")
        self.mapping = produced.mapping
        return produced

    def events(self, of: Entity) -> list[tuple[Operation, dict[str, Any]]]:
        """Return the change events of an entity: operations and values."""
        found = [read_change(entry.value) for entry in read_all(self.bench.log, CHANGES)]
        return [(e.operation, dict(record_of(e, self.bench.keys).values)) for e in found if e.entity is of]


@pytest.fixture
def host(recall: Entity, tmp_path: Path) -> Iterator[Host]:
    """Yield a server whose workspaces have the object of recalls."""
    host = Host(tmp_path)
    yield host
    host.close()


@pytest.fixture
def office(recall: Entity, host: Host, tmp_path: Path) -> Iterator[Office]:
    url, metadata = host.workspace()
    bench = Bench(tmp_path / "bench", url, metadata)
    state = ProducerState(f"sqlite:///{tmp_path}/producer.db")
    yield Office(folder=tmp_path, bench=bench, state=state)
    bench.close()
    state.close()


def shown(bench: Bench, recall: Entity, native: str) -> tuple[str, str | None, str | None, bool]:
    """Return a recall in Twenty: its kind, due date and patient, and whether it is soft-deleted."""
    image = bench.read("recalls", id_of(recall, native))
    return image["recallKind"], image["dueDate"], image["patientId"], image["deletedAt"] is not None


def test_a_recall_is_carried_updated_deleted_and_rolled_back(office: Office, recall: Entity) -> None:
    bench = office.bench
    office.produce(*RECALLS[1:])
    bench.sync()
    ada, bo = id_of(Entity.PATIENT, "P1"), id_of(Entity.PATIENT, "P2")
    assert shown(bench, recall, "R1") == ("CLEANING", "2026-06-01", ada, False)
    assert shown(bench, recall, "R2") == ("PERIO", "2026-07-15", bo, False)

    position = bench.log.ends(CHANGES)[0]
    office.produce(["R1", "P1", "Cleaning", "06/08/2026", "North"])
    bench.sync()
    assert shown(bench, recall, "R1") == ("CLEANING", "2026-06-08", ada, False)
    assert shown(bench, recall, "R2") == ("PERIO", "2026-07-15", bo, True)
    assert [operation.value for operation, _ in office.events(recall)] == ["CREATED", "CREATED", "UPDATED", "DELETED"]

    assert bench.rollback_to(position).kept == []
    assert shown(bench, recall, "R1") == ("CLEANING", "2026-06-01", ada, False)
    assert shown(bench, recall, "R2") == ("PERIO", "2026-07-15", bo, False)

    assert bench.rollback().kept == []
    assert sum(map(len, bench.content().values())) == 0


def test_a_recall_is_replayed_into_another_workspace(office: Office, recall: Entity, host: Host, tmp_path: Path) -> None:
    office.produce(*RECALLS[1:])
    office.bench.sync()
    url, metadata = host.workspace(2)
    other = Bench(tmp_path / "bench", url, metadata)
    other.sync()
    other.twenty.destroy("recalls", [id_of(recall, "R1")])
    other.replay()
    assert shown(other, recall, "R1")[:2] == ("CLEANING", "2026-06-01")
    assert shown(other, recall, "R2")[:2] == ("PERIO", "2026-07-15")
    other.close()


def test_what_differs_in_a_recall_is_told_field_by_field(office: Office, recall: Entity) -> None:
    office.produce(*RECALLS[1:])
    produced = office.produce(["R1", "P1", "Cleaning", "someday", "North"], RECALLS[2])
    assert (produced.changes["updated"], produced.refused) == (1, 0)
    (_, record) = office.events(recall)[-1]
    # a day that cannot be read is unknown, not blank: what was known stays
    assert record == {"patient_id": "P1", "kind": "Cleaning", "due_date": date(2026, 6, 1)}


def test_a_new_column_of_a_recall_becomes_a_custom_field(office: Office, recall: Entity) -> None:
    mapping = office.produce(*RECALLS[1:]).mapping
    assert [(field.entity, field.name) for field in mapping.custom_fields] == [(recall, "chair")]


def test_the_data_model_gets_the_object_of_recalls(office: Office) -> None:
    office.produce(*RECALLS[1:])
    assert office.mapping is not None
    made = plan(office.bench.workspace.metadata(), office.mapping, (), Privacy(private=(), granted=(), audited=None))
    assert "recall.chair" in {item.name for item in made.items}
    assert not made.clashes


def test_a_survey_says_what_can_be_carried_of_recalls(office: Office) -> None:
    found = verdicts(survey([office.extract(*RECALLS[1:])], FERN, bytes), lambda _reference: True)
    assert [(v.name, v.records, v.missing_fields) for v in found if v.entity == "recall"] == [("Recall", 2, [])]


def test_recalls_stand_behind_the_known_entities(recall: Entity) -> None:
    assert read_entities()[-1] is recall
    assert destination().rollback_order.index("recalls") < destination().rollback_order.index("people")
    assert destination().write_order.index("people") < destination().write_order.index("recalls")


def test_without_its_modules_a_recall_is_unknown() -> None:
    assert "recall" not in Entity
    assert "recall" not in destination().objects
    with pytest.raises(ValueError, match="'recall' is not a valid Entity"):
        Entity("recall")
