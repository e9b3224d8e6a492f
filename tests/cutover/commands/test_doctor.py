"""`doctor` names what is wrong with a project, its machine and its workspace, each with what to do, and writes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.oversight.doctor import doctor
from cutover.project.init_project import init_project
from rehearsal.server.server import WorkspaceSettings, running

KEY = "CUTOVER_TWENTY__API_KEY"
URL = "CUTOVER_TWENTY__URL"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return init_project(tmp_path / "project", practice_id="fern", timezone="America/Denver").folder


@pytest.fixture
def twenty(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running(WorkspaceSettings(api_key="key", rate_limit=0)) as url:
        monkeypatch.setenv(URL, url)
        monkeypatch.setenv(KEY, "key")
        yield url


def checked(folder: Path) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in doctor(folder).document["checks"]}


def test_a_new_project_without_an_address_lacks_only_that(folder: Path) -> None:
    found = checked(folder)
    asked = {name for name, one in found.items() if one["state"] in ("wrong", "notice")}
    assert asked == {"Twenty"}
    assert "CUTOVER_TWENTY__API_KEY" in found["Twenty"]["found"]
    assert found["log"]["state"] == "skipped"


@pytest.mark.integration
def test_all_is_right_beside_a_workspace_and_nothing_is_written(folder: Path, twenty: str) -> None:
    before = sorted(path.name for path in (folder / ".cutover").iterdir())
    answer = doctor(folder)
    assert {one["state"] for one in answer.document["checks"]} == {"right", "skipped"}
    assert not answer.findings
    assert sorted(path.name for path in (folder / ".cutover").iterdir()) == before


@pytest.mark.integration
def test_a_workflow_that_fires_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(WorkspaceSettings(api_key="key", rate_limit=0, sample_workflows=True)) as url:
        monkeypatch.setenv(URL, url)
        monkeypatch.setenv(KEY, "key")
        found = checked(folder)["workflows"]
    assert found["state"] == "wrong"
    assert "person.upserted" in found["found"]


@pytest.mark.integration
def test_a_wrong_key_is_named_and_what_rests_on_it_is_not_checked(
    folder: Path, twenty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "another")
    found = checked(folder)
    assert found["Twenty"]["state"] == "wrong"
    assert found["rights, workflows"]["state"] == "skipped"


def test_settings_that_cannot_be_read_are_a_check_and_not_an_error(folder: Path) -> None:
    (folder / "cutover.toml").write_text("[practice\n", encoding="utf-8")
    found = checked(folder)
    assert found["settings"]["state"] == "wrong"
    assert found["folder"]["state"] == "right"
    assert found["everything else"]["state"] == "skipped"


def test_a_folder_without_a_project_is_told_how_to_make_one(tmp_path: Path) -> None:
    assert "cutover init" in checked(tmp_path)["settings"]["to_do"]


def test_a_master_key_that_others_may_read_is_wrong(folder: Path) -> None:
    (folder / ".cutover/master.key").chmod(0o644)
    found = checked(folder)["master key"]
    assert found["state"] == "wrong"
    assert "chmod 600" in found["found"]


def test_a_data_folder_that_others_may_enter_is_a_notice(folder: Path) -> None:
    (folder / ".cutover").chmod(0o755)
    assert checked(folder)["folder"]["state"] == "notice"


def test_a_gitignore_that_lets_extracts_through_is_a_notice(folder: Path) -> None:
    (folder / ".gitignore").write_text(".cutover/\n", encoding="utf-8")
    assert "extracts/" in checked(folder)[".gitignore"]["found"]


def test_plain_http_to_another_machine_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "http://crm.invalid")
    assert checked(folder)["Twenty's address"]["state"] == "wrong"


def test_a_full_disk_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10, 9, 1))
    assert checked(folder)["disk"]["state"] == "wrong"


def test_a_practice_in_utc_is_asked_for_its_zone(tmp_path: Path) -> None:
    folder = init_project(tmp_path / "project", practice_id="fern", timezone="UTC").folder
    assert checked(folder)["time zone"]["state"] == "notice"
