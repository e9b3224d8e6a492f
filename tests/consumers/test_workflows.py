"""The workspace's workflows that fire on our writes are named; all others are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from consumers.data_model.firing_workflows import firing_workflows
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
    assert (one.name, one.event) == ("Create company when adding a new person", "person.created")


def test_one_request_finds_them(new_workspace: Workspace) -> None:
    before = new_workspace.requests
    firing_workflows(new_workspace)
    assert new_workspace.requests == before + 1


@pytest.mark.parametrize(
    ("trigger", "event"),
    [
        ({"type": "DATABASE_EVENT", "settings": {"eventName": "person.updated"}}, "person.updated"),
        ({"type": "DATABASE_EVENT", "settings": {"eventName": "treatmentPlan.created"}}, "treatmentPlan.created"),
        ({"type": "DATABASE_EVENT", "settings": {"eventName": "opportunity.created"}}, None),
        ({"type": "MANUAL", "settings": {}}, None),
        ({"type": "CRON", "settings": {"pattern": "0 1 * * *"}}, None),
        ({"type": "DATABASE_EVENT"}, None),
        (None, None),
    ],
)
def test_what_it_fires_on_decides(new_workspace: Workspace, monkeypatch: Any, trigger: Any, event: str | None) -> None:
    found = {
        "workflows": [{"id": "w", "name": "Ours", "statuses": ["ACTIVE"], "lastPublishedVersionId": "v"}],
        "workflowVersions": [{"id": "v", "workflowId": "w", "trigger": trigger}],
    }
    monkeypatch.setattr(new_workspace, "find_several", lambda _wanted: found)
    assert [one.event for one in firing_workflows(new_workspace)] == ([event] if event else [])


def test_one_that_is_switched_off_or_deleted_does_not_fire() -> None:
    with as_a_customer_gets_it() as workspace:
        [one] = firing_workflows(workspace)
        workspace.soft_delete("workflows", [one.id])
        assert firing_workflows(workspace) == []
        workspace.restore("workflows", [one.id])
        workspace.update("workflows", one.id, {"statuses": ["DEACTIVATED"]})
        assert firing_workflows(workspace) == []
