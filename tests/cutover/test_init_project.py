"""`cutover init` makes a whole project, or nothing."""

import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import SecretStr

from cutover.project import init_project as module
from cutover.project.errors import UsageError
from cutover.project.init_project import IGNORED, init_project
from cutover.project.load_settings import load_settings
from cutover.project.master_key import load_master_key
from cutover.project.project import find_project
from events.clock import World
from events.errors import ExitCode

WORLD = World(now=lambda: datetime(2026, 11, 22, tzinfo=UTC), new_id=lambda: bytes(range(16)), entropy=lambda n: b"\x0f" * n)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_it_makes_a_project_that_loads(tmp_path):
    folder = tmp_path / "deep" / "riverside"
    made = init_project(
        folder,
        practice_id="riverside",
        name='Riverside "Family" Dental\\Zoë',
        timezone="America/Chicago",
        currency="cad",
        date_order="DMY",
    )
    practice = load_settings(folder).practice
    assert everything_in(folder) == [".cutover", ".cutover/master.key", ".env.example", ".gitignore", "cutover.toml"]
    assert practice.name == 'Riverside "Family" Dental\\Zoë'
    assert (practice.id, practice.timezone, practice.currency, practice.date_order) == (
        "riverside",
        "America/Chicago",
        "CAD",
        "dmy",
    )
    assert (made.settings_file, made.practice_id, made.master_key_kept) == (folder / "cutover.toml", "riverside", False)


def test_it_says_nothing_that_differs_from_the_defaults(tmp_path):
    init_project(tmp_path)
    settings = load_settings(tmp_path)
    bare = "".join((tmp_path / "cutover.toml").read_text().partition("[log]")[0])
    (tmp_path / "cutover.toml").write_text(bare)
    without_address = settings.model_copy(update={"twenty": settings.twenty.model_copy(update={"url": ""})})
    assert load_settings(tmp_path) == without_address


def test_every_setting_that_may_stand_in_the_file_is_shown_there(tmp_path):
    init_project(tmp_path)
    text = (tmp_path / "cutover.toml").read_text()
    settings = load_settings(tmp_path)
    for section in type(settings).model_fields:
        assert f"[{section}]" in text
        for key, field in type(getattr(settings, section)).model_fields.items():
            assert (f"{key} = " in text) != (field.annotation is SecretStr)


def test_id_and_name_come_from_the_folder(tmp_path):
    folder = tmp_path / "Lakeview Dental: Zürich"
    made = init_project(folder)
    assert (made.practice_id, made.name) == ("lakeview-dental-zurich", "Lakeview Dental Zurich")


def test_a_folder_without_a_usable_name_gives_a_plain_id(tmp_path):
    assert init_project(tmp_path / "診所").practice_id == "practice"


def test_the_defaults_are_american(tmp_path):
    init_project(tmp_path)
    practice = load_settings(tmp_path).practice
    assert (practice.timezone, practice.currency, practice.date_order) == ("America/New_York", "USD", "mdy")


def test_namespace_and_master_key_come_from_the_world(tmp_path):
    init_project(tmp_path, world=WORLD)
    settings = load_settings(tmp_path)
    assert settings.practice.namespace == UUID(bytes=bytes(range(16)))
    assert load_master_key(settings.keys, tmp_path).material == b"\x0f" * 32


def test_two_projects_share_neither_namespace_nor_key(tmp_path):
    for name in ("one", "two"):
        init_project(tmp_path / name)
    assert len({load_settings(tmp_path / name).practice.namespace for name in ("one", "two")}) == 2
    assert len({(tmp_path / name / ".cutover/master.key").read_text() for name in ("one", "two")}) == 2


@pytest.mark.skipif(os.name != "posix", reason="permissions of a POSIX file system")
def test_only_the_owner_may_use_the_master_key(tmp_path):
    init_project(tmp_path)
    assert stat.S_IMODE((tmp_path / ".cutover/master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".cutover").stat().st_mode) == 0o700


def test_a_new_project_opens_its_log_and_its_keys(tmp_path):
    init_project(tmp_path)
    with find_project(tmp_path) as project:
        assert project.log(make=True).ends("changes") == {0: 0}
        assert project.keys().derive("anything")
        assert project.warnings == []


def test_a_project_is_not_made_twice(tmp_path):
    init_project(tmp_path)
    before = (tmp_path / "cutover.toml").read_text()
    with pytest.raises(UsageError, match=r"cutover\.toml is there already") as refused:
        init_project(tmp_path)
    assert refused.value.exit_code is ExitCode.USAGE
    assert (tmp_path / "cutover.toml").read_text() == before


def test_other_files_stay_as_they_are(tmp_path):
    (tmp_path / "notes.txt").write_text("ours")
    (tmp_path / ".gitignore").write_text("notes.txt\nextracts/")
    (tmp_path / ".env.example").write_text("OURS=")
    init_project(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "ours"
    assert (tmp_path / ".env.example").read_text() == "OURS="
    entries = (tmp_path / ".gitignore").read_text().splitlines()
    assert entries[:2] == ["notes.txt", "extracts/"]
    assert sorted(entries) == sorted({"notes.txt", *IGNORED})


@pytest.mark.integration
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_sees_no_record_of_a_patient_and_no_secret(tmp_path):
    init_project(tmp_path)
    for name in ["extracts/2026-11-16/roster.txt", "roster.csv", "Roster.xlsx", "reconciliation.html", "workspace.db", ".env"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = ["git", "status", "--porcelain", "-uall"]
    seen = subprocess.run(listed, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert sorted(line[3:] for line in seen.splitlines()) == [".env.example", ".gitignore", "cutover.toml"]


def test_a_gitignore_that_knows_is_left_alone(tmp_path):
    before = "\n".join(IGNORED)
    (tmp_path / ".gitignore").write_text(before)
    init_project(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == before


def test_a_master_key_that_is_there_is_kept(tmp_path):
    init_project(tmp_path)
    key = (tmp_path / ".cutover/master.key").read_text()
    (tmp_path / "cutover.toml").unlink()
    assert init_project(tmp_path).master_key_kept
    assert (tmp_path / ".cutover/master.key").read_text() == key


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"practice_id": "River:side"}, "--practice: must be lower-case letters, digits and dashes"),
        ({"name": ""}, "--name: must be a name"),
        ({"name": "two\nlines"}, "--name: must be a name on one line"),
        ({"timezone": "America/New York"}, '--timezone: there is no time zone of this name; did you mean "America/New_York"?'),
        ({"currency": "dollars"}, "--currency: must be the three letters"),
        ({"date_order": "us"}, '--date-order: must be "mdy", "dmy" or "ymd"'),
    ],
)
def test_a_wrong_option_makes_nothing(tmp_path, options, said):
    with pytest.raises(UsageError) as refused:
        init_project(tmp_path / "riverside", **options)
    assert said in str(refused.value)
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("failing", ["master.key", ".gitignore", "cutover.toml"])
def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch, failing):
    (tmp_path / ".gitignore").write_text("extracts/\n")
    write = module._write

    def full(file, *rest, **options):
        if file.name == failing:
            raise OSError(28, "No space left on device")
        write(file, *rest, **options)

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(UsageError, match="cannot be written \\(No space left on device\\)"):
        init_project(tmp_path)
    assert everything_in(tmp_path) == [".gitignore"]
    assert (tmp_path / ".gitignore").read_text() == "extracts/\n"


def test_a_write_that_breaks_off_leaves_no_temporary_file(tmp_path, monkeypatch):
    def broken(_descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(module.os, "fsync", broken)
    with pytest.raises(UsageError, match="Input/output error"):
        init_project(tmp_path / "riverside")
    assert everything_in(tmp_path) == []


def test_a_file_in_the_folders_place_is_said(tmp_path):
    (tmp_path / "riverside").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written"):
        init_project(tmp_path / "riverside")
