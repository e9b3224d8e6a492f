"""The workspace's own workflows that fire when we write: named before the first write.

A new workspace ships with "Create company when adding a new person", which puts every person with a company-like e-mail domain
into a new company, over the one that was sent, seconds later (cassette `0-sample-workflows`). Such a sample, made by Twenty
itself, stops a sync. A workflow that people made is named only: its work may be wanted.

Twenty fires a workflow by its row in `workflowAutomatedTriggers`, which any API key may read: it is a system object. The
workflow itself, with its name and its maker, needs the right WORKFLOWS (`workspace-roles-permissions-cache.service.ts`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from consumers.twenty.images import Image
from consumers.twenty.transport.errors import Refused, Unauthorised
from consumers.twenty.workspace import Workspace
from projections.destination import destination

SAMPLE = "Create company when adding a new person"
"""Name of the sample workflow that fires on our writes."""
TRIGGERS = "workflowAutomatedTriggers"
_EVENT = "DATABASE_EVENT"
_SAMPLE_SETTINGS = ("person.upserted", ("emails",))
"""Event and watched fields of the sample's trigger (`prefill-workflows.util.ts`): known by them where its name is not shown."""

_COLUMNS = ("id", "name", "statuses", "createdBy")

Asked = tuple[Mapping[str, Any], Sequence[str]]
"""A filter and the columns of one object."""

TO_DO = (
    "`cutover schema apply --disable-sample-workflow` switches Twenty's own off, recorded and reversible; or deactivate it in "
    "Twenty: Workflows, open it, Deactivate"
)
TO_DO_OF_PEOPLE = (
    "people made it: if its work on migrated records is not wanted, deactivate it in Twenty (Workflows, open it, Deactivate) "
    "for the migration"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringWorkflow:
    """An active workflow, by its id and its name in Twenty, and what it fires on (`person.upserted`). `is_sample`: Twenty made
    it. `triggers` are ids of the rows by which Twenty fires it; none where the server has no such rows.
    """

    id: str
    name: str
    event: str
    is_sample: bool = False
    triggers: tuple[str, ...] = ()

    @property
    def to_do(self) -> str:
        """Return what can be done about it."""
        return TO_DO if self.is_sample else TO_DO_OF_PEOPLE


def firing_workflows(workspace: Workspace) -> list[FiringWorkflow]:
    """Return the active workflows that writing our objects fires, by name. Costs one request, and a second one for the names
    of those that fire. A workspace without workflows has none to show. Raises TwentyError.
    """
    return firing_workflows_beside(workspace, {})[0]


def firing_workflows_beside(
    workspace: Workspace, beside: Mapping[str, Asked], *, if_few: Collection[str] = ()
) -> tuple[list[FiringWorkflow], Mapping[str, list[Image]]]:
    """Return what `firing_workflows` does, and records of other objects that are read in the same request (see
    `Workspace.find_several`). Raises TwentyError.
    """
    metadata = workspace.metadata()
    has_rows, wanted = TRIGGERS in metadata, dict(beside)
    has_workflows = "workflow" in metadata and "workflowVersion" in metadata
    if has_workflows:
        wanted["workflowVersions"] = ({"status": {"eq": "ACTIVE"}}, ("id", "workflowId", "trigger"))
        if has_rows:
            wanted[TRIGGERS] = ({"type": {"eq": _EVENT}}, ("id", "workflowId", "settings"))
        else:
            wanted["workflows"] = ({}, _COLUMNS)
    if not wanted:
        return [], {}
    try:
        found = workspace.find_several(wanted, if_few=if_few) if if_few else workspace.find_several(wanted)
    except (Refused, Unauthorised):  # the right WORKFLOWS is missing; a key that is no good is refused with the next request
        if has_rows or not has_workflows:
            raise
        return [], {}
    if not has_workflows:
        return [], found
    firing = _firing(found)
    if has_rows and firing:
        names = {"workflows": ({"id": {"in": [one.id for one in firing]}}, _COLUMNS)}
        with suppress(Refused, Unauthorised):  # without the right WORKFLOWS they are known by their triggers
            firing = _firing({**found, **workspace.find_several(names)})
    return firing, found


def _firing(found: Mapping[str, list[Image]]) -> list[FiringWorkflow]:
    firing = [one for one in map(_Fired(found).workflow, _ids(found)) if one is not None]
    return sorted(firing, key=lambda one: (one.name, one.id))


@dataclass(frozen=True, slots=True)
class _Fired:
    """Answers about workflows, held against one another."""

    found: Mapping[str, list[Image]]

    def workflow(self, identity: str) -> FiringWorkflow | None:
        """Return a workflow that our writes fire; None where no write does."""
        shown = next((one for one in self.found.get("workflows", ()) if one["id"] == identity), None)
        if shown is not None and "ACTIVE" not in (shown.get("statuses") or []):
            return None
        versions = [one.get("trigger") for one in self.found["workflowVersions"] if one["workflowId"] == identity]
        if TRIGGERS not in self.found:
            event = next(filter(None, map(_event_of_version, versions)), None)
            return None if event is None else _named(identity, shown, event)
        rows = [one for one in self.found[TRIGGERS] if one["workflowId"] == identity and _event(one.get("settings"))]
        if not (rows and versions):
            return None
        event = str(_event(rows[0]["settings"]))
        return _named(identity, shown, event, rows)


def _ids(found: Mapping[str, list[Image]]) -> list[str]:
    """Return the ids of the workflows that may fire."""
    shown = (str(one["id"]) for one in found.get("workflows", ()))
    fired = (str(one["workflowId"]) for one in found.get(TRIGGERS, ()) if one.get("workflowId"))
    return list(dict.fromkeys((*shown, *fired)))


def _named(identity: str, shown: Image | None, event: str, rows: list[Image] | None = None) -> FiringWorkflow:
    """Return a workflow with its name and its maker, as far as the key may see them."""
    rows = rows or []
    if shown is not None:
        maker = (shown.get("createdBy") or {}).get("source")
        is_sample = maker == "SYSTEM" or (maker is None and shown.get("name") == SAMPLE)
        name = str(shown.get("name") or "")
    else:
        is_sample = any(_signature(one["settings"]) == _SAMPLE_SETTINGS for one in rows)
        name = SAMPLE if is_sample else ""
    return FiringWorkflow(
        id=identity, name=name, event=event, is_sample=is_sample, triggers=tuple(str(one["id"]) for one in rows)
    )


def _event_of_version(trigger: Any) -> str | None:
    """Return the event of our writes that a version's own trigger names; None where no write fires it."""
    if not isinstance(trigger, Mapping) or trigger.get("type") != _EVENT:
        return None
    return _event(trigger.get("settings"))


def _event(settings: Any) -> str | None:
    """Return the event of our writes that these settings of a trigger name; None where it is of another object."""
    event = settings.get("eventName") if isinstance(settings, Mapping) else None
    return event if isinstance(event, str) and event.partition(".")[0] in destination().objects else None


def _signature(settings: Mapping[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    return settings.get("eventName"), tuple(settings.get("fields") or ())
