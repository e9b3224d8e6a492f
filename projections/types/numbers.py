"""Numbers, amounts of money, yes and no."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from events.vocabulary.records import amount_of
from projections.types.type import (
    INVALID_BOOLEAN,
    INVALID_MONEY,
    INVALID_NUMBER,
    MAPPINGS,
    Held,
    TwentyType,
    as_is,
    number_form,
)

_BIGGEST = 2**63 - 1


def _money(value: Any) -> Held:
    if isinstance(value, Mapping) and value.keys() <= {"amountMicros", "currencyCode"}:
        micros, code = value.get("amountMicros"), value.get("currencyCode")
        whole = isinstance(micros, int) and not isinstance(micros, bool) and abs(micros) <= _BIGGEST
        if (micros is None or whole) and (code is None or isinstance(code, str)):
            return value, None
    return {"amountMicros": None, "currencyCode": ""}, INVALID_MONEY


def number(value: Any) -> Held:
    """Hold a number against what Twenty takes as one."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return (value, None) if fits else (None, INVALID_NUMBER)


def _boolean(value: Any) -> Held:
    return (value, None) if isinstance(value, bool) else (None, INVALID_BOOLEAN)


def _amount(value: Any) -> tuple[int, str] | None:
    amount = value.get("amountMicros") if isinstance(value, MAPPINGS) else None
    return None if amount is None else (int(amount), str(value.get("currencyCode") or ""))


def _exact(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _whole(value: Any) -> Any:
    """Read micros: a whole number, which GraphQL may send as text."""
    return None if value is None or value == "" else int(value)


def _custom(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _amount_of(value: Any) -> Any:
    """Return the composite of a custom amount; a blank clears both parts."""
    found = amount_of(value) if isinstance(value, str) else None
    return {"amountMicros": found[0], "currencyCode": found[1]} if found else {"amountMicros": None, "currencyCode": ""}


def _same(wanted: Any, image: Any) -> bool:
    return _exact(wanted) == _exact(image)


SPECS = (
    TwentyType(name="NUMBER", icon="IconNumber123", valid=number, same=_same, form=number_form, custom=_custom),
    TwentyType(name="NUMERIC", valid=number, same=_same, form=number_form),
    TwentyType(name="POSITION", form=number_form),
    TwentyType(name="RATING", form=as_is),
    TwentyType(name="BOOLEAN", icon="IconToggleRight", valid=_boolean, form=as_is),
    TwentyType(
        name="CURRENCY",
        icon="IconCoins",
        valid=_money,
        same=lambda wanted, image: _amount(wanted) == _amount(image),
        parts={"amountMicros": _whole, "currencyCode": as_is},
        custom=_amount_of,
        says=("amountMicros",),
    ),
)
