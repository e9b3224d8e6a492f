"""Cards: each record of a sample from the cells of its row, over the values sent, to the values that Twenty holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.reconcile.comparing import ComparedRecord
from cutover.reports.documents.approvals import CardCell, CardField, FieldResults, SampleCard
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of, explain
from cutover.reports.sampling.source_rows import SourceRow
from producers.entities.registry import SOURCES, carried_fields
from producers.kinds import cell_fates
from producers.kinds.cell_fates import fate_of_unread
from projections.destination import destination
from projections.types.registry import TYPES
from projections.valid import UNKNOWN_OPTION

EQUAL, NORMALISED, DIFFERENT, LOST = RESULTS = ("equal", "normalised", "different", "lost")
NOT_THERE = "not_in_twenty"
CHANGED = "changed_by_people"
LEFT_OUT = "column_left_out"
SAID_ELSEWHERE = "said_elsewhere"
READ_AS_BLANK = "read_as_blank"
JOINED = "joined"

_MEANS = {
    NOT_THERE: "Twenty does not hold the record.",
    CHANGED: "A person has changed the field in Twenty.",
    LEFT_OUT: "The mapping leaves the column out.",
    SAID_ELSEWHERE: "The cell says what other cells say that are carried.",
    READ_AS_BLANK: "The cell stands for a blank.",
    JOINED: "Texts of several cells or rows stand in one text.",
}
_RULES = {
    "FULL_NAME": "Spaces and letter case are put right; first and last name stand apart.",
    "EMAILS": "Addresses are in small letters; the first is the primary one.",
    "PHONES": "The number stands without signs, its country code apart.",
    "ADDRESS": "Parts of the address stand apart.",
    "DATE": "The date is written as year-month-day.",
    "DATE_TIME": "The practice's time is sent as universal time (UTC).",
    "CURRENCY": "The amount is in millionths, with its currency.",
    "NUMBER": "The number is written without signs.",
    "BOOLEAN": "The word is sent as yes or no.",
    "SELECT": "The word is sent as the option's name.",
    "RELATION": "The name or number is sent as the id of the record or member in Twenty.",
    "RICH_TEXT": "The text is sent as formatted text.",
    "FILES": "The file is sent.",
}
_ANY_RULE = "Spaces and signs are put right."


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSource:
    """The source of one record: its pbnId, its row where one is known, and reason codes by field."""

    pbn_id: str | None
    row: SourceRow | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def card_of(met: ComparedRecord, source: CardSource) -> SampleCard:
    """Return the card of one record in Twenty."""
    row = source.row
    return {
        "pbnId": source.pbn_id,
        "object": met.desired.object,
        "id": str(met.desired.id),
        "file": row.file if row else None,
        "sheet": row.sheet if row else None,
        "row": row.row if row else None,
        "fields": [*_sent(met, source), *((*_unread(met, source, row), *_left_out(row)) if row and met.desired.pbn_id else ())],
    }


def results_of(cards: Sequence[SampleCard]) -> list[FieldResults]:
    """Return the number of fields by object and result, in the order of writing."""
    counts: dict[str, Counter[str]] = {}
    for card in cards:
        counts.setdefault(card["object"], Counter()).update(one["result"] for one in card["fields"])
    return [
        {"object": name, "equal": c[EQUAL], "normalised": c[NORMALISED], "different": c[DIFFERENT], "lost": c[LOST]}
        for name in destination().write_order
        if (c := counts.get(name)) is not None
    ]


def _sent(met: ComparedRecord, source: CardSource) -> Iterator[CardField]:
    for name, value in met.desired.values.items():
        kind = met.kinds.get(name, "TEXT")
        cells = _cells(source.row, _bare(name, kind)) if source.row else []
        held = met.image.get(name) if met.image is not None else None
        if not cells and not _leaves(kind, value) and not _leaves(kind, held):
            continue  # blank on all sides
        result, reason, means = _compared(met, name, [cell["value"] for cell in cells], source.reasons)
        yield {
            "field": name,
            "cells": cells,
            "sent": value,
            "twenty": held,
            "result": result,
            "reason": reason,
            "means": means,
        }


def _compared(
    met: ComparedRecord, name: str, cells: Sequence[str], reasons: Mapping[str, str]
) -> tuple[str, str | None, str | None]:
    """Return the result for one field, its reason and the reason in words."""
    kind, value = met.kinds.get(name, "TEXT"), met.desired.values[name]
    reason = UNKNOWN_OPTION if name in met.lost_words else reasons.get(name) or reasons.get(_bare(name, kind))
    sent = _leaves(kind, value)
    if met.image is None:
        why = met.reason or NOT_THERE
        return LOST, why, _MEANS.get(why) or explain(why)
    if reason is not None and (name in met.lost_words or cost_of(reason) is Cost.VALUE):
        return LOST, reason, explain(reason)
    if name in met.compared.edited:
        return DIFFERENT, CHANGED, _MEANS[CHANGED]
    if name in met.compared.different:
        return DIFFERENT, reason, explain(reason) if reason else None
    if reason is not None:
        return NORMALISED, reason, explain(reason)
    if cells and not sent:
        return NORMALISED, READ_AS_BLANK, _MEANS[READ_AS_BLANK]
    if not cells or sorted(cells) == sorted(sent) or (kind == "TEXT" and sent and set(sent) <= set(cells)):
        return EQUAL, None, None
    if kind == "TEXT" and any(cell in text for cell in cells for text in sent):
        return NORMALISED, JOINED, _MEANS[JOINED]
    return NORMALISED, kind.lower(), _RULES.get(kind, _ANY_RULE)


def _bare(name: str, kind: str) -> str:
    """Return a field's name as issues and the mapping have it: without the suffix of a relation's column."""
    return name.removesuffix("Id") if kind == "RELATION" else name


def _cells(row: SourceRow, name: str) -> list[CardCell]:
    """Return the filled cells of the columns that carry a field."""
    kind = row.binding.kind
    entity = kind.entity
    assert entity is not None, "only rows that make a record are read"
    carried = (SOURCES[kind].carried or carried_fields(entity)).get(name)
    found: list[CardCell] = []
    for header, cell, column in zip(row.headers, row.cells, row.binding.columns, strict=True):
        is_carrying = carried is not None and column.field is not None and carried.has_column((column.field,))
        if cell.strip() and (is_carrying or (column.custom is not None and column.custom == name)):
            found.append({"column": header, "value": cell})
    return found


def _unread(met: ComparedRecord, source: CardSource, row: SourceRow) -> Iterator[CardField]:
    """Yield the fields that are not sent because their cells could not be read: Twenty keeps the earlier value."""
    sent = {_bare(name, met.kinds.get(name, "TEXT")) for name in met.desired.values}
    for name, reason in source.reasons.items():
        cells = _cells(row, name) if name not in sent and cost_of(reason) is Cost.VALUE else []
        if cells:
            yield {
                "field": name,
                "cells": cells,
                "sent": None,
                "twenty": _held(met, name),
                "result": LOST,
                "reason": reason,
                "means": explain(reason),
            }


def _held(met: ComparedRecord, name: str) -> Any:
    """Return the value that Twenty holds in a field, or the id in that of a relation; None where there is none."""
    image = met.image or {}
    return image.get(name, image.get(f"{name}Id"))


def _left_out(row: SourceRow) -> Iterator[CardField]:
    for header, cell, column in zip(row.headers, row.cells, row.binding.columns, strict=True):
        if column.field is None and column.custom is None and cell.strip():
            is_said = fate_of_unread(column.ignored) == cell_fates.SAID_ELSEWHERE
            why = SAID_ELSEWHERE if is_said else LEFT_OUT
            yield {
                "field": None,
                "cells": [{"column": header, "value": cell}],
                "sent": None,
                "twenty": None,
                "result": NORMALISED if is_said else LOST,
                "reason": why,
                "means": f"{_MEANS[why]} ({column.ignored})" if column.ignored else _MEANS[why],
            }


def _leaves(kind: str, value: Any) -> list[str]:
    """Return the texts of a value that say something: a currency without an amount says nothing."""
    known = TYPES.get(kind)
    if isinstance(value, Mapping) and known is not None and known.says:
        value = [value.get(part) for part in known.says]
    return list(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
    elif value is not None and value != "":
        yield str(value)
