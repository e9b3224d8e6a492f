"""Reading under the verdict about a whole column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from events.vocabulary.mapping import BOTH_MARKS, BOTH_ORDERS, Verdict
from producers.kinds.reading import Cleaning, Rules, filtered
from producers.values.reasons import AMBIGUOUS_DATE_ORDER, AMBIGUOUS_DECIMAL_MARK, UNKNOWN_CODE
from producers.values.sifting import SURROUNDINGS, Cleaner

BARE_CODE: Final = re.compile(r"\d{1,3}|[A-Za-z]")
"""A code without a word: a short number, or one letter."""


def ruled(rules: Rules, verdict: Verdict | None) -> Rules:
    """Return the rules for a column with this verdict."""
    if verdict is None:
        return rules
    if verdict.order is not None and verdict.order != BOTH_ORDERS:
        rules = replace(rules, order=verdict.order)
    if verdict.decimal is not None and verdict.decimal != BOTH_MARKS:
        rules = replace(rules, decimal=verdict.decimal)
    return rules if verdict.unit is None else replace(rules, unit=verdict.unit)


def cleaner_under(cleaning: Cleaning, rules: Rules, verdict: Verdict | None) -> Cleaner:
    """Return the cleaner of a column with this verdict, behind the filter."""
    if verdict is None:
        return filtered(cleaning(rules))
    own = ruled(rules, verdict)
    if verdict.order == BOTH_ORDERS:
        month_first, day_first = filtered(cleaning(replace(own, order="mdy"))), filtered(cleaning(replace(own, order="dmy")))
        clean = either(month_first, day_first, AMBIGUOUS_DATE_ORDER)
    elif verdict.decimal == BOTH_MARKS:
        point, comma = filtered(cleaning(replace(own, decimal="."))), filtered(cleaning(replace(own, decimal=",")))
        clean = either(point, comma, AMBIGUOUS_DECIMAL_MARK)
    else:
        clean = filtered(cleaning(own))
    if not verdict.blanks and not verdict.codes:
        return clean
    blanks, codes, words = frozenset(verdict.blanks), verdict.codes, dict(verdict.words)

    def read(cell: str) -> tuple[Any, str | None]:
        if cell.strip(SURROUNDINGS) in blanks:
            return None, None
        value, reason = clean(cell)
        if codes and isinstance(value, str):
            if value in words:
                return words[value] or None, None
            if BARE_CODE.fullmatch(value):
                return None, UNKNOWN_CODE
        return value, reason

    return read


def either(one_way: Cleaner, other_way: Cleaner, doubt: str) -> Cleaner:
    """Return the cleaner of a column that two rules may hold for: a value on which they differ is lost, for `doubt`."""

    def read(cell: str) -> tuple[Any, str | None]:
        (one, reason), (other, other_reason) = one_way(cell), other_way(cell)
        if one is None or other is None or one == other:
            return (other, other_reason) if one is None and other is not None else (one, reason)
        return None, doubt

    return read
