"""The rate limit."""

import pytest

from rehearsal.values.errors import ApiError
from rehearsal.workspace.bucket import RequestBucket
from tests.rehearsal.cassettes import Clock
from tests.rehearsal.client import Client


def spend(bucket, wanted):
    """Return the number of wanted requests that the bucket lets through."""
    for count in range(wanted):
        try:
            bucket.spend()
        except ApiError:
            return count
    return wanted


def test_the_whole_limit_can_be_spent_at_once_and_comes_back_evenly():
    clock = Clock()
    bucket = RequestBucket(100, clock)
    assert spend(bucket, 150) == 100
    clock.wait(0.59)
    assert spend(bucket, 1) == 0
    clock.wait(0.02)
    assert spend(bucket, 2) == 1
    clock.wait(30)
    assert spend(bucket, 100) == 50


def test_it_never_holds_more_than_the_limit():
    clock = Clock()
    bucket = RequestBucket(10, clock)
    clock.wait(3600)
    assert spend(bucket, 100) == 10


def test_no_limit_is_no_limit():
    assert spend(RequestBucket(0), 10_000) == 10_000


def test_the_refusal_says_429_over_rest():
    bucket = RequestBucket(1)
    bucket.spend()
    with pytest.raises(ApiError) as refusal:
        bucket.spend()
    assert refusal.value.rest_body() == {
        "statusCode": 429,
        "error": "HttpException",
        "messages": ["Limit reached (1 tokens per 60000 ms)"],
    }


def test_metadata_files_and_unreadable_requests_cost_nothing():
    client = Client(rate_limit=1)
    for _ in range(3):
        client.get("/rest/metadata/objects", limit=1)
        client.metadata("{ currentWorkspace { id } }")
        assert client.request("GET", "/rest/nopes").status_code == 400
    client.get("/rest/people")
    assert client.request("GET", "/rest/people").status_code == 429


def test_each_root_field_of_a_graphql_request_costs_a_token():
    client = Client(rate_limit=2)
    answer = client.graphql("{ people { totalCount } companies { totalCount } tasks { totalCount } }")
    assert [answer["data"][name] for name in ("people", "companies", "tasks")] == [{"totalCount": 0}, {"totalCount": 0}, None]
    assert answer["errors"][0]["extensions"]["subCode"] == "LIMIT_REACHED"
