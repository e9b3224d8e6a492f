"""Doubts by cause: whatever order records come in, no doubt is uncounted, and what is kept does not grow with their number."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from consumers.reconcile.doubt_groups import LISTED, DoubtGroup, DoubtGroups
from consumers.reconcile.doubts import UNMATCHED_PROVIDER, Doubt
from events.change_events import Origin
from events.vocabulary.entities import Entity


def doubt(row: int, provider: str | None = "12", *, part: bytes = b"a" * 32, entity: Entity = Entity.PATIENT) -> Doubt:
    return Doubt(
        record_id=row.to_bytes(16, "big"),
        entity=entity,
        native_id=str(row),
        source=Origin(extract="day-1", part=part, row=row),
        field="primaryProvider",
        reason=UNMATCHED_PROVIDER,
        provider_key=provider,
        provider=provider and f"Dr. {provider}",
    )


def grouped(doubts: list[Doubt]) -> list[DoubtGroup]:
    groups = DoubtGroups()
    groups.take(doubts)
    return list(groups)


@pytest.mark.parametrize("seed", range(5))
def test_every_doubt_is_counted_once_and_the_first_row_stands_at_the_head(seed: int) -> None:
    doubts = [doubt(row, str(row % 3), part=bytes([row % 2]) * 32) for row in range(1, 400)]
    random.Random(seed).shuffle(doubts)
    groups = grouped(doubts)
    assert len(groups) == 6
    assert sum(group.count for group in groups) == len(doubts)
    for group in groups:
        others = [row for row, native_id in group.others if native_id == str(row)]
        assert others == sorted(others)
        assert all(group.first.source.row < row for row in others)
        assert len(others) == group.count - 1


def test_of_many_records_a_thousand_are_listed_beside_the_first_and_all_are_counted() -> None:
    (group,) = grouped([doubt(row) for row in range(1, LISTED + 500)])
    assert (group.count, len(group.others)) == (LISTED + 499, LISTED)


def test_doubts_about_no_provider_stay_alone() -> None:
    assert [group.count for group in grouped([doubt(1, None), doubt(2, None)])] == [1, 1]


def test_providers_files_and_entities_are_told_apart() -> None:
    doubts = [doubt(1), doubt(2), doubt(3, "13"), doubt(4, part=b"b" * 32), doubt(5, entity=Entity.APPOINTMENT)]
    assert Counter(group.count for group in grouped(doubts)) == {2: 1, 1: 3}
