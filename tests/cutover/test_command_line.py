"""The command line as a person meets it: its version, mistakes as one line with what to do, failures as documents."""

import json

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cutover.main import app, main, program_of
from tests.docs.program import commands
from tests.json_documents import check_document


def called(capsys, *arguments):
    """Return (exit code, standard output, standard error) of `cutover ARGUMENTS`."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr()
    return ended.value.code or 0, said.out, said.err


@pytest.mark.parametrize("name", sorted(get_command(app).commands))
def test_a_line_that_begins_with_a_command_builds_that_command_alone_and_as_in_the_whole_program(name):
    built = program_of([name, "--json"])
    assert list(get_command(built).commands) == [name]
    help_of = [CliRunner().invoke(program, [name, "--help"]) for program in (built, app)]
    assert help_of[0].output == help_of[1].output
    assert {said.exit_code for said in help_of} == {0}


@pytest.mark.parametrize("line", [[], ["--help"], ["nonsense"], ["--version", "status"]], ids=" ".join)
def test_a_line_that_begins_with_no_command_builds_the_whole_program(line):
    assert program_of(line) is app


def test_the_version_is_one_line(capsys):
    code, out, err = called(capsys, "--version")
    assert (code, err) == (0, "")
    assert out.startswith("cutover ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sync"], "cutover: missing argument 'PATH…'; see `cutover sync --help`"),
        (["nonsense"], "cutover: no such command 'nonsense'; see `cutover --help`"),
        (["map", "nonsense"], "cutover: no such command 'nonsense'; see `cutover map --help`"),
        (
            ["audit", ""],
            "cutover: invalid value for 'PATH…': the path is empty; name a folder or a file; see `cutover audit --help`",
        ),
        (["init", ""], "cutover: invalid value for 'DIR': the path is empty; name a folder; see `cutover init --help`"),
        (["demo", " "], "cutover: invalid value for 'DIR': the path is empty; name a folder; see `cutover demo --help`"),
        (["conflicts", "resolve", "--all"], "missing option '--take'. Choose from: ours, theirs; see"),
        (["conflicts", "resolve", "--take", "mine"], "invalid value for '--take': 'mine' is not one of 'ours', 'theirs'; see"),
        (["rehearse", "--port", "65536"], "invalid value for '--port'"),
        (["rehearse", "--rate-limit", "-1"], "invalid value for '--rate-limit'"),
        (["sample", "--patients", "0"], "invalid value for '--patients'"),
        (["log", "show", "--limit", "1e300"], "invalid value for '--limit'"),
        (["sync", "extract", "--log-format", "xml"], "invalid value for '--log-format'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_in_the_command_line_is_one_line_and_exit_2(arguments, message, capsys):
    code, out, err = called(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_mistake_is_a_document_where_documents_are_asked_for(capsys):
    code, out, _ = called(capsys, "sync", "--json")
    assert code == 2
    check_document("error", json.loads(out))
    assert json.loads(out)["error"]["kind"] == "UsageError"


def test_a_failure_is_a_document_too(tmp_path, capsys):
    code, out, err = called(capsys, "status", "--project", str(tmp_path), "--json")
    said = json.loads(out)
    check_document("error", said)
    assert said["error"] | {"message": ""} == {"message": "", "exit_code": 2, "kind": "SettingsError", "retriable": False}
    assert err == f"cutover: {said['error']['message']}\n"
    assert code == 2


@pytest.mark.parametrize("group", ["map", "schema", "log", "dead-letters"])
def test_a_group_without_a_command_shows_its_help(group, capsys):
    code, _, err = called(capsys, group)
    assert code == 2
    assert "Commands:" in err


@pytest.mark.parametrize("words", sorted(commands()))
def test_the_help_of_a_command_fits_80_columns(words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = called(capsys, *words.split(), "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80


def test_a_completion_for_the_shell_can_be_shown(capsys, monkeypatch):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    code, out, _ = called(capsys, "--show-completion", "bash")
    assert code == 0
    assert "cutover" in out
