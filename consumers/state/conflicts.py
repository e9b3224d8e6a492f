"""Open conflicts of a workspace: fields, or whole records, that a person and PbN want differently, until one side is taken.

A fold of the notes among this workspace's compensations. A note that a conflict was met opens it, a note that it is settled
closes it, and so does a rollback of the record. No value is in the table: both sides' values lie sealed in the note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, MetaData, String, Table

from events.compensations import Action, Body, Compensation, Phase
from events.database import bulk, in_parts, placeholders, read_at_once

MET = "conflict"
"""The reason of a note that a conflict was met. It changes nothing but the list of conflicts."""
SETTLED = "conflict_settled"
"""The reason of a note that a conflict is over: its values are equal, one side was taken, or it is none any more."""
EDITED = "edited_in_twenty"
DELETED = "deleted_in_twenty"
DESTROYED = "destroyed_in_twenty"
MERGED = "merged_in_twenty"
DELETED_IN_SOURCE = "deleted_in_source_edited_in_twenty"
DELETED_IN_SOURCE_BUILT_ON = "deleted_in_source_built_on_in_twenty"
WHOLE_RECORD = ""
"""The field of a conflict about a whole record."""

CONFLICTS = Table(
    "consumer_conflicts",
    MetaData(),
    Column("workspace", String, primary_key=True),
    Column("object", String, primary_key=True),
    Column("twenty_id", LargeBinary(16), primary_key=True),
    Column("field", String, primary_key=True),
    Column("record_id", LargeBinary(16), nullable=False),
    Column("reason", String, nullable=False),
    Column("partition", Integer, nullable=False),  # of the note that opened it, among the compensations
    Column("offset", BigInteger, nullable=False),
)
Index("consumer_conflicts_in_order", CONFLICTS.c.workspace, CONFLICTS.c.partition, CONFLICTS.c.offset)
Index("consumer_conflicts_of_record", CONFLICTS.c.workspace, CONFLICTS.c.record_id)

COLUMNS = 'object, twenty_id, field, record_id, reason, partition, "offset"'


@dataclass(frozen=True, slots=True, kw_only=True)
class MetConflict:
    """The sealed detail of a note that a conflict was met: its reason, and the last person or program to change the record."""

    reason: str
    source: str = ""
    name: str = ""
    member: str | None = None
    at: str | None = None

    def to_text(self) -> str:
        """Return the detail as the note's body holds it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def met_in(body: Body) -> MetConflict | None:
    """Return the detail of a note; None where its person was forgotten."""
    return None if body.detail is None else MetConflict(**json.loads(body.detail))


class OpenConflict(NamedTuple):
    """An open conflict. `position` is that of the note in the compensations."""

    object: str
    twenty_id: bytes
    field: str
    record_id: bytes
    reason: str
    position: tuple[int, int]

    @property
    def key(self) -> tuple[str, bytes]:
        """Return the record in Twenty that it is about."""
        return self.object, self.twenty_id


@dataclass(kw_only=True)
class ConflictBatch:
    """Changes of the table that some compensations make, in their order."""

    _dropped: set[tuple[str, bytes]] = field(default_factory=set)
    _fields: dict[tuple[str, bytes], dict[str, OpenConflict | None]] = field(default_factory=dict)

    def take(self, event: Compensation, body: Body | None, position: tuple[int, int]) -> None:
        """Add the next event of the workspace; `body` is needed for notes alone."""
        if event.phase is Phase.INTENDED:
            return
        key = (event.object, event.twenty_id)
        if event.reason == MET:
            met = met_in(body) if body else None
            if body is not None and met is not None:
                for name in body.written if met.reason == EDITED else (WHOLE_RECORD,):
                    row = OpenConflict(*key, name, event.record_id, met.reason, position)
                    self._fields.setdefault(key, {})[name] = row
        elif event.reason == SETTLED:
            if body is None or not body.written:  # of a person who was forgotten
                self._drop(key)
            for name in body.written if body else ():
                self._fields.setdefault(key, {})[name] = None
        elif event.phase is Phase.UNDONE or (event.phase is Phase.APPLIED and event.action is not Action.UPDATE):
            self._drop(key)

    def _drop(self, key: tuple[str, bytes]) -> None:
        self._dropped.add(key)
        self._fields.pop(key, None)

    def save(self, connection: Connection, workspace: str) -> None:
        """Fold the batch within a transaction of the view."""
        rows = [row for fields in self._fields.values() for row in fields.values() if row is not None]
        gone = [(workspace, *key, name) for key, fields in self._fields.items() for name, row in fields.items() if row is None]
        if (self._dropped or gone) and _has_any(connection, workspace):
            bulk(
                connection,
                "DELETE FROM consumer_conflicts WHERE workspace = ? AND object = ? AND twenty_id = ?",
                [(workspace, *key) for key in sorted(self._dropped)],
            )
            bulk(
                connection,
                "DELETE FROM consumer_conflicts WHERE workspace = ? AND object = ? AND twenty_id = ? AND field = ?",
                gone,
            )
        bulk(
            connection,
            f"INSERT INTO consumer_conflicts (workspace, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
            "ON CONFLICT (workspace, object, twenty_id, field) DO UPDATE SET record_id = excluded.record_id, "
            'reason = excluded.reason, partition = excluded.partition, "offset" = excluded."offset"',
            [(workspace, *row[:5], *row.position) for row in rows],
        )


def _has_any(connection: Connection, workspace: str) -> bool:
    query = "SELECT 1 FROM consumer_conflicts WHERE workspace = ? LIMIT 1"
    return bool(read_at_once(connection, query, (workspace,)))


def all_open(connection: Connection, workspace: str, of_mine: str) -> list[OpenConflict]:
    """Return the open conflicts in the order of the log; `of_mine` is a condition for partitions."""
    query = f'SELECT {COLUMNS} FROM consumer_conflicts WHERE workspace = ?{of_mine} ORDER BY partition, "offset", field'  # noqa: S608
    return [_row(found) for found in read_at_once(connection, query, (workspace,))]


def open_of(connection: Connection, workspace: str, records: Sequence[bytes]) -> Iterable[OpenConflict]:
    """Yield the open conflicts of some records of PbN."""
    if not _has_any(connection, workspace):  # as in most windows: their records need not be looked for
        return
    for part in in_parts(records):
        query = f"SELECT {COLUMNS} FROM consumer_conflicts WHERE workspace = ? AND record_id IN ({placeholders(part)})"  # noqa: S608
        yield from (_row(found) for found in read_at_once(connection, query, (workspace, *part)))


def _row(found: Sequence[Any]) -> OpenConflict:
    name, twenty_id, column, record_id, reason, partition, offset = found
    return OpenConflict(name, twenty_id, column, record_id, reason, (partition, offset))
