"""A workspace's number of requests in flight learns from what its server does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from consumers.twenty.transport.errors import OutcomeUnknown, Refused, ServerFault
from consumers.twenty.transport.in_flight import in_order
from consumers.twenty.transport.in_flight_limit import START

ID = "cf61a865-b9b4-5cb6-95b8-d42506a62de9"
CREATED = {"data": {"createPeople": [{"id": ID}]}}
LIMIT = {"statusCode": 429, "error": "HttpException", "messages": ["Limit reached (100 tokens per 60000 ms)"]}
REFUSED = {"statusCode": 400, "error": "BadRequestException", "messages": ["Data validation error."]}
COUNT = {"data": {"people": {"totalCount": 0}}}


def after(clock: Any, seconds: float, status: int, body: Any) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_request: httpx.Request) -> httpx.Response:
        clock.now += seconds
        return httpx.Response(status, json=body)

    return answer


def test_it_begins_with_a_few(twenty: Any) -> None:
    assert twenty.workspace(in_flight=16).in_flight.now == START


def test_a_refusal_by_the_rate_limit_halves_it(twenty: Any) -> None:
    twenty.then(httpx.Response(429, json=LIMIT), httpx.Response(201, json=CREATED))
    workspace = twenty.workspace(in_flight=16)
    workspace.create("people", [{"id": ID}])
    assert workspace.in_flight.now == START // 2


@pytest.mark.parametrize("fault", [httpx.Response(502), httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("reset")])
def test_a_write_whose_answer_is_lost_halves_it(twenty: Any, fault: Any) -> None:
    twenty.then(fault)
    workspace = twenty.workspace(in_flight=16)
    with pytest.raises(OutcomeUnknown):
        workspace.create("people", [{"id": ID}])
    assert workspace.in_flight.now == START // 2


def test_a_read_that_the_server_fails_over_halves_it(twenty: Any) -> None:
    twenty.then(*[httpx.Response(500, json={"statusCode": 500, "messages": ["Internal server error"]})] * 3)
    workspace = twenty.workspace(in_flight=16, patience=0.0)
    with pytest.raises(ServerFault):
        workspace.count("people")
    assert workspace.in_flight.now == START // 2


def test_a_record_that_is_refused_says_nothing_about_the_server(twenty: Any) -> None:
    twenty.then(httpx.Response(400, json=REFUSED))
    workspace = twenty.workspace(in_flight=16)
    with pytest.raises(Refused):
        workspace.create("people", [{"id": ID}])
    assert workspace.in_flight.now == START


@pytest.mark.parametrize(("beside", "number"), [(1, 4), (3, 8), (7, 16)])
def test_writes_that_take_no_longer_beside_others_let_it_grow_to_twice_as_many_as_there_were(
    twenty: Any, clock: Any, beside: int, number: int
) -> None:
    twenty.then(*[after(clock, 0.3, 201, CREATED)] * 40)
    workspace = twenty.workspace(in_flight=16)
    with contextlib.ExitStack() as others:
        for _ in range(beside):
            others.enter_context(workspace.in_flight.request()).leaves()
        for _ in range(40):
            workspace.create("people", [{"id": ID}])
        assert workspace.in_flight.now == number


def test_the_data_model_is_not_measured(twenty: Any) -> None:
    workspace = twenty.workspace(in_flight=16)
    with workspace.in_flight.request() as other:
        other.leaves()
        workspace.metadata(refresh=True)
    assert workspace.in_flight.now == START


def test_one_by_one_stays_one_by_one(twenty: Any) -> None:
    twenty.then(*[httpx.Response(201, json=CREATED)] * 30)
    workspace = twenty.workspace(in_flight=1)
    list(in_order([lambda: workspace.create("people", [{"id": ID}])] * 30, workspace.in_flight))
    assert workspace.in_flight.now == 1
