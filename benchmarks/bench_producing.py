"""Speed at which extracts become events, beside the floor of the same run.

    python -m benchmarks.bench_producing [ROWS [ROUNDS [FILE]]]

Appointment rows, one process, each figure the best of the rounds, in seconds of the processor (user and system: what else runs
on the machine disturbs it less than the time of day):
- new rows made into durable sealed events (aim: 0.9 of the floor with envelope);
- rows that all differ from what is known, the changed fields named (aim: 0.7 of the same floor);
- unchanged rows detected, beside `csv.reader` alone (aim: 0.45 of it);
- the peak memory of the process, measured before the floors of the first round hold anything
  (aim: 300 MB for 1,000,000 rows, 350 MB for 10,000,000).

The floor is what cannot be left out: csv.reader over the file, for each row one typed record written with fastavro and sealed
with AES-256-GCM under a patient's key, appended durably to the same kind of log in batches of the same size. It reads no date,
compares nothing, remembers nothing. "With envelope" writes each event's clear envelope with fastavro, too. "With its last
event" also reads, opens and decodes the event that each row was last written with, as a producer must whose state keeps no
marks of the fields. The lines go to FILE, too.
"""

from __future__ import annotations

import csv
import gc
import os
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.appointment_rows import write_appointments, write_patients
from benchmarks.line import Line, append
from events.change_events import read_change, record_of
from events.clock import World
from events.codec.avro import encode, header
from events.codec.schemas import latest
from events.decisions import Decisions
from events.log.port import CHANGES, NewEntry, read_all
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from events.sealing.payloads import open_envelope, seal, unseal
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from producers.binding.proposal import propose
from producers.changes.produce import Producer
from producers.sources.extract import Extract, open_extract
from producers.state.state import ProducerState
from producers.state.step import STEP
from tests.events.payloads import payload_of

PATIENTS = 20_000
PRACTICE = Practice(
    id="bench",
    name="Bench Dental",
    zone=ZoneInfo("America/New_York"),
    currency="USD",
    date_order="mdy",
    namespace=uuid.UUID(int=7),
)
WORLD = World()
_FLOORS = ("payload only", "with envelope", "with its last event")


_ENVELOPE = "fastavro, envelope and seal alone"


def main(rows: int, rounds: int, out: Path | None = None) -> None:
    """Print the figures for so many rows."""
    with tempfile.TemporaryDirectory() as name:
        first, later = _extract(Path(name) / "first", rows, day=16), _extract(Path(name) / "later", rows, day=17, changed=1.0)
        mapping = propose(first, PRACTICE).mapping
        done = [_round(Path(name) / str(number), first, later, mapping) for number in range(rounds)]
        best = {figure: min(one[figure] for one in done) for figure in done[0]}
    speeds = {figure: f"{rows / seconds:>9,.0f} /s" for figure, seconds in best.items()}
    print(f"{rows:,} appointment rows, {PATIENTS:,} patients, best of {rounds}")
    ratio = best["csv"] / best["unchanged"]
    print(f"unchanged rows detected {speeds['unchanged']}   csv.reader alone {speeds['csv']}, ratio {ratio:.2f}   aim 0.45")
    for figure, floors, aim in (("new", _FLOORS[:2], 0.9), ("changed", _FLOORS, 0.7)):
        beside = (f"floor {floor} {speeds[floor]}, ratio {best[floor] / best[figure]:.2f}" for floor in floors)
        print(f"{figure + ' rows to events':<23} {speeds[figure]}   {'; '.join(beside)}   aim {aim:.2f}")
    print(f"peak memory             {best['memory']:>9,.0f} MB at the most   aim 300 for 1,000,000 rows")
    if out is not None:
        for line in _lines(rows, best):
            append(out, line)


def unchanged_seconds(rows: int) -> float:
    """Return the seconds that so many rows take that are read a second time and have not changed."""
    with tempfile.TemporaryDirectory() as name:
        first = _extract(Path(name) / "first", rows, day=16)
        office = _Office(Path(name) / "office", propose(first, PRACTICE).mapping)
        office.producer.produce(_only(first, "patients.csv"), office.mapping, "patients")
        again = office.produce(_only(first, "appointments.csv"))
        again()
        began = time.perf_counter()
        again()
        return time.perf_counter() - began


def _lines(rows: int, best: dict[str, float]) -> Iterator[Line]:
    for name, figure, floor, floor_is, aim in (
        ("new rows to events", "new", "with envelope", _ENVELOPE, "0.90"),
        ("unchanged rows", "unchanged", "csv", "csv.reader alone", "0.45"),
        ("changed rows to events", "changed", "with envelope", _ENVELOPE, "0.70"),
    ):
        about = {"floor": rows / best[floor], "floor_is": floor_is, "aim": aim}
        yield Line(name=name, size=rows, engine="SQLite", ours=rows / best[figure], unit="/s", **about)
    aim = "350 MB at 10⁷" if rows > 1_000_000 else "300 MB at 10⁶"
    yield Line(name="producing: peak memory", size=rows, engine="SQLite", ours=best["memory"], unit="MB", aim=aim)


def _round(folder: Path, first: Extract, later: Extract, mapping: ColumnMapping) -> dict[str, float]:
    """Return the seconds for each figure, on a log of its own; and the peak memory so far, in MB."""
    office = _Office(folder, mapping)
    office.producer.produce(_only(first, "patients.csv"), mapping, "patients")
    new, old = _only(first, "appointments.csv"), _only(later, "appointments.csv")
    file = Path(first.source.address) / "appointments.csv"
    found = {"new": _timed(office.produce(new))}
    floors = {name: office.floor(file, level) for level, name in enumerate(_FLOORS)}  # of the events as they are now
    found["unchanged"] = _timed(office.produce(new))
    found["csv"] = _timed(lambda: sum(1 for _ in _cells(file)))
    found["changed"] = _timed(office.produce(old))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, **{name: _timed(floor) for name, floor in floors.items()}}


@dataclass
class _Office:
    """A practice's log, keys and state in a folder."""

    folder: Path
    mapping: ColumnMapping

    def __post_init__(self) -> None:
        self.keys = KeyStore(f"sqlite:///{self.folder}/keys.db", os.urandom(32), WORLD.entropy)
        self.log = SqliteLog(f"sqlite:///{self.folder}/log.db")
        state = ProducerState(f"sqlite:///{self.folder}/state.db")
        decisions = Decisions(self.log, self.keys, PRACTICE.id, now=WORLD.now, new_id=WORLD.new_id, entropy=WORLD.entropy)
        self.producer = Producer(log=self.log, keys=self.keys, state=state, practice=PRACTICE, world=WORLD, decisions=decisions)

    def produce(self, extract: Extract) -> Callable[[], object]:
        return lambda: self.producer.produce(extract, self.mapping, "run")

    def floor(self, file: Path, level: int) -> Callable[[], object]:
        """Return the work of `_FLOORS[level]`, with one typed record and one envelope that stand for all."""
        schema, outer = latest("appointment"), latest("change-event")
        events = (read_change(entry.value) for entry in read_all(self.log, CHANGES))
        event = next(event for event in events if event.entity is Entity.APPOINTMENT)
        assert event.sealed is not None
        payload = payload_of(record_of(event, self.keys))
        clear = {k: v for k, v in event.sealed.envelope.items() if k not in ("payload", "payload_schema", "key_id")}
        sealed_with = [key for key in map(self.keys.by_id, [*self.keys._subjects]) if key is not None]
        log = SqliteLog(f"sqlite:///{self.folder}/floor-{level}.db")

        def entries() -> Iterator[NewEntry]:
            for _row, key in zip(_cells(file), cycle(sealed_with), strict=False):
                data = encode(schema, payload)
                if level:
                    data = seal(outer, dict(clear), schema, data, key, os.urandom)
                else:
                    nonce = os.urandom(12)
                    data = header(schema) + nonce + key.cipher.encrypt(nonce, data, key.id)
                yield NewEntry(CHANGES, key.id, data)

        def work() -> None:
            gc.freeze()  # as in a process of its own: the collector does not walk what the rest of the benchmark holds
            waiting = entries()
            earlier = iter(read_all(self.log, CHANGES)) if level > 1 else iter(())
            while batch := list(islice(waiting, STEP)):
                for entry in islice(earlier, len(batch)):
                    unseal(open_envelope(entry.value), self.keys)
                log.append(batch)
            gc.unfreeze()

        return work


def _extract(folder: Path, rows: int, *, day: int, changed: float = 0.0) -> Extract:
    folder.mkdir()
    write_patients(folder / "patients.csv", PATIENTS)
    write_appointments(folder / "appointments.csv", rows, patients=PATIENTS, changed=changed)
    taken_at = datetime(2026, 11, day, 21, 10, tzinfo=UTC)
    return open_extract(folder, scope="full", taken_at=taken_at, now=taken_at, practice=PRACTICE)


def _only(extract: Extract, file: str) -> Extract:
    return replace(extract, tables=tuple(table for table in extract.tables if table.file == file))


def _cells(path: Path) -> Iterator[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.reader(file)


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    given = sys.argv[1:]
    asked = [int(argument) for argument in given[:2]]
    main(*asked, *(200_000, 3)[len(asked) :], Path(given[2]) if len(given) > 2 else None)
