"""Work to do once after an alias was written down: records carried under two ids become one, in a run of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cutover.runs.run import running
from cutover.runs.session import Session


@contextmanager
def renumbered(session: Session) -> Iterator[None]:
    """Unite them in the log, so that the consumers carry it before the run to come. Raises SettingsError, LogError."""
    if session.project.aliases.groups:
        _unite(session)
    yield


def _unite(session: Session) -> None:
    producer = session.producer()
    found = producer.doubles()
    if found:
        with running("renumber", session.log, session.decisions, session.world) as run:
            counts = producer.unite(found, run.id)
            run.totals["changes"] = {key: counts[key] for key in ("created", "updated")}
