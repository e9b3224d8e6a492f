"""`status`: positions, lag, what was written, dead letters, the rate, the time left; and the runs so far."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType

from cutover.answer import Answer, table
from cutover.session import Session
from events.decisions import Decided
from events.log import CHANGES


def status(session: Session) -> Answer:
    """How far the workspace is behind the log. Raises LogError, TwentyError."""
    ends, committed = session.log.ends(CHANGES), session.log.committed(session.group, CHANGES)
    partitions = [
        {"partition": p, "end": end, "committed": committed.get(p, 0), "lag": end - committed.get(p, 0)}
        for p, end in sorted(ends.items())
    ]
    written = session.view.counts()
    kept_back = session.view.kept_back()
    pending = len(session.view.pending(100_000))
    runs = _runs(session)
    rate = session.project.settings.twenty.rate_limit
    lag = sum(int(p["lag"]) for p in partitions) + pending
    # a task or note and its link: about two records an event, full batches
    left = 0.0 if rate == 0 else 2 * lag / session.workspace.batch_size / rate * 60
    document = {
        "partitions": partitions,
        "dead_letters": len(kept_back),
        "written": sum(written.values()),
        "objects": written,
        "rate_limit": rate,
        "pending": pending,
        "open_intents": len(session.view.open_intents()),
        "estimated_seconds": round(left, 1),
        "workspace": session.workspace_id,
        "runs": runs,
    }
    text: list[RenderableType] = [
        table("log", ("partition", "end", "carried", "lag"), [tuple(p.values()) for p in partitions], right=(0, 1, 2, 3)),
        table("in Twenty", ("object", "records"), sorted(written.items()), right=(1,)),
        f"{len(kept_back)} dead letters or waiting, {pending} pending, "
        f"about {left:.0f} s left at {rate or 'no limit of'} requests a minute",
        table("runs", ("run", "kind", "ended"), [(r["run"], r["kind"], r["ended"] or "no") for r in runs[-10:]]),
    ]
    return Answer(document, text, findings=bool(kept_back))


def _runs(session: Session) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for d in session.decisions.all(Decided.RUN_STARTED, Decided.RUN_ENDED):
        run = str(d.run)
        entry = found.setdefault(run, {"run": run, "kind": d.body["kind"], "started": None, "ended": None})
        entry["started" if d.decided is Decided.RUN_STARTED else "ended"] = d.recorded_at.isoformat()
    return list(found.values())
