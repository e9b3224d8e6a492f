"""A limit that the server tells is kept from the first request on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from consumers.twenty.transport.limits import _RULES, key_id, lowest
from consumers.twenty.workspace import Workspace

MINE, OTHER = "20202020-0000-4000-8000-000000000001", "20202020-0000-4000-8000-000000000002"


def rule(limit: Any, spender: str | None = None, **more: Any) -> dict[str, Any]:
    api = {"resourceType": "API", "spenderType": "apiKey", "limitKind": "speed", "periodCount": 60, "periodUnit": "second"}
    return {**api, "spenderId": spender, "limitValue": limit, **more}


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        ([], None),
        ([rule(50)], 50),
        ([rule("50", periodCount=1)], 3000),
        ([rule(50, periodCount=None, periodUnit=None, windowSeconds=30)], 100),
        ([rule(50), rule(20, ""), rule(90, OTHER)], 20),
        ([rule(50), rule(70, MINE)], 70),
        ([rule(10, spenderType="application"), rule(5, limitKind="quota"), rule(5, resourceType="EMAIL")], None),
        ([rule(50, periodUnit="month")], None),
    ],
)
def test_the_lowest_limit_of_this_key(rules: list[dict[str, Any]], limit: float | None) -> None:
    assert lowest(_RULES.validate_python(rules), MINE) == limit


def test_a_key_is_known_by_its_tokens_id() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"jti": MINE}).encode()).decode().rstrip("=")
    assert key_id(f"e30.{claims}.signature") == MINE
    assert [key_id(one) for one in ("", "no-token", "a.b.c", "e30.W10.x")] == [None] * 4


@pytest.mark.parametrize(
    ("offers", "asked"),
    [
        (("Query.usageLimits", "UsageLimit.windowSeconds"), b"limitKind windowSeconds limitValue"),
        (("Query.usageLimits", "UsageLimit.periodCount"), b"limitKind periodCount periodUnit limitValue"),
    ],
)
def test_the_period_is_asked_for_as_the_server_names_it(twenty: Any, offers: tuple[str, ...], asked: bytes) -> None:
    twenty.offers = offers
    twenty.then(httpx.Response(200, json={"data": {"usageLimits": []}}))
    twenty.workspace().metadata()
    assert asked in twenty.sent[0].content


@pytest.mark.parametrize("like", ["2.40", "2.43"])
@pytest.mark.parametrize("ours", [0, 5000])
def test_no_request_is_refused_from_the_first_minute_on(serve_rehearsal: Callable[..., str], like: str, ours: int) -> None:
    """Ours is no limit, or a much higher one; a client that had to learn it would be refused after 600 requests."""
    ahead = [0.0]
    url = serve_rehearsal("key", rate_limit=600, like=like)

    def sleep(seconds: float) -> None:
        ahead[0] += seconds

    with Workspace(url, "key", rate_limit=ours, clock=lambda: ahead[0], sleep=sleep) as workspace:
        workspace.metadata()
        for _ in range(300):
            workspace.count("people")
        assert (workspace.limited, workspace.requests) == (0, 300)
        assert ahead[0] >= 300 * 60 / 600 * 0.9 - 15
