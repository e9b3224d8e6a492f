"""Carrying the log's events into Twenty within a run, the data model following the mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consumers.data_model.ledger import applied_version
from consumers.sync.consume import consume
from consumers.sync.late_members import fill_links, note_members
from consumers.sync.projector import Projector
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.data_model import apply_extension
from cutover.runs.happenings.telling import Meter, step_of, tell_window
from cutover.runs.happenings.ticking import WindowTicks, totals_of
from cutover.runs.model_drift import settle_drift
from cutover.runs.run import Run
from cutover.runs.run_outcome import RunOutcome
from cutover.runs.session import Session
from events.log.port import CHANGES


def carry(
    session: Session,
    run: Run,
    outcome: RunOutcome,
    until: Mapping[int, int] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Consume until caught up, and add what was done to the outcome. Raises ApprovalMissing, TwentyError, LogError.

    Before each window the data model follows the mapping: a producer may have extended it for an event of this very window.
    """
    follow_mapping(session, run)
    settle_drift(session, run)
    before = session.workspace.requests
    meter = Meter.of(session)
    ends = session.log.ends(CHANGES)
    committed = session.log.committed(session.group, CHANGES)
    left = sum(end - committed.get(partition, 0) for partition, end in ends.items())
    ticks = WindowTicks(tally=outcome.tally, totals=totals_of(outcome.produced[-1:], left))
    with step_of(session, "writing to Twenty", left, ticks.counts) as ticks.advance:
        projector = session.engine.projector(run.id, wrote=ticks.wrote)
        projector.tally, projector.planned = outcome.tally, ticks.planned
        note_members(session.decisions, session.workspace_id, session.members, run.id)
        prepare = following(session, run, projector)
        consume(
            projector,
            session.log,
            window=session.pace.window,
            until=until,
            prepare=prepare,
            progress=ticks.done,
            carried=lambda window, account: tell_window(session, run.id, meter, window, account),
            stopped=stopped,
        )
        if projector.owner.partitions == frozenset(ends):  # else one of several workers: the next sync fills them
            fill_links(projector, session.log, session.decisions, session.members, run.id)
    outcome.requests += session.workspace.requests - before


def following(session: Session, run: Run, projector: Projector) -> Callable[[], None]:
    """Return the step that runs before each window: the data model, and the projector's context, follow the log.

    The window is read by then: the mapping and the providers that its events need lie in the log before them.
    """

    def prepare() -> None:
        session.log_watch.look()
        modelled = follow_mapping(session, run)
        elsewhere = session.home not in projector.owner.partitions
        if (elsewhere and session.providers_ahead.look()) or modelled:
            projector.context = session.engine.context()

    return prepare


def follow_mapping(session: Session, run: Run) -> bool:
    """Make what the mapping in force needs in Twenty; True where the session's data model is another one now.

    Where another worker or a person has applied the mapping since, the data model is read again: the values of a field that
    the session does not know would be left out. Raises ApprovalMissing where a person approved the mapping that is in force
    and has not applied the data model yet.
    """
    mapping = approved_mapping(session.decisions)
    if applied_version(session.decisions, session.workspace_id) != mapping.version:
        require_schema(session.decisions, session.workspace_id, mapping)
        apply_extension(session, mapping, run.id)
    elif session.modelled == mapping.version:
        return False
    else:
        session.workspace.metadata(refresh=True)
    session.know_objects(mapping.objects)
    session.modelled = mapping.version
    return True
