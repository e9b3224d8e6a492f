"""Decisions: what an operator or a run decided, as events in the log. Their content is sealed with the practice's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from events.codec.avro import encode, named
from events.codec.schemas import latest
from events.log.port import DECISIONS, Entry, Log, NewEntry, read_all
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.sealing.payloads import SealedEvent, open_envelope, seal, unseal

_Folded = TypeVar("_Folded")


class Decided(StrEnum):
    """Kind of a decision."""

    MAPPING_PROPOSED = "MAPPING_PROPOSED"
    MAPPING_APPROVED = "MAPPING_APPROVED"
    MAPPING_EXTENDED = "MAPPING_EXTENDED"
    COLUMNS_CLEARED = "COLUMNS_CLEARED"
    SCHEMA_STEP_INTENDED = "SCHEMA_STEP_INTENDED"
    SCHEMA_STEP_APPLIED = "SCHEMA_STEP_APPLIED"
    SCHEMA_STEP_UNDONE = "SCHEMA_STEP_UNDONE"
    SCHEMA_APPLIED = "SCHEMA_APPLIED"
    SCHEMA_REMOVED = "SCHEMA_REMOVED"
    SAMPLE_TAKEN = "SAMPLE_TAKEN"
    SAMPLE_ACCEPTED = "SAMPLE_ACCEPTED"
    SAMPLE_REJECTED = "SAMPLE_REJECTED"
    EXTRACT_READ = "EXTRACT_READ"
    EXTRACT_VOIDED = "EXTRACT_VOIDED"
    EXTRACT_VOID_FINISHED = "EXTRACT_VOID_FINISHED"
    RUN_STARTED = "RUN_STARTED"
    RUN_ENDED = "RUN_ENDED"
    DEAD_LETTERS_RETRIED = "DEAD_LETTERS_RETRIED"
    DEAD_LETTERS_DISMISSED = "DEAD_LETTERS_DISMISSED"
    MODEL_DRIFTED = "MODEL_DRIFTED"
    CONFLICTS_RESOLVED = "CONFLICTS_RESOLVED"
    IDENTITY_DECIDED = "IDENTITY_DECIDED"
    DELETIONS_CONFIRMED = "DELETIONS_CONFIRMED"
    PERSON_PAIRED = "PERSON_PAIRED"
    PERSON_UNPAIRED = "PERSON_UNPAIRED"
    MEMBERS_SEEN = "MEMBERS_SEEN"
    TIMELINE_DESTROYED = "TIMELINE_DESTROYED"
    PERSON_MERGED = "PERSON_MERGED"
    PERSON_UNMERGED = "PERSON_UNMERGED"
    DATA_READ = "DATA_READ"
    PERSON_FORGOTTEN = "PERSON_FORGOTTEN"
    WENT_LIVE = "WENT_LIVE"
    COVERAGE_STATED = "COVERAGE_STATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, opened. `body` is a JSON object; what it holds depends on what was decided."""

    event_id: bytes
    decided: Decided
    practice: str
    workspace: str | None
    run: str | None
    recorded_at: datetime
    body: dict[str, Any]
    offset: int = -1


class Decisions:
    """The decisions in a log: appending and reading them."""

    def __init__(
        self,
        log: Log,
        keys: KeyStore,
        practice: str,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], bytes],
        entropy: Callable[[int], bytes],
    ) -> None:
        """Take a clock, ids (16 bytes each) and a source of randomness."""
        self._log, self._keys, self._practice = log, keys, practice
        self._now, self._new_id, self._entropy = now, new_id, entropy
        self._met: list[tuple[Decided, SealedEvent, int]] = []
        self._of_kind: dict[Decided, list[int]] = {}
        self._opened: dict[int, Decision] = {}
        self._next: dict[int, int] = {}
        self._folded: dict[Hashable, tuple[int, object]] = {}

    def entry(
        self, decided: Decided, body: dict[str, Any], *, workspace: str | None = None, run: str | None = None
    ) -> NewEntry:
        """Return the entry of a decision, to be appended together with other events."""
        key = self._keys.of(PRACTICE_SUBJECT)
        assert key is not None, "the practice's own key cannot be forgotten"
        envelope = {
            "event_id": self._new_id(),
            "decision": decided.value,
            "practice": self._practice,
            "workspace": workspace,
            "run": run,
            "recorded_at": self._now(),
        }
        payload = {"json": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}
        return NewEntry(
            DECISIONS, self._practice.encode(), seal(_DECISION, envelope, _BODY, encode(_BODY, payload), key, self._entropy)
        )

    def record(self, decided: Decided, body: dict[str, Any], *, workspace: str | None = None, run: str | None = None) -> None:
        """Append a decision, durably. Raises LogError."""
        self.record_all([(decided, body)], workspace=workspace, run=run)

    def record_all(
        self, decided: Iterable[tuple[Decided, dict[str, Any]]], *, workspace: str | None = None, run: str | None = None
    ) -> None:
        """Append several decisions, all of them or none, durably. Raises LogError."""
        entries = [self.entry(one, body, workspace=workspace, run=run) for one, body in decided]
        if entries:
            self._log.append(entries)

    def all(self, *kinds: Decided) -> Iterator[Decision]:
        """Yield the decisions of these kinds (default: all), oldest first. Raises CodecError, LogError.

        A command asks many times: what was read of the log once is not read again.
        """
        for number in self._numbers(kinds):
            yield self._decision(number)

    def folded(self, kinds: Iterable[Decided], about: Hashable, fold: Callable[[Iterable[Decision]], _Folded]) -> _Folded:
        """Return a fold of the decisions of these kinds, oldest first. Raises CodecError, LogError.

        The same fold `about` the same is computed again only where the log has got more of them; its result is not changed.
        """
        numbers = self._numbers(tuple(kinds))
        known = self._folded.get(about)
        if known is None or known[0] != len(numbers):
            known = self._folded[about] = (len(numbers), fold(map(self._decision, numbers)))
        return cast("_Folded", known[1])

    def entries(self, *kinds: Decided) -> list[Entry]:
        """Return the sealed entries of the decisions of these kinds, oldest first. Raises CodecError, LogError."""
        wanted = set(kinds)
        return [e for e in read_all(self._log, DECISIONS) if open_envelope(e.value).envelope["decision"] in wanted]

    def last(self, *kinds: Decided) -> Decision | None:
        """Return the newest decision of these kinds, or None."""
        numbers = self._numbers(kinds)
        return self._decision(numbers[-1]) if numbers else None

    def _numbers(self, kinds: Sequence[Decided]) -> Sequence[int]:
        """Read what the log has got since, and return the numbers of the decisions of these kinds, oldest first."""
        for entry in read_all(self._log, DECISIONS, self._next):
            event = open_envelope(entry.value)
            decided = named(Decided, event.envelope["decision"])
            self._of_kind.setdefault(decided, []).append(len(self._met))
            self._met.append((decided, event, entry.offset))
            self._next[entry.partition] = entry.offset + 1
        if not kinds:
            return range(len(self._met))
        return sorted(number for kind in set(kinds) for number in self._of_kind.get(kind, ()))

    def _decision(self, number: int) -> Decision:
        if number not in self._opened:
            decided, event, offset = self._met[number]
            e = event.envelope
            body = json.loads(unseal(event, self._keys)["json"])
            self._opened[number] = Decision(
                event_id=e["event_id"],
                decided=decided,
                practice=e["practice"],
                workspace=e["workspace"],
                run=e["run"],
                recorded_at=e["recorded_at"],
                body=body,
                offset=offset,
            )
        return self._opened[number]


_DECISION = latest("decision")
_BODY = latest("json-body")
