"""Refusals that say nothing about the record: the workspace's rate limit, quota, stock or plan is used up.

Three generations of words, all read here, by what an answer holds and never by a version:

- Twenty 2.21: REST 429, GraphQL `LIMIT_REACHED` inside HTTP 200; only the message names the limit (cassette `rate-limit`);
- from 2.37 on, by its client types: REST 429 with `RATE_LIMITED`, `Retry-After`, `X-RateLimit-…`; GraphQL `RATE_LIMITED`
  inside HTTP 200. For quotas REST 402, and GraphQL `QUOTA_EXHAUSTED`; all name the limit and its period
  (`core-modules/usage-limit/utils/usage-limit-to-{rest,graphql}-api-exception-handler.util.ts`);
- from 2.43 on: `STOCK_EXHAUSTED` (records, storage) as the sub-code of `QUOTA_EXHAUSTED`
  (`core-modules/usage-limit/services/usage-limit-stock.service.ts`); a plan that ended is `BILLING_…` under `FORBIDDEN`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from consumers.twenty.transport.errors import Exhausted, RateLimited

LIMITED = frozenset({"LIMIT_REACHED", "RATE_LIMITED", "TOO_MANY_REQUESTS"})

_STOCK, _QUOTA = "STOCK_EXHAUSTED", "QUOTA_EXHAUSTED"
_PLAN = frozenset({"BILLING_CREDITS_EXHAUSTED", "BILLING_SUBSCRIPTION_INACTIVE"})
_EXHAUSTED = (_STOCK, *sorted(_PLAN), _QUOTA)  # the more telling one first: a stock is under both codes

_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_IN_WORDS = (
    (re.compile(r"\((\d+) tokens per (\d+) ms\)"), 1000.0),
    (re.compile(r": (\d+) requests per (\d+(?:\.\d+)?)s\b"), 1.0),
)

_NEXT = {
    _STOCK: "raise the limit of records or storage in Twenty's settings, or make room",
    _QUOTA: "wait for the next period, or raise the quota in Twenty's settings",
}
_RENEW = "renew the workspace's plan, or buy credits, in Twenty's settings"
_AFTERWARDS = "then run the same command again; nothing is lost"


def rate_limited(words: str, details: Mapping[str, Any], retry_after: float | None) -> RateLimited:
    """Return the error of a used-up rate limit. `details` are the refusal's own fields (a REST body, GraphQL `extensions`),
    `retry_after` is what the headers say, in seconds.
    """
    if retry_after is None:
        retry_after = _retry_after(details)
    return RateLimited("Twenty's rate limit is used up", retry_after=retry_after, per_minute=per_minute(words, details))


def exhausted(
    codes: Collection[str], details: Mapping[str, Any], words: str, purpose: str, status: int = 200
) -> Exhausted | None:
    """Return the error of a used-up allowance; None where these codes, and the HTTP status, speak of none."""
    code = next((one for one in _EXHAUSTED if one in codes), None)
    if code in (None, _QUOTA) and details.get("limitKind") == "stock":
        code = _STOCK
    if code is None and status == 402:
        code = _QUOTA
    if code is None:
        return None
    limit = _number(details.get("limit"))
    named = f"{code}, limit {limit:g}" if limit else code
    message = f"Twenty has no room left to {purpose} ({named}): {_NEXT.get(code, _RENEW)}, {_AFTERWARDS}"
    return Exhausted(message, code=code, detail=words)


def per_minute(words: str, details: Mapping[str, Any]) -> float | None:
    """Return the limit that a refusal names, in requests a minute; None where it names none, or not its period."""
    limit = _number(details.get("limit"))
    seconds = _number(details.get("windowSeconds"))
    if seconds is None:
        unit = _SECONDS.get(str(details.get("periodUnit")))
        count = _number(details.get("periodCount"))
        seconds = unit * count if unit and count else None
    if limit and seconds:
        return limit * 60 / seconds
    for pattern, in_a_second in _IN_WORDS:
        if (found := pattern.search(words)) and float(found.group(2)):
            return float(found.group(1)) * 60 * in_a_second / float(found.group(2))
    return None


def _retry_after(details: Mapping[str, Any]) -> float | None:
    milliseconds, seconds = _number(details.get("retryAfterMs")), _number(details.get("retryAfterSeconds"))
    return milliseconds / 1000 if milliseconds is not None else seconds


def _number(value: Any) -> float | None:
    """Return a count; a big integer may come as text."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None
