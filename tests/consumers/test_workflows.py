"""The workspace's workflows that fire on our writes are named; all others are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from consumers.data_model.firing_workflows import firing_workflows, firing_workflows_beside
from consumers.twenty.graphql import ReadShare
from consumers.twenty.transport.errors import Refusal, Refused
from consumers.twenty.workspace import Workspace
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration


@contextmanager
def as_a_customer_gets_it() -> Iterator[Workspace]:
    settings = WorkspaceSettings(api_key="key", rate_limit=0, sample_workflows=True)
    with running(settings) as url, Workspace(url, "key", rate_limit=0) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def new_workspace() -> Iterator[Workspace]:
    """Yield a workspace in which nobody changes anything."""
    with as_a_customer_gets_it() as workspace:
        yield workspace


def test_the_sample_workflow_of_a_new_workspace_is_named(new_workspace: Workspace) -> None:
    [one] = firing_workflows(new_workspace)
    assert (one.name, one.event) == ("Create company when adding a new person", "person.upserted")
    assert one.is_sample
    assert "--disable-sample-workflow" in one.to_do


def test_a_second_request_names_those_that_fire(new_workspace: Workspace) -> None:
    before = new_workspace.requests
    firing_workflows(new_workspace)
    assert new_workspace.requests == before + 2


def test_where_none_fires_one_request_says_so_and_brings_other_records() -> None:
    settings = WorkspaceSettings(api_key="key", rate_limit=0, members=("dana@fern.example",))
    with running(settings) as url, Workspace(url, "key", rate_limit=0) as workspace:
        found, beside = firing_workflows_beside(workspace, {"workspaceMembers": ({}, ("userEmail",))})
        assert found == []
        assert [one["userEmail"] for one in beside["workspaceMembers"]] == ["dana@fern.example"]
        assert workspace.requests == 1


def test_objects_with_more_records_than_a_page_are_left_out_where_only_few_are_wanted(monkeypatch: Any) -> None:
    settings = WorkspaceSettings(api_key="key", rate_limit=0)
    with running(settings) as url, Workspace(url, "key", rate_limit=0) as workspace:
        workspace.create("people", [{"name": {"firstName": name}} for name in ("Ada", "Bo", "Cy")])
        wanted = {"people": ({}, ("name",))}
        assert len(firing_workflows_beside(workspace, wanted, if_few=["people"])[1]["people"]) == 3
        monkeypatch.setitem(ReadShare.__init__.__kwdefaults__, "first", 2)
        assert "people" not in firing_workflows_beside(workspace, wanted, if_few=["people"])[1]
        assert len(firing_workflows_beside(workspace, wanted)[1]["people"]) == 3


EVENTS = [
    ({"type": "DATABASE_EVENT", "settings": {"eventName": "person.updated"}}, "person.updated"),
    ({"type": "DATABASE_EVENT", "settings": {"eventName": "treatmentPlan.created"}}, "treatmentPlan.created"),
    ({"type": "DATABASE_EVENT", "settings": {"eventName": "opportunity.created"}}, None),
    ({"type": "MANUAL", "settings": {}}, None),
    ({"type": "CRON", "settings": {"pattern": "0 1 * * *"}}, None),
    ({"type": "DATABASE_EVENT"}, None),
    (None, None),
]


def answers(trigger: Any, *, rows: bool, maker: str = "MANUAL") -> dict[str, list[dict[str, Any]]]:
    """Return what a workspace answers about one workflow; with `rows` it fires them by rows of their own."""
    by = {"source": maker, "name": "Dana Reed", "workspaceMemberId": None}
    found = {
        "workflows": [{"id": "w", "name": "Ours", "statuses": ["ACTIVE"], "createdBy": by}],
        "workflowVersions": [{"id": "v", "workflowId": "w", "trigger": trigger}],
    }
    if rows:
        is_event = trigger is not None and trigger["type"] == "DATABASE_EVENT"
        row = {"id": "t", "workflowId": "w", "settings": (trigger or {}).get("settings")}
        found["workflowAutomatedTriggers"] = [row] if is_event else []
    return found


@pytest.mark.parametrize("rows", [True, False], ids=["rows of triggers", "none"])
@pytest.mark.parametrize(("trigger", "event"), EVENTS)
def test_what_it_fires_on_decides(
    new_workspace: Workspace, monkeypatch: Any, trigger: Any, event: str | None, *, rows: bool
) -> None:
    monkeypatch.setattr(new_workspace, "find_several", lambda _wanted: answers(trigger, rows=rows))
    found = firing_workflows(new_workspace)
    assert [one.event for one in found] == ([event] if event else [])
    assert [one.triggers for one in found] == ([("t",) if rows else ()] if event else [])


def test_a_workflow_of_people_is_no_sample_whatever_its_name(new_workspace: Workspace, monkeypatch: Any) -> None:
    monkeypatch.setattr(new_workspace, "find_several", lambda _wanted: answers(EVENTS[0][0], rows=True))
    [one] = firing_workflows(new_workspace)
    assert not one.is_sample
    assert "people made it" in one.to_do
    monkeypatch.setattr(new_workspace, "find_several", lambda _wanted: answers(EVENTS[0][0], rows=True, maker="SYSTEM"))
    assert firing_workflows(new_workspace)[0].is_sample


def test_a_key_that_may_not_read_workflows_still_finds_the_sample(new_workspace: Workspace, monkeypatch: Any) -> None:
    find = new_workspace.find_several

    def limited(wanted: dict[str, Any]) -> Any:
        if "workflows" in wanted:
            raise Refused("no", kind=Refusal.PERMISSION)
        return find(wanted)

    monkeypatch.setattr(new_workspace, "find_several", limited)
    [one] = firing_workflows(new_workspace)
    assert one.is_sample
    assert one.name == "Create company when adding a new person"


def test_one_that_is_switched_off_or_deleted_does_not_fire() -> None:
    with as_a_customer_gets_it() as workspace:
        [one] = firing_workflows(workspace)
        workspace.soft_delete("workflowAutomatedTriggers", one.triggers)
        assert firing_workflows(workspace) == []
        workspace.restore("workflowAutomatedTriggers", one.triggers)
        assert firing_workflows(workspace) == [one]
        workspace.soft_delete("workflows", [one.id])
        assert firing_workflows(workspace) == []
        workspace.restore("workflows", [one.id])
        assert firing_workflows(workspace) == [], "a workflow that was deleted comes back deactivated"
