"""Dead letters of rows when a delivery is voided: its own count for nothing, and those of other deliveries stand."""

from __future__ import annotations

from events.dead_letters import Stage, read_dead_letter
from events.log.port import DEAD_LETTERS, NewEntry, read_all
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
    held, would_hold = producer.state.held_identities(), without.state.held_identities()
    released = held.keys() - would_hold.keys()
    producer.state.drop_refused(theirs - standing - wanted.keys())
    producer.state.hold_identities({}, sorted(released))
    producer.catch_up()
