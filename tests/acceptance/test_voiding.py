"""A mistaken delivery is voided, on every engine: the workspace and the state are as if it was never read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.engines import Engine
from tests.acceptance.workbench import EXTRACTS, bench, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


def test_the_second_day_is_voided_and_comes_no_more(engine: Engine, tmp_path: Path) -> None:
    with bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b:
        b.environment |= engine.environment
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        first = b.ok("reconcile")["objects"]
        b.cutover("sync", LAKEVIEW / "day-2", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        second = b.ok("extract", "list")["deliveries"][-1]["extract"]

        dry = b.ok("extract", "void", second, "--dry-run")
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        said = b.ok("extract", "void", second, "--by", "Ines Abernathy", "--why", "exported from the wrong office")
        assert said["changes"] == dry["changes"]
        assert [Path(r["path"]).name for r in said["reread"]] == ["day-1"]
        b.assert_truth(LAKEVIEW / "truth/day-1.json")
        assert b.ok("reconcile")["objects"] == first
        assert b.ok("log", "verify")["problems"] == []

        engine.lose_state(b)
        again = b.cutover("sync", LAKEVIEW / "day-1", LAKEVIEW / "day-2", "--without-sample").document
        assert {kind: again["changes"][kind] for kind in ("created", "updated", "deleted")} == {
            "created": 0,
            "updated": 0,
            "deleted": 0,
        }
        assert [u["reason"] for u in again["unread"]] == ["voided"]
        b.assert_truth(LAKEVIEW / "truth/day-1.json")
