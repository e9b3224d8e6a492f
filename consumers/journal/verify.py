"""Checking that a log is whole (`cutover log verify`), and showing its events as JSON (`cutover log show`).

Verifying: every event of every topic decodes and unseals; the revisions of each record have no gap and its events' ids are what
they must be; every write points at the change it carries, and every intent is settled; what each run recorded at its end is
what lies in the log. The log is read once, from end to end; of each record and intent only an id is kept.

Events appended meanwhile are not looked at: the ends are taken at the beginning, those of the decisions first, so that a run
whose end is seen has all its events in view.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.change_events import ChangeEvent, event_id, read_change
from events.codec.avro import CodecError, named
from events.compensations import Compensation, Phase, read_compensation
from events.dead_letters import read_dead_letter
from events.decisions import Decided
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS, Entry, Log, Position, read_all
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.sealing.payloads import KeyDestroyed, SealedEvent, open_envelope, unseal

LISTED = 1_000
"""Problems listed at most; the count goes on."""

_ORDER = (CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProblem:
    """Something that is not as it must be, and where it lies."""

    topic: str
    partition: int
    offset: int
    problem: str


@dataclass(kw_only=True)
class Overlap:
    """Two runs that appended at once. Of a revision that both have appended the first event counts: `repeated` is their number,
    `differing` the number of those whose record says something else in the second run.
    """

    first: str
    second: str
    at: Position
    repeated: int = 0
    differing: int = 0

    @property
    def said(self) -> str:
        """Return the overlap in words."""
        affected = (
            f"in {self.differing} of them the second run read other values, which Twenty does not hold"
            if self.differing
            else "both runs read the same values, and Twenty holds them"
        )
        return (
            f"runs {self.first} and {self.second} appended at once: {self.repeated} revisions lie twice, "
            f"the first event of each counts; {affected}"
        )


class Counted(NamedTuple):
    """The newest revision of a record that counts: its number, the run that appended it, the hash of the record."""

    revision: int
    run: str
    content: bytes


@dataclass(kw_only=True)
class Verification:
    """Findings of a verification. `events` counts them by topic, `forgotten` those of people who were erased,
    `open_intents` writes without a recorded outcome. `problems` are the first `LISTED` of `problem_count`; of
    the `overlaps` those that differ.
    """

    events: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0
    open_intents: int = 0
    overlaps: list[Overlap] = field(default_factory=list)
    problem_count: int = 0
    problems: list[LogProblem] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problem_count


def verify(log: Log, keys: KeyStore, *, progress: Callable[[int], None] = lambda _events: None) -> Verification:
    """Read the whole log and check it; `progress` hears of events read. Raises LogError."""
    return _Check(keys, {topic: log.ends(topic) for topic in reversed(_ORDER)}, progress).run(log)


_NONE = Counted(0, "", b"")


class _Check:
    def __init__(self, keys: KeyStore, ends: dict[str, dict[int, int]], progress: Callable[[int], None]) -> None:
        self._keys, self._ends, self._progress = keys, ends, progress
        self._found = Verification()
        self._revisions: dict[bytes, Counted] = {}
        self._overlaps: dict[tuple[str, str], Overlap] = {}
        self._repeated: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._forgotten_keys: set[bytes] = set()
        self._open: dict[bytes, Position] = {}
        self._settled: dict[bytes, Phase] = {}
        self._changes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._writes: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def run(self, log: Log) -> Verification:
        checks = {
            CHANGES: self._change,
            COMPENSATIONS: self._compensation,
            DEAD_LETTERS: self._letter,
            DECISIONS: self._decision,
        }
        for topic in _ORDER:
            for entry in self._entries(log, topic):
                try:
                    checks[topic](entry)
                except CodecError as error:
                    self._problem(entry, str(error))
        self._found.overlaps = list(self._overlaps.values())
        for overlap in self._overlaps.values():
            if overlap.differing:
                self._problem_at(CHANGES, overlap.at, overlap.said)
        for position in self._open.values():
            self._problem_at(
                COMPENSATIONS, position, "a write whose outcome is unknown: the next run asks Twenty and records it"
            )
        self._found.open_intents = len(self._open)
        return self._found

    def _entries(self, log: Log, topic: str) -> Iterator[Entry]:
        last: dict[int, int] = {}
        for entry in read_all(log, topic, ends=self._ends[topic]):
            if entry.offset <= last.get(entry.partition, -1):
                self._problem(entry, "its offset does not rise")
            last[entry.partition] = entry.offset
            self._found.events[topic] += 1
            if self._found.events.total() % 1_000 == 0:
                self._progress(1_000)
            yield entry

    def _problem(self, entry: Entry, problem: str) -> None:
        self._problem_at(entry.topic, Position(entry.partition, entry.offset), problem)

    def _problem_at(self, topic: str, position: Position, problem: str) -> None:
        self._found.problem_count += 1
        if len(self._found.problems) < LISTED:
            self._found.problems.append(
                LogProblem(topic=topic, partition=position.partition, offset=position.offset, problem=problem)
            )

    # payloads

    def _unseal(self, entry: Entry, sealed: SealedEvent | None, *, forgotten: bool = False) -> dict[str, Any] | None:
        """Open a payload; None for one whose key is gone. `forgotten`: its person is known to be erased."""
        assert sealed is not None, "an event read from the log has a payload"
        try:
            return unseal(sealed, self._keys)
        except KeyDestroyed:
            key = sealed.envelope["key_id"]
            if forgotten:
                self._forgotten_keys.add(key)
            if key in self._forgotten_keys:
                self._found.forgotten += 1
            else:
                self._problem(entry, "its data key is missing, and was not destroyed: restore the key store from its backup")
        except CodecError as error:
            self._problem(entry, str(error))
        return None

    # the topics

    def _change(self, entry: Entry) -> None:
        event = read_change(entry.value)
        self._unseal(entry, event.sealed, forgotten=self._keys.forgotten(event.patient_id or PRACTICE_SUBJECT))
        if event.event_id != event_id(event.record_id, event.revision):
            self._problem(entry, "its id is not that of its record and revision")
        self._revision(entry, event)

    def _revision(self, entry: Entry, event: ChangeEvent) -> None:
        before = self._revisions.get(event.record_id, _NONE)
        if event.revision <= before.revision and event.run != before.run:
            self._overlap(entry, event, before)
            return
        if event.revision == before.revision:
            return  # appended again after a crash: counts once
        if event.revision != before.revision + 1:
            self._problem(entry, f"revision {event.revision} of a record follows on {before.revision}")
        if event.revision > before.revision:
            self._revisions[event.record_id] = Counted(event.revision, event.run, event.content)
        self._changes[event.run][event.operation.value.lower()] += 1

    def _overlap(self, entry: Entry, event: ChangeEvent, before: Counted) -> None:
        at = Position(entry.partition, entry.offset)
        overlap = self._overlaps.setdefault((before.run, event.run), Overlap(first=before.run, second=event.run, at=at))
        overlap.repeated += 1
        overlap.differing += (event.revision, event.content) != (before.revision, before.content)
        self._repeated[event.run][event.operation.value.lower()] += 1

    def _compensation(self, entry: Entry) -> None:
        event = read_compensation(entry.value)
        self._unseal(entry, event.sealed)
        if event.cause.event_id != event_id(event.record_id, event.cause.revision):
            self._problem(entry, "the change event that it names is not one of its record")
        elif event.cause.revision > self._revisions.get(event.record_id, _NONE).revision:
            self._problem(entry, "the change event that it names is not in the log")
        if event.phase is Phase.INTENDED:
            if event.intent_id not in self._settled:
                self._open.setdefault(event.intent_id, Position(entry.partition, entry.offset))
        else:
            self._settle(entry, event)

    def _settle(self, entry: Entry, event: Compensation) -> None:
        settled = self._settled.get(event.intent_id)
        if settled is not None:
            if settled is not event.phase:
                self._problem(entry, f"an intent that was {settled.value} is said to be {event.phase.value}")
            return  # several count once
        if event.intent_id != event.event_id and self._open.pop(event.intent_id, None) is None:
            self._problem(entry, "the intent that it settles is not in the log")
        self._settled[event.intent_id] = event.phase
        if event.phase is Phase.APPLIED:
            self._writes[event.run][event.action.value.lower()] += 1

    def _letter(self, entry: Entry) -> None:
        self._unseal(entry, read_dead_letter(entry.value).sealed)

    def _decision(self, entry: Entry) -> None:
        sealed = open_envelope(entry.value)
        decided = named(Decided, sealed.envelope["decision"])
        payload = self._unseal(entry, sealed)
        if decided is Decided.RUN_ENDED and payload is not None:
            self._totals(entry, sealed.envelope["run"], json.loads(payload["json"]))

    def _totals(self, entry: Entry, run: str, body: dict[str, Any]) -> None:
        """Compare the totals: a run's changes must be those it recorded. Of its writes it recorded those with a request:
        there may be more.
        """
        for name, stated in body.get("changes", {}).items():
            there = self._changes[run][name] + self._repeated[run][name]
            if name in ("created", "updated", "deleted") and stated not in (self._changes[run][name], there):
                self._problem(entry, f"the run recorded {stated} changes {name}, the log has {self._changes[run][name]}")
        for name, stated in body.get("writes", {}).items():
            if name != "unchanged" and not body.get("dry_run") and stated > self._writes[run][name]:
                self._problem(entry, f"the run recorded {stated} writes of kind {name}, the log has {self._writes[run][name]}")


def show(log: Log, keys: KeyStore, topic: str, *, start: int = 0, decrypt: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the events of a topic from this offset (of each partition) on, as JSON objects: where they lie, their type, the
    envelope with ids as UUIDs and other bytes in hex, and with `decrypt` the payload (None for people who were erased).

    An event that cannot be read has a `problem` instead. Raises LogError.
    """
    ends = log.ends(topic)
    for entry in read_all(log, topic, dict.fromkeys(ends, start), ends):
        shown: dict[str, Any] = {"topic": topic, "partition": entry.partition, "offset": entry.offset, "key": entry.key.hex()}
        try:
            sealed = open_envelope(entry.value)
            envelope = {name: value for name, value in sealed.envelope.items() if name != "payload"}
            shown |= {"type": sealed.schema.name, **_as_json(envelope)}
            if decrypt:
                shown["payload"] = _opened(sealed, keys)
        except CodecError as error:
            shown["problem"] = str(error)
        yield shown


def _opened(sealed: SealedEvent, keys: KeyStore) -> Any:
    try:
        payload = unseal(sealed, keys)
    except KeyDestroyed:
        return None
    if payload.keys() == {"json"}:
        return json.loads(payload["json"])
    # a compensation's values are JSON texts by field
    images = {name: payload[name] for name in ("values", "before", "answer") if name in payload}
    opened = {name: {field: json.loads(text) for field, text in image.items()} for name, image in images.items()}
    return {**_as_json(payload), **opened}


def _as_json(value: Any) -> Any:
    match value:
        case bytes():
            return str(UUID(bytes=value)) if len(value) == 16 else value.hex()
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {name: _as_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_as_json(inner) for inner in value]
        case _:
            return value
