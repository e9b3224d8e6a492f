"""Values that Twenty's own workflows and applications wrote over ours, told apart from the edits of people.

A record names its last actor alone (`updatedBy`), so that a workflow's write would claim a person's earlier edit, and the other
way round. The timeline tells of each field: a row of an update holds the values before and after, `updatedBy` among them where
the actor changed, and the member where a person acted (`timeline-activity.service.ts`, seen on a 2.21). A field counts as an
automation's only where its newest row says so. Without such a row, it is a person's: that is never overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from consumers.journal.three_way import LastWrite, edited
from consumers.twenty.images import Image
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.database import in_parts

AUTOMATIONS: Final = frozenset({"WORKFLOW", "APPLICATION"})
"""Sources of Twenty's automations (`updatedBy.source`). An AGENT acts for a person, another API key is another program."""
_ROWS: Final = "timelineActivities"
_AT_ONCE: Final = 2_000
"""Records that one request asks about."""

FieldsByRecord = Mapping[str, Collection[str]]
"""Fields of records of one object, by the record's id in Twenty."""


def automated(
    workspace: Workspace, plural: str, doubtful: FieldsByRecord, images: Mapping[str, Image]
) -> dict[str, frozenset[str]]:
    """Return those of the doubtful fields that an automation wrote last, by id; `images` hold `updatedBy`.

    Costs one request for each 2,000 records that an automation changed, none where it changed no record. Raises TwentyError.
    """
    metadata = workspace.metadata()
    column = _target(metadata, plural)
    ids = [identity for identity, fields in doubtful.items() if fields and identity in images]
    if column is None or not ids:
        return {}
    found: dict[str, frozenset[str]] = {}
    for part in in_parts(ids, _AT_ONCE):
        rows: dict[str, list[Image]] = defaultdict(list)
        columns = ("id", "createdAt", "name", "properties", "workspaceMemberId", column)
        for row in workspace.find(_ROWS, {column: {"in": list(part)}}, fields=columns):
            rows[str(row[column])].append(row)
        for identity in part:
            last = last_writers(rows[identity])
            mine = frozenset(name for name in doubtful[identity] if _author(last, name) in AUTOMATIONS)
            if mine:
                found[identity] = mine
    return found


def last_writers(rows: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """Return the source of the newest write to each field that a record's timeline tells of; "" where it does not name one.
    Pure. Rows of the same moment contradict each other where their sources differ: then the source is "".
    """
    writers: dict[str, tuple[str, str]] = {}
    actor = ""
    for row in sorted(rows, key=lambda one: str(one.get("createdAt"))):
        properties = row.get("properties")
        changed = properties.get("diff") if isinstance(properties, Mapping) else None
        if not isinstance(changed, Mapping):
            continue
        by = (changed.get("updatedBy") or {}).get("after") or {}
        actor = "MANUAL" if row.get("workspaceMemberId") else str(by.get("source") or actor)
        at = str(row.get("createdAt"))
        for name in changed:
            earlier = writers.get(name)
            writers[name] = (at, "" if earlier is not None and earlier[0] == at and earlier[1] != actor else actor)
    return {name: source for name, (_, source) in writers.items()}


def none_automated(_plural: str, _doubtful: FieldsByRecord, _images: Mapping[str, Image]) -> dict[str, frozenset[str]]:
    """Return no field: every change counts as a person's."""
    return {}


Automated = Callable[[str, FieldsByRecord, Mapping[str, Image]], Mapping[str, frozenset[str]]]
"""Tells the fields that automations wrote, as `automated` does for a workspace."""


def overwritten(
    tell: Automated, records: Iterable[tuple[str, str, LastWrite]], images: Mapping[str, Mapping[str, Image]]
) -> dict[tuple[str, str], frozenset[str]]:
    """Return the fields that automations wrote over ours in these records (object, id, our last write), by object and id.

    `images` are those of the records by object and id. Raises TwentyError.
    """
    changed: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for plural, identity, last in records:
        image = images[plural].get(identity)
        if image is not None and (fields := edited(last, image)):
            changed[plural][identity] = fields
    return {
        (plural, identity): fields
        for plural, some in changed.items()
        for identity, fields in tell(plural, some, images[plural]).items()
    }


def _author(last: Mapping[str, str], name: str) -> str:
    """Return the source of a field's newest write; a relation stands in the timeline under its name without `Id`."""
    return last.get(name) or last.get(name.removesuffix("Id"), "")


def _target(metadata: Metadata, plural: str) -> str | None:
    """Return the column by which timeline rows point at records of an object."""
    if _ROWS not in metadata or plural not in metadata:
        return None
    column = f"target{metadata.object(plural).capitalised}Id"
    return column if column in metadata.object(_ROWS).columns else None
