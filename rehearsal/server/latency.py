"""A slow server: every request takes its time, and only so many are worked at together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Latency:
    """``seconds`` that a request takes; ``at_once`` requests are worked at together, the others wait (0: no bound)."""

    seconds: float
    at_once: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError: a negative time or number."""
        if not 0 <= self.seconds < float("inf") or self.at_once < 0:
            raise ValueError("A latency is a number of seconds, and how many requests are worked at together: 0.3 or 0.3/2.")

    @classmethod
    def parse(cls, text: str) -> Latency:
        """Return a latency from ``SECONDS`` or ``SECONDS/AT_ONCE``.

        Raises:
            ValueError: no such text.
        """
        seconds, separator, at_once = text.partition("/")
        try:
            return cls(float(seconds), int(at_once) if separator else 0)
        except ValueError:
            raise ValueError(f"A latency is SECONDS or SECONDS/AT_ONCE, as 0.3 or 0.3/2, not {text!r}.") from None


class Slow:
    """ASGI middleware that lets every request wait. The server's own health check is spared."""

    def __init__(self, app: ASGIApp, latency: Latency) -> None:
        self._app, self._seconds = app, latency.seconds
        self._places = asyncio.Semaphore(latency.at_once) if latency.at_once else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its time has passed."""
        if scope["type"] != "http" or scope.get("path") == "/healthz":
            await self._app(scope, receive, send)
        elif self._places:
            async with self._places:
                await asyncio.sleep(self._seconds)
                await self._app(scope, receive, send)
        else:
            await asyncio.sleep(self._seconds)
            await self._app(scope, receive, send)
