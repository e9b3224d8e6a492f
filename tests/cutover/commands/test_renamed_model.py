"""Renamings by people: writes, comparisons and rollbacks find what was renamed by its metadata id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.schema import schema_apply, schema_check, schema_plan
from cutover.commands.oversight.conflicts import list_conflicts
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Renaming:
    """A renaming: the change, and a column of people with a value of a carrier, by their names in Twenty after it."""

    change: Callable[[Admin], None]
    column: str = "insuranceCarrier"
    own: str = "HUMANA"


def _object(admin: Admin) -> None:
    admin.change_object(
        "treatmentPlan", nameSingular="carePlan", namePlural="carePlans", labelSingular="Care Plan", labelPlural="Care Plans"
    )


def _exchanged(admin: Admin) -> None:
    """Exchange the names of two fields."""
    admin.change_field("person", "insuranceCarrier", name="spare", label="Spare")
    admin.change_field("person", "referralSource", name="insuranceCarrier", label="Insurance Carrier")
    admin.change_field("person", "spare", name="referralSource", label="Referral Source")


def _given_away(admin: Admin) -> None:
    """Rename a field, and give its name to a field of the people's own."""
    admin.change_field("person", "insuranceCarrier", name="carrier", label="Carrier")
    person = admin.objects()["person"]["id"]
    admin._send("POST", "fields", {"objectMetadataId": person, "name": "insuranceCarrier", "label": "Mine", "type": "TEXT"})


RENAMINGS = {
    "an option's label": Renaming(lambda a: a.rename_option("person", "insuranceCarrier", "Humana", "Humana Inc.")),
    "an option's label and value": Renaming(
        lambda a: a.rename_option("person", "insuranceCarrier", "Humana", "Humana Inc.", "HUMANA_INC"), own="HUMANA_INC"
    ),
    "two options' labels, exchanged": Renaming(
        lambda a: (
            a.rename_option("person", "insuranceCarrier", "Humana", "Other"),
            a.rename_option("person", "insuranceCarrier", "Guardian", "Humana"),
            a.rename_option("person", "insuranceCarrier", "Other", "Guardian"),
        )  # type: ignore[arg-type, return-value]
    ),
    "a field's label": Renaming(lambda a: a.change_field("person", "insuranceCarrier", label="Carrier")),
    "a field's label and name": Renaming(
        lambda a: a.change_field("person", "insuranceCarrier", label="Carrier", name="carrier"), column="carrier"
    ),
    "a field whose name is taken": Renaming(_given_away, column="carrier"),
    "two fields' names, exchanged": Renaming(_exchanged, column="referralSource"),
    "a relation's label and name": Renaming(
        lambda a: a.change_field("person", "primaryProvider", label="Dentist", name="dentist"), column="dentistId", own=""
    ),
    "an object's labels and names": Renaming(_object),
}


@pytest.fixture(params=RENAMINGS.values(), ids=RENAMINGS.keys())
def renamed(request: pytest.FixtureRequest, office: Office) -> Renaming:
    """Yield a renaming that was done after the first day."""
    renaming: Renaming = request.param
    renaming.change(Admin())
    return renaming


def later(day: int = 2) -> dict[str, list[dict[str, str]]]:
    """Return the tables of a day on which a name, a carrier and a dentist changed, and a patient came."""
    tables = troubled()
    tables["patient"][3] |= {"FName": "Dina"}
    tables["patient"][0] |= {"CarrierName": "Humana", "PriProv": "12"}
    tables["patient"].append(tables["patient"][4] | {"PatNum": "2006", "FName": "Flo", "Email": "flo@home.example"})
    return tables


def model() -> dict[str, Any]:
    """Return what the data model holds, with its names, leaving positions and times aside."""
    return {
        one["id"]: (
            one["nameSingular"],
            one["namePlural"],
            sorted((f["id"], f["name"], tuple((o["id"], o["value"]) for o in f["options"] or ())) for f in one["fields"]),
        )
        for one in Admin().objects().values()
    }


def test_what_was_renamed_is_written_and_not_made_again(office: Office, renamed: Renaming) -> None:
    before = model()
    office.deliver(2, later())
    assert model() == before
    held = {one["pbnId"]: one[renamed.column] for one in Admin().records("people")}
    if renamed.own:
        assert {held[f"elm:patient:{number}"] for number in (2001, 2004, 2006)} == {renamed.own}
    else:  # the dentist of one is a member, that of the other is none
        assert held["elm:patient:2002"] not in (None, held["elm:patient:2001"])
    assert office.run(list_conflicts).document["conflicts"] == []
    assert office.run(list_conflicts).document["model"] == []


def test_what_was_renamed_is_compared_and_replayed_without_a_difference(office: Office, renamed: Renaming) -> None:
    office.deliver(2, later())
    for found in office.run(reconcile).document["objects"]:
        if found["object"] == "attachments":  # too large, or not there
            continue
        assert (found["missing"], found["different"], found["edited"]) == (0, 0, 0), found
    replayed = office.run(replay, "start", None, None, dry_run=False).document
    assert replayed["writes"]["update"] == replayed["writes"]["create"] == 0
    assert office.run(schema_check).document["drift"] == []
    assert all(item["action"] == "ADOPT" for item in office.run(schema_plan).document["items"])
    assert office.run(schema_apply).document["steps"] == []


def test_what_was_renamed_is_taken_back(office: Office, renamed: Renaming) -> None:
    office.deliver(2, later())
    back = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert [one for one in back["kept"] if one["reason"] not in ("fields-of-others",)] == []
    assert [one for one in Admin().records("people") if str(one.get("pbnId") or "").startswith("elm:")] == []
    assert {"treatmentPlan", "carePlan", "balance"}.isdisjoint(Admin().objects())
    assert {"pbnId", "carrier", "dentist", "primaryProvider", "referralSource"}.isdisjoint(Admin().names("person"))


def test_a_persons_edit_of_a_renamed_field_stays(office: Office, tmp_path: Path) -> None:
    admin = Admin()
    admin.change_field("person", "insuranceCarrier", label="Carrier", name="carrier")
    [di] = [one["id"] for one in admin.records("people") if one["pbnId"] == "elm:patient:2004"]
    admin.change("people", di, {"carrier": "GUARDIAN"})
    changed = troubled()
    changed["patient"][3] |= {"CarrierName": ""}
    office.deliver(2, changed)
    [conflict] = office.run(list_conflicts).document["conflicts"]
    assert (conflict["field"], conflict["reason"]) == ("insuranceCarrier", "edited_in_twenty")
    kept = office.run(rollback, RollbackOptions(everything=True, yes=True)).document["kept"]
    assert [one["fields"] for one in kept if one["object"] == "people"] == [["insuranceCarrier"]]
