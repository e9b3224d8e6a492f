"""Dates that a spreadsheet program wrote as its numbers of days are no custom number in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.binding.findings import doubts_of
from producers.binding.proposal import propose
from tests.producers.desk import PRACTICE, Desk, Rows, patients


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def numbered(header: str) -> Rows:
    """Patients with a day number under this header, in the place of the date of birth."""
    return [
        {
            (header if name == "Date of Birth" else name): (str(18_263 + 400 * n) if name == "Date of Birth" else cell)
            for name, cell in row.items()
        }
        for n, row in enumerate(patients(12))
    ]


def test_a_date_of_birth_in_day_numbers_is_doubtful(desk: Desk) -> None:
    proposal = propose(desk.extract(patients=numbered("Date of Birth")), PRACTICE)
    assert doubts_of(proposal.mapping) == ["'Date of Birth'"]
    (column,) = [c for t in proposal.mapping.tables for c in t.columns if c.header == "Date of Birth"]
    assert "day numbers" in column.evidence


def test_numbers_under_another_header_are_a_custom_field(desk: Desk) -> None:
    proposal = propose(desk.extract(patients=numbered("Locker Number")), PRACTICE)
    assert doubts_of(proposal.mapping) == []
