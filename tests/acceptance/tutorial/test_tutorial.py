"""From `init` to `go-live` on a part of Riverside, as docs/tutorial.md tells it: its commands print what the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.tutorial.page import PAGE, Command, Edit, names_of, steps
from tests.acceptance.tutorial.player import Player

pytestmark = pytest.mark.acceptance


@pytest.fixture
def player() -> Iterator[Player]:
    """Yield a terminal in an empty folder, whose path is short: tables are as wide as paths in them."""
    with TemporaryDirectory() as folder, closing(Player(Path(folder))) as made:
        yield made


def test_the_tutorial_prints_what_it_shows_and_the_decisions_hold_in_twenty(player: Player) -> None:
    commands = 0
    for step in steps(PAGE.read_text(encoding="utf-8")):
        if isinstance(step, Edit):
            player.edit(step)
            continue
        try:
            player.names |= names_of(step.output, player.play(step))
        except AssertionError as error:
            pytest.fail(f"$ {step.line}\n{error}")
        commands += 1
    assert commands > 30

    [corrected] = player.find("people", "riverside:patient:2036")
    assert corrected["originalCreateDate"].startswith(corrected["firstVisit"][:10]), "the day under `Since`"
    assert corrected["hipaaConsentDate"] < "2027"
    [goal] = player.find("goals", "riverside:custom.goal:2026-10|1003")
    assert goal["productionGoal"] == {"amountMicros": 45_000_000_000, "currencyCode": "USD"}
    [first], [second] = (player.find("people", f"riverside:patient:{number}") for number in ("2043", "2043~2"))
    assert (first["name"]["firstName"], second["name"]["firstName"]) == ("Jennifer", "Odile")
    [settled] = player.find("people", "riverside:patient:2116")
    assert settled["name"] == {"firstName": "Noah", "lastName": "Robinson-Patel"}
    assert [player.find("people", f"riverside:patient:{number}") for number in ("2101", "2103")] == [[], []]
    [untouched] = player.find("people", "riverside:patient:2031")
    assert untouched["mailingAddress"]["addressCity"] != "Testville"
    [found] = player.find("tasks", "riverside:appointment:4174")
    assert found["title"]


@pytest.mark.parametrize(
    ("page", "real"),
    [
        (["a", "c"], ["a", "b", "c"]),
        (["a"], ["a", "b"]),
        (["a", "…", "c"], ["a", "b"]),
        (["1 conflict"], ["2 conflicts"]),
        (["run …"], ["a run"]),
        ([], ["a"]),
    ],
)
def test_a_page_that_shows_something_else_is_found(page: list[str], real: list[str]) -> None:
    with pytest.raises(AssertionError):
        names_of(page, real)


def test_ids_times_and_durations_may_differ_and_lines_be_left_out() -> None:
    page = ["run 20261201T052347-c6aea5", "…", "done in 0.6 s at 2026-12-01 05:23", "the page: …"]
    real = ["run  20270101T000000-000000", "one", "two", "done in 12 s at 2027-01-02 11:11", "the page: x.html"]
    assert names_of(page, real) == {"20261201T052347-c6aea5": "20270101T000000-000000"}


def test_a_page_is_read_as_commands_with_their_output_and_edits() -> None:
    text = '# T\n```console\n$ a\n1\n$ b\n```\n<!-- in Twenty: people x:1 {"jobTitle": "y"} -->\n```\n$ not this\n```\n'
    assert list(steps(text)) == [
        Command(line="a", output=["1"]),
        Command(line="b", output=[]),
        Edit(objects="people", pbn_id="x:1", values={"jobTitle": "y"}),
    ]
