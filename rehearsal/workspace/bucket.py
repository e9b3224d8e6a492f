"""The rate limit: a bucket of tokens, one for each request for records, refilled evenly (cassette ``rate-limit``)."""

from __future__ import annotations

import time
from collections.abc import Callable

from rehearsal.values.errors import ApiError
from rehearsal.values.forms import RECORDED, Form
from rehearsal.workspace.allowances import limit_reached, rate_limited

WINDOW_SECONDS = 60.0
DEFAULT_LIMIT = 100


class RequestBucket:
    """``limit`` requests at once, then one every ``60 / limit`` seconds; a limit of 0 means none."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic, form: Form = RECORDED) -> None:
        self._limit = limit
        self._form = form
        self._clock = clock
        self._tokens = float(limit)
        self._filled_at = clock()
        self._refusals = 0

    @property
    def limit(self) -> int:
        """Return the requests a minute; 0: no limit."""
        return self._limit

    def refuse_next(self) -> None:
        """Refuse the next request, whatever tokens there are."""
        self._refusals += 1

    def spend(self) -> None:
        """Take a token.

        Raises:
            ApiError: there is none.
        """
        if self._refusals:
            self._refusals -= 1
            raise self._refusal()
        if not self._limit:
            return
        now = self._clock()
        self._tokens = min(self._limit, self._tokens + (now - self._filled_at) * self._limit / WINDOW_SECONDS)
        self._filled_at = now
        if self._tokens < 1:
            raise self._refusal()
        self._tokens -= 1

    def _refusal(self) -> ApiError:
        limit = self._limit or DEFAULT_LIMIT
        if not self._form.usage_limits:
            return limit_reached(limit)
        return rate_limited(limit, max(0.0, 1 - self._tokens) * WINDOW_SECONDS / limit if self._limit else 0.05)
