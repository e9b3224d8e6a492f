"""Applied writes: where the compensations of each record, run and position lie, so that a rollback reads those alone.

A fold of this workspace's compensations, like the rest of the view, with a progress of its own: a state that was made before
these tables holds no such progress, and is filled from the log. One row is one write that Twenty has and that nothing has
undone. No value of a record is in it; objects and runs are numbers, so that a row stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    func,
)

from consumers.state.short_ids import LENGTH, among, short
from events.compensations import Action, Compensation, Phase
from events.database import bulk, bulk_read, in_parts, placeholders, read_at_once

WRITES = "applied-writes"
"""The name under which the view keeps how far the compensations were folded into these tables."""

TABLES = MetaData()
NAMES = Table(
    "consumer_names",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("name", String, nullable=False),  # an object's, or a run's
    UniqueConstraint("workspace", "name"),
)


def _columns() -> Iterator[Column[Any]]:
    yield Column("kind", Integer, nullable=False)  # the number of an object in one workspace
    yield Column("twenty_id", LargeBinary(16), nullable=False)
    yield Column("record_id", LargeBinary(16), nullable=False)
    yield Column("action", Integer, nullable=False)  # its place in `_ACTIONS`
    yield Column("run", Integer, nullable=False)
    yield Column("cause_partition", Integer, nullable=False)
    yield Column("cause_offset", BigInteger, nullable=False)
    yield Column("partition", Integer, nullable=False)
    yield Column("offset", BigInteger, nullable=False)
    yield Column("size", Integer, nullable=False)


INTENDED = Table(
    "consumer_intended",
    TABLES,
    Column("intent_id", LargeBinary(16), primary_key=True),
    *_columns(),
    sqlite_with_rowid=False,
)
APPLIED = Table(
    "consumer_applied",
    TABLES,
    Column("intent_id", LargeBinary(16), nullable=False),
    *_columns(),
    Index("ix_consumer_applied_run", "run"),
    Index("ix_consumer_applied_cause", "cause_partition", "cause_offset"),
)
Index("consumer_applied_by_id", func.substr(APPLIED.c.twenty_id, 1, LENGTH))
Index("consumer_applied_by_record", func.substr(APPLIED.c.record_id, 1, LENGTH))
_ACTIONS = (Action.CREATE, Action.UPDATE, Action.DELETE, Action.RESTORE, Action.DESTROY)
_CODES = {action: code for code, action in enumerate(_ACTIONS)}
_COLUMNS = 'intent_id, kind, twenty_id, record_id, action, run, cause_partition, cause_offset, partition, "offset", size'


class Write(NamedTuple):
    """One applied write: its intent, what it did to which record in which run, the change event that caused it, and where the
    intent lies; `size` is the intent's bytes.
    """

    intent_id: bytes
    object: str
    twenty_id: bytes
    record_id: bytes
    action: Action
    run: str
    cause: tuple[int, int]
    position: tuple[int, int]
    size: int


@dataclass(kw_only=True)
class Batch:
    """Changes of these tables that some compensations make."""

    intended: list[Write] = field(default_factory=list)
    applied: list[bytes] = field(default_factory=list)
    settled: set[bytes] = field(default_factory=set)
    undone: list[tuple[str, bytes, bytes]] = field(default_factory=list)

    def take(self, event: Compensation, position: tuple[int, int], size: int) -> None:
        """Add the next event of the workspace. An intent of a rollback is no write: it takes others back."""
        if event.phase is Phase.INTENDED:
            if not event.undoes:
                cause = (event.cause.partition, event.cause.offset)
                about = (event.object, event.twenty_id, event.record_id, event.action, event.run, cause)
                self.intended.append(Write(event.intent_id, *about, position, size))
            return
        if event.phase is Phase.UNDONE:
            self.undone += [(event.object, event.twenty_id, intent) for intent in event.undoes]
        elif event.phase is Phase.APPLIED and event.intent_id not in self.settled:
            self.applied.append(event.intent_id)
        self.settled.add(event.intent_id)

    def save(self, connection: Connection, workspace: str) -> None:
        """Fold the batch within a transaction of the view."""
        names = {name for w in self.intended for name in (w.object, w.run)} | {name for name, _, _ in self.undone}
        numbers = _numbers(connection, workspace, names)
        bulk(
            connection,
            f"INSERT INTO consumer_intended ({_COLUMNS}) "  # noqa: S608 - the constant above
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (intent_id) DO NOTHING",
            [
                (
                    *(w.intent_id, numbers[w.object], w.twenty_id, w.record_id, _CODES[w.action], numbers[w.run]),
                    *(*w.cause, *w.position, w.size),
                )
                for w in self.intended
            ],
        )
        bulk(
            connection,
            f"INSERT INTO consumer_applied ({_COLUMNS}) SELECT {_COLUMNS} "  # noqa: S608 - the constant above
            "FROM consumer_intended i WHERE intent_id = ? AND NOT EXISTS (SELECT 1 FROM consumer_applied a "
            f"WHERE {short('a.twenty_id')} = {short('i.twenty_id')} AND a.intent_id = i.intent_id)",
            [(intent,) for intent in self.applied],
        )
        bulk(connection, "DELETE FROM consumer_intended WHERE intent_id = ?", [(intent,) for intent in sorted(self.settled)])
        bulk(
            connection,
            f"DELETE FROM consumer_applied WHERE {short('twenty_id')} = ? "  # noqa: S608 - a constant
            "AND kind = ? AND twenty_id = ? AND intent_id = ?",
            [(identity[:LENGTH], numbers[name], identity, intent) for name, identity, intent in self.undone],
        )


def names_of(connection: Connection, workspace: str) -> dict[int, str]:
    """Return the objects and runs of a workspace by their numbers."""
    query = "SELECT number, name FROM consumer_names WHERE workspace = ?"
    return dict(map(tuple, read_at_once(connection, query, (workspace,))))


def writes_where(connection: Connection, names: dict[int, str], condition: str, values: tuple[Any, ...]) -> Iterator[Write]:
    """Yield the applied writes of the workspace with these names that meet a condition."""
    query = f"SELECT {_COLUMNS} FROM consumer_applied WHERE {condition}"  # noqa: S608 - conditions are constants
    for row in bulk_read(connection, query, values):
        intent_id, kind, twenty_id, record_id, action, run, *places, size = row
        if kind in names:  # else of another workspace
            about = (names[kind], twenty_id, record_id, _ACTIONS[action], names[run])
            yield Write(intent_id, *about, (places[0], places[1]), (places[2], places[3]), size)


def kinds_where(
    connection: Connection, names: dict[int, str], condition: str, values: tuple[Any, ...]
) -> Iterator[tuple[str, bytes, Action]]:
    """Yield each record (object, Twenty id) that has applied writes for a condition, in order; with CREATE if one made it."""
    # the plus keeps SQLite from reading the whole table in the order of its key
    query = (
        f"SELECT +kind, twenty_id, MIN(action) FROM consumer_applied WHERE {condition} "  # noqa: S608 - conditions are constants
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for kind, twenty_id, action in bulk_read(connection, query, values):
        if kind in names:  # else of another workspace
            yield names[kind], twenty_id, _ACTIONS[action]


def made_of(connection: Connection, names: dict[int, str], plural: str, twenty_ids: Sequence[bytes]) -> set[bytes]:
    """Return those of an object's records (ids in Twenty) that we made: others were in Twenty before."""
    kinds = [number for number, name in names.items() if name == plural]
    found: set[bytes] = set()
    for part in in_parts(twenty_ids) if kinds else ():
        condition, values = among("twenty_id", part)
        query = f"SELECT twenty_id FROM consumer_applied WHERE kind = ? AND action = ? AND {condition}"  # noqa: S608 - as above
        found.update(row[0] for row in read_at_once(connection, query, (kinds[0], _CODES[Action.CREATE], *values)))
    return found


def _numbers(connection: Connection, workspace: str, names: Set[str]) -> dict[str, int]:
    """Return the numbers of these names; new ones get a number. Several workers may ask at once."""
    wanted = sorted(names)
    if not wanted:
        return {}
    query = f"SELECT name, number FROM consumer_names WHERE workspace = ? AND name IN ({placeholders(wanted)})"  # noqa: S608
    found = dict(map(tuple, read_at_once(connection, query, (workspace, *wanted))))
    missing = sorted(names - found.keys())
    if missing:
        bulk(
            connection,
            "INSERT INTO consumer_names (workspace, name) VALUES (?, ?) ON CONFLICT (workspace, name) DO NOTHING",
            [(workspace, name) for name in missing],
        )
        found = dict(map(tuple, read_at_once(connection, query, (workspace, *wanted))))
    return found
