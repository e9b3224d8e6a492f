"""Lists of balances with one row for each patient and provider, or location: the columns that divide a patient's balance."""

from __future__ import annotations

from collections.abc import Sequence

from events.vocabulary.mapping import FieldType, TableBinding, TableKind
from producers.binding.guessing.header_scores import header_score
from producers.entities.registry import SOURCES
from producers.vocabulary.headers import meaning

_SAID = 0.8
_LOCATIONS = frozenset({"location", "office", "clinic", "site", "branch"})
_MONEY = SOURCES["billing"].signs | frozenset({"balance", "amount", "due", "current", "total", "insurance", "owed", "credit"})


def dividing_columns(headers: Sequence[str]) -> tuple[int, ...]:
    """Return the columns that name a provider or a location."""
    return tuple(
        index
        for index, header in enumerate(headers)
        if is_location(header)
        or max(header_score(TableKind.APPOINTMENT, name, header) for name in ("provider_ref", "provider_name")) >= _SAID
    )


def is_location(header: str) -> bool:
    """Return whether a header says that its column names a location."""
    return bool(_LOCATIONS & set(meaning(header).split()))


def is_divided(dividing: Sequence[int], patient: int, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether no two rows have the same patient and the same provider and location."""
    if not dividing:
        return False
    pairs = {(cells[patient].strip(), *(cells[at].strip().casefold() for at in dividing)) for cells in rows}
    return len(pairs) == len(rows) and all(any(pair[1:]) for pair in pairs)


def amounts(binding: TableBinding, types: dict[str, FieldType]) -> frozenset[str]:
    """Return the custom fields of a table of balances that hold amounts, which are added up."""
    return frozenset(
        column.custom
        for column in binding.columns
        if column.custom is not None
        and types[column.custom] in (FieldType.NUMBER, FieldType.CURRENCY)
        and _MONEY & set(meaning(column.header).split())
    )
