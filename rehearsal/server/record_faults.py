"""Troubles that strike inside the workspace: one record of a batch is refused, and an admin removes a field in mid-run.

``batch-refused`` strikes a share of the batches: one of its records, picked by chance, is refused as a bad value is, and with
it the batch. It is refused again whenever it comes, alone too, as long as the server runs. Records are known by their id,
without one by what they hold; a batch is judged when its records come for the first time, so that its halves are not struck
anew.

``field-removed`` strikes once: at a share of the writes, a custom field that records hold values of, and that the write brings,
is deleted as an admin deletes it. Unique fields and relations are spared. The write is refused then: the field is not there.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import orjson

from rehearsal.model.model import Field, ObjectType
from rehearsal.operations.fields import delete_field
from rehearsal.server.faults import Fault
from rehearsal.store.writers import default_value
from rehearsal.values.errors import ApiError, invalid_value
from rehearsal.values.inspection import inspect
from rehearsal.workspace.workspace import RehearsalWorkspace


class RecordFaults:
    """The troubles of one workspace's records; ``strike`` is called before records are written."""

    def __init__(self, workspace: RehearsalWorkspace, faults: Sequence[Fault], seed: int) -> None:
        self._workspace = workspace
        self._rates = {fault.kind: fault.rate for fault in faults}
        self._random = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        self._judged: set[str] = set()
        self._refused: set[str] = set()
        self._is_removed = False

    def strike(self, item: ObjectType, records: Sequence[Any]) -> None:
        """Remove, by chance, a field of the object, or refuse one of the records that are about to be written.

        Raises:
            ApiError: a record is refused.
        """
        if "field-removed" in self._rates and not self._is_removed:
            self._remove_field(item, records)
        if "batch-refused" in self._rates:
            self._refuse_one(records)

    def _refuse_one(self, records: Sequence[Any]) -> None:
        by_key = {_key(record): record for record in records}
        if len(by_key) > 1 and self._judged.isdisjoint(by_key) and self._random.random() < self._rates["batch-refused"]:
            self._refused.add(self._random.choice(list(by_key)))
        self._judged.update(by_key)
        for key, record in by_key.items():
            if key in self._refused:
                raise _refusal(record)

    def _remove_field(self, item: ObjectType, records: Sequence[Any]) -> None:
        if self._random.random() >= self._rates["field-removed"]:
            return
        brought = {key for record in records if isinstance(record, dict) for key in record}
        removable = [field for field in item.fields if field.name in brought and self._is_removable(item, field)]
        if removable:
            delete_field(self._workspace, self._random.choice(removable).id)
            self._is_removed = True

    def _is_removable(self, item: ObjectType, field: Field) -> bool:
        if not field.custom or field.unique or field.is_relation:
            return False
        nothing = default_value(field)
        return any(row[field.name] != nothing for row in self._workspace.store.table(item))


def _key(record: Any) -> str:
    if isinstance(record, dict) and isinstance(record.get("id"), str):
        return str(record["id"]).lower()
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode()


def _refusal(record: Any) -> ApiError:
    """Return what a value is refused with that its field does not take (cassette ``bad-record-in-batch``)."""
    texts = {key: value for key, value in record.items() if isinstance(value, str)} if isinstance(record, dict) else {}
    key, value = next(((k, v) for k, v in texts.items() if k != "id"), ("id", texts.get("id")))
    return invalid_value(f'Invalid string value {inspect(value)} for text field "{key}"', f'Invalid value: "{inspect(value)}"')
