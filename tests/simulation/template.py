"""Template that every seed starts from: a project with an approved mapping and a workspace with its data model, made once
and copied.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

from cutover.project.logs import WRITERS_FOLDER
from cutover.project.settings import FILE_NAME
from events.database import bulk, bulk_read, open_database, reading
from events.log.kafka.kafka_log import KafkaLog
from events.log.kafka.settings import parse_kafka_url
from events.log.port import TOPICS, NewEntry, read_all
from events.log.sqlite import SqliteLog
from events.sealing.keys import METADATA as key_tables
from tests.postgres import database
from tests.simulation.bench import Bench, new_app, prepared
from tests.simulation.destination import Ids
from tests.simulation.office import FILES, HEADERS, Office, folder_of
from tests.simulation.world import Seeded

MEMORY = Path("/dev/shm")
_TEMPLATE_SEED = 0


@contextmanager
def short_lived_folder() -> Iterator[Path]:
    """Make a folder for databases that only this process needs; in memory where there is such a place."""
    folder = Path(tempfile.mkdtemp(prefix="cutover-simulation-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Template:
    """A folder with a `project` and the workspace's file."""

    folder: Path
    ids: Ids

    @classmethod
    def made(cls, folder: Path, extract: Path | None = None) -> Template:
        """Make it; always the same.

        `extract` is the folder that its first extract is written to, `first` in `folder` where there is none. The log names
        that path, and a mapping that people change is read from it again: it must outlive every copy.
        """
        seeded = Seeded(_TEMPLATE_SEED)
        with seeded.rehearsal():
            office = Office(seeded.steps, date(2026, 3, 2))
            office.found(12)
            taken = seeded.time.now()
            first = folder_of(
                extract or folder / "first", office.rows.values(), FILES, taken_at=taken, full=True, headers=HEADERS
            )
            prepared(folder / "project", seeded, new_app(folder / "workspace.db"), first).close()
        return cls.at(folder)

    @classmethod
    def at(cls, folder: Path) -> Template:
        """Return the template that is there."""
        document = tomllib.loads((folder / "project" / FILE_NAME).read_text(encoding="utf-8"))
        return cls(folder, Ids(UUID(document["practice"]["namespace"])))

    def copied(self, folder: Path, seeded: Seeded) -> Bench:
        """Return a project and a workspace of one's own."""
        shutil.copytree(self.folder / "project", folder / "project")
        for name in ("workspace.db", "workspace.db-wal"):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)
        return Bench(folder / "project", seeded, new_app(folder / "workspace.db"))


@contextmanager
def state_on_postgres(server: str, template: Template) -> Iterator[None]:
    """Put the state and keys of one practice made of the template into databases of this server. The state is empty there;
    it is a cache. The keys are the template's.
    """
    with ExitStack() as ending:
        state, keys = (ending.enter_context(database(server)) for _ in range(2))
        _copy_keys(f"sqlite:///{template.folder}/project/.cutover/keys.db", keys)
        ending.enter_context(mock.patch.dict(os.environ, {"CUTOVER_STATE__URL": state, "CUTOVER_KEYS__URL": keys}))
        yield


@contextmanager
def log_on_kafka(broker: str, project: Path) -> Iterator[None]:
    """Put the log of this project on this broker, in one partition: the events of its file are there first."""
    url = f"kafka://{broker}?prefix=crash-points-{uuid4().hex}&partitions=1"
    _copy_log(project / ".cutover", url)
    with mock.patch.dict(os.environ, {"CUTOVER_LOG__URL": url}):
        yield


def _copy_log(data: Path, url: str) -> None:
    made, there = SqliteLog(f"sqlite:///{data}/log.db"), KafkaLog(parse_kafka_url(url), data / WRITERS_FOLDER, make=True)
    there.append([NewEntry(entry.topic, entry.key, entry.value) for topic in TOPICS for entry in read_all(made, topic)])
    made.close()
    there.close()


def _copy_keys(source: str, target: str) -> None:
    made, there = open_database(source), open_database(target, key_tables)
    with reading(made) as connection:
        rows = list(bulk_read(connection, "SELECT key_id, subject, wrapped FROM data_keys", ()))
    with there.begin() as connection:
        bulk(connection, "INSERT INTO data_keys (key_id, subject, wrapped) VALUES (?, ?, ?)", [tuple(row) for row in rows])
    made.dispose()
    there.dispose()
