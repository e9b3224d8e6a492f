"""Random histories of a workspace: changes, writes, outcomes and rollbacks as events, and what the state makes of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consumers.rollback.chains import NOTHING
from consumers.state.applied import TABLES, WRITES
from consumers.state.catch_up import catch_up
from consumers.state.view import View
from events.change_events import NO_PART, Operation, event_id
from events.change_writer import ChangeWriter
from events.compensations import Action, Body, Cause, Compensation, Phase, write_compensation
from events.database import open_database
from events.log.port import CHANGES, COMPENSATIONS, NewEntry
from events.sealing.keys import DataKey
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.consumers.partitioned_log import PartitionedLog
from tests.events.payloads import encode_record

MOMENT = datetime(2026, 5, 20, tzinfo=UTC)
HERE, ELSEWHERE = "here", "elsewhere"
_KEY = DataKey(id=bytes(16), cipher=AESGCM(bytes(32)), material=bytes(32))
_OBJECTS = ("people", "tasks", "taskTargets")


class _Keys:
    """A key store of one key."""

    def by_id(self, key_id: bytes) -> DataKey | None:
        return _KEY if key_id == _KEY.id else None


def identity(*what: object) -> bytes:
    """Return an id that stands for these things."""
    return blake2b(repr(what).encode(), digest_size=16).digest()


def address_of(email: str) -> bytes:
    """Return a hash of an address."""
    return identity(email)


@dataclass
class Thing:
    """One PbN record: its patient's number (its own for a patient), and where its events lie."""

    number: int
    patient: int
    is_patient: bool
    events: list[tuple[int, int]] = field(default_factory=list)

    @property
    def record_id(self) -> bytes:
        return identity("record", self.number)

    @property
    def patient_id(self) -> bytes:
        return identity("record", self.patient)


class History:
    """One log, and the state of the workspace HERE in a database. Everything is decided by `chance`."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.url, self.chance = url, chance
        self.log = PartitionedLog(chance.choice((1, 3)), gaps=chance.choice((0, 1)))
        self.things: list[Thing] = []
        self.runs = 1
        self.open: list[Compensation] = []
        self.settled: list[tuple[Compensation, Phase]] = []
        self._ids = 0

    def turn(self) -> None:
        """Let one thing happen."""
        self.chance.choices(
            (self.change, self.intend, self.settle, self.take_back, self.new_run, self.again, self.fold, self.interrupt),
            (8, 12, 14, 3, 3, 2, 4, 1),
        )[0]()

    def carry(self) -> None:
        """Change a record; intend and settle a write."""
        self.change()
        self.intend()
        self.settle()

    def new_run(self) -> None:
        self.runs += 1

    def change(self) -> None:
        """Make or change a record."""
        if not self.things or self.chance.random() < 0.25:
            number = len(self.things)
            patients = [t.number for t in self.things if t.is_patient]
            if self.chance.random() < 0.4 or not self.things:
                thing = Thing(number, number, is_patient=True)
            elif patients and self.chance.random() < 0.7:
                thing = Thing(number, self.chance.choice(patients), is_patient=False)
            else:  # of a patient who has not come yet
                thing = Thing(number, number + 1, is_patient=False)
                self.things += [thing, Thing(number + 1, number + 1, is_patient=True)]
                self._append_change(thing)
                return
            self.things.append(thing)
        else:
            thing = self.chance.choice(self.things)
        self._append_change(thing)

    def _append_change(self, thing: Thing) -> None:
        revision = len(thing.events) + 1
        entity = Entity.PATIENT if thing.is_patient else Entity.NOTE
        values = {} if thing.is_patient else {"patient_id": "1"}
        writer = ChangeWriter(
            practice="p", run="r", extract="x", taken_at=MOMENT, recorded_at=MOMENT, entropy=self.chance.randbytes
        )
        value = writer.write(
            event_id=event_id(thing.record_id, revision),
            record_id=thing.record_id,
            patient_id=thing.patient_id,
            operation=Operation.CREATED if revision == 1 else Operation.UPDATED,
            entity=entity,
            revision=revision,
            part=NO_PART,
            row=1,
            fingerprint=b"",
            content=b"",
            recheck_at=None,
            flagged=False,
            payload=encode_record(Record(entity=entity, native_id=str(thing.number), values=values)),
            key=_KEY,
        )
        thing.events += self.log.append([NewEntry(CHANGES, thing.patient_id, value)])

    def intend(self) -> None:
        """Intend a write of some event of a record is intended, mostly of its newest one."""
        carried = [t for t in self.things if t.events]
        if not carried:
            return
        thing = self.chance.choice(carried)
        revision = len(thing.events) if self.chance.random() < 0.8 else self.chance.randint(1, len(thing.events))
        name = "people" if thing.is_patient else self.chance.choice(_OBJECTS[1:])
        partition, offset = thing.events[revision - 1]
        told = event_id(thing.record_id, revision)
        cause = Cause(topic=CHANGES, partition=partition, offset=offset, event_id=told, revision=revision)
        new = self._new_id()
        intent = Compensation(
            event_id=new,
            intent_id=new,
            phase=Phase.INTENDED,
            action=self.chance.choice((Action.CREATE, Action.UPDATE, Action.UPDATE, Action.DELETE, Action.RESTORE)),
            workspace=self.chance.choice((HERE, HERE, HERE, ELSEWHERE)),
            run=f"run {self.chance.randint(max(1, self.runs - 2), self.runs)}",
            object=name,
            twenty_id=identity(name, thing.number),
            record_id=thing.record_id,
            cause=cause,
            recorded_at=MOMENT,
        )
        self.open.append(intent)
        self._append(intent)

    def settle(self) -> None:
        """Settle an intent, perhaps by a later run."""
        if not self.open:
            return
        intent = self.open.pop(self.chance.randrange(len(self.open)))
        phase = Phase.REFUSED if self.chance.random() < 0.2 else Phase.UNDONE if intent.undoes else Phase.APPLIED
        self.settled.append((intent, phase))
        run = intent.run if self.chance.random() < 0.8 else f"run {self.runs}"
        self._append(replace(intent, event_id=self._new_id(), phase=phase, run=run))

    def take_back(self) -> None:
        """Begin a rollback that intends to undo some writes of a record, or nothing but to let an address go."""
        taken = {undone for i, phase in self.settled if phase is Phase.UNDONE for undone in i.undoes}
        there = [i for i, phase in self.settled if phase is Phase.APPLIED and i.intent_id not in taken]
        under_way = {(i.workspace, i.object, i.twenty_id) for i in self.open}
        there = [i for i in there if (i.workspace, i.object, i.twenty_id) not in under_way]
        if not there:
            return
        one = self.chance.choice(there)
        same = [i for i in there if (i.workspace, i.object, i.twenty_id) == (one.workspace, one.object, one.twenty_id)]
        some = self.chance.sample(same, self.chance.randint(1, len(same)))
        undoes = (NOTHING,) if self.chance.random() < 0.1 else tuple(i.intent_id for i in some)
        new = self._new_id()
        intent = replace(one, event_id=new, intent_id=new, action=Action.DESTROY, run=f"run {self.runs}", undoes=undoes)
        self.open.append(intent)
        self._append(intent)

    def again(self) -> None:
        """Append an intent or an outcome lies in the log twice."""
        if self.open and self.chance.random() < 0.5:
            self._append(self.chance.choice(self.open))
        elif self.settled:
            intent, phase = self.chance.choice(self.settled)
            self._append(replace(intent, event_id=self._new_id(), phase=phase))

    def fold(self) -> None:
        """Bring the state up to the log, by all workers or by each in its own partitions; or lose it before."""
        view = self.view()
        if self.chance.random() < 0.2:
            self.lose(view, everything=self.chance.random() < 0.5)
        if self.chance.random() < 0.5:
            for partition in self.log.partitions(CHANGES):
                view.mine = frozenset({partition})
                self.catch_up(view)
        else:
            self.catch_up(view)
        view.close()

    def interrupt(self) -> None:
        """Let a worker of an earlier release folds a while, then one of this release dies while it fills its tables."""
        view = self.view()
        self.lose(view, everything=False)
        saved, save = 0, view.save

        def dies(**what: object) -> None:
            nonlocal saved
            saved += 1
            if saved > 2:
                raise KeyboardInterrupt
            save(**what)  # type: ignore[arg-type]

        view.save = dies  # type: ignore[method-assign]
        try:
            self.catch_up(view)
        except KeyboardInterrupt:
            pass
        finally:
            view.close()

    def view(self) -> View:
        return View(self.url, HERE)

    def caught_up(self) -> View:
        """Return the state, up to the log."""
        view = self.view()
        self.catch_up(view)
        return view

    def lose(self, view: View, *, everything: bool) -> None:
        """Empty the state, or leave it as an earlier release made it: without applied writes."""
        engine = open_database(self.url)
        with engine.begin() as connection:
            for table in reversed(TABLES.sorted_tables):
                connection.exec_driver_sql(f"DELETE FROM {table.name}")
            if everything:
                for name in ("heads", "written", "open_intents", "progress"):
                    connection.exec_driver_sql(f"DELETE FROM consumer_{name}")
            else:
                connection.exec_driver_sql(f"DELETE FROM consumer_progress WHERE topic = '{WRITES}'")
        engine.dispose()

    def catch_up(self, view: View) -> None:
        catch_up(view, self.log, _Keys(), "group", address_of)  # type: ignore[arg-type]

    def _append(self, event: Compensation) -> None:
        data = write_compensation(
            event, Body(pbn_id="pbn", values={"n": "v" * self.chance.randint(0, 9)}), _KEY, self.chance.randbytes
        )
        thing = next(t for t in self.things if t.record_id == event.record_id)
        self.log.append([NewEntry(COMPENSATIONS, thing.patient_id, data)])

    def _new_id(self) -> bytes:
        self._ids += 1
        return identity("id", self._ids)
