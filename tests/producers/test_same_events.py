"""With clock, ids and randomness seeded, a history of deliveries makes the same bytes in the log, release after release.

A change of how rows are read, recognised or remembered must not change an event, its identity, its place or its bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from events.clock import World
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, DEAD_LETTERS, read_all
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from producers.binding.proposal import propose
from producers.changes.appending import changes as changes_module
from producers.changes.produce import Producer
from producers.changes.rows import reading as reading_module
from producers.changes.rows import settled as settled_module
from producers.sources.extract import open_extract
from producers.sources.tables.delimited import lines as lines_module
from producers.state import step as step_module
from producers.state.confirmations import Confirmed, to_json
from producers.state.state import ProducerState
from tests.producers import office
from tests.producers.desk import PRACTICE, patients

pytestmark = pytest.mark.integration

MASTER = bytes(range(32))
BEGAN = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
HEADER = ["Appointment ID", "Patient ID", "Appointment Date", "Start Time", "Type", "Provider", "Duration", "Status", "Notes"]
TYPES, STATES = ("Cleaning", 'Crown, "upper"', "Exam", "Total extraction"), ("Scheduled", "Complete", "Broken", "No Show")

AS_BEFORE = {
    False: "88d49f585d9562e4a8826a2cb183b1736394c6d6bac541c4fc0b65316349f152",
    True: "2f1678db3ee831cd2df88d3c5c15fe761bf19b02584976f502a82cb0b4aba223",
}
"""SHA-256 of what is told and of the log, as the code before such a change made them; pieces decide when keys are made."""


def visits(day: int) -> list[list[str]]:
    """Return the appointments of a day's extract: some change, some go, some come, one comes twice, some stand elsewhere."""
    chance, rows = Random(7), []
    for number in range(1, 260 + day):
        kind, state, note = chance.choice(TYPES), chance.choice(STATES), chance.choice(("", "a, b", "two\nlines", "Zoë\x1f"))
        if number % 7 == day:
            state = STATES[day % 4]
        if number % 97 == day:
            continue
        start = f"06/{1 + number % 28:02}/2026"
        rows.append([f"{5000 + number}", f"P{number % 43}", start, "9:30 AM", kind, "Dr. Finch", "30", state, note])
    rows += [list(rows[3]), [*rows[5][:7], "Contradicted", ""], ["5004", "#REF!", *rows[4][2:]], rows[9][:4]]
    if day == 2:
        rows.reverse()
    if day == 3:
        rows = rows[100:] + rows[:100]
    return rows


def written(rows: list[list[str]], day: int) -> str:
    out = io.StringIO()
    out.write("Appointments as shown\r\n" if day == 1 else "")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if day == 4 else csv.QUOTE_MINIMAL)
    writer.writerows([HEADER, *rows])
    text = out.getvalue()
    if day == 2:
        lines = text.splitlines(keepends=True)
        lines[20] = '5999,P1,"06/01/2026,9:30 AM,Exam,Dr. Finch,30,Scheduled,stray\r\n'
        text = "".join([*lines[:40], ",".join(HEADER) + "\r\n", "\r\n", *lines[40:]]) + "Total,,,,,,12,,\r\n"
    return text.rstrip("\r\n") if day == 3 else text


def office_of(day: int) -> office.Tables:
    def edit(headers: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
        edited = [[*row[:-1], f"{row[-1]} {day}"] if number % 5 == day else row for number, row in enumerate(rows)]
        return headers, edited[: len(edited) - day % 2]

    return office.change(edit, "patients", "visits", "steps", "contacts", "journal", "claims") if day else office.tables()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[tuple[SqliteLog, KeyStore, ProducerState, World]]:
    entropy, ids, clock = Random(1), Random(2), iter(range(10**6))
    world = World(
        now=lambda: BEGAN + timedelta(seconds=next(clock)), new_id=lambda: ids.randbytes(16), entropy=entropy.randbytes
    )
    log, keys = SqliteLog(f"sqlite:///{tmp_path}/log.db"), KeyStore(f"sqlite:///{tmp_path}/keys.db", MASTER, entropy.randbytes)
    state = ProducerState(f"sqlite:///{tmp_path}/state.db")
    yield log, keys, state, world
    for part in (log, keys, state):
        part.close()


@pytest.mark.parametrize("small", [False, True], ids=["as delivered", "in small pieces"])
def test_a_seeded_history_makes_the_same_log(
    parts: tuple[SqliteLog, KeyStore, ProducerState, World], small: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, keys, state, world = parts
    if small:
        monkeypatch.setattr(changes_module, "PIECE", 23)
        monkeypatch.setattr(step_module, "STEP", 60)
        monkeypatch.setattr(settled_module, "PAGE", 16)
        monkeypatch.setattr(settled_module, "PAGES", 3)
        monkeypatch.setattr(settled_module, "SHORTEST_RUN", 2)
        monkeypatch.setattr(settled_module, "_FRUITLESS", 40)
        monkeypatch.setattr(reading_module, "_ASKED_AT_ONCE", 7)
        monkeypatch.setattr(lines_module, "_BLOCK", 700)
    decisions = Decisions(log, keys, PRACTICE.id, now=world.now, new_id=world.new_id, entropy=world.entropy)
    producer, mapping, told = (
        Producer(log=log, keys=keys, state=state, practice=PRACTICE, world=world, decisions=decisions),
        None,
        sha256(),
    )
    for day, scope in enumerate(("full", "full", "full", "partial", "full", "full")):
        for folder in "ab":
            root, taken_at = tmp_path / f"{folder}{day}", BEGAN + timedelta(days=day, hours=folder == "b")
            if folder == "a":
                office.write(root, office_of(day % 5))
            else:
                root.mkdir()
                (root / "visits.csv").write_text(written(visits(day), day), encoding="utf-8", newline="")
                office.write_csv(root / "patients.csv", list(patients(1)[0]), [list(row.values()) for row in patients(43)])
            extract = open_extract(root, scope=scope, taken_at=taken_at, now=taken_at, practice=PRACTICE)  # type: ignore[arg-type]
            options = {"confirm_deletions": day == 4}
            produced = producer.produce(extract, mapping or propose(extract, PRACTICE).mapping, f"run {day}{folder}", **options)
            mapping, confirmed = produced.mapping, to_json(produced.confirmed)
            decisions.record(Decided.EXTRACT_READ, {"taken_at": taken_at.isoformat(), "confirmed": confirmed})
            withheld = [(w.entity, w.absent, w.live, w.why, w.records) for w in produced.withheld]
            counts = sorted(produced.changes.items()), produced.tables, produced.refused, produced.dead_letters, withheld
            told.update(repr((*counts, {e.value: sorted(places(c)) for e, c in produced.confirmed.items()})).encode())
    for topic in (CHANGES, DEAD_LETTERS):
        for entry in read_all(log, topic):
            told.update(
                b"".join(
                    (
                        topic.encode(),
                        entry.partition.to_bytes(4, "big"),
                        entry.offset.to_bytes(8, "big"),
                        entry.key,
                        entry.value,
                    )
                )
            )
    assert told.hexdigest() == AS_BEFORE[small]


def places(confirmed: Confirmed) -> list[tuple[int, int]]:
    """Return the positions that an extract confirmed."""
    return list((confirmed.until or {}).items()) or list(confirmed.as_known)
