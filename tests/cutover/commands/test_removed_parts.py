"""Parts of the data model that went, beside people's work: nothing fails, nothing of theirs is lost, and left out stays so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from consumers.journal.three_way import Take
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.reports.answer import Answer
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions, consume_events
from events.crash_points import CrashPoint
from tests.consumers.reconcile.small_practice import write_extract
from tests.cutover.commands.admin import Admin
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy")
HUMANA = "Humana"


def consume(office: Office) -> dict[str, Any]:
    return dict(office.run(consume_events, follow=False, without_sample=True).document)


def take(office: Office, side: Take, reason: str) -> None:
    office.run(resolve_conflicts, ChosenConflicts(reason=reason), side, INES)


def listed(office: Office) -> set[tuple[str, str, str | None, str]]:
    model = office.run(list_conflicts).document["model"]
    return {(x["object"], x["field"], x["option"], x["reason"]) for x in model}


def person(number: str) -> dict[str, Any]:
    [found] = [one for one in Admin().records("people") if one["pbnId"] == f"elm:patient:{number}"]
    return found


def kept(office: Office, **options: Any) -> list[tuple[str, str]]:
    back = office.run(rollback, RollbackOptions(yes=True, **options)).document
    return [(one["object"], one["reason"]) for one in back["kept"]]


def moved_to_guardian() -> dict[str, list[dict[str, str]]]:
    tables = troubled()
    tables["patient"][3] |= {"CarrierName": "Guardian", "FName": "Dina"}
    return tables


def test_a_rollback_gives_the_rest_back_where_the_option_of_an_earlier_value_is_gone(office: Office) -> None:
    second = office.deliver(2, moved_to_guardian()).document
    Admin().delete_option("person", "insuranceCarrier", HUMANA)
    assert kept(office, run=second["run"]) == []
    di = person("2004")
    assert (di["name"]["firstName"], di["insuranceCarrier"]) == ("Di", None)


def test_a_blank_that_a_person_made_stays_when_another_option_of_the_field_comes_back(office: Office) -> None:
    Admin().change("people", person("2001")["id"], {"insuranceCarrier": None})
    Admin().delete_option("person", "insuranceCarrier", HUMANA)
    consume(office)
    take(office, Take.OURS, "option_removed")
    consume(office)
    assert (person("2001")["insuranceCarrier"], person("2004")["insuranceCarrier"]) == (None, "HUMANA")


def test_a_blank_that_a_person_made_stays_when_the_field_was_off_and_is_on_again(office: Office) -> None:
    Admin().change("people", person("2001")["id"], {"insuranceCarrier": None})
    Admin().change_field("person", "insuranceCarrier", isActive=False)
    consume(office)
    Admin().change_field("person", "insuranceCarrier", isActive=True)
    consume(office)
    assert person("2001")["insuranceCarrier"] is None


@pytest.mark.parametrize("merged", [False, True], ids=["destroyed", "merged"])
def test_a_patient_who_went_where_an_object_was_deleted_stops_no_sync(office: Office, merged: bool) -> None:
    admin, bob = Admin(), person("2002")
    admin.delete_object("insuranceClaim")
    if merged:
        admin.merge("people", [person("2001")["id"], bob["id"]])
    else:
        admin.destroy("people", bob["id"])
    tables = troubled()
    tables["patient"][1] |= {"FName": "Bobby"}
    tables["patient"][0] |= {"FName": "Anna"}
    office.deliver(2, tables)
    assert person("2001")["name"]["firstName"] == "Anna"
    [conflict] = office.run(list_conflicts).document["conflicts"]
    assert conflict["reason"] == ("merged_in_twenty" if merged else "destroyed_in_twenty")


class Killed(BaseException):
    """The process is gone."""


def _killed(session: Session, extract: Path) -> Answer:
    """Sync until a write is intended."""

    def die(point: CrashPoint) -> None:
        if point is CrashPoint.INTENTS_FOLDED:
            raise Killed

    object.__setattr__(session.world, "reached", die)
    return sync(session, [extract], SyncOptions(without_sample=True))


def test_a_write_left_open_by_a_kill_is_settled_where_its_object_was_deleted(office: Office) -> None:
    tables = troubled()
    tables["claim"][0] |= {"ClaimStatus": "Paid"}
    extract = write_extract(office.folder / "day-2", tables, day=2)
    with pytest.raises(Killed):
        office.run(_killed, extract)
    Admin().delete_object("insuranceClaim")
    consume(office)
    assert ("insuranceClaims", "", None, "object_removed") in listed(office)


@pytest.mark.parametrize("side", [Take.THEIRS, None], ids=["left out", "not decided"])
def test_a_field_that_was_removed_does_not_come_back_with_its_object(office: Office, side: Take | None) -> None:
    Admin().delete_field("insuranceClaim", "status")
    consume(office)
    if side is not None:
        take(office, side, "field_removed")
    Admin().delete_object("insuranceClaim")
    consume(office)
    take(office, Take.OURS, "object_removed")
    consume(office)
    assert "status" not in Admin().names("insuranceClaim")
    assert Admin().records("insuranceClaims")
    assert listed(office) == (set() if side else {("insuranceClaims", "status", None, "field_removed")})


def test_an_option_that_was_left_out_does_not_come_back_with_its_field(office: Office) -> None:
    Admin().delete_option("person", "insuranceCarrier", HUMANA)
    consume(office)
    take(office, Take.THEIRS, "option_removed")
    Admin().delete_field("person", "insuranceCarrier")
    consume(office)
    take(office, Take.OURS, "field_removed")
    consume(office)
    assert Admin().labels("person", "insuranceCarrier") == ["Guardian"]
    assert (person("2001")["insuranceCarrier"], person("2004")["insuranceCarrier"]) == ("GUARDIAN", None)
    assert listed(office) == set()


@pytest.mark.parametrize("by", ["a choice", "schema apply"])
def test_a_field_comes_back_with_the_options_of_words_that_came_later(office: Office, by: str) -> None:
    tables = troubled()
    tables["patient"][3] |= {"CarrierName": "Aetna"}
    office.deliver(2, tables)
    assert person("2004")["insuranceCarrier"] == "AETNA"
    Admin().delete_field("person", "insuranceCarrier")
    consume(office)
    if by == "a choice":
        take(office, Take.OURS, "field_removed")
    else:
        office.run(schema_apply)
    consume(office)
    assert person("2004")["insuranceCarrier"] == "AETNA"
    assert listed(office) == set()
    assert office.run(schema_apply).document["steps"] == []


def test_what_people_wrote_in_a_field_before_it_was_switched_off_keeps_the_record(office: Office) -> None:
    Admin().change("people", person("2004")["id"], {"insuranceCarrier": "GUARDIAN"})
    Admin().change_field("person", "insuranceCarrier", isActive=False)
    assert ("people", "edited_in_twenty") in kept(office, everything=True)
    assert person("2004")["insuranceCarrier"] == "GUARDIAN"


def test_a_rollback_gives_back_the_earlier_value_of_a_field_that_is_switched_off(office: Office) -> None:
    second = office.deliver(2, moved_to_guardian()).document
    Admin().change_field("person", "insuranceCarrier", isActive=False)
    assert kept(office, run=second["run"]) == []
    assert person("2004")["insuranceCarrier"] == "HUMANA"


def test_a_claim_of_an_object_that_is_switched_off_keeps_its_patient(office: Office) -> None:
    [claim, *_] = Admin().records("insuranceClaims")
    Admin().change("insuranceClaims", claim["id"], {"name": "Call the carrier"})
    Admin().change_object("insuranceClaim", isActive=False)
    assert ("people", "built_on_in_twenty") in kept(office, everything=True)
    [held] = [one for one in Admin().records("insuranceClaims") if one["id"] == claim["id"]]
    assert held["patientId"] == claim["patientId"]


def test_without_a_state_of_its_own_nothing_else_comes_back(office: Office) -> None:
    Admin().delete_option("person", "insuranceCarrier", HUMANA)
    consume(office)
    take(office, Take.OURS, "option_removed")
    consume(office)
    Admin().change("people", person("2001")["id"], {"insuranceCarrier": None})
    for file in Path(office.project / ".cutover").glob("state.db*"):
        file.unlink()
    consume(office)
    assert person("2001")["insuranceCarrier"] is None


def test_the_records_of_an_object_that_went_twice_come_back_twice(office: Office) -> None:
    claims = len(Admin().records("insuranceClaims"))
    Admin().delete_object("insuranceClaim")
    consume(office)
    take(office, Take.OURS, "object_removed")
    consume(office)
    assert len(Admin().records("insuranceClaims")) == claims > 0
    Admin().delete_object("insuranceClaim")
    office.run(schema_apply)  # before a sync has met that it is gone
    tables = troubled()
    for row in tables["claim"]:
        row["ClaimStatus"] = "Paid"
    office.deliver(2, tables)
    assert len(Admin().records("insuranceClaims")) == claims
    assert office.run(list_conflicts).document["conflicts"] == []
