"""The state: what `save` folds is what is found again; saving twice is saving once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from events.vocabulary.entities import Entity
from producers.state.state import Contact, Known, ProducerState, StateRow, millis

NOW = datetime(2026, 5, 20, 3, 0, 0, 123_000, tzinfo=UTC)


def row(number: int, **about: object) -> StateRow:
    known = Known(
        slot=0,
        record_id=bytes([number]) * 16,
        entity=Entity.NOTE,
        patient_id=b"p" * 16,
        fingerprint=bytes([number]) * 16,
        content=b"c" * 16,
        revision=1,
        deleted=False,
        taken_at=millis(NOW),
        recheck_at=None,
        flagged=False,
        partition=0,
        offset=number,
    )
    return known._replace(**about).row()


def live(state: ProducerState) -> list[int]:
    """Return the slots of the notes that are not deleted."""
    slots = list(state.live_slots(Entity.NOTE, state.last_slot()))
    assert len(slots) == state.live_count(Entity.NOTE)
    return slots


@pytest.fixture
def state(database_url: str) -> Iterator[ProducerState]:
    state = ProducerState(database_url)
    yield state
    state.close()


def test_a_record_is_known_as_it_was_saved(state: ProducerState) -> None:
    saved = row(1, revision=7, recheck_at=9, flagged=True)
    state.save(records=[saved])
    found = state.known([b"\x01" * 16, b"\x02" * 16])
    assert [known.row()[1:] for known in found.values()] == [saved[1:]]
    assert found[b"\x01" * 16].entity is Entity.NOTE


@pytest.mark.parametrize("named", [False, True], ids=["found by its id", "found by its slot"])
def test_saved_again_a_record_keeps_its_slot(state: ProducerState, named: bool) -> None:
    state.save(records=[row(1), row(2)])
    slots = {record_id: known.slot for record_id, known in state.known([b"\x01" * 16, b"\x02" * 16]).items()}
    state.save(records=[row(2, slot=slots[b"\x02" * 16] if named else 0, revision=2, patient_id=b"q" * 16), row(3)])
    (known,) = state.known([b"\x02" * 16]).values()
    assert (known.slot, known.revision, known.patient_id) == (slots[b"\x02" * 16], 2, b"q" * 16)
    third = state.known([b"\x03" * 16])[b"\x03" * 16].slot
    assert live(state) == [*sorted(slots.values()), third]
    assert state.last_slot() == third, "a new record's slot is higher than all before it"


def test_thousands_of_records_are_found(state: ProducerState) -> None:
    ids = [number.to_bytes(16, "big") for number in range(2_500)]
    state.save(records=[row(1, record_id=record_id, fingerprint=record_id) for record_id in ids])
    assert state.known(ids).keys() == set(ids)
    assert {known.record_id for known in state.at_slots(live(state))} == set(ids)


@pytest.mark.parametrize(
    ("about", "settled"),
    [
        ({}, True),
        ({"deleted": True}, False),
        ({"flagged": True}, False),
        ({"recheck_at": millis(NOW) + 1}, True),
        ({"recheck_at": millis(NOW)}, False),
        ({"entity": Entity.CLAIM}, False),
        ({"patient_id": b"x" * 16}, False),  # a patient nobody knows: the row's place is reported afresh
        ({"patient_id": None}, True),
    ],
)
def test_a_row_is_settled_unless_it_must_be_read_again(state: ProducerState, about: dict[str, object], settled: bool) -> None:
    known, stranger = b"p" * 16, b"x" * 16
    state.save(records=[row(5, **about), row(112, record_id=known, entity=Entity.PATIENT, patient_id=known)])
    if about.get("patient_id") == stranger:
        state.save(households=[(known, b"household 1"), (stranger, b"household 2")])
    found = state.settled(Entity.NOTE, NOW)
    assert found.after(0, 10) == ([(b"\x05" * 16, 1)] if settled else [])
    assert found.among([b"\x05" * 16]) == ([(b"\x05" * 16, b"\x05" * 16, 1)] if settled else [])


def test_a_record_that_was_found_can_be_saved_with_issues(state: ProducerState) -> None:
    """As a row is that reads as before but has got an issue: it is marked, without a change event."""
    state.save(records=[row(1), row(2, deleted=True)])
    found = state.known([b"\x01" * 16, b"\x02" * 16]).values()
    state.save(records=[known._replace(flagged=True).row() for known in found])
    state.save(records=[known._replace(slot=0, deleted=True).row() for known in found])
    again = state.known([b"\x01" * 16, b"\x02" * 16]).values()
    assert [(bool(known.flagged), bool(known.deleted)) for known in again] == [(False, True), (False, True)]
    state.save(records=[known._replace(flagged=True).row() for known in again])
    assert all(known.flagged and known.deleted for known in state.known([b"\x01" * 16, b"\x02" * 16]).values())


def test_offsets_and_times_have_64_bits(state: ProducerState) -> None:
    late = 2**40
    saved = row(1, taken_at=late, recheck_at=late + 1, offset=late + 2)
    state.save(records=[saved], progress={("changes", 0): late})
    assert [known.row()[1:] for known in state.known([b"\x01" * 16]).values()] == [saved[1:]]
    assert list(state.live_as_of(Entity.NOTE, late)) == list(state.known([b"\x01" * 16]).values())
    assert state.progress("changes") == {0: late}


def test_every_record_of_an_entity_is_found_with_its_place(state: ProducerState) -> None:
    """More of them than a page of a streamed result holds."""
    ids = [number.to_bytes(16, "big") for number in range(6_001)]
    state.save(records=[row(0, record_id=one, fingerprint=one, offset=number) for number, one in enumerate(ids)])
    places = list(state.places(Entity.NOTE))
    assert sorted(offset for _, _, offset in places) == list(range(6_001))
    assert len(state.settled(Entity.NOTE, NOW).after(0, 10_000)) == 6_001
    assert state.has_any(Entity.NOTE)
    assert not state.has_any(Entity.CLAIM)


def test_deleted_records_are_not_live_but_known(state: ProducerState) -> None:
    state.save(records=[row(1), row(2, deleted=True)])
    assert live(state) == [1]
    assert state.counts() == {Entity.NOTE: 1}
    assert state.known([b"\x02" * 16])[b"\x02" * 16].deleted


def test_a_household_key_is_fixed_when_first_saved(state: ProducerState) -> None:
    state.save(households=[(b"p" * 16, b"first")])
    state.save(households=[(b"p" * 16, b"second")])
    assert state.households_of([b"p" * 16, b"q" * 16]) == {b"p" * 16: b"first"}


def test_contacts_are_replaced_as_a_whole_and_forgotten(state: ProducerState) -> None:
    def contact(address: bytes) -> Contact:
        return Contact(record_id=b"p" * 16, address=address * 16, owned=True, guarantor_id=None, sealed=b"sealed")

    state.save(contacts={b"p" * 16: [contact(b"a"), contact(b"b")]})
    state.save(contacts={b"p" * 16: [contact(b"b"), contact(b"c")]})
    assert {c.address[:1] for c in state.contacts_of([b"p" * 16])} == {b"b", b"c"}
    assert state.holders_of([b"a" * 16]) == []
    state.forget(b"p" * 16)
    assert state.contacts_of([b"p" * 16]) == []


def test_progress_and_sightings_are_the_last_ones(state: ProducerState) -> None:
    state.save(
        progress={("changes", 0): 5, ("changes", 1): 2}, sightings=[(b"e" * 16, "one", b"f" * 32, 3)], refused=[b"r" * 16]
    )
    state.save(progress={("changes", 0): 9}, sightings=[(b"e" * 16, "two", b"g" * 32, 4)], refused=[b"r" * 16])
    assert state.progress("changes") == {0: 9, 1: 2}
    assert state.progress("dead-letters") == {}
    assert state.sightings() == {b"e" * 16: ("two", b"g" * 32, 4)}
    assert state.refused() == {b"r" * 16}


def test_a_save_that_fails_leaves_nothing(state: ProducerState) -> None:
    with pytest.raises(Exception):  # noqa: B017
        state.save(records=[row(1)], sightings=[(b"e" * 16, None, b"", 3)])  # type: ignore[list-item]
    assert state.last_slot() == 0


def test_no_millisecond_is_lost() -> None:
    assert [millis(NOW + timedelta(milliseconds=n)) - millis(NOW) for n in range(1_000)] == list(range(1_000))
