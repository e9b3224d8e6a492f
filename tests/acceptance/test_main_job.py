"""The main job, whole, on every engine: from PbN extracts to a CRM, on through the deltas, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cutover.demo_practice import write_practice
from tests.acceptance.engines import Engine
from tests.acceptance.workbench import EXTRACTS, Bench, bench, days_of, members_of

pytestmark = pytest.mark.acceptance


TRUTHS = {
    ("lakeview", "day-1"): 5_668,
    ("lakeview", "day-2"): 5_778,
    ("riverside", "day-1"): 30_305,
    ("riverside", "day-2"): 31_028,
    ("riverside", "day-3"): 32_001,
    ("brutal", "day-1"): 8_191,
    ("brutal", "day-2"): 8_438,
}
"""The comparisons of each truth file: the same on every engine, and those of the table in docs/proof.md."""


@pytest.mark.long
@pytest.mark.parametrize("name", ["lakeview", "riverside", "brutal"])
def test_a_practice_arrives_day_by_day_and_can_be_taken_back(name: str, engine: Engine, tmp_path: Path) -> None:
    practice = EXTRACTS / name
    truths = {day: practice / "truth" / f"{day.name}.json" for day in days_of(practice)}
    passed: dict[tuple[str, str], int] = {}
    with bench(tmp_path, members_of(practice / "truth/day-1.json")) as b:
        b.environment |= engine.environment
        b.prepare(practice / "practice.toml", practice / "day-1")
        ends: list[str] = []
        for day, truth in truths.items():
            ends.append(b.ok("sync", day, "--without-sample")["positions"]["to"])
            if truth.exists():
                passed[name, day.name] = b.assert_truth(truth)
            again = b.ok("sync", day, "--without-sample")
            assert again["positions"]["from"] == again["positions"]["to"], "the second run appends no change event"
            assert_nothing_is_written(again)
        assert passed == {key: count for key, count in TRUTHS.items() if key[0] == name}
        assert_is_whole(b, engine)
        assert_nothing_is_written(b.ok("replay", "--from", "start"))

        first, *_, last = truths.values()
        b.ok("rollback", "--to", ends[0], "--yes")
        b.assert_truth(first)
        b.ok("consume", "--without-sample")
        assert b.is_carried()
        if last.exists():
            b.assert_truth(last)

        undone = b.ok("rollback", "--all", "--schema", "--yes")
        assert undone["kept"] == []
        b.assert_as_before()
        assert_is_whole(b, engine)


def assert_nothing_is_written(document: Any) -> None:
    """Assert that a run tells of no writes."""
    assert sum(count for what, count in document["writes"].items() if what != "unchanged") == 0, document["writes"]


def assert_is_whole(b: Bench, engine: Engine) -> None:
    """Assert that the log has no problem, and no partition lags behind."""
    assert b.ok("log", "verify")["problems"] == []
    assert [p["lag"] for p in b.ok("status")["partitions"]] == [0] * engine.partitions


def test_a_third_vocabulary_needs_no_mapping_by_hand(tmp_path: Path) -> None:
    practice = write_practice(tmp_path / "practice", seed=11, patients=120)
    with bench(tmp_path, practice.member_emails) as b:
        b.prepare(tmp_path / "practice/practice.toml", practice.extracts[0])
        for extract, truth in zip(practice.extracts, practice.truths, strict=True):
            b.ok("sync", extract, "--without-sample")
            b.assert_truth(truth)
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()
