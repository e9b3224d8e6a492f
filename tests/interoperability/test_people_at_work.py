"""People at work in a real Twenty in the meantime: merged patients, an emptied trash, a changed status, timeline rows.

`make test-twenty` runs it, against an EMPTY workspace (see `test_whole_migration`). It was written for Twenty 2.21; what it
shows is what `tests/consumers/test_merges.py` and `test_trash.py` hold against the rehearsal workspace.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.twenty.workspace import Workspace
from tests.acceptance.workbench import Bench
from tests.interoperability.real_twenty import (
    KEY,
    PASSWORD,
    RATE,
    URL,
    USER,
    Asker,
    needs_twenty,
    signed_in,
    without_sample_workflow,
)
from tests.interoperability.test_whole_migration import LAKEVIEW, done

pytestmark = needs_twenty
OPPORTUNITY, NOTE, LINK = (f"8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c80{number:02}" for number in range(3))
WORKER = 60
"""Seconds that Twenty's worker may take to write timeline rows."""


@pytest.fixture
def twenty() -> Iterator[Workspace]:
    """Yield the workspace as people use it. Its sample workflow is out of the way while the test runs."""
    with without_sample_workflow() as workspace:
        yield workspace


@pytest.fixture
def earlier(twenty: Workspace) -> frozenset[str]:
    """Return the ids of timeline rows that were there before."""
    return frozenset(row["id"] for row in timeline(twenty))


@pytest.fixture
def bench(twenty: Workspace, earlier: frozenset[str], tmp_path: Path) -> Iterator[Bench]:
    """Yield a project whose first day is in the workspace, after the `earlier` timeline rows were noted; in the end everything
    is taken back.
    """
    owner = next(m.email for m in twenty.members() if m.email)
    here = {"CUTOVER_TWENTY__RATE_LIMIT": str(RATE), "CUTOVER_TWENTY__FALLBACK_MEMBER": owner}
    bench = Bench(tmp_path / "project", URL, KEY, tmp_path / "before.json", here)
    bench.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1", stop=3600)
    done(bench, "sync", LAKEVIEW / "day-1", "--without-sample")
    twenty.metadata(refresh=True)
    yield bench
    bench.cutover("rollback", "--all", "--schema", "--force", "--yes", stop=3600)


@pytest.fixture
def member() -> Asker:
    """Return a member of the workspace, signed in; the API key stands for people where there is none to sign in."""
    return signed_in() if USER and PASSWORD else Asker(KEY)


@pytest.fixture
def staff(member: Asker) -> Iterator[Workspace]:
    """Yield the workspace as that member works in it; what they make there is destroyed in the end."""
    with Workspace(URL, member.token, rate_limit=RATE) as workspace:
        yield workspace
        workspace.destroy("opportunities", [OPPORTUNITY])
        workspace.destroy("notes", [NOTE])


def linked(twenty: Workspace, plural: str, person: str) -> list[dict[str, Any]]:
    return [dict(one) for one in twenty.find(plural, {"targetPersonId": {"eq": person}}, fields=("id", "targetPersonId"))]


def timeline(twenty: Workspace) -> list[dict[str, Any]]:
    fields = ("id", "name", "workspaceMemberId")
    return [dict(one) for one in twenty.find("timelineActivities", {"name": {"like": "%"}}, fields=fields)]


def quiet_timeline(twenty: Workspace) -> list[dict[str, Any]]:
    """Return the timeline rows once the worker writes no more of them."""
    before: list[dict[str, Any]] = []
    for _ in range(WORKER // 3):
        time.sleep(3)
        if len(now := timeline(twenty)) == len(before):
            break
        before = now
    return timeline(twenty)


def assert_work_is_there(twenty: Workspace, edited: str, known: str) -> None:
    person = twenty.read("people", [edited], fields=("id", "jobTitle", "name"))[edited]
    assert (person["jobTitle"], person["name"]["lastName"]) == ("Teacher", "Wed")
    opportunity = twenty.read("opportunities", [OPPORTUNITY], fields=("id", "pointOfContactId"))[OPPORTUNITY]
    assert opportunity["pointOfContactId"] == known
    assert LINK in {one["id"] for one in linked(twenty, "noteTargets", known)}


def test_what_people_do_in_the_meantime_is_found_listed_and_never_undone(
    earlier: frozenset[str], bench: Bench, twenty: Workspace, member: Asker, staff: Workspace
) -> None:
    # two patients are merged: the loser goes with its links, and what points at it by a relation goes to the winner
    people = {one["pbnId"]: one["id"] for one in twenty.find("people", {"pbnId": {"like": "%"}}, fields=("id", "pbnId"))}
    loser_pbn, loser = next((p, i) for p, i in sorted(people.items()) if len(linked(twenty, "taskTargets", i)) > 1)
    winner, edited, known = [i for p, i in sorted(people.items()) if p != loser_pbn][:3]
    tasks, notes = len(linked(twenty, "taskTargets", loser)), len(linked(twenty, "noteTargets", loser))
    merged = member.rest("PATCH", "people/merge", {"ids": [winner, loser], "conflictPriorityIndex": 0})["mergePerson"]
    assert merged["id"] == winner
    assert twenty.read("people", [loser], deleted=True) == {}
    assert linked(twenty, "taskTargets", loser) == linked(twenty, "noteTargets", loser) == []

    # a task's status is changed, another task goes into the trash, and the trash is emptied
    mine = {"pbnId": {"like": "%:appointment:%"}, "status": {"eq": "TODO"}}
    status, binned = [one["id"] for one in twenty.find("tasks", mine, fields=("id",))][:2]
    staff.update("tasks", status, {"status": "DONE"})
    staff.soft_delete("tasks", [binned])
    staff.destroy("tasks", [binned])

    # a value is edited, and relations are made: an opportunity of a patient, a note about a patient
    staff.update("people", edited, {"jobTitle": "Teacher", "name": {"lastName": "Wed"}})
    staff.create("opportunities", [{"id": OPPORTUNITY, "name": "Aligners", "pointOfContactId": known}])
    staff.create("notes", [{"id": NOTE, "title": "Called about aligners"}])
    staff.create("noteTargets", [{"id": LINK, "noteId": NOTE, "targetPersonId": known}])

    # a sync of the same day undoes none of it
    done(bench, "sync", LAKEVIEW / "day-1", "--without-sample")
    assert twenty.read("people", [loser], deleted=True) == {}
    assert twenty.read("tasks", [binned], deleted=True) == {}

    # a replay makes the task again that was destroyed, undoes nothing else, and lists the merge with its lost links by name
    done(bench, "replay", "--from", "start")
    assert twenty.read("people", [loser], deleted=True) == {}
    assert binned in twenty.read("tasks", [binned])
    assert twenty.read("tasks", [status])[status]["status"] == "DONE"
    assert_work_is_there(twenty, edited, known)
    listed = done(bench, "conflicts", "list", "--reason", "merged_in_twenty")["conflicts"]
    [merge] = [one for one in listed if one["pbnId"] == loser_pbn]
    assert merge["merged"]["into"] == winner
    lost = [one["object"] for one in merge["merged"]["lost"]]
    assert (lost.count("taskTargets"), lost.count("noteTargets")) == (tasks, notes)

    # the merge stands: the links go to the winner, and the loser does not come again
    before = len(linked(twenty, "taskTargets", winner))
    done(bench, "conflicts", "resolve", "--reason", "merged_in_twenty", "--take", "theirs", "--by", "Test")
    done(bench, "sync", LAKEVIEW / "day-1", "--without-sample")
    assert len(linked(twenty, "taskTargets", winner)) == before + tasks
    assert twenty.read("people", [loser], deleted=True) == {}
    assert done(bench, "conflicts", "list", "--reason", "merged_in_twenty")["conflicts"] == []

    # timeline rows of our writes are counted, and go with everything; the rollback keeps what people worked on
    rows = [row for row in quiet_timeline(twenty) if row["id"] not in earlier]
    assert rows
    looked = done(bench, "rollback", "--all", "--dry-run")
    undone = done(bench, "rollback", "--all", "--yes")
    print(f"\ntimeline rows: {len(rows)} before; {undone['timeline']}; requests {undone['requests']}; ahead {looked['ahead']}")
    assert undone["timeline"]["destroyed"] >= 0.9 * len(rows)
    assert looked["ahead"]["requests"] == undone["requests"]
    print(f"kept: {Counter((one['object'], one['reason']) for one in undone['kept'])}")
    assert {one["reason"] for one in undone["kept"]} >= {"edited_in_twenty", "built_on_in_twenty"}
    assert status in twenty.read("tasks", [status])
    assert_work_is_there(twenty, edited, known)
    for plural in ("people", "tasks", "notes", "taskTargets", "noteTargets", "companies"):
        assert twenty.find(plural, {"deletedAt": {"is": "NOT_NULL"}}, fields=("id",)) == [], f"{plural} in the trash"
    forced = done(bench, "rollback", "--all", "--force", "--yes")
    assert forced["kept"] == []
    assert {OPPORTUNITY, NOTE} == {*twenty.read("opportunities", [OPPORTUNITY]), *twenty.read("notes", [NOTE])}
    staff.destroy("opportunities", [OPPORTUNITY])
    staff.destroy("notes", [NOTE])
    rows = [row for row in quiet_timeline(twenty) if row["id"] not in earlier]
    left = [row["name"] for row in rows if row["workspaceMemberId"] is None]
    print(f"timeline rows left that name no member: {left}")
    # those of the task that people destroyed point at nothing: nobody can tell whose they are
    ours = [name for name in left if name.startswith(("note.", "task.", "person.", "linked-"))]
    assert len(ours) <= 3
    assert all(name.startswith("task.") for name in ours)
