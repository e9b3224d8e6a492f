"""Notices tell that a command has finished, failed or waits for a decision: counts and codes, and nothing else."""

import json
import shlex
import sys

import httpx
import pytest

from cutover.cli.notices import notice_of, notify
from cutover.main import main
from cutover.project.init_project import init_project

DOCUMENT = {
    "run": "20261130T101500-abcdef",
    "changes": {"created": 3, "updated": 0},
    "conflicts": 2,
    "seconds": 1.5,
    "dry_run": False,
    "conflict_list": [{"object": "people", "name": "Ines Abernathy"}],
}


@pytest.fixture
def folder(tmp_path):
    return init_project(tmp_path / "fern", practice_id="fern").folder


def writing(tmp_path, code=0):
    """Return a command that writes its standard input to a file, and that file."""
    file = tmp_path / "notice.json"
    program = f"import sys; open({str(file)!r}, 'w').write(sys.stdin.read()); sys.exit({code})"
    return shlex.join([sys.executable, "-c", program]), file


@pytest.mark.parametrize(
    ("exit_code", "event"),
    [(0, "finished"), (1, "finished"), (4, "waiting"), (2, "failed"), (3, "failed"), (70, "failed"), (78, "failed")],
)
def test_the_exit_code_says_what_became_of_the_command(exit_code, event):
    assert notice_of("fern", "sync", exit_code, None)["event"] == event


def test_a_notice_holds_the_counts_of_the_document_and_nothing_else():
    assert notice_of("fern", "sync", 1, DOCUMENT) == {
        "event": "finished",
        "practice": "fern",
        "command": "sync",
        "exit_code": 1,
        "counts": {"changes": {"created": 3, "updated": 0}, "conflicts": 2},
    }


@pytest.mark.integration
def test_a_command_gets_it_on_its_standard_input(folder, tmp_path, monkeypatch):
    command, file = writing(tmp_path)
    monkeypatch.setenv("CUTOVER_NOTIFY__COMMAND", command)
    notify(folder, "sync", 0, DOCUMENT)
    assert json.loads(file.read_text(encoding="utf-8"))["counts"]["conflicts"] == 2


def test_an_address_gets_it_as_a_post(folder, monkeypatch):
    sent = []
    monkeypatch.setenv("CUTOVER_NOTIFY__URL", "https://hooks.example.com/secret")
    monkeypatch.setattr(httpx, "post", lambda url, json, timeout: sent.append((url, json)) or httpx.Response(200))
    notify(folder, "rollback", 4)
    [(url, notice)] = sent
    assert (url, notice["event"], notice["command"]) == ("https://hooks.example.com/secret", "waiting", "rollback")


def test_an_address_that_does_not_take_it_is_a_line_without_the_address(folder, monkeypatch, capsys):
    monkeypatch.setenv("CUTOVER_NOTIFY__URL", "https://hooks.example.com/secret")
    monkeypatch.setattr(httpx, "post", lambda url, json, timeout: httpx.Response(500))
    notify(folder, "sync", 0)
    said = capsys.readouterr().err
    assert said == "cutover: the notice was not sent: the address of [notify] answered 500\n"


@pytest.mark.integration
def test_a_command_that_fails_is_a_line_without_its_words(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CUTOVER_NOTIFY__COMMAND", writing(tmp_path, code=3)[0])
    notify(folder, "sync", 0)
    monkeypatch.setenv("CUTOVER_NOTIFY__COMMAND", "/no/such/program --token secret")
    notify(folder, "sync", 0)
    said = capsys.readouterr().err
    assert "ended with 3" in said
    assert "could not be run" in said
    assert "secret" not in said


def test_without_the_setting_nobody_is_told_and_a_broken_project_tells_nobody(folder, capsys):
    notify(folder, "sync", 0)
    (folder / "cutover.toml").write_text("[", encoding="utf-8")
    notify(folder, "sync", 0)
    assert capsys.readouterr().err == ""


def test_a_command_of_the_program_sends_it_when_it_ends(folder, monkeypatch, capsys):
    sent = []
    monkeypatch.setenv("CUTOVER_NOTIFY__URL", "https://hooks.example.com/secret")
    monkeypatch.setattr(httpx, "post", lambda url, json, timeout: sent.append(json) or httpx.Response(200))
    with pytest.raises(SystemExit):
        main(["rollback", "--all", "--project", str(folder)])
    assert [(n["event"], n["command"], n["exit_code"]) for n in sent] == [("failed", "rollback", 2)]


@pytest.mark.parametrize("url", ["http://hooks.example.com", "ftp://hooks.example.com", "hooks"])
def test_an_address_that_is_not_encrypted_is_refused(folder, url, monkeypatch, capsys):
    monkeypatch.setenv("CUTOVER_NOTIFY__URL", url)
    with pytest.raises(SystemExit):
        main(["status", "--project", str(folder)])
    assert "must be an https address" in capsys.readouterr().err
