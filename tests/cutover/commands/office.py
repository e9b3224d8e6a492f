"""A project of a small practice with one of each trouble, its first day in Twenty; commands run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.sync import sync
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from rehearsal.server.server import WorkspaceSettings, running
from tests.consumers.reconcile.small_practice import DENTIST, FALLBACK, KEY, Tables, write_extract
from tests.cutover.reports.conftest import troubled

SETTINGS = {"API_KEY": KEY, "RATE_LIMIT": "0", "FALLBACK_MEMBER": FALLBACK, "UPLOAD_LIMIT": "1"}
"""With this limit every document is too large: a dead letter."""


@dataclass
class Office:
    """A project and, while it is served, its workspace."""

    folder: Path
    environment: Callable[[str, str | None], None]
    """Sets a variable of [twenty], or unsets it."""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def run(self, command: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
        """Run a command as the program does, in a session of its own."""
        with find_project(self.project) as project, Session(project) as session:
            return command(session, *arguments, **named)

    def ask(self, question: Callable[[Session], Any]) -> Any:
        """Ask a session of the project."""
        with find_project(self.project) as project, Session(project) as session:
            return question(session)

    def deliver(self, day: int, tables: Tables) -> Answer:
        """Sync another day's extract."""
        extract = write_extract(self.folder / f"day-{day}", tables, day=day)
        return self.run(sync, [extract], SyncOptions(without_sample=True))

    def edit(self, plural: str, identity: str, values: dict[str, Any]) -> None:
        """Change a record in Twenty as a person does."""
        self.ask(lambda session: session.workspace.update(plural, identity, values))

    def read(self, plural: str, identity: str) -> dict[str, Any]:
        """Return Twenty's content of a record."""
        found = self.ask(lambda session: session.workspace.read(plural, [identity], deleted=True))
        return dict(found[identity])

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve the workspace until the block ends."""
        settings = WorkspaceSettings(api_key=KEY, members=(FALLBACK, DENTIST), rate_limit=0, file=self.folder / "workspace.db")
        with running(settings) as url:
            self.environment("URL", url)
            yield
            # nobody answers there any more

    def without_twenty(self) -> None:
        """Take the API key away: nothing can be asked of Twenty."""
        self.environment("API_KEY", None)


def prepared(folder: Path, environment: Callable[[str, str | None], None]) -> Office:
    """Return a new project whose mapping is approved for the first day, the data model applied."""
    office = Office(folder, environment)
    for name, value in SETTINGS.items():
        environment(name, value)
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    extract = write_extract(folder / "day-1", troubled())
    with office.served():
        office.run(map_propose, [extract])
        office.run(map_approve, "Test", accept_doubtful=True)
        office.run(schema_apply)
    return office


def made(folder: Path, environment: Callable[[str, str | None], None]) -> Office:
    """Return a new project, and its first day in Twenty."""
    office = prepared(folder, environment)
    with office.served():
        office.run(sync, [folder / "day-1"], SyncOptions(without_sample=True))
    return office


def copied(source: Path, target: Path, environment: Callable[[str, str | None], None]) -> Office:
    """Return a copy of a project and its workspace."""
    shutil.copytree(source, target)
    for name, value in SETTINGS.items():
        environment(name, value)
    return Office(target, environment)


def setting(variables: pytest.MonkeyPatch) -> Callable[[str, str | None], None]:
    """Return a function that sets variables of [twenty] as long as `variables` last."""

    def put(name: str, value: str | None) -> None:
        if value is None:
            variables.delenv(f"CUTOVER_TWENTY__{name}")
        else:
            variables.setenv(f"CUTOVER_TWENTY__{name}", value)

    return put
