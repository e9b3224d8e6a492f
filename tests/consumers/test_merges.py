"""People merge two patients in Twenty: found and listed with what it cost, never undone unasked, and settled by a decision."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.journal.history import History
from consumers.journal.three_way import Take
from consumers.state.conflicts import MERGED
from consumers.sync.conflicts.resolutions import written_as
from consumers.twenty.transport.calls import Call
from events.decisions import Decided
from events.vocabulary.entities import Entity
from tests.consumers.workbench import Bench, appointment, claim, document, id_of, link_id, note, patient, patient_id

ADA, BO = patient_id("1"), patient_id("2")


@pytest.fixture
def known(bench: Bench) -> Bench:
    bench.deliver(
        patient("1", "Ada", "Quist", mail="ada@x.example", status="Active"),
        patient("2", "Ada", "Quist-Vale", mail="vale@x.example", status="Active"),
        appointment("7", of="2"),
        note("8", of="2"),
        claim("9", of="2"),
        document("10", of="2"),
    )
    bench.sync()
    return bench


def merge(bench: Bench, winner: str, *losers: str) -> None:
    """Merge people as the workspace's members do."""
    body = {"ids": [winner, *losers], "conflictPriorityIndex": 0}
    call = Call(method="PATCH", path="/rest/people/merge", purpose="merge people", writes=True, json=body)
    bench.twenty._connection.send(call)


def resolve(bench: Bench, take: Take, *, plural: str = "people") -> None:
    conflicts = [written_as(x) for x in bench.view.conflicts() if x.object == plural]
    assert conflicts
    bench.decisions.record(
        Decided.CONFLICTS_RESOLVED, {"take": take.value, "conflicts": conflicts}, workspace=bench.view.workspace
    )


def seen(bench: Bench) -> dict[str, Any]:
    """Return what the open conflict about a person holds of Twenty."""
    [conflict] = [x for x in bench.view.conflicts() if x.object == "people"]
    return dict(History(bench.log, bench.keys).body_at(conflict.position).answer)


LOST = {
    "attachments": ["fern:document:10"],
    "noteTargets": ["fern:note:8"],
    "taskTargets": ["fern:appointment:7"],
}


def test_a_merge_is_found_at_the_next_change_with_the_links_that_it_cost(known: Bench) -> None:
    merge(known, ADA, BO)
    known.deliver(patient("2", status="Inactive"))
    tally = known.sync()
    assert [(c.object, c.pbn_id, c.reason, c.kept) for c in tally.conflicts] == [("people", "fern:patient:2", MERGED, True)]
    assert seen(known) == {"mergedInto": ADA, **LOST}
    assert not known.has("people", BO)
    assert known.waiting() == {}


@pytest.mark.parametrize("evidence", ["records", "address"])
def test_either_trace_of_a_merge_tells_it_from_a_destruction(bench: Bench, evidence: str) -> None:
    mail = "vale@x.example" if evidence == "address" else None
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Ada", "Vale", mail=mail))
    if evidence == "records":
        bench.deliver(claim("9", of="2"))
    bench.sync()
    merge(bench, ADA, BO)
    bench.deliver(patient("2", status="Inactive"))
    assert [c.reason for c in bench.sync().conflicts] == [MERGED]


def test_a_number_that_a_merge_put_beside_ours_stays_when_pbn_changes_ours(bench: Bench) -> None:
    """Twenty puts the numbers of both into one field of the winner: that is an edit by people, and no sync takes one away."""
    bench.deliver(patient("1", phones=["+14155550101"]), patient("2", phones=["+14155550102"]))
    bench.sync()
    merge(bench, ADA, BO)
    together = bench.read("people", ADA)["phones"]
    assert (together["primaryPhoneNumber"], [one["number"] for one in together["additionalPhones"]]) == (
        "4155550101",
        ["4155550102"],
    )
    bench.deliver(patient("1", phones=["+14155550103"]))
    [conflict] = bench.sync().conflicts
    assert (conflict.pbn_id, conflict.fields, conflict.kept) == ("fern:patient:1", ("phones",), True)
    assert bench.read("people", ADA)["phones"] == together


def test_a_person_who_was_destroyed_is_not_said_to_be_merged(known: Bench) -> None:
    known.twenty.destroy("people", [BO])
    known.deliver(patient("2", status="Inactive"))
    assert [c.reason for c in known.sync().conflicts] == ["destroyed_in_twenty"]


def test_an_address_that_a_household_shares_is_no_trace_of_a_merge(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), patient("2", "Bo", "Quist", shared=["ada@x.example"]))
    bench.sync()
    bench.twenty.destroy("people", [ADA])
    bench.deliver(patient("1", status="Inactive"))
    assert [c.reason for c in bench.sync().conflicts] == ["destroyed_in_twenty"]


def test_a_replay_makes_neither_the_loser_nor_its_links_again(known: Bench) -> None:
    merge(known, ADA, BO)
    tally = known.replay()
    assert {(c.object, c.reason) for c in tally.conflicts} >= {
        ("people", MERGED),
        ("taskTargets", MERGED),
        ("noteTargets", MERGED),
        ("attachments", MERGED),
    }
    assert not known.has("people", BO)
    assert known.links("7") == []
    assert known.waiting() == {}
    assert known.read("insuranceClaims", id_of(Entity.CLAIM, "9"))["patientId"] == ADA


def test_a_merge_that_stands_gives_the_links_to_the_winner(known: Bench) -> None:
    merge(known, ADA, BO)
    known.replay()
    resolve(known, Take.THEIRS)
    tally = known.sync()
    assert tally.conflicts == []
    assert known.links("7") == [ADA]
    assert known.read("attachments", id_of(Entity.DOCUMENT, "10"))["targetPersonId"] == ADA
    assert not known.has("people", BO)
    assert known.view.conflicts() == []
    assert known.waiting() == {}
    assert known.replay().conflicts == [], "a replay does not ask again"


def test_what_pbn_adds_for_the_loser_later_goes_to_the_winner_and_its_own_changes_are_listed(known: Bench) -> None:
    merge(known, ADA, BO)
    known.replay()
    resolve(known, Take.THEIRS)
    known.sync()
    known.deliver(appointment("17", of="2"), claim("19", of="2"))
    assert known.sync().conflicts == []
    assert known.links("17") == [ADA]
    assert known.read("insuranceClaims", id_of(Entity.CLAIM, "19"))["patientId"] == ADA
    known.deliver(patient("2", status="Inactive"))
    assert [(c.pbn_id, c.reason) for c in known.sync().conflicts] == [("fern:patient:2", MERGED)]
    assert not known.has("people", BO)


def test_the_loser_is_made_again_with_its_links_where_pbn_s_side_is_taken(known: Bench) -> None:
    merge(known, ADA, BO)
    known.deliver(patient("2", status="Inactive"))
    known.sync()
    resolve(known, Take.OURS)
    known.edit("people", ADA, {"emails": {"primaryEmail": "ada@x.example", "additionalEmails": []}})
    known.sync()
    assert known.person("2")["patientStatus"] == "INACTIVE"
    assert known.links("7") == [BO]
    assert known.read("taskTargets", link_id("7", "2"))["targetPersonId"] == BO
    assert known.has("attachments", id_of(Entity.DOCUMENT, "10"))
    assert known.view.conflicts() == []


@pytest.mark.parametrize("take", list(Take))
def test_a_decision_about_a_merge_outlives_the_state(known: Bench, take: Take) -> None:
    merge(known, ADA, BO)
    known.replay()
    resolve(known, take)
    again = known.reopened(forget_state=True)
    again.sync()
    assert again.links("7") == [ADA if take is Take.THEIRS else BO]
    assert again.view.conflicts() == [] or take is Take.OURS
    again.close()


def test_a_patient_who_was_merged_into_a_person_of_the_workspace_s_own_becomes_that_person(known: Bench) -> None:
    own = known.add("people", name={"firstName": "Ada", "lastName": "V"}, jobTitle="Baker")
    merge(known, own, BO)
    known.deliver(patient("2", status="Inactive"))
    assert [c.reason for c in known.sync().conflicts] == [MERGED]
    assert seen(known)["mergedInto"] == own
    resolve(known, Take.THEIRS)
    known.sync()
    assert known.read("people", own)["jobTitle"] == "Baker"
    assert known.links("7") == [own]
    assert not known.has("people", BO)


def test_after_a_rollback_of_everything_the_loser_comes_again_with_its_own(known: Bench) -> None:
    merge(known, ADA, BO)
    known.replay()
    resolve(known, Take.THEIRS)
    known.sync()
    known.rollback(force=True)
    assert not known.has("people", ADA)
    known.sync()
    assert known.links("7") == [BO]
    assert known.waiting() == {}


def test_a_rollback_keeps_the_winner_and_does_not_make_the_loser_again(known: Bench) -> None:
    merge(known, ADA, BO)
    undone = known.rollback()
    assert "people" in {kept.object for kept in undone.kept}
    assert known.has("people", ADA)
    assert not known.has("people", BO)
