"""A worker writes only while its partitions are its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.state.partition_ownership import DOUBT, Owner, OwnershipLost, Pulse
from events.log.port import CHANGES, COMPENSATIONS, LogFenced, NewEntry
from events.log.sqlite import SqliteLog

GROUP = "twenty:one"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    opened = SqliteLog(f"sqlite:///{tmp_path}/log.db")
    yield opened
    opened.close()


def test_a_window_begins_with_what_is_owned_now(log: SqliteLog) -> None:
    owner = Owner(log.join(GROUP, CHANGES))
    assert owner.begin() is True, "the first window settles what others left"
    assert owner.partitions == {0}
    assert owner.begin() is False
    owner.check()


def test_one_that_was_replaced_sends_nothing_more(log: SqliteLog) -> None:
    owner = Owner(log.join(GROUP, CHANGES))
    owner.begin()
    log.join(GROUP, CHANGES)
    with pytest.raises(OwnershipLost):
        owner.check()
    with pytest.raises(OwnershipLost):
        owner.check()


def test_one_that_was_replaced_appends_nothing_more(log: SqliteLog) -> None:
    owner = Owner(log.join(GROUP, CHANGES))
    owner.begin()
    log.join(GROUP, CHANGES)
    with pytest.raises(LogFenced):
        log.append([NewEntry(COMPENSATIONS, b"household", b"an intent")], [owner.commit(GROUP, {0: 0})])
    assert log.ends(COMPENSATIONS) == {0: 0}


def test_nothing_is_written_before_a_window_was_begun(log: SqliteLog) -> None:
    with pytest.raises(OwnershipLost):
        Owner(log.join(GROUP, CHANGES)).check()


def test_a_process_that_stood_still_doubts_what_it_owns(log: SqliteLog) -> None:
    now = [0.0]
    pulse = Pulse(lambda: now[0])
    owner = Owner(log.join(GROUP, CHANGES), faltered=pulse.faltered, pause=lambda _seconds: None)
    owner.begin()
    now[0] += DOUBT / 2
    owner.check()
    now[0] += DOUBT + 1
    with pytest.raises(OwnershipLost):
        owner.check()
    assert owner.begin() is True
    owner.check()
    now[0] += DOUBT + 1
    assert owner.begin() is True, "others may have carried its partitions meanwhile, and left intents open"
    assert owner.begin() is False
    pulse.stop()


def test_one_that_left_owns_nothing(log: SqliteLog) -> None:
    owner = Owner(log.join(GROUP, CHANGES))
    owner.begin()
    owner.leave()
    assert owner.partitions == frozenset()
