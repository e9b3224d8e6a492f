"""The three-way comparison: what Twenty holds, what Twenty answered to our last write, and what is wanted now. Pure.

Per field: nothing new is wanted → left as it is, whatever a person made of it. Something new is wanted and Twenty still holds
what we wrote → written. Both changed and they differ → a conflict, decided by policy; by default the person's edit stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from consumers.journal.sameness import same
from projections.types.type import MAPPINGS

CREATED_AT: Final = "createdAt"
"""Sent where a record is made, with the source's own date; the server fills it otherwise."""
MANAGED = frozenset(
    {
        *("id", CREATED_AT, "updatedAt", "deletedAt", "createdBy", "updatedBy"),
        *("position", "searchVector", "fullPath", "fileCategory"),
    }
)
"""Columns that the server fills; they say nothing about a person's work."""


class Policy(StrEnum):
    """Winner of a conflict: the person in Twenty (default), PbN, or neither (listed only; the person's edit stays)."""

    TWENTY_WINS = "twenty-wins"
    SOURCE_WINS = "source-wins"
    REPORT_ONLY = "report-only"


class Take(StrEnum):
    """The side that a person took in one conflict: PbN's value, or the one that Twenty holds."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class LastWrite:
    """Our last write to a record: all values wanted then, and what Twenty answered for them."""

    values: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Treatment of one record that is in Twenty. `write` goes out; `before` is the image of those fields.

    `values` and `answer` are what the next comparison must start from: fields in conflict keep their old ones, so that a
    person's edit is met as such again. `conflicts` are the open ones. `yielded` are fields of which a person
    took Twenty's value: ours counts as written, and the next change in PbN meets that person's value as an edit again.
    """

    write: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    overwritten: tuple[str, ...] = ()
    yielded: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be written and nothing to be reported."""
        return not (self.write or self.conflicts or self.yielded)


NO_TAKES: Mapping[str, Take] = {}


def compare(
    wanted: Mapping[str, Any],
    last: LastWrite | None,
    image: Mapping[str, Any],
    kinds: Mapping[str, str],
    policy: Policy = Policy.TWENTY_WINS,
    takes: Mapping[str, Take] = NO_TAKES,
) -> Difference:
    """Compare field by field. `last` is None for a record that was in Twenty before us: there our values are wanted, and a
    field that already says something else is the person's. `kinds` are the Twenty types of the fields. `takes` are the sides
    that people took in conflicts, by field; they go before the policy.
    """
    write: dict[str, Any] = {}
    before: dict[str, Any] = {}
    conflicts: list[str] = []
    overwritten: list[str] = []
    yielded: list[str] = []
    values = dict(last.values) if last else {}
    changed = {n: v for n, v in wanted.items() if n not in values or values[n] != v}
    if not changed:
        return Difference(values=values, answer=last.answer if last else {})
    answer = dict(last.answer) if last else {}
    for name, value in changed.items():
        kind, now = kinds.get(name, "TEXT"), image.get(name)
        if same(kind, value, now):
            values[name], answer[name] = value, now
            continue
        was_written = last is not None and name in last.values
        changed_by_others = _differs(last.answer.get(name), now) if last and was_written else not is_blank(now)
        if changed_by_others and takes.get(name) is Take.THEIRS:
            yielded.append(name)
            values[name] = value
            continue
        if changed_by_others and name not in takes:
            conflicts.append(name)
            if policy is not Policy.SOURCE_WINS:
                continue
        if changed_by_others:
            overwritten.append(name)
        write[name], before[name] = value, now
        values[name] = value
    return Difference(
        write=write,
        before=before,
        conflicts=tuple(conflicts),
        overwritten=tuple(overwritten),
        yielded=tuple(yielded),
        values=values,
        answer=answer,
    )


def edited(last: LastWrite, image: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the migrated fields whose values in Twenty differ from its answer to our last write."""
    return tuple(
        name
        for name in last.values
        if name in image and name in last.answer and _differs(last.answer[name], image[name]) and name not in MANAGED
    )


def _differs(answer: Any, now: Any) -> bool:
    """Tell whether Twenty holds another value than it answered. A field that Twenty emptied is blank in one form or another."""
    return bool(answer != now) and not (is_blank(answer) and is_blank(now))


def is_blank(value: Any) -> bool:
    """Return whether an image's value says nothing, composites part by part."""
    if value is None or isinstance(value, str):
        return not value
    if isinstance(value, MAPPINGS):
        return all(is_blank(part) for part in value.values())
    return value in ("", [])
