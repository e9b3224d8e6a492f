"""`schema role` makes the least role for Cutover's key: with it a migration goes through, and all the rest is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.data_model.applying.role_making import roles_made
from consumers.data_model.errors import SchemaClash
from consumers.journal.three_way import Take
from consumers.twenty.rights.roles import RoleHasKeys
from consumers.twenty.transport.errors import Refused, TwentyError, Unauthorised
from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.role import schema_role
from cutover.commands.approvals.schema import SampleSwitch, schema_apply, schema_check
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.project.errors import ApprovalMissing
from cutover.project.init_project import init_project
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import SyncOptions, consume_events
from events.errors import ExitCode
from rehearsal.server.server import WorkspaceSettings, running
from tests.consumers.reconcile.small_practice import DENTIST, FALLBACK, KEY, write_extract
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import SETTINGS, Office, setting
from tests.cutover.commands.role_rights import assert_rights, role_read_back
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

LEAST = "the key with the role"


@pytest.fixture
def keys() -> dict[str, str]:
    """Return the keys beside the administrator's, each with the label of its role; one that is taken out is revoked."""
    return {LEAST: "Cutover elm"}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]) -> Iterator[Office]:
    """Yield a project whose data model is applied by an administrator's key. Another key has the role, once it is made."""
    office = Office(tmp_path, setting(monkeypatch))
    for name, value in SETTINGS.items():
        office.environment(name, value)
    office.environment("UPLOAD_LIMIT", "0")
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    extract = write_extract(tmp_path / "day-1", troubled())
    settings = WorkspaceSettings(api_key=KEY, members=(FALLBACK, DENTIST), rate_limit=0, sample_workflows=True, role_keys=keys)
    with running(settings) as url:
        office.environment("URL", url)
        office.run(map_propose, [extract])
        office.run(map_approve, "Test", accept_doubtful=True)
        office.run(schema_apply, samples=SampleSwitch.OFF)
        yield office


def synced(office: Office) -> dict[str, Any]:
    return dict(office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True)).document)


def test_it_has_rights_on_what_the_mapping_carries_and_reads_what_points_there(office: Office) -> None:
    document = office.run(schema_role).document
    assert (document["role"], document["made"]) == ("Cutover elm", True)
    assert {"company", "insuranceClaim", "note", "person", "task", "treatmentPlan"} <= set(document["writes"])
    assert document["reads"] == ["opportunity"]
    assert document["permissions"] == ["DATA_MODEL", "LAYOUTS", "VIEWS", "UPLOAD_FILE"]
    metadata = office.ask(lambda session: session.workspace.metadata())
    there = role_read_back(os.environ["CUTOVER_TWENTY__URL"], KEY, document["role"])
    assert_rights(there, document, {one.id: one.singular for one in metadata.objects})


def test_a_migration_goes_through_with_its_key_and_comes_back(office: Office, keys: dict[str, str]) -> None:
    office.run(schema_role)
    office.environment("API_KEY", LEAST)
    assert not office.run(schema_check).findings
    assert synced(office)["writes"]["create"] > 10
    assert "permission" not in {head.reason for head in office.ask(lambda session: list(session.view.kept_back()))}
    back = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert [(one["object"], one["reason"]) for one in back["kept"]] == [("role", "refused-by-twenty")]
    office.environment("API_KEY", KEY)
    back = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert [(one["object"], one["reason"]) for one in back["kept"]] == [("role", "has-keys")]
    del keys[LEAST]
    again = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert (again["kept"], again["schema"]) == ([], ["role Cutover elm"])


def brought_back(office: Office) -> dict[str, Any]:
    """Meet what people removed, decide that it comes back, and consume once more."""
    office.run(consume_events, follow=False, without_sample=True)
    office.run(resolve_conflicts, ChosenConflicts(everything=True), Take.OURS, NamedPerson(by="Ines Abernathy"))
    return dict(office.run(consume_events, follow=False, without_sample=True).document)


def test_its_key_makes_removed_fields_and_options_again(office: Office) -> None:
    office.run(schema_role)
    office.environment("API_KEY", LEAST)
    synced(office)
    before = {one["pbnId"]: (one["dateOfBirth"], one["insuranceCarrier"]) for one in Admin().records("people")}
    Admin().delete_field("person", "dateOfBirth")
    Admin().delete_option("person", "insuranceCarrier", "Humana")
    brought_back(office)
    assert {one["pbnId"]: (one["dateOfBirth"], one["insuranceCarrier"]) for one in Admin().records("people")} == before
    assert office.run(list_conflicts).document["model"] == []


def test_an_object_that_is_made_again_needs_its_rights_given_again(office: Office) -> None:
    office.run(schema_role)
    office.environment("API_KEY", LEAST)
    synced(office)
    claims = {one["pbnId"]: one["name"] for one in Admin().records("insuranceClaims")}
    Admin().delete_object("insuranceClaim")
    with pytest.raises(Unauthorised, match=r"insuranceClaims.*`cutover schema role` with an administrator's key"):
        brought_back(office)
    assert Admin().records("insuranceClaims") == []
    office.environment("API_KEY", KEY)
    office.run(schema_role)
    office.environment("API_KEY", LEAST)
    office.run(consume_events, follow=False, without_sample=True)
    assert {one["pbnId"]: one["name"] for one in Admin().records("insuranceClaims")} == claims
    assert office.run(list_conflicts).document["model"] == []


def test_all_the_rest_is_refused_to_that_key(office: Office) -> None:
    office.run(schema_role)
    office.environment("API_KEY", LEAST)

    def refused(workspace: Workspace) -> list[str]:
        tried = {
            "make an opportunity": lambda: workspace.create("opportunities", [{"name": "x"}]),
            "read dashboards": lambda: workspace.find("dashboards", {}),
            "read workflows": lambda: workspace.find("workflows", {}),
            "destroy opportunities": lambda: workspace.destroy("opportunities", ["8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c6001"]),
            "read roles": workspace.roles,
            "make a role": lambda: workspace.make_role("Another", ""),
        }
        found = []
        for what, attempt in tried.items():
            try:
                attempt()
            except (Refused, Unauthorised):
                found.append(what)
        assert found == list(tried)
        return found

    office.ask(lambda session: refused(session.workspace))
    with pytest.raises(TwentyError, match="role"):
        office.run(schema_role)


def test_without_the_role_the_key_can_do_nothing(office: Office) -> None:
    office.environment("API_KEY", LEAST)
    with pytest.raises(TwentyError):
        office.ask(lambda session: session.workspace.find("people", {}))


def test_it_may_be_run_again_and_removed_once_no_key_has_it(office: Office, keys: dict[str, str]) -> None:
    first = office.run(schema_role).document
    again = office.run(schema_role).document
    assert (again["made"], again["id"]) == (False, first["id"])
    with pytest.raises(RoleHasKeys, match="revoke the key") as refused:
        office.run(schema_role, remove=True)
    assert refused.value.exit_code is ExitCode.APPROVAL
    del keys[LEAST]
    assert office.run(schema_role, remove=True).document["removed"] == ["Cutover elm"]
    assert office.run(schema_role, remove=True).document["removed"] == []
    assert office.ask(lambda session: roles_made(session.decisions, session.workspace_id)) == []


def test_a_role_of_that_name_that_people_made_is_left_alone(office: Office) -> None:
    office.ask(lambda session: session.workspace.make_role("Cutover elm", "of the office"))
    with pytest.raises(SchemaClash, match="rename it"):
        office.run(schema_role)


def test_the_data_model_comes_first(office: Office) -> None:
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True))
    with pytest.raises(ApprovalMissing, match="schema apply"):
        office.run(schema_role)
