"""A whole migration against a real Twenty: day one, the delta, a person's edit, a day taken back, and everything taken back.

`make test-twenty` runs it. It needs a workspace of its own, EMPTY or nearly so, in CUTOVER_TEST_TWENTY_URL and
CUTOVER_TEST_TWENTY_KEY (an API key with the admin role). It keeps to CUTOVER_TEST_TWENTY_RATE requests a minute (default 100,
as Twenty's; 0 where the limit is lifted). What was there before is compared in the end with a snapshot, record by record.
Every GraphQL document that the program sent is held against what the server lists of itself, and counted.

One test, because its steps build on each other and a real server's limit makes a fresh workspace for each of them too slow. It
lies with the other tests and is skipped where there is no server: a suite that nobody collects is a suite that nobody mends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema

from consumers.twenty.workspace import Workspace
from tests.acceptance.workbench import EXTRACTS, Bench
from tests.interoperability.real_twenty import KEY, RATE, URL, needs_twenty, without_sample_workflow
from tests.twenty_versions.proxy import APIS, Proxy, listed_by
from tests.twenty_versions.serving import serving

LAKEVIEW = EXTRACTS / "lakeview"
RENAMED = "lakeview:patient:2006"  # Davis on day 1, Nelson on day 2

pytestmark = needs_twenty


@pytest.fixture
def twenty() -> Iterator[Workspace]:
    """Yield the workspace as people use it. Its sample workflow is out of the way while the test runs."""
    with without_sample_workflow() as workspace:
        yield workspace


@pytest.fixture
def owner(twenty: Workspace) -> str:
    """Return the member who stands in for providers who are none: a real workspace has no others that a test could make."""
    return next(m.email for m in twenty.members() if m.email)


@pytest.fixture
def proxy() -> Proxy:
    """Send the program's requests through it."""
    return Proxy(URL)


@pytest.fixture
def bench(twenty: Workspace, owner: str, proxy: Proxy, tmp_path: Path) -> Iterator[Bench]:
    """Yield a project beside the workspace, whose snapshot is taken. What a failed test leaves there is taken back."""
    here = {"CUTOVER_TWENTY__RATE_LIMIT": str(RATE), "CUTOVER_TWENTY__FALLBACK_MEMBER": owner}
    with serving(proxy) as url:
        yield from _beside(Bench(tmp_path / "project", url, KEY, tmp_path / "before.json", here), twenty)


def _beside(bench: Bench, twenty: Workspace) -> Iterator[Bench]:
    ours = {"pbnId": {"startsWith": "lakeview:"}} if "pbnId" in twenty.metadata().object("person").columns else None
    assert ours is None or twenty.count("people", ours) == 0, "the workspace holds a migration already: give an empty one"
    bench.check("--snapshot", bench.before)
    assert bench.before.exists()
    yield bench
    if bench.project.exists():
        bench.cutover("rollback", "--all", "--schema", "--force", "--yes", stop=3600)


def done(bench: Bench, *arguments: str | Path) -> Any:
    """Run a command that must end with 0 or 1; gives its document. A real server takes its time."""
    said = bench.cutover(*arguments, stop=3600)
    assert said.code in (0, 1), f"{arguments[0]}: {said.err}"
    return said.document


def assert_truth(bench: Bench, day: int, owner: str) -> None:
    truth = LAKEVIEW / f"truth/day-{day}.json"
    said = bench.check("--truth", truth, "--fallback", owner, "--baseline", bench.before, "--first", 20).rstrip()
    assert said.endswith(" passed, 0 failed"), said
    assert not said.splitlines()[-1].startswith("0 passed"), said


def person(twenty: Workspace, pbn_id: str) -> dict[str, Any]:
    [found] = twenty.find("people", {"pbnId": {"eq": pbn_id}}, fields=("id", "name"))
    return found


def assert_readable(twenty: Workspace) -> None:
    """Assert that records and their links are dated as in PbN, and that fields have labels and icons for people."""
    fields = ("id", "createdAt", "originalCreateDate")
    notes = {one["id"]: one for one in twenty.find("notes", {"pbnId": {"startsWith": "lakeview:"}}, fields=fields)}
    assert notes
    assert all(one["createdAt"] == one["originalCreateDate"] for one in notes.values())
    links = twenty.find("noteTargets", {"noteId": {"in": sorted(notes)}}, fields=("id", "createdAt", "noteId"))
    assert {link["noteId"]: link["createdAt"] for link in links} == {i: one["createdAt"] for i, one in notes.items()}
    balance = twenty.metadata().object("billingRecord").field("bal030")
    assert (balance.label, balance.type) == ("Balance 0–30 days", "CURRENCY")
    told = httpx.get(f"{URL}/rest/metadata/objects?limit=200", headers={"Authorization": f"Bearer {KEY}"}, timeout=60)
    icons = {(one["nameSingular"], field["name"]): field["icon"] for one in told.json()["data"] for field in one["fields"]}
    assert (icons["treatmentPlan", "toothSurface"], icons["treatmentPlan", "patient"]) == ("IconDental", "IconUser")
    assert icons["person", "treatmentPlans"] == "IconDental"


def assert_listed(proxy: Proxy, listed: dict[str, GraphQLSchema]) -> None:
    """Assert that nothing that was sent is unknown to the server; prints what was sent, and how often."""
    held = proxy.held_against(listed)
    print(*(f"{count:>6}  {one.name}" for one, count in sorted(held.items(), key=lambda pair: pair[0].name)), sep="\n")
    assert [one for one in held if one.refusals] == []
    assert any(one.name.startswith("mutation destroy") for one in held)


def test_a_practice_arrives_is_kept_in_step_and_is_taken_back(
    bench: Bench, proxy: Proxy, twenty: Workspace, owner: str
) -> None:
    began = time.monotonic()
    # a first day
    bench.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1", stop=3600)
    plan = done(bench, "schema", "plan")
    assert plan["workflows"] == []
    assert [lack for lack in plan["server"]["lacks"] if lack["blocks"]] == []
    done(bench, "sample", "--patients", "5")
    done(bench, "sample", "accept", "--by", "Test")
    first = done(bench, "sync", LAKEVIEW / "day-1")
    assert first["conflicts"] == 0
    twenty.metadata(refresh=True)
    assert_truth(bench, 1, owner)
    assert_readable(twenty)
    again = done(bench, "sync", LAKEVIEW / "day-1")
    assert again["positions"]["from"] == again["positions"]["to"], "the second run appends no change event"
    assert sum(again["writes"].values()) == 0, "and writes nothing"

    # a person's edit survives the delta, and is listed
    edited = person(twenty, RENAMED)
    assert edited["name"]["lastName"] == "Davis"
    twenty.update("people", edited["id"], {"name": {"lastName": "Davis-Nelson"}})
    second = done(bench, "sync", LAKEVIEW / "day-2")
    assert second["conflicts"] == 1
    assert person(twenty, RENAMED)["name"]["lastName"] == "Davis-Nelson"
    assert [(e["pbnId"], e["fields"]) for e in done(bench, "reconcile")["edited"]] == [(RENAMED, ["name"])]

    # the second day is taken back, and comes again
    assert done(bench, "rollback", "--run", second["run"], "--yes")["undone"] > 0
    twenty.update("people", edited["id"], {"name": {"lastName": "Davis"}})
    assert_truth(bench, 1, owner)
    done(bench, "sync", LAKEVIEW / "day-2")
    done(bench, "replay", "--from", "start")
    assert_truth(bench, 2, owner)

    # everything is taken back, the data model too
    listed = {api: listed_by(URL, KEY, api) for api in APIS}
    undone = done(bench, "rollback", "--all", "--schema", "--yes")
    assert undone["kept"] == []
    bench.assert_as_before("--ignore-objects", "timelineActivities")  # those rows are the server's own, and stay
    assert done(bench, "log", "verify")["problems"] == []
    print(f"\nTwenty {plan['server']['version']}")
    assert_listed(proxy, listed)
    requests = sum(one["requests"] for one in (first, second, undone))
    print(f"\n{URL}: day one, the delta and the rollback took {requests} requests; {time.monotonic() - began:.0f} s in all")


def test_the_key_may_do_what_a_migration_needs(twenty: Workspace, owner: str) -> None:
    assert {"person", "company", "task", "note", "attachment", "workspaceMember"} <= {
        o.singular for o in twenty.metadata().objects
    }
    assert owner


def test_a_wrong_key_is_told_from_a_server_that_is_away() -> None:
    answer = httpx.get(f"{URL}/rest/people", headers={"Authorization": "Bearer wrong"}, timeout=30)
    assert answer.status_code in (401, 403)
