"""Bad input: one clear line (what, where, what to do), the right exit code, no traceback, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.program import Said
from tests.acceptance.workbench import EXTRACTS, Bench, bench
from tests.json_documents import check_document

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


def _one_clear_line(said: Said, code: int, *words: str) -> None:
    assert said.code == code, said.err
    assert "Traceback" not in said.err
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    check_document("error", said.document)
    assert lines[0] == f"cutover: {said.document['error']['message']}"
    assert said.document["error"]["exit_code"] == code
    for word in words:
        assert word in lines[0]


@pytest.fixture
def offline(tmp_path: Path) -> Bench:
    """Return a project whose Twenty does not answer."""
    b = Bench(tmp_path / "project", "http://127.0.0.1:9", "no-key", tmp_path / "before.json", {"CUTOVER_DEBUG": ""})
    b.init(LAKEVIEW / "practice.toml")
    return b


def test_a_folder_that_is_not_there(offline: Bench, tmp_path: Path) -> None:
    _one_clear_line(offline.cutover("map", "propose", tmp_path / "nowhere"), 2, "nowhere", "no such file or folder")


def test_an_empty_folder(offline: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _one_clear_line(offline.cutover("audit", tmp_path / "empty"), 2, "empty")


def test_a_file_that_is_no_table(offline: Bench, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear colleague,\n\nplease find our new fees.\n")
    _one_clear_line(offline.cutover("map", "propose", letter), 2, "letter.csv", "table")


def test_a_workspace_that_is_down(offline: Bench) -> None:
    offline.ok("map", "propose", LAKEVIEW / "day-1")
    offline.ok("map", "approve")
    _one_clear_line(offline.cutover("schema", "plan"), 3, "127.0.0.1:9")


def test_a_typo_in_the_settings(offline: Bench) -> None:
    settings = offline.project / "cutover.toml"
    settings.write_text(settings.read_text().replace("[twenty]\n", "[twenty]\nratelimit = 5\n", 1))
    _one_clear_line(offline.cutover("status"), 2, "cutover.toml", "twenty.ratelimit", "rate_limit")


def test_settings_that_are_no_toml(offline: Bench) -> None:
    (offline.project / "cutover.toml").write_text("[practice\n")
    _one_clear_line(offline.cutover("status"), 2, "cutover.toml")


def test_no_project(tmp_path: Path) -> None:
    b = Bench(tmp_path, "http://127.0.0.1:9", "k", tmp_path / "b.json", {"CUTOVER_DEBUG": ""})
    _one_clear_line(b.cutover("status"), 2, "cutover init")


def test_a_wrong_key_and_missing_approvals(tmp_path: Path) -> None:
    with bench(tmp_path, []) as b:
        b.environment["CUTOVER_DEBUG"] = ""
        b.init(LAKEVIEW / "practice.toml")
        _one_clear_line(b.cutover("sync", LAKEVIEW / "day-1"), 4, "map propose")
        b.ok("map", "propose", LAKEVIEW / "day-1")
        _one_clear_line(b.cutover("sync", LAKEVIEW / "day-1"), 4, "map approve")
        b.ok("map", "approve", "--by", "Test")
        _one_clear_line(b.cutover("sync", LAKEVIEW / "day-1"), 4, "schema plan", "schema apply")
        _one_clear_line(b.cutover("sample"), 4, "schema apply")
        b.ok("schema", "apply")
        _one_clear_line(b.cutover("sync", LAKEVIEW / "day-1"), 4, "cutover sample", "--without-sample")
        _one_clear_line(b.cutover("consume"), 4, "cutover sample", "--without-sample")
        _one_clear_line(b.cutover("rollback", "--all"), 2, "--yes")
        _one_clear_line(b.cutover("rollback", "--yes"), 2, "--all")
        _one_clear_line(b.cutover("replay", "--from", "yesterday"), 2, "yesterday", "time:")
        _one_clear_line(b.cutover("go-live"), 2, "sync")
        wrong = Bench(b.project, b.url, "not-the-key", b.before, {"CUTOVER_DEBUG": ""})
        _one_clear_line(wrong.cutover("schema", "plan"), 2, "API key")
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()
