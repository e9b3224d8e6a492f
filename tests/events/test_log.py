"""Readings of any log: its entries in order and in pages, and the refusal of a log that was cut at its end."""

from __future__ import annotations

import pytest

from events.log import port as logs
from events.log.port import (
    CHANGES,
    Entry,
    LogDamaged,
    NewEntry,
    in_pages,
    read_all,
    read_between,
    refuse_shorter,
)
from tests.consumers.partitioned_log import PartitionedLog
from tests.events.backwards import read_all_backwards


@pytest.fixture(params=[0, 2])
def log(request: pytest.FixtureRequest) -> PartitionedLog:
    """Return seven events in each of two partitions, with and without gaps between their offsets."""
    log = PartitionedLog(2, gaps=request.param)
    log.append([NewEntry(CHANGES, bytes([number % 2]), bytes([number])) for number in range(14)])
    return log


def entry(offset: int, size: int) -> Entry:
    return Entry(CHANGES, 0, offset, b"", bytes(size))


@pytest.mark.parametrize(("short", "refused"), [(0, False), (1, True), (100, True)])
@pytest.mark.parametrize("partition", [0, 1])
def test_a_log_that_is_shorter_than_what_was_seen_of_it_is_refused(
    log: PartitionedLog, short: int, refused: bool, partition: int
) -> None:
    """One event is enough: the next that is appended would get its offset, and be taken for it."""
    seen = log.ends(CHANGES)
    seen[partition] += short
    if not refused:
        refuse_shorter(log, CHANGES, seen)
        return
    with pytest.raises(LogDamaged, match="restore the log's newest backup"):
        refuse_shorter(log, CHANGES, seen)


def test_a_partition_that_is_gone_is_refused(log: PartitionedLog) -> None:
    with pytest.raises(LogDamaged):
        refuse_shorter(log, CHANGES, {2: 1})


@pytest.mark.parametrize("page", [1, 3, 7, 8])
def test_every_entry_is_read_once_forwards_and_backwards(log: PartitionedLog, page: int) -> None:
    told = [e.value[0] for e in read_all(log, CHANGES, page=page)]
    assert told == [*range(0, 14, 2), *range(1, 14, 2)]
    back = [e.value[0] for e in read_all_backwards(log, CHANGES, page=page)]
    assert back == [*range(12, -1, -2), *range(13, 0, -2)]


def test_reading_begins_at_the_offset_that_is_asked_for_in_the_partitions_that_are_named(log: PartitionedLog) -> None:
    third = log.read(CHANGES, 1, 0, 10)[2].offset
    assert [e.value[0] for e in read_all(log, CHANGES, {1: third}, only={1}, page=2)] == [5, 7, 9, 11, 13]
    assert [e.value[0] for e in read_all(log, CHANGES, {1: third + 1}, only={1})] == [7, 9, 11, 13]


def test_a_stretch_holds_its_first_offset_and_not_its_last(log: PartitionedLog) -> None:
    offsets = [e.offset for e in log.read(CHANGES, 0, 0, 10)]
    found = [e.offset for e in read_between(log, CHANGES, 0, offsets[1], offsets[5])]
    assert found == offsets[1:5]
    assert list(read_between(log, CHANGES, 0, offsets[3], offsets[3])) == []


@pytest.mark.parametrize(
    ("sizes", "pages"), [([1, 1, 1, 1, 1], [2, 2, 1]), ([9, 9, 9], [1, 1, 1]), ([4, 9, 1], [2, 1]), ([], [])]
)
def test_pages_end_after_so_many_entries_or_bytes(monkeypatch: pytest.MonkeyPatch, sizes: list[int], pages: list[int]) -> None:
    monkeypatch.setattr(logs, "READ_BYTES", 9)
    entries = [entry(offset, size) for offset, size in enumerate(sizes)]
    found = list(in_pages(entries, 2))
    assert [len(page) for page in found] == pages
    assert [one for page in found for one in page] == entries
