"""`extract list`: the deliveries that were read, with the sums of their books. Twenty is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cutover.reports.answer import Answer, table
from cutover.reports.books import LOST, cells_of, records_with
from cutover.reports.documents.books import BookPage
from cutover.reports.documents.deliveries import DeliveriesDocument, ListedDelivery, Voided
from cutover.runs.session import Session
from events.decisions import Decided, Decision, Decisions
from producers.changes.books import BOOKS_DIFFER, Term
from producers.state.voided import unfinished_voids, voided_extracts

_COLUMNS = (
    "delivery",
    "id",
    "taken",
    "scope",
    "read",
    "records",
    "carried",
    "merged",
    "used",
    "held",
    "left out",
    "deleted",
    "cells lost",
    "books",
    "void",
)


def list_deliveries(session: Session) -> Answer:
    """Return every reading of a delivery from the log, the oldest first. Raises LogError, CodecError."""
    commands = {d.run: str(d.body["kind"]) for d in session.decisions.all(Decided.RUN_STARTED) if d.run is not None}
    voided = voided_by(session.decisions)
    read = [_read(decision, commands, voided) for decision in session.decisions.all(Decided.EXTRACT_READ)]
    document: DeliveriesDocument = {"deliveries": read}
    if not read:
        return Answer(document=document, text=["No delivery was read yet."], next_step="`cutover sync PATH`")
    zone = session.practice.zone
    text = table("deliveries", _COLUMNS, [_row(one, zone) for one in read], right=range(5, 13))
    differ = any(one["balanced"] is False for one in read)
    return Answer(document=document, text=[text], findings=differ)


def _read(decision: Decision, commands: Mapping[str, str], voided: Mapping[str, Voided]) -> ListedDelivery:
    body = decision.body
    pages: list[BookPage] | None = body.get("books")
    deleted = body.get("changes", {}).get("deleted", 0) if "changes" in body else None
    return {
        "extract": body["extract"],
        "path": body["folder"],
        "taken_at": body["taken_at"],
        "scope": body["scope"],
        "read_at": decision.recorded_at.isoformat(),
        "run": decision.run,
        "command": commands.get(decision.run) if decision.run is not None else None,
        "records": sum(page["records"] for page in pages) if pages is not None else None,
        "carried": _sum(pages, Term.CARRIED),
        "merged": _sum(pages, Term.MERGED),
        "used": _sum(pages, Term.USED),
        "held": _sum(pages, Term.HELD),
        "left_out": _sum(pages, Term.LEFT_OUT),
        "deleted": deleted,
        "cells": cells_of(pages) if pages is not None else None,
        "balanced": _is_balanced(pages, body) if pages is not None else None,
        "voided": voided.get(body["extract"]),
    }


def _sum(pages: list[BookPage] | None, term: Term) -> int | None:
    return records_with(pages, term) if pages is not None else None


def _is_balanced(pages: list[BookPage], body: Mapping[str, Any]) -> bool:
    told = any(finding["code"] == BOOKS_DIFFER for finding in body.get("findings", ()))
    return not told and all(page["difference"] == 0 for page in pages)


def _row(one: ListedDelivery, zone: ZoneInfo) -> tuple[str | int | None, ...]:
    counts = (one["records"], one["carried"], one["merged"], one["used"], one["held"], one["left_out"], one["deleted"])
    lost = one["cells"].get(LOST, 0) if one["cells"] is not None else None
    return (
        one["path"],
        one["extract"],
        _time(one["taken_at"], zone),
        f"{one['scope']}, sample" if one["command"] == "sample" else one["scope"],
        _time(one["read_at"], zone),
        *counts,
        lost,
        {True: "balance", False: "DIFFER", None: "none kept"}[one["balanced"]],
        _void(one["voided"], zone),
    )


def voided_by(decisions: Decisions) -> dict[str, Voided]:
    """Return who voided which delivery, by the delivery's id. Raises LogError, CodecError."""
    unfinished = unfinished_voids(decisions)
    return {
        extract: {
            "by": str(d.body["by"]),
            "why": str(d.body["why"]),
            "at": d.recorded_at.isoformat(),
            "finished": extract not in unfinished,
        }
        for extract, d in voided_extracts(decisions).items()
    }


def _void(voided: Voided | None, zone: ZoneInfo) -> str:
    if voided is None:
        return ""
    return f"{voided['by']}, {_time(voided['at'], zone)}{'' if voided['finished'] else ', not finished'}"


def _time(text: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"
