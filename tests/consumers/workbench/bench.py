"""The bench: change events in, `sync`, `replay` and `rollback`, killed between any two durable steps."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

from consumers.engine.engine import Choices, Engine
from consumers.journal.planned import Planned
from consumers.journal.three_way import Policy
from consumers.journal.uploads import MissingFile
from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import Everything, Scope, since
from consumers.state.fold import fold_changes
from consumers.state.partition_ownership import Owner, group_of
from consumers.sync.consume import consume
from consumers.sync.late_members import fill_links, note_members
from consumers.sync.pace import WINDOW
from consumers.sync.pairing import pairings
from consumers.sync.projector import Projector, SyncTally
from consumers.sync.window import Window, Work, pending_window
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.change_events import NO_PART, ChangeEvent, Operation, event_id, read_change, record_of
from events.change_writer import ChangeWriter, encode_tombstone
from events.clock import World
from events.compensations import Phase, read_compensation
from events.decisions import Decisions
from events.log.port import CHANGES, COMPENSATIONS, NewEntry, read_all
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Upload
from rehearsal.server.faults import Fault
from tests.consumers.owners import only_owner
from tests.consumers.workbench.host import OWNER, Client, Clock, Host, _copy_database, transport_to
from tests.consumers.workbench.observations import Observations
from tests.consumers.workbench.records import FERN, MASTER, TAKEN, id_of, patient_id, practice
from tests.consumers.workbench.watched import Fate, Killed, WatchedLog, WatchedTransport, WatchedView
from tests.events.payloads import encode_record


class Bench(Observations):
    """One process over a log, a key store, a state database and a workspace."""

    def __init__(
        self,
        folder: Path,
        url: str,
        metadata: Metadata,
        *,
        fate: Fate | None = None,
        timeout: float = 20.0,
        in_flight: int = 1,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.url, self._data_model, self._timeout = folder, url, metadata, timeout
        self.in_flight, self.refuse_new_words, self.largest_file = in_flight, False, 0
        self._watching = threading.Lock()
        self._members: Any = None
        self.owner: Owner | None = None
        self.fate = fate or Fate()
        clock = Clock()
        self.world = World(monotonic=clock.now, sleep=clock.sleep)
        self.keys = KeyStore(f"sqlite:///{folder}/keys.db", MASTER, self.world.entropy)
        self.log = WatchedLog(f"sqlite:///{folder}/log.db", self.fate)
        self.view = WatchedView(f"sqlite:///{folder}/state.db", metadata.identity, self.fate)
        self._hash_key = self.keys.derive("fingerprints")
        self.decisions = Decisions(
            self.log, self.keys, FERN.id, now=self.world.now, new_id=self.world.new_id, entropy=self.world.entropy
        )
        self.files: dict[str, bytes] = {"xray.png": b"\x89PNG"}
        self.policy = Policy.TWENTY_WINS
        self.unannounced: list[tuple[str, str]] = []
        self._seen, self._opened = 0, Counter[str]()
        self.workspace = Client(
            url,
            metadata,
            timeout=timeout,
            in_flight=in_flight,
            transport=WatchedTransport(transport_to(url, in_flight), self.fate, self._leaving),
            clock=clock.now,
            sleep=clock.sleep,
        )
        self.peoples_url = url
        self._twenty: Workspace | None = None

    def close(self) -> None:
        for one in (self.workspace, self._twenty, self.log, self.view, self.keys):
            if one is not None:
                one.close()

    def reopened(self, *, forget_state: bool = False, fate: Fate | None = None) -> Bench:
        """Return a new process over the same databases; `forget_state` deletes the one that is a cache of the log."""
        self.close()
        if forget_state:
            for path in self.folder.glob("state.db*"):
                path.unlink()
        bench = Bench(self.folder, self.url, self._data_model, fate=fate, timeout=self._timeout, in_flight=self.in_flight)
        bench.policy, bench.files, bench.unannounced = self.policy, self.files, self.unannounced
        bench.peoples_url = self.peoples_url
        return bench

    def copied(self, host: Host, folder: Path, *, faults: tuple[Fault, ...] = (), like: str = "2.21") -> Bench:
        """Return the same practice and workspace once more, as they are now; these faults strike the program's requests."""
        folder.mkdir(parents=True)
        for path in self.folder.glob("*.db"):
            _copy_database(path, folder / path.name)
        bench = Bench(folder, host.copy(self.url, faults, like), self._data_model, timeout=self._timeout)
        bench.policy, bench.files, bench.peoples_url = self.policy, self.files, host.calm(bench.url)
        return bench

    # PbN

    def deliver(self, *records: Record, gone: Sequence[Record] = ()) -> int:
        """Append the changes that an extract with these records holds; `gone` are records that it lacks. Gives the position
        before them."""
        position = self.log.ends(CHANGES)[0]
        run = self.world.new_run()
        writer = ChangeWriter(
            practice=FERN.id, run=run, extract="x", taken_at=TAKEN, recorded_at=self.world.now(), entropy=self.world.entropy
        )
        known = {e.record_id: e for e in map(read_change, (entry.value for entry in read_all(self.log, CHANGES)))}
        entries = [self._change(writer, record, known, deleted=False) for record in (practice(), *records)]
        entries += [self._change(writer, record, known, deleted=True) for record in gone]
        self.log.append([entry for entry in entries if entry is not None])
        return position

    def _change(
        self, writer: ChangeWriter, record: Record, known: dict[bytes, ChangeEvent], *, deleted: bool
    ) -> NewEntry | None:
        identity = UUID(id_of(record.entity, record.native_id)).bytes
        before = known.get(identity)
        there = before is not None and before.operation is not Operation.DELETED
        if there and before is not None and not deleted:
            previous = record_of(before, self.keys)
            record = replace(record, values={**previous.values, **record.values})
            if record.values == previous.values:
                return None
        owner = record.native_id if record.entity is Entity.PATIENT else record.values.get("patient_id")
        about = UUID(patient_id(str(owner))).bytes if owner else before.patient_id if before else None
        key = self.keys.of(about or PRACTICE_SUBJECT)
        assert key is not None, "nothing more is said about people who were forgotten"
        revision = before.revision + 1 if before else 1
        operation = Operation.DELETED if deleted else Operation.UPDATED if there else Operation.CREATED
        value = writer.write(
            event_id=event_id(identity, revision),
            record_id=identity,
            patient_id=about,
            operation=operation,
            entity=record.entity,
            revision=revision,
            part=NO_PART,
            row=1,
            fingerprint=b"",
            content=b"",
            recheck_at=None,
            flagged=False,
            payload=encode_tombstone(record.native_id) if deleted else encode_record(record),
            key=key,
        )
        known[identity] = read_change(value)
        return NewEntry(CHANGES, about or FERN.id.encode(), value)

    def forget(self, native: str) -> None:
        """Destroy a patient's data key."""
        self.keys.forget(UUID(patient_id(native)).bytes)

    # The consumers

    def sync(self, *, window: int = 10_000, settle: bool = True) -> SyncTally:
        """Carry everything that is in the log."""
        run = self.world.new_run()
        self._members = self.workspace.members()
        self.catch_up()
        if settle:
            self.settle(run)
        projector = self.projector(run)
        note_members(self.decisions, self.view.workspace, self.members, run)
        consume(projector, self.log, window=lambda: window)
        fill_links(projector, self.log, self.decisions, self.members, run)
        return projector.tally

    def replay(self) -> SyncTally:
        """Carry the newest event of every record again, comparing each with Twenty."""
        run = self.world.new_run()
        self.catch_up()
        self.settle(run)
        projector = self.projector(run, check_all=True)
        fold_changes(self.view, [(read_change(e.value), e.partition, e.offset) for e in read_all(self.log, CHANGES)], {})
        events = {(e.partition, e.offset): e for e in read_all(self.log, CHANGES)}
        newest = [(head, events[head.partition, head.offset]) for head in self.view.all_heads(live=False)]
        projector.carry(Window([Work(head=head, event=read_change(e.value), household=e.key) for head, e in newest], {}))
        while not (window := pending_window(self.log, self.view, WINDOW)).is_empty:
            projector.carry(window)
        return projector.tally

    def rollback(self, scope: Scope | None = None, *, force: bool = False, dry_run: bool = False) -> Undone:
        """Take back what is in scope."""
        run = self.world.new_run()
        self.catch_up()
        self.settle(run)
        compensator = self.engine.compensator(run, force=force, dry_run=dry_run)
        return compensator.roll_back(scope or Everything())

    def rollback_to(self, position: int, *, force: bool = False) -> Undone:
        """Take back what carries events from this position on."""
        self.catch_up()
        return self.rollback(since(self.log, self.view, {0: position}), force=force)

    def retry(self) -> SyncTally:
        """Try what is a dead letter again."""
        self.view.save(heads=[replace(h, status="", reason=None, waits_for=None) for h in self.view.kept_back()])
        return self.sync()

    @property
    def engine(self) -> Engine:
        """Return the program's own parts, over this bench's log, view and workspace."""
        return Engine(
            log=self.log,
            keys=self.keys,
            decisions=self.decisions,
            view=self.view,
            workspace=self.workspace,
            world=self.world,
            practice=FERN,
            address_of=self.address_of,
            members=lambda: self.members,
            file_bytes=self._file_bytes,
            owner=lambda: self.owner,
            choices=Choices(
                policy=self.policy,
                refuse_new_words=self.refuse_new_words,
                fallback_member=OWNER,
                largest_file=self.largest_file,
            ),
        )

    def projector(self, run: str, *, check_all: bool = False) -> Projector:
        """Return the projector of a run of the only worker. Its other appends need no proof that it was not replaced."""
        self.owner = only_owner(self.log, self.group)
        projector = self.engine.projector(run, check_all=check_all)
        self.owner = None
        return projector

    def pairings(self) -> dict[bytes, UUID]:
        """Return people who were in Twenty before us: record id → their Twenty id."""
        return pairings(self.decisions, self.view.workspace)

    def catch_up(self) -> None:
        self.engine.fold()

    def settle(self, run: str) -> int:
        return self.engine.settle(run)

    @property
    def group(self) -> str:
        return group_of(self.view.workspace)

    def address_of(self, mail: str) -> bytes:
        return blake2b(mail.encode(), digest_size=16, key=self._hash_key).digest()

    @property
    def members(self) -> Any:
        """Read once a sync, as a command reads them once."""
        return self._members if self._members is not None else self.workspace.members()

    def _file_bytes(self, _planned: Planned, upload: Upload) -> bytes:
        try:
            return self.files[upload.path]
        except KeyError:
            raise MissingFile("the file is not there") from None

    # People in Twenty

    def _leaving(self, _call: str, ids: list[str]) -> None:
        """Ask before a request leaves: is there an open intent for each record it names?"""
        with self._watching:
            self._look_for_intents(_call, ids)

    def _look_for_intents(self, _call: str, ids: list[str]) -> None:
        for entry in read_all(self.log, COMPENSATIONS, {0: self._seen}):
            event, self._seen = read_compensation(entry.value), entry.offset + 1
            if event.intent_id != event.event_id or event.phase is Phase.INTENDED:
                self._opened[str(UUID(bytes=event.twenty_id))] += 1 if event.phase is Phase.INTENDED else -1
        self.unannounced += [(_call, identity) for identity in ids if self._opened[identity] < 1]


@contextmanager
def killed_after(bench: Bench, step: int) -> Iterator[None]:
    """Let the process end after so many further durable steps; nothing happens when it does not get that far."""
    bench.fate.steps.clear()
    bench.fate.ends_after = step
    try:
        yield
    except Killed:
        pass
    finally:
        bench.fate.ends_after = None
