"""Reading under the verdict about a whole column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from events.vocabulary.mapping import BOTH_ORDERS, Verdict
from producers.kinds.reading import Cleaner, Cleaning, Rules, filtered
from producers.values.reasons import AMBIGUOUS_DATE_ORDER, UNKNOWN_CODE
from producers.values.sifting import SURROUNDINGS

BARE_CODE: Final = re.compile(r"\d{1,3}|[A-Za-z]")
"""A code without a word: a short number, or one letter."""


def ruled(rules: Rules, verdict: Verdict | None) -> Rules:
    """Return the rules for a column with this verdict."""
    return rules if verdict is None or verdict.order not in ("mdy", "dmy") else replace(rules, order=verdict.order)


def cleaner_under(cleaning: Cleaning, rules: Rules, verdict: Verdict | None) -> Cleaner:
    """Return the cleaner of a column with this verdict, behind the filter."""
    if verdict is None:
        return filtered(cleaning(rules))
    if verdict.order == BOTH_ORDERS:
        clean = either_order(filtered(cleaning(replace(rules, order="mdy"))), filtered(cleaning(replace(rules, order="dmy"))))
    else:
        clean = filtered(cleaning(ruled(rules, verdict)))
    if not verdict.blanks and not verdict.codes:
        return clean
    blanks, codes = frozenset(verdict.blanks), verdict.codes

    def read(cell: str) -> tuple[Any, str | None]:
        if cell.strip(SURROUNDINGS) in blanks:
            return None, None
        value, reason = clean(cell)
        if codes and isinstance(value, str) and BARE_CODE.fullmatch(value):
            return None, UNKNOWN_CODE
        return value, reason

    return read


def either_order(month_first: Cleaner, day_first: Cleaner) -> Cleaner:
    """Return the cleaner of a column that holds both orders: a value that can be read both ways has none."""

    def read(cell: str) -> tuple[Any, str | None]:
        (one, reason), (other, other_reason) = month_first(cell), day_first(cell)
        if one is None or other is None or one == other:
            return (other, other_reason) if one is None and other is not None else (one, reason)
        return None, AMBIGUOUS_DATE_ORDER

    return read
