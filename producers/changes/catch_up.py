"""Bringing the producers' state up to the log: after a kill, or after the state was deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from events.change_events import Operation, read_change, record_of
from events.dead_letters import DeadLetter, Stage, read_dead_letter
from events.log.port import CHANGES, DEAD_LETTERS, Entry, Log, in_pages, read_all, refuse_shorter
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from producers.changes.appending.contacts import Contacts
from producers.records.doubled_ids import holds_id
from producers.state.state import Contact, ProducerState, StateRow, millis

_PAGE = 5_000


def catch_up(log: Log, state: ProducerState, keys: KeyStore, contacts: Contacts, voided: Collection[str] = frozenset()) -> int:
    """Fold every event that the state has not seen; gives their number. Raises LogError, CodecError.

    Rows that were refused of `voided` extracts are passed over.
    """
    folded = 0
    for topic, fold in ((CHANGES, _fold_changes), (DEAD_LETTERS, partial(_fold_letters, voided=voided))):
        seen = state.progress(topic)
        ends = refuse_shorter(log, topic, seen)
        for page in in_pages(read_all(log, topic, seen, ends), _PAGE):
            fold(page, state, keys, contacts)
            folded += len(page)
    return folded


def _progress(topic: str, page: Iterable[Entry]) -> dict[tuple[str, int], int]:
    return {(topic, entry.partition): entry.offset + 1 for entry in page}


def _fold_changes(page: list[Entry], state: ProducerState, keys: KeyStore, contacts: Contacts) -> None:
    records: dict[bytes, StateRow] = {}
    households: dict[bytes, bytes] = {}
    held: dict[bytes, list[Contact]] = {}
    sightings: dict[bytes, tuple[bytes, str, bytes, int]] = {}
    events = [(read_change(entry.value), entry) for entry in page]
    known = state.known(list({event.record_id for event, _ in events}))
    newest = {record_id: record.revision for record_id, record in known.items()}
    for event, entry in events:
        if event.revision <= newest.get(event.record_id, 0):
            continue  # two producers appended at once: the consumers carry the first event of a revision, too
        newest[event.record_id] = event.revision
        deleted = event.operation is Operation.DELETED
        records[event.record_id] = (
            0,
            event.record_id,
            event.entity.value,
            event.patient_id,
            event.fingerprint,
            event.content,
            event.revision,
            int(deleted),
            millis(event.taken_at),
            None if event.recheck_at is None else millis(event.recheck_at),
            int(event.flagged),
            entry.partition,
            entry.offset,
            None,  # a payload is opened when the record changes, not here
        )
        if event.patient_id is not None:
            households.setdefault(event.patient_id, entry.key)
        if event.flagged and event.source.row:
            sightings[event.record_id] = (event.record_id, event.source.extract, event.source.part, event.source.row)
        if event.entity is Entity.PATIENT:
            try:
                held[event.record_id] = [] if deleted else contacts.rows(record_of(event, keys))
            except KeyDestroyed:
                held[event.record_id] = []
    state.save(
        records=records.values(),
        households=households.items(),
        contacts=held,
        sightings=sightings.values(),
        progress=_progress(CHANGES, page),
    )


def _fold_letters(
    page: list[Entry], state: ProducerState, _keys: KeyStore, _contacts: Contacts, *, voided: Collection[str]
) -> None:
    refused, sightings = [], []
    held: dict[bytes, DeadLetter] = {}
    for entry in page:
        letter = read_dead_letter(entry.value)
        if letter.stage is Stage.PRODUCE and letter.extract not in voided:
            if holds_id(letter.reason, letter.entity) and letter.record_id is not None:
                held[letter.record_id] = letter
            refused.append(letter.event_id)  # the id of a row's dead letter is the row's fingerprint
            sightings.append((letter.event_id, letter.extract or "", letter.file or bytes(32), letter.row or 0))
    later = {i for i, known in state.known(list(held)).items() if known.taken_at > millis(held[i].recorded_at)}
    state.hold_identities({i: (x.reason, millis(x.recorded_at)) for i, x in held.items() if i not in later})
    state.save(refused=refused, sightings=sightings, progress=_progress(DEAD_LETTERS, page))
