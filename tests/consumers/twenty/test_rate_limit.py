"""A used-up limit is waited for, by everybody, and costs nothing but time."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.transport.errors import RateLimited

ID = "cf61a865-b9b4-5cb6-95b8-d42506a62de9"
WORDS = "Limit reached (100 tokens per 60000 ms)"
REST = {"statusCode": 429, "error": "HttpException", "messages": [WORDS]}
GRAPHQL = {
    "data": {"people": None},
    "errors": [{"message": WORDS, "extensions": {"subCode": "LIMIT_REACHED", "code": "BAD_USER_INPUT"}}],
}


def test_a_write_refused_by_the_limit_is_sent_again(twenty: Any, clock: Any) -> None:
    twenty.then(*[httpx.Response(429, json=REST)] * 3, httpx.Response(201, json={"data": {"createPeople": [{"id": ID}]}}))
    workspace = twenty.workspace()
    assert workspace.create("people", [{"id": ID}]) == [{"id": ID}]
    assert sum(clock.slept) >= 0.6 + 0.9 + 1.3
    assert workspace.requests == 1


def test_graphql_says_it_with_http_200(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json=GRAPHQL), httpx.Response(200, json={"data": {"deletePeople": [{"id": ID}]}}))
    assert twenty.workspace().soft_delete("people", [ID]) == [ID]


def test_the_servers_own_pause_is_kept(twenty: Any, clock: Any) -> None:
    twenty.then(
        httpx.Response(429, json=REST, headers={"Retry-After": "21"}),
        httpx.Response(429, json=REST, headers={"X-RateLimit-Reset": "13"}),
        httpx.Response(200, json={"data": {"people": {"totalCount": 0}}}),
    )
    twenty.workspace().count("people")
    assert [round(one) for one in clock.slept if one > 1] == [21, 13]


def test_a_limit_that_stays_used_up_is_reported_in_the_end(twenty: Any, clock: Any) -> None:
    twenty.then(*[httpx.Response(429, json=REST)] * 1000)
    started = clock()
    with pytest.raises(RateLimited):
        twenty.workspace().count("people")
    assert 900 <= clock() - started < 1000


def test_metadata_and_uploads_do_not_wait_for_a_turn(twenty: Any, clock: Any) -> None:
    twenty.offers = ["uploadFilesFieldFile"]
    workspace = twenty.workspace(rate_limit=1)
    for _ in range(50):
        workspace.metadata(refresh=True)
    twenty.then(httpx.Response(200, json={"data": {"uploadFilesFieldFile": {"id": ID}}}))
    workspace.upload("x-ray.pdf", b"%PDF")
    assert clock.slept == []
    assert (workspace.requests, workspace.metadata_requests, workspace.uploads) == (0, 101, 1)


def test_each_object_of_a_request_costs_a_token(twenty: Any, clock: Any) -> None:
    page = {"edges": [], "pageInfo": {"hasNextPage": False}}
    twenty.then(
        httpx.Response(200, json={"data": {"people": page, "treatmentPlans": page}}),
        httpx.Response(200, json={"data": {"people": {"totalCount": 0}}}),
    )
    workspace = twenty.workspace(rate_limit=60)
    workspace.read_several({"people": [ID], "treatmentPlans": [ID]})
    started = clock()
    workspace.count("people")
    assert clock() - started == pytest.approx(2 / 0.99)
    assert workspace.requests == 2
