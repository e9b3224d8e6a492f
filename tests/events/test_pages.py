"""Single events by position: what is kept of their neighbours is bounded in events and in bytes."""

from collections.abc import Iterator

import pytest

from events.log import pages
from events.log.pages import Pages
from events.log.parts import PART
from events.log.port import CHANGES, READ_BYTES, LogDamaged, NewEntry, in_pages, read_between
from events.log.sqlite import SqliteLog


class Counting:
    """A log that counts its reads, and the events that they gave."""

    def __init__(self, log):
        self.log, self.reads, self.events = log, 0, 0

    def read(self, *about):
        self.reads += 1
        found = self.log.read(*about)
        self.events += len(found)
        return found


@pytest.fixture
def log(tmp_path) -> Iterator[Counting]:
    log = SqliteLog(f"sqlite:///{tmp_path}/log.db")
    yield Counting(log)
    log.close()


def append(log, *values):
    return log.log.append([NewEntry(CHANGES, b"k", value) for value in values])


def test_neighbours_are_read_once(log):
    positions = append(log, *[str(n).encode() for n in range(300)])
    found = Pages(log, CHANGES)
    assert [found.entry(*position).value for position in positions] == [str(n).encode() for n in range(300)]
    assert log.reads == 2


def test_events_that_lie_apart_are_read_alone_and_once_while_they_are_held(log):
    positions = append(log, *[str(n).encode() for n in range(2_000)])
    wanted = [positions[n] for n in (1_999, 3, 700, 701, 720, 3)]
    found = Pages(log, CHANGES)
    found.hold(wanted)
    assert (log.reads, log.events) == (3, 23)
    assert [found.entry(*p).value for p in wanted] == [b"1999", b"3", b"700", b"701", b"720", b"3"]
    assert log.reads == 3
    found.hold([positions[5]])
    assert [found.entry(*positions[n]).value for n in (5, 3)] == [b"5", b"3"]
    assert log.reads == 5


@pytest.mark.integration
def test_what_is_held_has_a_bound_and_the_rest_is_found_all_the_same(log):
    positions = append(log, *[bytes([n]) * 9_000_000 for n in range(8)])
    found = Pages(log, CHANGES)
    found.hold(positions)
    assert sum(len(e.value) for e in found._held.values()) <= READ_BYTES + 9_000_000
    assert [found.entry(*p).value[:1] for p in positions] == [bytes([n]) for n in range(8)]


def test_a_position_without_an_event_is_damage(log):
    append(log, b"a")
    with pytest.raises(LogDamaged, match="no event at changes 0:7"):
        Pages(log, CHANGES).entry(0, 7)


@pytest.mark.integration
def test_large_events_are_found_wherever_they_lie(log):
    sizes = [10, 3 * PART, 9_000_000, 10, 9_000_000, 20_000_000, 9_000_000, 9_000_000, 10, 40_000_000, 10]
    values = [bytes([number]) * size for number, size in enumerate(sizes)]
    positions = append(log, *values)
    found = Pages(log, CHANGES)
    for position, value in [*zip(positions, values, strict=True), *reversed(list(zip(positions, values, strict=True)))]:
        assert found.entry(*position).value == value


def test_a_page_that_grew_is_read_again_and_not_let_go_at_once(log):
    first = append(log, bytes(15_000_000), *[b"-"] * pages.PAGE)[0]
    [last] = append(log, b"the last one yet")
    found = Pages(log, CHANGES)
    assert found.entry(*last).value == b"the last one yet"
    assert len(found.entry(*first).value) == 15_000_000
    [grown] = append(log, bytes(20_000_000))
    assert (first.offset // pages.PAGE, last.offset // pages.PAGE, grown.offset // pages.PAGE) == (0, 1, 1)
    assert len(found.entry(*grown).value) == 20_000_000


def test_pages_of_large_events_are_not_all_kept(log, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 1)
    positions = append(log, *[bytes(5_000_000) for _ in range(12)])
    found = Pages(log, CHANGES)
    for position in positions:
        found.entry(*position)
    assert sum(len(e.value) for page in found._pages.values() for e in page.values()) <= READ_BYTES
    assert len(found._pages) == READ_BYTES // 5_000_000


def test_a_stretch_of_large_events_is_read_whole(log):
    positions = append(log, *[bytes(9_000_000) for _ in range(6)])
    found = read_between(log, CHANGES, 0, positions[1].offset, positions[5].offset)
    assert [entry.offset for entry in found] == [p.offset for p in positions[1:5]]


def test_pages_for_folding_end_by_count_or_by_bytes(log):
    append(log, *[bytes(size) for size in (1, 2, 3, 20_000_000, 20_000_000, 4, 5)])
    entries = list(read_between(log, CHANGES, 0, 0, 1_000))
    assert [[len(e.value) for e in page] for page in in_pages(entries, 3)] == [[1, 2, 3], [20_000_000, 20_000_000], [4, 5]]
