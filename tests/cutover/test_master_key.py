"""The master key is found where the settings point, and nothing secret is ever in a message."""

import os
import shlex
import sys

import pytest

from cutover.project.errors import exit_code_of
from cutover.project.master_key import load_master_key
from cutover.project.setting_sections import KeysSection
from events.errors import ExitCode
from events.sealing.keys import MasterKeyMissing

DIGITS = "0f" * 32
KEY = bytes.fromhex(DIGITS)


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "master.key"
    file.write_text(DIGITS + "\n")
    file.chmod(0o600)
    return file


def printing(text, exit_code=0):
    program = f"import sys; sys.stderr.write('hunter2'); print({text!r}); sys.exit({exit_code})"
    return KeysSection(master_key_command=shlex.join([sys.executable, "-c", program]))


def refusal(keys, folder, **more):
    with pytest.raises(MasterKeyMissing) as refused:
        load_master_key(keys, folder, **more)
    assert exit_code_of(refused.value) is ExitCode.USAGE
    text = str(refused.value)
    assert "\n" not in text
    assert "hunter2" not in text
    return text


def test_the_file_holds_it(key_file, tmp_path):
    key = load_master_key(KeysSection(master_key_file=key_file), tmp_path)
    assert (key.material, key.source, key.warning) == (KEY, str(key_file), None)


def test_the_variable_goes_before_command_and_file(tmp_path):
    key = load_master_key(KeysSection(master_key=DIGITS.upper(), master_key_command="false"), tmp_path)
    assert (key.material, key.source) == (KEY, "CUTOVER_KEYS__MASTER_KEY")


@pytest.mark.integration
def test_the_command_goes_before_the_file(tmp_path):
    assert load_master_key(printing(DIGITS), tmp_path).material == KEY


@pytest.mark.integration
def test_the_command_runs_in_the_projects_folder(tmp_path):
    (tmp_path / "key").write_text(DIGITS)
    assert load_master_key(KeysSection(master_key_command="cat key"), tmp_path).material == KEY


@pytest.mark.integration
def test_the_command_runs_without_a_shell(tmp_path):
    refusal(KeysSection(master_key_command=f"echo {DIGITS}; touch made"), tmp_path)
    assert not (tmp_path / "made").exists()


def test_the_key_is_not_in_the_representation(tmp_path):
    assert DIGITS not in repr(load_master_key(KeysSection(master_key=DIGITS), tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="permissions of a POSIX file system")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_use_is_a_finding(key_file, tmp_path, mode):
    key_file.chmod(mode)
    key = load_master_key(KeysSection(master_key_file=key_file), tmp_path)
    assert key.material == KEY
    assert "can be read by others" in key.warning
    assert f"chmod 600 {key_file}" in key.warning


@pytest.mark.parametrize(
    "content", ["", "hunter2", DIGITS + "0", DIGITS[:-1], DIGITS + "\n" + DIGITS, "g" * 64, "\N{PILE OF POO}"]
)
def test_a_file_with_something_else_is_refused(tmp_path, content):
    file = tmp_path / "master.key"
    file.write_text(content, encoding="utf-8")
    assert "is not a master key (64 hex digits)" in refusal(KeysSection(master_key_file=file), tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    text = refusal(KeysSection(master_key_file=tmp_path / "gone"), tmp_path)
    assert f"the master key {tmp_path / 'gone'} cannot be read (No such file or directory); restore it from its backup" in text


def test_a_folder_in_its_place_is_refused(tmp_path):
    assert "cannot be read (Is a directory)" in refusal(KeysSection(master_key_file=tmp_path), tmp_path)


def test_a_variable_with_something_else_is_refused(tmp_path):
    assert "CUTOVER_KEYS__MASTER_KEY: is not a master key" in refusal(KeysSection(master_key="hunter2"), tmp_path)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (printing("hunter2"), "keys.master_key_command: is not a master key"),
        (printing(DIGITS, exit_code=3), "ended with exit code 3; run it by hand to see why"),
        (KeysSection(master_key_command="no-such-program --token hunter2"), "no-such-program cannot be started (No such file"),
        (KeysSection(master_key_command="kms 'hunter2"), "a quote in it is not closed"),
        (KeysSection(master_key_command="''"), "cannot be started"),
    ],
)
def test_a_command_that_fails_is_named_without_its_arguments(tmp_path, keys, said):
    assert said in refusal(keys, tmp_path)


@pytest.mark.integration
def test_a_command_that_hangs_is_ended(tmp_path):
    assert "sleep did not end within 0.1 seconds" in refusal(KeysSection(master_key_command="sleep 60"), tmp_path, timeout=0.1)
