"""Meaning of an HTTP answer of Twenty: its payload, or one of our errors.

REST says errors by status and `messages`; GraphQL answers 200 with `errors[]` (cassettes `bad-record-in-batch`,
`graphql-errors`, `rate-limit`, `auth-errors`, `batch-limits`, `metadata-field-errors`). A refusal for the rate limit or an
allowance (see `allowances`) is looked for first: it says nothing about the record.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson

from consumers.twenty.transport.allowances import LIMITED, exhausted, rate_limited
from consumers.twenty.transport.calls import Call
from consumers.twenty.transport.errors import (
    NotFound,
    OutcomeUnknown,
    Refusal,
    Refused,
    ServerFault,
    TwentyError,
    Unauthorised,
    UnexpectedAnswer,
)
from consumers.twenty.transport.rate_headers import retry_after
from events.errors import Effect

_FIELD = re.compile(r"""field "([A-Za-z][A-Za-z0-9]*)|any "([A-Za-z][A-Za-z0-9]*)" field""")

# Twenty's words for a refusal, in the order they are tried. The second value: it came from the database, so that a refused
# upsert may have kept its updates (cassette `upsert-partly-failing`).
_WORDS: tuple[tuple[str, Refusal, bool], ...] = (
    ("A duplicate entry was detected", Refusal.DUPLICATE, True),
    ("Multiple records found with the same unique field values", Refusal.DUPLICATE, False),
    ("is already associated with a permanent files field", Refusal.DUPLICATE, False),
    ("violates foreign key constraint", Refusal.MISSING_RELATION, True),
    ("File not found", Refusal.MISSING_RELATION, False),
    ("Expected 1 record to connect", Refusal.MISSING_RELATION, False),
    ("Maximum number of records", Refusal.LIMIT, False),
    ("request entity too large", Refusal.TOO_LARGE, False),
    ("File truncated as it exceeds", Refusal.TOO_LARGE, False),  # the words of the upload library that Twenty uses
    ("Invalid file size", Refusal.TOO_LARGE, False),
    ("File content does not match its extension", Refusal.VALUE, False),
    ("has not been uploaded to storage yet", Refusal.NOT_FOUND, False),
    ("bytes in storage but", Refusal.NOT_FOUND, False),
    ("doesn't have any", Refusal.UNKNOWN_FIELD, False),
    ("object '", Refusal.UNKNOWN_OBJECT, False),
    ("Cannot query field", Refusal.UNKNOWN_OBJECT, False),
    ("Unknown type", Refusal.UNKNOWN_OBJECT, False),
    ("does not have permission", Refusal.PERMISSION, False),
    ("null value in column", Refusal.VALUE, True),
    ("Data validation error", Refusal.VALUE, True),
    ("nvalid", Refusal.VALUE, False),
    ("not valid", Refusal.VALUE, False),
    ("not a valid", Refusal.VALUE, False),
    ("does not support write operations", Refusal.VALUE, False),
    ("Max number of files", Refusal.VALUE, False),
)

_NEXT = {
    Refusal.DUPLICATE: "another record holds its id or a unique value; read that one back, soft-deleted ones included",
    Refusal.VALUE: "a value is not in a form that Twenty takes",
    Refusal.MISSING_RELATION: "it points to a record that is not there; write that one first",
    Refusal.UNKNOWN_FIELD: "the workspace lacks a field; run `cutover schema plan`",
    Refusal.UNKNOWN_OBJECT: "the workspace lacks an object; run `cutover schema plan`",
    Refusal.LIMIT: "there are more records than Twenty takes in one request; send fewer at once",
    Refusal.TOO_LARGE: "it is larger than Twenty takes in one request; send less at once",
    Refusal.PERMISSION: "the API key's role may not do this; give it a role that may",
    Refusal.NOT_FOUND: "it is not there any more",
    Refusal.SCHEMA: "the data model does not allow it; see its words",
    Refusal.OTHER: "see its words",
}

_CAPPED = "x-twenty-fields-capped"


class Capped(dict[str, Any]):
    """A good answer from which the server left fields out: a record has more than a newer Twenty answers with over REST
    (`X-Twenty-Fields-Capped`, `api/rest/core/constants`). Never an image.
    """


_GONE = {"NOT_FOUND", "RECORD_NOT_FOUND", "ENTITY_NOT_FOUND", "OBJECT_METADATA_NOT_FOUND", "FIELD_METADATA_NOT_FOUND"}
_LOCKED_OUT = {"UNAUTHENTICATED", "FORBIDDEN"}
_MODEL = {"METADATA_VALIDATION_ERROR", "METADATA_VALIDATION_FAILED", "FIELD_MUTATION_NOT_ALLOWED"}


def payload(call: Call, response: httpx.Response) -> Any:
    """Return the decoded body of a good answer. Raises the error that any other answer stands for."""
    status = response.status_code
    if call.content and 200 <= status < 300:
        return {}  # a store of files answers with a status alone
    body = _decoded(response)
    if call.graphql and isinstance(body, dict) and body.get("errors"):
        raise _of_roots(call, _graphql_error(call, response, body["errors"]), body["errors"], begun="data" in body)
    if 200 <= status < 300 and isinstance(body, dict):
        return Capped(body) if response.headers.get(_CAPPED, "false").lower() not in ("false", "0") else body
    if 200 <= status < 300 and "json" in response.headers.get("content-type", ""):
        raise _fault(call, "a broken answer", "")
    if call.content and status in (408, 429):
        raise _fault(call, f"HTTP {status}", "")
    if status >= 400 and (used_up := _used_up(call, response, body)) is not None:
        raise used_up
    if call.content and status < 500:
        kind = Refusal.TOO_LARGE if status == 413 else Refusal.OTHER
        raise refusal(call, kind, detail=_words(body) or response.text[:500], codes=f"HTTP {status}")
    if 400 <= status < 500 or (status >= 500 and _is_a_refusal(body)):
        raise _rest_error(call, status, body)
    if status >= 500:
        raise _fault(call, f"HTTP {status}", _words(body))
    raise _unexpected(call, status)


def refusal(call: Call, kind: Refusal, *, detail: str = "", codes: str = "", database: bool = False) -> Refused:
    """Return a refusal in our words: what was refused, the reason code, the next step."""
    message = f"Twenty refused to {call.purpose} ({kind.value}{', ' + codes if codes else ''}): {_NEXT[kind]}"
    if kind is Refusal.NOT_FOUND:
        return NotFound(message, detail=detail)
    outcome = Effect.UNKNOWN if call.upsert and database else Effect.NOT_APPLIED
    error = Refused(message, kind=kind, detail=detail, outcome=outcome)
    field = _FIELD.search(detail)
    error.field = (field.group(1) or field.group(2)) if field else None
    return error


def unknown(call: Call, what: str, detail: str = "") -> OutcomeUnknown:
    """Return the error of a write whose answer was lost."""
    message = f"no usable answer to the request to {call.purpose} ({what}): read back before writing again"
    return OutcomeUnknown(message, detail=detail)


def _rest_error(call: Call, status: int, body: Any) -> TwentyError:
    words = _words(body)
    codes = set(_codes(body))
    if codes & _MODEL or words.startswith("Migration action"):
        shown = ", ".join(sorted(codes - _MODEL)) or f"HTTP {status}"
        return refusal(call, Refusal.SCHEMA, detail=words, codes=shown)
    if status in (401, 403):
        return _locked_out(call, f"HTTP {status}", words)
    if status == 404:
        if isinstance(body, dict) and not words.startswith("Cannot "):
            return refusal(call, Refusal.NOT_FOUND, detail=words)
        return _unexpected(call, status)
    if status == 413:
        return refusal(call, Refusal.TOO_LARGE, detail=words)
    kind, database = _kind(words)
    if kind is Refusal.OTHER and _is_a_fault(words):
        return _fault(call, f"HTTP {status}", words)
    return refusal(call, kind, detail=words, codes=f"HTTP {status}", database=database)


def _graphql_error(call: Call, response: httpx.Response, errors: Any) -> TwentyError:
    status = response.status_code
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    words = "; ".join(str(error.get("message", "")) for error in listed)
    codes = {str(code) for error in listed for code in _extension_codes(error)}
    details = _limit_named(listed)
    if codes & LIMITED or status == 429:
        return rate_limited(words, details, retry_after(response.headers, time.time()))
    if (used_up := exhausted(codes, details, words, call.purpose, status)) is not None:
        return used_up
    if codes & _LOCKED_OUT:
        return _locked_out(call, ", ".join(sorted(codes & _LOCKED_OUT)), words)
    if codes & _MODEL:
        return refusal(call, Refusal.SCHEMA, detail="; ".join([words, *_nested_words(listed)]))
    if codes & _GONE:
        return refusal(call, Refusal.NOT_FOUND, detail=words)
    kind, database = _kind(words)
    if kind is Refusal.OTHER and ("INTERNAL_SERVER_ERROR" in codes or _is_a_fault(words)):
        return _fault(call, "INTERNAL_SERVER_ERROR", words)
    error = refusal(call, kind, detail=words, codes=f"HTTP {status}" if status != 200 else "", database=database)
    for one in listed:
        held_by = (one.get("extensions") or {}).get("conflictingRecordId")
        error.conflicting_id = held_by if isinstance(held_by, str) else error.conflicting_id
    return error


def _of_roots(call: Call, error: TwentyError, errors: Any, *, begun: bool) -> TwentyError:
    """Return the error with the names of the root fields that failed.

    Of several mutations those before the failed one are carried out: such a request must not be sent again as it is. `begun`
    says that the answer has `data`, if only null: the document was not refused as a whole.
    """
    listed = errors if isinstance(errors, list) else []
    paths = [error.get("path") for error in listed if isinstance(error, dict)]
    roots = tuple(str(path[0]) for path in paths if isinstance(path, list) and path)
    if roots and call.roots > 1 and error.retriable:
        error = unknown(call, type(error).__name__, error.detail)
    if not roots and call.roots > 1 and begun:
        error.outcome = Effect.UNKNOWN  # 2.21 names no root for METADATA_VALIDATION_FAILED: those before it are carried out
    error.roots = roots
    return error


def _fault(call: Call, what: str, words: str) -> TwentyError:
    if call.writes:
        return unknown(call, what, words)
    return ServerFault(f"Twenty failed to {call.purpose} ({what}): try again, or look at its log", detail=words)


def _locked_out(call: Call, what: str, words: str) -> Unauthorised:
    needed = "set CUTOVER_TWENTY__API_KEY to a valid key of a role that may"
    if "FORBIDDEN" in what:
        needed += "; `cutover schema role` with an administrator's key gives the role of this project its rights again"
    message = f"Twenty does not let this API key {call.purpose} ({what}): {needed}"
    return Unauthorised(message, detail=words)


def _unexpected(call: Call, status: int) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"the answer to the request to {call.purpose} (HTTP {status}) is not Twenty's: check [twenty] url",
        outcome=Effect.UNKNOWN if call.writes else Effect.NOT_APPLIED,
    )


def _used_up(call: Call, response: httpx.Response, body: Any) -> TwentyError | None:
    """Return the error of a REST answer that refuses for the rate limit or an allowance, and not for what was sent."""
    codes = set(_codes(body))
    details = body if isinstance(body, dict) else {}
    if response.status_code == 429 or codes & LIMITED:
        return rate_limited(_words(body), details, retry_after(response.headers, time.time()))
    return exhausted(codes, details, _words(body), call.purpose, response.status_code)


def _limit_named(errors: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the extensions of the first error that names a limit."""
    extensions = [one["extensions"] for one in errors if isinstance(one.get("extensions"), dict)]
    return next((one for one in extensions if "limitKind" in one or "retryAfterMs" in one), {})


def _kind(words: str) -> tuple[Refusal, bool]:
    for phrase, kind, database in _WORDS:
        if phrase in words:
            return kind, database
    return Refusal.OTHER, False


def _is_a_refusal(body: Any) -> bool:
    """Return whether an answer is a refusal: some refusals come as HTTP 500: too large a body, a NUL in a text, an index
    over duplicates.
    """
    words = _words(body)
    return words.startswith(("request entity too large", "Data validation error", "Migration action"))


def _is_a_fault(words: str) -> bool:
    """Return whether an answer is a fault: the database's troubles reach us as refusals too; they say nothing about the
    record.
    """
    return any(
        phrase in words.lower() for phrase in ("timeout", "timed out", "deadlock", "connection terminated", "too many clients")
    )


def _decoded(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        text = response.text
        return text if "request entity too large" in text else None


def _words(body: Any) -> str:
    """Return all messages of a REST error, those nested in a data model's refusal included."""
    if isinstance(body, str):
        return body
    if not isinstance(body, dict):
        return ""
    found = body.get("messages", body.get("message", ""))
    listed = [str(one) for one in found] if isinstance(found, list) else [str(found)]
    return "; ".join([*listed, *_nested_words(body.get("errors"))])


def _nested_words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("message"), str) and "code" in value:
            yield value["message"]
        for inner in value.values():
            yield from _nested_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nested_words(inner)


def _codes(value: Any) -> Iterator[str]:
    """Yield every `code` of a REST error, and its `error` name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("code", "error") and isinstance(inner, str):
                if inner.isupper():
                    yield inner
            else:
                yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)


def _extension_codes(error: dict[str, Any]) -> Iterator[str]:
    extensions = error.get("extensions")
    if isinstance(extensions, dict):
        for key in ("code", "subCode"):
            if isinstance(extensions.get(key), str):
                yield extensions[key]
