"""A workspace is rebuilt from the log alone: the extract's folder may still be there, with no table in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.commands.records.replay import replay
from cutover.commands.records.sync import sync
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration

PATIENTS = """Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth
1,Ada,Quist,ada@x.example,(541) 555-0101,02/03/1970
2,Bo,Vale,bo@x.example,(541) 555-0102,04/05/1980
"""
PROVIDERS = """Provider ID,First Name,Last Name,Email
7,Nora,Lind,nora@practice.example
"""

Run = Callable[..., Answer]


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Workspace, Path]]:
    """Yield a project that carried an extract into one workspace, and now another, empty workspace that it points at."""
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (extract / "providers.csv").write_text(PROVIDERS, encoding="utf-8")
    project_folder = tmp_path / "project"

    def run(command: Callable[..., Answer], *arguments: object, **named: object) -> Answer:
        with find_project(project_folder) as project:
            session = Session(project)
            try:
                return command(session, *arguments, **named)
            finally:
                session.workspace.close()

    with (
        running(WorkspaceSettings(api_key="key", rate_limit=0)) as first,
        running(WorkspaceSettings(api_key="key", rate_limit=0)) as second,
        Workspace(second, "key", rate_limit=0) as twenty,
    ):
        monkeypatch.setenv("CUTOVER_TWENTY__URL", first)
        monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
        monkeypatch.setenv("CUTOVER_TWENTY__RATE_LIMIT", "0")
        init_project(project_folder, practice_id="fern", name="Fern Street Dental", timezone="America/Denver")
        run(map_propose, [extract])
        run(map_approve, "Test")
        run(schema_apply)
        run(sync, [extract], SyncOptions(without_sample=True))
        monkeypatch.setenv("CUTOVER_TWENTY__URL", second)
        yield run, twenty, extract


@pytest.mark.parametrize("left", ["nothing", "a-text", "the-folder-is-gone-too"])
def test_the_data_model_and_the_records_come_from_the_log(other: tuple[Run, Workspace, Path], left: str) -> None:
    run, twenty, extract = other
    for file in extract.iterdir():
        file.unlink()
    if left == "a-text":
        (extract / "readme.txt").write_text("moved to the archive", encoding="utf-8")
    if left == "the-folder-is-gone-too":
        extract.rmdir()
    ada = twenty.create(
        "people", [{"name": {"firstName": "Ada", "lastName": "Quist"}, "emails": {"primaryEmail": "ada@x.example"}}]
    )
    planned = run(schema_plan).document
    assert [(one["pbnId"], one["id"]) for one in planned["people"]] == [("fern:patient:1", ada[0]["id"])]
    assert [one["email"] for one in planned["invite"]] == ["nora@practice.example"]
    assert [one["email"] for one in run(schema_apply).document["invite"]] == ["nora@practice.example"]
    run(replay, "start", None, None, dry_run=False)
    twenty.metadata(refresh=True)
    assert twenty.count("people") == 2
    assert {one["pbnId"] for one in twenty.find("people", {}, fields=("pbnId",))} == {"fern:patient:1", "fern:patient:2"}


def test_one_table_of_an_extract_may_be_gone(other: tuple[Run, Workspace, Path]) -> None:
    run, _twenty, extract = other
    (extract / "providers.csv").unlink()
    assert [one["email"] for one in run(schema_plan).document["invite"]] == ["nora@practice.example"]
