"""`schema plan` names everybody who is here already, and every workflow that would fire, before anything is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration

PATIENTS = """Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth
1,Ada,Quist,ada@x.example,(541) 555-0101,02/03/1970
2,Bo,Vale,bo@x.example,(541) 555-0102,04/05/1980
3,Cleo,Vale,cleo@x.example,(541) 555-0103,06/07/1990
4,Dov,Vale,,(541) 555-0104,08/09/1985
"""


@dataclasses.dataclass
class Office:
    """A project whose mapping is approved, beside a new workspace."""

    folder: Path
    twenty: Workspace

    def run(self, command: object, *arguments: object) -> Answer:
        with find_project(self.folder) as project:
            session = Session(project)
            try:
                return command(session, *arguments)  # type: ignore[operator, no-any-return]
            finally:
                session.workspace.close()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    with running(WorkspaceSettings(api_key="key", rate_limit=0, sample_workflows=True)) as url:
        monkeypatch.setenv("CUTOVER_TWENTY__URL", url)
        monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
        monkeypatch.setenv("CUTOVER_TWENTY__RATE_LIMIT", "0")
        init_project(tmp_path / "project", practice_id="fern", name="Fern Street Dental", timezone="America/Denver")
        with Workspace(url, "key", rate_limit=0) as twenty:
            office = Office(tmp_path / "project", twenty)
            office.run(map_propose, [extract])
            office.run(map_approve, "Test")
            yield office


def add(office: Office, first: str, last: str, mail: str = "", **more: object) -> str:
    body = {"name": {"firstName": first, "lastName": last}, "emails": {"primaryEmail": mail}, **more}
    return str(office.twenty.create("people", [body])[0]["id"])


def test_every_adoption_and_every_doubtful_case_is_listed(office: Office) -> None:
    ada = add(office, "ada", "Quist", "ada@x.example")
    zoe = add(office, "Zoe", "Marsh", "bo@x.example")
    dov = add(office, "Dov", "Vale", "other@x.example", phones={"primaryPhoneNumber": "+15415550104"})
    add(office, "Cleo", "Somebody", "else@x.example")
    answer = office.run(schema_plan)
    assert answer.document["people"] == [
        {"pbnId": "fern:patient:1", "id": ada, "adopted": True, "reason": "same_email_and_name"},
        {"pbnId": "fern:patient:2", "id": zoe, "adopted": False, "reason": "same_email_other_name"},
        {"pbnId": "fern:patient:4", "id": dov, "adopted": False, "reason": "same_name_and_phone"},
    ]
    assert answer.findings
    assert office.twenty.count("people") == 4


def test_an_adoption_alone_is_no_finding(office: Office) -> None:
    [workflow] = office.run(schema_plan).document["workflows"]
    office.twenty.soft_delete("workflows", [workflow["id"]])
    add(office, "Ada", "Quist", "ada@x.example")
    answer = office.run(schema_plan)
    assert [one["adopted"] for one in answer.document["people"]] == [True]
    assert not answer.findings


def test_the_workflow_that_fires_on_people_is_named_by_plan_and_apply(office: Office) -> None:
    for command in (schema_plan, schema_apply):
        answer = office.run(command)
        [one] = answer.document["workflows"]
        assert (one["name"], one["event"]) == ("Create company when adding a new person", "person.upserted")
        assert one["sample"]
        assert any("deactivate it in Twenty" in str(line) for line in answer.text)
