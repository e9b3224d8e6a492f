"""The records that a practice would have without one delivery: all others are read again, in their order, where they lie.

They are read into a log and a state of their own, which are thrown away. Keys, ids, mapping, settings and decisions
are those of the practice, so that records, fingerprints and addresses come out equal. Payloads are sealed there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from events.clock import World
from events.decisions import Decided, Decisions
from events.log.port import DEAD_LETTERS, DECISIONS, Entry, Log, NewEntry, read_all
from events.log.sqlite import SqliteLog
from events.vocabulary.mapping import ColumnMapping
from producers.changes.produce import Producer
from producers.sources.extract import Extract
from producers.state.confirmations import Confirmations, to_json
from producers.state.row_settings import READ_UNDER
from producers.state.state import ProducerState

FOLDER_PREFIX = "without-"
"""The beginning of the names of folders in which others are read again: what a killed command left is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """An extract to be read again, and whether an unusual number of deletions was accepted for it."""

    extract: Extract
    confirm_deletions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """A practice's log and state without the voided delivery, and the records that each extract confirmed, in reading order."""

    log: Log
    state: ProducerState
    confirmed: Sequence[Confirmations] = field(default_factory=list)

    def dead_letters(self) -> Iterator[Entry]:
        """Yield the dead letters of its refused rows."""
        yield from read_all(self.log, DEAD_LETTERS)


@contextmanager
def reading_again(
    producer: Producer,
    rereadings: Sequence[Rereading],
    mapping: ColumnMapping,
    folder: Path,
    run: str,
    begun: Callable[[Extract], None] = lambda _extract: None,
) -> Iterator[Without]:
    """Read these extracts in order, beside what `producer` knows; give what comes of them until the block ends.

    `run` is that of the command. Everything lies in a new folder below `folder`. Raises CannotBind, ExtractError, LogError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=FOLDER_PREFIX, dir=folder) as place:
        log, state = SqliteLog(f"sqlite:///{place}/log.db"), ProducerState(f"sqlite:///{place}/state.db")
        try:
            yield _read(producer, rereadings, mapping, log, state, run, begun)
        finally:
            state.close()
            log.close()


def _read(
    producer: Producer,
    rereadings: Sequence[Rereading],
    mapping: ColumnMapping,
    log: SqliteLog,
    state: ProducerState,
    run: str,
    begun: Callable[[Extract], None],
) -> Without:
    world = _quiet(producer.world)
    decisions = Decisions(log, producer.keys, producer.practice.id, now=world.now, new_id=world.new_id, entropy=world.entropy)
    decided = [NewEntry(DECISIONS, e.key, e.value) for e in producer.decisions.entries(Decided.IDENTITY_DECIDED)]
    if decided:
        log.append(decided)
    beside = replace(producer, log=log, state=state, decisions=decisions, world=world)
    confirmed: list[Confirmations] = []
    for one in rereadings:
        begun(one.extract)
        produced = beside.produce(one.extract, mapping, run, confirm_deletions=one.confirm_deletions)
        body = {
            "extract": one.extract.id,
            "taken_at": one.extract.taken_at.isoformat(),
            "confirmed": to_json(produced.confirmed),
            READ_UNDER: produced.read_under,
        }
        decisions.record(Decided.EXTRACT_READ, body, run=run)
        confirmed.append(Confirmations(extract=one.extract.id, taken_at=one.extract.taken_at, by_entity=produced.confirmed))
    return Without(log=log, state=state, confirmed=confirmed)


def _quiet(world: World) -> World:
    """Return a world at whose crash points nothing happens: what is killed here has changed nothing."""
    return World(now=world.now, new_id=world.new_id, entropy=world.entropy, monotonic=world.monotonic, sleep=world.sleep)
