"""Contract of every log adapter. A test class for an adapter inherits `LogContract` and provides the fixtures below; its
module says with `open_another` how one log is opened.
"""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import defaultdict
from itertools import islice, pairwise
from pathlib import Path
from random import Random

import pytest

from events.log.parts import PART
from events.log.port import (
    CHANGES,
    COMPENSATIONS,
    DEAD_LETTERS,
    PRODUCER,
    READ_BYTES,
    TOPICS,
    Commit,
    LogError,
    LogFenced,
    LogRoleTaken,
    LogUnknown,
    LogUnreachable,
    NewEntry,
    read_all,
)
from tests.events.backwards import read_all_backwards

LARGE = Random(13).randbytes(2 * PART + 100_000)
ROOT = Path(__file__).parent.parent.parent
FAR = 2**62


def entries(*values, topic=CHANGES, key=b"household"):
    return [NewEntry(topic, key, value.encode()) for value in values]


def some(found):
    """Return what was found as a list, cut before an adapter that goes round in circles hangs the suite."""
    return list(islice(found, 20_000))


def values_in(log, topic=CHANGES):
    return [entry.value.decode() for entry in some(read_all(log, topic))]


def where(log, topic=CHANGES):
    """Return the partition that the entries of the one household lie in."""
    return next(read_all(log, topic)).partition


def owned(member):
    """Return the partitions that a member owns, once the group has agreed on it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = member.poll(1.0)
        if found.partitions:
            return found
    raise AssertionError("the group did not agree")


class LogContract:
    """The contract of `events.log.port.Log`, of which offsets rise but need not be contiguous."""

    @pytest.fixture
    def opening(self):
        """Return Python source text, two lines: an import, and an expression that opens the same log."""
        raise NotImplementedError

    @pytest.fixture
    def open_absent(self):
        """Return a function that opens a log that is not there and cannot be made."""
        raise NotImplementedError

    @pytest.fixture
    def claims(self):
        """Yield a function that claims a role on a log, until the test ends."""
        held = []

        def claim(log, role=PRODUCER):
            held.append(log.claim(role))
            return held[-1]

        yield claim
        for one in held:
            one.close()

    # appending

    def test_a_new_log_is_empty(self, log):
        assert [values_in(log, topic) for topic in TOPICS] == [[], [], [], []]

    def test_what_is_appended_is_read(self, log):
        log.append([NewEntry(CHANGES, b"a key", b"\x00\xff bytes")])
        (entry,) = some(read_all(log, CHANGES))
        assert (entry.topic, entry.key, entry.value) == (CHANGES, b"a key", b"\x00\xff bytes")

    def test_append_gives_the_position_of_each_entry_in_order(self, log):
        positions = log.append(entries("a", "b", "c"))
        assert positions == [(entry.partition, entry.offset) for entry in some(read_all(log, CHANGES))]

    def test_offsets_rise_in_a_partition(self, log):
        positions = [p for _ in range(3) for p in log.append(entries("a", "b"))]
        assert len({p.partition for p in positions}) == 1
        assert all(one.offset < other.offset for one, other in pairwise(positions))

    def test_topics_have_offsets_of_their_own(self, log):
        (first,) = log.append(entries("a"))
        log.append(entries("x", "y", topic=COMPENSATIONS))
        (second,) = log.append(entries("b"))
        assert values_in(log, CHANGES) == ["a", "b"]
        assert values_in(log, COMPENSATIONS) == ["x", "y"]
        assert log.read(CHANGES, second.partition, first.offset + 1, 10)[0].value == b"b"

    def test_one_step_appends_to_several_topics(self, log):
        log.append([*entries("a"), *entries("x", topic=COMPENSATIONS), *entries("b")])
        assert (values_in(log, CHANGES), values_in(log, COMPENSATIONS)) == (["a", "b"], ["x"])

    def test_the_entries_of_a_key_stay_in_one_partition_in_their_order(self, log):
        for number in range(30):
            log.append([NewEntry(CHANGES, f"household-{n}".encode(), f"{number}".encode()) for n in range(5)])
        found, partitions = defaultdict(list), defaultdict(set)
        for entry in some(read_all(log, CHANGES)):
            found[entry.key].append(int(entry.value))
            partitions[entry.key].add(entry.partition)
        assert list(found.values()) == [list(range(30))] * 5
        assert all(len(where) == 1 for where in partitions.values())

    def test_a_key_says_in_which_partition_its_entries_lie(self, log):
        keys = [f"household-{n}".encode() for n in range(20)]
        positions = log.append([NewEntry(COMPENSATIONS, key, b"x") for key in keys])
        assert [log.partition_of(COMPENSATIONS, key) for key in keys] == [p.partition for p in positions]
        assert [log.partition_of(CHANGES, key) for key in keys] == [p.partition for p in positions], "one household, one number"

    def test_appending_nothing_appends_nothing(self, log):
        assert log.append([]) == []
        assert values_in(log) == []

    @pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1, 1_500_000, 5_000_000, 20_000_000])
    def test_an_entry_may_be_of_any_size(self, log, size):
        large = Random(size).randbytes(size)
        log.append([NewEntry(CHANGES, b"k", value) for value in (b"a", large, b"z")])
        assert [entry.value for entry in some(read_all(log, CHANGES))] == [b"a", large, b"z"]
        assert [entry.value for entry in some(read_all_backwards(log, CHANGES))] == [b"z", large, b"a"]

    # entries larger than a part

    def test_a_large_entry_lies_in_one_place_and_the_next_one_behind_it(self, log):
        positions = log.append([NewEntry(CHANGES, b"k", value) for value in (b"a", LARGE, b"z")])
        assert positions == [(entry.partition, entry.offset) for entry in some(read_all(log, CHANGES))]
        for position, value in zip(positions, (b"a", LARGE, b"z"), strict=True):
            (found,) = log.read(CHANGES, position.partition, position.offset, 1)
            assert (found.offset, found.value) == (position.offset, value)

    def test_the_end_lies_right_behind_a_large_entry(self, log):
        (position,) = log.append([NewEntry(CHANGES, b"k", LARGE)])
        assert log.read(CHANGES, position.partition, position.offset + 1, 10) == []
        assert position.offset < log.ends(CHANGES)[position.partition]

    def test_a_large_entry_is_met_from_every_offset_up_to_its_own_and_from_none_behind_it(self, log):
        positions = log.append([NewEntry(CHANGES, b"k", value) for value in (b"a", LARGE, b"z")])
        partition = positions[1].partition
        for offset in range(positions[0].offset + 1, positions[1].offset + 1):
            assert [e.value for e in log.read(CHANGES, partition, offset, 10)] == [LARGE, b"z"]
            assert [e.value for e in log.read_backwards(CHANGES, partition, offset, 10)] == [b"a"]
        assert [e.value for e in log.read_backwards(CHANGES, partition, positions[1].offset + 1, 10)] == [LARGE, b"a"]

    @pytest.mark.parametrize("page", [1, 2, 3, 2000])
    def test_large_and_small_entries_are_read_in_pages_of_any_size(self, log, page):
        values = [b"a", LARGE, b"b", b"c", LARGE + b"2", LARGE + b"3", b"d"]
        log.append([NewEntry(CHANGES, b"k", value) for value in values])
        assert [entry.value for entry in some(read_all(log, CHANGES, page=page))] == values
        assert [entry.value for entry in some(read_all_backwards(log, CHANGES, page=page))] == values[::-1]

    def test_one_step_holds_large_entries_of_several_topics_and_their_commit(self, log):
        partition = log.partitions(CHANGES)[0]
        commit = Commit(group="consumers", topic=CHANGES, offsets={partition: 5})
        log.append([NewEntry(COMPENSATIONS, b"k", LARGE), NewEntry(DEAD_LETTERS, b"k", LARGE + b"2")], [commit])
        assert [entry.value for entry in read_all(log, COMPENSATIONS)] == [LARGE]
        assert [entry.value for entry in read_all(log, DEAD_LETTERS)] == [LARGE + b"2"]
        assert log.committed("consumers", CHANGES)[partition] == 5

    def test_nothing_is_shown_of_a_large_entry_whose_step_failed(self, log):
        with pytest.raises((LogError, TypeError, ValueError)):
            log.append([NewEntry(CHANGES, b"k", LARGE), NewEntry(CHANGES, b"k", object())])
        log.append([NewEntry(CHANGES, b"k", b"z")])
        assert [entry.value for entry in some(read_all(log, CHANGES))] == [b"z"]
        assert [entry.value for entry in some(read_all_backwards(log, CHANGES))] == [b"z"]

    def test_large_entries_of_two_writers_are_not_mixed(self, log, open_again):
        def write(writer, name):
            for number in range(5):
                writer.append([NewEntry(CHANGES, b"k", f"{name}{number}".encode() + LARGE)])

        other = open_again()
        threads = [threading.Thread(target=write, args=about) for about in ((log, "x"), (other, "y"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [entry.value for entry in some(read_all(log, CHANGES))]
        assert {value[2:] for value in found} == {LARGE}
        assert sorted(value[:2].decode() for value in found) == [f"{name}{n}" for name in "xy" for n in range(5)]

    def test_one_read_of_many_large_entries_ends_early_and_the_next_goes_on(self, log):
        large = 6 * 1024 * 1024
        for number in range(10):
            log.append([NewEntry(CHANGES, b"k", bytes([number]) * large)])
        first = log.read(CHANGES, where(log), 0, 2_000)
        assert READ_BYTES - large < sum(len(e.value) for e in first) < 2 * READ_BYTES
        last = log.read_backwards(CHANGES, where(log), FAR, 2_000)
        assert READ_BYTES - large < sum(len(e.value) for e in last) < 2 * READ_BYTES
        assert [e.value[0] for e in some(read_all(log, CHANGES))] == list(range(10))
        assert [e.value[0] for e in some(read_all_backwards(log, CHANGES))] == list(range(10))[::-1]

    # reading

    def test_reading_begins_at_the_offset(self, log):
        positions = log.append(entries(*"abcde"))
        found = log.read(CHANGES, where(log), positions[2].offset, 10)
        assert [entry.value for entry in found] == [b"c", b"d", b"e"]

    def test_reading_stops_at_the_limit(self, log):
        log.append(entries(*"abcde"))
        assert [entry.value for entry in log.read(CHANGES, where(log), 0, 2)] == [b"a", b"b"]

    def test_reading_gives_what_lies_below_the_stop(self, log):
        positions = log.append(entries(*"abc"))
        assert [entry.value for entry in log.read(CHANGES, where(log), 0, 10, positions[2].offset)] == [b"a", b"b"]
        assert [entry.value for entry in log.read(CHANGES, where(log), positions[1].offset, 10)] == [b"b", b"c"]
        assert log.read(CHANGES, where(log), positions[1].offset, 10, positions[1].offset) == []

    def test_reading_to_a_stop_beyond_the_end_gives_what_there_is(self, log):
        log.append(entries(*"ab"))
        assert [entry.value for entry in log.read(CHANGES, where(log), 0, 10, FAR)] == [b"a", b"b"]

    def test_an_entry_whose_last_part_lies_at_the_stop_is_not_read(self, log):
        first, large, _ = log.append([NewEntry(CHANGES, b"k", value) for value in (b"a", LARGE, b"z")])
        assert [entry.value for entry in log.read(CHANGES, first.partition, 0, 10, large.offset)] == [b"a"]
        assert [entry.value for entry in log.read(CHANGES, first.partition, 0, 10, large.offset + 1)] == [b"a", LARGE]

    def test_everything_to_an_end_is_read_and_nothing_that_came_later(self, log):
        log.append(entries(*"abc"))
        ends = log.ends(CHANGES)
        log.append(entries(*"de"))
        assert [entry.value for entry in some(read_all(log, CHANGES, ends=ends))] == [b"a", b"b", b"c"]
        assert [entry.value for entry in some(read_all(log, CHANGES, ends))] == [b"d", b"e"]

    def test_reading_from_the_end_finds_nothing_yet(self, log):
        log.append(entries(*"ab"))
        partition = where(log)
        assert log.read(CHANGES, partition, log.ends(CHANGES)[partition], 10) == []

    def test_reading_backwards_gives_the_newest_first(self, log):
        log.append(entries(*"abc"))
        assert [entry.value for entry in log.read_backwards(CHANGES, where(log), FAR, 10)] == [b"c", b"b", b"a"]

    def test_reading_backwards_begins_below_the_offset(self, log):
        positions = log.append(entries(*"abcde"))
        found = log.read_backwards(CHANGES, where(log), positions[3].offset, 10)
        assert [entry.value for entry in found] == [b"c", b"b", b"a"]

    def test_reading_backwards_stops_at_the_limit(self, log):
        log.append(entries(*"abcde"))
        assert [entry.value for entry in log.read_backwards(CHANGES, where(log), FAR, 2)] == [b"e", b"d"]

    def test_reading_backwards_from_the_beginning_finds_nothing(self, log):
        log.append(entries(*"ab"))
        assert log.read_backwards(CHANGES, where(log), 0, 10) == []

    def test_the_end_lies_behind_the_last_entry_and_no_new_entry_lies_before_it(self, log):
        (last,) = log.append(entries("a"))
        end = log.ends(CHANGES)[last.partition]
        (new,) = log.append(entries("b"))
        assert last.offset < end <= new.offset

    def test_every_partition_has_an_end(self, log):
        assert set(log.ends(CHANGES)) == set(log.partitions(CHANGES))

    @pytest.mark.parametrize("page", [1, 2, 3, 5, 2000])
    def test_everything_is_read_in_pages_of_any_size(self, log, page):
        log.append(entries(*"abcde"))
        assert [entry.value for entry in some(read_all(log, CHANGES, page=page))] == [b"a", b"b", b"c", b"d", b"e"]
        assert [entry.value for entry in some(read_all_backwards(log, CHANGES, page=page))] == [b"e", b"d", b"c", b"b", b"a"]

    def test_everything_from_a_start_is_read(self, log):
        positions = log.append(entries(*"abc"))
        start = {positions[1].partition: positions[1].offset}
        assert [entry.value for entry in some(read_all(log, CHANGES, start))] == [b"b", b"c"]

    # the offsets of consumer groups

    def test_a_group_that_never_committed_begins_at_the_beginning(self, log):
        assert log.committed("consumers", CHANGES) == dict.fromkeys(log.partitions(CHANGES), 0)

    def test_a_group_goes_on_where_it_committed(self, log):
        partition = log.partitions(CHANGES)[0]
        log.append([], [Commit(group="consumers", topic=CHANGES, offsets={partition: 17})])
        assert log.committed("consumers", CHANGES)[partition] == 17

    def test_the_last_commit_counts_even_if_it_goes_back(self, log):
        partition = log.partitions(CHANGES)[0]
        for offset in (17, 40, 3):
            log.append([], [Commit(group="consumers", topic=CHANGES, offsets={partition: offset})])
        assert log.committed("consumers", CHANGES)[partition] == 3

    def test_groups_and_topics_have_commits_of_their_own(self, log):
        partition = log.partitions(CHANGES)[0]
        log.append(
            [],
            [
                Commit(group="w-1", topic=CHANGES, offsets={partition: 1}),
                Commit(group="w-2", topic=CHANGES, offsets={partition: 2}),
            ],
        )
        log.append([], [Commit(group="w-1", topic=COMPENSATIONS, offsets={partition: 3})])
        commits = [log.committed(*of)[partition] for of in (("w-1", CHANGES), ("w-2", CHANGES), ("w-1", COMPENSATIONS))]
        assert commits == [1, 2, 3]

    # the atomic step

    def test_entries_and_commits_appear_together(self, log):
        partition = log.partitions(CHANGES)[0]
        log.append(entries("outcome", topic=COMPENSATIONS), [Commit(group="consumers", topic=CHANGES, offsets={partition: 5})])
        assert values_in(log, COMPENSATIONS) == ["outcome"]
        assert log.committed("consumers", CHANGES)[partition] == 5

    def test_a_step_whose_commit_fails_appends_nothing(self, log):
        partition = log.partitions(CHANGES)[0]
        good, bad = (
            Commit(group="w-1", topic=CHANGES, offsets={partition: 5}),
            Commit(group="w-2", topic=CHANGES, offsets={partition: None}),
        )
        with pytest.raises((LogError, TypeError, ValueError)):
            log.append(entries("outcome", topic=COMPENSATIONS), [good, bad])
        assert values_in(log, COMPENSATIONS) == []
        assert log.committed("w-1", CHANGES)[partition] == 0

    def test_a_step_of_which_one_entry_fails_appends_and_commits_nothing(self, log):
        partition = log.partitions(CHANGES)[0]
        with pytest.raises((LogError, TypeError, ValueError)):
            log.append(
                [*entries("a"), NewEntry(CHANGES, b"household", object())],
                [Commit(group="w-1", topic=CHANGES, offsets={partition: 5})],
            )
        assert values_in(log) == []
        assert log.committed("w-1", CHANGES)[partition] == 0

    def test_a_log_goes_on_after_a_failed_step(self, log):
        with pytest.raises((LogError, TypeError, ValueError)):
            log.append([NewEntry(CHANGES, b"household", object())])
        log.append(entries("a"))
        assert values_in(log) == ["a"]

    def test_what_a_failed_step_began_is_never_shown_and_what_follows_it_is(self, log, open_again):
        (first,) = log.append(entries("a"))
        with pytest.raises((LogError, TypeError, ValueError)):
            log.append([*entries("b", "c"), NewEntry(CHANGES, b"household", object())])
        log.append(entries("d"))
        reader = open_again()
        assert values_in(reader) == ["a", "d"]
        assert [e.value for e in some(read_all_backwards(reader, CHANGES, page=1))] == [b"d", b"a"]
        assert [e.value for e in reader.read(CHANGES, first.partition, first.offset + 1, 10)] == [b"d"]

    # the members of a consumer group

    def test_a_lone_member_owns_every_partition(self, log):
        member = log.join("workers", CHANGES)
        found = owned(member)
        member.leave()
        assert (found.group, found.topic) == ("workers", CHANGES)
        assert found.partitions == set(log.partitions(CHANGES))

    def test_the_commits_of_an_owner_hold(self, log):
        partition, member = log.partitions(CHANGES)[0], log.join("workers", CHANGES)
        owner = owned(member)
        for offset in (3, 5):
            log.append(entries("outcome"), [Commit(group="workers", topic=CHANGES, offsets={partition: offset}, owner=owner)])
        member.leave()
        assert log.committed("workers", CHANGES)[partition] == 5
        assert values_in(log) == ["outcome", "outcome"]

    def test_a_new_member_begins_a_new_generation_and_no_partition_has_two_owners(self, log, open_again):
        first, other = log.join("workers", CHANGES), open_again()
        before = owned(first)
        second = other.join("workers", CHANGES)
        theirs = owned(second)
        mine = first.poll(1.0)
        for member in (first, second):
            member.leave()
        assert theirs.generation > before.generation
        assert theirs.member != before.member
        assert not mine.partitions & theirs.partitions
        assert mine.partitions | theirs.partitions == set(log.partitions(CHANGES))

    def test_a_step_of_an_owner_that_was_replaced_is_refused_as_a_whole(self, log, open_again):
        partition, first, other = log.partitions(CHANGES)[0], log.join("workers", CHANGES), open_again()
        zombie = owned(first)
        second = other.join("workers", CHANGES)
        owner = owned(second)
        good = Commit(group="w-2", topic=CHANGES, offsets={partition: 7})
        with pytest.raises(LogFenced):
            log.append(
                entries("zombie", topic=COMPENSATIONS),
                [good, Commit(group="workers", topic=CHANGES, offsets={partition: 9}, owner=zombie)],
            )
        other.append(
            entries("owner", topic=COMPENSATIONS), [Commit(group="workers", topic=CHANGES, offsets={partition: 4}, owner=owner)]
        )
        for member in (first, second):
            member.leave()
        assert values_in(log, COMPENSATIONS) == ["owner"]
        assert log.committed("workers", CHANGES)[partition] == 4
        assert log.committed("w-2", CHANGES)[partition] == 0

    def test_an_owner_that_left_is_fenced_and_the_log_goes_on(self, log):
        partition, member = log.partitions(CHANGES)[0], log.join("workers", CHANGES)
        owner = owned(member)
        member.leave()
        with pytest.raises(LogFenced) as error:
            log.append(entries("a"), [Commit(group="workers", topic=CHANGES, offsets={partition: 1}, owner=owner)])
        assert not error.value.retriable
        assert "\n" not in str(error.value)
        log.append(entries("b"))
        assert values_in(log) == ["b"]

    def test_what_a_member_gave_up_is_the_next_ones_at_once(self, log):
        first = log.join("workers", CHANGES)
        before = owned(first)
        first.leave()
        second = log.join("workers", CHANGES)
        found = owned(second)
        second.leave()
        assert found.partitions == set(log.partitions(CHANGES))
        assert found.generation > before.generation

    def test_groups_have_members_of_their_own(self, log):
        members = [log.join(group, CHANGES) for group in ("w-1", "w-2")]
        found = [owned(member).partitions for member in members]
        for member in members:
            member.leave()
        assert found == [set(log.partitions(CHANGES))] * 2

    def test_a_command_that_runs_alone_commits_without_being_a_member(self, log):
        partition, member = log.partitions(CHANGES)[0], log.join("workers", CHANGES)
        owned(member)
        log.append([], [Commit(group="workers", topic=CHANGES, offsets={partition: 6})])
        member.leave()
        assert log.committed("workers", CHANGES)[partition] == 6

    # claims of a role

    def test_the_holder_of_a_role_appends_as_the_log_does(self, log, claims):
        partition = log.partitions(CHANGES)[0]
        holder = claims(log)
        positions = holder.append(
            [*entries("a"), NewEntry(CHANGES, b"household", LARGE)], [Commit(group="w", topic=CHANGES, offsets={partition: 5})]
        )
        assert positions == [(entry.partition, entry.offset) for entry in some(read_all(log, CHANGES))]
        assert [entry.value for entry in some(read_all(log, CHANGES))] == [b"a", LARGE]
        assert log.committed("w", CHANGES)[partition] == 5
        assert holder.append([]) == []

    def test_who_held_a_role_before_appends_nothing_more_and_is_told(self, log, open_again, claims):
        partition, other = log.partitions(CHANGES)[0], open_again()
        before = claims(log)
        before.append(entries("a"))
        now = claims(other)
        for _ in range(2):
            with pytest.raises(LogRoleTaken, match="another machine, or another project's folder") as error:
                before.append(entries("zombie"), [Commit(group="w", topic=CHANGES, offsets={partition: 5})])
        assert not error.value.retriable
        assert "\n" not in str(error.value)
        now.append(entries("b"))
        assert values_in(log) == ["a", "b"]
        assert log.committed("w", CHANGES)[partition] == 0

    def test_who_held_a_role_before_may_claim_it_again(self, log, open_again, claims):
        first, other = claims(log), claims(open_again())
        other.append(entries("other"))
        again = claims(log)
        assert values_in(log) == ["other"]
        again.append(entries("again"))
        for former in (first, other):
            with pytest.raises(LogFenced):
                former.append(entries("zombie"))
        assert values_in(log) == ["other", "again"]

    def test_a_role_needs_no_release(self, log, open_again, claims):
        log.claim(PRODUCER).close()
        claims(open_again()).append(entries("a"))
        assert values_in(log) == ["a"]

    def test_a_claim_disturbs_nobody_who_appends_without_one_or_in_another_role(self, log, open_again, claims):
        log.append(entries("outcome 1", topic=COMPENSATIONS))
        another, holder = claims(log, "another role"), claims(open_again())
        log.append(entries("outcome 2", topic=COMPENSATIONS))
        another.append(entries("a"))
        holder.append(entries("b"))
        log.append(entries("outcome 3", topic=COMPENSATIONS))
        assert values_in(log, COMPENSATIONS) == ["outcome 1", "outcome 2", "outcome 3"]
        assert values_in(log) == ["a", "b"]

    def test_a_claim_of_a_role_appends_nothing_of_its_own(self, log, claims):
        claims(log)
        assert [values_in(log, topic) for topic in TOPICS] == [[], [], [], []]
        log.check()

    # several of them

    def test_opening_it_again_finds_everything(self, log, open_again):
        partition = log.partitions(CHANGES)[0]
        positions = log.append(entries(*"abc"), [Commit(group="consumers", topic=CHANGES, offsets={partition: 2})])
        log.close()
        again = open_again()
        assert [(e.partition, e.offset, e.value) for e in some(read_all(again, CHANGES))] == [
            (*position, value) for position, value in zip(positions, (b"a", b"b", b"c"), strict=True)
        ]
        assert again.committed("consumers", CHANGES)[partition] == 2

    def test_offsets_go_on_rising_after_opening_it_again(self, log, open_again):
        (before,) = log.append(entries("a"))
        log.close()
        (after,) = open_again().append(entries("b"))
        assert after.offset > before.offset

    def test_a_second_reader_sees_what_is_appended(self, log, open_again):
        reader = open_again()
        log.append(entries("a"))
        assert values_in(reader) == ["a"]
        log.append(entries("b"))
        assert values_in(reader) == ["a", "b"]

    def test_two_writers_lose_nothing_and_share_no_offset(self, log, open_again):
        def write(writer, name):
            for number in range(20):
                positions.extend(writer.append(entries(f"{name}{number}a", f"{name}{number}b")))

        positions, other = [], open_again()
        threads = [threading.Thread(target=write, args=about) for about in ((log, "x"), (other, "y"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = values_in(log)
        assert len(set(positions)) == 80
        assert [value for value in found if value[0] == "x"] == [f"x{n}{part}" for n in range(20) for part in "ab"]
        assert [value for value in found if value[0] == "y"] == [f"y{n}{part}" for n in range(20) for part in "ab"]

    # what can go wrong

    def test_a_log_that_is_not_there_is_unreachable_and_says_so_in_one_line(self, open_absent):
        with pytest.raises(LogUnreachable) as error:
            open_absent()
        message = str(error.value)
        assert message.startswith("the log")
        assert "\n" not in message
        assert error.value.__suppress_context__  # nothing of what lies beneath is shown

    def test_what_is_unreachable_may_be_tried_again_and_what_is_unknown_must_be_read_back_first(self):
        assert LogUnreachable.retriable
        assert not LogUnknown.retriable

    @pytest.mark.integration
    def test_a_killed_writer_leaves_whole_steps_and_all_that_it_was_told_are_durable(self, opening, open_again):
        import_, open_ = opening
        script = textwrap.dedent(f"""
            import os
            {import_}
            from events.log.port import CHANGES, Commit, NewEntry
            log, step = {open_}, 0
            partition = log.partitions(CHANGES)[0]
            while True:
                values = [f"{{os.getpid()}} {{step}} {{place}} ".encode() + bytes(400) for place in range(300)]
                step += 1
                commit = Commit(group="writer", topic=CHANGES, offsets={{partition: step}})
                log.append([NewEntry(CHANGES, b"household", v) for v in values], [commit])
                print(step, flush=True)
        """)
        for moment in (0.001, 0.013, 0.027):
            told, writer = kill_while_writing(script, moment)
            log = open_again()
            steps = defaultdict(list)
            for entry in some(read_all(log, CHANGES)):
                pid, step, place, _ = entry.value.split(b" ", 3)
                steps[int(pid), int(step)].append(int(place))
            assert all(places == list(range(300)) for places in steps.values())
            whole = sorted(step for pid, step in steps if pid == writer)
            assert whole == list(range(len(whole)))
            assert told <= len(whole) <= told + 1
            assert log.committed("writer", CHANGES)[log.partitions(CHANGES)[0]] == len(whole)
            log.close()


def kill_while_writing(script, moment):
    """Start a writer, kill it `moment` seconds after its second step; gives the steps it was told are done, and its id."""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        told = [int(writer.stdout.readline()) for _ in range(2)]
        time.sleep(moment)
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout.read().split()]
    assert writer.returncode == -signal.SIGKILL
    return told[-1], writer.pid
