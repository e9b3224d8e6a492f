"""`rollback`: take it back: to a position, a run, a record with what hangs on it, or everything; the data model too."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import RenderableType

from consumers.data_model.undo import undo
from consumers.rollback.scopes import Everything, OfRecords, OfRun, Scope, since
from consumers.state.view import View
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer, table
from cutover.reports.documents.rollback import KeptItem, RollbackDocument
from cutover.reports.progress import progress
from cutover.runs.arguments.positions import resolve
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.run import running
from cutover.runs.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOptions:
    """What to take back; exactly one of `to`, `run`, `record`, `everything`."""

    to: str | None = None
    run: str | None = None
    record: str | None = None
    everything: bool = False
    schema: bool = False
    dry_run: bool = False
    force: bool = False
    yes: bool = False


def rollback(session: Session, options: RollbackOptions) -> Answer:
    """Apply the compensations in scope backwards. Refuses while a consumer runs. Raises UsageError."""
    chosen = [o for o in (options.to, options.run, options.record) if o is not None]
    if len(chosen) + options.everything != 1:
        raise UsageError("say what to take back: one of --to POSITION, --run ID, --record PBNID, --all")
    if options.schema and not options.everything:
        raise UsageError("--schema takes the whole data model back, and goes with --all")
    if not (options.yes or options.dry_run):
        raise UsageError("a rollback changes Twenty and asks for --yes; look first with --dry-run")
    with (
        exclusive(session.project, FOLLOWER, holder="rollback"),  # it would bring forward again what is taken back
        producing(session, holder="rollback"),
        alone(session, holder="rollback"),
        running("rollback", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        before = session.workspace.requests
        with progress("taking back") as tick:
            scope = _scope(session, options)
            compensator = session.engine.compensator(run.id, force=options.force, dry_run=options.dry_run, progress=tick)
            result = compensator.roll_back(scope)
        kept: list[KeptItem] = [
            {"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in result.kept
        ]
        removed: list[str] = []
        if options.schema and not options.dry_run:
            taken = undo(session.workspace, session.decisions, run.id, sleep=session.world.sleep, reached=session.world.reached)
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
    }
    would = "would be " if options.dry_run else ""
    text: list[RenderableType] = [
        f"{result.undone} records {would}taken back, {len(kept)} kept, {requests} requests, {run.seconds:.1f} s"
    ]
    if kept:
        rows = [(k["object"], k["pbnId"], ", ".join(k["fields"]), k["reason"]) for k in kept[:200]]
        text.append(table("kept, because people have changed or built on them", ("object", "record", "fields", "why"), rows))
    if removed:
        text.append(f"The data model is taken back: {len(removed)} steps.")
    if not options.dry_run:
        text.append("What was taken back is pending: the next `cutover sync` applies it again.")
    following = "the same command with --yes and without --dry-run" if options.dry_run else "`cutover status`"
    return Answer(document=document, text=text, findings=bool(kept), next_step=following)


def _scope(session: Session, options: RollbackOptions) -> Scope:
    if options.everything:
        return Everything()
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
    """The record with this pbnId and, for a patient, everything that hangs on it. Raises UsageError for one never seen."""
    ids = session.ids_of(pbn)
    found = {*view.heads(ids), *(head.record_id for head in view.of_patients(ids))}
    if not found:
        raise UsageError(
            f"no record {pbn} was ever carried into this workspace; a pbnId looks like {session.practice.id}:patient:1042"
        )
    return found
