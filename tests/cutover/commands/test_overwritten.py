"""Seen: a sync ran over the sample workflow, which put all patients into companies of its own. It is told apart and healed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import SampleSwitch, schema_apply
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.project.init_project import init_project
from cutover.runs.syncing import SyncOptions
from rehearsal.operations.sample_workflows import DELAY_SECONDS
from rehearsal.server.server import WorkspaceSettings, running
from tests.consumers.reconcile.small_practice import DENTIST, FALLBACK, KEY, write_extract
from tests.cutover.commands.office import SETTINGS, Office, setting
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


@pytest.fixture
def overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield an office whose patients were synced by a release that did not stop for the workflow; it is off now."""
    office = Office(tmp_path, setting(monkeypatch))
    for name, value in SETTINGS.items():
        office.environment(name, value)
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    extract = write_extract(tmp_path / "day-1", troubled())
    settings = WorkspaceSettings(api_key=KEY, members=(FALLBACK, DENTIST), rate_limit=0, sample_workflows=True, timeline=True)
    with running(settings) as url:
        office.environment("URL", url)
        office.run(map_propose, [extract])
        office.run(map_approve, "Test", accept_doubtful=True)
        office.run(schema_apply)
        with monkeypatch.context() as earlier:
            earlier.setattr("cutover.runs.syncing.require_no_sample_workflow_before_load", lambda _session: None)
            office.run(sync, [extract], SyncOptions(without_sample=True))
        time.sleep(DELAY_SECONDS + 0.2)
        office.run(schema_apply, samples=SampleSwitch.OFF)
        assert set(companies(office)) - {practice(office)}, "the workflow has overwritten nobody"
        yield office


def people(office: Office) -> list[dict[str, Any]]:
    found = office.ask(lambda session: session.workspace.find("people", {}, fields=("id", "companyId", "pbnId", "jobTitle")))
    return [dict(one) for one in found]


def companies(office: Office) -> list[str]:
    return [one["companyId"] for one in people(office)]


def practice(office: Office) -> str:
    [found] = office.ask(lambda session: session.workspace.find("companies", {"name": {"eq": "Elm Street Dental"}}))
    return str(found["id"])


def strayed(office: Office) -> list[dict[str, Any]]:
    return [one for one in people(office) if one["companyId"] != practice(office)]


def healed_ahead(office: Office) -> list[list[str]]:
    """Return the fields of each person that healing would write."""
    seen = office.run(replay, "start", None, None, dry_run=True, heals=True).document
    return [one["fields"] for one in seen["differences"] if one["object"] == "people"]


def back(office: Office, **options: Any) -> dict[str, Any]:
    return dict(office.run(rollback, RollbackOptions(everything=True, yes=True, **options)).document)


def test_a_rollback_keeps_no_record_for_it_and_names_each(overwritten: Office) -> None:
    ids = sorted(one["pbnId"] for one in strayed(overwritten))
    document = back(overwritten)
    assert document["kept"] == []
    assert sorted(one["pbnId"] for one in document["automated"]) == ids
    assert {tuple(one["fields"]) for one in document["automated"]} == {("companyId",)}
    assert people(overwritten) == []


def test_a_person_s_edit_of_such_a_record_keeps_it(overwritten: Office) -> None:
    one = strayed(overwritten)[0]
    overwritten.edit("people", one["id"], {"jobTitle": "Head of school"})
    kept = [(k["pbnId"], k["fields"]) for k in back(overwritten)["kept"] if k["object"] == "people"]
    assert kept == [(one["pbnId"], ["jobTitle"])]


def test_a_person_s_own_company_after_the_workflow_s_stays(overwritten: Office) -> None:
    one = strayed(overwritten)[0]
    company = overwritten.ask(lambda session: session.workspace.create("companies", [{"name": "Mine"}])[0]["id"])
    overwritten.edit("people", one["id"], {"companyId": company})
    overwritten.run(replay, "start", None, None, dry_run=False, heals=True)
    assert [other["id"] for other in strayed(overwritten)] == [one["id"]]


def test_a_replay_heals_where_it_is_asked_to(overwritten: Office) -> None:
    before = len(strayed(overwritten))
    assert before
    overwritten.run(replay, "start", None, None, dry_run=False)
    assert len(strayed(overwritten)) == before, "a replay alone leaves what is no write of ours"
    assert healed_ahead(overwritten) == [["companyId"]] * before
    overwritten.run(replay, "start", None, None, dry_run=False, heals=True)
    assert strayed(overwritten) == []
    assert healed_ahead(overwritten) == []
    assert back(overwritten)["kept"] == []


def test_what_was_healed_is_taken_back_like_every_write(overwritten: Office) -> None:
    before = {one["pbnId"]: one["companyId"] for one in strayed(overwritten)}
    healing = overwritten.run(replay, "start", None, None, dry_run=False, heals=True).document["run"]
    overwritten.run(rollback, RollbackOptions(run=healing, yes=True))
    assert {one["pbnId"]: one["companyId"] for one in strayed(overwritten)} == before


def test_a_reconciliation_names_the_workflow_s_values_apart_from_a_person_s_edits(overwritten: Office) -> None:
    by_workflow = sorted(one["pbnId"] for one in strayed(overwritten))
    people_s = next(one for one in people(overwritten) if one["pbnId"] not in by_workflow)
    overwritten.edit("people", people_s["id"], {"companyId": None})
    answer = overwritten.run(reconcile)
    document = answer.document
    assert sorted(one["pbnId"] for one in document["automated"]) == by_workflow
    assert [one["pbnId"] for one in document["edited"]] == [people_s["pbnId"]]
    [counts] = [one for one in document["objects"] if one["object"] == "people"]
    assert (counts["automated"], counts["edited"]) == (len(by_workflow), 1)
    assert answer.findings
    assert any("--heal-automations" in str(line) for line in answer.text)
