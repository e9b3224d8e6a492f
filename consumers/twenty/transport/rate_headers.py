"""Headers of an answer about the rate limit, in the forms that servers and proxies use.

Twenty 2.21 itself sends none (cassette `rate-limit`); a proxy in front of it, or a later version, may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_PART = re.compile(r"""(?:^|[;,\s])([a-z]+)\s*=\s*"?(\d+(?:\.\d+)?)""")
_FIRST_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)")
_UNIX = 1e9
"""A number beyond this is a moment, in seconds since 1970; beyond a thousand times this in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`per_minute`: the limit, in requests. `remaining`: how many are left. `reset_after`: seconds until there are more."""

    per_minute: float | None = None
    remaining: float | None = None
    reset_after: float | None = None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the time to wait after a refusal, in seconds: `Retry-After` (seconds or an HTTP date), else the reset of the
    limit.

    `now` is in seconds since 1970.
    """
    named = headers.get("retry-after")
    wait = _seconds(named, now) if named else None
    if wait is None and named:
        try:
            moment = parsedate_to_datetime(named)
        except ValueError:
            moment = None
        if moment is not None:
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            wait = max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds())
    return wait if wait is not None else allowance(headers, now).reset_after


def allowance(headers: Mapping[str, str], now: float) -> Allowance:
    """Read the allowance from the headers say: `RateLimit: limit=…, remaining=…, reset=…`, `RateLimit-Limit` and its
    fellows, `X-RateLimit-…`.

    The limit is one a minute unless a policy (`100;w=60`) names its window in seconds.
    """
    together = dict(_PART.findall(headers.get("ratelimit", "").lower()))
    policy = headers.get("ratelimit-policy") or _either(headers, "limit") or ""
    window = dict(_PART.findall(policy.lower())).get("w")
    limit = _number(together.get("limit") or _either(headers, "limit") or headers.get("ratelimit-policy"))
    return Allowance(
        per_minute=limit * 60 / (float(window) if window and float(window) else 60) if limit else None,
        remaining=_number(together.get("remaining") or _either(headers, "remaining")),
        reset_after=_seconds(together.get("reset") or _either(headers, "reset"), now),
    )


def _either(headers: Mapping[str, str], what: str) -> str | None:
    return headers.get(f"ratelimit-{what}") or headers.get(f"x-ratelimit-{what}") or headers.get(f"x-rate-limit-{what}")


def _number(text: str | None) -> float | None:
    found = _FIRST_NUMBER.match(text) if text else None
    return float(found.group(1)) if found else None


def _seconds(text: str | None, now: float) -> float | None:
    """Return a number of seconds; a moment in Unix time counts from now."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    if value is None or not 0 <= value < float("inf"):
        return None
    if value > _UNIX * 1000:
        value /= 1000
    return max(0.0, value - now) if value > _UNIX else value
