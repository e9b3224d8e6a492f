"""The embedded log: one SQLite file, one partition a topic, through SQLAlchemy.

WAL and synchronous=FULL: what `append` returned from survives a power cut. Several processes may read; writers queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint
from sqlalchemy.exc import DBAPIError

from events.database import DatabaseDamaged, DatabaseUnreachable, is_damage, open_database, reading
from events.log import Commit, Entry, LogDamaged, LogUnreachable, NewEntry, Position

_METADATA = MetaData()
_ENTRIES = Table(
    "entries",
    _METADATA,
    Column("sequence", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    UniqueConstraint("topic", "partition", "offset"),
)
_COMMITS = Table(
    "commits",
    _METADATA,
    Column("consumer_group", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)
_PARTITION = 0


class SqliteLog:
    """The log port on an SQLite file."""

    def __init__(self, url: str) -> None:
        """`url` like `sqlite:///.cutover/log.db`. Raises LogUnreachable, LogDamaged."""
        try:
            self._engine = open_database(url, _METADATA)
        except DatabaseDamaged:
            raise _damaged() from None
        except DatabaseUnreachable as error:
            raise LogUnreachable(f"the log: {error}") from None

    def partitions(self, topic: str) -> Sequence[int]:
        return (_PARTITION,)

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        try:
            with self._engine.begin() as connection:
                ends = {topic: _end(connection, topic) for topic in {entry.topic for entry in entries}}
                rows, positions = [], []
                for topic, key, value in entries:
                    offset = ends[topic]
                    ends[topic] = offset + 1
                    rows.append((topic, _PARTITION, offset, key, value))
                    positions.append(Position(_PARTITION, offset))
                if rows:
                    connection.exec_driver_sql(
                        'INSERT INTO entries (topic, partition, "offset", "key", value) VALUES (?, ?, ?, ?, ?)', rows
                    )
                for commit in commits:
                    for partition, offset in commit.offsets.items():
                        connection.exec_driver_sql(
                            'INSERT INTO commits (consumer_group, topic, partition, "offset") VALUES (?, ?, ?, ?) '
                            'ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET "offset" = excluded."offset"',
                            (commit.group, commit.topic, partition, offset),
                        )
        except DBAPIError as error:
            raise _failure(error) from None
        return positions

    def read(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._select(topic, partition, '"offset" >= ? ORDER BY "offset"', offset, limit)

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._select(topic, partition, '"offset" < ? ORDER BY "offset" DESC', offset, limit)

    def _select(self, topic: str, partition: int, clause: str, offset: int, limit: int) -> list[Entry]:
        # the clause is one of the two constants above
        columns = 'topic, partition, "offset", "key", value'
        statement = f"SELECT {columns} FROM entries WHERE topic = ? AND partition = ? AND {clause} LIMIT ?"  # noqa: S608
        try:
            with reading(self._engine) as connection:
                rows = connection.exec_driver_sql(statement, (topic, partition, offset, limit)).all()
        except DBAPIError as error:
            raise _failure(error) from None
        return [Entry(*row) for row in rows]

    def ends(self, topic: str) -> dict[int, int]:
        try:
            with reading(self._engine) as connection:
                return {_PARTITION: _end(connection, topic)}
        except DBAPIError as error:
            raise _failure(error) from None

    def committed(self, group: str, topic: str) -> dict[int, int]:
        try:
            with reading(self._engine) as connection:
                row = connection.exec_driver_sql(
                    'SELECT "offset" FROM commits WHERE consumer_group = ? AND topic = ? AND partition = ?',
                    (group, topic, _PARTITION),
                ).scalar()
        except DBAPIError as error:
            raise _failure(error) from None
        return {_PARTITION: row or 0}

    def close(self) -> None:
        self._engine.dispose()


def _end(connection: Connection, topic: str) -> int:
    last = connection.exec_driver_sql(
        'SELECT MAX("offset") FROM entries WHERE topic = ? AND partition = ?', (topic, _PARTITION)
    ).scalar()
    return 0 if last is None else int(last) + 1


def _failure(error: DBAPIError) -> LogUnreachable | LogDamaged:
    if is_damage(error):
        return _damaged()
    return LogUnreachable(
        f"the log's file cannot be used ({error.orig}); free space or close what holds it, then run the same command again"
    )


def _damaged() -> LogDamaged:
    return LogDamaged("the log's file is damaged; restore it from its backup, then run the same command again")
