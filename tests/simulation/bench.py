"""One project beside one rehearsal workspace, in this process.

A process of the program is one session over its open databases. It serves several commands, as `sync --follow` does, until it
is ended or dies; then the next command starts another one over what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.project.init_project import init_project
from cutover.project.load_settings import load_settings
from cutover.project.project import Project
from cutover.project.settings import FILE_NAME
from cutover.runs.session import Session
from events.crash_points import CrashPoint, ignore
from events.database import is_shared
from rehearsal.server.server import WorkspaceSettings, create_app
from tests import postgres
from tests.simulation.office import PRACTICE
from tests.simulation.wire import KEY, URL, Client, Wire
from tests.simulation.world import Seeded

MEMBERS = ("owner@fern.example", "maria.moss@fern.example")
LIMIT = 0.25
"""The share of an entity that may disappear. The practice is small: a family that moves away must be possible."""
_TWENTY = f'[twenty]\nurl = "{URL}"\nrate_limit = 0\napi_key_file = "api.key"\nfallback_member = "{MEMBERS[0]}"\n'


class Bench:
    """A project's folder and the workspace's app, which outlive the processes; and the process that is running, if one is."""

    def __init__(self, folder: Path, seeded: Seeded, app: Starlette) -> None:
        self.folder, self.seeded, self.app = folder, seeded, app
        self.wire = Wire(app)
        self.reached: Callable[[CrashPoint], None] = ignore
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Return the process that is running, or a new one."""
        if self._session is None:
            self._session = self._started(lambda point: self.reached(point))
        return self._session

    @contextmanager
    def another_process(self) -> Iterator[Session]:
        """Run another process beside the one that is running, for as long as this lasts."""
        session = self._started(ignore)
        try:
            yield session
        finally:
            _end(session)

    def end_process(self) -> None:
        """End the program; the next command starts it anew."""
        if self._session is not None:
            _end(self._session)
            self._session = None

    def _started(self, reached: Callable[[CrashPoint], None]) -> Session:
        project = Project(self.folder, load_settings(self.folder), self.seeded.world(reached))
        client = Client(self.wire, self.seeded.time)
        session = Session(project, client)
        client.before_request = session.before_request
        return session

    def forget_state(self) -> None:
        """Delete the state, a cache of the log, is deleted between two processes."""
        self.end_process()
        state = load_settings(self.folder).state.url
        if is_shared(state):
            postgres.empty(state)
            return
        for file in (self.folder / ".cutover").glob("state.db*"):
            file.unlink()

    def close(self) -> None:
        """End everything."""
        self.end_process()
        self.app.state.close()


def _end(session: Session) -> None:
    session.workspace.close()
    session.project.close()


def new_app(file: Path) -> Starlette:
    """Return a workspace that is kept in a file."""
    return create_app(WorkspaceSettings(api_key=KEY, members=MEMBERS, rate_limit=0, file=file), clock=lambda: 0.0)


def prepared(folder: Path, seeded: Seeded, app: Starlette, extract: Path) -> Bench:
    """Return a project whose mapping is approved for this extract, and a workspace with the data model for it."""
    init_project(folder, practice_id=PRACTICE, name="Fern Street Dental", timezone="UTC", world=seeded.world())
    (folder / "api.key").write_text(KEY, encoding="ascii")
    settings = folder / FILE_NAME
    head = settings.read_text(encoding="utf-8").partition("[twenty]")[0]
    settings.write_text(f"{head}{_TWENTY}\n[deletions]\nlimit = {LIMIT}\n", encoding="utf-8")
    bench = Bench(folder, seeded, app)
    map_propose(bench.session, [extract])
    map_approve(bench.session, "Test")
    schema_apply(bench.session)
    return bench
