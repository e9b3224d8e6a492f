"""The embedded log: one SQLite file, one partition a topic, through SQLAlchemy.

WAL and synchronous=FULL: what `append` returned from survives a power cut. Several processes may read; writers queue.
A topic has one partition, so that a consumer group has one owner: the member that joined last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from events.database import (
    DatabaseDamaged,
    DatabaseForbidden,
    DatabaseMisnamed,
    DatabaseUnreachable,
    is_damage,
    open_database,
    pages_of_sqlite,
    read_at_once,
    reading,
)
from events.database_errors import DatabaseTrouble, trouble_of
from events.log.losses import CarriedOffsets, refuse_lost_events
from events.log.parts import read_whole, read_whole_backwards, split
from events.log.port import (
    CHANGES,
    READ_BYTES,
    TOPICS,
    Commit,
    Entry,
    LogDamaged,
    LogError,
    LogFenced,
    LogForbidden,
    LogMissing,
    LogRefused,
    LogRoleTaken,
    LogUnreachable,
    NewEntry,
    PartitionOwnership,
    Position,
)

METADATA = MetaData()
_ENTRIES = Table(
    "entries",
    METADATA,
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
    METADATA,
    Column("consumer_group", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)
_OWNERS = Table(
    "owners",
    METADATA,
    Column("consumer_group", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("member", String, nullable=False),
)
_CLAIMS = Table(
    "claims",
    METADATA,
    Column("role", String, primary_key=True),
    Column("token", String, nullable=False),
)
_PARTITION = 0
_NO_STOP = (1 << 63) - 1
_NOBODY = ""
_CHUNK = 64
"""Rows fetched at once: of the largest entries READ_BYTES."""


class SqliteLog:
    """The log port on an SQLite file."""

    def __init__(self, url: str, *, make: bool = True) -> None:
        """Take a `url` like `sqlite:///.cutover/log.db`; without `make` the file must be there.

        Raises LogError.
        """
        self._file = _file(url)
        if not make and self._file is not None and not self._file.exists():
            raise LogMissing(f"{self._file} does not exist", "correct `[log] url`")
        try:
            self._engine = open_database(url, METADATA)
        except DatabaseDamaged:
            raise _damaged() from None
        except DatabaseForbidden as error:
            raise LogForbidden(f"the log: {error}") from None
        except DatabaseMisnamed as error:
            raise LogRefused(f"the log: {error}") from None
        except DatabaseUnreachable as error:
            raise LogUnreachable(f"the log: {error}") from None
        self._identity = self._now_in_place()
        try:
            self._refuse_lost_events()
        except BaseException:
            self.close()
            raise

    def partitions(self, topic: str) -> Sequence[int]:
        return (_PARTITION,)

    def partition_of(self, topic: str, key: bytes) -> int:
        return _PARTITION

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        return self._append(entries, commits, lambda _connection: None)

    def claim(self, role: str) -> SqliteClaim:
        return SqliteClaim(self._engine, role, self._append)

    def _append(
        self, entries: Sequence[NewEntry], commits: Sequence[Commit], check: Callable[[Connection], None]
    ) -> list[Position]:
        """Append as `append` does; `check` raises within the transaction where nothing may be appended."""
        try:
            with self._engine.begin() as connection:
                check(connection)
                ends = {topic: _end(connection, topic) for topic in {entry.topic for entry in entries}}
                rows, positions = [], []
                for topic, key, value in entries:
                    for part in split(value):
                        rows.append((topic, _PARTITION, ends[topic], key, part))
                        ends[topic] += 1
                    positions.append(Position(_PARTITION, ends[topic] - 1))
                if rows:
                    connection.exec_driver_sql(
                        'INSERT INTO entries (topic, partition, "offset", "key", value) VALUES (?, ?, ?, ?, ?)', rows
                    )
                for commit in commits:
                    if commit.owner is not None:
                        _check_owner(connection, commit.owner)
                    for partition, offset in commit.offsets.items():
                        connection.exec_driver_sql(
                            'INSERT INTO commits (consumer_group, topic, partition, "offset") VALUES (?, ?, ?, ?) '
                            'ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET "offset" = excluded."offset"',
                            (commit.group, commit.topic, partition, offset),
                        )
        except DBAPIError as error:
            raise _failure(error) from None
        return positions

    def read(self, topic: str, partition: int, offset: int, limit: int, stop: int | None = None) -> list[Entry]:
        forwards = partial(self._forwards, topic, partition, _NO_STOP if stop is None else stop)
        return read_whole(forwards, partial(self._backwards, topic, partition), offset, limit)

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return read_whole_backwards(partial(self._backwards, topic, partition), offset, limit)

    def _forwards(self, topic: str, partition: int, stop: int, offset: int, limit: int) -> list[Entry]:
        return self._select(topic, partition, '"offset" >= ? AND "offset" < ? ORDER BY "offset"', (offset, stop), limit)

    def _backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._select(topic, partition, '"offset" < ? ORDER BY "offset" DESC', (offset,), limit)

    def _select(self, topic: str, partition: int, clause: str, offsets: tuple[int, ...], limit: int) -> list[Entry]:
        # the clause is one of the two constants above
        columns = 'topic, partition, "offset", "key", value'
        statement = f"SELECT {columns} FROM entries WHERE topic = ? AND partition = ? AND {clause} LIMIT ?"  # noqa: S608
        try:
            with reading(self._engine) as connection:
                found: list[Entry] = []
                size = 0
                with closing(pages_of_sqlite(connection, statement, (topic, partition, *offsets, limit), _CHUNK)) as pages:
                    for page in pages:
                        found += [Entry(*row) for row in page]
                        size += sum([len(row[4]) for row in page])
                        if size >= READ_BYTES:
                            break
        except DBAPIError as error:
            raise _failure(error) from None
        return found

    def ends(self, topic: str) -> dict[int, int]:
        try:
            with reading(self._engine) as connection:
                return {_PARTITION: _end(connection, topic)}
        except DBAPIError as error:
            raise _failure(error) from None

    def committed(self, group: str, topic: str) -> dict[int, int]:
        try:
            with reading(self._engine) as connection:
                query = 'SELECT "offset" FROM commits WHERE consumer_group = ? AND topic = ? AND partition = ?'
                rows = read_at_once(connection, query, (group, topic, _PARTITION))
        except DBAPIError as error:
            raise _failure(error) from None
        return {_PARTITION: rows[0][0] if rows else 0}

    def join(self, group: str, topic: str) -> SqliteMembership:
        return SqliteMembership(self._engine, group, topic)

    def check(self) -> None:
        if self._now_in_place() != self._identity:
            raise LogDamaged(
                f"the log's file {self._file} was deleted or replaced while this command was at work, and what it appended "
                "since may be lost; restore the log from its backup, then run the same command again"
            )
        self._refuse_lost_events()

    def close(self) -> None:
        self._engine.dispose()

    def _now_in_place(self) -> tuple[int, int] | None:
        """Return the identity of the file that lies at the log's place now: what is open may have been deleted."""
        try:
            found = None if self._file is None else self._file.stat()
        except OSError:
            return None
        return None if found is None else (found.st_dev, found.st_ino)

    def _refuse_lost_events(self) -> None:
        try:
            with reading(self._engine) as connection:
                first = {(topic, _PARTITION): _first(connection, topic) for topic in TOPICS}
        except DBAPIError as error:
            raise _failure(error) from None
        refuse_lost_events(first, self._carried)

    def _carried(self) -> CarriedOffsets:
        with reading(self._engine) as connection:
            rows = connection.exec_driver_sql('SELECT consumer_group, "offset" FROM commits WHERE topic = ?', (CHANGES,)).all()
        return {group: {_PARTITION: offset} for group, offset in rows}


class SqliteClaim:
    """The claim port: a row that names the role's holder, read in the transaction of each append."""

    def __init__(
        self,
        engine: Engine,
        role: str,
        append: Callable[[Sequence[NewEntry], Sequence[Commit], Callable[[Connection], None]], list[Position]],
    ) -> None:
        """Claim the role from its present holder. Raises LogUnreachable."""
        self._role, self._append, self._token = role, append, uuid4().hex
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO claims (role, token) VALUES (?, ?) ON CONFLICT (role) DO UPDATE SET token = excluded.token",
                    (role, self._token),
                )
        except DBAPIError as error:
            raise _failure(error) from None

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        return self._append(entries, commits, self._check)

    def close(self) -> None:
        """Release nothing: the row stays until another process claims the role."""

    def _check(self, connection: Connection) -> None:
        found = connection.exec_driver_sql("SELECT token FROM claims WHERE role = ?", (self._role,)).scalar()
        if found != self._token:
            raise LogRoleTaken(self._role)


class SqliteMembership:
    """The membership port: a row that says who owns the one partition of a topic, and in which generation."""

    def __init__(self, engine: Engine, group: str, topic: str) -> None:
        """Take over, in a new generation. Raises LogUnreachable."""
        self._engine, self._group, self._topic, self._member = engine, group, topic, uuid4().hex
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO owners (consumer_group, topic, generation, member) VALUES (?, ?, 1, ?) "
                    "ON CONFLICT (consumer_group, topic) DO UPDATE SET generation = generation + 1, member = excluded.member",
                    (group, topic, self._member),
                )
                self._generation = _owner(connection, group, topic)[0]
        except DBAPIError as error:
            raise _failure(error) from None

    def poll(self, timeout: float = 0.0) -> PartitionOwnership:
        try:
            with reading(self._engine) as connection:
                mine = _owner(connection, self._group, self._topic) == (self._generation, self._member)
        except DBAPIError as error:
            raise _failure(error) from None
        partitions = frozenset((_PARTITION,) if mine else ())
        return PartitionOwnership(
            group=self._group, topic=self._topic, member=self._member, generation=self._generation, partitions=partitions
        )

    def leave(self) -> None:
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE owners SET member = ? WHERE consumer_group = ? AND topic = ? AND member = ?",
                    (_NOBODY, self._group, self._topic, self._member),
                )
        except DBAPIError as error:
            raise _failure(error) from None


def _owner(connection: Connection, group: str, topic: str) -> tuple[int, str]:
    query = "SELECT generation, member FROM owners WHERE consumer_group = ? AND topic = ?"
    rows = read_at_once(connection, query, (group, topic))
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, _NOBODY)


def _check_owner(connection: Connection, owner: PartitionOwnership) -> None:
    if _owner(connection, owner.group, owner.topic) != (owner.generation, owner.member):
        raise LogFenced("the log: another worker has taken over; nothing was recorded, and that worker goes on from here")


def _file(url: str) -> Path | None:
    """Return the file that a URL names; None for what `open_database` refuses."""
    try:
        database = make_url(url).database
    except ArgumentError:
        return None
    return Path(database) if database else None


def _first(connection: Connection, topic: str) -> int:
    first = connection.exec_driver_sql(
        'SELECT MIN("offset") FROM entries WHERE topic = ? AND partition = ?', (topic, _PARTITION)
    ).scalar()
    return 0 if first is None else int(first)


def _end(connection: Connection, topic: str) -> int:
    query = 'SELECT MAX("offset") FROM entries WHERE topic = ? AND partition = ?'
    ((last,),) = read_at_once(connection, query, (topic, _PARTITION))
    return 0 if last is None else int(last) + 1


def _failure(error: DBAPIError) -> LogError:
    if is_damage(error):
        return _damaged()
    if trouble_of(error) is DatabaseTrouble.FORBIDDEN:
        return LogForbidden(f"the log's file may not be written ({error.orig}); give this user the right to")
    return LogUnreachable(
        f"the log's file cannot be used ({error.orig}); free space or close what holds it, then run the same command again"
    )


def _damaged() -> LogDamaged:
    return LogDamaged("the log's file is damaged; restore it from its backup, then run the same command again")
