"""Numbers agree with their nouns, in every text of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cutover
from cutover.reports.counted import counted

NOUNS = (
    "records|rows|values|columns|tables|files|cells|events|requests|conflicts|differences|problems|steps|patients|documents|"
    "findings|writes|changes|notes|deliveries|extracts|decisions|minutes"
)
_COUNTED = re.compile(r"(?<!of )(?<!first )(?<!than )(?<!most )\{[^{}]+\} (?:more )?(?:" + NOUNS + r")\b")
_FIXED = (
    "of up to {PART:,} records",
    "['entity']} rows",
    "entity.value} events",
    "entity.value} records",
    "'no limit of'} requests",
    "{len(found)} tables",
    "{len(found)} columns",
    "{len(rows)} rows have this id",
)
"""Texts with a number that is never one, or with a word in the braces."""


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 conflicts"), (1, "1 conflict"), (2, "2 conflicts"), (2_000, "2,000 conflicts")]
)
def test_one_is_in_the_singular(number: int, text: str) -> None:
    assert counted(number, "conflict") == text


def test_a_noun_may_have_a_plural_of_its_own_and_go_on_with_a_verb() -> None:
    assert [counted(n, "delivery is", "deliveries are") for n in (1, 2)] == ["1 delivery is", "2 deliveries are"]


def sources() -> list[Path]:
    (root,) = cutover.__path__
    return [p for p in sorted(Path(root).rglob("*.py")) if "demo_practice" not in p.parts]


def test_no_text_counts_without_it() -> None:
    """A number in braces before a plural would say `1 conflicts`."""
    found = [
        f"{path.name}: {match[0]}"
        for path in sources()
        for line in path.read_text(encoding="utf-8").splitlines()
        if 'f"' in line and not any(fixed in line for fixed in _FIXED)
        for match in _COUNTED.finditer(line)
    ]
    assert found == []
