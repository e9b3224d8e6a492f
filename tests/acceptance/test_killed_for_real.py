"""The program killed with SIGKILL at one crash point after the other, through the command line; each time the same command is
simply given again.
"""

from __future__ import annotations

import signal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.workbench import EXTRACTS, Bench, bench, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"
SCHEMA = ("before-schema-step:2", "schema-step-intended:3", "schema-step-sent:5", "schema-step-recorded:7")
FIRST_SYNC = (
    "run-started",
    "keys-durable",
    "changes-appended",
    "changes-folded",
    "window-read",
    "intents-folded",
    "created",
    "before-outcomes",
    "outcomes-appended",
)
DELTA = ("before-changes:2", "extract-remembered", "intents-appended", "updated", "outcomes-folded", "before-run-end")
ROLLBACK = (
    "before-settling",
    "intents-appended:2",
    "before-destroy",
    "destroyed",
    "outcomes-appended:2",
    "before-schema-undo",
    "schema-undo-sent:2",
    "schema-undo-recorded:2",
)
ON_KAFKA = ("changes-appended", "intents-appended", "created", "outcomes-appended", "before-run-end")
"""Fewer: whoever comes after a killed member of a consumer group waits ten seconds until the group misses it."""


def killed(b: Bench, point: str, *command: str | Path) -> None:
    b.environment["CUTOVER_CRASH_AT"] = point
    said = b.cutover(*command)
    del b.environment["CUTOVER_CRASH_AT"]
    assert said.code == -signal.SIGKILL, f"{point} was not reached: {said.code} {said.err}"


def test_there_are_points_enough() -> None:
    points = {point.partition(":")[0] for point in (*SCHEMA, *FIRST_SYNC, *DELTA, *ROLLBACK)}
    assert len(points) >= 24


@pytest.mark.long
def test_killed_again_and_again_it_ends_with_the_truth_and_with_a_whole_log(tmp_path: Path) -> None:
    with bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b:
        b.init(LAKEVIEW / "practice.toml")
        b.ok("map", "propose", LAKEVIEW / "day-1")
        b.ok("map", "approve", "--by", "Test")
        for point in SCHEMA:
            killed(b, point, "schema", "apply")
        b.ok("schema", "apply")
        for point in FIRST_SYNC:
            killed(b, point, "sync", LAKEVIEW / "day-1", "--without-sample")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-1.json")
        for point in DELTA:
            killed(b, point, "sync", LAKEVIEW / "day-2", "--without-sample")
        b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        assert b.ok("log", "verify")["problems"] == []
        for point in ROLLBACK:
            killed(b, point, "rollback", "--all", "--schema", "--yes")
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()
        assert b.ok("log", "verify")["problems"] == []


@pytest.mark.long
def test_killed_with_the_log_on_a_broker_it_ends_with_the_truth_and_with_a_whole_log(kafka: str, tmp_path: Path) -> None:
    with bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b:
        b.environment["CUTOVER_LOG__URL"] = f"kafka://{kafka}?prefix=killed-{uuid4().hex}&partitions=3"
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        for point in ON_KAFKA:
            killed(b, point, "sync", LAKEVIEW / "day-1", "--without-sample")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-1.json")
        for point in ("intents-appended:2", "destroyed"):
            killed(b, point, "rollback", "--all", "--schema", "--yes")
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()
        assert b.ok("log", "verify")["problems"] == []
