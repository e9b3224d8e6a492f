"""Troubles between the engine and Twenty: refusals, broken answers, answers that never come, writes that went half-way.

A trouble is given the request and what carries it out (perhaps another request in its place), and answers or raises.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

import httpx
import orjson

CarryOut = Callable[..., httpx.Response]
Strike = Callable[[httpx.Request, CarryOut], httpx.Response]

_JSON = {"content-type": "application/json; charset=utf-8"}


def _refusal(status: int, error: str, message: str, **headers: str) -> Strike:
    body = orjson.dumps({"statusCode": status, "error": error, "messages": [message]})
    return lambda _request, _carry_out: httpx.Response(status, headers={**_JSON, **headers}, content=body)


def _page(status: int, **headers: str) -> Strike:
    content = f"<html><body><center><h1>{status}</h1></center></body></html>".encode()
    return lambda _request, _carry_out: httpx.Response(
        status, headers={"content-type": "text/html", **headers}, content=content
    )


def _silent_before(request: httpx.Request, _carry_out: CarryOut) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def _silent_after(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    carry_out()
    raise httpx.ReadTimeout("no answer", request=request)


def _reset(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    carry_out()
    raise httpx.ReadError("connection reset", request=request)


def _truncated(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    carry_out()
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body", request=request)


def _half_a_document(_request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    answer = carry_out()
    half = answer.content[: len(answer.content) // 2]
    return httpx.Response(answer.status_code, headers=_JSON, content=half)


def _gateway_after(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    carry_out()
    return _page(502)(request, carry_out)


def _partly(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    """Write half of a request's records were written when its connection broke."""
    half = _half(request)
    if half is not None:
        carry_out(half)
    raise httpx.ReadError("connection reset", request=request)


def _slow(_request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
    return carry_out()  # nobody waits here: a slow answer is an answer


TROUBLES: Mapping[str, Strike] = {
    "rate-limit": _refusal(429, "HttpException", "Limit reached (100 tokens per 60000 ms)"),
    "rate-limit-retry-after": _page(429, **{"retry-after": "1"}),
    "500": _refusal(500, "InternalServerErrorException", "Internal server error"),
    "502": _page(502),
    "503": _page(503),
    "timeout-before": _silent_before,
    "timeout-after": _silent_after,
    "reset": _reset,
    "slow": _slow,
    "truncated": _truncated,
    "half-a-document": _half_a_document,
    "gateway-after": _gateway_after,
    "partly": _partly,
}
"""By the names of `rehearsal.server.faults`, and some more."""
OF_RECORDS = frozenset({"batch-refused", "field-removed"})
"""Kinds of the rehearsal's that strike records, not requests."""


def at(position: int, strike: Strike) -> Strike:
    """Strike the request at this position (from 0), and no other."""
    left = position

    def struck(request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
        nonlocal left
        left -= 1
        return strike(request, carry_out) if left == -1 else carry_out()

    return struck


class Counting:
    """Counts requests."""

    def __init__(self) -> None:
        self.count = 0

    def strike(self, _request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
        """Let it through."""
        self.count += 1
        return carry_out()


class UnknownOutcomes:
    """Loses the answer of every other write to records. `lost` counts what had become of it."""

    def __init__(self, chance: random.Random, lost: Counter[str], share: float = 0.5) -> None:
        self._chance, self._lost, self._share = chance, lost, share

    def strike(self, request: httpx.Request, carry_out: CarryOut) -> httpx.Response:
        """Lose it, perhaps."""
        if not writes(request) or self._chance.random() >= self._share:
            return carry_out()
        kind = self._chance.choice(("applied", "not applied", "partly applied"))
        self._lost[kind] += 1
        return {"applied": _silent_after, "not applied": _silent_before, "partly applied": _partly}[kind](request, carry_out)


def writes(request: httpx.Request) -> bool:
    """Return whether a request changes records."""
    if "metadata" in request.url.path or request.method in ("GET", "PUT"):
        return False
    return request.url.path != "/graphql" or orjson.loads(request.content)["query"].lstrip().startswith("mutation")


def _half(request: httpx.Request) -> httpx.Request | None:
    """Return the same request for half of its records; None where it is for one."""
    body = orjson.loads(request.content or b"null")
    if isinstance(body, list):
        part: object = body[: len(body) // 2]
    elif isinstance(body, dict) and isinstance(ids := body.get("variables", {}).get("f", {}).get("id", {}).get("in"), list):
        part = {**body, "variables": {**body["variables"], "f": {"id": {"in": ids[: len(ids) // 2]}}}}
        body = ids
    else:
        return None
    if len(body) < 2:
        return None
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
    return httpx.Request(request.method, request.url, headers=headers, content=orjson.dumps(part))
