"""Followers on every engine: each day arrives while they run, and equals its truth."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.engines import Engine
from tests.acceptance.program import Process
from tests.acceptance.workbench import EXTRACTS, Bench, bench, days_of, members_of
from tests.json_documents import check_output

pytestmark = [pytest.mark.acceptance, pytest.mark.long]
LAKEVIEW = EXTRACTS / "lakeview"
MEMBERS = members_of(LAKEVIEW / "truth/day-1.json")


@contextmanager
def running(b: Bench, *arguments: str, ends_with: tuple[int, ...]) -> Iterator[Process]:
    """Run a command that is left running, and asked to stop at the end."""
    process = b.start(*arguments, "--without-sample", "--json", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode in ends_with
    finally:
        process.kill()
        process.communicate()


def test_a_follower_carries_each_day_as_it_is_delivered(engine: Engine, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with bench(tmp_path, MEMBERS) as b:
        b.environment |= engine.environment
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        with running(b, "sync", str(inbox), "--follow", ends_with=(0,)) as follower:
            for day in days_of(LAKEVIEW):
                shutil.copytree(day, tmp_path / "on its way")
                (tmp_path / "on its way").rename(inbox / day.name)
                assert follower.stdout is not None
                printed = follower.stdout.readline()
                check_output(["sync", "--json"], printed)
                assert json.loads(printed)["changes"]["created"] > 0
                b.assert_truth(LAKEVIEW / "truth" / f"{day.name}.json")
        assert b.ok("log", "verify")["problems"] == []


@pytest.mark.parametrize("engine", ["kafka"], indirect=True)
def test_workers_carry_each_day_as_it_is_produced(engine: Engine, tmp_path: Path) -> None:
    with bench(tmp_path, MEMBERS) as b:
        b.environment |= engine.environment
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        second = b.elsewhere(tmp_path / "second machine")
        with running(b, "consume", "--follow", ends_with=(0, 1)), running(second, "consume", "--follow", ends_with=(0, 1)):
            for day in days_of(LAKEVIEW):
                b.ok("produce", day)
                until_carried(b)
                b.assert_truth(LAKEVIEW / "truth" / f"{day.name}.json")
        assert b.ok("log", "verify")["problems"] == []
        assert b.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
        b.assert_as_before()


def until_carried(b: Bench) -> None:
    deadline = time.monotonic() + 300
    while not b.is_carried():
        assert time.monotonic() < deadline, b.ok("status")
        time.sleep(1)
