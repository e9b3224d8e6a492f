"""The main job with the log on Kafka: several partitions, one worker."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.workbench import EXTRACTS, bench, days_of, members_of

pytestmark = pytest.mark.acceptance


@pytest.mark.long
def test_the_main_job_on_several_partitions(kafka: str, tmp_path: Path) -> None:
    practice = EXTRACTS / "lakeview"
    with bench(tmp_path, members_of(practice / "truth/day-1.json")) as b:
        b.environment["CUTOVER_LOG__URL"] = f"kafka://{kafka}?prefix=lakeview-{uuid4().hex}&partitions=4"
        b.prepare(practice / "practice.toml", practice / "day-1")
        runs = []
        for day in days_of(practice):
            runs.append(b.ok("sync", day, "--without-sample"))
            b.assert_truth(practice / "truth" / f"{day.name}.json")
            again = b.ok("sync", day, "--without-sample")
            assert again["positions"]["from"] == again["positions"]["to"], "the second run appends no change event"
            assert sum(again["writes"].values()) == 0, "and writes nothing"
        assert [place.count(":") for place in runs[0]["positions"]["to"].split(",")] == [2, 1, 1, 1]
        status = b.ok("status")
        assert [p["lag"] for p in status["partitions"]] == [0] * 4
        assert b.ok("log", "verify")["problems"] == []
        b.ok("rollback", "--to", runs[0]["positions"]["to"], "--yes")
        b.assert_truth(practice / "truth/day-1.json")
        b.ok("consume", "--without-sample")
        b.assert_truth(practice / "truth/day-2.json")
        undone = b.ok("rollback", "--all", "--schema", "--yes")
        assert undone["kept"] == []
        b.assert_as_before()
        assert b.ok("log", "verify")["problems"] == []
        assert json.dumps(status)
