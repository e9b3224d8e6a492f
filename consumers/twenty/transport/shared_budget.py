"""The rate budget of one workspace for several workers: the state database gives out the turns.

A worker that wants to send leases the next turn: one row says when it is due, and moves on by one interval (1 % longer than the
limit allows, nothing is saved up). So all workers together never exceed the limit, and the only one with work left gets all of
it. A worker that dies wastes the turns that it had leased, one a request in flight. What Twenty tells one worker of its limit
holds for all of them, for a day; it is asked, or meets the limit, again then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from consumers.twenty.transport.budget import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    PAUSE_GROWTH,
    RECOVERY,
    SLACK,
    SLOWDOWN,
    SLOWEST,
)
from consumers.twenty.transport.rate_headers import Allowance
from events.database import open_database

NAMED_FOR = 86_400.0
"""Seconds for which a limit counts that Twenty has named: an admin may raise it, which nothing says."""

METADATA = MetaData()
BUDGETS = Table(
    "rate_budgets",
    METADATA,
    Column("workspace", String, primary_key=True),
    Column("due", Float, nullable=False),  # when the next turn is, in seconds since 1970 by the database's clock
    Column("paused_until", Float, nullable=False),
    Column("share", Float, nullable=False),  # of the limit, after refusals
    Column("refusals", Integer, nullable=False),  # in a row
)
NAMED = Table(
    "rate_limits_named",
    METADATA,
    Column("workspace", String, primary_key=True),
    Column("per_minute", Float, nullable=False),
    Column("since", Float, nullable=False),  # in seconds since 1970, by the database's clock
)


class SharedBudget:
    """A paced budget in a database; safe to share between threads, processes and machines.

    `per_minute` is the limit, above 0. `sleep` and `clock` are in seconds; a server's own clock counts where it has one, so
    that machines need not agree on the time.
    """

    def __init__(
        self,
        url: str,
        workspace: str,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take an SQLAlchemy URL, `workspace` what tells the workspace from others. Raises DatabaseUnreachable."""
        if per_minute <= 0:
            raise ValueError("a budget that is shared needs a limit; without one there is nothing to share")
        self._engine = open_database(url, METADATA)
        self._workspace, self._limit = workspace, float(per_minute)
        self._clock, self._sleep = clock, sleep
        self._open_account()

    def acquire(self, tokens: int = 1) -> None:
        """Lease the next turn and wait for it; then for the end of a pause that began meanwhile."""
        with self._engine.begin() as connection:
            now, row = self._now(connection), self._row(connection)
            turn = max(row.due, row.paused_until, now)
            limit = self._limit_at(connection, now)
            self._save(connection, due=turn + tokens * 60.0 / (limit * (1 - SLACK) * row.share))
        while turn > now:
            self._sleep(turn - now)
            with self._engine.begin() as connection:
                now, turn = self._now(connection), max(turn, self._row(connection).paused_until)

    def refused(self, *, retry_after: float | None = None) -> None:
        """Pause every worker, longer each time in a row, and go on a little slower."""
        with self._engine.begin() as connection:
            now, row = self._now(connection), self._row(connection)
            grown = FIRST_PAUSE * PAUSE_GROWTH ** min(row.refusals, 20)
            pause = min(LONGEST_PAUSE, grown) if retry_after is None else retry_after
            self._save(
                connection,
                paused_until=max(row.paused_until, now + pause),
                refusals=row.refusals + 1,
                share=max(SLOWEST, row.share * SLOWDOWN),
            )

    def accepted(self) -> None:
        """Forget the refusals, and win the full pace back step by step."""
        with self._engine.begin() as connection:
            row = self._row(connection)
            if row.refusals or row.share < 1:
                self._save(connection, refusals=0, share=min(1.0, row.share + RECOVERY))

    def heard(self, allowance: Allowance) -> None:
        """Let every worker keep to a limit that the server names, and pause until its reset when nothing is left."""
        nothing_left = allowance.remaining is not None and allowance.remaining < 1 and allowance.reset_after
        if not allowance.per_minute and not nothing_left:
            return
        with self._engine.begin() as connection:
            row, now = self._row(connection), self._now(connection)
            if nothing_left and allowance.reset_after:
                self._save(connection, paused_until=max(row.paused_until, now + allowance.reset_after))
            if allowance.per_minute and allowance.per_minute != self._limit_at(connection, now):
                connection.execute(delete(NAMED).where(NAMED.c.workspace == self._workspace))
                named = {"workspace": self._workspace, "per_minute": allowance.per_minute, "since": now}
                connection.execute(insert(NAMED), [named])

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def _open_account(self) -> None:
        mine = BUDGETS.c.workspace == self._workspace
        try:
            with self._engine.begin() as connection:
                if connection.execute(select(BUDGETS.c.workspace).where(mine)).first() is None:
                    row = {"workspace": self._workspace, "due": 0.0, "paused_until": 0.0, "share": 1.0, "refusals": 0}
                    connection.execute(insert(BUDGETS), [row])
        except IntegrityError:
            pass  # another worker opened it meanwhile

    def _row(self, connection: Connection) -> Any:
        """Return the account, locked until the end of the transaction (SQLite's transactions lock as a whole)."""
        return connection.execute(select(BUDGETS).where(BUDGETS.c.workspace == self._workspace).with_for_update()).one()

    def _limit_at(self, connection: Connection, now: float) -> float:
        """Return the limit in effect: the one that was set, or a lower one that Twenty has named."""
        named = connection.execute(select(NAMED).where(NAMED.c.workspace == self._workspace)).one_or_none()
        return self._limit if named is None or now - named.since > NAMED_FOR else min(self._limit, float(named.per_minute))

    def _save(self, connection: Connection, **values: float) -> None:
        connection.execute(update(BUDGETS).where(BUDGETS.c.workspace == self._workspace).values(**values))

    def _now(self, connection: Connection) -> float:
        if connection.dialect.name != "postgresql":
            return self._clock()
        return float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())
