"""People rename, switch off and delete parts of the data model of a real Twenty: followed, found, brought back, taken back.

It needs an EMPTY workspace of its own in CUTOVER_TEST_TWENTY_URL and CUTOVER_TEST_TWENTY_KEY, as `test_whole_migration` does,
and leaves it as it was. It keeps to CUTOVER_TEST_TWENTY_RATE requests a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.journal.three_way import Take
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import SyncOptions, consume_events
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled
from tests.interoperability.real_twenty import KEY, approved_office, needs_twenty, without_sample_workflow

pytestmark = needs_twenty

EVERYTHING = ChosenConflicts(everything=True)
INES = NamedPerson(by="Ines Abernathy")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a project whose first day is in the workspace; in the end everything is taken back."""
    with without_sample_workflow() as workspace:
        yield from _with_first_day(tmp_path, monkeypatch, next(one.email for one in workspace.members() if one.email))


def _with_first_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str) -> Iterator[Office]:
    office, extract = approved_office(tmp_path, monkeypatch, owner, UPLOAD_LIMIT="1")
    office.run(schema_apply)
    office.run(sync, [extract], SyncOptions(without_sample=True))
    yield office
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True, force=True))


def listed(office: Office) -> list[tuple[str, str, str | None, str]]:
    model = office.run(list_conflicts).document["model"]
    return [(one["object"], one["field"], one["option"], one["reason"]) for one in model]


def people(column: str) -> dict[str, Any]:
    return {one["pbnId"]: one.get(column) for one in Admin(KEY).records("people") if one.get("pbnId")}


def consume(office: Office) -> dict[str, Any]:
    return dict(office.run(consume_events, follow=False, without_sample=True).document)


def test_what_people_do_to_the_data_model(office: Office) -> None:
    admin = Admin(KEY)
    before = people("insuranceCarrier")
    assert before["elm:patient:2004"] == "HUMANA"

    # renamed: an option's label and value, a field's label and name, a relation's, an object's
    admin.rename_option("person", "insuranceCarrier", "Humana", "Humana Inc.", "HUMANA_INC")
    admin.change_field("person", "insuranceCarrier", label="Carrier", name="carrier")
    admin.change_object(
        "insuranceClaim",
        nameSingular="payerClaim",
        namePlural="payerClaims",
        labelSingular="Payer claim",
        labelPlural="Payer claims",
    )
    names = {one["id"]: {f["id"] for f in one["fields"]} for one in admin.objects().values()}
    changed = troubled()
    changed["patient"][0] |= {"CarrierName": "Humana", "FName": "Anna"}
    changed["claim"][0] |= {"ClaimStatus": "Paid"}
    office.deliver(2, changed)
    assert listed(office) == []
    assert office.run(list_conflicts).document["conflicts"] == []
    assert people("carrier")["elm:patient:2001"] == "HUMANA_INC"
    assert {one["id"]: {f["id"] for f in one["fields"]} for one in admin.objects().values()} == names
    assert office.run(replay, "start", None, None, dry_run=False).document["writes"]["update"] == 0
    assert all(item["action"] == "ADOPT" for item in office.run(schema_plan).document["items"])

    # switched off: found, nothing fails; switched on again it gets what it missed
    admin.change_field("person", "carrier", isActive=False)
    changed["patient"][1] |= {"CarrierName": "Humana"}
    office.deliver(3, changed)
    assert listed(office) == [("people", "insuranceCarrier", None, "field_deactivated")]
    admin.change_field("person", "carrier", isActive=True)
    consume(office)
    assert listed(office) == []
    assert people("carrier")["elm:patient:2002"] == "HUMANA_INC"

    # deleted: an option, a field, an object; found, not made again, brought back with all values
    held, claims = people("dateOfBirth"), len(admin.records("payerClaims"))
    assert claims > 0
    admin.delete_option("person", "carrier", "Humana Inc.")
    admin.change_field("person", "dateOfBirth", isActive=False)
    admin.delete_field("person", "dateOfBirth")
    admin.change_object("payerClaim", isActive=False)
    admin.delete_object("payerClaim")
    changed["patient"][2] |= {"FName": "Cyrus"}
    office.deliver(4, changed)
    missing = {
        ("people", "insuranceCarrier", "Humana", "option_removed"),
        ("people", "dateOfBirth", None, "field_removed"),
        ("insuranceClaims", "", None, "object_removed"),
    }
    assert set(listed(office)) == missing
    assert "dateOfBirth" not in admin.names("person")
    office.run(resolve_conflicts, EVERYTHING, Take.OURS, INES)
    consume(office)
    assert listed(office) == []
    assert people("dateOfBirth") == held
    assert people("carrier")["elm:patient:2004"] == "HUMANA"
    assert len(admin.records("insuranceClaims")) == claims

    # deleted and left so: what Twenty emptied is no edit, and everything goes
    admin.delete_option("person", "carrier", "Humana")
    admin.delete_field("person", "dateOfBirth")
    consume(office)
    office.run(resolve_conflicts, EVERYTHING, Take.THEIRS, INES)
    made = office.run(schema_apply).document["steps"]
    assert {one["kind"] for one in made} <= {"SHOW_FIELD", "MOVE_NAVIGATION"}, "claims that were made again"
    assert {"dateOfBirth", "Humana"}.isdisjoint(admin.names("person") | set(admin.labels("person", "carrier")))
    back = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert back["kept"] == []
    assert people("pbnId") == {}
    assert {"insuranceClaim", "payerClaim", "treatmentPlan"}.isdisjoint(admin.objects())
    assert {"carrier", "insuranceCarrier", "dateOfBirth", "pbnId"}.isdisjoint(admin.names("person"))


def test_what_is_switched_off_is_read_and_written_all_the_same(office: Office) -> None:
    """A person's value in such a field keeps its record, a rollback gives earlier values back to it, and its records point."""
    admin = Admin(KEY)
    changed = troubled()
    changed["patient"][3] |= {"CarrierName": "Guardian"}
    second = office.deliver(2, changed).document
    [di] = [one["id"] for one in admin.records("people") if one.get("pbnId") == "elm:patient:2004"]
    [claim, *_] = admin.records("insuranceClaims")
    admin.change("people", di, {"dateOfBirth": "1999-09-09"})
    admin.change("insuranceClaims", claim["id"], {"name": "Call the carrier"})
    admin.change_field("person", "insuranceCarrier", isActive=False)
    admin.change_field("person", "dateOfBirth", isActive=False)
    admin.change_object("insuranceClaim", isActive=False)
    assert office.run(rollback, RollbackOptions(run=second["run"], yes=True)).document["kept"] == []
    assert people("insuranceCarrier")["elm:patient:2004"] == "HUMANA"
    kept = office.run(rollback, RollbackOptions(everything=True, yes=True)).document["kept"]
    found = {(one["object"], one["pbnId"], one["reason"]) for one in kept}
    assert ("people", "elm:patient:2004", "edited_in_twenty") in found
    assert ("insuranceClaims", claim["pbnId"], "edited_in_twenty") in found
    assert "built_on_in_twenty" in {reason for name, _, reason in found if name == "people"}
    [held] = [one for one in admin.records("insuranceClaims") if one["id"] == claim["id"]]
    assert held["patientId"] == claim["patientId"]
    admin.change_object("insuranceClaim", isActive=True)
    for name in ("insuranceCarrier", "dateOfBirth"):
        admin.change_field("person", name, isActive=True)
