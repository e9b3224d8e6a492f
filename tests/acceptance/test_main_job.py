"""The main job, whole: from PbN extracts to a CRM, on through the deltas, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from cutover.demo_practice import write_practice
from tests.acceptance.workbench import EXTRACTS, bench, days_of, members_of

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("name", ["lakeview", "riverside", "brutal"])
def test_a_practice_arrives_day_by_day_and_can_be_taken_back(name: str, tmp_path: Path) -> None:
    practice = EXTRACTS / name
    with bench(tmp_path, members_of(practice / "truth/day-1.json")) as b:
        b.prepare(practice / "practice.toml", practice / "day-1")
        for day in days_of(practice):
            b.ok("sync", day, "--without-sample")
            truth = practice / "truth" / f"{day.name}.json"
            if truth.exists():
                b.assert_truth(truth)
            again = b.ok("sync", day, "--without-sample")
            assert again["positions"]["from"] == again["positions"]["to"], "the second run appends no change event"
            assert sum(again["writes"].values()) == 0, "and writes nothing"
        assert b.ok("log", "verify")["problems"] == []
        undone = b.ok("rollback", "--all", "--schema", "--yes")
        assert undone["kept"] == []
        b.assert_as_before()
        assert b.ok("log", "verify")["problems"] == []


def test_a_third_vocabulary_needs_no_mapping_by_hand(tmp_path: Path) -> None:
    practice = write_practice(tmp_path / "practice", seed=11, patients=120)
    with bench(tmp_path, practice.member_emails) as b:
        b.prepare(tmp_path / "practice/practice.toml", practice.extracts[0])
        for extract, truth in zip(practice.extracts, practice.truths, strict=True):
            b.ok("sync", extract, "--without-sample")
            b.assert_truth(truth)
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()
