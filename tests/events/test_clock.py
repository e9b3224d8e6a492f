"""The world that is handed in."""

from datetime import UTC, datetime

from events.clock import World

SEEDED = World(now=lambda: datetime(2026, 3, 9, 12, 0, 1, tzinfo=UTC), new_id=lambda: bytes(16), entropy=lambda n: b"\xab" * n)


def test_a_run_is_named_by_the_second_and_six_random_digits():
    assert SEEDED.new_run() == "20260309T120001-ababab"


def test_the_real_time_is_utc_in_whole_milliseconds():
    now = World().now()
    assert (now.tzinfo, now.microsecond % 1000) == (UTC, 0)


def test_real_ids_are_16_bytes_and_differ():
    one, other = World().new_id(), World().new_id()
    assert (len(one), one == other) == (16, False)


def test_real_entropy_has_the_length_asked_for():
    assert [len(World().entropy(n)) for n in (3, 12, 32)] == [3, 12, 32]
