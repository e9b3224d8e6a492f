"""Every answer that a command gives under test fits the type of a command's document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cutover.reports.answer import Answer
from tests.cutover.commands.office import Office, copied, made, setting
from tests.json_documents import check_of_any_command


@pytest.fixture(autouse=True)
def documents_fit_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Answer.__init__

    def checked(answer: Answer, *given: object, **named: object) -> None:
        make(answer, *given, **named)  # type: ignore[arg-type]
        check_of_any_command(answer.document)

    monkeypatch.setattr(Answer, "__init__", checked)


@pytest.fixture(scope="session")
def first_day(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return a project of a small practice whose first day is in Twenty; to be copied."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as variables:
            made(folder, setting(variables))

    return made_once("small-office", make)


@pytest.fixture
def office(first_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a copy of the project, its workspace served."""
    office = copied(first_day, tmp_path / "office", setting(monkeypatch))
    with office.served():
        yield office
