"""A field or option that people removed, and a column that PbN no longer sends, are conflicts: listed until a side is taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from consumers.journal.three_way import Take
from cutover.commands.oversight.conflicts import ChosenConflicts, list_conflicts, resolve_conflicts
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import consume_events
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy")
EVERYTHING = ChosenConflicts(everything=True)


def listed(office: Office) -> list[tuple[str, str, str | None, str]]:
    model = office.run(list_conflicts).document["model"]
    return [(x["object"], x["field"], x["option"], x["reason"]) for x in model]


def consume(office: Office):
    return office.run(consume_events, follow=False, without_sample=True)


def people(office: Office, field: str) -> dict[str, object]:
    found = office.ask(lambda s: s.workspace.find("people", {"pbnId": {"is": "NOT_NULL"}}, fields=("pbnId", field)))
    return {one["pbnId"]: one[field] for one in found}


def remove_field(office: Office, name: str = "dateOfBirth") -> None:
    """Remove a field of people from Twenty as a person does."""
    office.ask(lambda s: s.workspace.delete_field(s.workspace.metadata().object("person").fields[name].id))


def remove_option(office: Office) -> None:
    """Remove an insurance carrier from Twenty's list as a person does."""

    def remove(session):
        field = session.workspace.metadata().object("person").field("insuranceCarrier")
        session.workspace.set_options(field.id, [option for option in field.options if option.label != "Humana"], drop=True)

    office.ask(remove)


def has_field(office: Office) -> bool:
    return bool(office.ask(lambda s: "dateOfBirth" in s.workspace.metadata().object("person").fields))


@pytest.mark.parametrize(("name", "column"), [("dateOfBirth", "dateOfBirth"), ("primaryProvider", "primaryProviderId")])
def test_a_field_that_was_removed_comes_back_with_its_values(office: Office, name: str, column: str) -> None:
    before = people(office, column)
    assert any(before.values())
    remove_field(office, name)
    consume(office)
    assert listed(office) == [("people", name, None, "field_removed")]
    office.run(resolve_conflicts, EVERYTHING, Take.OURS, INES)
    assert listed(office) == []
    consume(office)
    assert people(office, column) == before
    assert listed(office) == []
    assert consume(office).document["writes"]["update"] == 0


def test_a_field_that_was_removed_stays_away_and_is_no_finding_any_more(office: Office) -> None:
    remove_field(office)
    consume(office)
    office.run(resolve_conflicts, ChosenConflicts(field="dateOfBirth"), Take.THEIRS, INES)
    changed = troubled()
    changed["patient"][0]["FName"] = "Anna"
    office.deliver(2, changed)
    assert not has_field(office)
    assert listed(office) == []


def test_an_option_that_was_removed_comes_back_where_it_was_and_nowhere_else(office: Office) -> None:
    before = people(office, "insuranceCarrier")
    [humana] = {value for name, value in before.items() if name == "elm:patient:2004"}
    remove_option(office)
    assert people(office, "insuranceCarrier")["elm:patient:2004"] is None
    consume(office)
    assert listed(office) == [("people", "insuranceCarrier", "Humana", "option_removed")]
    office.run(resolve_conflicts, EVERYTHING, Take.OURS, INES)
    consume(office)
    assert people(office, "insuranceCarrier") == before
    assert humana is not None


def test_an_option_that_was_renamed_is_no_conflict(office: Office) -> None:
    def rename(session):
        field = session.workspace.metadata().object("person").field("insuranceCarrier")
        renamed = [replace(option, label=option.label.replace("Humana", "Humana Inc.")) for option in field.options]
        session.workspace.set_options(field.id, renamed)

    office.ask(rename)
    consume(office)
    assert listed(office) == []


def test_an_option_that_was_given_up_is_not_made_again_for_a_later_change(office: Office) -> None:
    remove_option(office)
    consume(office)
    office.run(resolve_conflicts, EVERYTHING, Take.THEIRS, INES)
    changed = troubled()
    changed["patient"][3]["FName"] = "Dina"
    office.deliver(2, changed)
    labels = office.ask(lambda s: [o.label for o in s.workspace.metadata().object("person").field("insuranceCarrier").options])
    assert "Humana" not in labels
    assert listed(office) == []


def test_a_column_that_is_no_longer_sent_is_listed_until_a_side_is_taken_or_it_comes_back(office: Office) -> None:
    without = troubled()
    for row in without["patient"]:
        del row["Birthdate"]
    office.deliver(2, without)
    assert listed(office) == [("people", "birth_date", None, "column_not_sent")]
    office.deliver(3, troubled())
    assert listed(office) == []
    office.deliver(4, without)
    office.run(resolve_conflicts, ChosenConflicts(reason="column_not_sent"), Take.THEIRS, INES)
    assert listed(office) == []


def test_without_a_state_of_its_own_what_was_decided_is_done_once(office: Office) -> None:
    remove_field(office)
    consume(office)
    office.run(resolve_conflicts, EVERYTHING, Take.OURS, INES)
    consume(office)
    identity = office.ask(lambda s: s.workspace.find("people", {"pbnId": {"eq": "elm:patient:2001"}}, fields=("id",))[0]["id"])
    office.edit("people", identity, {"dateOfBirth": None})
    for file in Path(office.project / ".cutover").glob("state.db*"):
        file.unlink()
    consume(office)
    assert people(office, "dateOfBirth")["elm:patient:2001"] is None
