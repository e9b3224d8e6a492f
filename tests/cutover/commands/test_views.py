"""Views with the data model: shown in the plan, made once, left to people, made again on request, and switched off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from consumers.twenty.layout import layout_change
from cutover.commands.approvals.schema import schema_apply, schema_check, schema_plan
from cutover.commands.oversight.conflicts import list_conflicts
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.project.errors import ApprovalMissing
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration


def views(office: Office, action: str) -> dict[str, Any]:
    return {one["label"]: one for one in office.run(schema_plan).document["views"] if one["action"] == action}


def names(office: Office) -> set[str]:
    found: set[str] = office.ask(lambda session: {one.name for one in session.workspace.layout().views.values()})
    return found


def delete(office: Office, name: str) -> None:
    def gone(session: Any) -> None:
        view = next(one for one in session.workspace.layout().views.values() if one.name == name)
        session.workspace.change_model([layout_change("destroyView", view.id)])

    office.ask(gone)


def test_after_apply_the_plan_keeps_all_views_and_has_nothing_to_do(office: Office) -> None:
    answer = office.run(schema_plan)
    assert {one["action"] for one in answer.document["views"]} == {"KEEP"}
    assert "Nothing to do." in answer.text
    assert {"Patients", "Appointments", "Communications"} <= names(office)
    assert office.run(schema_apply).document["steps"] == []


def test_the_folder_has_the_name_of_the_practice(office: Office) -> None:
    items = office.ask(lambda session: session.workspace.layout().items.values())
    assert "Elm Street Dental" in {one.name for one in items}


def test_a_deleted_view_is_named_and_made_again_on_request_alone(office: Office) -> None:
    delete(office, "Patients")
    assert list(views(office, "REMOVED")) == ["Patients"]
    check = office.run(schema_check)
    assert (check.findings, [one["label"] for one in check.document["views"]]) == (False, ["Patients"])
    assert any("--views-again" in str(line) for line in check.text)
    office.run(schema_apply)
    assert "Patients" not in names(office)
    assert {one["kind"] for one in office.run(schema_apply, views_again=True).document["steps"]} >= {"CREATE_VIEW"}
    assert views(office, "REMOVED") == {}


def test_a_deleted_view_is_no_conflict_and_no_sync_makes_it_again(office: Office) -> None:
    """Deleting a view is a decision by itself: nothing hangs on it, and the plan and the check name it."""
    delete(office, "Patients")
    tables = troubled()
    tables["patient"][0] |= {"Locker": "12"}  # a new column: the data model is extended
    office.deliver(2, tables)
    assert "Patients" not in names(office)
    assert office.run(list_conflicts).document["model"] == []


def test_a_rollback_with_the_data_model_takes_the_views_along_and_an_apply_makes_them_again(office: Office) -> None:
    document = office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document
    assert "task:appointments" in document["schema"]
    assert not {"Patients", "Appointments"} & names(office)
    planned = views(office, "MAKE")
    assert planned["Appointments"]["kind"] == "CALENDAR"
    assert all(one["steps"] for one in planned.values())
    office.run(schema_apply)
    assert {"Patients", "Appointments"} <= names(office)


def test_without_the_setting_there_are_none(office: Office) -> None:
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True))
    office.environment("VIEWS", "false")
    assert office.run(schema_plan).document["views"] == []
    office.run(schema_apply)
    assert not {"Patients", "Appointments"} & names(office)


def test_a_saved_plan_without_the_views_is_refused(office: Office, tmp_path: Path) -> None:
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True))
    office.environment("VIEWS", "false")
    office.run(schema_plan, tmp_path / "plan.json")
    office.environment("VIEWS", "true")
    with pytest.raises(ApprovalMissing, match="are not in"):
        office.run(schema_apply, tmp_path / "plan.json")
    office.run(schema_plan, tmp_path / "other.json")
    office.run(schema_apply, tmp_path / "other.json")
    assert "Appointments" in names(office)
