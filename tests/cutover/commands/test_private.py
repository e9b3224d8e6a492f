"""Nothing that needs every record is done for an API key that may see a part of them only."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from consumers.twenty.rights.visibility import NotEverything
from cutover.commands.approvals.go_live import go_live
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.project.errors import exit_code_of
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.errors import ExitCode
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS
from rehearsal.server.server import WorkspaceSettings, create_app

pytestmark = pytest.mark.integration

PATIENTS = """Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth
1,Ada,Quist,ada@x.example,(541) 555-0101,02/03/1970
2,Bo,Vale,bo@x.example,(541) 555-0102,04/05/1980
"""
WITHOUT_SAMPLE = SyncOptions(without_sample=True)


@dataclasses.dataclass
class Office:
    """A project that has carried one extract; `held` is the workspace from the inside."""

    folder: Path
    extract: Path
    held: Any

    def run(self, command: Callable[..., Any], *arguments: object) -> Any:
        with find_project(self.folder) as project:
            session = Session(project)
            try:
                return command(session, *arguments)
            finally:
                session.workspace.close()

    def events(self) -> list[int]:
        return self.run(lambda session: [sum(session.log.ends(t).values()) for t in (CHANGES, COMPENSATIONS, DEAD_LETTERS)])

    def make(self, singular: str, readability: str) -> None:
        item = self.held.model.singular(singular)
        self.held.model.put(dataclasses.replace(item, readability=readability))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    app = create_app(WorkspaceSettings(api_key="key", rate_limit=0, like="2.43"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        monkeypatch.setenv("CUTOVER_TWENTY__URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
        monkeypatch.setenv("CUTOVER_TWENTY__RATE_LIMIT", "0")
        init_project(tmp_path / "project", practice_id="fern", name="Fern Street Dental", timezone="America/Denver")
        office = Office(tmp_path / "project", extract, app.state.workspace)
        office.run(map_propose, [extract])
        office.run(map_approve, "Test")
        office.run(schema_apply)
        office.run(sync, [extract], WITHOUT_SAMPLE)
        yield office
        server.should_exit = True
        thread.join(timeout=10)


def carry_less(office: Office) -> Answer:
    """Return a second extract, in which a patient is missing: a deletion."""
    (office.extract / "patients.csv").write_text("".join(PATIENTS.splitlines(keepends=True)[:2]), encoding="utf-8")
    answer: Answer = office.run(sync, [office.extract], WITHOUT_SAMPLE)
    return answer


NEED_EVERYTHING: dict[str, Callable[[Office], Answer]] = {
    "sync": carry_less,
    "reconcile": lambda office: office.run(reconcile),
    "rollback": lambda office: office.run(rollback, RollbackOptions(everything=True, yes=True)),
    "go-live": lambda office: office.run(go_live),
}


@pytest.mark.parametrize("command", NEED_EVERYTHING)
def test_it_is_refused_before_the_first_write_with_what_to_grant(office: Office, command: str) -> None:
    people = [dict(row) for row in office.held.store.table(office.held.model.singular("person"))]
    office.make("person", "PRIVATE")
    office.held.hidden.add(people[0]["id"])
    before = office.events()
    with pytest.raises(NotEverything, match=r"person.*rule without criteria.*granted") as refused:
        NEED_EVERYTHING[command](office)
    assert exit_code_of(refused.value) is ExitCode.APPROVAL
    assert office.events() == before
    assert [dict(row) for row in office.held.store.table(office.held.model.singular("person"))] == people


@pytest.mark.parametrize("command", ["sync", "reconcile", "rollback"])
def test_a_key_that_was_granted_everything_does_it(office: Office, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office.make("person", "PRIVATE")
    monkeypatch.setenv("CUTOVER_TWENTY__GRANTED", '["person"]')
    answer = NEED_EVERYTHING[command](office)
    assert answer is not None
    held = len(list(office.held.store.table(office.held.model.singular("person"))))
    assert held == (0 if command == "rollback" else 2)
