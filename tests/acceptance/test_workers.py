"""Several workers share the partitions of a Kafka log, with the state and the keys in PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.program import Process
from tests.acceptance.workbench import EXTRACTS, Bench, bench, members_of
from tests.json_documents import check_output
from tests.postgres import database

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.fixture
def office(kafka: str, postgres_server: str, tmp_path: Path) -> Iterator[Bench]:
    """Yield a prepared project whose parts can all be shared; day 1 lies in the log, and nothing of it in Twenty."""
    with (
        database(postgres_server) as state,
        database(postgres_server) as keys,
        bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b,
    ):
        b.environment |= {
            "CUTOVER_LOG__URL": f"kafka://{kafka}?prefix=workers-{uuid4().hex}&partitions=4",
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": keys,
            "CUTOVER_TWENTY__TIMEOUT": "2",
            "CUTOVER_TWENTY__BATCH_SIZE": "10",
        }
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("produce", LAKEVIEW / "day-1")
        yield b


def worker(b: Bench) -> Process:
    """Start `cutover consume --follow` in a process of its own."""
    return b.start("consume", "--follow", "--without-sample", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until_carried(b: Bench, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not b.is_carried():
        assert time.monotonic() < deadline, b.ok("status")
        time.sleep(1)


def end(process: Process) -> str:
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    check_output(["consume", "--json"], out)
    return out


def test_two_workers_share_the_work_and_one_that_is_killed_loses_and_doubles_nothing(office: Bench, tmp_path: Path) -> None:
    """As on two machines: the workers have a folder each."""
    b = office
    with ExitStack() as ending:
        one, other = worker(b.elsewhere(tmp_path / "second machine")), worker(b)
        for process in (one, other):
            ending.callback(process.stdout.close)  # type: ignore[union-attr]
            ending.callback(process.stderr.close)  # type: ignore[union-attr]
            ending.callback(process.wait)
            ending.callback(process.kill)
        deadline = time.monotonic() + 90
        while b.ok("status")["written"] < 100:  # in the middle of it
            assert time.monotonic() < deadline
        one.kill()
        until_carried(b)
        refused = b.cutover("rollback", "--all", "--yes")
        assert refused.code == 2, "a rollback refuses while a worker is at work"
        end(other)
    b.assert_truth(LAKEVIEW / "truth/day-1.json")
    assert b.ok("log", "verify")["problems"] == []
    undone = b.ok("rollback", "--all", "--schema", "--yes")
    assert undone["kept"] == []
    b.assert_as_before()


def test_after_a_rollback_of_everything_workers_carry_the_company_before_its_patients(office: Bench, tmp_path: Path) -> None:
    b = office
    b.ok("consume", "--without-sample")
    assert b.ok("rollback", "--all", "--yes")["kept"] == []
    with ExitStack() as ending:
        said = []
        for one in (b, b.elsewhere(tmp_path / "second machine")):
            said.append(one.project / "said")
            errors = ending.enter_context(said[-1].open("w"))
            command = ("consume", "--follow", "--without-sample", "--log-format", "json", "--json")
            process = one.start(*command, stdout=subprocess.DEVNULL, stderr=errors)
            ending.callback(process.wait)
            ending.callback(process.kill)
        until_carried(b)
    lines = "".join(file.read_text() for file in said)
    assert "window_carried" in lines
    assert "missing_parent" not in lines, "no patient was carried before the company"
    b.assert_truth(LAKEVIEW / "truth/day-1.json")
    assert b.ok("log", "verify")["problems"] == []
