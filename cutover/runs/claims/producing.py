"""The right to append change events: one command at a time, on all machines that share the folder, the state or the log.

Three things see to that:

- the lock of the folder;
- a lock in the state's database, where that is on a server: a lock of PostgreSQL's that belongs to a connection of its own, and
  ends with it. A row beside it says who holds it, and means nothing when the lock is gone. Before each append it is asked
  whether the connection is still there: a command that has lost it appends nothing more;
- the role of the producer in the log, claimed before the log is read for what to append. The locks refuse a second command;
  the role is taken from the first one, which may be on a machine that no lock reaches: the log refuses its next append.

    ClaimLost      not applied, retriable: the connection to the state's database was lost; what was appended before counts
    LogRoleTaken   not applied: a command elsewhere took the role; what was appended before counts
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, select
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from cutover.project.errors import UnreachableError
from cutover.project.locks import Busy, exclusive
from cutover.runs.guarded_log import GuardedLog
from cutover.runs.session import Session
from events.database import is_shared, lock_number, open_database
from events.log.port import PRODUCER

METADATA = MetaData()
PRODUCERS = Table(
    "producing_commands",
    METADATA,
    Column("practice", String, primary_key=True),
    Column("command", String, nullable=False),
    Column("machine", String, nullable=False),
    Column("process", Integer, nullable=False),
    Column("since", String, nullable=False),
)

_NOTICED = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")
"""The server misses a machine that vanished after about 25 seconds; by default that takes hours."""

_NOW = """SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')"""
"""The server's clock: machines need not agree on the time."""


class ClaimLost(UnreachableError):
    """The lock in the state's database was lost with its connection. Nothing more was appended."""


@contextmanager
def producing(session: Session, *, holder: str) -> Iterator[None]:
    """Append change events as the only one, as command `holder`. Raises Busy at once, never waits; DatabaseUnreachable."""
    with exclusive(session.project, "producer", holder=holder), _shared_lock(session, holder) as check:
        session.producing_log = GuardedLog(session.log, PRODUCER, check)
        try:
            yield
        finally:
            session.producing_log.let_go()
            session.producing_log = None


def _shared_lock(session: Session, holder: str) -> AbstractContextManager[Callable[[], None]]:
    """Return the lock in the state's database, where that is on a server. Gives a check that raises where the lock was lost."""
    return _claimed(session, holder) if is_shared(session.project.settings.state.url) else nullcontext(_nothing)


def _nothing() -> None:
    """Hold nothing that could be lost."""


@contextmanager
def _claimed(session: Session, holder: str) -> Iterator[Callable[[], None]]:
    engine = open_database(session.project.settings.state.url, METADATA)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _take(connection, session, holder)
            server = _server_process(connection)

            def check() -> None:
                try:
                    held = _server_process(connection) == server
                except (DBAPIError, InvalidRequestError):
                    held = False
                if not held:
                    raise ClaimLost(
                        "the connection to the state's database was lost, and with it the lock against a second producer: "
                        "nothing more was appended; run the same command again"
                    )

            yield check
            with suppress(
                DBAPIError, InvalidRequestError
            ):  # everything was appended: the row only says less about who held the lock
                connection.execute(delete(PRODUCERS).where(PRODUCERS.c.practice == session.practice.id))
    finally:
        engine.dispose()  # which lets the lock go


def _take(connection: Connection, session: Session, holder: str) -> None:
    for setting in _NOTICED:
        connection.exec_driver_sql(f"SET {setting}")
    number = lock_number(f"producer {session.practice.id}")
    mine = PRODUCERS.c.practice == session.practice.id
    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({number})").scalar():
        found = connection.execute(select(PRODUCERS).where(mine)).first()
        if found is None:
            raise Busy(None, None)
        raise Busy(found.command, found.process, f" on {found.machine}, since {found.since}")
    about = {
        "practice": session.practice.id,
        "command": holder,
        "machine": platform.node(),
        "process": os.getpid(),
        "since": connection.exec_driver_sql(_NOW).scalar_one(),
    }
    connection.execute(delete(PRODUCERS).where(mine))
    connection.execute(PRODUCERS.insert().values(about))


def _server_process(connection: Connection) -> int:
    """Return the server's process of this connection: another one is another connection, which has no lock."""
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
