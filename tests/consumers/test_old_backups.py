"""A log restored from an older backup: records that it no longer has, and Twenty holds, are adopted, never doubled."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from consumers.sync.projector import SyncTally
from events.vocabulary.records import Record
from tests.consumers.workbench import Bench, appointment, claim, document, note, patient, patient_id, plan

FIRST = [patient("1", "Ada", "Quist", mail="ada@x.example"), appointment("10", of="1")]
LATER = [
    patient("2", "Bo", "Quist", mail=None),
    patient("3", "Cleo", "Vale", mail="cleo@x.example"),
    appointment("11", of="2"),
    note("20", of="3"),
    plan("30", of="2"),
    claim("40", of="3"),
    document("50", of="3"),
]
Restore = Callable[[], Bench]


@pytest.fixture
def restore(bench: Bench) -> Restore:
    """Return a function that gives the bench over the log as it was after the first delivery; the state is deleted with it."""
    backup = bench.folder / "backup"
    bench.deliver(*FIRST)
    bench.sync()
    bench.close()
    backup.mkdir()
    for path in bench.folder.glob("log.db*"):
        shutil.copy2(path, backup / path.name)
    newer = bench.reopened()
    newer.deliver(*LATER)
    newer.sync()
    newer.close()

    def restored() -> Bench:
        for path in newer.folder.glob("log.db*"):
            path.unlink()
        for path in backup.glob("log.db*"):
            shutil.copy2(path, newer.folder / path.name)
        return newer.reopened(forget_state=True)

    return restored


def carried_again(bench: Bench, *records: Record) -> SyncTally:
    bench.deliver(*records)
    return bench.sync()


def test_records_that_the_log_forgot_are_adopted(restore: Restore) -> None:
    bench = restore()
    before = {name: set(some) for name, some in bench.content().items()}
    tally = carried_again(bench, *LATER)
    after = {name: set(some) for name, some in bench.content().items()}
    assert after == before, "nobody is there twice, and nothing is gone"
    assert (tally.dead_letters, tally.conflicts) == (0, [])
    assert bench.waiting() == {}
    bench.close()


def test_what_pbn_changed_in_the_lost_time_is_a_conflict_and_later_changes_are_written(restore: Restore) -> None:
    """Nothing tells our own earlier value from a person's: it is listed, and not overwritten."""
    bench = restore()
    tally = carried_again(bench, patient("2", "Bo", "Marsh"), *LATER[1:])
    assert [(c.pbn_id, c.fields, c.reason) for c in tally.conflicts] == [("fern:patient:2", ("name",), "edited_in_twenty")]
    assert len(bench.content()["people"]) == 3
    bench.deliver(patient("2", status="Inactive"), claim("40", of="3", status="Paid"))
    bench.sync()
    assert bench.person("2")["patientStatus"] == "INACTIVE"
    bench.close()


def test_a_person_s_edit_of_an_adopted_record_stays(restore: Restore) -> None:
    bench = restore()
    bench.edit("people", patient_id("3"), {"name": {"firstName": "Cleo", "lastName": "Married"}, "jobTitle": "Baker"})
    tally = carried_again(bench, *LATER)
    assert [(c.pbn_id, c.fields) for c in tally.conflicts] == [("fern:patient:3", ("name",))]
    assert bench.person("3")["name"]["lastName"] == "Married"
    assert bench.person("3")["jobTitle"] == "Baker"
    bench.close()


def test_one_of_them_in_the_trash_is_brought_back_and_not_doubled(restore: Restore) -> None:
    bench = restore()
    bench.twenty.soft_delete("people", [patient_id("3")])
    carried_again(bench, *LATER)
    people = bench.content()["people"]
    assert len(people) == 3
    assert not people[patient_id("3")]["deletedAt"]
    bench.close()


def test_a_rollback_takes_them_back_as_our_own_but_for_those_that_people_worked_on(restore: Restore) -> None:
    bench = restore()
    bench.edit("people", patient_id("3"), {"jobTitle": "Baker"})
    carried_again(bench, *LATER)
    kept = {(k.object, k.pbn_id, k.reason) for k in bench.rollback().kept}
    assert ("people", "fern:patient:3", "edited_in_twenty") in kept
    people = bench.content()["people"]
    assert set(people) == {patient_id("3")}
    assert people[patient_id("3")]["jobTitle"] == "Baker"
    assert not any(image["deletedAt"] for some in bench.content().values() for image in some.values())
    bench.close()
