"""Rows that were held because two people stand under their id, and that a person's decision has settled since."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cutover.reports.records.sightings import RowPlace
from events.dead_letters import DeadLetter, detail_of
from events.decisions import Decided, Decision, Decisions
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from producers.changes.rows.decided_identities import PERSON, IdentityVerdict
from producers.records.doubled_ids import holds_id

_SAMPLE = "sample"
"""The kind of a run that carries some patients alone: decisions about the others wait for the next sync."""


def decided_and_read(decisions: Decisions) -> Iterator[Decision]:
    """Yield the decisions about ids and the readings of whole deliveries, in their order. Raises LogError, CodecError."""
    samples: set[str | None] = set()
    for decision in decisions.all(Decided.RUN_STARTED, Decided.IDENTITY_DECIDED, Decided.EXTRACT_READ):
        if decision.decided is Decided.RUN_STARTED:
            if decision.body.get("kind") == _SAMPLE:
                samples.add(decision.run)
        elif decision.decided is Decided.IDENTITY_DECIDED or decision.run not in samples:
            yield decision


class SettledIdentities:
    """The decisions about ids under which two people stand, as far as a delivery was read under them."""

    def __init__(self, decisions: Decisions, keys: KeyStore, held: Collection[bytes]) -> None:
        """Leave out `held`, the records whose ids are held now: nothing of them is settled. Raises LogError."""
        self._keys, self._held = keys, held
        self._read_since: dict[bytes, set[str]] = {}
        self._left_out: dict[bytes, set[str]] = {}
        for decision in decided_and_read(decisions):
            body = decision.body
            if decision.decided is Decided.EXTRACT_READ:
                for extracts in self._read_since.values():
                    extracts.add(str(body.get("extract", "")))
            elif body["marks"]:  # else it is about rows of other tables
                record_id = bytes.fromhex(body["record"])
                self._read_since[record_id] = set()
                if body["verdict"] == IdentityVerdict.LEAVE_OUT.value:
                    self._left_out.setdefault(record_id, set()).update(body["marks"])

    def has(self, letter: DeadLetter, place: RowPlace) -> bool:
        """Return whether a held row is settled: it was left out, or its delivery was read again after the decision."""
        record_id = letter.record_id
        if not holds_id(letter.reason, letter.entity) or record_id not in self._read_since or record_id in self._held:
            return False
        return place.extract in self._read_since[record_id] or self._person(letter) in self._left_out.get(record_id, ())

    def _person(self, letter: DeadLetter) -> str | None:
        try:
            found = detail_of(letter, self._keys).get(PERSON)
        except KeyDestroyed:
            return None
        return found if isinstance(found, str) else None
