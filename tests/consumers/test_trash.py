"""The trash: people empty it, and a rollback of everything leaves nothing of ours in it."""

from __future__ import annotations

import pytest

from consumers.rollback.scopes import OfRun
from tests.consumers.workbench import Bench, appointment, family, link_id, note, patient, patient_id, task_id


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(*family())
    bench.sync()
    return bench


def in_trash(bench: Bench) -> list[tuple[str, str]]:
    return [(name, i) for name, some in bench.content().items() for i, image in some.items() if image["deletedAt"]]


def empty_trash(bench: Bench) -> None:
    """Destroy what lies in the trash, as people do."""
    for plural, identity in in_trash(bench):
        bench.twenty.destroy(plural, [identity])


def test_what_we_deleted_does_not_stay_in_the_trash(carried: Bench) -> None:
    carried.deliver(gone=[patient("3"), appointment("10", of="1"), note("20", of="1")])
    carried.sync()
    assert in_trash(carried)
    assert carried.rollback().kept == []
    assert in_trash(carried) == []


def test_a_kept_task_that_moved_to_another_patient_leaves_no_link_behind(carried: Bench) -> None:
    carried.deliver(appointment("10", of="3"))
    carried.sync()
    assert ("taskTargets", link_id("10", "1")) in in_trash(carried)
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    kept = {(k.object, k.reason) for k in carried.rollback().kept}
    assert ("tasks", "edited_in_twenty") in kept
    assert carried.links("10") == [patient_id("3")]
    assert in_trash(carried) == []


def test_our_deletion_of_a_record_that_is_kept_is_undone(carried: Bench) -> None:
    carried.deliver(gone=[appointment("10", of="1")])
    carried.sync()
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    assert ("tasks", "edited_in_twenty") in {(k.object, k.reason) for k in carried.rollback().kept}
    assert carried.has("tasks", task_id("10"))
    assert carried.links("10") == [patient_id("1")]
    assert in_trash(carried) == []


def test_our_deletion_of_a_forgotten_patient_s_record_that_is_kept_is_undone(carried: Bench) -> None:
    carried.deliver(gone=[patient("3")])
    carried.sync()
    carried.edit("people", patient_id("3"), {"jobTitle": "Baker"})
    carried.forget("3")
    kept = {(k.object, k.reason) for k in carried.rollback().kept}
    assert ("people", "edited_in_twenty") in kept
    assert carried.has("people", patient_id("3"))
    assert in_trash(carried) == []


def test_what_people_emptied_out_of_the_trash_is_listed_where_it_cannot_come_back(carried: Bench) -> None:
    carried.deliver(gone=[appointment("10", of="1")])
    carried.sync()
    deleted_in = next(e.run for e in carried.compensations() if e.action.value == "DELETE")
    empty_trash(carried)
    kept = [(k.object, k.pbn_id, k.reason) for k in carried.rollback(OfRun(deleted_in)).kept]
    assert kept == [("tasks", "fern:appointment:10", "destroyed_in_twenty")]
    assert carried.rollback(OfRun(deleted_in)).kept == [], "it is told once"


def test_an_emptied_trash_is_no_finding_where_nothing_is_to_come_back(carried: Bench) -> None:
    carried.deliver(gone=[appointment("10", of="1")])
    carried.sync()
    empty_trash(carried)
    assert carried.replay().conflicts == []
    assert not carried.has("tasks", task_id("10"))
    assert carried.rollback().kept == []


def test_a_record_that_people_binned_and_emptied_is_not_made_again_by_a_sync(carried: Bench) -> None:
    carried.twenty.soft_delete("tasks", [task_id("10")])
    empty_trash(carried)
    carried.deliver(appointment("10", of="1", type="Crown"))
    assert [(c.object, c.reason) for c in carried.sync().conflicts] == [("tasks", "destroyed_in_twenty")]
    assert not carried.has("tasks", task_id("10"))


def test_a_task_s_status_that_people_set_outlives_sync_and_replay_and_keeps_the_task(carried: Bench) -> None:
    carried.edit("tasks", task_id("10"), {"status": "DONE"})
    carried.deliver(appointment("10", of="1", type="Crown"))
    carried.sync()
    carried.replay()
    assert carried.read("tasks", task_id("10"))["status"] == "DONE"
    assert ("tasks", "edited_in_twenty") in {(k.object, k.reason) for k in carried.rollback().kept}


def test_a_relation_that_people_made_outlives_sync_replay_and_rollback(carried: Bench) -> None:
    link = carried.add("taskTargets", taskId=task_id("10"), targetPersonId=patient_id("3"))
    carried.deliver(appointment("10", of="1", type="Crown"))
    carried.sync()
    carried.replay()
    assert sorted(carried.links("10")) == sorted([patient_id("1"), patient_id("3")])
    kept = {(k.object, k.pbn_id, k.reason) for k in carried.rollback().kept}
    assert ("tasks", "fern:appointment:10", "built_on_in_twenty") in kept
    assert carried.has("taskTargets", link)
