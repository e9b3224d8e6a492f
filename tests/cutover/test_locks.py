"""Two commands of one project that must not run at once do not; a command that dies leaves no lock behind."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cutover.project.errors import UnreachableError
from cutover.project.init_project import init_project
from cutover.project.locks import Busy, exclusive, shared
from cutover.project.project import find_project
from events.errors import ExitCode

HOLD = """
import sys
from pathlib import Path
from cutover.project.locks import exclusive
from cutover.project.project import find_project
with exclusive(find_project(Path(sys.argv[1])), "consumer", holder="sync"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def project(tmp_path):
    init_project(tmp_path)
    return find_project(tmp_path)


@pytest.fixture
def other_process(project):
    home = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(project.folder)], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def take(project, name="consumer"):
    with exclusive(project, name, holder="rollback"):
        return True


def test_a_second_command_is_told_who_is_at_work(project, other_process):
    with pytest.raises(Busy) as busy:
        take(project)
    assert (busy.value.holder, busy.value.pid) == ("sync", other_process.pid)
    assert busy.value.exit_code is ExitCode.USAGE
    assert f"`cutover sync` (process {other_process.pid}) is at work in this project; wait until it ends" in str(busy.value)


def test_a_lock_dies_with_its_process(project, other_process):
    other_process.kill()
    other_process.wait()
    assert take(project)


def test_a_lock_ends_with_its_block(project):
    assert take(project)
    assert take(project)


def test_a_lock_ends_with_an_error_too(project):
    with pytest.raises(ZeroDivisionError), exclusive(project, "consumer", holder="sync"):
        1 / 0  # noqa: B018
    assert take(project)


def test_it_holds_within_one_process_too(project):
    with exclusive(project, "consumer", holder="sync"), pytest.raises(Busy, match=f"process {os.getpid()}"):
        take(project)


def test_locks_of_different_names_do_not_meet(project):
    with exclusive(project, "producer", holder="sync"):
        assert take(project)


def test_projects_do_not_meet(project, tmp_path):
    init_project(tmp_path / "other")
    with exclusive(project, "consumer", holder="sync"):
        assert take(find_project(tmp_path / "other"))


def test_a_holder_that_has_not_said_its_name_yet_is_another_command(project):
    with exclusive(project, "consumer", holder="sync"):
        (project.data_folder / "consumer.lock").write_text("")
        with pytest.raises(Busy, match="another command is at work"):
            take(project)


def test_the_data_folder_is_made_where_it_is_missing(project):
    (project.data_folder / "master.key").unlink()
    project.data_folder.rmdir()
    assert take(project)


def test_a_lock_that_cannot_be_made_is_said(project):
    (project.data_folder / "consumer.lock").mkdir()
    with pytest.raises(UnreachableError, match=r"consumer\.lock: cannot be opened"):
        take(project)


def test_a_name_is_no_path(project):
    with pytest.raises(ValueError):
        take(project, "../consumer")


def test_workers_share_a_lock_and_keep_out_who_wants_it_alone(project):
    with shared(project, "consumer", holder="consume"):
        with shared(project, "consumer", holder="consume"), pytest.raises(Busy) as busy:
            take(project)
        assert busy.value.holder == "consume"
    assert take(project)


def test_workers_are_kept_out_while_somebody_is_alone(project, other_process):
    with pytest.raises(Busy), shared(project, "consumer", holder="consume"):
        pass


def test_on_a_full_disk_the_lock_holds_all_the_same(project, monkeypatch):
    def full(_descriptor: int, _length: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", full)
        with exclusive(project, "consumer", holder="sync"), pytest.raises(Busy):
            take(project)
    assert take(project)
