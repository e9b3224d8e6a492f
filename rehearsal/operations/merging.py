"""Merging records, as Twenty's ``mergeMany`` does (``common-merge-many-query-runner.service.ts`` of 2.21).

Relations of type RELATION that point at the losers point at the winner afterwards. Links, attachments and timeline rows point
by MORPH_RELATION: those of the losers go with them. The losers are destroyed, not soft-deleted. The winner's own values win;
what it lacks it gets from the first loser that has it, and e-mails, numbers and links of all are put together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal.model.model import Field, ObjectType
from rehearsal.operations.records import Records
from rehearsal.store.uniqueness import Row
from rehearsal.values.clock import now_text
from rehearsal.values.errors import bad_request, not_found
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

MOST_RECORDS = 9
MERGED_OBJECTS = frozenset({"person", "company"})
"""The objects with criteria for duplicates; others cannot be merged."""
_SYSTEM = frozenset({"createdAt", "updatedAt", "deletedAt", "createdBy", "updatedBy"})


def merge(workspace: RehearsalWorkspace, item: ObjectType, sent: dict[str, Any], columns: Iterable[str] | None = None) -> Row:
    """Merge records into one of them; return it.

    Args:
        workspace: where.
        item: their object.
        sent: ``ids``, ``conflictPriorityIndex`` (which of them stays), perhaps ``dryRun``.
        columns: those that are merged; GraphQL merges the selected ones. None: all.

    Raises:
        ApiError: an object that cannot be merged, too few or too many records, no such index, or one that is not there.
    """
    ids, index = _checked(item, sent.get("ids"), sent.get("conflictPriorityIndex"))
    table = workspace.store.table(item)
    rows = [row for one in ids if (row := table.get(one)) is not None and row["deletedAt"] is None]
    if len(rows) != len(ids):
        raise not_found("One or more records not found", "One or more records were not found.")
    winner, losers = rows[index], [row for row in rows if row["id"] != rows[index]["id"]]
    values = _merged(item, rows, winner, frozenset(item.by_column if columns is None else columns))
    if sent.get("dryRun"):
        return {**winner, **values, "id": new_uuid(), "deletedAt": now_text()}
    records = Records(workspace)
    with workspace.store.statement():
        for other, field in workspace.model.incoming(item):
            if field.type == "RELATION" and field.active:  # what points by a field that is switched off stays behind
                pointing = workspace.store.table(other)
                for row in pointing.some(i for loser in losers for i in pointing.linked(field.column or "", loser["id"])):
                    records.write(other, row["id"], {field.column or "": winner["id"]})
        records.destroy(item, losers)
        return records.write(item, winner["id"], values)


def _checked(item: ObjectType, ids: Any, index: Any) -> tuple[list[str], int]:
    if item.name_singular not in MERGED_OBJECTS:
        raise bad_request(
            "Merge is only available for objects with duplicate criteria. "
            f"Object '{item.name_singular}' does not have duplicate criteria defined.",
            friendly="This type of record cannot be merged.",
        )
    if not isinstance(ids, list) or len(ids) < 2:
        message = "Please select at least 2 records to merge."
        raise bad_request("At least 2 record IDs are required for merge", friendly=message)
    if len(ids) > MOST_RECORDS:
        message = f"You can merge up to {MOST_RECORDS} records at once."
        raise bad_request(f"Maximum {MOST_RECORDS} records can be merged at once", friendly=message)
    if not isinstance(index, int) or not 0 <= index < len(ids):
        count = len(ids)
        raise bad_request(f"Invalid conflict priority '{index}'. Valid options for {count} records: 0-{count - 1}")
    return [str(one).lower() for one in ids], index


def _merged(item: ObjectType, rows: list[Row], winner: Row, columns: frozenset[str]) -> dict[str, Any]:
    """Return the winner's new values; columns that none of the records fills are not among them."""
    values: dict[str, Any] = {}
    for column, field in item.by_column.items():
        if field.system or field.name in _SYSTEM or column not in columns:
            continue
        filled = [row for row in rows if _says_something(row[column])]
        if len(filled) == 1:
            values[column] = filled[0][column]
        elif filled and not field.is_relation:  # of a relation that several have the winner's stays
            values[column] = _together(field, column, filled, winner)
    return values


def _together(field: Field, column: str, rows: list[Row], winner: Row) -> Any:
    first = next((row for row in rows if row["id"] == winner["id"]), rows[0])[column]
    held = [row[column] for row in rows]
    match field.type:
        case "ARRAY" | "MULTI_SELECT":
            return list(dict.fromkeys(entry for value in held for entry in value)) or None
        case "EMAILS":
            leading = next((v for v in (first, *held) if v.get("primaryEmail")), first).get("primaryEmail") or ""
            entries = [mail for v in held for mail in (v.get("primaryEmail"), *(v.get("additionalEmails") or ())) if mail]
            others = [mail for mail in dict.fromkeys(entries) if mail != leading]
            return {"primaryEmail": leading, "additionalEmails": others or None}
        case "PHONES":
            return _phones(first, held)
        case "LINKS":
            return _links(first, held)
        case _:
            return first


def _phones(first: dict[str, Any], held: list[dict[str, Any]]) -> dict[str, Any]:
    leading = next((v for v in (first, *held) if v.get("primaryPhoneNumber")), first)
    numbers: dict[str, dict[str, Any]] = {}
    for value in held:
        if value.get("primaryPhoneNumber"):
            one = {
                "number": value["primaryPhoneNumber"],
                "countryCode": value.get("primaryPhoneCountryCode"),
                "callingCode": value.get("primaryPhoneCallingCode"),
            }
            numbers.setdefault(one["number"], one)
        for other in value.get("additionalPhones") or ():
            if other.get("number"):
                numbers.setdefault(other["number"], other)
    numbers.pop(leading.get("primaryPhoneNumber") or "", None)
    return {**leading, "additionalPhones": list(numbers.values()) or None}


def _links(first: dict[str, Any], held: list[dict[str, Any]]) -> dict[str, Any]:
    leading = next((v for v in (first, *held) if v.get("primaryLinkUrl")), first)
    links: dict[str, dict[str, Any]] = {}
    for value in held:
        if value.get("primaryLinkUrl"):
            links.setdefault(value["primaryLinkUrl"], {"url": value["primaryLinkUrl"], "label": value.get("primaryLinkLabel")})
        for other in value.get("secondaryLinks") or ():
            if other.get("url"):
                links.setdefault(other["url"], other)
    links.pop(leading.get("primaryLinkUrl") or "", None)
    return {**leading, "secondaryLinks": list(links.values()) or None}


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    return value is not None and value != []
