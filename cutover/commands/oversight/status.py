"""`status`: positions, lag, what was written, dead letters, the rate, the time left; and the runs so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rich.console import RenderableType

from cutover.following.reports import ENDED, follower_of, workers_of
from cutover.project.errors import UnreachableError, exit_code_of, message_of
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.status import FollowerReport, PartitionLag, StartedRun, StatusDocument, WorkerReport
from cutover.reports.progress import in_words, step_at_work
from cutover.runs.session import Session
from events.decisions import Decided
from events.errors import ExitCode
from events.log.port import CHANGES


def status(session: Session) -> Answer:
    """Tell how far the workspace is behind the log, and what a follower does. While Twenty does not answer, what the log
    says of the workspace that was last written to. Raises LogError, TwentyError, UnreachableError.
    """
    try:
        return _status(session)
    except Exception as error:
        followers = [*_follower_lines(follower_of(session.project))]
        followers += [line for worker in workers_of(session.project) for line in _worker_lines(worker)]
        if exit_code_of(error) is not ExitCode.UNREACHABLE or not followers:
            raise
        # what cannot be read is what the followers wait for: their reports lie here
        raise UnreachableError("; ".join([message_of(error), *(line.strip() for line in followers)])) from None


def _status(session: Session) -> Answer:
    away = session.away()
    ends, committed = session.log.ends(CHANGES), session.log.committed(session.group, CHANGES)
    partitions: list[PartitionLag] = [
        {"partition": p, "end": end, "committed": committed.get(p, 0), "lag": end - committed.get(p, 0)}
        for p, end in sorted(ends.items())
    ]
    written = session.view.counts()
    kept_back, pending = session.view.count_kept_back(), session.view.count_pending()
    conflicts = session.view.count_conflicts()
    refused_rows = _count_refused_rows(session) if session.has_dead_letters() else 0
    runs = _runs(session)
    follower = follower_of(session.project)
    workers = workers_of(session.project)
    settings = session.project.settings.twenty
    rate = settings.rate_limit
    lag = sum(p["lag"] for p in partitions) + pending
    # a task or note and its link: about two records an event, full batches
    batch = settings.batch_size if away else session.workspace.batch_size
    left = 0.0 if rate == 0 else 2 * lag / batch / rate * 60
    document: StatusDocument = {
        "partitions": partitions,
        "dead_letters": kept_back,
        "refused_rows": refused_rows,
        "conflicts": conflicts,
        "written": sum(written.values()),
        "objects": written,
        "rate_limit": rate,
        "pending": pending,
        "open_intents": session.view.count_open_intents(),
        "estimated_seconds": round(left, 1),
        "workspace": session.workspace_id,
        "twenty": "away" if away else "there",
        "follower": cast("FollowerReport | None", follower),
        "workers": cast("list[WorkerReport]", workers),
        "runs": runs,
        "progress": step_at_work(session.project.data_folder),
    }
    text: list[RenderableType] = [
        table("log", ("partition", "end", "carried", "lag"), [tuple(p.values()) for p in partitions], right=(0, 1, 2, 3)),
        table("in Twenty", ("object", "records"), sorted(written.items()), right=(1,)),
        f"Dead letters: {counted(kept_back, 'record')} (refused or waiting) and {counted(refused_rows, 'row')}. "
        f"Open conflicts: {conflicts:,}. "
        f"Pending: {pending:,}; "
        f"about {left:.0f} s left at {rate or 'no limit of'} requests a minute",
        table("runs", ("run", "kind", "ended"), [(r["run"], r["kind"], r["ended"] or "no") for r in runs[-10:]]),
        *([f"At work: {in_words(step)}"] if (step := document["progress"]) else []),
        *_follower_lines(follower),
        *(line for worker in workers for line in _worker_lines(worker)),
        *([f"Twenty does not answer ({away}); this is what the log says."] if away else []),
    ]
    stuck = any(not f["running"] or f.get("trouble") or f.get("refused") for f in (follower, *workers) if f is not None)
    lists = ((kept_back + refused_rows, "`cutover dead-letters list`"), (conflicts, "`cutover conflicts list`"))
    at_rest = "" if pending or away else "`cutover reconcile`"
    following = next((command for count, command in lists if count), at_rest)
    return Answer(document=document, text=text, findings=bool(kept_back or refused_rows or away or stuck), next_step=following)


def _count_refused_rows(session: Session) -> int:
    from cutover.runs.run_outcome import count_refused_rows  # reads extracts, and most looks at a status find no dead letter

    return count_refused_rows(session)


def _follower_lines(follower: Mapping[str, Any] | None) -> list[str]:
    """Return what a follower does, for people."""
    if follower is None:
        return []
    lines = _lines_of(follower, "Follower", "cutover sync --follow", follower.get("delivery") or "")
    lines += [f"  still being written: {name}" for name in follower.get("unfinished", ())]
    lines += [f"  set aside: {r['delivery']}: {r['message']}" for r in follower.get("refused", ())]
    return lines


def _worker_lines(worker: Mapping[str, Any]) -> list[str]:
    """Return what a worker does, for people."""
    partitions = ", ".join(map(str, worker.get("partitions", ())))
    return _lines_of(
        worker, f"Worker {worker['worker']}", "cutover consume --follow", partitions and f"partitions {partitions}"
    )


def _lines_of(follower: Mapping[str, Any], name: str, command: str, more: str) -> list[str]:
    trouble = follower.get("trouble")
    if not follower["running"]:
        if follower.get("state") == ENDED and trouble:
            return [f"{name}: ended {trouble['since']}, a person is needed: {trouble['message']}"]
        return [f"{name}: not running any more, and it was not stopped; start `{command}` again"]
    lines = [f"{name} (process {follower.get('process', '?')}): {follower['state']} {more}".rstrip()]
    if trouble:
        lines.append(
            f"  waiting for {trouble['waiting_for']} since {trouble['since']}, {trouble['attempts']} attempts, "
            f"next {trouble['next_try']}: {trouble['message']}"
        )
    return lines


def _runs(session: Session) -> list[StartedRun]:
    found: dict[str, StartedRun] = {}
    for d in session.decisions.all(Decided.RUN_STARTED, Decided.RUN_ENDED):
        run = str(d.run)
        entry = found.setdefault(run, {"run": run, "kind": d.body["kind"], "started": None, "ended": None})
        if d.decided is Decided.RUN_STARTED:
            entry["started"] = d.recorded_at.isoformat()
        else:
            entry["ended"] = d.recorded_at.isoformat()
    return list(found.values())
