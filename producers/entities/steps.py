"""Steps: fields of a record that are made of several columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.vocabulary.mapping import BOTH_ORDERS, Verdict
from events.vocabulary.records import Issue, Value
from producers.kinds.judged import either, ruled
from producers.kinds.reading import Remembered, Rules
from producers.values.moments.date_times import combine
from producers.values.reasons import AMBIGUOUS_DATE_ORDER

RowStep = Callable[[list[str], dict[str, Value], list[Issue]], None]
"""From a row's cells, fill values and issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLayout:
    """A table to be read: the indexes of the columns bound to each meaning, the reading of a column, and the rules."""

    at: Mapping[str, list[int]]
    reader: Callable[[str], Remembered]
    rules: Rules
    taken_at: datetime
    verdicts: Mapping[str, Verdict | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a table, and the columns that they read: these fill no field by themselves."""

    steps: Sequence[RowStep]
    done: frozenset[str] = frozenset()


def moment(name: str, day: int, clock: int, issue: str, layout: ColumnLayout) -> RowStep:
    """Return the step that makes a moment of a date and a time in two columns."""
    verdict, rules = layout.verdicts.get(name), layout.rules

    def clean(key: tuple[str, str]) -> tuple[datetime | None, str | None]:
        if verdict is None or verdict.order != BOTH_ORDERS:
            return combine(*key, ruled(rules, verdict).order, rules.zone, rules.dates)
        one, other = (lambda d, o=o: combine(d, key[1], o, rules.zone, rules.dates) for o in ("mdy", "dmy"))
        return either(one, other, AMBIGUOUS_DATE_ORDER)(key[0])

    read: dict[tuple[str, str], tuple[datetime | None, str | None]] = {}

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        key = (cells[day], cells[clock])
        found = read.get(key)
        if found is None:
            if len(read) >= 65_536:
                read.clear()
            found = read[key] = clean(key)
        values[name] = found[0]
        if found[1] is not None:
            issues.append(Issue(issue, found[1]))

    return step
