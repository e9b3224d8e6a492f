"""Troubles on demand."""

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from rehearsal.server.connections import ConnectionBroken
from rehearsal.server.faults import BURST, KINDS, Fault, Faults
from tests.rehearsal.client import Client


class Counting:
    """An app that counts the requests it carries out."""

    def __init__(self):
        self.carried_out = 0

    async def __call__(self, scope, receive, send):
        self.carried_out += 1
        await PlainTextResponse("0123456789")(scope, receive, send)


def ask(app, times=1):
    async def send():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rehearsal") as client:
            return [await client.get("/rest/people") for _ in range(times)]

    return asyncio.run(send())


def struck(kind, app, rate=1.0, seed=0):
    return Faults(app, (Fault(kind=kind, rate=rate),), seed, timeout=0.01, slow=0.01)


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("502", 502), ("503", 503), ("rate-limit", 429), ("rate-limit-retry-after", 429)]
)
def test_a_refusal_is_given_without_carrying_out_the_request(kind, status):
    app = Counting()
    response = ask(struck(kind, app))[0]
    assert (response.status_code, app.carried_out) == (status, 0)


def test_only_the_500_is_twentys_own_the_others_come_from_a_proxy_in_front_of_it():
    assert ask(struck("500", Counting()))[0].json()["statusCode"] == 500
    for kind in ("502", "503", "rate-limit-retry-after"):
        assert ask(struck(kind, Counting()))[0].text.startswith("<html>")


@pytest.mark.parametrize(("kind", "carried_out"), [("timeout-before", 0), ("timeout-after", 1), ("reset", 1)])
def test_a_broken_connection_gives_no_answer_whether_or_not_the_request_was_carried_out(kind, carried_out):
    app = Counting()
    with pytest.raises(ConnectionBroken):
        ask(struck(kind, app))
    assert app.carried_out == carried_out


def test_a_truncated_answer_is_whole_http_around_half_the_text():
    app = Counting()
    response = ask(struck("truncated", app))[0]
    assert (response.status_code, response.text, response.headers["content-length"]) == (200, "01234", "5")
    assert app.carried_out == 1


def test_a_slow_answer_comes_in_the_end():
    assert ask(struck("slow", Counting()))[0].text == "0123456789"


@pytest.mark.parametrize("kind", ["rate-limit", "rate-limit-retry-after"])
def test_rate_limits_strike_in_bursts(kind):
    client = Client(faults=(Fault(kind=kind, rate=0.05),))
    statuses = [client.request("GET", "/rest/people").status_code for _ in range(200)]
    runs = "".join("x" if status == 429 else " " for status in statuses).split()
    assert runs
    assert all(len(run) >= BURST for run in runs[:-1])


def test_twentys_own_rate_limit_says_so_in_the_words_of_each_surface_and_not_when_to_come_back():
    client = Client(faults=(Fault(kind="rate-limit", rate=1.0),))
    over_rest = client.request("GET", "/rest/people")
    assert (over_rest.status_code, "retry-after" in over_rest.headers) == (429, False)
    assert over_rest.json()["messages"] == ["Limit reached (100 tokens per 60000 ms)"]
    over_graphql = client.graphql("{ people { totalCount } }")
    assert over_graphql["data"] == {"people": None}
    assert over_graphql["errors"][0]["extensions"]["subCode"] == "LIMIT_REACHED"


def test_a_proxys_rate_limit_says_when_to_come_back_and_is_429_for_graphql_too():
    client = Client(faults=(Fault(kind="rate-limit-retry-after", rate=1.0),))
    for method, path in (("GET", "/rest/people"), ("POST", "/graphql")):
        response = client.request(method, path)
        assert (response.status_code, response.headers["retry-after"]) == (429, "1")


@pytest.mark.parametrize("kind", ["rate-limit", "rate-limit-retry-after"])
def test_requests_for_the_data_model_are_not_counted(kind):
    client = Client(faults=(Fault(kind=kind, rate=1.0),))
    assert client.request("GET", "/rest/metadata/objects").status_code == 200
    assert client.request("GET", "/rest/people").status_code == 429


def test_the_same_seed_strikes_the_same_requests():
    def pattern(seed):
        return [response.status_code for response in ask(struck("500", Counting(), rate=0.3, seed=seed), 50)]

    assert pattern(7) == pattern(7)
    assert pattern(7) != pattern(8)
    assert 5 < pattern(7).count(500) < 25


def test_health_checks_are_spared():
    client = Client(faults=(Fault(kind="500", rate=1.0),))
    assert client.request("GET", "/healthz").status_code == 200
    assert client.request("GET", "/rest/people").status_code == 500


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_read_from_its_kind_and_rate(kind):
    assert Fault.parse(f"{kind}:0.25") == Fault(kind=kind, rate=0.25)
    assert Fault.parse(kind).kind == kind


@pytest.mark.parametrize("text", ["flood", "500:2", "500:often", "500:-1", ""])
def test_what_is_no_fault_is_refused(text):
    with pytest.raises(ValueError, match="fault"):
        Fault.parse(text)
