"""Reconciling a practice with a workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from consumers.reconcile import reconciliation
from consumers.reconcile.reconciliation import Discrepancies, Discrepancy
from consumers.state.fold import ADDRESS_TAKEN
from consumers.state.view_rows import WAITING
from consumers.twenty.workspace import Workspace
from events.log.port import CHANGES, Commit
from events.vocabulary.entities import Entity
from tests.consumers.reconcile.small_practice import Migration, tables, write_extract


def records(found: Discrepancies) -> list[tuple[str | None, tuple[str, ...]]]:
    """Return the pbnIds and fields of what is listed, whose number must be the count."""
    assert found.count == len(found.listed)
    return sorted((d.pbn_id, d.fields) for d in found.listed)


def test_nothing_differs_after_a_sync(migration: Migration) -> None:
    found = migration.reconcile()
    assert found.agrees
    assert {one.object: (one.source, one.twenty) for one in found.objects} == {
        "companies": (1, 1),
        "people": (5, 5),
        "tasks": (3, 3),
        "notes": (1, 1),
        "insuranceClaims": (2, 2),
        "taskTargets": (3, 3),
        "noteTargets": (1, 1),
        "attachments": (1, 1),
    }


def test_small_pages_find_the_same(migration: Migration) -> None:
    assert migration.reconcile(page=2) == migration.reconcile()


def test_a_page_is_read_in_one_request(migration: Migration) -> None:
    context = migration.engine.context()
    before = migration.workspace.requests
    migration.reconcile()
    own_context = 1
    page, counted = 1, 8
    assert context.practice.id == "elm"
    assert migration.workspace.requests - before == own_context + page + counted


def test_a_page_asks_for_the_columns_that_its_records_want(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Mapping[str, Collection[str]]] = []

    def reading(self: Workspace, ids: Mapping[str, list[str]], *, deleted: bool, fields: dict[str, set[str]]) -> Any:
        asked.append(fields)
        return read_several(self, ids, deleted=deleted, fields=fields)

    read_several = Workspace.read_several
    monkeypatch.setattr(Workspace, "read_several", reading)
    assert migration.reconcile().agrees
    assert asked[0]["taskTargets"] == {"id", "pbnId", "deletedAt", "taskId", "targetPersonId"}


def test_it_counts_what_pbn_has_and_what_is_missing(migration: Migration) -> None:
    person = migration.object("people")
    assert (person.object, person.source, person.missing.count) == ("people", 5, 0)


def test_the_details_name_records_and_fields(migration: Migration) -> None:
    identity = migration.id(Entity.PATIENT, "2001")
    migration.workspace.update("people", identity, {"dateOfBirth": "1970-01-01"})
    edited = migration.object("people").edited
    assert edited == Discrepancies(1, (Discrepancy(pbn_id="elm:patient:2001", twenty_id=identity, fields=("dateOfBirth",)),))


def test_population_is_the_share_of_records_with_a_value(migration: Migration) -> None:
    population = migration.object("people").population
    assert population["name"] == 1.0
    assert population["emails"] == 0.8  # one of five has none
    assert population["phones"] == 0.8
    assert population["insuranceCarrier"] == 0.8
    assert population["pbnId"] == 1.0


def test_fields_that_no_extract_has_are_reported_as_empty(migration: Migration) -> None:
    assert migration.object("people").population["referralSource"] == 0.0


@pytest.mark.parametrize(("how", "fields"), [("destroy", ()), ("soft_delete", ("deletedAt",))])
def test_a_record_that_twenty_lost_is_missing(migration: Migration, how: str, fields: tuple[str, ...]) -> None:
    getattr(migration.workspace, how)("insuranceClaims", [migration.id(Entity.CLAIM, "5001")])
    claims = migration.object("insuranceClaims")
    assert (claims.source, claims.twenty) == (2, 1)
    assert records(claims.missing) == [("elm:claim:5001", fields)]
    assert not migration.reconcile().agrees


def test_a_field_that_a_person_edited_is_no_difference(migration: Migration) -> None:
    ann = migration.id(Entity.PATIENT, "2001")
    migration.workspace.update("people", ann, {"name": {"firstName": "Anna", "lastName": "Lee"}})
    people = migration.object("people")
    assert records(people.edited) == [("elm:patient:2001", ("name",))]
    assert people.different.count == 0
    assert people.agrees


def test_a_value_that_was_never_written_is_a_difference(migration: Migration, tmp_path: Path) -> None:
    """The log knows a later revision than Twenty has: it was produced, folded, and not carried."""
    changed = tables()
    changed["patient"][0]["Birthdate"] = "1981-01-31"
    migration.produce(write_extract(tmp_path / "day-2", changed, day=2))
    assert migration.reconcile().behind == 1
    migration.log.append([], [Commit(group=migration.group, topic=CHANGES, offsets=migration.log.ends(CHANGES))])
    migration.catch_up()
    found = migration.reconcile()
    assert found.behind == 0
    people = next(one for one in found.objects if one.object == "people")
    assert records(people.different) == [("elm:patient:2001", ("dateOfBirth",))]


def test_a_record_soft_deleted_by_a_sync_agrees(migration: Migration, tmp_path: Path) -> None:
    later = tables()
    later["appointment"].pop()
    migration.producer.deletion_limit = 1.0
    migration.sync(write_extract(tmp_path / "day-2", later, day=2))
    found = {one.object: one for one in migration.reconcile().objects}
    assert (found["tasks"].source, found["tasks"].twenty, found["taskTargets"].twenty) == (2, 2, 2)
    assert all(one.agrees for one in found.values())


def test_a_deleted_record_that_is_live_in_twenty_is_extra(migration: Migration, tmp_path: Path) -> None:
    later = tables()
    later["appointment"].pop()
    migration.producer.deletion_limit = 1.0
    migration.sync(write_extract(tmp_path / "day-2", later, day=2))
    migration.workspace.restore("tasks", [migration.id(Entity.APPOINTMENT, "3003")])
    found = {one.object: one for one in migration.reconcile().objects}
    assert (found["tasks"].source, found["tasks"].twenty) == (2, 3)
    assert records(found["tasks"].extra) == [("elm:appointment:3003", ())]


def test_a_record_of_this_practice_that_pbn_never_had_is_extra(migration: Migration) -> None:
    migration.workspace.create("insuranceClaims", [{"name": "stray", "pbnId": "elm:claim:1"}])
    assert records(migration.object("insuranceClaims").extra) == [("elm:claim:1", ())]


def test_extras_among_very_many_records_are_listed_in_parts(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.reconcile.extras._AT_ONCE", 1)
    strays = ["elm:claim:1", "elm:claim:12", "elm:claim:A"]
    migration.workspace.create("insuranceClaims", [{"name": "stray", "pbnId": pbn_id} for pbn_id in strays])
    claims = migration.object("insuranceClaims")
    assert (claims.source, claims.twenty) == (2, 5)
    assert sorted(str(d.pbn_id) for d in claims.extra.listed) == strays


def test_records_of_others_are_none_of_ours(migration: Migration) -> None:
    migration.workspace.create("insuranceClaims", [{"name": "theirs"}, {"name": "another", "pbnId": "oak:claim:5001"}])
    claims = migration.object("insuranceClaims")
    assert claims.agrees
    assert claims.twenty == 2


def test_a_missing_link_is_missing(migration: Migration) -> None:
    links = migration.workspace.find("taskTargets", {"taskId": {"eq": migration.id(Entity.APPOINTMENT, "3001")}})
    migration.workspace.destroy("taskTargets", [links[0]["id"]])
    targets = migration.object("taskTargets")
    assert (targets.source, targets.twenty) == (3, 2)
    assert targets.missing.listed == (Discrepancy(pbn_id=None, twenty_id=links[0]["id"]),)


def test_a_link_that_moved_and_came_back_is_extra(migration: Migration, tmp_path: Path) -> None:
    moved = tables()
    moved["appointment"][0]["PatNum"] = "2003"
    before = migration.workspace.find("taskTargets", {"taskId": {"eq": migration.id(Entity.APPOINTMENT, "3001")}})
    migration.sync(write_extract(tmp_path / "day-2", moved, day=2))
    assert migration.object("taskTargets").agrees
    migration.workspace.restore("taskTargets", [before[0]["id"]])
    assert migration.object("taskTargets").extra.listed == (Discrepancy(pbn_id=None, twenty_id=before[0]["id"]),)


def test_a_record_without_its_patient_waits_and_is_not_missing(migration: Migration, tmp_path: Path) -> None:
    more = tables()
    more["appointment"].append({**more["appointment"][0], "AptNum": "3009", "PatNum": "2999"})
    migration.sync(write_extract(tmp_path / "day-2", more, day=2))
    tasks = migration.object("tasks")
    assert (tasks.source, tasks.twenty, tasks.missing.count) == (3, 3, 0)
    assert records(tasks.waiting) == [("elm:appointment:3009", ())]


def test_an_address_that_another_holds_is_no_difference(migration: Migration, tmp_path: Path) -> None:
    """A stranger has the address: our patient keeps it among the additional ones, and waits for it."""
    migration.workspace.create("people", [{"emails": {"primaryEmail": "new@home.example"}}])
    changed = tables()
    changed["patient"][0]["Email"] = "new@home.example"
    migration.sync(write_extract(tmp_path / "day-2", changed, day=2))
    ann = UUID(migration.id(Entity.PATIENT, "2001")).bytes
    head = migration.view.heads([ann])[ann]
    migration.view.save(heads=[replace(head, status=WAITING, reason=ADDRESS_TAKEN)])
    assert migration.object("people").agrees


def test_a_word_that_lost_its_option_is_a_difference(migration: Migration) -> None:
    field = migration.workspace.metadata().object("person").field("insuranceCarrier")
    kept = [o for o in field.options if o.label != "Humana"]
    migration.workspace.set_options(field.id, kept, drop=True)
    people = migration.object("people")
    lost = {d.pbn_id for d in (*people.different.listed, *people.edited.listed) if "insuranceCarrier" in d.fields}
    assert lost == {"elm:patient:2004", "elm:patient:2005"}


def test_a_file_that_a_person_replaced_is_edited(migration: Migration) -> None:
    file = migration.workspace.upload("other.txt", b"something else")
    document = migration.id(Entity.DOCUMENT, "9001")
    migration.workspace.update("attachments", document, {"file": [{"fileId": file, "label": "other.txt"}]})
    assert records(migration.object("attachments").edited) == [("elm:document:9001", ("file",))]


def test_people_who_were_erased_are_left_out(migration: Migration) -> None:
    migration.keys.forget(UUID(migration.id(Entity.PATIENT, "2005")).bytes)
    found = migration.reconcile()
    assert found.forgotten == 1
    people = next(one for one in found.objects if one.object == "people")
    assert (people.source, people.twenty, people.extra.count) == (4, 5, 0)


def test_more_than_can_be_listed_is_counted(migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.reconcile.tally.LISTED", 1)
    ids = [migration.id(Entity.CLAIM, number) for number in ("5001", "5002")]
    migration.workspace.destroy("insuranceClaims", ids)
    missing = migration.object("insuranceClaims").missing
    assert (missing.count, len(missing.listed)) == (2, 1)
    assert reconciliation.LISTED > 1


def test_an_object_that_the_workspace_does_not_have_is_missing_whole(migration: Migration) -> None:
    claims = migration.workspace.metadata().object("insuranceClaims")
    migration.workspace.delete_object(claims.id)
    found = migration.object("insuranceClaims")
    assert (found.source, found.twenty, found.missing.count) == (2, 0, 2)
