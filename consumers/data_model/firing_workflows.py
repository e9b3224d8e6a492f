"""The workspace's own workflows that fire when we write: named before the first write, for the operator to deactivate.

A new workspace ships with "Create company when adding a new person", which puts every person with a company-like e-mail domain
into a new company, over the one that was sent, seconds later. An API key can neither deactivate it nor tell it to look away
(cassette `0-sample-workflows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consumers.twenty.transport.errors import Refused
from consumers.twenty.workspace import Workspace
from projections.destination import destination

SAMPLES = {"Create company when adding a new person": "person.created"}
"""Sample workflows known by name, for workspaces that do not show what triggers them."""

TO_DO = "deactivate it in Twenty (Workflows) before the first write; activate it again after the migration if you want it"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringWorkflow:
    """An active workflow, by its id and its name in Twenty, and what it fires on (`person.created`)."""

    id: str
    name: str
    event: str


def firing_workflows(workspace: Workspace) -> list[FiringWorkflow]:
    """Return the active workflows that writing our objects fires, by name. Costs one request. A workspace without
    workflows, or a key that may not read them, has none to show. Raises TwentyError.
    """
    metadata = workspace.metadata()
    if "workflow" not in metadata or "workflowVersion" not in metadata:
        return []
    try:
        found = workspace.find_several(
            {
                "workflows": ({}, ("id", "name", "statuses", "lastPublishedVersionId")),
                "workflowVersions": ({"status": {"eq": "ACTIVE"}}, ("id", "workflowId", "trigger")),
            }
        )
    except Refused:
        return []
    triggers = {one["workflowId"]: one.get("trigger") for one in found["workflowVersions"]}
    firing = [
        FiringWorkflow(id=one["id"], name=one["name"], event=event)
        for one in found["workflows"]
        if "ACTIVE" in (one.get("statuses") or []) and (event := _event(one["name"], triggers.get(one["id"])))
    ]
    return sorted(firing, key=lambda one: (one.name, one.id))


def _event(name: str, trigger: Any) -> str | None:
    """Return the event of our writes that fires a workflow; None where no write does."""
    if not isinstance(trigger, Mapping):
        return SAMPLES.get(name)
    settings = trigger.get("settings")
    event = settings.get("eventName") if isinstance(settings, Mapping) else None
    if trigger.get("type") != "DATABASE_EVENT" or not isinstance(event, str):
        return None
    return event if event.partition(".")[0] in destination().objects else None
