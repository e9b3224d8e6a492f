"""The values of a desired record held against the workspace's data model, before they are sent. Pure.

Twenty refuses a whole batch for one value. A value that it would refuse costs the value, never the record: it is left blank and
reported with a reason code. The rules are those of the recordings (cassettes values-text, values-emails, values-phones,
values-dates, values-number-boolean, values-currency, values-select, values-relation, values-rich-text).
"""

from __future__ import annotations

import operator
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from events.vocabulary.specs import Compiled
from projections.desired import Context, Desired, LostValue, Projected
from projections.types.registry import TYPES
from projections.types.type import Held, Rule

MISSING_FIELD = "missing_field"
UNKNOWN_OPTION = "unknown_option"


def valid(projected: Projected, context: Context) -> Projected:
    """Return the same records with values that the workspace takes; what was lost is added."""
    records: list[Desired] = []
    lost: list[LostValue] = [*projected.lost]
    for desired in projected.records:
        held = _held(desired, context, lost)
        records.append(desired if held is None else replace(desired, values=held))
    if len(lost) == len(projected.lost) and all(map(operator.is_, records, projected.records)):
        return projected
    return replace(projected, records=tuple(records), lost=tuple(lost))


def _held(desired: Desired, context: Context, lost: list[LostValue]) -> dict[str, Any] | None:
    """Return the values as they can be sent; None where all are sent as they are."""
    changed: dict[str, Any] = {}
    absent: list[str] = []
    types, plural = context.types, desired.object
    knows_all = context.knows_all_fields and (plural, "id") in types
    for name, value in desired.values.items():
        kind = types.get((plural, name))
        if kind is None:
            if knows_all:
                absent.append(name)
            continue
        found = _RULES[kind]
        if found is None or (value is None and not found[1]):
            continue
        if kind == "SELECT":
            held, reason = _option(value, context.options.get((plural, name), {}).values())
        else:
            held, reason = found[0](value)
        if held is not value:
            changed[name] = held
        if reason is not None:
            lost.append(LostValue(object=desired.object, field=name, reason=reason))
    lost += [LostValue(object=desired.object, field=name, reason=MISSING_FIELD) for name in absent]
    if not (changed or absent):
        return None
    return {name: changed.get(name, value) for name, value in desired.values.items() if name not in absent}


def _option(value: Any, options: Collection[str]) -> Held:
    return (value, None) if not options or value in options else (None, UNKNOWN_OPTION)


def _rule(kind: str) -> tuple[Rule, bool] | None:
    """Return the rule of a type, and whether it holds for blanks, too; None where every value is sent."""
    known = TYPES.get(kind)
    return None if known is None or known.valid is None else (known.valid, known.never_null)


_RULES: Compiled[str, tuple[Rule, bool] | None] = Compiled(_rule)
