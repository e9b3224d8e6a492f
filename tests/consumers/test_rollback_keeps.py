"""Records that a rollback leaves alone: people changed them since, or built upon them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from consumers.rollback.scopes import OfRun
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused
from tests.consumers.workbench import (
    Bench,
    appointment,
    claim,
    family,
    id_of,
    link_id,
    note,
    patient,
    patient_id,
    plan,
    task_id,
)
from tests.consumers.workbench.model_edits import create_field


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(*family())
    bench.sync()
    return bench


def kept(bench: Bench, **about: bool) -> set[tuple[str, str | None, str]]:
    return {(k.object, k.pbn_id, k.reason) for k in bench.rollback(**about).kept}  # type: ignore[arg-type]


COMPANY = ("companies", "fern:practice:fern", "built_on_in_twenty")


def test_a_record_that_a_person_edited_stays_and_so_does_what_it_hangs_on(carried: Bench) -> None:
    claims = id_of(claim("40", of="3").entity, "40")
    carried.edit("insuranceClaims", claims, {"carrier": "Granite"})
    assert kept(carried) == {
        ("insuranceClaims", "fern:claim:40", "edited_in_twenty"),
        ("people", "fern:patient:3", "built_on_in_twenty"),
        COMPANY,
    }
    assert carried.has("insuranceClaims", claims)
    assert carried.has("people", patient_id("3"))
    assert not carried.has("people", patient_id("1"))


def test_a_task_that_a_person_edited_keeps_its_link_and_its_person(carried: Bench) -> None:
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    assert ("people", "fern:patient:1", "built_on_in_twenty") in kept(carried)
    assert carried.links("10") == [patient_id("1")]
    assert carried.person("1")["name"]["firstName"] == "Ada"


def test_a_link_that_we_deleted_goes_although_its_task_stays(carried: Bench) -> None:
    """The appointment moved to another patient: its first link would stay in the trash for good."""
    carried.deliver(appointment("10", of="2"))
    carried.sync()
    carried.edit("tasks", task_id("10"), {"title": "Call first!"})
    carried.edit("people", patient_id("1"), {"jobTitle": "Baker"})  # else the link would go with the patient
    first = link_id("10", "1")
    assert carried.twenty.read("taskTargets", [first], deleted=True)[first]["deletedAt"]
    assert ("tasks", "fern:appointment:10", "edited_in_twenty") in kept(carried)
    assert carried.links("10") == [patient_id("2")]
    assert first not in carried.twenty.read("taskTargets", [first], deleted=True)


def test_a_value_that_a_person_added_counts_as_an_edit(carried: Bench) -> None:
    carried.edit("people", patient_id("3"), {"jobTitle": "Baker"})
    assert ("people", "fern:patient:3", "edited_in_twenty") in kept(carried)


def test_what_the_workspace_fills_in_by_itself_is_no_edit(bench: Bench) -> None:
    person = bench.workspace.metadata().object("person")
    create_field(bench.twenty, person.id, "newsletter", "Newsletter", "BOOLEAN", default=True)
    bench.workspace.metadata(refresh=True)
    bench.deliver(*family())
    bench.sync()
    assert bench.workspace.read("people", [patient_id("1")])[patient_id("1")]["newsletter"] is True
    assert kept(bench) == set()


@pytest.mark.parametrize("what", ["note", "task", "opportunity"])
def test_a_person_whom_somebody_built_upon_stays(carried: Bench, what: str) -> None:
    if what == "opportunity":
        carried.add("opportunities", name="Implants", pointOfContactId=patient_id("3"))
    else:
        made = carried.add(f"{what}s", title="Call back")
        carried.add(f"{what}Targets", **{f"{what}Id": made, "targetPersonId": patient_id("3")})
    assert kept(carried) == {("people", "fern:patient:3", "built_on_in_twenty"), COMPANY}
    assert carried.has("people", patient_id("3"))


def test_forced_it_goes_all_the_same(carried: Bench) -> None:
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    carried.add("opportunities", name="Implants", pointOfContactId=patient_id("3"))
    assert kept(carried, force=True) == set()
    assert sum(map(len, carried.content().values())) == 0


def test_what_was_kept_goes_when_it_is_forced_later(carried: Bench) -> None:
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    carried.rollback()
    assert kept(carried, force=True) == set()
    assert sum(map(len, carried.content().values())) == 0


def test_a_field_edited_since_stays_the_others_get_their_earlier_values(carried: Bench) -> None:
    position = carried.deliver(patient("1", "Adele", status="Inactive"))
    carried.sync()
    carried.edit("people", patient_id("1"), {"name": {"firstName": "Addie", "lastName": "Quist"}})
    undone = carried.rollback_to(position)
    assert [(k.object, k.pbn_id, k.fields, k.reason) for k in undone.kept] == [
        ("people", "fern:patient:1", ("name",), "edited_in_twenty")
    ]
    image = carried.person("1")
    assert (image["name"]["firstName"], image["patientStatus"]) == ("Addie", "ACTIVE")


def test_a_field_that_stayed_is_overwritten_when_it_is_forced_later(carried: Bench) -> None:
    position = carried.deliver(patient("1", "Adele"))
    carried.sync()
    carried.edit("people", patient_id("1"), {"name": {"firstName": "Addie", "lastName": "Quist"}})
    carried.rollback_to(position)
    assert carried.rollback_to(position, force=True).kept == []
    assert carried.person("1")["name"]["firstName"] == "Ada"


def test_what_stayed_is_carried_on_by_the_next_sync(carried: Bench) -> None:
    before = carried.content()
    carried.edit("insuranceClaims", id_of(claim("40", of="3").entity, "40"), {"carrier": "Granite"})
    carried.rollback()
    tally = carried.sync()
    assert tally.dead_letters == 0
    after = carried.content()
    after["insuranceClaims"] = before["insuranceClaims"]
    assert after == before


def test_patients_with_later_appointments_of_ours_stay_when_only_their_run_is_taken_back(carried: Bench) -> None:
    run = next(carried.compensations()).run
    carried.deliver(appointment("12", of="3"))
    carried.sync()
    undone = carried.rollback(OfRun(run))
    assert ("people", "fern:patient:3") in {(k.object, k.pbn_id) for k in undone.kept}
    assert carried.links("12") == [patient_id("3")]


def test_a_note_that_a_person_deleted_is_no_work_to_be_kept(carried: Bench) -> None:
    carried.twenty.soft_delete("notes", [id_of(note("20", of="1").entity, "20")])
    assert kept(carried) == set()
    assert sum(map(len, carried.content().values())) == 0


def test_a_plan_that_a_person_edited_is_met_as_edited_after_it_stayed(carried: Bench) -> None:
    plans = id_of(plan("30", of="1").entity, "30")
    carried.edit("treatmentPlans", plans, {"name": "Bridges"})
    carried.rollback()
    carried.deliver(plan("30", of="1", name="Implants"))
    assert [c.fields for c in carried.sync().conflicts] == [("name",)]
    assert carried.read("treatmentPlans", plans)["name"] == "Bridges"


def refusing(carried: Bench, monkeypatch: pytest.MonkeyPatch, action: str, refused: str) -> None:
    """Let Twenty refuse every request by ids that names this record."""
    request = getattr(carried.workspace, action)

    def send(plural: str, ids: Sequence[str]) -> list[str]:
        if refused in ids:
            raise Refused("the record is locked", kind=Refusal.OTHER, detail="Twenty's words")
        found: list[str] = request(plural, ids)
        return found

    monkeypatch.setattr(carried.workspace, action, send)
    together = carried.workspace.destroy_several

    def send_together(wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        if action == "destroy" and any(refused in ids for ids in wanted.values()):
            raise Refused("the record is locked", kind=Refusal.OTHER, detail="Twenty's words")
        return together(wanted)

    monkeypatch.setattr(carried.workspace, "destroy_several", send_together)


def test_a_record_that_twenty_refuses_to_destroy_is_kept_and_all_others_go(
    carried: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(carried, monkeypatch, "destroy", task_id("10"))
    assert kept(carried) == {
        ("tasks", "fern:appointment:10", "other"),
        ("people", "fern:patient:1", "built_on_in_twenty"),
        COMPANY,
    }
    assert carried.has("tasks", task_id("10"))
    assert carried.links("10") == [patient_id("1")]
    assert not carried.has("tasks", task_id("11"))
    assert not carried.has("people", patient_id("2"))

    monkeypatch.undo()
    assert kept(carried) == set()
    assert not any(carried.content().values())


def test_a_record_that_twenty_refuses_to_restore_is_kept_and_all_others_come_back(
    carried: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = carried.deliver(gone=[appointment("10", of="1"), appointment("11", of="2")])
    carried.sync()
    refusing(carried, monkeypatch, "restore", task_id("10"))
    undone = carried.rollback_to(position)
    assert {(k.object, k.pbn_id, k.reason) for k in undone.kept} == {("tasks", "fern:appointment:10", "other")}
    assert carried.has("tasks", task_id("11"))
    assert not carried.has("tasks", task_id("10"))


def test_a_record_that_was_destroyed_by_an_attempt_without_an_answer_is_taken_back(
    carried: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = carried.workspace.destroy

    def answered_late(plural: str, ids: Sequence[str]) -> list[str]:
        request(plural, ids)
        found: list[str] = request(plural, ids)
        return found

    together = carried.workspace.destroy_several

    def together_late(wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        together(wanted)
        return together(wanted)

    monkeypatch.setattr(carried.workspace, "destroy", answered_late)
    monkeypatch.setattr(carried.workspace, "destroy_several", together_late)
    undone = carried.rollback()
    assert (undone.undone, undone.kept) == (13, [])


def test_a_record_that_is_gone_is_not_kept_whatever_a_second_attempt_was_refused_for(
    carried: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request destroyed it, and its answer was lost."""
    request = carried.workspace.destroy
    lost = set[str]()

    def destroy(plural: str, ids: Sequence[str]) -> list[str]:
        if plural in lost:
            raise Refused("the record is locked", kind=Refusal.OTHER, detail="Twenty's words")
        lost.add(plural)
        request(plural, ids)
        raise OutcomeUnknown("the answer was lost")

    together = carried.workspace.destroy_several

    def destroy_together(wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        if "together" in lost:
            raise Refused("the record is locked", kind=Refusal.OTHER, detail="Twenty's words")
        lost.update({"together", *wanted})
        together(wanted)
        raise OutcomeUnknown("the answer was lost")

    monkeypatch.setattr(carried.workspace, "destroy", destroy)
    monkeypatch.setattr(carried.workspace, "destroy_several", destroy_together)
    undone = carried.rollback()
    assert (undone.undone, undone.kept) == (13, [])
    assert carried.open_intents() == set()


def test_a_record_that_twenty_refuses_to_delete_again_is_not_counted_as_taken_back(
    carried: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had come back with another value, so that its rollback gives a field back as well."""
    carried.deliver(gone=[patient("3")])
    carried.sync()
    position = carried.deliver(patient("3", "Cleopatra"))
    carried.sync()
    before = carried.undone_intents()
    refusing(carried, monkeypatch, "soft_delete", patient_id("3"))
    undone = carried.rollback_to(position)
    assert {(k.object, k.pbn_id, k.reason) for k in undone.kept} == {("people", "fern:patient:3", "other")}
    assert not carried.person("3")["deletedAt"]
    assert carried.undone_intents() == before

    monkeypatch.undo()
    assert carried.rollback_to(position).kept == []
    assert carried.person("3")["deletedAt"]
    assert carried.person("3")["name"]["firstName"] == "Cleo"


def test_a_record_whose_fields_twenty_refuses_is_not_deleted_again(carried: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    carried.deliver(gone=[patient("3")])
    carried.sync()
    position = carried.deliver(patient("3", "Cleopatra"))
    carried.sync()

    def refused(plural: str, records: Sequence[object]) -> list[object]:
        raise Refused("the record is locked", kind=Refusal.OTHER, detail="Twenty's words")

    monkeypatch.setattr(carried.workspace, "upsert", refused)
    undone = carried.rollback_to(position)
    assert {(k.object, k.pbn_id, k.reason) for k in undone.kept} == {("people", "fern:patient:3", "other")}
    assert not carried.person("3")["deletedAt"]

    monkeypatch.undo()
    assert carried.rollback_to(position).kept == []
    assert carried.person("3")["deletedAt"]
    assert carried.person("3")["name"]["firstName"] == "Cleo"
