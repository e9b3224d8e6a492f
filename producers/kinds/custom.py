"""The kinds of custom fields: how the cells of each type are cleaned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from events.vocabulary.mapping import FieldType
from events.vocabulary.records import amount_text
from producers.kinds.cells import DATE, DATE_TIME, MONEY, TEXTS, WORDS, by
from producers.kinds.reading import Cleaning, Rules, filtered, numbers
from producers.values.booleans import clean_boolean
from producers.values.moments.times import time_behind_day
from producers.values.reasons import LEFT_OUT_TIME
from producers.values.sifting import Cleaner


def _behind_the_filter(cleaning: Cleaning) -> Cleaning:
    return lambda rules: filtered(cleaning(rules))


def _days(rules: Rules) -> Cleaner:
    """Return the cleaner of days: a time of day behind one is left out, and reported unless it is midnight."""
    clean = DATE.clean(rules)

    def read(text: str) -> tuple[Any, str | None]:
        day, reason = clean(text)
        return day, LEFT_OUT_TIME if day is not None and reason is None and time_behind_day(text) else reason

    return read


def _amounts(rules: Rules) -> Cleaner:
    """Return the cleaner of amounts: the decimal amount and the practice's currency, as in `1250.5 USD`."""
    clean = MONEY.clean(rules)

    def read(text: str) -> tuple[str | None, str | None]:
        micros, reason = clean(text)
        return (None if micros is None else amount_text(micros, rules.currency)), reason

    return read


_CLEANINGS: Mapping[FieldType, Cleaning] = {
    FieldType.NUMBER: numbers,
    FieldType.BOOLEAN: by(clean_boolean),
    FieldType.DATE: _days,
    FieldType.DATE_TIME: DATE_TIME.clean,
    FieldType.SELECT: WORDS,
    FieldType.TEXT: TEXTS,
    FieldType.CURRENCY: _amounts,
}
CUSTOM: Mapping[FieldType, Cleaning] = {type_: _behind_the_filter(cleaning) for type_, cleaning in _CLEANINGS.items()}
