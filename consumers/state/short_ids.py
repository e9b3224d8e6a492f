"""Short ids: the first bytes of a random id, by which an index finds its rows; and upserts of rows that it finds.

Random ids scatter new rows over all pages of an index; one of short ids has fewer pages. Of 40,000 records the last 500
wrote 1.1 pages each; with indexes of whole ids, the workspace before them, they wrote 3.5
(`tests/cutover/test_cost_per_record.py`; what it does for a load stands in `docs/scale.md`).
Rows of other ids that begin alike are few, and each question names the whole id, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from events.database import bulk, in_parts, placeholders, read_at_once

LENGTH = 4
"""Bytes: of ten million rows three have the same first bytes as a given id in a thousand cases."""


def short(column: str) -> str:
    """Return the SQL expression of a column's short id, as the indexes have it."""
    return f"substr({column}, 1, {LENGTH})"


def among(column: str, ids: Sequence[bytes]) -> tuple[str, tuple[bytes, ...]]:
    """Return the condition that a column holds one of these ids, and its values."""
    marks = placeholders(ids)
    return f"{short(column)} IN ({marks}) AND {column} IN ({marks})", (*[one[:LENGTH] for one in ids], *ids)


def unindexed(column: str) -> str:
    """Return an SQL expression of a column's text that no index serves: for a column of which one value has most rows."""
    return f"{column} || ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """Rule for keeping rows of a table: one for each `key`, whose last column is an id. Of a row that is there `updated`
    columns change, and `placed` ones, which indexes hold, only where they differ.
    """

    table: str
    key: tuple[str, ...]
    fixed: tuple[str, ...]
    placed: tuple[str, ...]
    updated: tuple[str, ...]

    def rows(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep rows, each with its values in the order key, fixed, placed, updated."""
        if not rows:
            return
        columns = (*self.key, *self.fixed, *self.placed, *self.updated)
        insert = f"INSERT INTO {self.table} ({_list(columns)}) VALUES ({placeholders(columns)})"  # noqa: S608 - constants
        if connection.dialect.name == "postgresql":
            changes = ", ".join(f'"{name}" = excluded."{name}"' for name in (*self.placed, *self.updated))
            bulk(connection, f"{insert} ON CONFLICT ({_list(self.key)}) DO UPDATE SET {changes}", rows)
        else:
            self._into_sqlite(connection, insert, rows)

    def _into_sqlite(self, connection: Connection, insert: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert or update within a transaction, which keeps every other writer out: no unique index is needed."""
        width = len(self.key)
        wanted = {row[:width]: row for row in rows}
        there = self._there(connection, wanted.keys())
        placed, updated = slice(width + len(self.fixed), -len(self.updated)), slice(-len(self.updated), None)
        known = [(row, *there[key]) for key, row in wanted.items() if key in there]
        bulk(
            connection,
            f"UPDATE {self.table} SET {_assigned(self.updated)} WHERE rowid = ?",  # noqa: S608 - columns are constants
            [(*row[updated], number) for row, number, places in known if row[placed] == places],
        )
        bulk(
            connection,
            f"UPDATE {self.table} SET {_assigned((*self.placed, *self.updated))} WHERE rowid = ?",  # noqa: S608
            [(*row[placed], *row[updated], number) for row, number, places in known if row[placed] != places],
        )
        bulk(connection, insert, [row for key, row in wanted.items() if key not in there])

    def _there(self, connection: Connection, keys: Any) -> dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]]:
        """Return the rows that are there: by key, their numbers and the values of their placed columns."""
        found = {}
        columns = _list((*self.key, *self.placed))
        for part in in_parts(sorted({key[-1] for key in keys})):
            condition, values = among(self.key[-1], part)
            query = f"SELECT rowid, {columns} FROM {self.table} WHERE {condition}"  # noqa: S608
            for number, *row in read_at_once(connection, query, values):
                key = tuple(row[: len(self.key)])
                if key in keys:
                    found[key] = number, tuple(row[len(self.key) :])
        return found


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _assigned(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}" = ?' for name in columns)
