"""Troubles of newer versions of Twenty: a throttled request, a workspace without room, an answer that lacks fields.

- ``rate-limited``: refused with ``RATE_LIMITED``, over GraphQL inside an HTTP 200, on every surface;
- ``quota``: refused because the month's requests are used up, over REST with 402;
- ``stock``: what would make a record or a file is refused, because the workspace is full;
- ``fields-capped``: carried out; the REST answer to a write holds half of the record's fields, and says so
  (``X-Twenty-Fields-Capped``).

The refusals are given before anything is carried out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rehearsal.values.errors import ApiError
from rehearsal.workspace.allowances import quota_exhausted, rate_limited, stock_exhausted

ALLOWANCE_KINDS = ("rate-limited", "quota", "stock", "fields-capped")
RETRY_AFTER_SECONDS = 0.05
_REFUSALS: dict[str, Callable[[], ApiError]] = {
    "rate-limited": lambda: rate_limited(100, RETRY_AFTER_SECONDS),
    "quota": quota_exhausted,
    "stock": stock_exhausted,
}
_JSON = (b"content-type", b"application/json; charset=utf-8")
_BODY = "rehearsal.body"


class _Picked(Protocol):
    """Questions asked of a fault; ``Fault`` answers them."""

    @property
    def kind(self) -> str: ...

    @property
    def rate(self) -> float: ...

    @property
    def at(self) -> int | None: ...


class Struck:
    """One fault of these kinds, and how many requests it could have struck."""

    def __init__(self, fault: _Picked, chance: random.Random) -> None:
        self._fault, self._random = fault, chance
        self.seen = 0
        self.has_struck = False

    def strikes(self, scope: Scope, path: str) -> bool:
        """Return whether to strike this request; its body was read by ``replayed``."""
        if not _ELIGIBLE[self._fault.kind](scope, path):
            return False
        self.seen += 1
        if self._fault.at is not None:
            self.has_struck |= self.seen == self._fault.at
            return self.seen == self._fault.at
        return self._random.random() < self._fault.rate

    async def answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or carry it out and leave fields out of the answer."""
        if self._fault.kind == "fields-capped":
            await _capped(app, scope, receive, send)
        else:
            await _refuse(_REFUSALS[self._fault.kind](), scope, send)


async def replayed(scope: Scope, receive: Receive) -> Receive:
    """Read the body of a request into ``scope``; gives a ``receive`` that tells it once more."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body.extend(message.get("body", b""))
        more = message.get("more_body", False)
    scope[_BODY] = bytes(body)
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return again


def _is_records(path: str) -> bool:
    return path.startswith("/rest/") and not path.startswith("/rest/metadata")


def _anything(scope: Scope, path: str) -> bool:
    return path in ("/graphql", "/metadata") or path.startswith("/rest/")


def _new(scope: Scope, path: str) -> bool:
    """Return whether it makes records or a file: updates pass, though they go the same way."""
    if path == "/metadata":
        return b"createFileUpload" in scope[_BODY] or b"uploadFilesFieldFile" in scope[_BODY]
    return _is_records(path) and scope["method"] == "POST" and b"upsert=true" not in scope.get("query_string", b"")


def _written(scope: Scope, path: str) -> bool:
    return _is_records(path) and scope["method"] in ("POST", "PATCH", "PUT")


_ELIGIBLE: dict[str, Callable[[Scope, str], bool]] = {
    "rate-limited": _anything,
    "quota": _anything,
    "stock": _new,
    "fields-capped": _written,
}


async def _refuse(error: ApiError, scope: Scope, send: Send) -> None:
    headers = [_JSON]
    if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/rest/"):
        status, body = error.status, error.rest_body()
        headers += [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    else:
        status, body = 200, {"errors": [{"message": error.message, "extensions": error.graphql_extensions()}], "data": None}
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})


async def _capped(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    start: Message = {}
    body = bytearray()

    async def collect(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, collect)
    answered = orjson.loads(body)
    if start["status"] >= 300 or not isinstance(answered.get("data"), dict):
        await send(start)
        await send({"type": "http.response.body", "body": bytes(body)})
        return
    shown = orjson.dumps({"data": {name: _halved(value) for name, value in answered["data"].items()}})
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    said = [(b"x-twenty-fields-capped", b"true"), (b"content-length", str(len(shown)).encode())]
    await send({**start, "headers": [*kept, *said]})
    await send({"type": "http.response.body", "body": shown})


def _halved(value: Any) -> Any:
    """Return a record, or each of several, with the first half of its fields: the practice's own come last."""
    if isinstance(value, list):
        return [_halved(one) for one in value]
    return dict(list(value.items())[: len(value) // 2]) if isinstance(value, dict) and "id" in value else value
