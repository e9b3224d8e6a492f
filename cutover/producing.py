"""Who appends change events: one command at a time, on this machine and on all that share the state.

Beside the lock of the folder there is one in the state's database, where that is on a server: a lock of PostgreSQL's that
belongs to a connection of its own, and ends with it. A row beside it says who holds it, and means nothing when the lock is
gone. Before each append it is asked whether the connection is still there: a command that has lost it appends nothing more.

    ClaimLost   not applied, retriable: the connection to the state's database was lost; what was appended before counts
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, delete, select
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from cutover.errors import UnreachableError
from cutover.locks import Busy, exclusive
from cutover.session import Session
from events.database import is_shared, lock_number, open_database

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
    with exclusive(session.project, "producer", holder=holder):
        if not is_shared(session.project.settings.state.url):
            yield
            return
        with _claimed(session, holder) as check:
            session.before_append = check
            try:
                yield
            finally:
                session.before_append = None


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
    """The server's process of this connection: another one is another connection, which has no lock."""
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
