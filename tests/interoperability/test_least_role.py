"""The least role on a real Twenty: with its key everything that Cutover does works, and all the rest is refused.

The workspace is EMPTY (see `test_whole_migration`). A member signs in to make the key (see `real_twenty`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from consumers.journal.three_way import Take
from consumers.twenty.rights.roles import RoleHasKeys
from consumers.twenty.transport.errors import Refused, TwentyError, Unauthorised
from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.role import schema_role
from cutover.commands.approvals.schema import SampleSwitch, schema_apply, schema_check, schema_plan
from cutover.commands.oversight.conflicts import ChosenConflicts, resolve_conflicts
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import SyncOptions, consume_events
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import Office
from tests.cutover.commands.role_rights import assert_rights, role_read_back
from tests.cutover.reports.conftest import troubled
from tests.interoperability.real_twenty import (
    KEY,
    RATE,
    URL,
    Asker,
    approved_office,
    key_with_role,
    needs_member,
    signed_in,
)

pytestmark = needs_member

SOMETHING = "8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c6001"
EVERYTHING = RollbackOptions(everything=True, schema=True, yes=True)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a project whose data model an administrator's key has applied; in the end everything is taken back with it."""
    with Workspace(URL, KEY, rate_limit=RATE) as workspace:
        owner = next(one.email for one in workspace.members() if one.email)
    office, _ = approved_office(tmp_path, monkeypatch, owner)
    office.run(schema_apply, samples=SampleSwitch.OFF)
    yield office
    office.environment("API_KEY", KEY)
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True, force=True))


def test_its_key_may_do_what_a_migration_takes_and_nothing_else(office: Office) -> None:
    names = office.ask(lambda session: {one.id: one.singular for one in session.workspace.metadata().objects})
    role = office.run(schema_role).document
    assert_rights(role_read_back(URL, KEY, role["role"]), role, names)
    assert role["reads"] == ["opportunity"]
    again = office.run(schema_role).document
    assert (again["id"], again["made"]) == (role["id"], False)
    assert_rights(role_read_back(URL, KEY, role["role"]), again, names)

    with key_with_role(signed_in(), role["id"]) as least:
        office.environment("API_KEY", least)
        assert_records_of_others_are_refused(office, role, least)
        assert_settings_are_refused(least)
        with pytest.raises(TwentyError, match="role"):
            office.run(schema_role)
        migrate(office)
        take_back(office)
    assert office.run(schema_role, remove=True).document["removed"] == [role["role"]]
    assert role_read_back(URL, KEY, role["role"]) is None


def test_what_people_removed_is_made_again_with_its_key(office: Office) -> None:
    """Fields and options come back with the least key alone; an object, whose id is another one, once the role is set again."""
    role = office.run(schema_role).document
    with key_with_role(signed_in(), role["id"]) as least:
        office.environment("API_KEY", least)
        office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True))
        admin = Admin(KEY)
        before = {one["pbnId"]: (one["dateOfBirth"], one["insuranceCarrier"]) for one in admin.records("people")}
        claims = {one["pbnId"] for one in admin.records("insuranceClaims")}
        admin.change_field("person", "dateOfBirth", isActive=False)
        admin.delete_field("person", "dateOfBirth")
        admin.delete_option("person", "insuranceCarrier", "Humana")
        bring_back(office)
        after = {one["pbnId"]: (one["dateOfBirth"], one["insuranceCarrier"]) for one in admin.records("people")}
        assert after == before
        admin.change_object("insuranceClaim", isActive=False)
        admin.delete_object("insuranceClaim")
        with pytest.raises(Unauthorised, match="schema role"):
            bring_back(office)
        office.environment("API_KEY", KEY)
        office.run(schema_role)
        office.environment("API_KEY", least)
        office.run(consume_events, follow=False, without_sample=True)
        assert {one["pbnId"] for one in admin.records("insuranceClaims")} == claims
        assert claims
    office.environment("API_KEY", KEY)
    office.run(schema_role, remove=True)


def bring_back(office: Office) -> None:
    """Meet what is missing, decide that it comes back, and consume once more."""
    office.run(consume_events, follow=False, without_sample=True)
    office.run(resolve_conflicts, ChosenConflicts(everything=True), Take.OURS, NamedPerson(by="Ines Abernathy"))
    office.run(consume_events, follow=False, without_sample=True)


def migrate(office: Office) -> None:
    """Carry two days, take the second one back; nothing is refused to the key."""
    assert [one for one in office.run(schema_plan).document["server"]["lacks"] if one["blocks"]] == []
    assert not office.run(schema_check).findings
    assert [one["on"] for one in office.run(schema_apply, samples=SampleSwitch.ON).document["switched"]] == [True]
    assert [one["on"] for one in office.run(schema_apply, samples=SampleSwitch.OFF).document["switched"]] == [False]
    first = office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True)).document
    assert first["writes"]["create"] > 10
    changed = troubled()
    changed["patient"][0] |= {"CarrierName": "A carrier that is new", "FName": "Anna", "Locker": "12"}
    second = office.deliver(2, changed).document
    assert second["writes"]["update"] > 0
    reasons = office.ask(lambda session: {head.reason for head in session.view.kept_back()})
    print(f"\nkept back: {reasons}")
    assert not [one for one in reasons if "permission" in one]
    assert office.run(schema_apply).document["steps"] == []
    found = office.run(reconcile).document
    assert [(one["missing"], one["different"]) for one in found["objects"]] == [(0, 0)] * len(found["objects"])
    replayed = office.run(replay, "start", None, None, dry_run=False).document["writes"]
    assert {what for what, count in replayed.items() if count} == {"unchanged"}
    back = office.run(rollback, RollbackOptions(run=second["run"], yes=True)).document
    assert (back["kept"], back["undone"] > 0) == ([], True)


def take_back(office: Office) -> None:
    """Take everything back with the key but the role, which takes an administrator's, and no key that has it."""
    back = office.run(rollback, EVERYTHING).document
    assert kept(back) == [("role", "refused-by-twenty")]
    assert back["timeline"]["refused"] == 0
    office.environment("API_KEY", KEY)
    assert kept(office.run(rollback, EVERYTHING).document) == [("role", "has-keys")]
    with pytest.raises(RoleHasKeys, match="revoke the key"):
        office.run(schema_role, remove=True)


def kept(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["object"], one["reason"]) for one in document["kept"]]


def assert_records_of_others_are_refused(office: Office, role: Mapping[str, Any], key: str) -> None:
    model = office.ask(lambda session: session.workspace.metadata(refresh=True))
    others = [one for one in model.objects if one.is_active and one.singular not in role["writes"]]
    open_to_all = {one.singular for one in others if one.is_system and one.singular != "workspaceMember"}
    closed = {
        one.plural: one.singular in (*role["reads"], "workspaceMember") for one in others if one.singular not in open_to_all
    }
    assert closed.keys() == {"opportunities", "dashboards", "workflows", "workspaceMembers"}
    print(f"\nopen to every key: {sorted(open_to_all)}")
    with Workspace(URL, key, rate_limit=RATE) as workspace:
        for plural, may_read in closed.items():
            tried: dict[str, Callable[[str], object]] = {
                "read": lambda plural: workspace.find(plural, {}, fields=("id",)),
                "create": lambda plural: workspace.create(plural, [{"id": SOMETHING}]),
                "update": lambda plural: workspace.update(plural, SOMETHING, {"position": 7}),
                "delete": lambda plural: workspace.soft_delete(plural, [SOMETHING]),
                "destroy": lambda plural: workspace.destroy(plural, [SOMETHING]),
            }
            allowed = [what for what, attempt in tried.items() if not is_refused(attempt, plural)]
            assert allowed == (["read"] if may_read else []), plural


def is_refused(attempt: Callable[[str], object], plural: str) -> bool:
    try:
        attempt(plural)
    except (Refused, Unauthorised):
        return True
    return False


def assert_settings_are_refused(key: str) -> None:
    some = f'"{SOMETHING}"'
    tried = {
        "roles": "{ getRoles { id } }",
        "a new role": 'mutation { createOneRole(createRoleInput: {label: "Another"}) { id } }',
        "a role less": f"mutation {{ deleteOneRole(roleId: {some}) }}",
        "more rights": f"mutation {{ upsertPermissionFlags(upsertPermissionFlagsInput: {{roleId: {some}, "
        'permissionFlagKeys: ["ROLES"]}) { id } }',
        "more objects": f"mutation {{ upsertObjectPermissions(upsertObjectPermissionsInput: {{roleId: {some}, "
        "objectPermissions: []}) { objectMetadataId } }",
        "keys": "{ apiKeys { id } }",
        "a new key": f'mutation {{ createApiKey(input: {{name: "x", expiresAt: "2030-01-01T00:00:00.000Z", roleId: {some}}}) '
        "{ id } }",
        "another role for a key": f"mutation {{ assignRoleToApiKey(apiKeyId: {some}, roleId: {some}) }}",
        "webhooks": "{ webhooks { id } }",
        "the workspace": 'mutation { updateWorkspace(data: {displayName: "x"}) { id } }',
        "invitations": 'mutation { sendInvitations(emails: ["x@y.example"]) { success } }',
        "roles of members": f"mutation {{ updateWorkspaceMemberRole(workspaceMemberId: {some}, roleId: {some}) {{ id }} }}",
        "settings of members": f"mutation {{ updateWorkspaceMemberSettings(input: {{workspaceMemberId: {some}, "
        "update: {}}) }",
        "applications": "{ findManyApplications { id } }",
        "agents": "{ findManyAgents { id } }",
    }
    asker = Asker(key)
    answers = {what: asker.answer(query) for what, query in tried.items()}
    allowed = {what: one for what, one in answers.items() if not denied(one)}
    assert not allowed
    workflow = f"mutation {{ activateWorkflowVersion(workflowVersionId: {some}) }}"
    assert denied(asker.answer(workflow, "graphql"))


def denied(answer: dict[str, Any]) -> bool:
    """Return whether an answer says that the key may not do this. Guards outside of a few modules say so with another code."""
    [error] = answer.get("errors") or [{"message": ""}]
    return error.get("extensions", {}).get("code") == "FORBIDDEN" or "does not have permission" in error["message"]
