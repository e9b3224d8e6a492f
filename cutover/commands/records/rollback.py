"""`rollback`: take it back: to a position, a run, a record with what hangs on it, or everything; the data model too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import RenderableType

from consumers.data_model.applying.undo import UndoResult, preview_undo, undo
from consumers.rollback.chains import choose
from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import Between, Everything, Narrowed, OfRecords, OfRun, Scope, since
from consumers.rollback.timeline import TimelineRows
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.rollback import KeptItem, RollbackDocument, TimelineDocument, UndoneObject
from cutover.reports.pace import forecast_line, seconds_at
from cutover.runs.approvals import require_not_live
from cutover.runs.arguments.positions import resolve
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.happenings.telling import step_of
from cutover.runs.run import Run, preview, running
from cutover.runs.session import Session
from cutover.runs.taking_out import records_of
from cutover.runs.timeline import timeline_document, timeline_lines, timeline_rows
from events.decisions import Decided
from events.log.port import CHANGES
from projections.destination import destination


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOptions:
    """Scope of a rollback; exactly one of `to`, `run`, `record`, `everything`, `since`.

    `since` and `until` are times; `objects` (by singular or plural name) and `started_by` (the user who started the run)
    narrow any of them.
    """

    to: str | None = None
    run: str | None = None
    record: str | None = None
    everything: bool = False
    schema: bool = False
    dry_run: bool = False
    force: bool = False
    yes: bool = False
    since: str | None = None
    until: str | None = None
    objects: tuple[str, ...] = ()
    started_by: str | None = None
    after_go_live: bool = False
    keep_timeline: bool = False

    @property
    def takes_timeline(self) -> bool:
        """Return whether the timeline rows of our own writes go: with everything, unless they are to be kept."""
        return self.everything and not (self.keep_timeline or self.objects or self.started_by is not None)


def rollback(session: Session, options: RollbackOptions) -> Answer:
    """Apply the compensations in scope backwards. Refuses while a consumer runs. Raises UsageError."""
    chosen = [o for o in (options.to, options.run, options.record, options.since) if o is not None]
    if len(chosen) + options.everything != 1:
        raise UsageError("say what to take back: one of --to POSITION, --run ID, --record PBNID, --since TIME, --all")
    if options.until is not None and options.since is None:
        raise UsageError("--until TIME goes with --since TIME")
    if options.schema and not (options.everything and not options.objects and options.started_by is None):
        raise UsageError("--schema takes the whole data model back, and goes with --all alone")
    if options.keep_timeline and not options.everything:
        raise UsageError("--keep-timeline goes with --all; a rollback of a part leaves timeline rows as they are")
    if not (options.yes or options.dry_run):
        raise UsageError("a rollback changes Twenty and asks for --yes; look first with --dry-run")
    if not options.dry_run:
        require_not_live(session.decisions, after_go_live=options.after_go_live, what="a rollback")
    with ExitStack() as held:
        held.enter_context(exclusive(session.project, FOLLOWER, holder="rollback"))  # it would sync again what is taken back
        held.enter_context(producing(session, holder="rollback"))
        held.enter_context(alone(session, holder="rollback"))
        scope = _scope(session, options)
        if options.dry_run:
            run = preview("rollback", session.log, session.world)
        else:
            run = held.enter_context(running("rollback", session.log, session.decisions, session.world, session.workspace_id))
        session.engine.settle(run.id)
        timeline = _Timeline(session=session, options=options, rows=timeline_rows(session, run.id, dry_run=options.dry_run))
        timeline.begin(scope)
        before = session.workspace.requests
        with step_of(session, "taking back") as tick:
            compensator = session.engine.compensator(run.id, force=options.force, dry_run=options.dry_run, progress=tick)
            result = compensator.roll_back(scope)
        requests = session.workspace.requests - before
        timeline.end(scope, result)
        kept: list[KeptItem] = [
            {"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in result.kept
        ]
        removed: list[str] = []
        before = session.workspace.requests
        if options.schema:
            taken = _schema_back(session, run, dry_run=options.dry_run)
            removed = list(taken.removed)
            kept += [
                {"object": k.object, "pbnId": None, "fields": list(k.fields), "reason": k.reason.value} for k in taken.kept
            ]
        requests += session.workspace.requests - before
        run.totals.update({"undone": result.undone, "kept": len(kept), "requests": requests, "dry_run": options.dry_run})
    document: RollbackDocument = {
        "run": run.id,
        "undone": result.undone,
        "kept": kept,
        "requests": requests,
        "seconds": run.seconds,
        "dry_run": options.dry_run,
        "schema": removed,
        "objects": _counts(result, kept),
        "ahead": None,
        "timeline": timeline.document(),
        "automated": [{"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields)} for k in result.automated],
    }
    if options.dry_run:
        limit, ahead = session.project.settings.twenty.rate_limit, requests + result.writes_ahead
        of_timeline = document["timeline"]["requests"] if document["timeline"] else 0
        document["ahead"] = {"requests": ahead, "seconds": seconds_at(ahead + of_timeline, limit)}
    would = "would be " if options.dry_run else ""
    text: list[RenderableType] = [
        f"{counted(result.undone, 'record')} {would}taken back, {len(kept)} kept, {counted(requests, 'request')}, "
        f"{run.seconds:.1f} s"
    ]
    rows_of = [(o["object"], o["undone"], o["kept"]) for o in document["objects"]]
    if rows_of:
        text.append(
            table(
                "by object", ("object", "taken back" if not options.dry_run else "to take back", "kept"), rows_of, right=(1, 2)
            )
        )
    if document["ahead"] is not None:
        text.append(forecast_line(document["ahead"]))
    if kept:
        rows = [(k["object"], k["pbnId"], ", ".join(k["fields"]), k["reason"]) for k in kept[:200]]
        text.append(table("kept, because people have changed or built on them", ("object", "record", "fields", "why"), rows))
    if document["automated"]:
        text.append(
            f"Twenty's workflows or applications wrote on {counted(len(document['automated']), 'record')}, "
            "which keeps none of them."
        )
    if removed:
        text.append(f"The data model {would or 'is '}taken back: {counted(len(removed), 'step')}.")
    if options.dry_run and removed and kept:
        text.append("Parts of the data model that still hold kept records, or other people's data, stay.")
    text += timeline_lines(document["timeline"], dry_run=options.dry_run)
    if not options.dry_run:
        text.append("What was taken back is pending: the next `cutover sync` applies it again.")
    following = "the same command with --yes and without --dry-run" if options.dry_run else "`cutover status`"
    refused = document["timeline"]["refused"] if document["timeline"] else 0
    return Answer(document=document, text=text, findings=bool(kept or refused), next_step=following)


@dataclass(kw_only=True)
class _Timeline:
    """The timeline rows of a rollback of everything, before and after its writes."""

    session: Session
    options: RollbackOptions
    rows: TimelineRows
    requests: int = 0

    def begin(self, scope: Scope) -> None:
        """Destroy the rows so far: those of destroyed notes and tasks cannot be found any more. Raises TwentyError."""
        if self.options.takes_timeline:
            self._take_back(scope)

    def end(self, scope: Scope, result: Undone) -> None:
        """Destroy the rows that the rollback's own writes made about records that stay. Raises TwentyError, LogError."""
        if not self.options.takes_timeline:
            return
        if self.options.dry_run:
            chosen = choose(self.session.view, scope)
            columns = self.rows.columns(chosen)
            staying = sum(len(chosen[plural]) - result.destroyed[plural] for plural in columns)
            self.rows.foresee(staying, result.changed)
        else:
            self._take_back(scope)

    def document(self) -> TimelineDocument | None:
        """Return the counts; None where timeline rows are none of this rollback's business."""
        return timeline_document(self.rows, self.requests) if self.options.takes_timeline else None

    def _take_back(self, scope: Scope) -> None:
        before = self.session.workspace.requests
        self.rows.take_back(choose(self.session.view, scope))
        self.requests += self.session.workspace.requests - before


def _schema_back(session: Session, run: Run, *, dry_run: bool) -> UndoResult:
    if dry_run:
        return preview_undo(session.workspace, session.decisions)
    return undo(session.workspace, session.decisions, run.id, sleep=session.world.sleep, reached=session.world.reached)


def _counts(result: Undone, kept: Sequence[KeptItem]) -> list[UndoneObject]:
    """Return how many records of each object were taken back and kept, in the order in which they went."""
    stay = Counter(item["object"] for item in kept)
    names = [*result.by_object, *(name for name in stay if name not in result.by_object)]
    return [{"object": name, "undone": result.by_object[name], "kept": stay[name]} for name in names]


def _scope(session: Session, options: RollbackOptions) -> Scope:
    scope = _named(session, options)
    if not options.objects and options.started_by is None:
        return scope
    objects = frozenset(_plural(name) for name in options.objects) or None
    runs = None if options.started_by is None else _runs_of(session, options.started_by)
    return Narrowed(scope=scope, objects=objects, runs=runs)


def _plural(name: str) -> str:
    known = destination().objects
    for singular, one in known.items():
        if name in (singular, one.plural):
            return one.plural
    raise UsageError(f"--object: {name!r} is no object that is written; one of {', '.join(sorted(known))}")


def _runs_of(session: Session, user: str) -> frozenset[str]:
    started = [d for d in session.decisions.all(Decided.RUN_STARTED) if d.run is not None]
    runs = frozenset(d.run for d in started if d.run is not None and d.body.get("by") == user)
    if not runs:
        known = sorted({str(d.body["by"]) for d in started if d.body.get("by")})
        raise UsageError(
            f"--started-by: {user!r} started no run; runs were started by {', '.join(known) or 'users not recorded'}"
        )
    return runs


def _named(session: Session, options: RollbackOptions) -> Scope:
    if options.everything:
        return Everything()
    if options.since is not None:
        first = resolve(f"time:{options.since}", session.log, session.decisions)
        last = session.log.ends(CHANGES)
        if options.until is not None:
            last = resolve(f"time:{options.until}", session.log, session.decisions)
        return Between(*({p: place.get(p, 0) for p in session.log.partitions(CHANGES)} for place in (first, last)))
    if options.run is not None:
        run = options.run
        if not any(d.run == run for d in session.decisions.all()):
            raise UsageError(f"no run has the id {run}; `cutover status` lists the runs")
        return OfRun(run)
    if options.record is not None:
        return OfRecords(records_of(session, options.record, session.view))
    target = resolve(options.to or "", session.log, session.decisions)
    return since(session.log, session.view, target)
