"""`diff` shows what our writes between two positions changed, without values and without Twenty."""

import pytest

from cutover.commands.log.differences import diff
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.project.errors import UsageError
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


def changed_day():
    """Return the first day's tables with another phone number of one patient, and a new patient."""
    tables = troubled()
    tables["patient"][0] |= {"HmPhone": "312-555-0177"}
    tables["patient"].append({**tables["patient"][1], "PatNum": "2777", "FName": "Nora", "Email": "nora@mail.example"})
    return tables


def test_a_day_is_the_difference_between_the_ends_of_two_runs(office: Office):
    first = office.run(diff, ["start", "end"]).document
    assert {one["object"] for one in first["objects"]} >= {"people", "tasks", "notes"}
    assert all(one["updated"] == one["deleted"] == 0 for one in first["objects"])

    before = first["positions"]["to"]
    run = office.deliver(2, changed_day()).document
    office.without_twenty()
    second = office.run(diff, [before, f"run:{run['run']}"]).document
    people = next(one for one in second["objects"] if one["object"] == "people")
    assert people["created"] == 1
    assert [one["pbnId"] for one in second["records"] if one["effect"] == "created" and one["object"] == "people"] == [
        "elm:patient:2777"
    ]
    changed = next(one for one in second["records"] if one["pbnId"] == "elm:patient:2001")
    assert (changed["effect"], changed["fields"]) == ("updated", ["phones"])


def test_writes_that_were_taken_back_are_no_difference(office: Office):
    before = office.run(diff, ["start", "end"]).document["positions"]["to"]
    run = office.deliver(2, changed_day()).document["run"]
    assert office.run(diff, [before, "end"]).document["objects"]
    office.run(rollback, RollbackOptions(run=run, yes=True))
    assert office.run(diff, [before, "end"]).document["objects"] == []


@pytest.mark.parametrize(
    ("positions", "words"),
    [(["start"], "twice"), (["end", "start"], "earlier position first"), (["start", "soon"], "no position")],
)
def test_two_positions_in_order_are_needed(office: Office, positions: list[str], words: str):
    with pytest.raises(UsageError, match=words):
        office.run(diff, positions)
