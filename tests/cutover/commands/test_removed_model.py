"""Fields, options and objects that people delete or switch off: found, listed, never made again without a decision."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.journal.three_way import Take
from cutover.commands.approvals.schema import schema_apply, schema_check, schema_plan
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import consume_events
from tests.consumers.reconcile.small_practice import Tables
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy")
EVERYTHING = ChosenConflicts(everything=True)
CARRIER, HUMANA = ("people", "insuranceCarrier"), "Humana"


def consume(office: Office) -> dict[str, Any]:
    return dict(office.run(consume_events, follow=False, without_sample=True).document)


def take(office: Office, side: Take) -> None:
    office.run(resolve_conflicts, EVERYTHING, side, INES)


def listed(office: Office) -> list[tuple[str, str, str | None, str]]:
    model = office.run(list_conflicts).document["model"]
    return [(x["object"], x["field"], x["option"], x["reason"]) for x in model]


def held(column: str, plural: str = "people") -> dict[str, Any]:
    return {one["pbnId"]: one.get(column) for one in Admin().records(plural) if one["pbnId"]}


def changed(**patient: str) -> Tables:
    """Return the next day: the fourth patient changed, and a patient came who has the fourth one's carrier."""
    tables = troubled()
    tables["patient"][3] |= patient
    tables["patient"].append(tables["patient"][4] | {"PatNum": "2006", "FName": "Flo", "Email": "flo@home.example"})
    return tables


def kept(office: Office, *, schema: bool = True) -> list[tuple[str, str]]:
    """Take everything back; return what was kept, with its reasons."""
    back = office.run(rollback, RollbackOptions(everything=True, schema=schema, yes=True)).document
    return [(one["object"], one["reason"]) for one in back["kept"]]


def remove(part: str) -> None:
    """Remove or switch off a part of the data model as an admin does."""
    admin = Admin()
    match part:
        case "a field":
            admin.delete_field("person", "insuranceCarrier")
        case "a relation":
            admin.delete_field("insuranceClaim", "patient")
        case "an option":
            admin.delete_option("person", "insuranceCarrier", HUMANA)
        case "an object":
            admin.delete_object("insuranceClaim")
        case "a field, switched off":
            admin.change_field("person", "insuranceCarrier", isActive=False)
        case "an object, switched off":
            admin.change_object("insuranceClaim", isActive=False)


REMOVED = ["a field", "a relation", "an option", "an object"]
SWITCHED_OFF = ["a field, switched off", "an object, switched off"]
REASONS = {
    "a field": "field_removed",
    "a relation": "field_removed",
    "an option": "option_removed",
    "an object": "object_removed",
    "a field, switched off": "field_deactivated",
    "an object, switched off": "object_deactivated",
}


def model() -> dict[str, Any]:
    """Return the data model, with ids, names and whether each part is active."""
    return {
        one["id"]: (
            one["nameSingular"],
            one["isActive"],
            sorted((f["id"], f["isActive"], tuple((o["id"], o["value"]) for o in f["options"] or ())) for f in one["fields"]),
        )
        for one in Admin().objects().values()
    }


@pytest.mark.parametrize("part", [*REMOVED, *SWITCHED_OFF])
def test_what_is_missing_is_listed_and_no_sync_or_replay_makes_it_again(office: Office, part: str) -> None:
    remove(part)
    before = model()
    office.deliver(2, changed(FName="Dina"))
    office.run(replay, "start", None, None, dry_run=False)
    assert [reason for _, _, _, reason in listed(office)] == [REASONS[part]]
    assert model() == before
    [dina] = [one for one in Admin().records("people") if one["pbnId"] == "elm:patient:2004"]
    assert dina["name"]["firstName"] == "Dina"
    assert office.run(list_conflicts).document["conflicts"] == []


@pytest.mark.parametrize("part", REMOVED)
def test_what_was_removed_comes_back_with_all_values_when_a_person_wants_it(office: Office, part: str) -> None:
    plural, column = {
        "a relation": ("insuranceClaims", "patientId"),
        "an object": ("insuranceClaims", "patientId"),
    }.get(part, CARRIER)
    before = held(column, plural)
    assert any(before.values())
    remove(part)
    office.deliver(2, changed(FName="Dina"))
    take(office, Take.OURS)
    consume(office)
    after = held(column, plural)
    assert {name: after[name] for name in before} == before
    if plural == "people":
        assert after["elm:patient:2006"] == before["elm:patient:2004"]
    assert listed(office) == []
    assert office.run(schema_check).document["drift"] == []
    again = consume(office)["writes"]
    assert again["update"] == again["create"] == 0
    assert office.run(schema_apply).document["steps"] == [], "the columns of an object that came back are shown, too"
    assert kept(office) == []


@pytest.mark.parametrize("part", REMOVED)
def test_what_was_left_out_stays_away_whatever_the_mapping_becomes(office: Office, part: str) -> None:
    remove(part)
    consume(office)
    take(office, Take.THEIRS)
    before = model()
    tables = changed(FName="Dina")
    tables["patient"][0] |= {"ReferralSource": "Newspaper", "Occupation": "Baker"}
    office.deliver(2, tables)
    consume(office)
    assert listed(office) == []
    assert office.run(schema_apply).document["steps"] == []
    assert office.run(schema_check).document["drift"] == []
    present = model()
    assert {i: one for i, one in present.items() if i in before}.keys() == before.keys()
    assert "insuranceClaim" not in Admin().objects() or part != "an object"
    assert part != "an option" or HUMANA not in Admin().labels("person", "insuranceCarrier")
    assert part != "a field" or "insuranceCarrier" not in Admin().names("person")


@pytest.mark.parametrize("part", [*REMOVED, *SWITCHED_OFF])
@pytest.mark.parametrize("synced", [False, True], ids=["at once", "after a sync"])
def test_what_twenty_emptied_is_no_edit_of_a_person_for_a_rollback(office: Office, part: str, synced: bool) -> None:
    remove(part)
    if synced:
        office.deliver(2, changed(FName="Dina"))
    stays = kept(office)
    assert {reason for _, reason in stays} <= ({"inactive"} if part == "a field, switched off" else set())
    assert [one for one in Admin().records("people") if str(one.get("pbnId") or "").startswith("elm:")] == []


@pytest.mark.parametrize("part", ["a field", "an option", "an object"])
@pytest.mark.parametrize("by", ["a replay", "a sync"])
def test_schema_apply_makes_it_again_and_the_next_run_brings_the_values(office: Office, part: str, by: str) -> None:
    plural, column = ("insuranceClaims", "patientId") if part == "an object" else CARRIER
    before = held(column, plural)
    remove(part)
    consume(office)
    assert office.run(schema_plan).document["items"]
    office.run(schema_apply)
    if by == "a replay":
        office.run(replay, "start", None, None, dry_run=False)
    else:
        consume(office)
    assert held(column, plural) == before
    consume(office)
    assert listed(office) == []
    assert kept(office) == []


def test_a_field_that_was_made_again_is_empty_and_that_is_no_edit(office: Office) -> None:
    remove("a field")
    office.run(schema_apply)
    found = {one["object"]: one for one in office.run(reconcile).document["objects"]}["people"]
    assert (found["edited"], found["different"] > 0) == (0, True)
    assert kept(office) == []


def test_a_persons_value_in_a_field_that_was_made_again_is_theirs(office: Office) -> None:
    remove("a field")
    office.run(schema_apply)
    [di] = [one["id"] for one in Admin().records("people") if one["pbnId"] == "elm:patient:2004"]
    Admin().change("people", di, {"insuranceCarrier": "GUARDIAN"})
    consume(office)
    assert held("insuranceCarrier")["elm:patient:2004"] == "GUARDIAN"
    [conflict] = office.run(list_conflicts).document["conflicts"]
    assert (conflict["field"], conflict["reason"]) == ("insuranceCarrier", "edited_in_twenty")
    assert ("people", "edited_in_twenty") in kept(office, schema=False)


def test_a_persons_choice_instead_of_a_removed_option_is_theirs(office: Office) -> None:
    remove("an option")
    [di] = [one["id"] for one in Admin().records("people") if one["pbnId"] == "elm:patient:2004"]
    Admin().change("people", di, {"insuranceCarrier": "GUARDIAN"})
    office.deliver(2, changed(FName="Dina"))
    assert held("insuranceCarrier")["elm:patient:2004"] == "GUARDIAN"
    assert ("people", "edited_in_twenty") in kept(office, schema=False)


def test_values_without_their_option_are_counted(office: Office) -> None:
    remove("an option")
    lost = office.deliver(2, changed(FName="Dina")).document["lost"]
    assert {(one["object"], one["field"], one["reason"]): one["count"] for one in lost} == {
        ("people", "insuranceCarrier", "unknown_option"): 2
    }


def test_a_field_that_people_activate_again_gets_the_values_it_missed(office: Office) -> None:
    remove("a field, switched off")
    office.deliver(2, changed(CarrierName="Guardian"))
    assert held("insuranceCarrier")["elm:patient:2004"] == "HUMANA"
    Admin().change_field("person", "insuranceCarrier", isActive=True)
    consume(office)
    assert listed(office) == []
    assert held("insuranceCarrier")["elm:patient:2004"] == "GUARDIAN"
    assert held("insuranceCarrier")["elm:patient:2006"] == "HUMANA"
    assert kept(office) == []


def test_an_option_that_people_made_again_is_used(office: Office) -> None:
    remove("an option")
    consume(office)
    options = Admin().field("person", "insuranceCarrier")["options"]
    new = {"label": HUMANA, "value": "HUMANA_AGAIN", "color": "red", "position": len(options)}
    Admin().change_field("person", "insuranceCarrier", options=[*options, new])
    consume(office)
    assert listed(office) == []
    assert held("insuranceCarrier")["elm:patient:2004"] == "HUMANA_AGAIN"
