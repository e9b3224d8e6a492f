"""The requests of a first load, and of one patient taken back, as the workspace's limit counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration

BATCH = 200
"""Records a request at most."""


class Migration:
    """A project whose data model is applied, beside a workspace that takes any number of requests."""

    def __init__(self, folder: Path, extract: Path) -> None:
        self.folder, self.extract = folder, extract

    def run(self, command: Any, *arguments: Any) -> tuple[dict[str, Any], int]:
        """Return the document of a command, and how many requests it sent."""
        with find_project(self.folder) as project, Session(project) as session:
            document = dict(command(session, *arguments).document)
            return document, session.workspace.requests

    def load(self) -> tuple[dict[str, Any], int]:
        return self.run(sync, [self.extract], SyncOptions(without_sample=True))

    def least(self) -> int:
        """Return the least number of requests that can write what is in Twenty."""
        with find_project(self.folder) as project, Session(project) as session:
            return sum(-(-count // BATCH) for count in session.view.counts().values())

    def ask(self, question: Any) -> Any:
        with find_project(self.folder) as project, Session(project) as session:
            return question(session.workspace)


@pytest.fixture
def migration(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Migration]:
    practice = write_practice(tmp_path / "practice", patients=request.param, days=1)
    settings = WorkspaceSettings(api_key="key", members=("office@juniper-ridge.example", *practice.member_emails), rate_limit=0)
    with running(settings) as url:
        for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0"}.items():
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        init_project(tmp_path / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)
        migration = Migration(tmp_path / "project", practice.extracts[0])
        migration.run(map_propose, [migration.extract])
        migration.run(map_approve, "Test")
        migration.run(schema_apply)
        yield migration


@pytest.mark.parametrize("migration", [60], indirect=True)
def test_a_first_load_takes_one_request_beside_the_least_possible(migration: Migration) -> None:
    document, requests = migration.load()
    assert requests == migration.least() + 1
    assert document["requests"] == requests


@pytest.mark.parametrize("migration", [20], indirect=True)
def test_people_who_were_there_before_are_adopted_from_what_the_first_request_read(migration: Migration) -> None:
    first, _ = migration.load()
    people = migration.ask(lambda twenty: twenty.find("people", {}, fields=("name", "emails", "pbnId")))
    [known, *_] = [one for one in people if one["pbnId"] and one["emails"]["primaryEmail"]]
    migration.run(rollback, RollbackOptions(everything=True, yes=True))
    kept = {name: known[name] for name in ("name", "emails")}
    [there] = migration.ask(lambda twenty: twenty.create("people", [kept]))
    again, requests = migration.load()
    assert requests == migration.least() + 3, "the adopted person is read, and updated apart from those who are made"
    assert again["writes"]["create"] == first["writes"]["create"] - 1
    assert migration.ask(lambda twenty: twenty.read("people", [there["id"]]))[there["id"]]["pbnId"] == known["pbnId"]


@pytest.mark.parametrize("migration", [60], indirect=True)
def test_one_patient_of_many_is_taken_back_in_at_most_five_requests(migration: Migration) -> None:
    migration.load()
    people = migration.ask(lambda twenty: twenty.find("people", {}, fields=("pbnId",)))
    pbn = next(one["pbnId"] for one in people if one["pbnId"])
    document, requests = migration.run(rollback, RollbackOptions(record=pbn, yes=True))
    assert document["undone"]
    assert requests <= 5
