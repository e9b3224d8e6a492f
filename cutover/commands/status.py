"""`status`: positions, lag, what was written, dead letters, the rate, the time left; and the runs so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from consumers.twenty.errors import TwentyError
from cutover.answer import Answer, table
from cutover.errors import message_of
from cutover.follower import follower_of
from cutover.session import Session
from events.decisions import Decided
from events.log import CHANGES


def status(session: Session) -> Answer:
    """How far the workspace is behind the log, and what a follower does. While Twenty does not answer, what the log says of the
    workspace that was last written to. Raises LogError, TwentyError.
    """
    away = _is_away(session)
    ends, committed = session.log.ends(CHANGES), session.log.committed(session.group, CHANGES)
    partitions = [
        {"partition": p, "end": end, "committed": committed.get(p, 0), "lag": end - committed.get(p, 0)}
        for p, end in sorted(ends.items())
    ]
    written = session.view.counts()
    kept_back = session.view.kept_back()
    pending = len(session.view.pending(100_000))
    runs = _runs(session)
    follower = follower_of(session.project)
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
        "twenty": "away" if away else "there",
        "follower": follower,
        "runs": runs,
    }
    text: list[RenderableType] = [
        table("log", ("partition", "end", "carried", "lag"), [tuple(p.values()) for p in partitions], right=(0, 1, 2, 3)),
        table("in Twenty", ("object", "records"), sorted(written.items()), right=(1,)),
        f"{len(kept_back)} dead letters or waiting, {pending} pending, "
        f"about {left:.0f} s left at {rate or 'no limit of'} requests a minute",
        table("runs", ("run", "kind", "ended"), [(r["run"], r["kind"], r["ended"] or "no") for r in runs[-10:]]),
        *_follower_lines(follower),
        *([f"Twenty does not answer ({away}); this is what the log says."] if away else []),
    ]
    stuck = follower is not None and bool(not follower["running"] or follower.get("trouble") or follower.get("refused"))
    return Answer(document, text, findings=bool(kept_back or away or stuck))


def _is_away(session: Session) -> str | None:
    """What stands between us and Twenty, in a few words; None when it answers. Raises it when nothing was ever written."""
    try:
        _ = session.workspace_id
    except TwentyError as error:
        if not error.retriable or session.without_twenty() is None:
            raise
        return message_of(error)
    return None


def _follower_lines(follower: Mapping[str, Any] | None) -> list[str]:
    """What a follower does, for people."""
    if follower is None:
        return []
    if not follower["running"]:
        return ["Follower: not running any more, and it was not stopped; start `cutover sync --follow` again"]
    what = f"{follower['state']} {follower.get('delivery') or ''}".rstrip()
    lines = [f"Follower (process {follower.get('process', '?')}): {what}"]
    trouble = follower.get("trouble")
    if trouble:
        lines.append(
            f"  waiting for {trouble['waiting_for']} since {trouble['since']}, {trouble['attempts']} attempts, "
            f"next {trouble['next_try']}: {trouble['message']}"
        )
    lines += [f"  still being written: {name}" for name in follower.get("unfinished", ())]
    lines += [f"  set aside: {r['delivery']}: {r['message']}" for r in follower.get("refused", ())]
    return lines


def _runs(session: Session) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for d in session.decisions.all(Decided.RUN_STARTED, Decided.RUN_ENDED):
        run = str(d.run)
        entry = found.setdefault(run, {"run": run, "kind": d.body["kind"], "started": None, "ended": None})
        entry["started" if d.decided is Decided.RUN_STARTED else "ended"] = d.recorded_at.isoformat()
    return list(found.values())
