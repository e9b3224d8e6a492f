"""Large events in parts: how they are split, and what is read where parts lie apart, are missing or were changed."""

from random import Random

import pytest

from events.codec.avro import NotAnEvent
from events.log.parts import PART, part_in, read_whole, read_whole_backwards, split
from events.log.port import CHANGES, Entry
from events.sealing.payloads import open_envelope

LARGE = Random(1).randbytes(2 * PART + 7)
OTHER = Random(2).randbytes(2 * PART + 7)


class Lying:
    """One partition: values at offsets that rise by two, as after a transaction's end on Kafka."""

    def __init__(self, *values):
        self.entries = [Entry(CHANGES, 0, 2 * number, b"k", value) for number, value in enumerate(values)]

    def forwards(self, offset, limit):
        return [e for e in self.entries if e.offset >= offset][:limit]

    def backwards(self, offset, limit):
        return [e for e in reversed(self.entries) if e.offset < offset][:limit]

    def read(self, offset=0, limit=100):
        return [e.value for e in read_whole(self.forwards, self.backwards, offset, limit)]

    def read_backwards(self, offset=1000, limit=100):
        return [e.value for e in read_whole_backwards(self.backwards, offset, limit)]


def test_an_event_up_to_the_size_of_a_part_is_one_entry_as_it_is():
    event = bytes(PART)
    assert list(split(event)) == [event]


def test_a_larger_event_becomes_parts_that_say_which_they_are():
    parts = [part_in(value) for value in split(LARGE)]
    assert [(part.number, part.count) for part in parts] == [(1, 3), (2, 3), (3, 3)]
    assert len({part.event for part in parts}) == 1
    assert b"".join(part.data for part in parts) == LARGE


def test_what_is_no_part_is_none():
    assert part_in(b"an event") is None


def test_entries_of_other_writers_may_lie_between_the_parts():
    a, b, c = split(LARGE)
    x, y, z = split(OTHER)
    lying = Lying(b"first", a, b"between", x, b, y, c, b"late", z, b"last")
    whole = [b"first", b"between", LARGE, b"late", OTHER, b"last"]
    assert lying.read() == whole
    assert lying.read_backwards() == whole[::-1]
    assert lying.read(offset=2 * 5) == whole[2:], "from the middle of both"
    assert lying.read_backwards(offset=2 * 8) == [b"late", LARGE, b"between", b"first"]
    assert [lying.read(limit=n) for n in range(1, 6)] == [whole[:n] for n in range(1, 6)]


def test_the_same_event_appended_twice_is_read_twice():
    assert Lying(*split(LARGE), *split(LARGE)).read() == [LARGE, LARGE]
    assert Lying(*split(LARGE), *split(LARGE)).read_backwards() == [LARGE, LARGE]


@pytest.mark.parametrize("gone", [0, 1])
def test_an_event_of_which_a_part_is_missing_reads_as_no_event_and_others_are_read(gone):
    parts = list(split(LARGE))
    del parts[gone]
    lying = Lying(b"before", *parts, b"behind")
    assert lying.read() == [b"before", parts[-1], b"behind"]
    assert lying.read_backwards() == [b"behind", parts[-1], b"before"]
    with pytest.raises(NotAnEvent, match="other parts are missing or were changed"):
        open_envelope(parts[-1])


def test_an_event_of_which_a_part_was_changed_reads_as_no_event():
    parts = list(split(LARGE))
    parts[1] = parts[1][:-1] + bytes([parts[1][-1] ^ 1])
    assert Lying(*parts).read() == [parts[-1]]


def test_a_part_that_was_cut_reads_as_no_event():
    *parts, last = split(LARGE)
    with pytest.raises(NotAnEvent):
        part_in(last[:-1])
    assert Lying(*parts, last[:-1]).read() == [last[:-1]]
