"""People who were in Twenty before us: adopted where they are the patient, left alone where they are not."""

from __future__ import annotations

from events.decisions import Decided
from tests.consumers.workbench import Bench, appointment, killed_after, patient, patient_id


def stranger(bench: Bench, first: str, last: str, mail: str, **more: object) -> str:
    return bench.add("people", name={"firstName": first, "lastName": last}, emails={"primaryEmail": mail}, **more)


def test_a_stranger_of_the_same_name_and_address_is_the_patient_and_keeps_their_id(bench: Bench) -> None:
    known = stranger(bench, "Ada", "Quist", "ada@x.example", jobTitle="Baker")
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", phones=["+15415550101"]), appointment("7", of="1"))
    tally = bench.sync()
    assert bench.twenty.count("people") == 1
    image = bench.read("people", known)
    assert (image["pbnId"], image["jobTitle"]) == ("fern:patient:1", "Baker")
    assert image["phones"]["primaryPhoneNumber"] == "5415550101"
    assert bench.links("7") == [known]
    assert [d.body["twenty"] for d in bench.decisions.all(Decided.PERSON_PAIRED)] == [known]
    assert tally.dead_letters == 0


def test_later_changes_go_to_the_adopted_person(bench: Bench) -> None:
    known = stranger(bench, "Ada", "Quist", "ada@x.example")
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", birth_date=None))
    bench.sync()
    again = bench.reopened(forget_state=True)
    again.deliver(patient("1", phones=["+15415550101"]))
    again.sync()
    assert again.read("people", known)["phones"]["primaryPhoneNumber"] == "5415550101"
    assert again.twenty.count("people") == 1
    again.close()


def test_what_the_adopted_person_already_says_is_kept(bench: Bench) -> None:
    known = stranger(bench, "Ada", "Quist", "ada@x.example", phones={"primaryPhoneNumber": "+15415559999"})
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", phones=["+15415550101"]))
    tally = bench.sync()
    assert bench.read("people", known)["phones"]["primaryPhoneNumber"] == "5415559999"
    assert [(c.fields, c.kept) for c in tally.conflicts] == [(("phones",), True)]


def test_a_rollback_gives_an_adopted_person_their_earlier_values_back(bench: Bench) -> None:
    stranger(bench, "Ada", "Quist", "ada@x.example", jobTitle="Baker")
    before = bench.content(without=frozenset({"updatedAt", "updatedBy", "position"}))
    bench.deliver(
        patient("1", "Ada", "Quist", mail="ada@x.example", phones=["+15415550101"], status="Active"), appointment("7", of="1")
    )
    bench.sync()
    after = bench.content()
    assert bench.rollback().kept == []
    assert bench.content(without=frozenset({"updatedAt", "updatedBy", "position"})) == before
    bench.sync()
    assert bench.content() == after


def test_somebody_else_with_the_address_keeps_it_and_the_patient_waits(bench: Bench) -> None:
    other = stranger(bench, "Zoe", "Marsh", "ada@x.example")
    before = bench.read("people", other)
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), appointment("7", of="1"))
    bench.sync()
    assert bench.read("people", other) == before
    assert bench.mails("1") == ("", ["ada@x.example"])
    assert bench.waiting() == {patient_id("1"): "address_taken"}
    assert bench.links("7") == [patient_id("1")]


def test_the_patient_gets_the_address_when_somebody_else_gives_it_up(bench: Bench) -> None:
    other = stranger(bench, "Zoe", "Marsh", "ada@x.example")
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"))
    bench.sync()
    bench.edit("people", other, {"emails": {"primaryEmail": "zoe@x.example"}})
    again = bench.reopened()
    again.deliver(patient("2", "Bo", "Vale"))
    again.sync()
    assert again.mails("1") == ("ada@x.example", [])
    assert again.waiting() == {}
    again.close()


def test_a_person_with_a_pbn_id_of_their_own_is_nobody_to_adopt(bench: Bench) -> None:
    other = stranger(bench, "Ada", "Quist", "ada@x.example", pbnId="elm:patient:9")
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"))
    bench.sync()
    assert bench.read("people", other)["pbnId"] == "elm:patient:9"
    assert bench.waiting() == {patient_id("1"): "address_taken"}


def test_a_pairing_survives_a_kill_right_after_the_decision(bench: Bench) -> None:
    known = stranger(bench, "Ada", "Quist", "ada@x.example")
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", phones=["+15415550101"]))
    steps = 0
    while not bench.pairings():
        with killed_after(bench, steps):
            bench.sync()
        steps += 1
    again = bench.reopened()
    again.sync()
    assert again.waiting() == {}
    assert again.read("people", known)["pbnId"] == "fern:patient:1"
    assert again.twenty.count("people") == 1
    again.close()


def test_a_patient_who_is_in_twenty_is_not_paired_with_a_namesake_whose_address_they_get(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"))
    bench.sync()
    namesake = stranger(bench, "Ada", "Quist", "quist@x.example")
    bench.deliver(patient("1", mail="quist@x.example"))
    bench.sync()
    assert bench.mails("1") == ("", ["quist@x.example"])
    assert not bench.read("people", namesake)["pbnId"]
    assert bench.waiting() == {patient_id("1"): "address_taken"}


def test_a_stranger_met_as_somebody_elses_is_still_found_by_the_patient(bench: Bench) -> None:
    bench.deliver(patient("1", "Bo", "Quist", mail="ada@x.example"))
    known = stranger(bench, "Ada", "Quist", "ada@x.example")
    bench.deliver(patient("1", mail="bo@x.example"), patient("2", "Ada", "Quist", mail="ada@x.example"))
    bench.sync()
    assert bench.read("people", known)["pbnId"] == "fern:patient:2"


def test_a_person_whom_an_earlier_project_left_in_the_trash_is_restored_with_their_address(bench: Bench) -> None:
    known = stranger(bench, "Ada", "Quist", "ada@x.example", pbnId="fern:patient:1")
    bench.twenty.soft_delete("people", [known])
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), appointment("7", of="1"))
    bench.sync()
    image = bench.read("people", known)
    assert (image["deletedAt"], bench.twenty.count("people")) == (None, 1)
    assert image["emails"]["primaryEmail"] == "ada@x.example"
    assert bench.waiting() == {}
    assert bench.links("7") == [known]
