"""`rollback`: take it back: to a position, a run, a record with what hangs on it, or everything; the data model too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import RenderableType

from consumers.data_model.applying.undo import UndoResult, preview_undo, undo
from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import Between, Everything, Narrowed, OfRecords, OfRun, Scope, since
from consumers.state.view import View
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer, table
from cutover.reports.documents.rollback import KeptItem, RollbackDocument, UndoneObject
from cutover.reports.pace import forecast_line, seconds_at
from cutover.runs.approvals import require_not_live
from cutover.runs.arguments.positions import resolve
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.happenings.telling import step_of
from cutover.runs.run import Run, preview, running
from cutover.runs.session import Session
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


def rollback(session: Session, options: RollbackOptions) -> Answer:
    """Apply the compensations in scope backwards. Refuses while a consumer runs. Raises UsageError."""
    chosen = [o for o in (options.to, options.run, options.record, options.since) if o is not None]
    if len(chosen) + options.everything != 1:
        raise UsageError("say what to take back: one of --to POSITION, --run ID, --record PBNID, --since TIME, --all")
    if options.until is not None and options.since is None:
        raise UsageError("--until TIME goes with --since TIME")
    if options.schema and not (options.everything and not options.objects and options.started_by is None):
        raise UsageError("--schema takes the whole data model back, and goes with --all alone")
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
        before = session.workspace.requests
        with step_of(session, "taking back") as tick:
            compensator = session.engine.compensator(run.id, force=options.force, dry_run=options.dry_run, progress=tick)
            result = compensator.roll_back(scope)
        kept: list[KeptItem] = [
            {"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in result.kept
        ]
        removed: list[str] = []
        if options.schema:
            taken = _schema_back(session, run, dry_run=options.dry_run)
            removed = list(taken.removed)
            kept += [
                {"object": k.object, "pbnId": None, "fields": list(k.fields), "reason": k.reason.value} for k in taken.kept
            ]
        requests = session.workspace.requests - before
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
    }
    if options.dry_run:
        limit, ahead = session.project.settings.twenty.rate_limit, requests + result.writes_ahead
        document["ahead"] = {"requests": ahead, "seconds": seconds_at(ahead, limit)}
    would = "would be " if options.dry_run else ""
    text: list[RenderableType] = [
        f"{result.undone} records {would}taken back, {len(kept)} kept, {requests} requests, {run.seconds:.1f} s"
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
    if removed:
        text.append(f"The data model {would or 'is '}taken back: {len(removed)} steps.")
    if options.dry_run and removed and kept:
        text.append("Parts of the data model that still hold kept records, or other people's data, stay.")
    if not options.dry_run:
        text.append("What was taken back is pending: the next `cutover sync` applies it again.")
    following = "the same command with --yes and without --dry-run" if options.dry_run else "`cutover status`"
    return Answer(document=document, text=text, findings=bool(kept), next_step=following)


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


def records_of(session: Session, pbn: str, view: View) -> set[bytes]:
    """Return the record with this pbnId and, for a patient, everything that hangs on it. Raises UsageError for one never
    seen.
    """
    ids = session.ids_of(pbn)
    found = {*view.heads(ids), *(head.record_id for head in view.of_patients(ids))}
    if not found:
        raise UsageError(
            f"no record {pbn} was ever carried into this workspace; a pbnId looks like {session.practice.id}:patient:1042"
        )
    return found
