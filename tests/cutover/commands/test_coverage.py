"""Before the first write to another machine, the project says on what ground health data may lie there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cutover.commands.approvals.sample import sample
from cutover.commands.approvals.schema import schema_apply, schema_plan
from cutover.commands.oversight.dead_letters import retry_dead_letters
from cutover.commands.oversight.doctor import doctor
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.project.errors import ApprovalMissing
from cutover.project.setting_sections import Coverage, TwentySection
from cutover.runs.coverage import is_loopback, lacks_coverage
from cutover.runs.syncing import SyncOptions, consume_events
from events.decisions import Decided
from tests.cutover.commands.office import Office

ELSEWHERE = "https://crm.example.com"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:3000", True),
        ("http://LOCALHOST:3000", True),
        ("http://127.0.0.1", True),
        ("http://127.8.0.1:3000", True),
        ("http://[::1]:3000", True),
        ("https://crm.example.com", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.5:3000", False),
        ("http://0.0.0.0:3000", False),
        ("http://twenty-server:3000", False),
    ],
)
def test_loopback_is_this_machine_and_no_other(url: str, *, here: bool) -> None:
    assert is_loopback(url) is here
    assert (lacks_coverage(url, TwentySection()) is None) is here


@pytest.mark.parametrize(
    ("covered", "by", "lacks"),
    [
        (None, "", "covered and covered_by"),
        (None, "Dana Reed", "covered"),
        (Coverage.BAA, "", "covered_by"),
        (Coverage.BAA, "Dana Reed", None),
        (Coverage.SELF_HOSTED, "Dana Reed", None),
    ],
)
def test_another_machine_needs_a_ground_and_a_name(covered: Coverage | None, by: str, lacks: str | None) -> None:
    said = lacks_coverage(ELSEWHERE, TwentySection(covered=covered, covered_by=by))
    assert (said is None) == (lacks is None)
    if lacks is not None and said is not None:
        assert f"lacks {lacks}, nothing was written" in said
        assert "not HIPAA certified" in said
        assert "crm.example.com" in said


@pytest.fixture
def elsewhere(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office whose workspace counts as another machine's."""
    monkeypatch.setattr("cutover.runs.coverage.is_loopback", lambda _url: False)
    return office


WRITES: dict[str, Callable[[Office], Any]] = {
    "schema apply": lambda office: office.run(schema_apply),
    "sample": lambda office: office.run(sample, None),
    "sync": lambda office: office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True)),
    "consume": lambda office: office.run(consume_events, follow=False, without_sample=True),
    "replay": lambda office: office.run(replay, "start", None, None, dry_run=False),
    "dead-letters retry": lambda office: office.run(retry_dead_letters),
}


@pytest.mark.integration
@pytest.mark.parametrize("command", WRITES)
def test_each_command_that_writes_is_refused_before_it_writes(elsewhere: Office, command: str) -> None:
    before = elsewhere.ask(lambda session: len(list(session.decisions.all())))
    with pytest.raises(ApprovalMissing, match="not HIPAA certified"):
        WRITES[command](elsewhere)
    assert elsewhere.ask(lambda session: len(list(session.decisions.all()))) == before


@pytest.mark.integration
def test_commands_that_read_or_take_back_are_not_refused(elsewhere: Office) -> None:
    elsewhere.run(schema_plan)
    elsewhere.run(replay, "start", None, None, dry_run=True)
    assert elsewhere.run(rollback, RollbackOptions(everything=True, yes=True)).document["undone"]


@pytest.mark.integration
def test_the_statement_is_recorded_once_and_again_when_it_changes(elsewhere: Office) -> None:
    def stated() -> list[tuple[str, str]]:
        found = elsewhere.ask(lambda session: list(session.decisions.all(Decided.COVERAGE_STATED)))
        return [(one.body["covered"], one.body["by"]) for one in found]

    for covered, by in (("self-hosted", "Dana Reed"), ("self-hosted", "Dana Reed"), ("baa", "Dana Reed")):
        elsewhere.environment("COVERED", covered)
        elsewhere.environment("COVERED_BY", by)
        WRITES["sync"](elsewhere)
    assert stated() == [("self-hosted", "Dana Reed"), ("baa", "Dana Reed")]


@pytest.mark.integration
def test_on_this_machine_nothing_is_asked_or_recorded(office: Office) -> None:
    office.environment("COVERED", "baa")
    office.environment("COVERED_BY", "Dana Reed")
    WRITES["sync"](office)
    assert office.ask(lambda session: list(session.decisions.all(Decided.COVERAGE_STATED))) == []


@pytest.mark.integration
def test_doctor_asks_for_it(elsewhere: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def checked() -> dict[str, Any]:
        [found] = [one for one in doctor(elsewhere.project).document["checks"] if one["name"] == "coverage"]
        return dict(found)

    monkeypatch.setattr("cutover.commands.oversight.doctor.is_loopback", lambda _url: False)
    assert checked()["state"] == "wrong"
    elsewhere.environment("COVERED", "baa")
    elsewhere.environment("COVERED_BY", "Dana Reed")
    assert "Dana Reed" in checked()["found"]
    assert checked()["state"] == "right"
