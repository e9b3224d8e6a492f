"""Values of settings: each function returns the value in its normal form, or raises ValueError with what to write instead."""

from __future__ import annotations

import difflib
import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from events.vocabulary.locations import location_key

DATA_FOLDER = ".cutover"
LOG_URL = f"sqlite:///{DATA_FOLDER}/log.db"
STATE_URL = f"sqlite:///{DATA_FOLDER}/state.db"
KEYS_URL = f"sqlite:///{DATA_FOLDER}/keys.db"


def valid_id(value: str) -> str:
    """Return a practice's id as it stands in every pbnId. Raises ValueError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise ValueError('must be lower-case letters, digits and dashes (at most 63), as in "riverside"')
    return value


def valid_field(value: str) -> str:
    """Return the name of a custom field; empty for none. Raise ValueError for any other text."""
    if value and not re.fullmatch(r"[a-z][A-Za-z0-9]*", value):
        raise ValueError('must be the name of a custom field as `cutover map show` has it, as in "location"')
    return value


def valid_folders(value: dict[str, str]) -> dict[str, str]:
    """Return the locations of folders. Raise ValueError for a folder with a path, and for a location without a name."""
    for folder, location in value.items():
        if not folder.strip() or "/" in folder or "\\" in folder:
            raise ValueError('must name folders without their path, as in { "north-*" = "North Office" }')
        if location_key(location, "") is None:
            raise ValueError('must give each folder the name of a location, as in { "north-*" = "North Office" }')
    return value


def valid_name(value: str) -> str:
    """Return a practice's name. Raises ValueError."""
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name on one line")
    return value.strip()


def valid_timezone(value: str) -> str:
    """Return the name of a time zone that this machine knows. Raises ValueError."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = available_timezones()
        folded = {zone.lower(): zone for zone in sorted(zones)}
        close = difflib.get_close_matches(value.replace(" ", "_").lower(), folded, n=1)
        hint = f'did you mean "{folded[close[0]]}"?' if close else 'give a name as in "America/New_York"'
        raise ValueError(f"there is no time zone of this name; {hint}") from None
    return value


def valid_currency(value: str) -> str:
    """Return an ISO 4217 code, in capitals. Raises ValueError."""
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError('must be the three letters of a currency, as in "USD"')
    return value.upper()


def valid_date_order(value: str) -> str:
    """Return the order of dates in the extracts: mdy, dmy or ymd. Raises ValueError."""
    if value.lower() not in ("mdy", "dmy", "ymd"):
        raise ValueError('must be "mdy", "dmy" or "ymd"')
    return value.lower()


def valid_decimal_mark(value: str) -> str:
    """Return the decimal mark of amounts in the extracts. Raises ValueError."""
    if value not in (".", ","):
        raise ValueError('must be "." or ","')
    return value


def valid_token_url(value: str) -> str:
    """Return the address of a token endpoint; only https, as a client's secret travels there. Raises ValueError."""
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"))
    if value and not (safe and parts.hostname and "@" not in parts.netloc):  # a client's secret travels there
        raise ValueError("must be the token endpoint's address as in https://HOST/token, without a user's name, or empty")
    return value


def valid_registry(value: str) -> str:
    """Return the address of a schema registry. Raises ValueError."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if value and (not usable or parts.query or parts.fragment):
        raise ValueError("must be the registry's address as in http://HOST:8081, without a user's name, or empty")
    return value.rstrip("/")


def valid_state_url(value: str) -> str:
    """Return the URL of the state's database. Raises ValueError."""
    return valid_database_url(
        value, ("sqlite", "postgresql+psycopg"), f"{STATE_URL} or postgresql+psycopg://USER@HOST/DATABASE"
    )


def valid_keys_url(value: str) -> str:
    """Return the URL of the key store's database. Raises ValueError."""
    return valid_database_url(value, ("sqlite", "postgresql+psycopg"), f"{KEYS_URL} or postgresql+psycopg://USER@HOST/DATABASE")


def valid_database_url(value: str, drivers: tuple[str, ...], form: str) -> str:
    """Return the URL of a database for one of these drivers; `form` is an example. Raises ValueError."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # their text repeats the URL, which may hold a password
        raise ValueError(f"must be a URL as in {form}") from None
    if url.drivername not in drivers:
        raise ValueError(f"must be a URL as in {form}")
    if url.drivername == "sqlite" and url.host:
        raise ValueError(f"needs three slashes before the file, as in {LOG_URL}")
    if url.drivername == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise ValueError("must name a file: a database in memory would be forgotten when the command ends")
    return value


def valid_workspace_url(value: str) -> str:
    """Return the address of a workspace, without a path of its API. Raises ValueError."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if value and (not usable or parts.query or parts.fragment):
        raise ValueError("must be the workspace's address as in https://crm.example.com")
    if value and parts.path.rstrip("/").endswith(("/rest", "/graphql", "/metadata")):
        raise ValueError("must be the workspace's address alone, without /rest or /graphql")
    return value.rstrip("/")


def valid_notice_url(value: str) -> str:
    """Return the address that notices are sent to: https, or http on this machine. Raises ValueError."""
    parts = urlsplit(value)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if value and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here))):
        raise ValueError("must be an https address, as in https://hooks.example.com/cutover")
    return value


def valid_email(value: str) -> str:
    """Return a member's e-mail address, or an empty text. Raises ValueError."""
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError('must be the e-mail of a member, or empty ("")')
    return value


def valid_person(value: str) -> str:
    """Return a person's name without blanks around it, or an empty text. Raises ValueError."""
    if len(value.split("\n")) > 1:
        raise ValueError("must be a name in one line")
    return value.strip()


def valid_number(value: object) -> object:
    """Return a number; true and false are none. Raises ValueError."""
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def valid_path(value: object) -> object:
    """Return a path, and refuse a key that stands where its file's path belongs. Raises ValueError."""
    if isinstance(value, str) and (not value.strip() or "\0" in value):
        raise ValueError("must be a path; leave the key out where there is no such file")
    if isinstance(value, str) and re.match(r"eyJ|[0-9a-fA-F]{64}$", value):
        raise ValueError("must be the path of a file that holds the key, not the key itself; move the key into a file")
    return value
