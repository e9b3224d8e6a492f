"""The values of a desired record held against the workspace's data model, before they are sent. Pure.

Twenty refuses a whole batch for one value. A value that it would refuse costs the value, never the record: it is left blank and
reported with a reason code. The rules are those of the recordings (cassettes values-text, values-emails, values-phones,
values-dates, values-number-boolean, values-currency, values-select, values-relation, values-rich-text).
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from projections.desired import Context, Desired, LostValue, Projected

MISSING_FIELD = "missing_field"
INVALID_EMAIL = "invalid_email"
INVALID_PHONE = "invalid_phone"
INVALID_DATE = "invalid_date"
INVALID_DATE_TIME = "invalid_date_time"
INVALID_NUMBER = "invalid_number"
INVALID_MONEY = "invalid_money"
INVALID_BOOLEAN = "invalid_boolean"
INVALID_TEXT = "invalid_text"
INVALID_RELATION = "invalid_relation"
UNKNOWN_OPTION = "unknown_option"

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EMAIL = re.compile(r"""[^\s@"(),:;<>\[\\\]]{1,64}@[^\s@"(),:;<>\[\\\]]+""")
_LONGEST_EMAIL = 254
_PHONE = re.compile(r"\+\d{3,20}")
_BIGGEST = 2**63 - 1
_IDENTITY = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_COORDINATES = frozenset({"addressLat", "addressLng"})
_NOT_NULL = frozenset({"RICH_TEXT", "RICH_TEXT_V2"})

Held = tuple[Any, str | None]
"""A value as it can be sent, and why it is not what was wanted (None: it is)."""


def valid(projected: Projected, context: Context) -> Projected:
    """The same records with values that the workspace takes; what was lost is added."""
    records: list[Desired] = []
    lost: list[LostValue] = [*projected.lost]
    for desired in projected.records:
        held = _held(desired, context, lost)
        records.append(desired if held is None else replace(desired, values=held))
    if len(lost) == len(projected.lost) and all(map(operator.is_, records, projected.records)):
        return projected
    return replace(projected, records=tuple(records), lost=tuple(lost))


def _held(desired: Desired, context: Context, lost: list[LostValue]) -> dict[str, Any] | None:
    """The values as they can be sent; None where all are sent as they are."""
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
        rule = _RULES.get(kind)
        if rule is None or (value is None and kind not in _NOT_NULL):
            continue
        if kind == "SELECT":
            held, reason = _option(value, context.options.get((plural, name), {}).values())
        else:
            held, reason = rule(value)
        if held is not value:
            changed[name] = held
        if reason is not None:
            lost.append(LostValue(object=desired.object, field=name, reason=reason))
    lost += [LostValue(object=desired.object, field=name, reason=MISSING_FIELD) for name in absent]
    if not (changed or absent):
        return None
    return {name: changed.get(name, value) for name, value in desired.values.items() if name not in absent}


def _text(value: Any) -> Held:
    """PostgreSQL stores no NUL, JSON no half of a character; what else a text may hold is kept as it is."""
    if not isinstance(value, str):
        return "", INVALID_TEXT
    clean = _UNSTORABLE.sub("", value) if _UNSTORABLE.search(value) else value
    return clean, None if clean == value else INVALID_TEXT


def _parts(*known: str) -> Callable[[Any], Held]:
    """The rule of a composite: each part on its own, texts as texts."""
    names = frozenset(known)

    def held(value: Any) -> Held:
        if isinstance(value, dict) and value.keys() <= names and all(map(_is_storable, value.values())):
            return value, None  # as nearly all are
        if not isinstance(value, Mapping):
            return dict.fromkeys(known, ""), INVALID_TEXT
        texts = {
            part: _text(text) if part not in _COORDINATES else _number(text) for part, text in value.items() if text is not None
        }
        reason = next((why for _, why in texts.values() if why), None)
        if reason is None and not value.keys() - set(known) - _COORDINATES:
            return value, None
        return {part: text for part, (text, _) in texts.items() if part in known or part in _COORDINATES}, INVALID_TEXT

    return held


def _is_storable(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not _UNSTORABLE.search(value))


def _json(value: Any) -> Held:
    if not isinstance(value, list | Mapping):
        return None, INVALID_TEXT
    clean = _clean(value)
    return (value, None) if clean == value else (clean, INVALID_TEXT)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)[0]
    if isinstance(value, Mapping):
        return {_text(str(key))[0]: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def _emails(value: Any) -> Held:
    if not isinstance(value, Mapping):
        return None, INVALID_EMAIL
    primary, more = value.get("primaryEmail") or "", value.get("additionalEmails") or []
    good = [mail for mail in more if is_email(mail)]
    known = value.keys() <= {"primaryEmail", "additionalEmails"}
    if known and (not primary or is_email(primary)) and len(good) == len(more):
        return value, None
    return {"primaryEmail": primary if is_email(primary) else "", "additionalEmails": good}, INVALID_EMAIL


def is_email(mail: Any) -> bool:
    """Whether Twenty takes this as an e-mail address (cassette values-emails)."""
    return isinstance(mail, str) and len(mail) <= _LONGEST_EMAIL and _EMAIL.fullmatch(mail) is not None


def _phones(value: Any) -> Held:
    """International numbers alone: Twenty guesses nothing of a national one (cassette values-phones)."""
    if not isinstance(value, Mapping):
        return None, INVALID_PHONE
    primary, more = value.get("primaryPhoneNumber") or "", value.get("additionalPhones") or []
    # the number says its country: what is said besides can only contradict it
    good = [{"number": one["number"]} for one in more if isinstance(one, Mapping) and _is_phone(one.get("number"))]
    if (not primary or _is_phone(primary)) and len(good) == len(more):
        plain = value.keys() <= {"primaryPhoneNumber", "additionalPhones"} and good == list(more)
        if plain or not primary:
            return value, None
        return {"primaryPhoneNumber": primary, "additionalPhones": good}, None
    if _is_phone(primary):
        return {"primaryPhoneNumber": primary, "additionalPhones": good}, INVALID_PHONE
    codes = {"primaryPhoneCountryCode": "", "primaryPhoneCallingCode": ""}
    if not good:
        return {"primaryPhoneNumber": "", **codes, "additionalPhones": []}, INVALID_PHONE
    return {"primaryPhoneNumber": good[0]["number"], "additionalPhones": good[1:]}, INVALID_PHONE


def _is_phone(number: Any) -> bool:
    return isinstance(number, str) and _PHONE.fullmatch(number) is not None


def _money(value: Any) -> Held:
    if isinstance(value, Mapping) and value.keys() <= {"amountMicros", "currencyCode"}:
        micros, code = value.get("amountMicros"), value.get("currencyCode")
        whole = isinstance(micros, int) and not isinstance(micros, bool) and abs(micros) <= _BIGGEST
        if (micros is None or whole) and (code is None or isinstance(code, str)):
            return value, None
    return {"amountMicros": None, "currencyCode": ""}, INVALID_MONEY


def _number(value: Any) -> Held:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return (value, None) if fits else (None, INVALID_NUMBER)


def _boolean(value: Any) -> Held:
    return (value, None) if isinstance(value, bool) else (None, INVALID_BOOLEAN)


def _day(value: Any) -> Held:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return None, INVALID_DATE
    return (value, None) if len(value) == len("2025-03-09") else (None, INVALID_DATE)


def _moment(value: Any) -> Held:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None, INVALID_DATE_TIME
    return value, None


def _relation(value: Any) -> Held:
    if isinstance(value, str) and _IDENTITY.fullmatch(value):
        return value, None
    try:
        UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None, INVALID_RELATION
    return value, None


def _option(value: Any, options: Collection[str]) -> Held:
    return (value, None) if not options or value in options else (None, UNKNOWN_OPTION)


_RULES: Mapping[str, Callable[[Any], Held]] = {
    "TEXT": _text,
    "FULL_NAME": _parts("firstName", "lastName"),
    "ADDRESS": _parts(*(f"address{part}" for part in ("Street1", "Street2", "City", "State", "Postcode", "Country"))),
    "RICH_TEXT": _parts("markdown"),
    "RICH_TEXT_V2": _parts("markdown"),
    "RAW_JSON": _json,
    "EMAILS": _emails,
    "PHONES": _phones,
    "CURRENCY": _money,
    "NUMBER": _number,
    "NUMERIC": _number,
    "BOOLEAN": _boolean,
    "DATE": _day,
    "DATE_TIME": _moment,
    "RELATION": _relation,
    "MORPH_RELATION": _relation,
    "UUID": _relation,
    "SELECT": _text,
}
