"""Lines on standard error: plain text or JSON, each from a happening; a library's own words are left out."""

import io
import json
import logging
import os
import re
import sys
from contextlib import redirect_stderr
from threading import Thread

import pytest

from consumers.workers.happenings import DeadLettersMade, WindowCarried
from cutover.cli.lines import lines, say, say_everywhere
from cutover.project.log_format import LogFormat
from cutover.runs.happenings.happenings import CommandFailed, OutageBegun

WINDOW = WindowCarried(
    run="20261129T101500-abcdef",
    partitions=[0, 3],
    events=200,
    writes={"create": 310, "update": 2},
    conflicts=0,
    dead_letters=1,
    requests=4,
    seconds=1.25,
    lag=800,
)


def said(form, *happenings):
    with redirect_stderr(io.StringIO()) as out, lines(form):
        for happening in happenings:
            say(happening)
    return out.getvalue().splitlines()


def test_a_line_of_text_says_when_how_grave_what_and_with_what():
    (line,) = said(LogFormat.TEXT, WINDOW)
    time, rest = line.split(" ", 1)
    assert re.fullmatch(r"time=2\d{3}-\d\d-\d\dT[\d:.]+Z", time)
    assert rest == (
        f"level=info event=window_carried process={os.getpid()} run=20261129T101500-abcdef partitions=0,3 events=200 "
        "writes=create:310,update:2 conflicts=0 dead_letters=1 requests=4 seconds=1.25 lag=800"
    )


def test_lines_name_the_practice_from_when_it_is_known_until_the_block_ends():
    with redirect_stderr(io.StringIO()) as out:
        with lines(LogFormat.JSON):
            say(WINDOW)
            say_everywhere("juniper")
            thread = Thread(target=say, args=(WINDOW,))
            thread.start()
            thread.join()
        with lines(LogFormat.JSON):
            say(WINDOW)
    assert [json.loads(line).get("practice") for line in out.getvalue().splitlines()] == [None, "juniper", None]


def test_a_line_of_json_is_one_object_with_the_same():
    (line,) = said(LogFormat.JSON, WINDOW)
    told = json.loads(line)
    assert (told["level"], told["event"], told["writes"], told["lag"]) == (
        "info",
        "window_carried",
        {"create": 310, "update": 2},
        800,
    )


def test_a_text_with_blanks_is_quoted_and_stays_on_its_line():
    (line,) = said(LogFormat.TEXT, OutageBegun(waiting_for="log", message="the log\ndoes not answer", next_try=5.0))
    assert line.endswith(r'waiting_for=log message="the log\ndoes not answer" next_try=5.0')


@pytest.mark.parametrize(
    ("happening", "level"),
    [
        (WINDOW, "info"),
        (OutageBegun(waiting_for="log", message="away", next_try=5.0), "warning"),
        (
            DeadLettersMade(
                run="run", reason="unknown-option", stage="PROJECT", entity="patient", count=1, positions=["offset:0:7"]
            ),
            "warning",
        ),
        (CommandFailed(command="consume --follow", exit_code=78, message="settings"), "error"),
    ],
)
def test_what_may_ask_for_a_person_is_a_warning_and_what_does_an_error(happening, level):
    assert [json.loads(line)["level"] for line in said(LogFormat.JSON, happening)] == [level]


@pytest.mark.parametrize("form", LogFormat)
def test_the_words_and_the_traceback_of_a_library_are_left_out(form):
    with redirect_stderr(io.StringIO()) as out, lines(form):
        try:
            raise ValueError("Ines Abernathy")
        except ValueError:
            logging.getLogger("sqlalchemy.pool").exception("of %s", "Ines Abernathy")
    assert "sqlalchemy.pool" in out.getvalue()
    assert "Abernathy" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 1


def test_outside_the_block_nothing_is_written():
    with redirect_stderr(io.StringIO()) as out:
        say(WINDOW)
    assert out.getvalue() == ""


def test_a_standard_error_that_nobody_reads_stops_nothing(monkeypatch):
    class Closed(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError

    with lines(LogFormat.TEXT):
        monkeypatch.setattr(sys, "stderr", Closed())
        say(WINDOW)
