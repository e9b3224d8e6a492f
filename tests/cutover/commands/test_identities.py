"""Ids under which two people stand can be listed and decided, and Twenty need not answer for that."""

from __future__ import annotations

from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.sample import sample
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.dead_letters import list_dead_letters
from cutover.commands.oversight.deciding_identities import decide_identity
from cutover.commands.oversight.identities import list_identities
from cutover.commands.oversight.trace import trace
from cutover.commands.records.sync import sync
from cutover.project.errors import UsageError
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.syncing import SyncOptions
from events.decisions import Decided
from producers.changes.rows.decided_identities import IdentityVerdict
from tests.consumers.reconcile.small_practice import Tables
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy", why="asked at the desk")


def doubled() -> Tables:
    """Return the practice with another person under the first patient's id, in the table's last row."""
    content = troubled()
    other = {"LName": "Reyes", "FName": "Bo", "Birthdate": "1999-11-30", "WirelessPhone": "", "Email": ""}
    content["patient"].append({**content["patient"][0], **other})
    content["appointment"].append({**content["appointment"][0], "AptNum": "3077"})
    return content


@pytest.fixture
def held(office: Office) -> Office:
    assert office.deliver(2, doubled()).next_step == "`cutover identities list`"
    office.without_twenty()
    return office


def listed(office: Office) -> list[dict[str, Any]]:
    return list(office.run(list_identities).document["identities"])


def last_row() -> str:
    return f"patient.csv:{1 + len(doubled()['patient'])}"


def test_the_list_names_the_id_its_rows_and_the_number_of_rows_that_wait(held: Office) -> None:
    answer = held.run(list_identities)
    [one] = answer.document["identities"]
    number = doubled()["patient"][0]["PatNum"]
    assert (one["pbnId"], one["reason"], one["state"], one["waiting"]) == (f"elm:patient:{number}", "two_people", "open", 1)
    assert [f"{row['file']}:{row['row']}" for row in one["rows"]] == ["patient.csv:2", last_row()]
    assert all(row["cells"] is None for row in one["rows"])
    assert answer.findings


def test_the_cells_are_shown_on_request_alone_and_the_reader_is_recorded(held: Office) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        held.run(list_identities, NamedPerson(decrypt=True))
    [one] = held.run(list_identities, NamedPerson(by="Ines Abernathy", decrypt=True)).document["identities"]
    assert "Reyes" in one["rows"][-1]["cells"]
    [read] = held.ask(lambda s: [d.body for d in s.decisions.all(Decided.DATA_READ)])
    assert (read["by"], read["records"]) == ("Ines Abernathy", [one["record"]])


@pytest.mark.parametrize("verdict", list(IdentityVerdict))
def test_a_decision_bears_a_name_and_waits_for_the_next_sync(held: Office, verdict: IdentityVerdict) -> None:
    [before] = listed(held)
    with pytest.raises(UsageError, match="--by NAME"):
        held.run(decide_identity, before["pbnId"], verdict, NamedPerson(), last_row())
    document = held.run(decide_identity, before["pbnId"], verdict, INES, last_row()).document
    assert (document["by"], f"{document['file']}:{document['row']}") == (INES.by, last_row())
    [after] = listed(held)
    assert (after["state"], after["verdict"], after["by"]) == ("decided", verdict.value, INES.by)


def test_the_row_must_be_named_where_several_people_have_the_id(held: Office) -> None:
    [one] = listed(held)
    with pytest.raises(UsageError, match=r"decide elm:patient:2001 same --row patient.csv:7 --by"):
        held.run(decide_identity, one["pbnId"], IdentityVerdict.SAME, INES)
    with pytest.raises(UsageError, match="is no row that holds this id"):
        held.run(decide_identity, one["pbnId"], IdentityVerdict.SAME, INES, "patient.csv:3")
    with pytest.raises(UsageError, match="is no id that is held"):
        held.run(decide_identity, "elm:patient:1", IdentityVerdict.SAME, INES)


def test_the_next_sync_carries_it_out(office: Office) -> None:
    office.deliver(2, doubled())
    [one] = listed(office)
    office.run(decide_identity, one["pbnId"], IdentityVerdict.LEAVE_OUT, INES, last_row())
    office.deliver(3, doubled())
    assert listed(office) == []
    assert office.ask(lambda s: s.project.producer_state().held_identities()) == {}
    [traced] = office.run(trace, one["pbnId"], NamedPerson()).document["records"]
    decided = [(x["by"], x["reason"]) for x in traced["steps"] if x["operation"] == "IDENTITY_DECIDED"]
    assert decided == [(INES.by, "leave-out")]


@pytest.mark.parametrize("verdict", list(IdentityVerdict))
@pytest.mark.parametrize("day", [2, 3])
def test_no_row_is_a_dead_letter_any_more_once_a_decision_was_carried_out(
    office: Office, verdict: IdentityVerdict, day: int
) -> None:
    office.deliver(2, doubled())
    [one] = listed(office)
    assert len(held_rows(office)) == 2
    office.run(decide_identity, one["pbnId"], verdict, INES, last_row())
    if verdict is not IdentityVerdict.LEAVE_OUT:
        assert len(held_rows(office)) == 2, "a decision alone carries nothing"
    if day == 2:
        office.run(sync, [office.folder / "day-2"], SyncOptions(without_sample=True))
    else:
        office.deliver(3, doubled())
    assert held_rows(office) == []


def held_rows(office: Office) -> list[dict[str, Any]]:
    """Return the rows that are dead letters for the two people under their id."""
    rows = office.run(list_dead_letters).document["rows"]
    return [row for row in rows if row["reason"] == "two_people"]


def test_a_sample_carries_no_decision_out(office: Office) -> None:
    """It reads the delivery for some patients alone."""
    office.deliver(2, doubled())
    [one] = listed(office)
    office.run(map_propose, [office.folder / "day-2"])
    office.run(map_approve, INES.by)
    office.run(schema_apply)
    office.run(decide_identity, one["pbnId"], IdentityVerdict.SAME, INES, last_row())
    office.run(sample, 2)
    [still] = listed(office)
    assert (still["pbnId"], still["state"], still["verdict"]) == (one["pbnId"], "decided", "same")


class TestUnreadableBirthDate:
    """Two names under one id, where a birth date cannot be read: nothing tells whether they are two people."""

    def tables(self) -> Tables:
        content = doubled()
        content["patient"][-1]["Birthdate"] = "31/31/19xx"
        return content

    def test_the_id_is_in_both_lists(self, office: Office) -> None:
        assert office.deliver(2, self.tables()).next_step == "`cutover identities list`"
        [one] = listed(office)
        assert (one["reason"], len(one["rows"]), one["waiting"]) == ("doubled_id_held", 2, 1)
        rows = office.run(list_dead_letters).document["rows"]
        assert sum(row["reason"] == "doubled_id_held" for row in rows) == 2

    def test_a_lost_state_knows_it_again(self, office: Office) -> None:
        office.deliver(2, self.tables())
        before = listed(office)
        for file in (office.project / ".cutover").glob("state.db*"):
            file.unlink()
        assert [one["record"] for one in listed(office)] == [one["record"] for one in before]

    @pytest.mark.parametrize("verdict", list(IdentityVerdict))
    def test_a_decision_settles_it(self, office: Office, verdict: IdentityVerdict) -> None:
        office.deliver(2, self.tables())
        [one] = listed(office)
        row = "patient.csv:2" if verdict is IdentityVerdict.SAME else last_row()
        office.run(decide_identity, one["pbnId"], verdict, INES, row, "stay" if verdict is IdentityVerdict.ANOTHER else None)
        office.deliver(3, self.tables())
        assert listed(office) == []
        reasons = {row["reason"] for row in office.run(list_dead_letters).document["rows"]}
        assert not reasons & {"doubled_id_held", "identity_held"}
