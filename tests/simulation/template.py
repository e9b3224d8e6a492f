"""What every seed starts from: a project with an approved mapping and a workspace with its data model, made once and copied."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from cutover.settings import FILE_NAME
from tests.simulation.bench import Bench, new_app, prepared
from tests.simulation.destination import Ids
from tests.simulation.office import FILES, HEADERS, Office, folder_of
from tests.simulation.world import Seeded

MEMORY = Path("/dev/shm")
_TEMPLATE_SEED = 0


@contextmanager
def short_lived_folder() -> Iterator[Path]:
    """A folder for databases that only this process needs; in memory where there is such a place."""
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
    def made(cls, folder: Path) -> Template:
        """Make it; always the same."""
        seeded = Seeded(_TEMPLATE_SEED)
        with seeded.rehearsal():
            office = Office(seeded.steps, date(2026, 3, 2))
            office.found(12)
            taken = seeded.time.now()
            extract = folder_of(folder / "first", office.rows.values(), FILES, taken_at=taken, full=True, headers=HEADERS)
            prepared(folder / "project", seeded, new_app(folder / "workspace.db"), extract).close()
        return cls.at(folder)

    @classmethod
    def at(cls, folder: Path) -> Template:
        """The one that is there."""
        document = tomllib.loads((folder / "project" / FILE_NAME).read_text(encoding="utf-8"))
        return cls(folder, Ids(UUID(document["practice"]["namespace"])))

    def copied(self, folder: Path, seeded: Seeded) -> Bench:
        """A project and a workspace of one's own."""
        shutil.copytree(self.folder / "project", folder / "project")
        for name in ("workspace.db", "workspace.db-wal"):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)
        return Bench(folder / "project", seeded, new_app(folder / "workspace.db"))
