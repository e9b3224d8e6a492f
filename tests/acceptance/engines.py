"""The combinations of databases that whole runs are made on: where the log lies, and where state and keys do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from tests.acceptance.workbench import Bench
from tests.postgres import database

PARTITIONS = 4


@dataclass
class Engine:
    """A combination of databases, as the environment of a command that names them."""

    name: str
    environment: dict[str, str] = field(default_factory=dict)
    partitions: int = 1
    new_database: Callable[[], str] | None = None

    def lose_state(self, b: Bench) -> None:
        """Leave a project without its state: its file is deleted, or another database is empty."""
        if self.new_database is not None:
            self.environment["CUTOVER_STATE__URL"] = self.new_database()
            b.environment |= self.environment
            return
        files = list((b.project / ".cutover").glob("state.db*"))
        assert files
        for file in files:
            file.unlink()


@contextmanager
def on_sqlite() -> Iterator[Engine]:
    """Use files for everything."""
    yield Engine("sqlite")


@contextmanager
def on_postgres(server: str) -> Iterator[Engine]:
    """State and keys on a server, the log in a file."""
    with ExitStack() as ending:
        made = Engine("postgres", new_database=lambda: ending.enter_context(database(server)))
        made.environment |= {"CUTOVER_STATE__URL": made.new_database(), "CUTOVER_KEYS__URL": made.new_database()}
        yield made


@contextmanager
def on_kafka(server: str, broker: str) -> Iterator[Engine]:
    """State and keys on a server, the log on a broker, in several partitions."""
    with on_postgres(server) as made:
        made.name, made.partitions = "kafka", PARTITIONS
        made.environment["CUTOVER_LOG__URL"] = f"kafka://{broker}?prefix=run-{uuid4().hex}&partitions={PARTITIONS}"
        yield made
