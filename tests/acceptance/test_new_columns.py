"""A new column, and one with another name: every value reaches Twenty, whoever looks in between and whatever is killed."""

from __future__ import annotations

import csv
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.acceptance.program import Process
from tests.acceptance.test_workers import end, until_carried, worker
from tests.acceptance.workbench import EXTRACTS, Bench, bench, copied, members_of
from tests.postgres import database

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"
TRUTH = LAKEVIEW / "truth/day-1.json"
LATER = "2026-11-25T08:00:00-06:00"
LOCKER = "Locker Code"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Write day 1 once more, with a new column for patients and another name for their mobile phones; every patient has a
    value.
    """
    folder = tmp_path / "newer"
    shutil.copytree(LAKEVIEW / "day-1", folder)
    (folder / "manifest.toml").unlink()
    file = folder / "patient.csv"
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    renamed = [{"Mobile Phone" if n == "WirelessPhone" else n: v for n, v in row.items()} for row in rows]
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, [*renamed[0], LOCKER])
        writer.writeheader()
        writer.writerows({**row, LOCKER: f"LC-{1000 + number}"} for number, row in enumerate(renamed))
    return folder


def values(b: Bench) -> list[str]:
    """Return the values that patients in Twenty have in the new field."""
    found = httpx.get(f"{b.url}/rest/people?limit=200", headers={"Authorization": f"Bearer {b.key}"}).json()
    people = [p for p in found["data"]["people"] if str(p.get("pbnId") or "").startswith("lakeview")]
    fields = {name for person in people for name in person if "locker" in name.lower()}
    return [value for person in people for name in fields if (value := person[name])]


def patients(folder: Path) -> int:
    with (folder / "patient.csv").open(encoding="utf-8", newline="") as text:
        return len({row["PatNum"] for row in csv.DictReader(text)})


def assert_nothing_is_lost(b: Bench, newer: Path) -> None:
    assert len(values(b)) == patients(newer)
    objects = b.ok("reconcile")["objects"]
    assert all(o["missing"] == o["extra"] == o["different"] == 0 for o in objects), objects
    assert b.ok("log", "verify")["problems"] == []


@pytest.fixture
def shared(kafka: str, postgres_server: str, tmp_path: Path) -> Iterator[Bench]:
    """Yield a prepared project whose parts can all be shared; day 1 lies in the log."""
    with (
        database(postgres_server) as state,
        database(postgres_server) as keys,
        bench(tmp_path, members_of(TRUTH)) as b,
    ):
        b.environment |= {
            "CUTOVER_LOG__URL": f"kafka://{kafka}?prefix=columns-{uuid4().hex}&partitions=4",
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": keys,
            "CUTOVER_TWENTY__TIMEOUT": "2",
        }
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("produce", LAKEVIEW / "day-1")
        yield b


def test_workers_that_follow_meet_the_new_column_before_its_first_value(shared: Bench, newer: Path, tmp_path: Path) -> None:
    """One of the two extends the data model; the other one has read it before, and reads it again."""
    b = shared
    with ExitStack() as ending:
        workers: list[Process] = []
        for one in (b, b.elsewhere(tmp_path / "second machine")):
            process = worker(one)
            workers.append(process)
            ending.callback(process.stdout.close)  # type: ignore[union-attr]
            ending.callback(process.stderr.close)  # type: ignore[union-attr]
            ending.callback(process.wait)
            ending.callback(process.kill)
        until_carried(b)
        b.ok("produce", newer, "--taken-at", LATER)
        until_carried(b)
        for process in workers:
            end(process)
    assert_nothing_is_lost(b, newer)


@pytest.mark.parametrize("point", ["before-mapping-extended", "mapping-extended", "changes-appended"])
def test_a_run_killed_beside_the_extension_loses_no_value(
    lakeview_synced: Path, tmp_path: Path, newer: Path, point: str
) -> None:
    with copied(lakeview_synced, tmp_path, members_of(TRUTH)) as b:
        b.environment["CUTOVER_CRASH_AT"] = point
        killed = b.cutover("produce", newer, "--taken-at", LATER)
        del b.environment["CUTOVER_CRASH_AT"]
        assert killed.code == -signal.SIGKILL, killed.err
        b.ok("consume", "--without-sample")
        b.ok("sync", newer, "--taken-at", LATER, "--without-sample")
        assert_nothing_is_lost(b, newer)


def test_a_dry_replay_names_the_field_that_is_not_made_yet(lakeview_synced: Path, tmp_path: Path, newer: Path) -> None:
    with copied(lakeview_synced, tmp_path, members_of(TRUTH)) as b:
        b.ok("produce", newer, "--taken-at", LATER)
        dry = b.cutover("replay", "--from", "start", "--dry-run")
        assert dry.code == 1, dry.err
        assert any("locker" in name.lower() for name in dry.document["not_modelled"]), dry.document["not_modelled"]
        b.ok("replay", "--from", "start")
        assert b.cutover("replay", "--from", "start", "--dry-run").document["not_modelled"] == []
        assert_nothing_is_lost(b, newer)
