"""The requests that a command forecasts are those that the command then takes."""

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.extracts.estimate import estimate
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration
LIMIT = 100
OWNER = "office@juniper-ridge.example"


@pytest.fixture(params=[30, 60, 150])
def practice(request, tmp_path):
    return write_practice(tmp_path / "practice", patients=request.param, days=2)


@pytest.fixture
def run(tmp_path, practice, monkeypatch):
    """Give a function that runs a command in a project of the practice, whose workspace is served."""
    members = (OWNER, *practice.member_emails)
    with running(WorkspaceSettings(api_key="key", members=members, rate_limit=0)) as url:
        for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0", "FALLBACK_MEMBER": OWNER}.items():
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        init_project(tmp_path / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)

        def in_project(command):
            with find_project(tmp_path / "project") as project, Session(project) as session:
                return command(session).document

        yield in_project


def test_an_estimate_is_within_two_requests_of_the_load_and_a_looked_at_rollback_of_the_rollback(run, practice):
    day_1, day_2 = practice.extracts
    forecast = run(lambda s: estimate(s, [day_1], LIMIT))
    run(lambda s: map_propose(s, [day_1]))
    run(lambda s: map_approve(s, "Test"))
    run(schema_apply)
    loaded = run(lambda s: sync(s, [day_1], SyncOptions(without_sample=True)))
    assert abs(forecast["total_requests"] - loaded["requests"]) <= 2
    assert forecast["seconds"] == pytest.approx(loaded["requests"] * 60 / LIMIT, abs=2)

    run(lambda s: sync(s, [day_2], SyncOptions(without_sample=True)))
    looked = run(lambda s: rollback(s, RollbackOptions(everything=True, dry_run=True)))
    done = run(lambda s: rollback(s, RollbackOptions(everything=True, yes=True)))
    assert (looked["undone"], looked["kept"], looked["objects"]) == (done["undone"], done["kept"], done["objects"])
    assert looked["ahead"]["requests"] == done["requests"]
    assert looked["ahead"]["seconds"] is None
