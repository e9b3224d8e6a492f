"""Balances with one row for each patient and provider, or location: the rows of a patient are added up. Pure.

A table proves to be such a list where no two of its rows have the same patient and the same provider, and where the rows of a
patient have different amounts: amounts that repeat may be the whole balance. Rows without an amount, or of different days, are
not added up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from events.vocabulary.entities import Entity
from events.vocabulary.records import Issue, Record, amount_of, amount_text
from producers.entities.registry import SOURCES
from producers.records.doubled_ids import DOUBLED_ID, agree, joined

_TOTAL = re.compile(r"\b(?:sub)?totals?\b|\ball\b|\bsum\b")
_NEWEST = "last_payment_date"
_OF_ONE_DAY = "as_of_date"


class Part(NamedTuple):
    """A row of a patient's balances: the table that it stands in, its cells, and its record."""

    table: bytes
    cells: tuple[str, ...]
    record: Record


def add_up(
    groups: Mapping[str, Sequence[Part]], dividing: Mapping[bytes, Sequence[int]], amounts: Collection[str]
) -> dict[str, Record]:
    """Return the sums of those patients whose rows are parts of one balance.

    `dividing` are the columns of each table that name the provider or location, `amounts` the custom fields that are added up.
    """
    proven = {table for table, columns in dividing.items() if columns and _is_divided(table, columns, groups.values())}
    found = {}
    for native, parts in groups.items():
        by_table: dict[bytes, dict[tuple[str, ...], Record]] = {}
        for part in parts:
            by_table.setdefault(part.table, {}).setdefault(part.cells, part.record)
        sums = [_sum([*rows.values()], amounts) for table, rows in by_table.items() if len(rows) == 1 or table in proven]
        whole = [one for one in sums if one is not None]
        if len(whole) == len(by_table) and agree(whole):
            found[native] = joined(whole)
    return found


def _is_divided(table: bytes, columns: Sequence[int], groups: Collection[Sequence[Part]]) -> bool:
    """Return whether the rows of each patient in a table name another provider each, their amounts are not all the same, and
    none of the rows is the sum of the others.
    """
    differ, sums = False, []
    for parts in groups:
        rows = {part.cells: part.record.values.get("balance") for part in parts if part.table == table}
        named = {tuple(cells[at].casefold() for at in columns) for cells in rows}
        if len(named) < len(rows) or not all(any(names) for names in named):
            return False
        if any(_TOTAL.search(name) for names in named for name in names):
            return False
        differ = differ or len(set(rows.values())) > 1
        amounts = [amount for amount in rows.values() if isinstance(amount, int)]
        if len(amounts) > 2:
            sums.append(any(amount and 2 * amount == sum(amounts) for amount in amounts))
    return differ and not (sums and all(sums))


def _sum(records: Sequence[Record], amounts: Collection[str]) -> Record | None:
    """Return the balance that records make together; None where one of them has no amount, or another day."""
    first, balances = records[0], [record.values.get("balance") for record in records]
    if len(records) == 1:
        return first
    if not all(isinstance(balance, int) for balance in balances) or not _same([r.values.get(_OF_ONE_DAY) for r in records]):
        return None
    values: dict[str, Any] = dict(first.values)
    custom: dict[str, Any] = dict(first.custom)
    lost: list[str] = []
    for name in values.keys() - {"balance"}:
        said = [record.values.get(name) for record in records]
        if name == _NEWEST:
            values[name] = max((day for day in said if isinstance(day, date)), default=None)
        elif not _same(said):
            values[name] = None
            lost.append(SOURCES[Entity.BILLING.value].column(name).issue_field)
    values["balance"] = sum(balance for balance in balances if isinstance(balance, int))
    for name in first.custom:
        texts = [record.custom.get(name) for record in records]
        money = [amount_of(text) if isinstance(text, str) else None for text in texts]
        if name in amounts and all(isinstance(amount, int | float) for amount in texts):
            custom[name] = round(sum(amount for amount in texts if isinstance(amount, int | float)), 6)
        elif name in amounts and len({one and one[1] for one in money}) == 1 and money[0] is not None:
            custom[name] = amount_text(sum(one[0] for one in money if one is not None), money[0][1])
        elif name not in amounts and all(isinstance(text, str) for text in texts) and not any(money):
            custom[name] = "; ".join(dict.fromkeys(str(text) for text in texts))
        elif not _same(texts):
            custom[name] = None
            lost.append(name)
    issues = dict.fromkeys(
        [*(issue for r in records for issue in r.issues), *(Issue(name, DOUBLED_ID) for name in sorted(lost))]
    )
    return replace(first, values=values, custom=custom, issues=tuple(issues))


def _same(values: Sequence[object]) -> bool:
    return all(value == values[0] for value in values)
