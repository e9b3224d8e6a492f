"""Composite fields: their parts, what each part takes, and what sending some of the parts does to the others.

A reader gives the parts to write, a dict; parts that it leaves out keep their stored value. The effect of null and missing
parts differs
from type to type (cassettes ``patch-composite-part``, ``patch-values``, ``values-*``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.values import jsontext
from rehearsal.values.errors import ApiError, invalid_value, type_error
from rehearsal.values.inspection import inspect
from rehearsal.values.links import read_links
from rehearsal.values.phones import read_phone
from rehearsal.values.richtext import blocks_of, markdown_of
from rehearsal.values.values import ValueReader, json_reader, loose_number, parsed_json, select_reader, text_reader, uuid_reader

ACTOR_SOURCES = ("EMAIL", "CALENDAR", "WORKFLOW", "AGENT", "API", "IMPORT", "MANUAL", "SYSTEM", "WEBHOOK", "APPLICATION")

Parts = dict[str, Any]

_BAD_RICH_TEXT = "Invalid value for rich text."
_EMAIL = re.compile(r'[^\s@"]{1,64}@[^\s@]{1,255}\Z')


@dataclass(frozen=True, kw_only=True)
class Composite:
    """A composite type.

    Attributes:
        word: what messages call it.
        empty: its parts without values, in the order of the server's answers.
        kinds: simple type of each part, for filters and for ordering.
        unique: the parts that make its value unique.
        reader: makes the reader of a field.
    """

    word: str
    empty: Parts
    kinds: dict[str, str]
    unique: tuple[str, ...]
    reader: Callable[[str], ValueReader]


def _object(value: Any, path: str, composite: Composite) -> Parts:
    """Return the parts sent, as a dict with known keys. Lists and texts count as objects whose keys are positions."""
    parsed_json(value, path)
    if isinstance(value, list | str):
        value = {str(i): item for i, item in enumerate(value)}
    for part in value:
        if part not in composite.empty:
            shown = f"'{part}'" if composite.word == "rich text" else part
            message = f'Invalid subfield {shown} for {composite.word} field "{path}"'
            raise invalid_value(message, f"Invalid value for {composite.word}.")
    parts: Parts = value
    return parts


def _full_name(path: str) -> ValueReader:
    readers = {part: text_reader(f"{path}.{part}") for part in FULL_NAME.empty}

    def read(value: Any) -> Parts:
        return {} if value is None else {part: readers[part](v) for part, v in _object(value, path, FULL_NAME).items()}

    return read


def _address(path: str) -> ValueReader:
    """Read an address: parts are merged; coordinates are made numbers."""
    readers = {part: text_reader(f"{path}.{part}") for part, kind in ADDRESS.kinds.items() if kind == "TEXT"}

    def read(value: Any) -> Parts:
        parts = {}
        for part, v in _object({} if value is None else value, path, ADDRESS).items():
            if part in readers:
                parts[part] = readers[part](v)
            else:
                parts[part] = None if v is None else loose_number(v, f"{path}.{part}")
        return parts

    return read


def _currency(path: str) -> ValueReader:
    """Read an amount: micros are cut to whole numbers; an empty code is none (cassette ``values-currency``)."""
    code = text_reader(f"{path}.currencyCode")

    def read(value: Any) -> Parts:
        parts: Parts = {}
        for part, v in _object({} if value is None else value, path, CURRENCY).items():
            if part == "currencyCode":
                parts[part] = code(v) or None
            else:
                parts[part] = None if v is None else _whole(loose_number(v, f"{path}.{part}"))
        return parts

    return read


def _whole(number: float) -> float | int:
    """Read a number without its fraction; beyond 64 bits it stays a double, as in JavaScript."""
    return int(number) if abs(number) < 2**63 else number


def _emails(path: str) -> ValueReader:
    """Read addresses, which are lower-cased; without ``primaryEmail`` the primary one is cleared, without
    ``additionalEmails`` those stay.
    """

    def address(value: Any, part: str) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not _EMAIL.match(value):
            raise invalid_value(
                f'Invalid string value {inspect(value)} for email field "{path}.{part}"', f'Invalid value: "{inspect(value)}"'
            )
        return value.lower()

    def additional(value: Any) -> list[str]:
        if value is None:
            return []
        if isinstance(value, str):
            _json_text(address(value, "additionalEmails"))  # an address, but no JSON: the database refuses it
        if not isinstance(value, list) or None in value:
            shown = inspect(value)
            raise invalid_value(
                f'Invalid value {shown} for field "{path}.additionalEmails - Array values need to be string"',
                f'Invalid value: "{shown}"',
            )
        return [address(item, "additionalEmails") for item in value]

    def read(value: Any) -> Parts:
        if value is None:
            return {}
        sent = _object(value, path, EMAILS)
        parts: Parts = {"primaryEmail": address(sent.get("primaryEmail"), "primaryEmail")}
        if "additionalEmails" in sent:
            parts["additionalEmails"] = additional(sent["additionalEmails"])
        return parts

    return read


def _json_text(text: str) -> Any:
    try:
        return jsontext.parse(text)
    except jsontext.JsonSyntaxError as error:
        raise ApiError(str(error), error="SyntaxError", graphql_code="INTERNAL_SERVER_ERROR") from error


def _phones(path: str) -> ValueReader:
    """Read numbers. Without ``additionalPhones`` those are cleared; without the number it stays, and an empty number leaves
    the codes.
    """

    def additional(value: Any) -> list[Parts]:
        entries = None if value is None else parsed_json(value, f"{path}.additionalPhones")
        if not isinstance(entries, list):
            return []
        phones: list[Parts] = []
        for entry in entries:
            if not isinstance(entry, dict):
                phones.append({})
                continue
            number, country, code = read_phone(entry.get("number"), entry.get("countryCode"), entry.get("callingCode"), path)
            phones.append({"number": number, "callingCode": code, "countryCode": country})
        return phones

    def read(value: Any) -> Parts:
        if value is None:
            return {}
        sent = _object(value, path, PHONES)
        number, country, code = (
            sent.get(part) for part in ("primaryPhoneNumber", "primaryPhoneCountryCode", "primaryPhoneCallingCode")
        )
        read_number, read_country, read_code = read_phone(number, country, code, path)
        parts: Parts = {"additionalPhones": additional(sent.get("additionalPhones"))}
        if "primaryPhoneNumber" in sent:
            parts["primaryPhoneNumber"] = read_number
        if (number and read_country) or "primaryPhoneCountryCode" in sent:
            parts["primaryPhoneCountryCode"] = read_country
        if number or "primaryPhoneCallingCode" in sent:
            parts["primaryPhoneCallingCode"] = read_code
        return parts

    return read


def _links(path: str) -> ValueReader:
    url, label = text_reader(f"{path}.primaryLinkUrl"), text_reader(f"{path}.primaryLinkLabel")

    def read(value: Any) -> Parts:
        if value is None:
            return {}
        sent = _object(value, path, LINKS)
        secondary = sent.get("secondaryLinks")
        further = None if secondary is None else parsed_json(secondary, f"{path}.secondaryLinks")
        return read_links(url(sent.get("primaryLinkUrl")), label(sent.get("primaryLinkLabel")), further)

    return read


def _rich_text(path: str) -> ValueReader:
    """Read a rich text: Markdown makes blocks, blocks make Markdown; both are kept as sent (cassette ``values-rich-text``)."""
    text = {part: text_reader(f"{path}.{part}") for part in ("markdown", "blocknote")}

    def read(value: Any) -> Parts:
        if value is None:
            raise type_error("Cannot read properties of null (reading 'blocknote')")
        sent = _object(value, path, RICH_TEXT)
        markdown, blocknote = text["markdown"](sent.get("markdown")), text["blocknote"](sent.get("blocknote"))
        if blocknote:
            try:
                blocks = jsontext.parse(blocknote)
            except jsontext.JsonSyntaxError as error:
                raise invalid_value(
                    f'Invalid blocknote value for field "{path}.blocknote" - must contain valid JSON', _BAD_RICH_TEXT
                ) from error
            if not isinstance(blocks, list):
                raise invalid_value(
                    f'Invalid blocknote value for field "{path}.blocknote" - must be a JSON array of blocks', _BAD_RICH_TEXT
                )
            return {"blocknote": blocknote, "markdown": markdown or markdown_of(blocks)}
        return {"blocknote": blocks_of(markdown) if markdown else None, "markdown": markdown}

    return read


def _actor(path: str) -> ValueReader:
    readers: dict[str, ValueReader] = {
        "source": select_reader(f"{path}.source", ACTOR_SOURCES),
        "workspaceMemberId": uuid_reader(f"{path}.workspaceMemberId"),
        "name": text_reader(f"{path}.name"),
        "context": json_reader(f"{path}.context"),
    }

    def read(value: Any) -> Parts:
        return {} if value is None else {part: readers[part](v) for part, v in _object(value, path, ACTOR).items()}

    return read


FULL_NAME = Composite(
    word="full name",
    empty={"firstName": "", "lastName": ""},
    kinds={"firstName": "TEXT", "lastName": "TEXT"},
    unique=("firstName", "lastName"),
    reader=_full_name,
)
ADDRESS = Composite(
    word="address",
    empty=dict.fromkeys(
        ("addressStreet1", "addressStreet2", "addressCity", "addressPostcode", "addressState", "addressCountry"), ""
    )
    | {"addressLat": None, "addressLng": None},
    kinds=dict.fromkeys(
        ("addressStreet1", "addressStreet2", "addressCity", "addressPostcode", "addressState", "addressCountry"), "TEXT"
    )
    | {"addressLat": "NUMERIC", "addressLng": "NUMERIC"},
    unique=("addressStreet1", "addressStreet2", "addressCity", "addressPostcode", "addressState", "addressCountry"),
    reader=_address,
)
CURRENCY = Composite(
    word="currency",
    empty={"amountMicros": None, "currencyCode": None},
    kinds={"amountMicros": "NUMERIC", "currencyCode": "TEXT"},
    unique=("amountMicros", "currencyCode"),
    reader=_currency,
)
EMAILS = Composite(
    word="emails",
    empty={"primaryEmail": "", "additionalEmails": []},
    kinds={"primaryEmail": "TEXT", "additionalEmails": "RAW_JSON"},
    unique=("primaryEmail",),
    reader=_emails,
)
PHONES = Composite(
    word="phones",
    empty={"primaryPhoneNumber": "", "primaryPhoneCountryCode": "", "primaryPhoneCallingCode": "", "additionalPhones": []},
    kinds={
        "primaryPhoneNumber": "TEXT",
        "primaryPhoneCountryCode": "TEXT",
        "primaryPhoneCallingCode": "TEXT",
        "additionalPhones": "RAW_JSON",
    },
    unique=("primaryPhoneNumber",),
    reader=_phones,
)
LINKS = Composite(
    word="links",
    empty={"primaryLinkLabel": "", "primaryLinkUrl": "", "secondaryLinks": []},
    kinds={"primaryLinkLabel": "TEXT", "primaryLinkUrl": "TEXT", "secondaryLinks": "RAW_JSON"},
    unique=("primaryLinkUrl",),
    reader=_links,
)
RICH_TEXT = Composite(
    word="rich text",
    empty={"blocknote": None, "markdown": ""},
    kinds={"blocknote": "TEXT", "markdown": "TEXT"},
    unique=("markdown",),
    reader=_rich_text,
)
ACTOR = Composite(
    word="actor",
    empty={"source": "MANUAL", "workspaceMemberId": None, "name": "", "context": None},
    kinds={"source": "SELECT", "workspaceMemberId": "UUID", "name": "TEXT", "context": "RAW_JSON"},
    unique=("source",),
    reader=_actor,
)

COMPOSITES: dict[str, Composite] = {
    "FULL_NAME": FULL_NAME,
    "ADDRESS": ADDRESS,
    "CURRENCY": CURRENCY,
    "EMAILS": EMAILS,
    "PHONES": PHONES,
    "LINKS": LINKS,
    "RICH_TEXT": RICH_TEXT,
    "ACTOR": ACTOR,
}
