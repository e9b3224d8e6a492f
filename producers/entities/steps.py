"""Steps: fields of a record that are made of several columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.vocabulary.mapping import BOTH_ORDERS, Verdict
from events.vocabulary.records import Issue, Value
from producers.kinds.cell_fates import EMPTY, NORMALISED, WORD_FOR_NOTHING, fate_of
from producers.kinds.judged import either, ruled
from producers.kinds.reading import Remembered, Rules
from producers.values.blanks import filled
from producers.values.moments.date_times import combine
from producers.values.reasons import AMBIGUOUS_DATE_ORDER, INVALID_TIME, is_unknown

RowStep = Callable[[list[str], dict[str, Value], list[Issue], list[str]], None]
"""From a row's cells, fill values and issues, and the fates of the cells. A field whose cells cannot be read stays away."""


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

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        key = (cells[day], cells[clock])
        found = read.get(key)
        if found is None:
            if len(read) >= 8_192:
                read.clear()
            found = read[key] = clean(key)
        moment, reason = found
        fates[day], fates[clock] = _fates(key, *found)
        if reason is not None:
            issues.append(Issue(issue, reason))
            if moment is None and is_unknown(reason):
                return
        values[name] = moment

    return step


def _fates(cells: tuple[str, str], moment: datetime | None, reason: str | None) -> tuple[str, str]:
    """Return the fates of a day's cell and of a time's. A time without a day is lost with it."""
    day, clock = cells
    if moment is None:
        lost = fate_of(day, None, reason)
        return lost, (reason or WORD_FOR_NOTHING) if clock and not clock.isspace() else EMPTY
    if not clock or clock.isspace():
        return NORMALISED, EMPTY
    if filled(clock) is None:
        return NORMALISED, WORD_FOR_NOTHING
    return NORMALISED, INVALID_TIME if reason == INVALID_TIME else NORMALISED
