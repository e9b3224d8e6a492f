"""Rows of extracts that made no record, as far as they still stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from consumers.state.view import View
from cutover.reports.records.settled_identities import SettledIdentities
from cutover.reports.records.sightings import Extracts, RowPlace
from events.change_events import ChangeEvent, read_change
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.log.port import CHANGES, DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import pbn_id, twenty_id
from events.vocabulary.practice import Practice
from producers.state.identities import IDENTITY_HELD


class Standing(NamedTuple):
    """A row that still makes no record: its dead letter, where it was seen last, and where the letter lies."""

    letter: DeadLetter
    place: RowPlace
    position: tuple[int, int]


def standing_rows(
    log: Log, view: View, extracts: Extracts, sightings: Mapping[bytes, RowPlace], settled: SettledIdentities
) -> Iterator[Standing]:
    """Yield the rows that made no record; `view` must be caught up with the log. Raises LogError, CodecError."""
    reported: set[object] = set()
    for entry in read_all(log, DEAD_LETTERS):
        letter = read_dead_letter(entry.value)
        if letter.stage is not Stage.PRODUCE or letter.event_id in reported:
            continue
        reported.add(letter.event_id)
        place = sightings.get(letter.event_id) or stated_place(letter)
        if letter.reason == IDENTITY_HELD:  # a decision about the id gives the row, where it still waits, another fingerprint
            if (letter.record_id, place) in reported:
                continue
            reported.add((letter.record_id, place))
        if (
            settled.has(letter, place)
            or extracts.is_history(place, letter.entity)
            or _was_mended(letter, place, log, view, extracts)
        ):
            continue
        yield Standing(letter, place, (entry.partition, entry.offset))


def stated_place(letter: DeadLetter) -> RowPlace:
    """Return the place of a row as its dead letter says it."""
    return RowPlace(letter.extract or "", letter.file or bytes(32), letter.row or 0)


def pbn_id_of_row(letter: DeadLetter, keys: KeyStore, practice: Practice) -> str | None:
    """Return the pbnId of the record that a refused row names: of the cells, the one whose hash the letter has."""
    if letter.record_id is None or letter.entity is None:
        return None
    try:
        cells = detail_of(letter, keys).get("cells", ())
    except KeyDestroyed:
        return None
    named = (pbn_id(practice.id, letter.entity, str(cell).strip()) for cell in cells)
    return next((name for name in named if twenty_id(practice.namespace, name).bytes == letter.record_id), None)


def _was_mended(letter: DeadLetter, place: RowPlace, log: Log, view: View, extracts: Extracts) -> bool:
    """Tell whether the record that a row names was read from a later extract since, or from this very row."""
    if letter.record_id is None:
        return False
    head = view.heads([letter.record_id]).get(letter.record_id)
    if head is None:
        return False
    event = read_change(log.read(CHANGES, head.partition, head.offset, 1)[0].value)
    if event.fingerprint == letter.event_id or extracts.is_later(event.source.extract, place.extract):
        return True
    return letter.reason == IDENTITY_HELD and was_read_since(letter, place, event)


def was_read_since(letter: DeadLetter, place: RowPlace, event: ChangeEvent) -> bool:
    """Return whether a row that waited for its patient's id was carried: its record's event was made of it, later."""
    source = RowPlace(event.source.extract, event.source.part, event.source.row)
    return source == place and event.recorded_at > letter.recorded_at
