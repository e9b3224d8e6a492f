"""`replay`: consume again from a position. On the same workspace it writes only what differs; on another one it rebuilds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from rich.console import RenderableType

from consumers.state.fold import fold_changes
from consumers.state.view_rows import Head
from consumers.sync.pace import WINDOW
from consumers.sync.planning.window_plan import WindowPlan
from consumers.sync.projector import Projector, SyncTally
from consumers.sync.window import Stretch, Window, Work, next_stretch, pending_window
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.documents.replay import ReplayDocument, ReplayWrite
from cutover.reports.findings import conflict_lines, conflict_list
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.arguments.positions import position_text, resolve
from cutover.runs.claims.consuming import alone
from cutover.runs.coverage import require_coverage
from cutover.runs.data_model import apply_extension, plan_for
from cutover.runs.happenings.telling import step_of
from cutover.runs.model_drift import settle_drift
from cutover.runs.run import preview, running
from cutover.runs.run_outcome import RunOutcome, totals, writes_of
from cutover.runs.sample_workflows import require_no_sample_workflow
from cutover.runs.session import Session
from events.change_events import Operation
from events.log.port import CHANGES
from events.vocabulary.entities import Entity

_LOOKED_AT = WINDOW // 2
"""Events of a window that is only looked at: its images are what a dry replay has most of in memory."""


def replay(
    session: Session, start: str, until: str | None, entity: str | None, *, dry_run: bool, heals: bool = False
) -> Answer:
    """Carry the newest event of every record in the range again, comparing each with Twenty. A dry run writes nothing. With
    `heals` PbN's values are written again where Twenty's workflows or applications wrote others.
    """
    kind = _entity(entity)
    first = resolve(start, session.log, session.decisions)
    last = resolve(until, session.log, session.decisions) if until else session.log.ends(CHANGES)
    mapping = approved_mapping(session.decisions)  # read after the range: an event of the range may need an extension
    if not dry_run:
        require_coverage(session)
    require_schema(session.decisions, session.workspace_id, mapping)
    if not dry_run:
        require_no_sample_workflow(session)
    outcome = RunOutcome()
    differences: list[ReplayWrite] = []
    not_modelled: list[str] = []
    with ExitStack() as held:
        held.enter_context(alone(session, holder="replay"))
        if dry_run:
            run = preview("replay", session.log, session.world)
        else:
            run = held.enter_context(running("replay", session.log, session.decisions, session.world, session.workspace_id))
        session.engine.settle(run.id)
        before = session.workspace.requests
        if dry_run:
            not_modelled = [item.name for item in plan_for(session, mapping).to_do]
        else:
            apply_extension(session, mapping, run.id)
            settle_drift(session, run)
        projector = session.engine.projector(run.id, check_all=True, heals=heals)
        projector.tally = outcome.tally
        everything = kind is None and not dry_run
        if everything:  # what was taken back comes first: a record of the range may hang on it
            _carry_pending(session, projector)
        with step_of(session, "replaying", sum(last[p] - first.get(p, 0) for p in last)) as tick:
            length = _LOOKED_AT if dry_run else WINDOW
            for window, size in _windows(session, first, last, kind, length, commits=everything):
                if dry_run:
                    differences += _told(projector.preview(window), outcome.tally)
                else:
                    projector.carry(window)
                tick(size)
            if everything:  # what waited for a record that came later in the range
                _carry_pending(session, projector)
        outcome.requests = session.workspace.requests - before
        totals(session, run, outcome)
    return _answer(session, run.id, run.seconds, outcome, differences, not_modelled, first, last, dry_run=dry_run)


def _carry_pending(session: Session, projector: Projector) -> None:
    while not (window := pending_window(session.log, session.view, WINDOW)).is_empty:
        projector.carry(window)


def _entity(text: str | None) -> Entity | None:
    if text is None:
        return None
    try:
        return Entity(text)
    except ValueError:
        raise UsageError(f"--entity: there is no {text!r}; there are: {', '.join(e.value for e in Entity)}") from None


def _windows(
    session: Session, first: dict[int, int], last: dict[int, int], entity: Entity | None, length: int, *, commits: bool
) -> Iterator[tuple[Window, int]]:
    """Yield windows of one run each, from the beginning of the range; only a record's newest event is carried."""
    start = {p: first.get(p, 0) for p in last}
    while (stretch := next_stretch(session.log, start, length, last)).events:
        start |= stretch.following
        yield _window(session, stretch, entity, commits=commits), len(stretch.events)


def _window(session: Session, stretch: Stretch, entity: Entity | None, *, commits: bool) -> Window:
    view, batch = session.view, stretch.events
    if commits:
        fold_changes(view, [(event, e.partition, e.offset) for event, e in batch], {})
    known = view.heads([event.record_id for event, _ in batch])
    for event, e in batch:
        head = known.get(event.record_id)
        if head is None or head.revision < event.revision:
            deleted = event.operation is Operation.DELETED
            known[event.record_id] = Head(
                record_id=event.record_id,
                entity=event.entity,
                patient_id=event.patient_id,
                partition=e.partition,
                offset=e.offset,
                revision=event.revision,
                deleted=deleted,
            )
    work = [
        Work(head=head, event=event, household=e.key)
        for event, e in batch
        if (head := known.get(event.record_id)) is not None
        and head.revision == event.revision
        and (entity is None or event.entity is entity)
    ]
    committed = session.log.committed(session.group, CHANGES) if commits else {}
    further = {p: offset for p, offset in stretch.following.items() if commits and offset > committed.get(p, 0)}
    return Window(work, further)


def _told(plan: WindowPlan, tally: SyncTally) -> list[ReplayWrite]:
    """Return the differences of one window, without their values, and count them."""
    tally.writes.update(p.action.value.lower() for p in plan.writes)
    tally.writes["unchanged"] += plan.counts["unchanged"]
    tally.conflicts += plan.conflicts
    return [
        {
            "object": p.desired.object,
            "pbnId": p.desired.pbn_id,
            "action": p.action.value.lower(),
            "fields": sorted(p.send),
        }
        for p in plan.writes
    ]


def _answer(
    session: Session,
    run: str,
    seconds: float,
    outcome: RunOutcome,
    differences: Sequence[ReplayWrite],
    not_modelled: Sequence[str],
    first: dict[int, int],
    last: dict[int, int],
    *,
    dry_run: bool,
) -> Answer:
    document: ReplayDocument = {
        "run": run,
        "positions": {"from": position_text(first), "to": position_text(last)},
        "writes": writes_of(outcome.tally),
        "conflicts": len(outcome.tally.conflicts),
        "dead_letters": outcome.standing,
        "requests": outcome.requests,
        "seconds": seconds,
        "dry_run": dry_run,
        "differences": list(differences),
        "not_modelled": list(not_modelled),
        "conflict_list": conflict_list(outcome.tally.conflicts),
    }
    would = "would be written" if dry_run else "written"
    lacking = [f"The data model lacks {', '.join(not_modelled)}: the replay makes that first, and writes its values besides."]
    text: list[RenderableType] = [
        table(f"replay {run}: {would}", ("what", "records"), [*document["writes"].items()], right=(1,)),
        *(f"{d['action']}: {d['object']} {d['pbnId'] or ''} {', '.join(d['fields'])}" for d in differences[:50]),
        *(lacking if not_modelled else []),
        *conflict_lines(outcome.tally.conflicts),
    ]
    found = outcome.tally.conflicts or outcome.standing or (dry_run and (differences or not_modelled))
    return Answer(document=document, text=text, findings=bool(found), next_step="" if dry_run else "`cutover reconcile`")
