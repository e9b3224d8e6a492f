"""Workers join and leave while thousands of records are carried: what a change of the group throws away is small."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.program import Process
from tests.acceptance.test_workers import end
from tests.acceptance.workbench import HERE, Bench, bench
from tests.postgres import database

pytestmark = [pytest.mark.acceptance, pytest.mark.long]
CHANGES = 6
"""Joins, and as many leaves."""


def test_six_joins_and_leaves_repeat_few_intents(kafka: str, postgres_server: str, tmp_path: Path) -> None:
    with (
        database(postgres_server) as state,
        database(postgres_server) as keys,
        bench(tmp_path, []) as b,
    ):
        b.environment |= {
            "CUTOVER_LOG__URL": f"kafka://{kafka}?prefix=joining-{uuid4().hex}&partitions=4",
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": keys,
            "CUTOVER_TWENTY__TIMEOUT": "1",
            "CUTOVER_TWENTY__RATE_LIMIT": "200",
        }
        day = prepared(b, tmp_path)
        b.cutover("produce", day, stop=300)
        with ExitStack() as ending:
            stays = started(ending, b, tmp_path / "stays")
            until_taken(stays, tmp_path / "stays")
            for number in range(CHANGES):
                said = tmp_path / f"said {number}"
                other = started(ending, b.elsewhere(tmp_path / f"machine {number}"), said)
                until_taken(other, said)
                time.sleep(0.5)  # it carries
                end(other)
            assert not b.is_carried(), "every change came in the middle of the work"
            end(stays)
        b.environment["CUTOVER_TWENTY__RATE_LIMIT"] = "0"
        b.ok("consume", "--without-sample")
        counted = phases(b)
        given_up = sum(line["event"] == "window_given_up" for line in lines(tmp_path / "stays"))
        writes = b.ok("status")["written"]
        print(f"{counted} for {writes} records; {given_up} windows given up")
        assert given_up > 0
        assert counted["APPLIED"] == writes, "nothing is written twice"
        assert counted["INTENDED"] <= 1.1 * writes
        assert b.ok("log", "verify")["problems"] == []


def started(ending: ExitStack, b: Bench, said: Path) -> Process:
    """Return a worker that writes into the file `said` what it does."""
    with said.open("w") as errors:
        command = ("consume", "--follow", "--without-sample", "--json", "--log-format", "json")
        process = b.start(*command, stdout=subprocess.PIPE, stderr=errors)
    ending.callback(process.stdout.close)  # type: ignore[union-attr]
    ending.callback(process.wait)
    ending.callback(process.kill)
    return process


def lines(said: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]


def until_taken(process: Process, said: Path) -> None:
    """Wait until the worker has partitions to carry."""
    deadline = time.monotonic() + 60
    while not any(line["event"] == "partitions_taken" and line["now"] for line in lines(said)):
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.1)


def prepared(b: Bench, folder: Path) -> Path:
    """Return a synthetic practice, ready to be produced."""
    command = [sys.executable, "-m", "cutover.demo_practice", str(folder / "practice"), "--seed", "3", "--patients", "150"]
    subprocess.run(command, check=True, cwd=HERE.parents[1], stdout=subprocess.DEVNULL)
    day = min(path for path in (folder / "practice").iterdir() if path.is_dir())
    b.ok("init", b.project, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver")
    b.ok("map", "propose", day)
    b.ok("map", "approve", "--by", "Test")
    b.ok("schema", "apply")
    return day


def phases(b: Bench) -> Counter[str]:
    """Return the number of compensations of each phase the log holds."""
    said = b.cutover("log", "show", "--topic", "compensations", "--limit", "100000")
    return Counter(event["phase"] for event in said.document["events"])
