"""Workers join and leave while thousands of records are carried: what a change of the group throws away is small."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.test_workers import end, until_carried, worker
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
            "CUTOVER_TWENTY__RATE_LIMIT": "300",
        }
        day = prepared(b, tmp_path)
        b.cutover("produce", day, stop=300)
        with ExitStack() as ending:
            started(ending, b)
            for number in range(CHANGES):
                other = started(ending, b.elsewhere(tmp_path / f"machine {number}"))
                time.sleep(4)
                end(other)
            until_carried(b, 600)
        counted = phases(b)
        writes = b.ok("status")["written"]
        print(f"{counted} for {writes} records")
        assert counted["APPLIED"] == writes, "nothing is written twice"
        assert counted["INTENDED"] <= 1.1 * writes
        assert b.ok("log", "verify")["problems"] == []


def started(ending: ExitStack, b: Bench) -> subprocess.Popen[str]:
    process = worker(b)
    ending.callback(process.stdout.close)  # type: ignore[union-attr]
    ending.callback(process.stderr.close)  # type: ignore[union-attr]
    ending.callback(process.wait)
    ending.callback(process.kill)
    return process


def prepared(b: Bench, folder: Path) -> Path:
    """A synthetic practice, ready to be produced."""
    command = [sys.executable, "-m", "cutover.demo_practice", str(folder / "practice"), "--seed", "3", "--patients", "290"]
    subprocess.run(command, check=True, cwd=HERE.parents[1], stdout=subprocess.DEVNULL)
    day = min(path for path in (folder / "practice").iterdir() if path.is_dir())
    b.ok("init", b.project, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver")
    b.ok("map", "propose", day)
    b.ok("map", "approve", "--by", "Test")
    b.ok("schema", "apply")
    return day


def phases(b: Bench) -> Counter[str]:
    """How many compensations of each phase the log holds."""
    said = b.cutover("log", "show", "--topic", "compensations", "--limit", "100000")
    return Counter(event["phase"] for event in said.document["events"])
