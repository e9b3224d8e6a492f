"""Every answer that a command gives under test fits the type of a command's document."""

from __future__ import annotations

import pytest

from cutover.reports.answer import Answer
from tests.json_documents import check_of_any_command


@pytest.fixture(autouse=True)
def documents_fit_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Answer.__init__

    def checked(answer: Answer, *given: object, **named: object) -> None:
        make(answer, *given, **named)  # type: ignore[arg-type]
        check_of_any_command(answer.document)

    monkeypatch.setattr(Answer, "__init__", checked)
