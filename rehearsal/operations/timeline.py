"""Timeline rows: what Twenty's worker writes about each record that was created, updated, deleted or restored.

After ``timeline-activity.service.ts`` and ``timeline-activity.repository.ts`` of 2.21. A row points at its record
(``targetPersonId`` …), says what happened (``person.updated``), and holds values before and after an update. Links of tasks
and notes make a row at their person, with the title of the task or note. Destroying a record makes none: rows of people and
companies go with them, rows of notes, tasks and custom objects stay and point at nothing. Rows of API keys name no member.
"""

from __future__ import annotations

from typing import Any

from rehearsal.model.model import ObjectType
from rehearsal.store.uniqueness import Row
from rehearsal.store.writers import empty_row
from rehearsal.values.clock import now_text
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

LINKS = {"noteTarget": "note", "taskTarget": "task"}
_UNTOLD = frozenset({"updatedAt", "searchVector", "position"})
_SYSTEM: dict[str, Any] = {"source": "SYSTEM", "workspaceMemberId": None, "name": "System", "context": {}}


class Timeline:
    """The worker that writes timeline rows into one workspace. It is never behind."""

    def __init__(self, workspace: RehearsalWorkspace) -> None:
        self._workspace = workspace

    def changed(self, action: str, item: ObjectType, rows: list[tuple[Row | None, Row]]) -> None:
        """Write the rows about records that were ``created``, ``updated``, ``deleted`` or ``restored``."""
        if item.name_singular in LINKS:
            told = [self._about_link(action, item, after) for _, after in rows]
        elif item.system:
            return
        else:
            told = [self._about(action, item, before, after) for before, after in rows]
            told += [row for before, after in rows for row in self._about_title(action, item, before, after)]
        activity = self._workspace.object("timelineActivity")
        table, base, now = self._workspace.store.table(activity), empty_row(activity), now_text()
        for values in told:
            if values is not None:
                member = self._workspace.actor.get("workspaceMemberId")
                made = {"id": new_uuid(), "createdAt": now, "updatedAt": now, "happensAt": now, "position": 0}
                self._workspace.store.insert(
                    table, base | made | {"createdBy": _SYSTEM, "updatedBy": _SYSTEM, "workspaceMemberId": member} | values
                )

    def _about(self, action: str, item: ObjectType, before: Row | None, after: Row) -> Row | None:
        name, target = f"{item.name_singular}.{action}", f"target{item.pascal}Id"
        if action != "updated":
            return {"name": name, target: after["id"]}
        relations = {field.column: field.name for field in item.fields if field.is_relation and field.column}
        difference: dict[str, Any] = {}
        for column, value in after.items():
            if before is None or column in _UNTOLD or before.get(column) == value:
                continue
            if column in relations:  # a relation is told under its name (seen on a 2.21)
                difference[relations[column]] = {"before": {"id": before[column]}, "after": {"id": value}}
            else:
                difference[column] = {"before": before[column], "after": value}
        return {"name": name, target: after["id"], "properties": {"diff": difference}} if difference else None

    def _about_title(self, action: str, item: ObjectType, before: Row | None, after: Row) -> list[Row]:
        """Return a row for each link of a task or note with another title now; as in Twenty they point at no record."""
        if item.name_singular not in LINKS.values() or before is None or before["title"] == after["title"]:
            return []
        link = self._workspace.object(f"{item.name_singular}Target")
        count = len(self._workspace.store.table(link).linked(f"{item.name_singular}Id", after["id"]))
        row = {
            "name": f"linked-{item.name_singular}.{action}",
            "properties": {"diff": {"title": {"before": before["title"], "after": after["title"]}}},
            "linkedRecordId": after["id"],
            "linkedRecordCachedName": after["title"],
            "linkedObjectMetadataId": item.id,
        }
        return [row] * count

    def _about_link(self, action: str, item: ObjectType, link: Row) -> Row | None:
        kind = LINKS[item.name_singular]
        owner = self._workspace.object(kind)
        about = self._workspace.store.table(owner).get(str(link[f"{kind}Id"]))
        column = next((c for c, v in link.items() if c.startswith("target") and c.endswith("Id") and v is not None), None)
        if about is None or column is None:
            return None
        return {
            "name": f"linked-{kind}.{action}",
            column: link[column],
            "linkedRecordId": about["id"],
            "linkedRecordCachedName": about["title"],
            "linkedObjectMetadataId": owner.id,
        }
