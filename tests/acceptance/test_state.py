"""State is a cache of the log; the key store is not state and survives. Another workspace can be filled from the log alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.engines import Engine
from tests.acceptance.workbench import EXTRACTS, Bench, bench, members_of, workspace

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"
MEMBERS = members_of(LAKEVIEW / "truth/day-1.json")


def test_without_its_state_the_next_sync_of_the_same_extract_still_changes_nothing(tmp_path: Path, engine: Engine) -> None:
    with bench(tmp_path, MEMBERS) as b:
        b.environment |= engine.environment
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        engine.lose_state(b)
        again = b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        assert again["positions"]["from"] == again["positions"]["to"]
        assert sum(n for what, n in again["writes"].items() if what != "unchanged") == 0
        b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        engine.lose_state(b)
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()


def test_another_workspace_is_filled_from_the_log_alone(tmp_path: Path, engine: Engine) -> None:
    with bench(tmp_path, MEMBERS) as b:
        b.environment |= engine.environment
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
        with workspace(tmp_path, MEMBERS) as (url, key):
            other = Bench(b.project, url, key, tmp_path / "other.json")
            other.environment |= engine.environment
            other.check("--snapshot", other.before)
            refused = other.cutover("replay", "--from", "start")
            assert refused.code == 4
            assert "schema apply" in refused.err
            other.ok("schema", "apply")
            dry = other.ok("replay", "--from", "start", "--dry-run")
            assert dry["writes"]["create"] > 0
            other.ok("replay", "--from", "start")
            other.assert_truth(LAKEVIEW / "truth/day-2.json")
            again = other.ok("replay", "--from", "start")
            assert sum(n for what, n in again["writes"].items() if what != "unchanged") == 0
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
