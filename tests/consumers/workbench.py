"""A small practice beside a rehearsal workspace: change events in, `sync`, people's edits in Twenty, `rollback`.

    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), appointment("7", of="1"))
    bench.sync()
    bench.edit("people", patient_id("1"), {"city": "Bend"})

Everything goes over HTTP, as it does in earnest. A bench can be killed (`bench.fate`) between any two durable steps; `reopened`
gives a fresh one over the same log, keys and workspace.
"""

from __future__ import annotations

import itertools
import json
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import uvicorn

from consumers.engine.engine import Choices, Engine
from consumers.journal.planned import Planned
from consumers.journal.three_way import Policy
from consumers.journal.uploads import MissingFile
from consumers.rollback.chains import NOTHING
from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import Everything, Scope, since
from consumers.state.fold import fold_changes
from consumers.state.partition_ownership import Owner, group_of
from consumers.state.view import View
from consumers.sync.consume import consume
from consumers.sync.late_members import fill_links, note_members
from consumers.sync.pairing import pairings
from consumers.sync.projector import Projector, SyncTally
from consumers.sync.window import Window, Work
from consumers.twenty.images import Image
from consumers.twenty.metadata import Metadata, SelectOption
from consumers.twenty.workspace import Workspace
from events.change_events import NO_PART, ChangeEvent, Operation, event_id, read_change, record_of
from events.change_writer import ChangeWriter, encode_record, encode_tombstone
from events.clock import World
from events.compensations import Body, Compensation, Phase, body_of, read_compensation
from events.dead_letters import DeadLetter, read_dead_letter
from events.decisions import Decisions
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, Commit, NewEntry, Position, read_all
from events.log.sqlite import SqliteLog
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.mapping import ColumnMapping, FieldType, Vocabulary
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from projections.desired import Upload
from projections.destination import destination, destination_fields
from rehearsal.server.connections import BreakableProtocol
from rehearsal.server.faults import Fault, Faults
from rehearsal.server.server import WorkspaceSettings, create_app
from tests.consumers.owners import only_owner

KEY = "rehearsal-key"
OWNER = "owner@x.example"
DENTIST = "maria@x.example"
FERN = Practice(
    id="fern",
    name="Fern Street Dental",
    zone=ZoneInfo("America/Denver"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=11),
)
MASTER = bytes(range(32))
TAKEN = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)

_WORDS = {
    (Entity.PATIENT, "insurance_carrier"): ("Northern Mutual", "Delta West"),
    (Entity.PATIENT, "status"): ("Active", "Inactive"),
    (Entity.APPOINTMENT, "status"): ("Scheduled", "Complete"),
    (Entity.TREATMENT_PLAN, "status"): ("Presented", "Accepted"),
    (Entity.CLAIM, "status"): ("Submitted", "Paid"),
}
MAPPING = ColumnMapping(
    practice="fern",
    vocabularies=tuple(Vocabulary(entity=e, field=f, type=FieldType.SELECT, words=w) for (e, f), w in _WORDS.items()),
)
PLURALS = tuple(o.plural for o in destination().objects.values())
SERVERS_OWN = frozenset({"updatedAt", "updatedBy", "position", "searchVector"})
"""Columns that only the server writes: a rollback cannot give them back."""


# What PbN says


def patient(
    native: str, first: str = ..., last: str = ..., *, mail: str | None = ..., shared: Sequence[str] = (), **more: Any
) -> Record:  # type: ignore[assignment]
    """A patient; `mail` is the address that is theirs, `shared` are addresses that belong to others. What is left out stays."""
    values: dict[str, Any] = dict(more)
    if first is not ...:
        values["first_name"] = first
    if last is not ...:
        values["last_name"] = last
    if mail is not ...:
        values |= {"emails": [*([mail] if mail else []), *shared], "primary_email": mail}
    return Record(entity=Entity.PATIENT, native_id=native, values=values)


def appointment(native: str, *, of: str, **more: Any) -> Record:
    """An appointment of a patient."""
    return Record(
        entity=Entity.APPOINTMENT,
        native_id=native,
        values={"patient_id": of, "type": "Cleaning", "starts_at": TAKEN, "status": "Scheduled", **more},
    )


def note(native: str, *, of: str, **more: Any) -> Record:
    """A note about a patient."""
    return Record(
        entity=Entity.NOTE,
        native_id=native,
        values={"patient_id": of, "type": "Clinical", "text": "Wants **no** fluoride.", **more},
    )


def plan(native: str, *, of: str, **more: Any) -> Record:
    """A treatment plan."""
    return Record(
        entity=Entity.TREATMENT_PLAN,
        native_id=native,
        values={
            "patient_id": of,
            "name": "Crowns",
            "status": "Presented",
            "estimated_cost": 1_200_500_000,
            "lines": [],
            **more,
        },
    )


def claim(native: str, *, of: str, **more: Any) -> Record:
    """An insurance claim."""
    return Record(
        entity=Entity.CLAIM, native_id=native, values={"patient_id": of, "number": f"C-{native}", "status": "Submitted", **more}
    )


def document(native: str, *, of: str, **more: Any) -> Record:
    """A document; its bytes come from `bench.files`."""
    return Record(
        entity=Entity.DOCUMENT,
        native_id=native,
        values={
            "patient_id": of,
            "file_name": "xray.png",
            "path": "xray.png",
            "sha256": "ab" * 32,
            "size": 4,
            "created_at": TAKEN,
            **more,
        },
    )


def practice() -> Record:
    """The practice itself."""
    return Record(entity=Entity.PRACTICE, native_id=FERN.id, values={"name": FERN.name})


def family() -> list[Record]:
    """One of everything, for three patients who share a household."""
    return [
        patient(
            "1",
            "Ada",
            "Quist",
            mail="ada@x.example",
            phones=["+15415550101"],
            birth_date=date(1970, 2, 3),
            status="Active",
            address_street1="1 Fern St",
            address_city="Bend",
            insurance_carrier="Northern Mutual",
        ),
        patient("2", "Bo", "Quist", mail=None, shared=["ada@x.example"], birth_date=date(2010, 4, 5)),
        patient("3", "Cleo", "Vale", mail="cleo@x.example"),
        appointment("10", of="1"),
        appointment("11", of="2", type="Check-up"),
        note("20", of="1"),
        plan("30", of="1"),
        claim("40", of="3"),
        document("50", of="3"),
    ]


def id_of(entity: Entity, native: str) -> str:
    """The deterministic Twenty id of a record."""
    return str(twenty_id(FERN.namespace, pbn_id(FERN.id, entity, native)))


def patient_id(native: str) -> str:
    return id_of(Entity.PATIENT, native)


def task_id(native: str) -> str:
    return id_of(Entity.APPOINTMENT, native)


def link_id(task: str, of: str) -> str:
    """The link between an appointment's task and a patient's person."""
    pbn = pbn_id(FERN.id, Entity.APPOINTMENT, task)
    return str(twenty_id(FERN.namespace, f"{pbn}->{pbn_id(FERN.id, Entity.PATIENT, of)}"))


# The workspace's side


class Host:
    """One server for many rehearsal workspaces: each is an app of its own under a path of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._apps, self._numbers = folder, dict[str, Any](), itertools.count(1)
        self._models: dict[int, tuple[Path, Metadata]] = {}
        self._files: dict[str, Path] = {}
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(100)
        self._port = self._listener.getsockname()[1]
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=BreakableProtocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        name, _, rest = scope["path"].lstrip("/").partition("/")
        await self._apps[name]({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}, receive, send)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()

    def workspace(
        self, model: int = 1, *, faults: tuple[Fault, ...] = (), seed: int = 0, like: str = "2.21"
    ) -> tuple[str, Metadata]:
        """A new workspace with the practice's data model; those of another `model` have another identity."""
        if model not in self._models:
            self._models[model] = self._model()
        file, metadata = self._models[model]
        return self._serve_file(file, faults, seed, like), metadata

    def copy(self, url: str) -> str:
        """A second workspace that holds what this one holds."""
        return self._serve_file(self._files[url], (), 0)

    def struck(self, url: str) -> bool:
        """Whether a fault that was to strike one request of that workspace has done so."""
        return bool(self._apps[url.rpartition("/")[2]].has_struck)

    def calm(self, url: str) -> str:
        """The same workspace without its faults."""
        name = url.rpartition("/")[2]
        return self._mount(getattr(self._apps[name], "_app", self._apps[name]))

    def _serve_file(self, file: Path, faults: tuple[Fault, ...], seed: int, like: str = "2.21") -> str:
        path = self._folder / f"workspace-{next(self._numbers)}.db"
        _copy_database(file, path)
        app = create_app(WorkspaceSettings(api_key=KEY, file=path, rate_limit=0, like=like))
        # silent connections end soon: the client gives up after a fraction of a second
        url = self._mount(Faults(app, faults, seed, timeout=2.0, slow=0.01) if faults else app)
        self._files[url] = path
        return url

    def _mount(self, app: Any) -> str:
        name = f"w{next(self._numbers)}"
        self._apps[name] = app
        return f"http://127.0.0.1:{self._port}/{name}"

    def _model(self) -> tuple[Path, Metadata]:
        path, kept = self._folder / f"model-{next(self._numbers)}.db", self._folder / f"kept-{next(self._numbers)}.db"
        url = self._mount(create_app(WorkspaceSettings(api_key=KEY, members=(OWNER, DENTIST), rate_limit=0, file=path)))
        with Workspace(url, KEY, rate_limit=0, transport=_plain()) as workspace:
            ids = {o.singular: o.id for o in workspace.metadata().objects}
            for o in destination().objects.values():
                if not o.standard:
                    ids[o.singular] = workspace.create_object(o.singular, o.plural, o.label, o.label_plural).id
            there = {o.singular: o.fields for o in workspace.metadata().objects}
            for f in destination_fields(MAPPING):
                if f.name in there[f.object]:
                    continue
                if f.type == "RELATION":
                    workspace.create_relation(ids[f.object], f.name, f.label, ids[f.target or ""], f.back_label or "")
                else:
                    options = [SelectOption(value=v, label=label, position=i) for i, (v, label) in enumerate(f.options)]
                    workspace.create_field(ids[f.object], f.name, f.label, f.type, is_unique=f.unique, options=options)
            metadata = workspace.metadata()
        _copy_database(path, kept)
        return kept, metadata


def _copy_database(source: Path, target: Path) -> None:
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()


# Our side


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Counts the durable steps of a process (an append, a fold, a request that changes something) and may end it after one."""

    ends_after: int | None = None
    steps: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        self.steps.append(name)
        if self.ends_after is not None and len(self.steps) > self.ends_after:
            raise Killed(f"after step {self.ends_after}: {name}")


class WatchedLog(SqliteLog):
    """The log, telling of each append."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url)
        self._fate = fate

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        positions = super().append(entries, commits)
        what = [f"{n} {topic}" for topic, n in Counter(e.topic for e in entries).items()] + ["commit"] * bool(commits)
        self._fate.step("append " + ", ".join(what))
        return positions


class WatchedView(View):
    """The view, telling of each fold."""

    def __init__(self, url: str, workspace: str, fate: Fate) -> None:
        super().__init__(url, workspace)
        self._fate = fate

    def save(self, **what: Any) -> None:
        what = {name: value if name in ("progress", "writes", "conflicts") else list(value) for name, value in what.items()}
        super().save(**what)
        if any(what.values()):
            self._fate.step("fold " + ", ".join(name for name, value in what.items() if value))


class WatchedTransport(httpx.BaseTransport):
    """The wire. `leaving` is told of each request that changes records before it leaves: method and the ids it names."""

    def __init__(self, fate: Fate, leaving: Callable[[str, list[str]], None]) -> None:
        self._inner, self._fate, self._leaving = _plain(), fate, leaving

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        change = _change(request)
        if change is None:
            return self._inner.handle_request(request)
        self._leaving(*change)
        response = self._inner.handle_request(request)
        response.read()
        self._fate.step(f"request {change[0]} ({len(change[1])})")
        return response

    def close(self) -> None:
        self._inner.close()


def _plain() -> httpx.HTTPTransport:
    return httpx.HTTPTransport(verify=False)  # reading the certificates of the world takes longer than a sync


def _change(request: httpx.Request) -> tuple[str, list[str]] | None:
    """What a request changes: the call, the ids; None for one that only reads or is about the data model."""
    path = "/" + request.url.path.lstrip("/").partition("/")[2]
    if path.startswith("/rest/batch/"):
        name = "update" if "upsert" in request.url.params else "create"
        return f"{name} {path.rpartition('/')[2]}", [record["id"] for record in json.loads(request.content)]
    if path.startswith("/rest/") and request.method == "PATCH" and "metadata" not in path:
        return f"update {path.split('/')[2]}", [path.rpartition("/")[2]]
    if path == "/graphql" and json.loads(request.content)["query"].startswith("mutation"):
        body = json.loads(request.content)
        name = body["query"].partition("{ ")[2].partition("(")[0]
        return name, body["variables"]["f"]["id"]["in"]
    return None


class _Client(Workspace):
    """A client that knows the data model from the start (reading it takes longer than everything else)."""

    def __init__(self, url: str, metadata: Metadata, **more: Any) -> None:
        super().__init__(url, KEY, rate_limit=0, **more)
        self._metadata = metadata


class _Clock:
    """A clock that moves on by itself when somebody sleeps, so that nobody waits in earnest."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        time.sleep(0)


class Bench:
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
        clock = _Clock()
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
        self.workspace = _Client(
            url,
            metadata,
            timeout=timeout,
            in_flight=in_flight,
            transport=WatchedTransport(self.fate, self._leaving),
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
        """A new process over the same databases; `forget_state` deletes the one that is a cache of the log."""
        self.close()
        if forget_state:
            for path in self.folder.glob("state.db*"):
                path.unlink()
        bench = Bench(self.folder, self.url, self._data_model, fate=fate, timeout=self._timeout, in_flight=self.in_flight)
        bench.policy, bench.files, bench.unannounced = self.policy, self.files, self.unannounced
        bench.peoples_url = self.peoples_url
        return bench

    def copied(self, host: Host, folder: Path) -> Bench:
        """The same practice and workspace once more, as they are now."""
        folder.mkdir()
        for path in self.folder.glob("*.db"):
            _copy_database(path, folder / path.name)
        bench = Bench(folder, host.copy(self.url), self._data_model, timeout=self._timeout)
        bench.policy, bench.files = self.policy, self.files
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
        """The program's own parts, over this bench's log, view and workspace."""
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
        """The projector of a run of the only worker. Its other appends need no proof that it was not replaced."""
        self.owner = only_owner(self.log, self.group)
        projector = self.engine.projector(run, check_all=check_all)
        self.owner = None
        return projector

    def pairings(self) -> dict[bytes, UUID]:
        """People who were in Twenty before us: record id → their Twenty id."""
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

    @property
    def twenty(self) -> Workspace:
        """Twenty as people use it, beside our client."""
        if self._twenty is None:
            self._twenty = _Client(self.peoples_url, self._data_model, transport=_plain())
        return self._twenty

    def edit(self, plural: str, identity: str, values: Mapping[str, Any]) -> None:
        """A person changes a record."""
        self.twenty.update(plural, identity, values)

    def add(self, plural: str, **values: Any) -> str:
        """A person makes a record; gives its id."""
        identity = str(UUID(bytes=self.world.new_id()))
        self.twenty.create(plural, [{"id": identity, **values}])
        return identity

    def read(self, plural: str, identity: str) -> Image:
        """What Twenty holds, soft-deleted or not."""
        return self.twenty.read(plural, [identity], deleted=True)[identity]

    def has(self, plural: str, identity: str) -> bool:
        """Whether Twenty has a record that nobody deleted."""
        return identity in self.twenty.read(plural, [identity])

    def person(self, native: str) -> Image:
        return self.read("people", patient_id(native))

    def mails(self, native: str) -> tuple[str, list[str]]:
        """A patient's primary e-mail in Twenty, and the others."""
        emails = self.person(native)["emails"]
        return emails["primaryEmail"], emails["additionalEmails"]

    def links(self, task: str) -> list[str]:
        """The people that an appointment is linked to."""
        found = self.twenty.find("taskTargets", {"taskId": {"eq": task_id(task)}}, fields=("id", "targetPersonId"))
        return [link["targetPersonId"] for link in found]

    def content(self, *, without: frozenset[str] = SERVERS_OWN | {"createdAt"}) -> dict[str, dict[str, Image]]:
        """Everything in the workspace: object → id → image. Soft-deleted records are told by a bare `deletedAt`."""
        everything = {
            plural: ({"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}, None) for plural in PLURALS
        }
        found = self.twenty.find_several(everything)  # type: ignore[arg-type]
        return {name: {image["id"]: _bare(image, without) for image in images} for name, images in found.items()}

    # The log

    def compensations(self) -> Iterator[Compensation]:
        """Every compensation, oldest first."""
        for entry in read_all(self.log, COMPENSATIONS):
            yield read_compensation(entry.value)

    def body(self, event: Compensation) -> Body:
        return body_of(event, self.keys)

    def letters(self) -> list[DeadLetter]:
        """Every dead letter, oldest first."""
        return [read_dead_letter(entry.value) for entry in read_all(self.log, DEAD_LETTERS)]

    def open_intents(self) -> set[bytes]:
        """Intents that nothing has settled."""
        intended, settled = set(), set()
        for event in self.compensations():
            (intended if event.phase is Phase.INTENDED else settled).add(event.intent_id)
        return intended - settled

    def waiting(self) -> dict[str, str]:
        """Records that are kept back: their Twenty id → the reason."""
        return {str(UUID(bytes=h.record_id)): h.reason or "" for h in self.view.kept_back()}

    def lag(self) -> int:
        """Change events that are not consumed yet."""
        return self.log.ends(CHANGES)[0] - self.log.committed(self.group, CHANGES)[0]

    def events(self) -> int:
        return sum(self.log.ends(topic)[0] for topic in (CHANGES, COMPENSATIONS, DEAD_LETTERS))

    def revision(self, identity: str) -> int:
        """The newest revision of a record in the log."""
        found = [read_change(e.value) for e in read_all(self.log, CHANGES)]
        return max(e.revision for e in found if e.record_id == UUID(identity).bytes)

    def undone_intents(self) -> set[bytes]:
        """Intents that were taken back."""
        undone = (event for event in self.compensations() if event.phase is Phase.UNDONE)
        return {intent for event in undone for intent in event.undoes if intent != NOTHING}

    def live_creates(self) -> Counter[str]:
        """For each Twenty id: how many of its creations stand (applied, and not taken back)."""
        undone = self.undone_intents()
        applied = {e.intent_id for e in self.compensations() if e.phase is Phase.APPLIED} - undone
        return Counter(
            str(UUID(bytes=e.twenty_id))
            for e in self.compensations()
            if e.phase is Phase.INTENDED and e.intent_id in applied and e.action.value == "CREATE"
        )

    def _leaving(self, _call: str, ids: list[str]) -> None:
        """Before a request leaves: is there an open intent for each record it names?"""
        with self._watching:
            self._look_for_intents(_call, ids)

    def _look_for_intents(self, _call: str, ids: list[str]) -> None:
        for entry in read_all(self.log, COMPENSATIONS, {0: self._seen}):
            event, self._seen = read_compensation(entry.value), entry.offset + 1
            if event.intent_id != event.event_id or event.phase is Phase.INTENDED:
                self._opened[str(UUID(bytes=event.twenty_id))] += 1 if event.phase is Phase.INTENDED else -1
        self.unannounced += [(_call, identity) for identity in ids if self._opened[identity] < 1]


def _bare(image: Image, without: frozenset[str]) -> Image:
    bare = {name: value for name, value in image.items() if name not in without}
    if isinstance(bare.get("file"), list):
        bare["file"] = [part["label"] for part in bare["file"]]  # an upload gets a new id each time
    return {**bare, "deletedAt": bool(image.get("deletedAt"))}


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


def later(days: int) -> datetime:
    """A moment after the first extract."""
    return TAKEN + timedelta(days=days)
