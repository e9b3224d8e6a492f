"""Refusals for a limit or an allowance of the workspace, in their old and new words.

Old: cassette ``rate-limit``. New: ``core-modules/usage-limit`` of Twenty's server, which names the limit, the period and when
to come back.
"""

from __future__ import annotations

import math

from rehearsal.values.errors import ApiError

_LATER = "Rate limit reached. Please try again later."


def limit_reached(limit: int) -> ApiError:
    """Return the error of 2.21's rate limit: 429 over REST, without Retry-After; an error over GraphQL."""
    return ApiError(
        f"Limit reached ({limit} tokens per 60000 ms)",
        status=429,
        error="HttpException",
        sub_code="LIMIT_REACHED",
        friendly=_LATER,
    )


def rate_limited(limit: int, retry_after: float) -> ApiError:
    """Return the error of newer versions' rate limit. ``retry_after`` is in seconds."""
    seconds = max(1, math.ceil(retry_after))
    scope = {"limitKind": "speed", "limit": limit, "remaining": 0, "periodCount": 60, "periodUnit": "second"}
    spender = {"scope": {"spenderType": "apiKey", "spenderId": None}}
    message = f"Rate limit exceeded for apiKey: {limit} requests per 60s."
    return ApiError(
        message,
        status=429,
        sub_code="RATE_LIMITED",
        graphql_code="RATE_LIMITED",
        friendly=_LATER,
        extensions={**scope, **spender, "retryAfterMs": round(retry_after * 1000)},
        body={
            "statusCode": 429,
            "error": "RATE_LIMITED",
            "messages": [message],
            **scope,
            **spender,
            "retryAfterSeconds": seconds,
        },
        headers={"Retry-After": str(seconds), "X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0"},
    )


def quota_exhausted() -> ApiError:
    """Return the error for a month whose requests are used up: 402 over REST."""
    return _exhausted("Usage limit reached for workspace", "QUOTA_EXHAUSTED", "quota", 10_000, "month")


def stock_exhausted() -> ApiError:
    """Return the error for a workspace that holds as many records as it may."""
    return _exhausted("RECORD limit reached for this workspace", "STOCK_EXHAUSTED", "stock", 50_000, "lifetime")


def _exhausted(message: str, code: str, kind: str, limit: int, period: str) -> ApiError:
    scope = {"limitKind": kind, "limit": limit, "remaining": 0, "periodCount": 1, "periodUnit": period}
    return ApiError(
        message,
        status=402,
        sub_code=code,
        graphql_code="QUOTA_EXHAUSTED",
        friendly="Usage quota exhausted for this period.",
        extensions={**scope, "retryAfterMs": 0},
        body={"statusCode": 402, "error": "QUOTA_EXHAUSTED", "messages": [message], **scope, "retryAfterSeconds": 0},
    )
