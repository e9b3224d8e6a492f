"""Twenty's own sample workflow stops what writes records; it is switched off and on again as a recorded step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.data_model.firing_workflows import firing_workflows
from consumers.data_model.ledger import read_ledger
from consumers.data_model.steps import StepKind, Undoing
from cutover.commands.approvals.go_live import go_live
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.sample import sample
from cutover.commands.approvals.schema import SampleSwitch, schema_apply
from cutover.commands.oversight.dead_letters import retry_dead_letters
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.project.init_project import init_project
from cutover.runs.syncing import SyncOptions, consume_events
from events.decisions import Decided
from rehearsal.server.server import WorkspaceSettings, running
from tests.consumers.reconcile.small_practice import DENTIST, FALLBACK, KEY, write_extract
from tests.cutover.commands.office import SETTINGS, Office, setting
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

SAMPLE = "Create company when adding a new person"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a project beside a workspace as a customer gets it, its data model applied, nothing written."""
    office = Office(tmp_path, setting(monkeypatch))
    for name, value in SETTINGS.items():
        office.environment(name, value)
    init_project(office.project, practice_id="elm", name="Elm Street Dental", timezone="America/Chicago")
    extract = write_extract(tmp_path / "day-1", troubled())
    settings = WorkspaceSettings(api_key=KEY, members=(FALLBACK, DENTIST), rate_limit=0, sample_workflows=True)
    with running(settings) as url:
        office.environment("URL", url)
        office.run(map_propose, [extract])
        office.run(map_approve, "Test", accept_doubtful=True)
        office.run(schema_apply)
        yield office


def synced(office: Office) -> Any:
    return office.run(sync, [office.folder / "day-1"], SyncOptions(without_sample=True))


def fires(office: Office) -> bool:
    return bool(office.ask(lambda session: firing_workflows(session.workspace)))


WRITES: dict[str, Callable[[Office], Any]] = {
    "sample": lambda office: office.run(sample, None),
    "sync": synced,
    "consume": lambda office: office.run(consume_events, follow=False, without_sample=True),
    "replay": lambda office: office.run(replay, "start", None, None, dry_run=False),
    "dead-letters retry": lambda office: office.run(retry_dead_letters),
}


@pytest.mark.parametrize("command", WRITES)
def test_while_it_runs_nothing_that_writes_records_begins(office: Office, command: str) -> None:
    before = office.ask(lambda session: len(list(session.decisions.all())))
    with pytest.raises(
        ApprovalMissing, match=f"{SAMPLE}.*nothing was written.*--disable-sample-workflow.*Deactivate"
    ) as refused:
        WRITES[command](office)
    assert refused.value.exit_code == 4
    assert office.ask(lambda session: len(list(session.decisions.all()))) == before
    assert office.ask(lambda session: session.workspace.count("people")) == 0


def test_switched_off_it_leaves_patients_alone_and_rollback_switches_it_on(office: Office) -> None:
    answer = office.run(schema_apply, samples=SampleSwitch.OFF)
    assert [(one["name"], one["on"]) for one in answer.document["switched"]] == [(SAMPLE, False)]
    assert any("--enable-sample-workflow" in str(line) for line in answer.text)
    assert not fires(office)
    assert synced(office).document["writes"]["create"]
    office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True))
    assert fires(office)


def test_it_is_a_step_of_the_ledger_with_its_inverse(office: Office) -> None:
    office.run(schema_apply, samples=SampleSwitch.OFF)
    ledger = office.ask(lambda session: read_ledger(session.decisions, session.workspace_id))
    [one] = [one for one in ledger.applied if one.step.kind is StepKind.SWITCH_OFF_WORKFLOW]
    assert one.inverse.action is Undoing.SWITCH_ON_WORKFLOW
    kinds = office.ask(lambda session: [d.decided for d in session.decisions.all()][-4:])
    assert kinds == [Decided.RUN_STARTED, Decided.SCHEMA_STEP_INTENDED, Decided.SCHEMA_STEP_APPLIED, Decided.RUN_ENDED]


def test_it_is_switched_on_again_without_a_rollback(office: Office) -> None:
    office.run(schema_apply, samples=SampleSwitch.OFF)
    synced(office)
    assert any(SAMPLE in str(line) for line in office.run(go_live, accept_open="known", by="Dana").text)
    answer = office.run(schema_apply, samples=SampleSwitch.ON)
    assert [(one["name"], one["on"]) for one in answer.document["switched"]] == [(SAMPLE, True)]
    assert fires(office)
    assert not any("is switched off" in str(line) for line in answer.text)
    assert office.run(schema_apply, samples=SampleSwitch.ON).document["switched"] == []
    assert not any(SAMPLE in str(line) for line in office.run(go_live).text)


def test_twice_switched_off_is_one_step(office: Office) -> None:
    office.run(schema_apply, samples=SampleSwitch.OFF)
    assert office.run(schema_apply, samples=SampleSwitch.OFF).document["switched"] == []


def test_a_trigger_that_people_destroyed_is_not_missed(office: Office) -> None:
    [workflow] = office.ask(lambda session: firing_workflows(session.workspace))
    office.run(schema_apply, samples=SampleSwitch.OFF)
    office.ask(lambda session: session.workspace.destroy("workflowAutomatedTriggers", workflow.triggers))
    assert office.run(schema_apply, samples=SampleSwitch.ON).document["switched"]
    assert not fires(office)


def test_a_step_that_was_killed_is_settled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from consumers.data_model.applying import apart

    send = apart.send

    def killed(*arguments: Any) -> str:
        send(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(apart, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            office.run(schema_apply, samples=SampleSwitch.OFF)
    assert not fires(office)
    office.run(schema_apply, samples=SampleSwitch.ON)
    assert fires(office)


def test_both_choices_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        SampleSwitch.of(disable=True, enable=True)
    assert SampleSwitch.of(disable=False, enable=False) is SampleSwitch.LEAVE
