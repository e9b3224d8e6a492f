"""The fate of a cell: the same text, another form, a word for nothing, or a lost value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from producers.kinds.cell_fates import (
    CARRIED,
    EMPTY,
    NORMALISED,
    SAID_ELSEWHERE,
    UNWANTED,
    WORD_FOR_NOTHING,
    fate_of,
    fate_of_unread,
)


@pytest.mark.parametrize(
    ("cell", "value", "fate"),
    [
        ("Ada", "Ada", CARRIED),
        ("  Ada ", "Ada", CARRIED),
        ("Ada  May", "Ada May", NORMALISED),
        ("2024-02-29", date(2024, 2, 29), CARRIED),
        ("02/29/2024", date(2024, 2, 29), NORMALISED),
        ("02/29/2024 8:00", datetime(2024, 2, 29, 14, tzinfo=UTC), NORMALISED),
        ("12.50", 12_500_000, CARRIED),
        ("$12.50", 12_500_000, NORMALISED),
        ("(12.50)", -12_500_000, NORMALISED),
        ("30", 30, CARRIED),
        ("030", 30, NORMALISED),
        ("12.7", 13, NORMALISED),
        ("true", True, CARRIED),
        ("Y", True, NORMALISED),
        ("NULL", None, WORD_FOR_NOTHING),
        ("", None, EMPTY),
        (" \t", None, EMPTY),
    ],
)
def test_a_cell_is_carried_where_its_value_says_the_same(cell: str, value: Any, fate: str) -> None:
    assert fate_of(cell, value, None) == fate


def test_a_lost_value_has_its_reason_code_as_its_fate() -> None:
    assert fate_of("31/31/2024", None, "invalid_date") == "invalid_date"


def test_a_value_that_is_carried_in_part_is_normalised() -> None:
    assert fate_of("201-555-0101 x12", "+12015550101", "phone_extension") == NORMALISED


@pytest.mark.parametrize(
    ("ignored", "fate"), [("repeats the provider, who is linked", SAID_ELSEWHERE), ("left out", UNWANTED), (None, UNWANTED)]
)
def test_a_column_that_is_left_out_repeats_another_or_is_unwanted(ignored: str | None, fate: str) -> None:
    assert fate_of_unread(ignored) == fate
