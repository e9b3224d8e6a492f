"""Timeline rows of our own writes hold patients' values: a rollback of everything destroys them, counted, and no other rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.forget import forget
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.decisions import Decided
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration
OWNER = "office@juniper-ridge.example"
Run = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    practice = write_practice(tmp_path / "practice", patients=20, days=2)
    members = (OWNER, *practice.member_emails)
    with running(WorkspaceSettings(api_key="key", members=members, rate_limit=0, timeline=True)) as served:
        yield served


@pytest.fixture
def run(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command in a project whose two days are in Twenty."""
    for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0", "FALLBACK_MEMBER": OWNER}.items():
        monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
    practice = write_practice(tmp_path / "again", patients=20, days=2)
    init_project(tmp_path / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)

    def in_project(command: Callable[[Session], Any]) -> Any:
        with find_project(tmp_path / "project") as project, Session(project) as session:
            return command(session)

    day_1, day_2 = practice.extracts
    in_project(lambda s: map_propose(s, [day_1]))
    in_project(lambda s: map_approve(s, "Test"))
    in_project(schema_apply)
    for day in (day_1, day_2):
        in_project(lambda s, day=day: sync(s, [day], SyncOptions(without_sample=True)))
    return in_project


def rows(url: str, **condition: Any) -> list[dict[str, Any]]:
    query = (
        "query($f: TimelineActivityFilterInput) { timelineActivities(first: 5000, filter: $f) "
        "{ edges { node { id name properties workspaceMemberId linkedRecordId targetPersonId targetTaskId targetNoteId } } } }"
    )
    body = {"query": query, "variables": {"f": condition}}
    answer = httpx.post(f"{url}/graphql", json=body, headers={"Authorization": "Bearer key"})
    return [edge["node"] for edge in answer.json()["data"]["timelineActivities"]["edges"]]


def ask(url: str, method: str, path: str, body: Any = None) -> Any:
    answer = httpx.request(method, f"{url}/rest/{path}", json=body, headers={"Authorization": "Bearer key"})
    assert answer.is_success, answer.text
    return answer.json()["data"]


def test_a_rollback_of_everything_leaves_no_row_of_ours_and_tells_how_many_went(run: Run, url: str) -> None:
    before = rows(url)
    assert any(row["name"] == "note.created" for row in before)
    looked = run(lambda s: rollback(s, RollbackOptions(everything=True, dry_run=True))).document
    assert len(rows(url)) == len(before), "a dry run destroys none"
    done = run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True))).document
    assert rows(url) == []
    assert done["timeline"]["destroyed"] == len(before)
    assert looked["timeline"] == done["timeline"]
    assert looked["ahead"]["requests"] == done["requests"], "timeline rows are counted apart"


def test_each_request_is_decided_before_and_counts_the_rows_alone(run: Run, url: str) -> None:
    count = len(rows(url))
    run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True)))
    decided = run(lambda s: [d.body for d in s.decisions.all(Decided.TIMELINE_DESTROYED)])
    assert decided == [{"rows": count}]


def test_they_are_kept_on_request_and_by_a_rollback_of_a_part(run: Run, url: str) -> None:
    [patient] = ask(url, "GET", "people?limit=1")["people"]
    part = run(lambda s: rollback(s, RollbackOptions(record=patient["pbnId"], yes=True))).document
    assert part["timeline"] is None
    done = run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True, keep_timeline=True))).document
    assert done["timeline"] is None
    assert any(row["name"] == "note.created" for row in rows(url)), "those of notes point at nothing now"
    with pytest.raises(UsageError, match="--keep-timeline goes with --all"):
        run(lambda s: rollback(s, RollbackOptions(record=patient["pbnId"], yes=True, keep_timeline=True)))


def test_rows_about_the_work_of_people_stay(run: Run, url: str) -> None:
    [patient] = ask(url, "GET", "people?limit=1")["people"]
    [member] = ask(url, "GET", "workspaceMembers?limit=1")["workspaceMembers"]
    ask(url, "PATCH", f"people/{patient['id']}", {"jobTitle": "Carpenter"})  # so that the rollback keeps the person
    about = {"targetPersonId": patient["id"], "name": "person.updated"}
    theirs = ask(url, "POST", "timelineActivities", {**about, "workspaceMemberId": member["id"], "properties": {"diff": {}}})
    by_workflow = {"updatedBy": {"before": {"source": "API"}, "after": {"source": "WORKFLOW"}}}
    others = ask(url, "POST", "timelineActivities", {**about, "properties": {"diff": by_workflow}})
    done = run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True))).document
    assert [kept["reason"] for kept in done["kept"] if kept["pbnId"] == patient["pbnId"]] == ["edited_in_twenty"]
    stay = {row["id"] for row in rows(url)}
    assert stay == {theirs["createTimelineActivity"]["id"], others["createTimelineActivity"]["id"]}
    assert done["timeline"]["of_others"] == 2


def of_patient(run: Run, pbn_id: str) -> set[str]:
    """Return the ids in Twenty of a patient and of what hangs on them."""

    def ask_view(session: Session) -> set[str]:
        heads = session.view.of_patients(session.ids_of(pbn_id))
        records = [*session.ids_of(pbn_id), *(head.record_id for head in heads)]
        return {str(UUID(bytes=one.twenty_id)) for one in session.view.written_for(records)}

    found: set[str] = run(ask_view)
    return found


def test_a_forgotten_patient_leaves_twenty_with_their_rows_when_that_is_asked(run: Run, url: str) -> None:
    [patient] = ask(url, "GET", "people?limit=1")["people"]
    records = of_patient(run, patient["pbnId"])
    about = [row for row in rows(url) if row_is_about(row, records)]
    certificate = run(lambda s: forget(s, patient["pbnId"], yes=True, in_twenty=True)).document
    assert certificate["in_twenty"]["undone"] == len(records)
    assert certificate["in_twenty"]["timeline"]["destroyed"] >= len(about) > 0
    assert not any(row_is_about(row, records) for row in rows(url))
    left = httpx.get(f"{url}/rest/people/{patient['id']}", headers={"Authorization": "Bearer key"})
    assert left.status_code == 404
    again = run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True))).document
    assert again["kept"] == []
    assert rows(url) == []


def test_people_s_work_on_a_patient_is_never_forgotten_unasked(run: Run, url: str) -> None:
    [patient] = ask(url, "GET", "people?limit=1")["people"]
    ask(url, "PATCH", f"people/{patient['id']}", {"jobTitle": "Carpenter"})
    count = len(rows(url))
    with pytest.raises(UsageError, match="people worked on 1 record of this patient"):
        run(lambda s: forget(s, patient["pbnId"], yes=True, in_twenty=True))
    assert len(rows(url)) == count
    assert not run(lambda s: list(s.decisions.all(Decided.PERSON_FORGOTTEN)))
    run(lambda s: forget(s, patient["pbnId"], yes=True, in_twenty=True, force=True))
    left = httpx.get(f"{url}/rest/people/{patient['id']}", headers={"Authorization": "Bearer key"})
    assert left.status_code == 404


def row_is_about(row: dict[str, Any], records: set[str]) -> bool:
    return bool(records & {value for name, value in row.items() if name.startswith(("target", "linkedRecord"))})
