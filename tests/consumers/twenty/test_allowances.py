"""A request that is throttled, or that finds no room, never counts as a refusal of the record."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.transport.errors import Exhausted, RateLimited, Refused
from cutover.project.errors import exit_code_of
from events.errors import Effect, ExitCode

ID = "cf61a865-b9b4-5cb6-95b8-d42506a62de9"
DELETED = httpx.Response(200, json={"data": {"deletePeople": [{"id": ID}]}})
COUNTED = httpx.Response(200, json={"data": {"people": {"totalCount": 3}}})

SPEED = {"limitKind": "speed", "limit": 50, "remaining": 0, "periodCount": 60, "periodUnit": "second", "retryAfterMs": 7_000}
WORDS = "Rate limit exceeded for apiKey: 50 requests per 60s."


def graphql(code: str, **extensions: Any) -> httpx.Response:
    error = {"message": "as Twenty says it", "extensions": {"code": code, "userFriendlyMessage": "…", **extensions}}
    return httpx.Response(200, json={"data": {"people": None}, "errors": [error]})


def rest(status: int, code: str, words: str = "as Twenty says it", **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "error": code, "messages": [words], **more})


LIMITS = {
    "2.21, GraphQL": graphql("BAD_USER_INPUT", subCode="LIMIT_REACHED"),
    "2.43, GraphQL": graphql("RATE_LIMITED", subCode="RATE_LIMITED", **SPEED),
    "without a scope": graphql("RATE_LIMITED"),
    "2.43, REST": rest(429, "RATE_LIMITED", WORDS, limitKind="speed", limit=50, periodCount=60, periodUnit="second"),
    "a proxy": httpx.Response(429, text="<html>Too Many Requests</html>"),
}
NO_ROOM = {
    "quota, GraphQL": (graphql("QUOTA_EXHAUSTED", limitKind="quota", limit=1000), "QUOTA_EXHAUSTED"),
    "quota, REST": (rest(402, "QUOTA_EXHAUSTED", limitKind="quota", limit=1000), "QUOTA_EXHAUSTED"),
    "402 without words": (httpx.Response(402, text="Payment Required"), "QUOTA_EXHAUSTED"),
    "stock, GraphQL": (
        graphql("QUOTA_EXHAUSTED", subCode="STOCK_EXHAUSTED", limitKind="stock", limit="500"),
        "STOCK_EXHAUSTED",
    ),
    "stock, REST": (rest(402, "QUOTA_EXHAUSTED", limitKind="stock", limit=500), "STOCK_EXHAUSTED"),
    "stock, by its own code": (rest(400, "STOCK_EXHAUSTED"), "STOCK_EXHAUSTED"),
    "plan": (graphql("FORBIDDEN", subCode="BILLING_SUBSCRIPTION_INACTIVE"), "BILLING_SUBSCRIPTION_INACTIVE"),
}


@pytest.mark.parametrize("form", LIMITS)
def test_a_write_that_is_throttled_waits_and_goes_on(twenty: Any, form: str) -> None:
    twenty.then(LIMITS[form], LIMITS[form], DELETED)
    workspace = twenty.workspace()
    assert workspace.soft_delete("people", [ID]) == [ID]
    assert (workspace.requests, workspace.limited) == (1, 2)


@pytest.mark.parametrize("form", LIMITS)
def test_a_read_that_is_throttled_waits_and_goes_on(twenty: Any, form: str) -> None:
    twenty.then(LIMITS[form], COUNTED)
    assert twenty.workspace().count("people") == 3


def test_the_pause_that_graphql_names_is_kept(twenty: Any, clock: Any) -> None:
    twenty.then(LIMITS["2.43, GraphQL"], COUNTED)
    twenty.workspace().count("people")
    assert 7 in [round(one, 3) for one in clock.slept]


@pytest.mark.parametrize(
    ("refusal", "seconds_a_request"),
    [
        (LIMITS["2.43, GraphQL"], 1.2),
        (LIMITS["2.43, REST"], 1.2),
        (rest(429, "HttpException", "Limit reached (30 tokens per 60000 ms)"), 2.0),
        (rest(429, "RATE_LIMITED", "Rate limit exceeded for apiKey: 10 requests per 1s."), 0.1),
    ],
    ids=["GraphQL's fields", "REST's fields", "2.21's words", "2.43's words"],
)
def test_a_limit_that_a_refusal_names_is_kept_from_then_on(
    twenty: Any, clock: Any, refusal: httpx.Response, seconds_a_request: float
) -> None:
    twenty.then(refusal, *[COUNTED] * 400)
    workspace = twenty.workspace(rate_limit=0)
    for _ in range(200):
        workspace.count("people")
    started = clock()
    for _ in range(100):
        workspace.count("people")
    assert clock() - started == pytest.approx(100 * seconds_a_request / 0.99, rel=0.02)


@pytest.mark.parametrize("form", NO_ROOM)
def test_no_room_ends_the_request_at_once_and_is_no_refusal_of_the_record(twenty: Any, form: str) -> None:
    response, code = NO_ROOM[form]
    twenty.then(response)
    with pytest.raises(Exhausted) as ended:
        twenty.workspace().soft_delete("people", [ID])
    assert not isinstance(ended.value, Refused)
    assert (ended.value.code, ended.value.outcome, ended.value.retriable) == (code, Effect.NOT_APPLIED, False)
    assert len(twenty.sent) == 1
    assert exit_code_of(ended.value) is ExitCode.UNREACHABLE


def test_the_message_says_what_to_do_and_that_nothing_is_lost(twenty: Any) -> None:
    twenty.then(NO_ROOM["stock, GraphQL"][0])
    with pytest.raises(Exhausted) as ended:
        twenty.workspace().soft_delete("people", [ID])
    assert str(ended.value) == (
        "Twenty has no room left to delete 1 people (STOCK_EXHAUSTED, limit 500): raise the limit of records or storage in "
        "Twenty's settings, or make room, then run the same command again; nothing is lost"
    )


def test_a_door_that_turns_out_to_be_limited_takes_turns_from_then_on(twenty: Any, clock: Any) -> None:
    deleted = httpx.Response(200, json={"id": "f"})
    twenty.then(LIMITS["2.43, REST"], *[deleted] * 20)
    workspace = twenty.workspace(rate_limit=60)
    workspace.delete_field("f")
    started = clock()
    for _ in range(10):
        workspace.delete_field("f")
    assert clock() - started >= 9


def test_a_limit_that_stays_used_up_is_not_a_refusal_of_the_record(twenty: Any) -> None:
    twenty.then(*[LIMITS["without a scope"]] * 1000)
    with pytest.raises(RateLimited):
        twenty.workspace().soft_delete("people", [ID])
