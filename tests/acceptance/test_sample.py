"""`sample` carries the sample and nothing else, whatever lies in the log already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.workbench import EXTRACTS, Bench, bench, copied, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"
TRUTH = LAKEVIEW / "truth/day-1.json"


@pytest.fixture
def unprepared(tmp_path: Path) -> Iterator[Bench]:
    """Yield a project to be made, beside a fresh workspace."""
    with bench(tmp_path, members_of(TRUTH)) as b:
        yield b


@pytest.fixture
def office(lakeview_prepared: Path, tmp_path: Path) -> Iterator[Bench]:
    """Yield a prepared project."""
    with copied(lakeview_prepared, tmp_path, members_of(TRUTH)) as b:
        yield b


def assert_only_the_sample_is_there(b: Bench) -> None:
    """Assert that Twenty holds three patients, everything that hangs on them, and the company."""
    said = b.ok("sample", "--patients", "3")
    counts = {o["object"]: (o["source"], o["twenty"]) for o in said["objects"]}
    assert counts["people"] == (3, 3)
    assert counts["companies"] == (1, 1)
    assert said["records"] > 10
    assert said["differences"] == 0
    assert b.ok("status")["written"] == said["records"]


def assert_the_rest_follows(b: Bench) -> None:
    """Assert that nothing of the log was passed over, nothing is written twice."""
    sampled = b.ok("status")["written"]
    carried = b.ok("consume", "--without-sample")
    b.assert_truth(TRUTH)
    assert carried["writes"]["create"] == b.ok("status")["written"] - sampled
    assert carried["writes"]["update"] == 0
    assert b.ok("log", "verify")["problems"] == []
    b.ok("rollback", "--all", "--schema", "--yes")
    b.assert_as_before()


def test_a_sample_after_produce_carries_only_the_sample(office: Bench) -> None:
    b = office
    b.ok("produce", LAKEVIEW / "day-1")
    lag = b.ok("status")["partitions"][0]["lag"]
    assert_only_the_sample_is_there(b)
    assert 0 < b.ok("status")["partitions"][0]["lag"] <= lag
    assert_the_rest_follows(b)


def test_a_sample_on_a_log_of_several_partitions_carries_only_the_sample(unprepared: Bench, kafka: str) -> None:
    b = unprepared
    b.environment["CUTOVER_LOG__URL"] = f"kafka://{kafka}?prefix=sample-{uuid4().hex}&partitions=4"
    b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
    b.ok("produce", LAKEVIEW / "day-1")
    assert_only_the_sample_is_there(b)
    assert_the_rest_follows(b)


def test_a_sample_in_an_empty_log_leaves_nothing_behind_to_be_carried(office: Bench) -> None:
    b = office
    assert_only_the_sample_is_there(b)
    assert [p["lag"] for p in b.ok("status")["partitions"]] == [0]


def test_a_sample_after_everything_was_taken_back_carries_only_the_sample(office: Bench) -> None:
    b = office
    b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
    b.ok("rollback", "--all", "--yes")
    assert_only_the_sample_is_there(b)
    assert_the_rest_follows(b)


def test_a_sample_survives_the_loss_of_the_state(office: Bench) -> None:
    b = office
    b.ok("produce", LAKEVIEW / "day-1")
    assert_only_the_sample_is_there(b)
    for file in (b.project / ".cutover").glob("state.db*"):
        file.unlink()
    b.ok("consume", "--without-sample")
    b.assert_truth(TRUTH)
    assert b.ok("log", "verify")["problems"] == []
