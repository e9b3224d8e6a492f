"""Histories that earlier releases left behind are read, carried on and taken back by this release."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workbench import OWNER, Bench, workspace

pytestmark = pytest.mark.acceptance

HERE = Path(__file__).parent
RELEASES = sorted(path.name for path in HERE.iterdir() if (path / "log.db").exists())


def test_there_is_a_history_of_every_release() -> None:
    assert {"0.1.0", "0.1.0-d12edf9"} <= set(RELEASES)
    assert any((HERE / release / "state.db").exists() for release in RELEASES)


@pytest.fixture(params=RELEASES)
def history(request: pytest.FixtureRequest) -> Path:
    """Return the folder of a release's history."""
    return HERE / str(request.param)


def _project(history: Path, folder: Path, url: str, key: str) -> Bench:
    """Return the project as the release left it, with its state where that was kept."""
    data = folder / "project/.cutover"
    data.mkdir(parents=True)
    shutil.copy(history / "cutover.toml", data.parent)
    for name in ("log.db", "keys.db", "state.db", "master.key"):
        if name == "state.db" and not (history / name).exists():
            continue
        shutil.copyfile(history / name, data / name)
        (data / name).chmod(0o600)
    return Bench(data.parent, url, key, history / "before.json")


def _members(history: Path) -> list[str]:
    before = json.loads((history / "before.json").read_text(encoding="utf-8"))
    emails = [row["userEmail"] for row in before["objects"]["workspaceMembers"]["rows"].values()]
    return [email for email in emails if email != OWNER]


@pytest.fixture
def left(history: Path, tmp_path: Path) -> Iterator[Bench]:
    """Yield the project beside the workspace that it has written to."""
    kept = tmp_path / "workspace.db"
    kept.write_bytes(gzip.decompress((history / "workspace.db.gz").read_bytes()))
    with workspace(tmp_path, _members(history), "--file", str(kept)) as (url, key):
        yield _project(history, tmp_path, url, key)


def _written(document: Any) -> int:
    return sum(count for what, count in document["writes"].items() if what != "unchanged")


def test_the_log_is_whole(left: Bench) -> None:
    said = left.cutover("log", "verify")
    assert (said.code, said.document["problems"]) == (0, [])
    assert said.document["changes"] > 100


def test_the_state_is_read_or_rebuilt_and_nothing_is_left_to_do(history: Path, left: Bench) -> None:
    for day in ("day-2", "day-1"):
        again = left.ok("sync", history / "practice" / day)
        assert again["positions"]["from"] == again["positions"]["to"]
        assert _written(again) == 0
    left.assert_truth(history / "practice/truth/day-2.json")
    assert left.ok("status")["written"] > 100


def test_it_goes_on_with_the_next_delivery_and_all_of_it_can_be_taken_back(history: Path, left: Bench) -> None:
    delta = left.ok("sync", history / "practice/day-3")
    assert sum(delta["changes"][what] for what in ("created", "updated", "deleted")) > 10
    left.assert_truth(history / "practice/truth/day-3.json")
    assert left.ok("rollback", "--run", delta["run"], "--yes")["kept"] == []
    left.assert_truth(history / "practice/truth/day-2.json")
    assert left.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
    left.assert_as_before()
    assert left.ok("log", "verify")["problems"] == []


def test_it_is_replayed_into_an_empty_workspace(history: Path, tmp_path: Path) -> None:
    with workspace(tmp_path, _members(history)) as (url, key):
        other = _project(history, tmp_path, url, key)
        other.before = tmp_path / "empty.json"
        other.check("--snapshot", other.before)
        practice = history / "practice"
        other.ok("produce", practice / "day-1", practice / "day-2")  # where the documents lie by now
        other.ok("schema", "apply")
        assert _written(other.ok("replay", "--from", "start")) > 100
        other.assert_truth(practice / "truth/day-2.json")
