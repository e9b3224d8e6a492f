"""A practice of five people, its extracts as tables, and everything wired to carry them to a rehearsal workspace."""

from __future__ import annotations

import contextlib
import copy
import csv
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import uvicorn

from consumers.engine.engine import Choices, Engine
from consumers.journal.journal import Journal
from consumers.journal.planned import Planned
from consumers.reconcile.reconcile import reconcile
from consumers.reconcile.reconciliation import ObjectReconciliation, Reconciliation
from consumers.state.partition_ownership import Owner, group_of
from consumers.state.view import View
from consumers.sync.consume import consume
from consumers.twenty.metadata import SelectOption
from consumers.twenty.workspace import Workspace
from cutover.reports.books import pages_of
from events.clock import World
from events.decisions import Decided, Decisions
from events.log.sqlite import SqliteLog
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from producers.binding.proposal import propose
from producers.changes.produce import Producer
from producers.changes.produced import Produced
from producers.sources.extract import Extract, open_extract
from producers.state.state import ProducerState
from projections.custom_names import custom_names
from projections.desired import Upload
from projections.destination import destination, destination_fields
from rehearsal.server.server import WorkspaceSettings, create_app
from tests.consumers.owners import only_owner
from tests.consumers.workbench.model_edits import create_field, create_object, create_relation

KEY = "rehearsal-key"
FALLBACK = "office@elm.example"
DENTIST = "ng@elm.example"
PRACTICE = Practice(
    id="elm",
    name="Elm Street Dental",
    zone=ZoneInfo("America/Chicago"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=7),
)

Row = dict[str, str]
Tables = dict[str, list[Row]]

TABLES: Tables = {
    "provider": [
        {"ProvNum": "11", "Abbr": "NG", "LName": "Ng", "FName": "Mei", "EmailAddress": DENTIST, "IsActive": "True"},
        {"ProvNum": "12", "Abbr": "OX", "LName": "Ox", "FName": "Otto", "EmailAddress": "ox@elm.example", "IsActive": "True"},
    ],
    "patient": [
        {
            "PatNum": number,
            "LName": last,
            "FName": first,
            "PatStatus": "Patient",
            "Birthdate": born,
            "WirelessPhone": phone,
            "Email": mail,
            "Guarantor": number,
            "PriProv": "11",
            "CarrierName": carrier,
        }
        for number, last, first, born, phone, mail, carrier in (
            ("2001", "Lee", "Ann", "1980-01-31", "(312)555-0101", "ann@home.example", "Guardian"),
            ("2002", "Lee", "Bob", "1982-02-28", "(312)555-0102", "bob@home.example", "Guardian"),
            ("2003", "Ito", "Cy", "1990-03-15", "", "cy@home.example", ""),
            ("2004", "Roe", "Di", "1991-04-15", "(312)555-0104", "", "Humana"),
            ("2005", "Poe", "Ed", "1992-05-15", "(312)555-0105", "ed@home.example", "Humana"),
        )
    ],
    "appointment": [
        {
            "AptNum": number,
            "PatNum": patient,
            "AptStatus": "Scheduled",
            "ProvNum": "11",
            "AptDateTime": starts,
            "LengthMin": "30",
            "AppointmentType": "Cleaning",
            "Note": "",
        }
        for number, patient, starts in (
            ("3001", "2001", "2026-11-30 15:30:00"),
            ("3002", "2001", "2026-12-01 09:00:00"),
            ("3003", "2002", "2026-12-02 10:00:00"),
        )
    ],
    "procnote": [
        {
            "NoteNum": "7001",
            "PatNum": "2001",
            "EntryDateTime": "2026-06-28 13:15:00",
            "UserName": "Dr. Ng",
            "NoteType": "Phone Note",
            "Note": "Called about the crown.",
        }
    ],
    "claim": [
        {
            "ClaimNum": number,
            "ClaimIdentifier": f"2026-{number}",
            "PatNum": "2002",
            "CarrierName": "Guardian",
            "DateService": "2026-09-10",
            "ClaimStatus": "Sent",
            "ClaimFee": "552.20",
            "InsPayAmt": "",
        }
        for number in ("5001", "5002")
    ],
    "document": [
        {
            "DocNum": "9001",
            "PatNum": "2001",
            "DateCreated": "2026-02-16 15:15:00",
            "DocCategory": "Consents",
            "FileName": "consent.txt",
            "RelativePath": "documents/9001/consent.txt",
        }
    ],
}


def tables() -> Tables:
    """Return the practice's tables, to be changed at will."""
    return copy.deepcopy(TABLES)


def write_extract(folder: Path, content: Tables, *, day: int = 1, scope: str = "full") -> Path:
    """Return an extract folder: one CSV a table, the documents, a manifest."""
    folder.mkdir(parents=True)
    for name, rows in content.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    document = folder / "documents/9001/consent.txt"
    document.parent.mkdir(parents=True)
    document.write_text("I agree.\n")
    taken_at = f"2026-11-{15 + day}T21:10:00-06:00"
    (folder / "manifest.toml").write_text(f'practice = "elm"\ntaken_at = "{taken_at}"\nscope = "{scope}"\n')
    return folder


@contextlib.contextmanager
def served(file: Path) -> Iterator[str]:
    """Serve the rehearsal workspace that is kept in a file."""
    app = create_app(WorkspaceSettings(api_key=KEY, members=(FALLBACK, DENTIST), rate_limit=0, file=file))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


class Migration:
    """One project in a folder, against one workspace."""

    def __init__(self, folder: Path, url: str) -> None:
        self.practice, self.world = PRACTICE, World()
        self.keys = KeyStore(f"sqlite:///{folder}/keys.db", bytes(32), self.world.entropy)
        self.log = SqliteLog(f"sqlite:///{folder}/log.db")
        self.state = ProducerState(f"sqlite:///{folder}/state.db")
        self.workspace = Workspace(url, KEY, rate_limit=0)
        self.view = View(f"sqlite:///{folder}/state.db", self.workspace.identity())
        self.group = group_of(self.view.workspace)
        self.owner: Owner | None = None
        world = self.world
        self.decisions = Decisions(self.log, self.keys, "elm", now=world.now, new_id=world.new_id, entropy=world.entropy)
        self.producer = Producer(
            log=self.log, keys=self.keys, state=self.state, practice=PRACTICE, world=self.world, decisions=self.decisions
        )
        self.folders: dict[str, Path] = {}
        self.catch_up()

    def close(self) -> None:
        for part in (self.workspace, self.view, self.state, self.log, self.keys):
            part.close()

    def catch_up(self) -> None:
        self.engine.fold()

    @property
    def engine(self) -> Engine:
        """Return the program's own parts, over this project's log, view and workspace."""
        return Engine(
            log=self.log,
            keys=self.keys,
            decisions=self.decisions,
            view=self.view,
            workspace=self.workspace,
            world=self.world,
            practice=PRACTICE,
            address_of=self.producer.contacts.address,
            members=self.workspace.members,
            file_bytes=self._file_bytes,
            owner=lambda: self.owner,
            choices=Choices(fallback_member=FALLBACK),
        )

    def reconcile(self, **options: int) -> Reconciliation:
        return reconcile(self.view, self.log, self.keys, self.workspace, self.engine.context(), **options)

    def object(self, plural: str) -> ObjectReconciliation:
        """Return one object of a reconciliation made now."""
        return next(one for one in self.reconcile().objects if one.object == plural)

    def id(self, entity: Entity, native_id: str) -> str:
        """Return the id in Twenty of a record."""
        return str(twenty_id(PRACTICE.namespace, pbn_id("elm", entity, native_id)))

    def sync(self, folder: Path) -> str:
        """Produce and consume an extract, as the program does; gives the run."""
        run = self.produce(folder)
        self.consume(run)
        return run

    def produce(self, folder: Path) -> str:
        extract = open_extract(folder, now=self.world.now(), practice=PRACTICE)
        self.folders[extract.id] = Path(extract.source.address)
        mapping = propose(extract, PRACTICE, names=custom_names()).mapping
        self._schema(mapping)
        run = self.world.new_run()
        produced = self.producer.produce(extract, mapping, run)
        self._remember(extract, produced, run)
        self._changes = {name: produced.changes[name] for name in ("created", "updated", "deleted")}
        return run

    def consume(self, run: str) -> None:
        self.catch_up()
        self.engine.settle(run)
        self.owner = only_owner(self.log, self.group)
        projector = self.engine.projector(run)
        self.owner = None
        consume(projector, self.log)
        writes = {name: projector.tally.writes[name] for name in ("create", "update", "delete", "restore", "unchanged")}
        self.end_run(run, {"changes": self._changes, "writes": writes, "dead_letters": projector.tally.dead_letters})

    def end_run(self, run: str, totals: dict[str, object]) -> None:
        self.decisions.record(Decided.RUN_ENDED, {"kind": "sync", **totals}, run=run, workspace=self.view.workspace)

    def journal(self, run: str) -> Journal:
        return self.engine.journal(run)

    def _remember(self, extract: Extract, produced: Produced, run: str) -> None:
        body = {
            "extract": extract.id,
            "folder": extract.source.address,
            "taken_at": extract.taken_at.isoformat(),
            "scope": extract.scope,
            "files": {digest: name for name, digest in extract.sha256.items()},
            "tables": [list(table) for table in produced.tables],
            "file_issues": [{"file": i.file, "reason": i.reason} for i in extract.file_issues],
            "books": pages_of(extract.id, produced.books),
            "findings": [],
        }
        self.decisions.record(Decided.EXTRACT_READ, body, run=run)

    def _file_bytes(self, planned: Planned, upload: Upload) -> bytes:
        return (self.folders[planned.subject.extract] / upload.path).read_bytes()

    def _schema(self, mapping: ColumnMapping) -> None:
        workspace = self.workspace
        for one in destination().objects.values():
            if one.plural not in workspace.metadata():
                create_object(workspace, one.singular, one.plural, one.label, one.label_plural)
        metadata = workspace.metadata()
        for f in destination_fields(mapping):
            owner = metadata.object(f.object)
            if f.name in owner.fields:
                continue
            if f.type == "RELATION":
                assert f.target is not None
                assert f.back_label is not None
                create_relation(workspace, owner.id, f.name, f.label, metadata.object(f.target).id, f.back_label)
            else:
                options = [SelectOption(value=value, label=label, position=n) for n, (value, label) in enumerate(f.options)]
                create_field(workspace, owner.id, f.name, f.label, f.type, is_unique=f.unique, options=options)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Migration]:
    """Open a project in a folder and its workspace, served while it is needed."""
    with served(folder / "workspace.db") as url:
        migration = Migration(folder, url)
        yield migration
        migration.close()


Open = Callable[[Path], Migration]


def first_day(folder: Path) -> Path:
    """Return a project whose first extract was carried, to be copied by tests that change it."""
    project = folder / "project"
    project.mkdir()
    with opened(project) as migration:
        migration.sync(write_extract(folder / "day-1", tables()))
    return project


@contextlib.contextmanager
def copied(project: Path, target: Path) -> Iterator[Migration]:
    """Open a copy of a project, opened."""
    shutil.copytree(project, target)
    with opened(target) as migration:
        yield migration
