"""From a cell to a field and back: everything about one record, in order of time, by any of its names."""

from __future__ import annotations

import pytest

from cutover.commands.oversight.dead_letters import ChosenLetters, dismiss_dead_letters
from cutover.commands.oversight.forget import forget
from cutover.commands.oversight.trace import trace
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.project.errors import UsageError
from cutover.runs.arguments.named_person import NamedPerson
from events.decisions import Decided
from events.vocabulary.entities import twenty_id
from tests.consumers.reconcile.small_practice import PRACTICE
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

CY, DOCUMENT = "elm:patient:2003", "elm:document:9001"
SEALED = NamedPerson()
INES = NamedPerson(decrypt=True, by="Ines Abernathy", why="a call")
VALUES = ("Ito", "cy@home.example", "ito")


def only(office: Office, name: str, reading: NamedPerson = SEALED) -> dict:
    [record] = office.run(trace, name, reading).document["records"]
    return record


def kinds(record: dict) -> list[str]:
    return [step["kind"] for step in record["steps"]]


def renamed(office: Office) -> str:
    """Change Cy's last name changes in PbN after a person changed it in Twenty; gives Cy's id."""
    identity = only(office, CY)["twenty"][0]["id"]
    office.edit("people", identity, {"name": {"firstName": "Cy", "lastName": "Edited"}})
    changed = troubled()
    changed["patient"][2] |= {"LName": "Changed", "Birthdate": "1990-03-16"}
    office.deliver(2, changed)
    return str(identity)


def test_a_record_is_told_from_its_row_to_twentys_answer(office: Office) -> None:
    record = only(office, CY)
    assert kinds(record) == ["row", "intent", "written"]
    row, intent, written = record["steps"]
    assert (row["file"], row["row"], row["operation"]) == ("patient.csv", 4, "CREATED")
    assert {"field": "last_name", "headers": ["LName"]} in row["columns"]
    assert [(x["field"], x["reason"]) for x in row["cleaned"]][:1] == [("phones", "invalid_phone")]
    assert (intent["object"], intent["operation"], "name" in intent["fields"]) == ("people", "CREATE", True)
    assert written["id"] == record["twenty"][0]["id"]
    assert record["twenty"][0]["state"] == "live"


def test_a_record_has_three_names(office: Office) -> None:
    record = only(office, CY)
    assert only(office, record["twenty"][0]["id"]) == record
    assert only(office, "patient.csv:4") == record


def test_a_link_leads_to_its_record(office: Office) -> None:
    task = only(office, "elm:appointment:3001")
    link = next(x["id"] for x in task["twenty"] if x["object"] == "taskTargets")
    assert only(office, link) == task


def test_an_edit_that_was_met_and_an_undo_are_told(office: Office) -> None:
    renamed(office)
    run = office.ask(lambda s: s.decisions.last(Decided.RUN_ENDED).run)
    office.run(rollback, RollbackOptions(run=run, yes=True))
    record = only(office, CY)
    assert [step["operation"] for step in record["steps"] if step["kind"] == "row"] == ["CREATED", "UPDATED"]
    undone = [step for step in record["steps"] if step["kind"] == "undone"]
    intents = [step["position"] for step in record["steps"] if step["kind"] == "intent"]
    assert [step["undoes"] for step in undone] == [[intents[1]]]
    assert [step["at"] for step in record["steps"]] == sorted(step["at"] for step in record["steps"])


def test_values_are_shown_on_request_alone_and_the_reader_is_recorded(office: Office) -> None:
    answer = office.run(trace, CY)
    assert not any(value in str(answer.document) + str(answer.text) for value in VALUES)
    assert office.ask(lambda s: list(s.decisions.all(Decided.DATA_READ))) == []
    row, intent, written = only(office, CY, INES)["steps"][:3]
    assert row["values"]["last_name"] == "Ito"
    assert intent["values"]["name"] == written["answer"]["name"] == {"firstName": "Cy", "lastName": "Ito"}
    [read] = office.ask(lambda s: [d.body for d in s.decisions.all(Decided.DATA_READ)])
    assert (read["command"], read["by"], read["reason"]) == ("trace", "Ines Abernathy", "a call")
    assert [(s["operation"], s["by"]) for s in only(office, CY)["steps"]][-1] == ("DATA_READ", "Ines Abernathy")


def test_what_twenty_refused_and_what_a_person_gave_up_is_told(office: Office) -> None:
    office.run(dismiss_dead_letters, ChosenLetters(record=DOCUMENT), NamedPerson(by="Ines Abernathy", why="a scan of nothing"))
    steps = only(office, DOCUMENT)["steps"]
    told = [(s["kind"], s["reason"], s["by"]) for s in steps if s["kind"] in ("refused", "dead_letter", "decision")]
    assert told == [
        ("refused", "file_too_large", None),
        ("dead_letter", "file_too_large", None),
        ("decision", "a scan of nothing", "Ines Abernathy"),
        ("dead_letter", "dismissed", None),
    ]


def test_a_row_that_made_no_record_is_told(office: Office) -> None:
    document = office.run(trace, "claim.csv:4").document
    assert document["records"] == []
    assert [(row["pbnId"], row["reason"]) for row in document["rows"]] == [("elm:claim:5003", "missing_patient")]


def test_it_needs_neither_twenty_nor_an_api_key(office: Office) -> None:
    before = office.run(trace, CY).document
    office.without_twenty()
    assert office.run(trace, CY).document == before


def test_of_a_person_who_was_forgotten_only_the_events_are_told(office: Office) -> None:
    office.run(forget, CY, yes=True)
    record = only(office, CY, INES)
    assert record["pbnId"] is None
    assert kinds(record) == ["row", "intent", "written", "decision", "decision"]
    assert not any(value in str(record) for value in VALUES)


@pytest.mark.parametrize("name", ["elm:patient:9", str(twenty_id(PRACTICE.namespace, "x")), "patient.csv:99", "gone.csv:1"])
def test_a_name_that_the_log_does_not_have_is_refused(office: Office, name: str) -> None:
    with pytest.raises(UsageError, match="was ever carried"):
        office.run(trace, name)


def test_nobody_opens_values_without_a_name(office: Office) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(trace, CY, NamedPerson(decrypt=True))
