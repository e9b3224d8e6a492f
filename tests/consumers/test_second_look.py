"""Refusals that a look at the workspace may cure: duplicates, fields that are gone. Nothing loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from consumers.sync.pairing import Strangers
from consumers.twenty.transport.errors import ServerFault
from consumers.twenty.workspace import Workspace
from events.dead_letters import detail_of
from events.vocabulary.entities import Entity
from projections.destination import destination
from tests.consumers.workbench import (
    KEY,
    Bench,
    appointment,
    claim,
    document,
    family,
    id_of,
    later,
    patient,
    patient_id,
    task_id,
)
from tests.consumers.workbench.model_edits import create_field


def ours_from_before(bench: Bench, plural: str, identity: str, **values: Any) -> str:
    """Return a record that an earlier project made, of which this log knows nothing."""
    bench.twenty.create(plural, [{"id": identity, **values}])
    return identity


# Duplicates


def test_a_record_of_ours_in_the_trash_is_restored_and_updated_not_made_again(bench: Bench) -> None:
    ours_from_before(bench, "tasks", task_id("7"), title="Cleaning", pbnId="fern:appointment:7")
    bench.twenty.soft_delete("tasks", [task_id("7")])
    bench.deliver(patient("1", "Ada", "Quist"), appointment("7", of="1"))
    tally = bench.sync()
    assert (tally.dead_letters, bench.waiting(), bench.lag()) == (0, {}, 0)
    assert bench.has("tasks", task_id("7"))
    assert bench.read("tasks", task_id("7"))["taskType"] == "APPOINTMENT"
    assert bench.links("7") == [patient_id("1")]
    assert tally.writes["restore"] == 1


def test_a_rollback_puts_it_back_into_the_trash(bench: Bench) -> None:
    ours_from_before(bench, "tasks", task_id("7"), title="Cleaning", pbnId="fern:appointment:7")
    bench.twenty.soft_delete("tasks", [task_id("7")])
    before = bench.content()
    bench.deliver(patient("1", "Ada", "Quist"), appointment("7", of="1"))
    bench.sync()
    assert bench.rollback().kept == []
    assert bench.content() == before


def test_a_record_with_our_pbn_id_under_another_id_is_adopted(bench: Bench) -> None:
    other = ours_from_before(bench, "insuranceClaims", str(UUID(int=77, version=4)), pbnId="fern:claim:40")
    bench.deliver(patient("3", "Cleo", "Vale"), claim("40", of="3"))
    assert bench.sync().dead_letters == 0
    assert bench.twenty.count("insuranceClaims") == 1
    assert (bench.read("insuranceClaims", other)["name"], bench.waiting()) == ("C-40", {})
    bench.deliver(claim("40", of="3", number="C-41"))
    bench.sync()
    assert bench.read("insuranceClaims", other)["name"] == "C-41"


def test_what_an_adopted_record_says_already_is_not_overwritten(bench: Bench) -> None:
    other = ours_from_before(
        bench, "insuranceClaims", str(UUID(int=77, version=4)), pbnId="fern:claim:40", name="A person's name for it"
    )
    bench.deliver(patient("3", "Cleo", "Vale"), claim("40", of="3"))
    tally = bench.sync()
    assert bench.read("insuranceClaims", other)["name"] == "A person's name for it"
    assert [(c.fields, c.kept) for c in tally.conflicts] == [(("name",), True)]


def test_an_address_that_somebody_took_in_the_meantime_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our look at the strangers and our write a person makes a contact with the patient's address."""
    meet = Strangers.meet

    def too_early(strangers: Strangers, people: Mapping[UUID, Any], here: frozenset[UUID]) -> bool:
        found = meet(strangers, people, here)
        if not bench.twenty.count("people"):
            bench.add("people", name={"firstName": "Zoe", "lastName": "Marsh"}, emails={"primaryEmail": "ada@x.example"})
        return found

    monkeypatch.setattr(Strangers, "meet", too_early)
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), patient("2", "Bo", "Vale"))
    bench.sync()
    assert bench.mails("1") == ("", ["ada@x.example"])
    assert bench.waiting() == {patient_id("1"): "address_taken"}
    assert bench.has("people", patient_id("2"))


@pytest.mark.parametrize("window", [1, 2, 10_000])
def test_what_hangs_on_a_patient_who_was_refused_once_comes_with_them(bench: Bench, window: int) -> None:
    """The first patient is gone from Twenty, where a person gave the address to a contact: the second patient asks in vain."""
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"))
    bench.sync()
    bench.twenty.destroy("people", [patient_id("1")])
    bench.add("people", name={"firstName": "Zoe", "lastName": "Marsh"}, emails={"primaryEmail": "ada@x.example"})
    bench.deliver(
        patient("1", "Ada", "Quist", mail="new@x.example"),
        patient("2", "Bo", "Vale", mail="ada@x.example"),
        appointment("7", of="2"),
        claim("40", of="2"),
    )
    bench.sync(window=window)
    assert bench.links("7") == [patient_id("2")]
    assert bench.twenty.count("insuranceClaims") == 1
    assert bench.waiting() == {patient_id("2"): "address_taken"}


def test_a_dead_letter_that_hangs_on_a_patient_who_is_refused_once_comes_with_them_in_a_replay(bench: Bench) -> None:
    """Both patients are gone from Twenty, so that a claim became a dead letter; the first one's address is a contact's now."""
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), patient("2", "Bo", "Vale"))
    bench.sync()
    bench.twenty.destroy("people", [patient_id("1"), patient_id("2")])
    bench.deliver(claim("40", of="2"))
    bench.sync()
    assert bench.waiting() == {id_of(Entity.CLAIM, "40"): "missing-relation"}
    bench.add("people", name={"firstName": "Zoe", "lastName": "Marsh"}, emails={"primaryEmail": "ada@x.example"})
    bench.deliver(patient("1", "Ada", "Quist", mail="new@x.example"), patient("2", "Bo", "Vale", mail="ada@x.example"))
    bench.sync()
    bench.replay()
    assert bench.has("insuranceClaims", id_of(Entity.CLAIM, "40"))
    assert bench.waiting() == {patient_id("2"): "address_taken"}


def test_a_duplicate_that_nothing_explains_is_a_dead_letter_with_twentys_words(bench: Bench) -> None:
    bench.twenty.create("people", [{"id": str(UUID(int=5, version=4)), "pbnId": "elm:patient:1"}])
    bench.deliver(patient("1", "Ada", "Quist"))
    create, tries = bench.workspace.create, list[int]()

    def clashes(plural: str, bodies: Sequence[dict[str, Any]]) -> Any:
        if plural == "people":
            tries.append(len(bodies))
            bodies = [{**body, "pbnId": "elm:patient:1"} for body in bodies]
        return create(plural, bodies)

    bench.workspace.create = clashes  # type: ignore[method-assign]
    bench.sync()
    assert tries == [1, 1]
    assert bench.waiting() == {patient_id("1"): "duplicate"}
    [letter] = bench.letters()
    assert detail_of(letter, bench.keys)["detail"]


# An admin changes the data model in mid-run


def admin_removes(bench: Bench, singular: str, field: str | None = None) -> None:
    """Remove it through Twenty's settings, with a client of their own: ours does not hear of it."""
    with Workspace(bench.peoples_url, KEY, rate_limit=0) as settings:
        there = settings.metadata().object(singular)
        if field:
            settings.delete_field(there.field(field).id)
        else:
            settings.delete_object(there.id)


def test_a_field_that_is_removed_in_mid_run_is_left_out_and_everything_else_goes_on(bench: Bench) -> None:
    bench.deliver(*family())
    admin_removes(bench, "person", "dateOfBirth")
    tally = bench.sync()
    assert (tally.dead_letters, bench.waiting(), bench.lag(), bench.open_intents()) == (0, {}, 0, set())
    assert bench.twenty.count("people") == 3
    assert tally.lost == {("people", "dateOfBirth", "missing_field"): 2}
    assert bench.person("1")["mailingAddress"]["addressCity"] == "Bend"
    assert set(bench.live_creates().values()) == {1}


def test_the_data_model_is_read_again_once_a_field_was_refused(bench: Bench) -> None:
    """A run reads it as it settles what was left open, and again for a new word's option: neither happens here."""
    bench.deliver(patient("1", "Ada", "Quist", birth_date=date(1970, 2, 3)))
    bench.sync()
    bench.deliver(patient("2", "Bo", "Vale", birth_date=date(1981, 4, 5)))
    admin_removes(bench, "person", "dateOfBirth")
    tally = bench.sync(settle=False)
    assert (tally.dead_letters, bench.has("people", patient_id("2"))) == (0, True)
    assert tally.lost == {("people", "dateOfBirth", "missing_field"): 1}


def test_it_costs_a_refusal_or_two_not_one_for_each_record(new_bench: Callable[..., Bench]) -> None:
    bench = new_bench(in_flight=4)
    bench.workspace.batch_size = 20
    bench.deliver(*(patient(str(n), f"P{n}", "Vale", status="Active") for n in range(200)), appointment("7", of="1"))
    admin_removes(bench, "person", "patientStatus")
    assert bench.sync().dead_letters == 0
    assert bench.twenty.count("people") == 200
    assert bench.links("7") == [patient_id("1")]
    # ten batches of people, the company, the task, its link; and at most the four in flight when the field was found gone
    assert sum(step.startswith("request create") for step in bench.fate.steps) <= 13 + 4


def test_the_values_of_a_field_that_comes_back_are_brought_by_a_replay(bench: Bench) -> None:
    bench.deliver(*family())
    admin_removes(bench, "person", "dateOfBirth")
    bench.sync()
    with Workspace(bench.peoples_url, KEY, rate_limit=0) as settings:
        create_field(settings, settings.metadata().object("person").id, "dateOfBirth", "Date of Birth", "DATE")
    bench.workspace.metadata(refresh=True)
    assert bench.replay().writes["update"] == 2
    assert bench.person("1")["dateOfBirth"] == "1970-02-03"


def test_the_records_of_an_object_that_is_removed_are_lost_with_a_clear_reason_and_never_sent(bench: Bench) -> None:
    bench.deliver(*family())
    admin_removes(bench, destination().objects["insuranceClaim"].singular)
    tally = bench.sync()
    assert tally.lost == {("insuranceClaims", "", "missing_object"): 1}
    assert (bench.twenty.count("people"), bench.twenty.count("tasks"), bench.lag()) == (3, 2, 0)
    tries = sum("insuranceClaims" in step for step in bench.fate.steps)
    bench.sync()
    assert sum("insuranceClaims" in step for step in bench.fate.steps) == tries


# Words and files


def test_an_operator_who_wants_no_new_options_gets_dead_letters(bench: Bench) -> None:
    bench.refuse_new_words = True
    bench.deliver(patient("1", "Ada", "Quist", insurance_carrier="Granite Dental"), patient("2", "Bo", "Vale"))
    bench.sync()
    assert bench.waiting() == {patient_id("1"): "unknown_option"}
    assert bench.has("people", patient_id("2"))
    [letter] = bench.letters()
    assert detail_of(letter, bench.keys) == {"fields": ["people.insuranceCarrier"]}
    bench.refuse_new_words = False
    bench.retry()
    assert bench.person("1")["insuranceCarrier"] == "GRANITE_DENTAL"


def test_a_document_that_is_too_large_is_a_dead_letter_and_is_never_sent(bench: Bench) -> None:
    bench.largest_file = 3
    bench.deliver(*family())
    bench.sync()
    assert list(bench.waiting().values()) == ["file_too_large"]
    assert bench.workspace.uploads == 0
    bench.largest_file = 4
    bench.retry()
    assert bench.waiting() == {}


def test_a_change_of_a_documents_row_does_not_send_its_bytes_again(bench: Bench) -> None:
    bench.deliver(*family())
    bench.sync()
    bench.deliver(document("50", of="3", created_at=later(3)))
    assert bench.sync().writes["update"] == 1
    assert bench.workspace.uploads == 1


def test_a_document_over_which_twenty_fails_keeps_none_of_the_others_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = bench.workspace.upload

    def fails_over_one(name: str, data: bytes, content_type: str | None = None) -> str:
        if name == "broken.pdf":
            raise ServerFault("Twenty failed to upload a file (INTERNAL_SERVER_ERROR)")
        return upload(name, data, content_type)

    monkeypatch.setattr(bench.workspace, "upload", fails_over_one)
    bench.deliver(*family(), document("51", of="3", file_name="broken.pdf"), document("52", of="3", file_name="no extension"))
    bench.sync()
    assert list(bench.waiting().values()) == ["upload_failed"]
    assert (bench.twenty.count("attachments"), bench.lag()) == (2, 0)
    names = {image["name"] for image in bench.content()["attachments"].values()}
    assert names == {"xray.png", "no extension"}
