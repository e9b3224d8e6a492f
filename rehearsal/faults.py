"""Troubles on demand, to test how a client copes: refusals, broken answers, slowness; a share of the requests, picked by a
seeded generator.

``before`` means that the request was not carried out, ``after`` that it was and only the answer is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rehearsal.connections import break_connection

KINDS = ("rate-limit", "500", "502", "503", "timeout-before", "timeout-after", "reset", "slow", "truncated")
DEFAULT_RATE = 0.05
BURST = 5  # a client that ran into the rate limit runs into it again
TIMEOUT_SECONDS = 120.0
SLOW_SECONDS = 2.0

_STATUS_BODIES = {
    "500": {"statusCode": 500, "error": "InternalServerErrorException", "messages": ["Internal server error"]},
    "502": {"statusCode": 502, "error": "Bad Gateway", "messages": ["Bad Gateway"]},
    "503": {"statusCode": 503, "error": "Service Unavailable", "messages": ["Service Unavailable"]},
    "rate-limit": {"statusCode": 429, "error": "HttpException", "messages": ["Limit reached (100 tokens per 60000 ms)"]},
}


@dataclass(frozen=True)
class Fault:
    """A kind of trouble and the share of requests that it strikes."""

    kind: str
    rate: float = DEFAULT_RATE

    def __post_init__(self) -> None:
        """Raises ValueError: an unknown kind, or a rate that is no share."""
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault of kind {self.kind!r}; the kinds are {', '.join(KINDS)}.")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"The rate of fault {self.kind} is a share between 0 and 1, not {self.rate}.")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """A fault from ``KIND`` or ``KIND:RATE``.

        Raises:
            ValueError: an unknown kind, or a rate that is no share.
        """
        kind, separator, rate = text.partition(":")
        if not separator:
            return cls(kind)
        try:
            share = float(rate)
        except ValueError:
            raise ValueError(f"The rate of fault {kind} is a share between 0 and 1, not {rate!r}.") from None
        return cls(kind, share)


class Faults:
    """ASGI middleware that strikes requests with faults. The server's own health check is spared."""

    def __init__(
        self,
        app: ASGIApp,
        faults: tuple[Fault, ...],
        seed: int,
        *,
        timeout: float = TIMEOUT_SECONDS,
        slow: float = SLOW_SECONDS,
    ) -> None:
        self._app, self._faults = app, faults
        self._random = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        self._timeout, self._slow = timeout, slow
        self._burst = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or strike it."""
        kind = self._pick() if scope["type"] == "http" and scope["path"] != "/healthz" else None
        if kind is None:
            await self._app(scope, receive, send)
        elif kind in _STATUS_BODIES:
            await _refuse(kind, send)
        elif kind == "slow":
            await asyncio.sleep(self._slow)
            await self._app(scope, receive, send)
        elif kind == "truncated":
            await self._truncate(scope, receive, send)
        else:
            await self._break(kind, scope, receive)

    def _pick(self) -> str | None:
        if self._burst:
            self._burst -= 1
            return "rate-limit"
        for fault in self._faults:
            if self._random.random() < fault.rate:
                if fault.kind == "rate-limit":
                    self._burst = BURST - 1
                return fault.kind
        return None

    async def _break(self, kind: str, scope: Scope, receive: Receive) -> None:
        """No answer: the connection is reset at once, or stays silent until the client gives up."""
        if kind != "timeout-before":
            await self._app(scope, receive, _lose)
        if kind != "reset":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_given_up(receive), self._timeout)
        await break_connection(scope, reset=True)

    async def _truncate(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The headers and the first half of the body, then the connection ends."""
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, collect)
        await send(start)
        await send({"type": "http.response.body", "body": bytes(body[: len(body) // 2]), "more_body": True})
        await break_connection(scope, reset=False)


async def _given_up(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lose(message: Message) -> None:
    """An answer that reaches nobody."""


async def _refuse(kind: str, send: Send) -> None:
    body = _STATUS_BODIES[kind]
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": body["statusCode"], "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})
