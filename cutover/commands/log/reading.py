"""`log show`, `log tail` and `log verify`: reading the log as JSON, and checking that it is whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType

from consumers.journal.verify import Verification, show, verify
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.log import EventsDocument, VerifyDocument
from cutover.runs.arguments.topics import require_topic
from cutover.runs.happenings.telling import step_of
from cutover.runs.session import Session
from events.decisions import Decided
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS, TOPICS


def log_show(session: Session, topic: str, start: int, limit: int, *, decrypt: bool) -> Answer:
    """Return at most `limit` events of a topic from an offset. Opening payloads is itself recorded."""
    return _events(session, topic, start, limit, decrypt=decrypt)


def log_tail(session: Session, topic: str, limit: int, *, decrypt: bool) -> Answer:
    """Return the newest events of a topic."""
    end = max(session.log.ends(require_topic(topic)).values(), default=0)
    return _events(session, topic, max(0, end - limit), limit, decrypt=decrypt)


def _events(session: Session, topic: str, start: int, limit: int, *, decrypt: bool) -> Answer:
    name = require_topic(topic)
    if decrypt:
        session.decisions.record(Decided.DATA_READ, {"command": "log show", "topic": name, "from": start, "limit": limit})
    events: list[dict[str, Any]] = []
    shown: Iterable[dict[str, Any]] = show(session.log, session.keys, name, start=start, decrypt=decrypt)
    for event in shown:
        events.append(event)
        if len(events) >= limit:
            break
    document: EventsDocument = {"topic": name, "events": events}
    return Answer(document=document, text=[json.dumps(e, ensure_ascii=False, default=str) for e in events])


def _to_do(found: Verification) -> str:
    if found.problem_count == found.open_intents:
        return "run `cutover sync` or `cutover consume`, which asks Twenty what became of those writes"
    if found.problem_count == found.open_intents + sum(o.differing > 0 for o in found.overlaps):
        return (
            "no event is lost: the log needs no backup. Delete the state's database, which is made again from the log, "
            "then sync the newest extract: it carries what Twenty does not hold"
        )
    return "restore the log from its newest backup that is whole; `cutover log verify` says so of one"


def log_verify(session: Session) -> Answer:
    """Check that every event opens, no revision is missing, every intent is settled, and every run's totals match."""
    with step_of(session, "verifying", sum(end for topic in TOPICS for end in session.log.ends(topic).values())) as tick:
        found = verify(session.log, session.keys, progress=tick)
    text: list[RenderableType] = [
        table("the log", ("topic", "events"), sorted(found.events.items()), right=(1,)),
        f"{counted(found.forgotten, 'event')} of people who were forgotten, "
        f"{counted(found.open_intents, 'write')} whose outcome is not recorded yet",
        *(f"Notice: {o.said}" for o in found.overlaps if not o.differing),
        *(f"{p.topic} {p.partition}:{p.offset}: {p.problem}" for p in found.problems),
        "The log is whole." if found.whole else f"{counted(found.problem_count, 'problem')}: {_to_do(found)}",
    ]
    return Answer(document=verification_document(found), text=text, findings=not found.whole)


def verification_document(found: Verification) -> VerifyDocument:
    """Return the document of `log verify --json`."""
    return {
        "events": found.events.total(),
        "changes": found.events[CHANGES],
        "compensations": found.events[COMPENSATIONS],
        "dead_letters": found.events[DEAD_LETTERS],
        "decisions": found.events[DECISIONS],
        "forgotten": found.forgotten,
        "open_intents": found.open_intents,
        "overlaps": [{"runs": [o.first, o.second], "repeated": o.repeated, "differing": o.differing} for o in found.overlaps],
        "problem_count": found.problem_count,
        "problems": [
            {"topic": p.topic, "partition": p.partition, "offset": p.offset, "problem": p.problem} for p in found.problems
        ],
    }
