"""Conflicts are a list that stays until a side is taken: read without Twenty, decided by name, written by the next sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from consumers.journal.three_way import Take
from consumers.twenty.transport.calls import Call
from cutover.commands.log.reading import log_verify
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts, show_conflicts
from cutover.commands.oversight.forget import forget
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.oversight.status import status
from cutover.commands.oversight.trace import trace
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.project.errors import UsageError
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import consume_events
from events.decisions import Decided
from events.vocabulary.entities import twenty_id
from tests.cutover.commands import office as offices
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

CY = "elm:patient:2003"
INES = NamedPerson(by="Ines Abernathy", why="asked Cy", decrypt=True)
SEALED = NamedPerson()
EDITED = {"firstName": "Cy", "lastName": "Edited"}


def identity_of(office: Office) -> str:
    [record] = office.run(trace, CY).document["records"]
    return str(record["twenty"][0]["id"])


@pytest.fixture(scope="session")
def second_day(made_once: Callable[[str, Callable[[Path], None]], Path], first_day: Path) -> Path:
    """Return the project after a second day on which PbN and a person changed Cy's name and date of birth."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as variables:
            office = offices.copied(first_day, folder / "office", offices.setting(variables))
            with office.served():
                office.edit("people", identity_of(office), {"name": EDITED, "dateOfBirth": "1990-03-17"})
                changed = troubled()
                changed["patient"][2] |= {"LName": "Changed", "Birthdate": "1990-03-16"}
                office.deliver(2, changed)

    return made_once("office-in-conflict", make) / "office"


@pytest.fixture
def office(second_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = offices.copied(second_day, tmp_path / "office", offices.setting(monkeypatch))
    with copy.served():
        yield copy


def consume(office: Office):
    return office.run(consume_events, follow=False, without_sample=True)


def listed(office: Office) -> list[tuple[str, str, str | None]]:
    return [(x["field"], x["state"], x["take"]) for x in office.run(list_conflicts).document["conflicts"]]


OPEN = [("dateOfBirth", "open", None), ("name", "open", None)]


def test_the_list_names_record_field_and_place_and_no_value(office: Office) -> None:
    answer = office.run(list_conflicts)
    assert listed(office) == OPEN
    assert {(x["pbnId"], x["reason"], x["file"], x["row"]) for x in answer.document["conflicts"]} == {
        (CY, "edited_in_twenty", "patient.csv", 4)
    }
    assert answer.findings
    assert not any(value in str(answer.document) + str(answer.text) for value in ("Edited", "Changed", "1990"))
    assert office.run(status).document["conflicts"] == 2


def test_it_is_read_and_decided_without_twenty(office: Office) -> None:
    before = office.run(list_conflicts).document
    office.without_twenty()
    assert office.run(list_conflicts).document == before
    office.run(resolve_conflicts, ChosenConflicts(record=CY), Take.OURS, INES)
    assert {state for _, state, _ in listed(office)} == {"decided"}


def test_both_sides_are_shown_on_request_alone_and_the_reader_is_recorded(office: Office) -> None:
    sealed = office.run(show_conflicts, ChosenConflicts(record=CY), SEALED).document["conflicts"]
    assert [(x["ours"], x["theirs"], x["before"]) for x in sealed] == [(None, None, None)] * 2
    assert office.ask(lambda s: list(s.decisions.all(Decided.DATA_READ))) == []
    shown = office.run(show_conflicts, ChosenConflicts(record=CY, field="name"), INES)
    [name] = shown.document["conflicts"]
    assert "  Twenty: name = firstName: Cy, lastName: Edited" in shown.text
    assert (name["theirs"], name["ours"]["name"]["lastName"]) == ({"name": EDITED}, "Changed")
    assert name["before"]["name"]["lastName"] == "Ito"
    assert [d.body["by"] for d in office.ask(lambda s: list(s.decisions.all(Decided.DATA_READ)))] == [INES.by]


def test_a_side_is_taken_field_by_field_and_the_next_consume_writes_it(office: Office) -> None:
    office.run(resolve_conflicts, ChosenConflicts(record=CY, field="name"), Take.OURS, INES)
    office.run(resolve_conflicts, ChosenConflicts(record=CY, field="dateOfBirth"), Take.THEIRS, INES)
    assert listed(office) == [("dateOfBirth", "decided", "theirs"), ("name", "decided", "ours")]
    assert not office.run(list_conflicts).findings
    assert consume(office).document["conflicts"] == 0
    assert listed(office) == []
    held = office.read("people", identity_of(office))
    assert (held["name"]["lastName"], held["dateOfBirth"][:10]) == ("Changed", "1990-03-17")
    assert office.run(log_verify).document["problems"] == []


def test_what_a_decision_wrote_is_taken_back_by_its_run(office: Office) -> None:
    office.run(resolve_conflicts, ChosenConflicts(everything=True), Take.OURS, INES)
    run = consume(office).document["run"]
    office.run(rollback, RollbackOptions(run=run, yes=True))
    assert office.read("people", identity_of(office))["name"] == EDITED


def test_the_trace_tells_what_was_met_decided_and_settled(office: Office) -> None:
    office.run(resolve_conflicts, ChosenConflicts(everything=True), Take.THEIRS, INES)
    consume(office)
    [record] = office.run(trace, CY).document["records"]
    told = [(s["kind"], s["fields"], s["by"]) for s in record["steps"] if s["kind"] in ("conflict", "decision", "settled")]
    assert [kind for kind, _, _ in told] == ["conflict", "decision", "settled"]
    assert sorted(told[0][1]) == told[2][1] == ["dateOfBirth", "name"]
    assert told[1][2] == INES.by


@pytest.mark.parametrize(
    "chosen", [ChosenConflicts(), ChosenConflicts(field="city"), ChosenConflicts(record="elm:patient:2001")], ids=str
)
def test_only_what_is_named_and_open_is_decided(office: Office, chosen: ChosenConflicts) -> None:
    with pytest.raises(UsageError):
        office.run(resolve_conflicts, chosen, Take.OURS, INES)
    assert listed(office) == OPEN


def test_of_a_person_who_was_forgotten_no_conflict_is_left(office: Office) -> None:
    office.run(forget, CY, yes=True)
    assert (listed(office), office.run(status).document["conflicts"]) == ([], 0)


def test_a_decision_and_a_reading_need_a_name(office: Office) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(resolve_conflicts, ChosenConflicts(everything=True), Take.OURS, SEALED)
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(show_conflicts, ChosenConflicts(record=CY), NamedPerson(decrypt=True))


def test_where_pbn_wins_by_the_settings_the_next_consume_writes_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTOVER_TWENTY__CONFLICTS", "source-wins")
    consume(office)
    assert listed(office) == []
    assert office.read("people", identity_of(office))["name"]["lastName"] == "Changed"


def test_a_reconciliation_names_merged_people_apart_from_missing_ones(office: Office) -> None:
    namespace = office.ask(lambda session: session.practice.namespace)
    winner, loser = (str(twenty_id(namespace, f"elm:patient:{number}")) for number in ("2001", "2002"))
    body = {"ids": [winner, loser], "conflictPriorityIndex": 0}
    call = Call(method="PATCH", path="/rest/people/merge", purpose="merge people", writes=True, json=body)
    office.ask(lambda session: session.workspace._connection.send(call))
    tables = troubled()
    for row in tables["patient"]:
        if row["PatNum"] == "2002":
            row["WirelessPhone"] = "(312)555-0188"
    office.deliver(3, tables)
    answer = office.run(reconcile)
    [people] = [one for one in answer.document["objects"] if one["object"] == "people"]
    assert (people["merged"], people["missing"]) == (1, 0)
    assert [one["pbnId"] for one in answer.document["merged"] if one["object"] == "people"] == ["elm:patient:2002"]
    assert answer.findings
    assert any("merged_in_twenty" in str(line) for line in answer.text)


def merge_lees(office: Office) -> None:
    """Merge the second patient into the first one, as staff do in Twenty."""
    namespace = office.ask(lambda session: session.practice.namespace)
    ids = [str(twenty_id(namespace, f"elm:patient:{number}")) for number in ("2001", "2002")]
    body = {"ids": ids, "conflictPriorityIndex": 0}
    call = Call(method="PATCH", path="/rest/people/merge", purpose="merge people", writes=True, json=body)
    office.ask(lambda session: session.workspace._connection.send(call))


def merged_and_missing(office: Office) -> dict[str, tuple[int, int]]:
    objects = office.run(reconcile).document["objects"]
    return {one["object"]: (one["merged"], one["missing"]) for one in objects if one["merged"] or one["missing"]}


def test_a_merge_that_no_sync_has_met_is_told_as_after_a_sync(office: Office) -> None:
    before = merged_and_missing(office)
    merge_lees(office)
    told = merged_and_missing(office)
    assert told["people"] == (1, 0)
    assert told["taskTargets"] == (1, 0), "the link of the appointment went with the person"
    assert {name: missing for name, (_, missing) in told.items() if missing} == {n: m for n, (_, m) in before.items() if m}
    tables = troubled()
    tables["patient"][1] |= {"WirelessPhone": "(312)555-0188"}
    office.deliver(3, tables)
    assert merged_and_missing(office) == told


def test_a_patient_whom_people_destroyed_is_missing(office: Office) -> None:
    namespace = office.ask(lambda session: session.practice.namespace)
    bob = str(twenty_id(namespace, "elm:patient:2002"))
    office.ask(lambda session: session.workspace.destroy("people", [bob]))
    assert merged_and_missing(office)["people"] == (0, 1)
