"""A slow workspace on demand."""

import asyncio
import time

import httpx
import pytest
from starlette.responses import PlainTextResponse

from rehearsal.server.latency import Latency, Slow


async def app(scope, receive, send):
    await PlainTextResponse("here")(scope, receive, send)


def seconds_of(latency, times, path="/rest/people"):
    async def send():
        slow = Slow(app, latency)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(slow), base_url="http://rehearsal") as client:
            answers = await asyncio.gather(*(client.get(path) for _ in range(times)))
        return {answer.text for answer in answers}

    began = time.monotonic()
    assert asyncio.run(send()) == {"here"}
    return time.monotonic() - began


def test_every_request_takes_its_time_and_several_take_it_together():
    assert 0.2 <= seconds_of(Latency(0.2), times=5) < 0.8


def test_with_a_bound_the_others_wait_for_their_turn():
    assert seconds_of(Latency(0.1, at_once=2), times=6) >= 0.3


def test_the_health_check_is_spared():
    assert seconds_of(Latency(30.0), times=1, path="/healthz") < 15


@pytest.mark.parametrize(("text", "latency"), [("0.3", Latency(0.3)), ("1/2", Latency(1.0, 2)), ("0", Latency(0.0))])
def test_it_is_written_as_seconds_and_how_many_at_once(text, latency):
    assert Latency.parse(text) == latency


@pytest.mark.parametrize("text", ["", "slow", "-1", "0.3/", "0.3/-2", "0.3/two", "inf", "nan"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="latency"):
        Latency.parse(text)
