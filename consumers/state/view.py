"""View of one workspace as the consumers have it: the progress of each record, the writes, the open intents.

A cache of the log: a fold of the change events up to the committed offset and of this workspace's compensations and dead
letters; the position reached is stored with it. No value of a record is in it: answers stay in the log, and this view keeps
where they lie. Addresses are keyed hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, func, not_, select

from consumers.state.applied import Batch
from consumers.state.conflicts import ConflictBatch, OpenConflict, all_open, open_of
from consumers.state.fencing import Fence
from consumers.state.short_ids import among, unindexed
from consumers.state.view_rows import WAITING, Head, Waiting, Written, head_of, written_of
from consumers.state.view_tables import (
    HAS_ADDRESS,
    HEADS,
    HEADS_KEPT,
    IS_GONE,
    IS_KEPT_BACK,
    IS_LEADING,
    IS_PENDING,
    METADATA,
    PROGRESS,
    WRITTEN,
    WRITTEN_KEPT,
)
from events.database import bulk, in_parts, open_database, placeholders, read_at_once, reading


def any_folded(url: str) -> bool:
    """Return whether events of the log were folded into the state at this URL, of any workspace. Raises DatabaseUnreachable."""
    engine = open_database(url, METADATA)
    try:
        with reading(engine) as connection:
            return connection.execute(select(PROGRESS.c.offset).where(PROGRESS.c.offset > 0).limit(1)).first() is not None
    finally:
        engine.dispose()


CACHE = 16 * 1024 * 1024
"""Bytes of the state that a command which writes keeps in memory: a window's rows lie on pages all over the indexes of ids.

64 MB took 40 MB more memory at 732,480 records, and wrote no fewer bytes (`docs/scale.md`).
"""


class View:
    """The consumers' tables for one workspace."""

    def __init__(self, url: str, workspace: str) -> None:
        """Take an SQLAlchemy URL, `workspace` the workspace's identity. Raises DatabaseUnreachable."""
        self._engine = open_database(url, METADATA, cache=CACHE)
        self.workspace = workspace
        self.mine: frozenset[int] | None = None
        """The partitions that this worker carries; None where one process carries all. Pending, kept-back and open records are
        told, and kept up, for these alone: the others' records are theirs."""
        self._fence: Fence | None = None

    def take_over(self, partitions: frozenset[int]) -> None:
        """Fence these partitions: other processes' changes to them are refused from here on (OwnershipLost), and this one's
        after the next takeover.
        """
        fence = Fence(workspace=self.workspace, partitions=partitions)
        with self._engine.begin() as connection:
            fence.put_up(connection)
        self._fence = fence

    def let_go(self) -> None:
        """Carry no partitions any more."""
        self.mine = self._fence = None

    @contextmanager
    def _saving(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if self._fence is not None:
                self._fence.check(connection)
            yield connection

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def reading(self) -> AbstractContextManager[Connection]:
        """Return the context of a connection that reads one snapshot of the view."""
        return reading(self._engine)

    def progress(self, topic: str) -> dict[int, int]:
        """Return the next offset to fold, by partition."""
        query = 'SELECT partition, "offset" FROM consumer_progress WHERE workspace = ? AND topic = ?'
        return dict(map(tuple, self._rows(query, topic)))

    def save(
        self,
        *,
        heads: Iterable[Head] = (),
        written: Iterable[Written] = (),
        opened: Iterable[tuple[bytes, int, int]] = (),
        settled: Iterable[bytes] = (),
        writes: Batch | None = None,
        conflicts: ConflictBatch | None = None,
        progress: dict[tuple[str, int], int] | None = None,
    ) -> None:
        """Fold a batch, and how far it goes, in one transaction. Raises OwnershipLost."""
        w = self.workspace
        with self._saving() as connection:
            if writes is not None:
                writes.save(connection, w)
            if conflicts is not None:
                conflicts.save(connection, w)
            HEADS_KEPT.rows(
                connection,
                [
                    (
                        *(w, h.record_id, h.entity.value, h.patient_id, h.partition, h.offset, h.revision, h.deleted),
                        *(h.applied_revision, h.status, h.reason, h.waits_for, h.attempts, h.settled_at),
                    )
                    for h in sorted(heads, key=lambda h: h.record_id)  # neighbours in the index are written together
                ],
            )
            WRITTEN_KEPT.rows(
                connection,
                [
                    (w, x.object, x.twenty_id, x.record_id, False, x.address, x.alive, x.deleted, *x.intent, *x.outcome)
                    for x in sorted(written, key=lambda x: x.twenty_id)
                ],
            )
            bulk(
                connection,
                'INSERT INTO consumer_open_intents (intent_id, workspace, partition, "offset") VALUES (?, ?, ?, ?) '
                "ON CONFLICT (intent_id) DO NOTHING",
                [(intent, w, partition, offset) for intent, partition, offset in opened],
            )
            bulk(connection, "DELETE FROM consumer_open_intents WHERE intent_id = ?", [(intent,) for intent in settled])
            bulk(
                connection,
                'INSERT INTO consumer_progress (workspace, topic, partition, "offset") VALUES (?, ?, ?, ?) '
                'ON CONFLICT (workspace, topic, partition) DO UPDATE SET "offset" = excluded."offset"',
                [(w, topic, partition, offset) for (topic, partition), offset in (progress or {}).items()],
            )

    def heads(self, record_ids: Sequence[bytes]) -> dict[bytes, Head]:
        """Return the heads of these records."""
        heads = [head_of(row) for row in self._rows_of(_HEADS_BY_ID, "record_id", record_ids)]
        return {head.record_id: head for head in heads}

    def _carries(self, partition: int) -> bool:
        return self.mine is None or partition in self.mine

    def _rows(self, query: str, *values: Any) -> Sequence[Any]:
        """Return the rows of a query whose first placeholder is the workspace.

        Queries are texts: to build and compile SQLAlchemy's expressions takes longer than a window's queries themselves.
        """
        with reading(self._engine) as connection:
            return read_at_once(connection, query, (self.workspace, *values))

    def _rows_in(self, query: str, column: str, wanted: Sequence[Any]) -> list[Any]:
        """Return the rows of a query of which a column holds one of the wanted values: in parts, from one snapshot."""
        found: list[Any] = []
        if wanted:
            with reading(self._engine) as connection:
                for part in in_parts(wanted):
                    text = f"{query} AND {column} IN ({placeholders(part)})"
                    found += read_at_once(connection, text, (self.workspace, *part))
        return found

    def _rows_of(self, query: str, column: str, ids: Sequence[bytes], *values: Any, end: str = "") -> list[Any]:
        """Return the rows of a query of which a column holds one of these ids, by its index of short ids.

        `values` belong to the query's placeholders behind the workspace; `end` stands behind the condition.
        """
        found: list[Any] = []
        if ids:
            with reading(self._engine) as connection:
                for part in in_parts(sorted(ids)):  # neighbours in the index are read together
                    condition, named = among(column, part)
                    found += read_at_once(connection, f"{query} AND {condition}{end}", (self.workspace, *values, *named))
        return found

    @property
    def _of_mine(self) -> str:
        """Return the SQL condition for rows in this worker's partitions."""
        return "" if self.mine is None else f" AND partition IN ({', '.join(map(str, sorted(self.mine))) or 'NULL'})"

    def _heads_where(self, conditions: str, *values: Any, limit: int | None = None) -> list[Head]:
        end = "" if limit is None else f" LIMIT {limit}"
        return [head_of(row) for row in self._rows(f"{_HEADS} AND {conditions}{_IN_ORDER}{end}", *values)]

    def _count(self, table: str, conditions: str = "") -> int:
        query = f"SELECT COUNT(*) FROM {table} WHERE workspace = ?{conditions}{self._of_mine}"  # noqa: S608
        return int(self._rows(query)[0][0])

    def pending(self, limit: int) -> list[Head]:
        """Return records that this workspace does not have in their newest revision, and that nothing keeps back.

        The practice and the providers come first, whatever partition they lie in: the records of patients need them.
        """
        first = [h for h in self.leading() if h.applied_revision < h.revision and not h.status and self._carries(h.partition)]
        if len(first) >= limit:
            return first[:limit]
        return first + self._heads_where(f"{IS_PENDING}{self._of_mine} AND NOT ({IS_LEADING})", limit=limit - len(first))

    def count_pending(self) -> int:
        """Return the number of records that `pending` gives without a limit."""
        return self._count("consumer_heads", f" AND {IS_PENDING}")

    def leading(self) -> list[Head]:
        """Return the practice and its providers, deleted ones too, in the order of the log."""
        return self._heads_where(f"{IS_LEADING}")

    def of_patients(self, patients: Sequence[bytes]) -> list[Head]:
        """Return the records that hang on these patients, the patients themselves too, deleted ones included."""
        return [head_of(row) for row in self._rows_of(_HEADS_BY_ID, "patient_id", patients, end=_IN_ORDER)]

    def kept_back(self) -> list[Head]:
        """Return records that are dead letters or wait."""
        return self._heads_where(f"{IS_KEPT_BACK}{self._of_mine}")

    def count_kept_back(self) -> int:
        """Return the number of records that are dead letters or wait."""
        return self._count("consumer_heads", f" AND {IS_KEPT_BACK}")

    def waiting(self) -> list[Waiting]:
        """Return the records that wait for another record or for an address, in the order of the log."""
        query = (
            f"SELECT record_id, waits_for, reason FROM consumer_heads WHERE workspace = ? AND {IS_KEPT_BACK} AND status = ? "  # noqa: S608
            f'AND waits_for IS NOT NULL{self._of_mine} ORDER BY partition, "offset"'
        )
        return [Waiting(*row) for row in self._rows(query, WAITING)]

    def conflicts(self) -> list[OpenConflict]:
        """Return the open conflicts, in the order of the log."""
        with reading(self._engine) as connection:
            return all_open(connection, self.workspace, self._of_mine)

    def conflicts_of(self, record_ids: Sequence[bytes]) -> list[OpenConflict]:
        """Return the open conflicts of these records."""
        with reading(self._engine) as connection:
            return list(open_of(connection, self.workspace, record_ids))

    def forget_conflicts(self, record_ids: Iterable[bytes]) -> None:
        """Drop the conflicts of records of a person who was forgotten. Raises OwnershipLost."""
        with self._saving() as connection:
            bulk(
                connection,
                "DELETE FROM consumer_conflicts WHERE workspace = ? AND record_id = ?",
                [(self.workspace, record_id) for record_id in record_ids],
            )

    def count_conflicts(self) -> int:
        """Return the number of open conflicts."""
        return self._count("consumer_conflicts")

    def release(self, record_ids: Sequence[bytes]) -> None:
        """Let records that were kept back be pending again. Raises OwnershipLost."""
        held = self.heads(record_ids).values()
        self.save(heads=[replace(h, status="", reason=None, waits_for=None) for h in held])

    def all_heads(self, *, live: bool = True) -> list[Head]:
        """Return every record that is not deleted in PbN (or every one)."""
        return self._heads_where("NOT deleted" if live else "TRUE")

    def written_for(self, record_ids: Sequence[bytes]) -> list[Written]:
        """Return everything that was written for these PbN records."""
        return [written_of(row) for row in self._rows_of(_WRITTEN_BY_ID, "record_id", record_ids)]

    def links_for(self, record_ids: Sequence[bytes]) -> list[Written]:
        """Return the links that were written for these PbN records and that Twenty has, soft-deleted ones included."""
        from projections.destination import destination  # `status` need not wait for the projections

        links = destination().links
        written = f"{_WRITTEN_BY_ID} AND {unindexed('object')} IN ({placeholders(links)}) AND alive"
        return [written_of(row) for row in self._rows_of(written, "record_id", record_ids, *links)]

    def present(self, record_ids: Sequence[bytes]) -> set[bytes]:
        """Return those of the PbN records that have a record in Twenty, soft-deleted ones included."""
        query = f"SELECT record_id FROM consumer_written WHERE {unindexed('workspace')} = ? AND alive"  # noqa: S608
        return {row[0] for row in self._rows_of(query, "record_id", record_ids)}

    def written(self, keys: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], Written]:
        """Return what was written at these (object, Twenty id)."""
        by_object: dict[str, list[bytes]] = {}
        for name, identity in keys:
            by_object.setdefault(name, []).append(identity)
        found = {}
        for name, ids in by_object.items():
            for row in self._rows_of(f"{_WRITTEN_BY_ID} AND {unindexed('object')} = ?", "twenty_id", ids, name):
                x = written_of(row)
                found[x.object, x.twenty_id] = x
        return found

    def holders(self, addresses: Sequence[bytes]) -> dict[bytes, Written]:
        """Return which of our people hold these addresses as primary e-mail in Twenty, soft-deleted ones included."""
        found = {}
        for row in self._rows_in(f"{_WRITTEN} AND {HAS_ADDRESS} AND alive", "address", addresses):
            x = written_of(row)
            assert x.address is not None
            found[x.address] = x
        return found

    def forget_addresses(self, addresses: Iterable[bytes]) -> None:
        """Forget these addresses, which no record of ours holds any more. Raises OwnershipLost."""
        with self._saving() as connection:
            bulk(
                connection,
                "UPDATE consumer_written SET address = NULL WHERE workspace = ? AND address = ?",
                [(self.workspace, address) for address in addresses],
            )

    def open_intents(self) -> list[tuple[bytes, int, int]]:
        """Yield intents without an outcome: (intent id, partition, offset)."""
        return [tuple(row) for row in self._rows(f'{_INTENTS}{self._of_mine} ORDER BY "offset"')]

    def opened(self, intents: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
        """Return where those of the intents lie that have no outcome yet: intent id → partition and offset."""
        return {row[0]: (row[1], row[2]) for row in self._rows_in(_INTENTS, "intent_id", intents)}

    def count_open_intents(self) -> int:
        """Return the number of intents without an outcome."""
        return self._count("consumer_open_intents")

    def has_any(self, object_: str) -> bool:
        """Return whether Twenty has a migrated record of this object."""
        ours = select(WRITTEN.c.object).where(WRITTEN.c.workspace == self.workspace, WRITTEN.c.object == object_)
        # in the order of the primary key, which PostgreSQL would not look at for one row of many
        live = ours.where(WRITTEN.c.alive, not_(WRITTEN.c.deleted)).order_by(WRITTEN.c.twenty_id)
        with reading(self._engine) as connection:
            return connection.execute(live.limit(1)).first() is not None

    def counts(self) -> dict[str, int]:
        """Return the number of our records in Twenty by object, without soft-deleted records.

        All are counted in the primary key's index, and the few that are gone in an index of their own: to look into the rows
        takes ten times as long.
        """
        everything = select(WRITTEN.c.object, func.count()).where(WRITTEN.c.workspace == self.workspace)
        with reading(self._engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(everything.group_by(WRITTEN.c.object))}
            for name, gone in connection.execute(everything.where(IS_GONE).group_by(WRITTEN.c.object)):
                found[name] -= gone
        return {name: count for name, count in found.items() if count}


def _select_all(table: Table, workspace: str = "workspace") -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"SELECT {columns} FROM {table.name} WHERE {workspace} = ?"  # noqa: S608


_HEADS, _WRITTEN = _select_all(HEADS), _select_all(WRITTEN)
_HEADS_BY_ID, _WRITTEN_BY_ID = (_select_all(table, unindexed("workspace")) for table in (HEADS, WRITTEN))
_INTENTS = 'SELECT intent_id, partition, "offset" FROM consumer_open_intents WHERE workspace = ?'
_IN_ORDER = ' ORDER BY partition, "offset"'
