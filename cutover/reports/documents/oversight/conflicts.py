"""The documents of `conflicts list`, `conflicts show` and `conflicts resolve`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class LastChange(TypedDict):
    """The last person or program to change a record in Twenty, as it said when the conflict was met."""

    source: str
    """As Twenty has it: MANUAL, API, WORKFLOW, IMPORT and others."""
    name: str
    member: str | None
    at: str | None


class LostRecord(TypedDict):
    """A task, note or document whose link to its patient went with a merge."""

    object: str
    """`taskTargets`, `noteTargets` or `attachments`."""
    pbnId: str


class MergedPerson(TypedDict):
    """A merge of two people in Twenty that destroyed a patient's person."""

    into: str
    """The id in Twenty of the person who stays."""
    lost: list[LostRecord]


class ListedConflict(TypedDict):
    """An open conflict."""

    object: str
    id: str
    """The record's id in Twenty."""
    record: str
    """The UUID of the record in the log."""
    pbnId: str | None
    entity: str
    field: str | None
    """Null where the whole record is in conflict."""
    fields: list[str]
    """Of a whole record, the fields that people changed."""
    reason: str
    state: str
    """`open`, or `decided`: the next sync carries the decision out."""
    take: str | None
    by: str | None
    met_at: str
    run: str
    changed_by: LastChange | None
    """Null where Twenty did not say."""
    extract: str | None
    file: str | None
    row: int | None
    merged: MergedPerson | None
    """Of a patient who was merged into another person; else null."""
    position: str
    """The position of the note that opened it, among the compensations."""


class ModelConflict(TypedDict):
    """A part of the data model that people removed from Twenty or switched off, or a column that PbN no longer sends."""

    object: str
    field: str
    """The field in Twenty, empty for a whole object; of a column that is no longer sent, the field that it was bound to."""
    option: str | None
    reason: str
    """`field_removed`, `option_removed`, `object_removed`, `field_deactivated`, `object_deactivated` or `column_not_sent`."""
    state: str
    """`open` or `decided`."""
    take: str | None
    by: str | None
    met_at: str
    run: str | None


class ConflictsDocument(TypedDict):
    """The open conflicts."""

    conflicts: list[ListedConflict]
    model: list[ModelConflict]


class ShownConflict(ListedConflict):
    """A conflict with the values of both sides; these are null without `--decrypt`."""

    means: str
    ours: dict[str, Any] | None
    """The values that PbN wants, by field."""
    theirs: dict[str, Any] | None
    """The values that Twenty held when the conflict was met."""
    before: dict[str, Any] | None
    """The values that Twenty answered to our last write."""


class ShownConflictsDocument(TypedDict):
    """Everything about some conflicts."""

    decrypted: bool
    conflicts: list[ShownConflict]


class ResolvedDocument(TypedDict):
    """A decision about conflicts."""

    take: str
    by: str
    why: str
    conflicts: list[ListedConflict]
    model: list[ModelConflict]
