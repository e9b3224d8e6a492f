"""The check of one very large delivery, on a small one: it can fail, and it goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.simulation.many_rows import main


def test_it_balances_and_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for known in (0, 300):
        assert main(["--rows", "300", "--folder", str(tmp_path)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["known_before"], found["records"]) == (known, {"patients.csv": 4, "messages.csv": 298})


def test_records_that_are_not_in_the_books_fail_it(tmp_path: Path) -> None:
    assert main(["--rows", "300", "--folder", str(tmp_path)]) == 0
    messages = tmp_path / "delivery/messages.csv"
    messages.write_text(messages.read_text(encoding="utf-8").rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    assert main(["--rows", "300", "--folder", str(tmp_path)]) == 1
