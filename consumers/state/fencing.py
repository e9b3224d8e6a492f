"""Fencing of the view: a worker's saves count only while no other worker has taken its partitions over.

The log refuses what a replaced worker appends, but the view is another database: a worker that stood still for a while, and
whose partitions another one carried meanwhile, would save what it had read before. So each worker leaves, as it begins, a
fresh fencing token at each of them, in the view's own database, and each saving transaction first looks whether its token is
there still. A view without a token (one process alone in its folder, under a lock) is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table

from consumers.state.partition_ownership import OwnershipLost
from events.database import bulk, read_at_once

FENCES = Table(
    "consumer_fences",
    MetaData(),
    Column("workspace", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("token", String, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One worker's hold on some partitions of a workspace's view."""

    workspace: str
    partitions: frozenset[int]
    token: str = field(default_factory=lambda: uuid4().hex)

    def put_up(self, connection: Connection) -> None:
        """Take the partitions over from the worker that had them."""
        rows = [(self.workspace, partition, self.token) for partition in sorted(self.partitions)]
        bulk(
            connection,
            "INSERT INTO consumer_fences (workspace, partition, token) VALUES (?, ?, ?) "
            "ON CONFLICT (workspace, partition) DO UPDATE SET token = excluded.token",
            rows,
        )

    def check(self, connection: Connection) -> None:
        """Check the fence within the transaction that saves; the next owner waits for its end. Raises OwnershipLost."""
        lock = " FOR SHARE" if connection.dialect.name == "postgresql" else ""  # SQLite has one writer at a time
        query = f"SELECT partition FROM consumer_fences WHERE workspace = ? AND token = ?{lock}"  # noqa: S608 - one of two constants
        standing = {row[0] for row in read_at_once(connection, query, (self.workspace, self.token))}
        if standing != self.partitions:
            raise OwnershipLost("another worker has taken over: this window is given up, its writes are settled by their owner")
