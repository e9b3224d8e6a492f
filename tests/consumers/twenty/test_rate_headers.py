"""Rate limits in the headers of servers and proxies, in all the forms in which they say it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.transport.rate_headers import Allowance, allowance, retry_after

NOW = 1_780_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "21"}, 21.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Thu, 28 May 2026 20:27:10 GMT"}, 30.0),
        ({"Retry-After": "Thu, 28 May 2026 20:00:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "13"}, 13.0),
        ({"X-RateLimit-Reset": str(int(NOW) + 8)}, 8.0),
        ({"X-Rate-Limit-Reset": str((int(NOW) + 9) * 1000)}, 9.0),
        ({"RateLimit-Reset": "7"}, 7.0),
        ({"RateLimit": "limit=100, remaining=0, reset=44"}, 44.0),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_after_a_refusal(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Headers(headers), NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, Allowance()),
        (
            {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "30"},
            Allowance(per_minute=60, remaining=12, reset_after=30),
        ),
        ({"RateLimit-Limit": "100", "RateLimit-Remaining": "99"}, Allowance(per_minute=100, remaining=99, reset_after=None)),
        ({"RateLimit": "limit=100, remaining=50, reset=5"}, Allowance(per_minute=100, remaining=50, reset_after=5)),
        ({"RateLimit-Limit": "10", "RateLimit-Policy": "10;w=1"}, Allowance(per_minute=600, remaining=None, reset_after=None)),
        (
            {"RateLimit-Limit": "5000, 5000;w=3600"},
            Allowance(per_minute=pytest.approx(5000 / 60), remaining=None, reset_after=None),
        ),
        ({"X-RateLimit-Limit": "many"}, Allowance()),
    ],
)
def test_what_is_left(headers: dict[str, str], found: Allowance) -> None:
    assert allowance(httpx.Headers(headers), NOW) == found


ID = "cf61a865-b9b4-5cb6-95b8-d42506a62de9"


def counted(**headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, json={"data": {"people": {"totalCount": 0}}}, headers=named)


def test_a_lower_limit_than_ours_is_kept_to(twenty: Any, clock: Any) -> None:
    twenty.then(*[counted(x_ratelimit_limit="30")] * 8)
    workspace = twenty.workspace(rate_limit=6000)
    workspace.count("people")
    started = clock()
    for _ in range(7):
        workspace.count("people")
    assert clock() - started >= 6 * 60 / 30 * 0.99


def test_a_higher_limit_than_ours_is_not_believed(twenty: Any, clock: Any) -> None:
    twenty.then(*[counted(x_ratelimit_limit="6000")] * 8)
    workspace, started = twenty.workspace(rate_limit=60), clock()
    for _ in range(8):
        workspace.count("people")
    assert clock() - started >= 6


def test_where_nothing_is_left_everybody_waits_for_the_reset_before_being_refused(twenty: Any, clock: Any) -> None:
    twenty.then(counted(x_ratelimit_remaining="0", x_ratelimit_reset="25"), counted())
    workspace = twenty.workspace()
    workspace.count("people")
    started = clock()
    workspace.count("people")
    assert clock() - started == pytest.approx(25)
    assert workspace.limited == 0
