"""Troubles on demand, to test how a client copes: refusals, broken answers, slowness; a share of the requests, picked by a
seeded generator.

``before`` means that the request was not carried out, ``after`` that it was and only the answer is lost. Faults of records
and fields are in ``record_faults``, refusals and omissions of a newer Twenty in ``allowance_faults``.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rehearsal.server.allowance_faults import ALLOWANCE_KINDS, Struck, replayed
from rehearsal.server.connections import break_connection

REQUEST_KINDS = (
    *("rate-limit", "rate-limit-retry-after", "500", "502", "503"),
    *("timeout-before", "timeout-after", "reset", "slow", "truncated"),
    *ALLOWANCE_KINDS,
)
RECORD_KINDS = ("batch-refused", "field-removed")
KINDS = (*REQUEST_KINDS, *RECORD_KINDS)
DEFAULT_RATE = 0.05
BURST = 5  # a client that ran into a rate limit runs into it again
RETRY_AFTER_SECONDS = 1
TIMEOUT_SECONDS = 120.0
SLOW_SECONDS = 2.0

_JSON = b"application/json; charset=utf-8"
_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
_PROXY = {
    "rate-limit-retry-after": (429, "Too Many Requests"),
    "502": (502, "Bad Gateway"),
    "503": (503, "Service Temporarily Unavailable"),
}
_OWN = {
    "rate-limit": {"statusCode": 429, "error": "HttpException", "messages": ["Limit reached (100 tokens per 60000 ms)"]},
    "500": {"statusCode": 500, "error": "InternalServerErrorException", "messages": ["Internal server error"]},
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A kind of trouble and the share of requests that it strikes.

    ``at``: strike the request of that number, among those that it can strike, and no other.
    """

    kind: str
    rate: float = DEFAULT_RATE
    at: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError: an unknown kind, a rate that is no share, or a position that is none."""
        if self.at is not None and (self.at < 1 or self.kind not in ALLOWANCE_KINDS):
            kinds = ", ".join(ALLOWANCE_KINDS)
            raise ValueError(
                f"This fault strikes the Nth request, N from 1, if it is of kind {kinds}; not {self.kind}@{self.at}."
            )
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault of kind {self.kind!r}; the kinds are {', '.join(KINDS)}.")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"The rate of fault {self.kind} is a share between 0 and 1, not {self.rate}.")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Return a fault from ``KIND``, ``KIND:RATE`` or ``KIND@N``.

        Raises:
            ValueError: an unknown kind, a rate that is no share, or a position that is none.
        """
        kind, separator, place = text.partition("@")
        if separator:
            return cls(kind=kind, at=int(place) if place.isascii() and place.isdigit() else 0)
        kind, separator, rate = text.partition(":")
        if not separator:
            return cls(kind=kind)
        try:
            share = float(rate)
        except ValueError:
            raise ValueError(f"The rate of fault {kind} is a share between 0 and 1, not {rate!r}.") from None
        return cls(kind=kind, rate=share)


class Faults:
    """ASGI middleware that strikes requests with faults. The server's own health check is spared."""

    def __init__(
        self,
        app: ASGIApp,
        faults: tuple[Fault, ...],
        seed: int,
        *,
        refuse_next: Callable[[], None] | None = None,
        timeout: float = TIMEOUT_SECONDS,
        slow: float = SLOW_SECONDS,
    ) -> None:
        """Take ``refuse_next`` makes the workspace's rate limit refuse the request that follows, in the words of each
        surface; without it a refusal is given in REST's words.
        """
        self._app, self._faults = app, tuple(fault for fault in faults if fault.kind in REQUEST_KINDS)
        self._random = random.Random(seed)  # noqa: S311 - chance for tests, not for secrets
        self._refuse_next, self._timeout, self._slow = refuse_next, timeout, slow
        self._burst: list[str] = []  # what strikes the next requests for records
        self._allowances = [Struck(fault, self._random) for fault in self._faults if fault.kind in ALLOWANCE_KINDS]

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of the faults."""
        return frozenset(fault.kind for fault in self._faults)

    @property
    def has_struck(self) -> bool:
        """Return whether one of the faults that strike the request of a number has struck it."""
        return any(one.has_struck for one in self._allowances)

    @property
    def strikable(self) -> int:
        """Return how many requests the faults that strike the request of a number could have struck so far."""
        return sum(one.seen for one in self._allowances)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or strike it."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path == "/healthz":
            await self._app(scope, receive, send)
            return
        if self._allowances:
            receive = await replayed(scope, receive)
        if refusing := next((one for one in self._allowances if one.strikes(scope, path)), None):
            await refusing.answer(self._app, scope, receive, send)
            return
        kind = self._pick(path)
        if kind is None:
            await self._app(scope, receive, send)
        elif kind == "rate-limit" and self._refuse_next:
            self._refuse_next()
            await self._app(scope, receive, send)
        elif kind in ("rate-limit", "rate-limit-retry-after", "500", "502", "503"):
            await _refuse(kind, send)
        elif kind == "slow":
            await asyncio.sleep(self._slow)
            await self._app(scope, receive, send)
        elif kind in ("truncated", "reset"):
            await self._cut(kind, scope, receive, send)
        else:
            await self._keep_silent(kind, scope, receive)

    def _pick(self, path: str) -> str | None:
        counted = _is_counted(path)
        if self._burst and counted:
            return self._burst.pop()
        for fault in self._faults:
            if fault.kind in ALLOWANCE_KINDS or self._random.random() >= fault.rate:
                continue
            if not fault.kind.startswith("rate-limit"):
                return fault.kind
            if counted:
                self._burst = [fault.kind] * (BURST - 1)
                return fault.kind
        return None

    async def _keep_silent(self, kind: str, scope: Scope, receive: Receive) -> None:
        """Give no answer: the connection stays silent until the client gives up."""
        if kind == "timeout-after":
            await self._app(scope, receive, _lose)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_given_up(receive), self._timeout)
        await break_connection(scope, reset=True)

    async def _cut(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half an answer. Truncated: as if it were whole. Reset: the connection breaks under the other half."""
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, collect)
        half = bytes(body[: len(body) // 2])
        if kind == "truncated":
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(half)).encode())]})
            await send({"type": "http.response.body", "body": half})
        else:
            await send(start)
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await break_connection(scope, reset=True)


def _is_counted(path: str) -> bool:
    """Return whether the rate limit counts a request: those for records are, those for the data model are not (cassette
    ``rate-limit``).
    """
    return path == "/graphql" or (path.startswith("/rest/") and not path.startswith("/rest/metadata"))


async def _given_up(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lose(message: Message) -> None:
    """Drop an answer on its way."""


async def _refuse(kind: str, send: Send) -> None:
    """Refuse in Twenty's own words, or with the page of a proxy in front of it."""
    headers = [(b"content-type", _JSON)]
    if kind in _OWN:
        status, body = _OWN[kind]["statusCode"], orjson.dumps(_OWN[kind])
    else:
        status, reason = _PROXY[kind]
        body, headers = _PAGE.format(f"{status} {reason}").encode(), [(b"content-type", b"text/html")]
    if kind == "rate-limit-retry-after":
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
