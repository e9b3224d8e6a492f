"""The wire to one workspace: sends a call at its turn, tries again where that is safe, and counts what was sent.

Calls that certainly changed nothing may be tried again (the error says so). A write whose answer was lost is
never repeated here. All waiting ends after `patience` seconds (for the rate limit, after RATE_LIMIT_PATIENCE).
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any

import httpx
import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential

from consumers.twenty.transport import answers
from consumers.twenty.transport.budget import Budget, Listening
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.errors import RateLimited, Refusal, TwentyError, Unauthorised, Unreachable
from consumers.twenty.transport.in_flight_limit import Flight, InFlightLimit
from consumers.twenty.transport.rate_headers import Allowance, allowance
from events.errors import Effect

RATE_LIMIT_PATIENCE = 900.0
"""Seconds without a single accepted try after which a used-up rate limit is reported instead of waited for."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Connection:
    """Sends calls to one workspace; safe to share between threads.

    `url` is the workspace's address without `/rest`. `timeout` and `patience` are in seconds. `in_flight` learns from each
    request how the server bears them. `on_request` is told method and path of every request before it leaves; neither holds
    values of records (filters travel in bodies).
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        budget: Budget,
        in_flight: InFlightLimit,
        timeout: float = 60.0,
        patience: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        on_request: Callable[[str, str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._budget = budget
        self._in_flight = in_flight
        self._patience = patience
        self._on_request = on_request
        self._clock = clock
        self._sleep = sleep
        self._counts: Counter[Surface] = Counter()
        self._limited = 0
        self._paced = {Surface.RECORDS}
        self._lock = threading.Lock()
        self._has_key = bool(api_key.strip()) and api_key.isascii()
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {api_key.strip()}"} if self._has_key else {},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            # Node closes an idle connection after 5 s; one that we reuse just then would lose a write's answer.
            limits=httpx.Limits(keepalive_expiry=2.0),
            transport=transport,
        )

    @property
    def address(self) -> str:
        """Return the workspace's address, without credentials."""
        url = self._client.base_url
        return str(url.copy_with(username=None, password=None, query=None)).rstrip("/")

    def sent(self, surface: Surface) -> int:
        """Return the number of requests left through that door; those refused by the rate limit are not counted, they cost
        nothing.
        """
        return self._counts[surface]

    @property
    def limited(self) -> int:
        """Return how many requests the rate limit has refused so far."""
        return self._limited

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, call: Call) -> Any:
        """Return the decoded answer, an object. Raises a `TwentyError`."""
        if not self._has_key:
            raise Unauthorised("there is no API key for Twenty: set CUTOVER_TWENTY__API_KEY to a valid key")
        content = self._encoded(call)
        started = self._clock()

        def out_of_patience(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome else None
            return self._clock() - started >= (RATE_LIMIT_PATIENCE if isinstance(error, RateLimited) else self._patience)

        def pause(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            if isinstance(error, RateLimited):
                return 0.0  # the budget pauses, and everybody who shares it
            return wait_exponential(multiplier=0.5, max=8.0)(state)

        return Retrying(
            retry=retry_if_exception(_may_be_repeated), stop=out_of_patience, wait=pause, sleep=self._sleep, reraise=True
        )(self._try, call, content)

    def _try(self, call: Call, content: bytes | None) -> Any:
        paced = call.surface in self._paced
        if call.surface is Surface.METADATA:
            answer = self._exchange(call, content, None, paced=paced)
        else:
            with self._in_flight.request(_alike(call, content)) as flight:
                answer = self._exchange(call, content, flight, paced=paced)
        if paced:
            self._budget.accepted()  # may take its time in a database, which is none of the server's
        return answer

    def _exchange(self, call: Call, content: bytes | None, flight: Flight | None, *, paced: bool) -> Any:
        if paced:
            self._budget.acquire(call.tokens)
        if self._on_request:
            self._on_request(call.method, call.shown)
        if flight:
            flight.leaves()
        try:
            response = self._client.send(self._request(call, content))
            self._count(call.surface)
            if paced:
                self._heard(allowance(response.headers, time.time()))
            return answers.payload(call, response)
        except RateLimited as error:
            self._count(call.surface, -1)
            self._refused_by_limit(call.surface)
            self._heard(Allowance(per_minute=error.per_minute))
            self._budget.refused(retry_after=error.retry_after)
            raise
        except httpx.RequestError as error:
            raise self._lost(call, error) from error

    def heed(self, per_minute: float) -> None:
        """Keep to a limit that the server has named, where it is lower than ours."""
        self._heard(Allowance(per_minute=per_minute))

    def _heard(self, said: Allowance) -> None:
        if isinstance(self._budget, Listening):
            self._budget.heard(said)

    def _request(self, call: Call, content: bytes | None) -> httpx.Request:
        if call.content:
            headers = {"Content-Type": call.content.content_type}
            request = self._client.build_request(call.method, call.path, content=call.content.data, headers=headers)
            request.headers.pop("Authorization", None)  # a file storage refuses a request with two permissions
            return request
        if call.upload:
            file = (call.upload.file_name, call.upload.data, call.upload.content_type)
            return self._client.build_request(call.method, call.path, data=dict(call.upload.fields), files={"0": file})
        headers = {"Content-Type": "application/json"} if content is not None else {}
        return self._client.build_request(call.method, call.path, params=call.params, content=content, headers=headers)

    def _encoded(self, call: Call) -> bytes | None:
        """Return the JSON body. A text that is no Unicode (half of a surrogate pair) is refused here, before anything
        leaves.
        """
        if call.json is None:
            return None
        try:
            return orjson.dumps(call.json)
        except TypeError as error:
            raise answers.refusal(call, Refusal.VALUE, detail=f"cannot be written as JSON: {error}") from None

    def _lost(self, call: Call, error: httpx.RequestError) -> TwentyError:
        what = type(error).__name__
        if isinstance(error, _NEVER_LEFT):
            message = f"Twenty does not answer at {self.address} ({what}): start it, or correct [twenty] url"
            return Unreachable(message, retriable=not isinstance(error, _HOPELESS))
        self._count(call.surface)
        if call.writes:
            return answers.unknown(call, what)
        return Unreachable(f"Twenty at {self.address} did not answer in time ({what}): try again, or look at its load")

    def _refused_by_limit(self, surface: Surface) -> None:
        """Count the refusal, and let all that goes through that door take turns from now on: some servers limit it."""
        with self._lock:
            self._limited += 1
            self._paced.add(surface)

    def _count(self, surface: Surface, by: int = 1) -> None:
        with self._lock:
            self._counts[surface] += by


def _may_be_repeated(error: BaseException) -> bool:
    return isinstance(error, TwentyError) and error.retriable and error.outcome is Effect.NOT_APPLIED


def _alike(call: Call, content: bytes | None) -> Hashable:
    """Return the requests that take equally long on an idle server: same kind of write, a size within a factor of √2. None
    for reads: how long one takes depends on what it finds.
    """
    size = len(call.upload.data) if call.upload else len(content or b"")
    return (call.method, call.path, call.upsert, int(2 * math.log2(size + 1))) if call.writes or call.upload else None
