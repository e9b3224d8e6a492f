"""Values that each simple type of field takes, and their stored form (cassettes ``values-*``, ``metadata-field-types``).

Stored values are in the form the server answers with: an empty text is ``""`` and stands for no value, lists are lists,
moments are
text. A reader gets the field's name and what was sent, and gives the stored value or raises ``ApiError``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import orjson

from rehearsal.values.dates import read_date, read_date_time
from rehearsal.values.errors import ApiError, coded, data_validation, invalid_value
from rehearsal.values.inspection import inspect
from rehearsal.values.uuids import is_uuid

ValueReader = Callable[[Any], Any]
_EXACT = 2**53  # JavaScript's numbers are exact up to here


def text_reader(path: str) -> ValueReader:
    """Return the reader of TEXT: any text; null is the empty one. A NUL is refused by the database (cassette
    ``values-text``).
    """

    def read(value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise invalid_value(
                f'Invalid string value {inspect(value)} for text field "{path}"', f'Invalid value: "{inspect(value)}"'
            )
        if "\x00" in value:
            raise data_validation()
        return value

    return read


def number_reader(path: str) -> ValueReader:
    """Return the reader of NUMBER: whole or decimal (cassette ``values-number-boolean``)."""

    def read(value: Any) -> float | int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise invalid_value(
                f'Invalid number value {inspect(value)} for field "{path}"', f'Invalid value for number: "{inspect(value)}"'
            )
        return as_double(value)

    return read


def as_double(value: float | int) -> float | int:
    """Return a number as JavaScript holds it: whole ones beyond 53 bits lose their last digits."""
    return int(float(value)) if isinstance(value, int) and abs(value) > _EXACT and abs(value) < 2**63 else value


def loose_number(value: Any, path: str) -> float | int:
    """Read a part of a composite, made a number as JavaScript does: ``"12.5"`` → 12.5, ``""`` and false → 0
    (cassette ``values-currency``).

    Raises:
        ApiError: it is none.
    """
    number = number_of(value)
    if math.isfinite(number):
        return as_double(number)
    shown = "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    raise invalid_value(f'Invalid number value {shown} for field "{path}"', f'Invalid value for number: "{shown}"')


def number_of(value: Any) -> float | int:
    """Return the number that JavaScript makes of a value; NaN where it makes none."""
    if isinstance(value, bool | int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, list):  # a list counts as its text
        return number_of("" if not value or value == [None] else value[0]) if len(value) < 2 else math.nan
    if not isinstance(value, str) or "_" in value:
        return math.nan
    text = value.strip()
    try:
        if text[:2].lower() in ("0x", "0o", "0b"):
            return int(text, 0)
        number = float(text) if text else 0
    except ValueError:
        return math.nan
    if math.isinf(number) and "Infinity" not in text and "e" not in text.lower():
        return math.nan
    return int(text) if text.lstrip("+-").isdigit() and abs(number) < _EXACT else number


def boolean_reader(path: str) -> ValueReader:
    """Return the reader of BOOLEAN."""

    def read(value: Any) -> bool | None:
        if value is not None and not isinstance(value, bool):
            raise invalid_value(
                f'Invalid boolean value {inspect(value)} for field "{path}"', f'Invalid value: "{inspect(value)}"'
            )
        return value

    return read


def date_reader(path: str) -> ValueReader:
    """Return the reader of DATE, stored as ``YYYY-MM-DD`` (cassette ``values-dates``)."""
    return _moment_reader(path, "DATE", read_date)


def date_time_reader(path: str) -> ValueReader:
    """Return the reader of DATE_TIME, stored in UTC with milliseconds (cassette ``values-dates``)."""
    return _moment_reader(path, "DATE_TIME", read_date_time)


def _moment_reader(path: str, kind: str, parse: Callable[[str], str]) -> ValueReader:
    def read(value: Any) -> str | None:
        return None if value is None else moment_or_refusal(value, path, kind, parse, invalid_value)

    return read


def moment_or_refusal(
    value: Any, path: str, kind: str, parse: Callable[[str], str], refuse: Callable[[str, str], ApiError]
) -> str:
    """Return a DATE or DATE_TIME as `parse` reads it; raises what `refuse` makes of Twenty's words where it cannot."""
    if isinstance(value, str):
        try:
            return parse(value)
        except ValueError:
            pass  # refused below, like everything that is no text
    word, form = ("date", "YYYY-MM-DD") if kind == "DATE" else ("date-time", "YYYY-MM-DDTHH:mm:ssZ")
    shown = inspect(value)
    raise refuse(
        f"Invalid value {shown} for {word} field \"{path}\". Expected format: '{form}'",
        f"Invalid value for {word}: \"{shown}\". Expected format: '{form}'",
    )


def uuid_reader(path: str) -> ValueReader:
    """Return the reader of UUID and join columns of relations (cassette ``values-relation``)."""

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if not is_uuid(value):
            raise invalid_value(
                f'Invalid UUID value {inspect(value)} for field "{path}"', f'Invalid value for UUID: "{inspect(value)}"'
            )
        return value.lower()

    return read


def id_reader(value: Any) -> str:
    """Read the record's own id (cassette ``create-one``); null is seen to by the table."""
    if value == "":
        return str(uuid_reader("id")(value))
    if not is_uuid(value):
        raise no_uuid(value)
    return value.lower()


def no_uuid(value: Any) -> ApiError:
    """Return the error for an id that is none."""
    shown = value if isinstance(value, str) else inspect(value)
    return coded(f'Value "{shown}" is not a valid UUID', "INVALID_QUERY_INPUT", "Invalid UUID format.")


def select_reader(path: str, allowed: tuple[str, ...]) -> ValueReader:
    """Return the reader of SELECT and RATING: the value of an option, as it is (cassette ``values-select``)."""
    known = frozenset(allowed)

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise invalid_value(
                f'Invalid string value {inspect(value)} for text field "{path}"', f'Invalid value: "{inspect(value)}"'
            )
        if value not in known:
            message = f'Invalid value "{value}" for field "{path}". Valid values are: {", ".join(allowed)}'
            raise invalid_value(message, f'Invalid value for field "{path}"')
        return value

    return read


def multi_select_reader(path: str, allowed: tuple[str, ...]) -> ValueReader:
    """Return the reader of MULTI_SELECT: option values in the order sent; a single text is a list of one."""
    known, texts = frozenset(allowed), array_reader(path)

    def read(value: Any) -> list[str]:
        values: list[str] = texts(value)
        if not known.issuperset(values):
            shown = inspect(value)
            raise invalid_value(
                f'Invalid value {shown} for multi select field "{path}"', f'Invalid value for multi-select: "{shown}"'
            )
        return values

    return read


def array_reader(path: str) -> ValueReader:
    """Return the reader of ARRAY of texts; a single text is a list of one."""

    def read(value: Any) -> list[str]:
        values = _as_list(value)
        if not isinstance(values, list) or any(not isinstance(v, str) for v in values):
            shown = inspect(value)
            raise invalid_value(
                f'Invalid value {shown} for field "{path} - Array values need to be string"', f'Invalid value: "{shown}"'
            )
        return values

    return read


def _as_list(value: Any) -> Any:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def json_reader(path: str) -> ValueReader:
    """Return the reader of RAW_JSON: an object or array, or any JSON text; an empty object or array that is no text is
    stored as null (cassette ``values-number-boolean``).
    """

    def read(value: Any) -> Any:
        if value is None:
            return None
        parsed = parsed_json(value, path)
        if "\\u0000" in json.dumps(parsed):
            raise data_validation()
        return parsed if isinstance(value, str) else parsed or None

    return read


def parsed_json(value: Any, path: str) -> Any:
    """Return an object, an array, or what a JSON text says.

    Raises:
        ApiError: a number, a boolean, or a text that is no JSON.
    """
    if isinstance(value, str):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            message = f'Invalid object value {inspect(value)} for field "{path}"'
            raise invalid_value(message, "Invalid value for JSON.") from error
    if not isinstance(value, dict | list):
        shown = inspect(value)
        raise invalid_value(f'Invalid object value {shown} for field "{path}"', f'Invalid value for JSON: "{shown}"')
    return value


def position_reader(path: str) -> ValueReader:
    """Return the reader of POSITION: a number, ``first`` or ``last``; the words are seen to when the record is written
    (cassette ``system-fields``).
    """

    def read(value: Any) -> Any:
        if value in ("first", "last") or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        shown = inspect(value)
        raise invalid_value(f'Invalid position value {shown} for field "{path}"', f'Invalid value for position: "{shown}"')

    return read


def refusing_reader(error: ApiError) -> ValueReader:
    """Return the reader of a key that is there but takes no values."""

    def read(value: Any) -> Any:
        raise ApiError(error.message, sub_code=error.sub_code, friendly=error.friendly)

    return read


READERS: dict[str, Callable[[str], ValueReader]] = {
    "TEXT": text_reader,
    "NUMBER": number_reader,
    "NUMERIC": number_reader,
    "BOOLEAN": boolean_reader,
    "DATE": date_reader,
    "DATE_TIME": date_time_reader,
    "UUID": uuid_reader,
    "ARRAY": array_reader,
    "RAW_JSON": json_reader,
    "POSITION": position_reader,
}
"""Field types whose reader needs nothing of the field but its path."""
