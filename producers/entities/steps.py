"""Steps: fields of a record that are made of several columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.vocabulary.records import Issue, Value
from producers.kinds.reading import Remembered, Rules
from producers.values.date_times import combine

Step = Callable[[list[str], dict[str, Value], list[Issue]], None]
"""From a row's cells, fill values and issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table to be read: the indexes of the columns bound to each meaning, the reading of a column, and the rules."""

    at: Mapping[str, list[int]]
    reader: Callable[[str], Remembered]
    rules: Rules
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a table, and the columns that they read: these fill no field by themselves."""

    steps: Sequence[Step]
    done: frozenset[str] = frozenset()


def moment(name: str, day: int, clock: int, field: str, rules: Rules) -> Step:
    """Return the step that makes a moment of a date and a time in two columns."""
    read: dict[tuple[str, str], tuple[datetime | None, str | None]] = {}

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        key = (cells[day], cells[clock])
        found = read.get(key)
        if found is None:
            if len(read) >= 65_536:
                read.clear()
            found = read[key] = combine(*key, rules.order, rules.zone, rules.dates)
        values[name] = found[0]
        if found[1] is not None:
            issues.append(Issue(field, found[1]))

    return step
