"""Ends of commands that print as they go: a stopped follower with 0, others by their errors, in lines that stay lines."""

import json

import pytest

from cutover.cli.aloud import come_to_an_end, go_on
from cutover.project.errors import SettingsError
from cutover.project.log_format import LogFormat
from cutover.reports.answer import Answer


def ending(work, form=LogFormat.JSON):
    with pytest.raises(SystemExit) as ended:
        go_on("consume --follow", form, work, as_json=True)
    return ended.value.code


def fail(error):
    def work(_stop):
        raise error

    return work


def test_a_stopped_follower_ends_with_0_also_after_findings(capsys):
    assert ending(lambda _stop: Answer(document={"conflicts": 3}, findings=True)) == 0
    assert json.loads(capsys.readouterr().out) == {"conflicts": 3}


def test_one_that_was_stopped_while_it_waited_says_just_that(capsys):
    assert ending(lambda _stop: None) == 0
    assert json.loads(capsys.readouterr().out) == {"stopped": True}


def test_a_defect_ends_with_70_and_its_text_is_not_shown(capsys):
    assert ending(fail(ValueError("Ines Abernathy"))) == 70
    said = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert said["exit_code"] == 70
    assert "ValueError at test_aloud.py" in said["message"]
    assert "Abernathy" not in said["message"]


@pytest.mark.parametrize(("form", "raised"), [(LogFormat.JSON, SystemExit), (LogFormat.TEXT, SettingsError)])
def test_a_command_that_ends_by_itself_keeps_its_exit_codes(form, raised, capsys):
    with pytest.raises(raised) as ended:
        come_to_an_end("consume", form, fail(SettingsError("misspelt")), as_json=True)
    if form is LogFormat.JSON:
        assert ended.value.code == 2
        said = capsys.readouterr()
        assert json.loads(said.err)["message"] == "misspelt"
        assert json.loads(said.out)["error"]["kind"] == "SettingsError"


def test_a_standard_output_that_nobody_reads_is_no_failure(monkeypatch):
    def broken(_answer, *, as_json):
        raise BrokenPipeError

    monkeypatch.setattr("cutover.cli.aloud.show", broken)
    monkeypatch.setattr("sys.stderr.close", lambda: None)
    assert ending(lambda _stop: None) == 0
