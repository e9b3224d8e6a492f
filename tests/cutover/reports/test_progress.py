"""Progress tells done, total, rate and time left, in a line every ten seconds, and in a file that `status` reads."""

import json

import pytest

from cutover.reports import progress as module
from cutover.reports.progress import FILE_NAME, LongStep, StepCounts, duration, in_words, progress, step_at_work


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "LongStep", lambda **about: LongStep(**about, clock=clock))
    return clock


def step_to(total, clock, name="writing to Twenty"):
    return LongStep(name=name, total=total, clock=clock)


def advanced(step, clock, *, seconds, done):
    for _ in range(seconds):
        clock.now += 1
        step.advance(done)


def test_the_time_left_is_that_of_the_last_minutes_rate():
    clock = Clock()
    step = step_to(10_000, clock)
    advanced(step, clock, seconds=120, done=5)
    advanced(step, clock, seconds=61, done=20)
    assert step.per_second == pytest.approx(20, rel=0.02)
    assert step.seconds_left == pytest.approx((10_000 - 600 - 1220) / 20, rel=0.05)


def test_at_a_limit_of_requests_the_time_left_is_within_a_tenth_after_a_minute():
    clock = Clock()
    step = step_to(60_000, clock)
    for _ in range(100):  # a request of 200 records every 606 ms, as at 100 requests a minute
        clock.now += 0.606
        step.advance(200)
    assert step.seconds_left == pytest.approx(40_000 / 200 * 0.606, rel=0.1)


def test_nothing_is_said_of_a_rate_before_anything_is_known():
    step = step_to(None, Clock(), "reading")
    assert (step.per_second, step.seconds_left, str(step)) == (None, None, "reading: 0")


def test_a_line_tells_done_total_rate_and_time_left():
    clock = Clock()
    step = step_to(3_000, clock, "taking back")
    advanced(step, clock, seconds=10, done=100)
    assert str(step) == "taking back: 1,000 of 3,000, 100/s, about 20 s left"


def test_a_step_that_writes_tells_the_records_by_object_and_what_it_met():
    counts = StepCounts(written={"people": 1_200, "tasks": 40}, conflicts=2)
    step = LongStep(name="writing to Twenty", total=None, counts=lambda: counts, clock=Clock())
    assert str(step) == "writing to Twenty: 0, 1,200 people, 40 tasks, 2 conflicts"


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 s"), (720, "12 min"), (12_000, "3 h 20 min")])
def test_a_time_is_told_in_words(seconds, words):
    assert duration(seconds) == words


def test_in_a_pipe_a_line_is_said_every_ten_seconds(clock):
    said = []
    with progress("reading", 100, say=lambda step: said.append(step.done)) as advance:
        for _ in range(35):
            clock.now += 1
            advance(1)
    assert said == [10, 20, 30]


def test_the_file_holds_the_figures_while_the_step_lasts_and_goes_with_it(clock, tmp_path):
    with progress("reading", 100, folder=tmp_path) as advance:
        clock.now += 2
        advance(40)
        assert step_at_work(tmp_path) == {
            "step": "reading",
            "done": 40,
            "total": 100,
            "per_second": 20.0,
            "seconds_left": 3.0,
            "written": {},
            "totals": {},
            "conflicts": 0,
            "dead_letters": 0,
        }
    assert step_at_work(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [json.dumps({"step": "reading", "done": 1, "process": 2**22 + 1}), "{", "[]"])
def test_a_step_that_was_killed_is_not_at_work(tmp_path, content):
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert step_at_work(tmp_path) is None


def test_the_records_of_an_object_are_told_with_their_total_where_that_is_known(clock, tmp_path):
    counts = StepCounts(written={"people": 30, "tasks": 9, "notes": 12}, totals={"people": 100, "notes": 10, "claims": 5})
    with progress("writing to Twenty", 100, counts=lambda: counts, folder=tmp_path) as advance:
        clock.now += 2
        advance(40)
        step = step_at_work(tmp_path)
    assert step["totals"] == {"people": 100, "notes": 10, "claims": 5}
    assert in_words(step).endswith(", 30 of 100 people, 9 tasks, 12 of 12 notes, 0 of 5 claims")
