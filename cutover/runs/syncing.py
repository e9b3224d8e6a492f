"""The two halves of a sync, for extracts that are open: producing change events, and consuming them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

from consumers.workers.happenings import JoinedGroup, LeftGroup
from cutover.reports.answer import Answer
from cutover.runs.approvals import (
    approved_mapping,
    require_finished_voids,
    require_not_live,
    require_sample,
    require_schema,
)
from cutover.runs.arguments.extracts import remember
from cutover.runs.carrying import carry
from cutover.runs.claims.consuming import alone, together
from cutover.runs.claims.producing import producing
from cutover.runs.coverage import require_coverage
from cutover.runs.happenings.telling import step_of, tell_notices, tell_produced
from cutover.runs.renumbered import renumbered
from cutover.runs.run import Run, running
from cutover.runs.run_outcome import RunOutcome, answer_of, counts_of, totals
from cutover.runs.sample_workflows import require_no_sample_workflow, require_no_sample_workflow_before_load
from cutover.runs.session import Session
from events.crash_points import CrashPoint
from events.decisions import Decided
from producers.changes.produced import Produced
from producers.sources.extract import VOIDED, Extract, ExtractScope, FileIssue
from producers.state.voided import voided_extracts

POLL = 5.0
"""Seconds between two looks, in follow mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """The options of a sync."""

    scope: ExtractScope | None = None
    taken_at: str | None = None
    confirm_deletions: bool = False
    without_sample: bool = False
    after_go_live: bool = False


def sync_extracts(
    session: Session,
    extracts: Sequence[Extract],
    options: SyncOptions,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """Sync opened extracts, whose approvals are there. Asked to stop, it ends after the window at work."""
    outcome = RunOutcome(requests=session.requests_ahead)
    with (
        producing(session, holder="sync"),
        alone(session, holder="sync"),
        renumbered(session),
        running("sync", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        for extract in extracts:
            if stopped():
                break
            produce_extract(session, extract, run, options, outcome)
            carry(session, run, outcome, stopped=stopped)
        totals(session, run, outcome)
    return answer_of(session, run, outcome)


def require_approvals(session: Session, options: SyncOptions, *, before_load: bool = False) -> None:
    """Raise ApprovalMissing unless everything is approved that a sync needs; TwentyError. `before_load`: the records are read
    that a load begins with, too, in the same request.
    """
    mapping = approved_mapping(session.decisions)
    require_coverage(session)
    require_schema(session.decisions, session.workspace_id, mapping)
    if not options.without_sample:
        require_sample(session.decisions, session.workspace_id)
    require_not_live(session.decisions, after_go_live=options.after_go_live)
    if before_load:
        require_no_sample_workflow_before_load(session)
    else:
        require_no_sample_workflow(session)


def produce_extracts(session: Session, extracts: Sequence[Extract], options: SyncOptions) -> Answer:
    """Append the changes of opened extracts."""
    outcome = RunOutcome()
    with (
        producing(session, holder="produce"),
        renumbered(session),
        running("produce", session.log, session.decisions, session.world) as run,
    ):
        for extract in extracts:
            produce_extract(session, extract, run, options, outcome)
        outcome.standing = sum(p.refused for p in outcome.produced[-1:])
        run.totals.update(counts_of(outcome))
    return answer_of(session, run, outcome)


def consume_events(
    session: Session,
    *,
    follow: bool,
    without_sample: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    at_work: Callable[[], AbstractContextManager[None]] = nullcontext,
    at_rest: Callable[[], None] = lambda: None,
) -> Answer:
    """Sync the events of the log to Twenty, the second half of a sync; with `follow`, until the command is stopped.

    Work begun `at_work` is finished, also when the command is asked to stop. `at_rest` is called when there is nothing to do
    for now. Raises ApprovalMissing before anything is written.
    """
    mapping = approved_mapping(session.decisions)
    require_coverage(session)
    require_schema(session.decisions, session.workspace_id, mapping)
    if not without_sample:
        require_sample(session.decisions, session.workspace_id)
    require_no_sample_workflow(session)
    outcome = RunOutcome()
    with ExitStack() as to_the_end, together(session, holder="consume"):
        _ = session.view  # a state that is away is met before the run is begun
        tell_notices(session)
        session.tell(JoinedGroup(session.group))
        with running("consume", session.log, session.decisions, session.world, session.workspace_id) as run:

            def carry_on() -> None:
                with at_work():
                    session.forget_members()
                    carry(session, run, outcome, stopped=stopped)

            worker = session.worker(run.id, carry=carry_on, poll=POLL, at_rest=at_rest, stopped=stopped)
            worker.work(stopped, follow=follow)
            to_the_end.enter_context(at_work())
            totals(session, run, outcome)
    session.tell(LeftGroup(session.group))
    return answer_of(session, run, outcome)


def produce_extract(session: Session, extract: Extract, run: Run, options: SyncOptions, outcome: RunOutcome) -> None:
    """Append an extract's changes. Only within `producing`: the mapping is the one in force since no other command extends it.

    One that was voided is not read. Raises ApprovalMissing, CannotBind, LogError.
    """
    if extract.id in voided_extracts(session.decisions):
        outcome.produced.append(Produced(extract=extract.id, file_issues=[FileIssue(file=extract.source.name, reason=VOIDED)]))
        return
    require_finished_voids(session.decisions)
    began = session.world.monotonic()
    with step_of(session, f"reading {extract.source.name}") as tick:
        producer = session.producer(tick)
        mapping = approved_mapping(session.decisions)
        if options.confirm_deletions:
            session.decisions.record(Decided.DELETIONS_CONFIRMED, {"extract": extract.id}, run=run.id)
        produced = producer.produce(extract, mapping, run.id, confirm_deletions=options.confirm_deletions)
    outcome.produced.append(produced)
    tell_produced(session.tell, run.id, extract.id, produced, session.world.monotonic() - began)
    session.world.reached(CrashPoint.BEFORE_EXTRACT_REMEMBERED)
    remember(session, extract, produced, run.id)  # last: an extract that was read is not read again by a follower
    session.world.reached(CrashPoint.EXTRACT_REMEMBERED)
