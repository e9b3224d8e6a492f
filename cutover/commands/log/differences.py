"""`diff`: what our writes between two positions changed in the whole workspace, as the log has it. Twenty is not asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import RenderableType

from consumers.journal.history import History
from consumers.rollback.differences import NetEffect, differences_in
from consumers.rollback.scopes import Between
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.documents.differences import DifferencesDocument, DifferingRecord
from cutover.runs.arguments.positions import position_text, resolve
from cutover.runs.session import Session
from events.log.port import CHANGES
from projections.destination import destination

LISTED = 10_000
"""Records that the document lists; the counts go on."""
_SHOWN = 30


def diff(session: Session, positions: Sequence[str]) -> Answer:
    """Compare the workspace at one position of the log with another. Raises UsageError, LogError."""
    if len(positions) != 2:
        raise UsageError("a difference lies between two positions: give --at POSITION twice")
    partitions = session.log.partitions(CHANGES)
    one, other = (resolve(text, session.log, session.decisions) for text in positions)
    first, last = ({p: place.get(p, 0) for p in partitions} for place in (one, other))
    if any(first[p] > last[p] for p in partitions):
        raise UsageError(f"{positions[0]} lies after {positions[1]}; give the earlier position first")
    away = session.away()
    counts: defaultdict[str, Counter[NetEffect]] = defaultdict(Counter)
    records: list[DifferingRecord] = []
    for found in differences_in(session.view, History(session.log, session.keys), Between(first, last)):
        counts[found.object][found.effect] += 1
        if len(records) < LISTED:
            records.append(
                {
                    "object": found.object,
                    "pbnId": found.pbn_id,
                    "id": found.twenty_id,
                    "effect": found.effect.value,
                    "fields": list(found.fields),
                }
            )
    document: DifferencesDocument = {
        "positions": {"from": position_text(first), "to": position_text(last)},
        "objects": [
            {
                "object": name,
                "created": found[NetEffect.CREATED],
                "updated": found[NetEffect.UPDATED],
                "deleted": found[NetEffect.DELETED],
            }
            for name, found in counts.items()
        ],
        "records": records,
    }
    notice = [f"Notice: {away}; this is the workspace that was last written to."] if away is not None else []
    return Answer(document=document, text=[*notice, *_text(document)])


def _text(document: DifferencesDocument) -> list[RenderableType]:
    if not document["objects"]:
        return ["Nothing was written to Twenty between these positions, or all of it was taken back."]
    shown = destination().shown
    rows = [(shown(one["object"]), one["created"], one["updated"], one["deleted"]) for one in document["objects"]]
    text: list[RenderableType] = [
        table("differences by object", ("object", "created", "updated", "deleted"), rows, right=(1, 2, 3)),
        table(
            "records",
            ("record", "object", "what", "fields"),
            [
                (one["pbnId"] or one["id"], shown(one["object"]), one["effect"], ", ".join(one["fields"]))
                for one in document["records"][:_SHOWN]
            ],
        ),
    ]
    if len(document["records"]) > _SHOWN:
        text.append(f"… and more; `--json` lists the first {LISTED:,} records.")
    return text
