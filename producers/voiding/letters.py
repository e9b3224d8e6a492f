"""Dead letters of rows when a delivery is voided: its own count for nothing, and those of other deliveries stand."""

from __future__ import annotations

from events.change_events import read_change
from events.dead_letters import Stage, read_dead_letter
from events.log.pages import Pages
from events.log.port import CHANGES, DEAD_LETTERS, NewEntry, read_all
from producers.changes.produce import Producer
from producers.voiding.rereading import Without


def settle_letters(producer: Producer, without: Without, extract: str) -> None:
    """Append the dead letters that other deliveries would have made, and drop those of the voided `extract`.

    A row alike in a later delivery had none of its own: its dead letter was there. Patients' ids that the delivery
    alone held are released. Raises LogError, CodecError.
    """
    theirs: set[bytes] = set()
    standing: set[bytes] = set()
    for entry in read_all(producer.log, DEAD_LETTERS):
        letter = read_dead_letter(entry.value)
        if letter.stage is Stage.PRODUCE:
            (theirs if letter.extract == extract else standing).add(letter.event_id)
    wanted = {read_dead_letter(e.value).event_id: e for e in without.dead_letters()}
    missing = [NewEntry(DEAD_LETTERS, e.key, e.value) for event_id, e in wanted.items() if event_id not in standing]
    if missing:
        producer.log.append(missing)
    _see_elsewhere(producer, without, extract)
    held, would_hold = producer.state.held_identities(), without.state.held_identities()
    released = held.keys() - would_hold.keys()
    producer.state.drop_refused(theirs - standing - wanted.keys())
    producer.state.hold_identities({}, sorted(released))
    producer.catch_up()


def _see_elsewhere(producer: Producer, without: Without, extract: str) -> None:
    """Keep the places of other deliveries for what was last seen in the voided `extract`."""
    there = [event for event, (seen_in, _, _) in producer.state.sightings().items() if seen_in == extract]
    places = without.state.places_seen(there)
    known = without.state.known([event for event in there if event not in places])
    pages = Pages(without.log, CHANGES)
    pages.hold([(k.partition, k.offset) for k in known.values()])
    for record_id, k in known.items():
        origin = read_change(pages.entry(k.partition, k.offset).value).source
        places[record_id] = (origin.extract, origin.part, origin.row)
    producer.state.save(sightings=[(event, *place) for event, place in places.items()])
