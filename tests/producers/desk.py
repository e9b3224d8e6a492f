"""A small practice whose extracts are produced into a log of its own, and what then lies in that log."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from events.change_events import LARGEST_EVENT, ChangeEvent, Operation, read_change, record_of
from events.clock import World
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, Entry, read_all
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from events.sealing.payloads import unseal
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.binding.proposal import propose
from producers.changes.books import findings_of
from producers.changes.produce import Producer
from producers.changes.produced import Produced
from producers.changes.rows.renumbering import Aliases
from producers.sources.extract import Extract, ExtractScope, open_extract
from producers.state.confirmations import to_json
from producers.state.row_settings import READ_UNDER
from producers.state.state import ProducerState

PRACTICE = Practice(
    id="fern",
    name="Fern Street Dental",
    zone=ZoneInfo("America/Denver"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=11),
)
FIRST_DAY = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
MASTER = bytes(range(32))

Row = dict[str, str]
Rows = list[Row]


def patient(number: int, **cells: str) -> Row:
    """Return the row of a patient; cells by header, with underscores for blanks."""
    row = {
        "Patient ID": f"P{number}",
        "Guarantor ID": "",
        "First Name": f"Ada{number}",
        "Last Name": "Quist",
        "Email": f"ada{number}@post.example",
        "Mobile Phone": f"(303) 555-01{number % 100:02}",
        "Date of Birth": f"0{1 + number % 9}/1{number % 10}/{1950 + number % 60}",
        "Status": "Active",
    }
    return {**row, **_headers(cells)}


def visit(number: int, of: int = 1, **cells: str) -> Row:
    """Return the row of an appointment of a patient."""
    row = {
        "Appointment ID": f"V{number}",
        "Patient ID": f"P{of}",
        "Appointment Date": f"06/{1 + number % 28:02}/2026",
        "Start Time": "9:30 AM",
        "Type": "Cleaning",
        "Provider": "Dr. Orla Finch",
        "Duration": "30",
        "Status": "Scheduled",
        "Notes": "bring the old x-rays",
    }
    return {**row, **_headers(cells)}


def message(number: int, of: int = 1, **cells: str) -> Row:
    """Return the row of a communication with a patient."""
    row = {
        "Communication ID": f"M{number}",
        "Patient ID": f"P{of}",
        "Communication Type": "Recall",
        "Channel": "SMS",
        "Sent Date": "05/18/2026 9:00 AM",
        "Delivery Status": "Delivered",
        "Message": "Time to come in.",
    }
    return {**row, **_headers(cells)}


def memo(number: int, text: str, of: int = 1, **cells: str) -> Row:
    """Return the row of a note about a patient."""
    row = {"Note ID": f"N{number}", "Patient ID": f"P{of}", "Note Type": "Clinical", "Note": text, "Author": "Orla Finch"}
    return {**row, **_headers(cells)}


def patients(count: int) -> Rows:
    return [patient(number) for number in range(1, count + 1)]


def visits(count: int, patients: int = 1) -> Rows:
    return [visit(number, of=1 + number % patients) for number in range(1, count + 1)]


def without(rows: Rows, *headers: str) -> Rows:
    """Return the rows of a table that lacks these columns."""
    return [{header: cell for header, cell in row.items() if header not in headers} for row in rows]


def _headers(cells: Row) -> Row:
    return {name.replace("_", " "): cell for name, cell in cells.items()}


@dataclass
class Desk:
    """Produces one extract after the other. `day` counts from the first extract's."""

    folder: Path
    mapping: ColumnMapping | None = None
    world: World = field(default_factory=World)
    aliases: Aliases = field(default_factory=Aliases)
    practice: Practice = PRACTICE
    largest_event: int = LARGEST_EVENT
    _extracts: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.keys = KeyStore(f"sqlite:///{self.folder}/keys.db", MASTER, os.urandom)
        self.log = SqliteLog(f"sqlite:///{self.folder}/log.db")
        self.state = ProducerState(f"sqlite:///{self.folder}/state.db")

    @property
    def producer(self) -> Producer:
        options: dict[str, Any] = {"aliases": self.aliases, "largest_event": self.largest_event}
        return Producer(
            log=self.log,
            keys=self.keys,
            state=self.state,
            practice=self.practice,
            world=self.world,
            decisions=self.decisions,
            **options,
        )

    def extract(self, *, day: int = 0, scope: ExtractScope = "full", **files: Rows) -> Extract:
        """Write tables as files of these names, and open them."""
        self._extracts += 1
        folder = self.folder / f"extract-{self._extracts}"
        folder.mkdir()
        for name, rows in files.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return self.open(folder, day=day, scope=scope)

    def open(self, folder: Path, *, day: int = 0, scope: ExtractScope = "full") -> Extract:
        taken_at = FIRST_DAY + timedelta(days=day)
        return open_extract(folder, scope=scope, taken_at=taken_at, now=taken_at, practice=self.practice)

    def produce(self, extract: Extract | None = None, *, day: int = 0, scope: ExtractScope = "full", **about: Any) -> Produced:
        """Produce an extract, or these files; the first one's mapping is the approved one. Options: confirm, only."""
        options = {
            "confirm_deletions": about.pop("confirm", False),
            "only_patients": about.pop("only", None),
        }
        extract = extract or self.extract(day=day, scope=scope, **about)
        produced = self.producer.produce(extract, self.mapping or propose(extract, self.practice).mapping, "run", **options)
        assert findings_of(produced.books) == []  # whatever a test is about, no row of its extracts vanishes
        self.mapping = produced.mapping
        body = {
            "taken_at": extract.taken_at.isoformat(),
            "confirmed": to_json(produced.confirmed),
            READ_UNDER: produced.read_under,
        }
        self.decisions.record(Decided.EXTRACT_READ, body)
        return produced

    @property
    def decisions(self) -> Decisions:
        world = World()
        return Decisions(self.log, self.keys, PRACTICE.id, now=world.now, new_id=world.new_id, entropy=world.entropy)

    def lose_state(self) -> None:
        """Delete the state, and begin a new one."""
        self.state.close()
        for file in self.folder.glob("state.db*"):
            file.unlink()
        self.state = ProducerState(f"sqlite:///{self.folder}/state.db")

    def close(self) -> None:
        for part in (self.log, self.state, self.keys):
            part.close()

    def entries(self) -> list[Entry]:
        return list(read_all(self.log, CHANGES))

    def events(self, entity: Entity | None = None) -> list[ChangeEvent]:
        events = (read_change(entry.value) for entry in self.entries())
        return [event for event in events if entity is None or event.entity is entity]

    def record(self, event: ChangeEvent) -> Record:
        return record_of(event, self.keys)

    def unsealed(self, event: ChangeEvent) -> dict[str, Any]:
        assert event.sealed is not None
        return unseal(event.sealed, self.keys)

    def is_about(self, entry: Entry, entity: Entity, native_id: str) -> bool:
        event = read_change(entry.value)
        return event.entity is entity and self.record(event).native_id == native_id

    def history(self, entity: Entity, native_id: str) -> list[tuple[str, int, Record]]:
        """Return (operation, revision, record) of each event of a record."""
        read = ((event, record_of(event, self.keys)) for event in self.events(entity))
        return [(e.operation.value, e.revision, record) for e, record in read if record.native_id == native_id]

    def records(self, entity: Entity) -> dict[str, Record]:
        """Return the records that live, by native id."""
        found: dict[str, Record] = {}
        for event in self.events(entity):
            record = record_of(event, self.keys)
            found[record.native_id] = record
            if event.operation is Operation.DELETED:
                del found[record.native_id]
        return found

    def told(self) -> dict[tuple[Entity, str, int], tuple[str, Any]]:
        """Return all that the log says, by entity, native id and revision. Fails where an event is there twice."""
        said: dict[tuple[Entity, str, int], tuple[str, Any]] = {}
        for event in self.events():
            record = record_of(event, self.keys)
            about = (event.entity, record.native_id, event.revision)
            assert about not in said, about
            said[about] = (event.operation.value, (record.values, record.custom, record.issues))
        return said


def changes(produced: Produced) -> dict[str, int]:
    """Return the changes: created, updated, deleted and withheld."""
    return {name: produced.changes[name] for name in ("created", "updated", "deleted", "withheld") if produced.changes[name]}
