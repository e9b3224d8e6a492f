"""Ids that come back with something else are under suspicion, however the rows are noted."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.records import repeated_ids as module
from producers.records.repeated_ids import RepeatedIds

_BLOCKS = st.lists(st.lists(st.tuples(st.integers(1, 30).map(str), st.sampled_from("ab")), max_size=12), max_size=6)


def differing(blocks: list[list[tuple[str, str]]]) -> set[int]:
    said: dict[str, set[str]] = {}
    for native_id, one in (row for block in blocks for row in block):
        said.setdefault(native_id, set()).add(one)
    return {hash(native_id) for native_id, ways in said.items() if len(ways) > 1}


@settings(max_examples=30, deadline=None)
@given(blocks=_BLOCKS)
def test_rows_noted_at_once_are_suspected_like_rows_noted_one_by_one(blocks: list[list[tuple[str, str]]]) -> None:
    at_once, one_by_one = RepeatedIds([frozenset()]), RepeatedIds([frozenset()])
    for block in blocks:
        at_once.note_all([native_id for native_id, _ in block], [one for _, one in block])
        for native_id, one in block:
            one_by_one.note(native_id, one)
    assert at_once.suspects == one_by_one.suspects == differing(blocks)


@pytest.mark.parametrize("full", [50, 1_000])
@pytest.mark.parametrize("few", [0, 40])
def test_a_filter_goes_on_where_the_set_or_another_filter_ends(few: int, full: int) -> None:
    blocks = [[(str(number), "a") for number in range(60)], [("7", "b"), ("8", "a"), ("61", "a")]]
    with patch.object(module, "_FEW", few), patch.object(module, "_FULL", full):
        ids = RepeatedIds([frozenset()])
        for block in blocks:
            ids.note_all([native_id for native_id, _ in block], [one for _, one in block])
    assert ids.suspects == differing(blocks)
