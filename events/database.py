"""Opening an SQL database through SQLAlchemy: SQLite (one file, WAL, synchronous=FULL) or PostgreSQL.

DatabaseUnreachable      the file or server cannot be opened; nothing was written
├─ DatabaseDamaged       the file is none, or not a whole one; restore it from its backup
├─ DatabaseForbidden     this user may not open it; correct the password, the role or the file's permissions
└─ DatabaseMisnamed      the URL cannot be used, or names a database that is not there; correct it
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Generator, Iterator, Sequence, Sized
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from filelock import FileLock
from sqlalchemy import Column, Connection, Engine, MetaData, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex, CreateTable

from events.database_errors import DatabaseTrouble, trouble_of
from events.errors import CutoverError, ExitCode


class DatabaseUnreachable(CutoverError):
    """A database cannot be opened. Nothing was written."""

    exit_code = ExitCode.UNREACHABLE


class DatabaseDamaged(DatabaseUnreachable):
    """A database's file is not what a database wrote. Nothing was written."""


class DatabaseForbidden(DatabaseUnreachable):
    """The server or the file system does not let this user in. Nothing was written."""


class DatabaseMisnamed(DatabaseUnreachable):
    """The URL cannot be used, or there is no such database on the server. Nothing was written."""


AT_ONCE = 500
"""Values that one question names."""
SUPERSEDED = "superseded"
"""In a MetaData's `info`: the names of indexes that earlier versions made, and that cost without serving any question."""

CONDITION = "condition"
"""In an index's `info`: the condition of the rows that it holds on PostgreSQL, whose dialect is imported where it is spoken."""

_IDLE = "idle_readers"
"""In an engine's execution options: connections that are kept for the next snapshots."""
_KEPT = 4
"""Idle connections at most."""

_USED = "used"
"""In the pool's record of a connection: the moment of its last use, in seconds."""
_PAUSE = 1.0
"""Seconds without use after which a server's connection is pinged."""
_WIDE = "wide"
"""In a connection's information: it has the cache of one that writes."""
_CHECKPOINT_PAGES = 10_000
"""Pages of 4 KB in the write-ahead log, where there is such a cache: a page that changes often is copied less often."""

_Value = TypeVar("_Value")

_UNOPENED = {DatabaseTrouble.FORBIDDEN: DatabaseForbidden, DatabaseTrouble.MISNAMED: DatabaseMisnamed}


def is_damage(error: DBAPIError) -> bool:
    """Return whether the database found its files damaged."""
    return trouble_of(error) is DatabaseTrouble.DAMAGED


def open_database(url: str, tables: MetaData | None = None, *, cache: int = 0) -> Engine:
    """Return an engine for this URL, with the tables and their indexes made where they are missing.

    `cache` is the number of bytes that an SQLite connection keeps in memory once it writes; 0: SQLite's default, 2 MB.

    SQLite files get write-ahead logging and synchronous=FULL: what is committed survives a power cut. Their transactions
    begin IMMEDIATE, so that two writers queue instead of failing half-way. Raises DatabaseUnreachable.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise _kind_of_refusal(error)(
            f"the database URL {_masked(url)} cannot be used ({type(error).__name__}); correct it in cutover.toml"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "engine_disposed", _close_idle)
        engine.update_execution_options(**{_IDLE: []})
        engine.dialect.do_begin = partial(_begin, cache)  # type: ignore[method-assign]
    else:
        _ping_after_pauses(engine)
    try:
        if tables is not None:
            _make_missing(engine, tables)
    except DBAPIError as error:
        engine.dispose()
        if is_damage(error):
            raise DatabaseDamaged(
                f"the database {_masked(url)} is damaged, or no database; restore it from its backup "
                "(the state may be deleted instead: it is made again from the log)"
            ) from None
        raise _UNOPENED.get(trouble_of(error), DatabaseUnreachable)(
            f"the database {_masked(url)} cannot be opened ({type(error.orig).__name__}); "
            "check that it exists, is a database and may be written"
        ) from None
    return engine


def _kind_of_refusal(error: Exception) -> type[DatabaseUnreachable]:
    if isinstance(error, PermissionError):
        return DatabaseForbidden
    return DatabaseUnreachable if isinstance(error, OSError) else DatabaseMisnamed


def _make_missing(engine: Engine, tables: MetaData) -> None:
    """Make the tables and indexes that are missing and drop the superseded indexes, one process at a time: between looking and
    making another process would make them.
    """
    indexes = [index for table in tables.tables.values() for index in table.indexes]
    superseded = set(tables.info.get(SUPERSEDED, ()))
    if engine.dialect.name == "postgresql":
        for index in indexes:
            index.dialect_options["postgresql"]["where"] = index.info.get(CONDITION)
    with reading(engine) as connection:
        there = _names(connection)
        if {*tables.tables, *(index.name for index in indexes)} <= there and not superseded & there:
            return
    with engine.begin() as connection:
        _lock_tables(connection)
        there = _names(connection)
        for name, statement in _statements(tables, engine.dialect):
            if name not in there:
                connection.exec_driver_sql(statement)
        for name in superseded:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")


def _statements(tables: MetaData, dialect: Dialect) -> Sequence[tuple[str, str]]:
    """Return the names of the tables and indexes, each table before its indexes, with the statements that make them.

    They are compiled once a process: that takes ten times as long as to make the tables.
    """
    made = _COMPILED.setdefault(tables, {})
    if dialect.name not in made:
        found: list[tuple[str, str]] = []
        for table in tables.sorted_tables:
            found.append((table.name, str(CreateTable(table).compile(dialect=dialect))))
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                found.append((str(index.name), str(CreateIndex(index).compile(dialect=dialect))))
        made[dialect.name] = tuple(found)
    return made[dialect.name]


_COMPILED: WeakKeyDictionary[MetaData, dict[str, Sequence[tuple[str, str]]]] = WeakKeyDictionary()


def _lock_tables(connection: Connection) -> None:
    """Let no other process change tables until the transaction ends.

    SQLite's write lock is taken with the transaction; PostgreSQL has no such lock, and `IF NOT EXISTS` does not wait.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_number('tables')})")


def _names(connection: Connection) -> set[str]:
    """Return the names of the tables and indexes that there are."""
    return set(connection.exec_driver_sql(_NAMES[connection.dialect.name]).scalars())


_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgresql": "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
}


def add_missing_column(engine: Engine, column: Column[Any]) -> None:
    """Add a nullable column to a table that was made without it, one process at a time."""
    table, query = column.table.name, _COLUMNS[engine.dialect.name].format(column.table.name)
    with reading(engine) as connection:
        if column.name in connection.exec_driver_sql(query).scalars().all():
            return
    with engine.begin() as connection:
        _lock_tables(connection)
        if column.name not in connection.exec_driver_sql(query).scalars().all():
            connection.exec_driver_sql(f'ALTER TABLE {table} ADD COLUMN "{column.name}" {column.type.compile(engine.dialect)}')


_COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('{}')",
    "postgresql": "SELECT attname FROM pg_attribute WHERE attrelid = '{}'::regclass AND attnum > 0 AND NOT attisdropped",
}


def lock_number(purpose: str) -> int:
    """Return the number of PostgreSQL's advisory lock for a purpose."""
    return int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "big", signed=True)


def _masked(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(unreadable)"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # `_begin` starts the transactions
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")  # first: a new file's change to WAL waits for others too
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _ping_after_pauses(engine: Engine) -> None:
    """Ask a server's connection for a sign of life when it was not used for a while: the server may have been restarted.

    SQLAlchemy's own ping comes before each use, and takes a quarter of the time of most transactions.
    """

    def use(_connection: Any, record: ConnectionPoolEntry, *_about: object) -> None:
        record.info[_USED] = time.monotonic()

    def ping(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info[_USED] < _PAUSE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "connect", use)
    event.listen(engine, "checkin", use)
    event.listen(engine, "checkout", ping)


def _begin(cache: int, connection: PoolProxiedConnection) -> None:
    """Begin a transaction in SQLite: the dialect's method. A listener to SQLAlchemy's begin event costs twice the time."""
    driver: Any = connection.driver_connection
    if not driver.in_transaction:  # a snapshot has begun
        if cache and not connection.info.get(_WIDE):
            driver.execute(f"PRAGMA cache_size=-{cache // 1024}")
            driver.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
            connection.info[_WIDE] = True
        driver.execute("BEGIN IMMEDIATE")


def is_shared(url: str) -> bool:
    """Return whether processes on several machines can use this database: it is on a server."""
    return make_url(url).get_backend_name() != "sqlite"


@contextmanager
def alone_in(url: str, purpose: str) -> Iterator[None]:
    """Do something as the only one of all who share this database, waiting for one's turn; it ends with the process, too.

    PostgreSQL has advisory locks for this. A database file is shared on one machine, where a lock beside the file does. Raises
    DatabaseUnreachable.
    """
    engine = open_database(url)
    number = lock_number(purpose)
    try:
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")
                yield
        else:
            with FileLock(f"{engine.url.database}.lock"):
                yield
    finally:
        engine.dispose()


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """Return the context of a connection that only reads: it takes no write lock, and sees one snapshot until its end."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _Snapshot(engine)


class _Snapshot:
    """A snapshot of an SQLite database, by a connection that is kept for the next one.

    To check a connection out of the pool and back in takes three times as long as most queries.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = engine.get_execution_options()[_IDLE]

    def __enter__(self) -> Connection:
        try:
            self._connection = self._idle.pop()
        except IndexError:
            self._connection = self._engine.connect()
        try:
            _driver(self._connection).execute("BEGIN")
        except sqlite3.Error as error:
            self._connection.close()
            raise _as_sqlalchemy_error("BEGIN", error) from error
        return self._connection

    def __exit__(self, kind: object, *_about: object) -> None:
        if kind is not None or len(self._idle) >= _KEPT:
            self._connection.close()
            return
        if self._connection.in_transaction():  # SQLAlchemy's: it begins one with a statement of its own
            self._connection.rollback()
        else:
            _driver(self._connection).rollback()
        self._idle.append(self._connection)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _close_idle(engine: Engine) -> None:
    """Close the connections that were kept for snapshots: those that are checked out outlive the pool."""
    idle: list[Connection] = engine.get_execution_options()[_IDLE]
    while idle:
        connection = idle.pop()
        connection.detach()
        connection.close()


def bulk(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run one statement with `?` placeholders for many rows, without a row's trip through SQLAlchemy's compiler.

    Works for both dialects; nothing is run for no rows.
    """
    if rows:
        connection.exec_driver_sql(_in_style_of(connection, statement), list(rows))


def bulk_read(connection: Connection, query: str, values: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the rows of a query with `?` placeholders as tuples, a page at a time.

    PostgreSQL's rows come from SQLAlchemy's result, never from the driver's cursor: of a streamed result SQLAlchemy has taken
    the first row from the cursor already. The cursor is closed at the end, also of a reader that stops before it.
    """
    if connection.dialect.name == "sqlite":
        with closing(pages_of_sqlite(connection, query, values, _PAGE)) as pages:
            for page in pages:
                yield from page
        return
    streamed = {"yield_per": _PAGE}
    with connection.exec_driver_sql(_in_style_of(connection, query), values, execution_options=streamed) as rows:
        yield from rows


def read_at_once(connection: Connection, query: str, values: tuple[Any, ...]) -> list[Any]:
    """Return all rows of a query with `?` placeholders: for pages of a bounded size, and rows that are kept anyway."""
    if connection.dialect.name == "sqlite":
        try:
            return _cursor_of_sqlite(connection, query, values).fetchall()
        except sqlite3.Error as error:
            raise _as_sqlalchemy_error(query, error) from error
    return list(connection.exec_driver_sql(_in_style_of(connection, query), values).fetchall())  # row by row takes longer


def pages_of_sqlite(connection: Connection, query: str, values: tuple[Any, ...], length: int) -> Generator[list[Any]]:
    """Yield the rows of a query in lists of at most this length. The cursor is closed with the generator."""
    try:
        with closing(_cursor_of_sqlite(connection, query, values)) as cursor:
            while page := cursor.fetchmany(length):
                yield page
    except sqlite3.Error as error:
        raise _as_sqlalchemy_error(query, error) from error


def _cursor_of_sqlite(connection: Connection, query: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
    """Run a query by SQLite's driver itself: the way through SQLAlchemy takes six times as long as most queries."""
    return _driver(connection).execute(query, values)


def _as_sqlalchemy_error(query: str, error: sqlite3.Error) -> DBAPIError:
    """Return a driver's error as SQLAlchemy raises it."""
    made = DBAPIError.instance(query, None, error, sqlite3.Error)
    assert isinstance(made, DBAPIError)
    return made


def in_parts(values: Sequence[_Value], count: int = AT_ONCE) -> Iterator[Sequence[_Value]]:
    """Yield the values in order, as many as one question may name."""
    for start in range(0, len(values), count):
        yield values[start : start + count]


def placeholders(values: Sized) -> str:
    """Return a `?` for each value, for a list in a query: SQLAlchemy's own expansion of IN costs more than the query."""
    return ", ".join("?" * len(values))


_PAGE = 5_000


def _in_style_of(connection: Connection, statement: str) -> str:
    return statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
