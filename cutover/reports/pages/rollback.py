"""The page of `rollback`, before or after: what is taken back, and each record that stays with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cutover.reports.counted import counted
from cutover.reports.documents.rollback import KeptItem, RollbackDocument
from cutover.reports.pace import forecast_line
from cutover.reports.page.parts import Bars, LineList, Marked, PageMark, PagePart, PageSection, PageTable, ReportPage, listed
from cutover.reports.pages.causes import heading
from cutover.reports.pages.framing import Frame
from projections.destination import destination

KEPT = 100
"""Kept records of one reason that a page lists."""


def rollback_page(document: RollbackDocument, frame: Frame) -> ReportPage:
    """Return the page. It names records by pbnId and fields, and holds no value."""
    kept = len(document["kept"])
    if document["dry_run"]:
        said = f"{counted(document['undone'], 'record')} would be taken back, and {kept:,} kept. Nothing was written."
        headline = Marked(said, PageMark.OPEN)
    else:
        said = f"{counted(document['undone'], 'record was', 'records were')} taken back, and {kept:,} kept."
        headline = Marked(said, PageMark.BAD if kept else PageMark.GOOD)
    title = "a rollback, looked at before" if document["dry_run"] else "a rollback"
    return ReportPage(
        title=frame.title(title),
        made=frame.made(f"Run {document['run']}."),
        headline=headline,
        facts=(_fact(document),),
        sections=(
            PageSection("By kind", tuple(_objects(document))),
            PageSection("Kept", tuple(_kept(document))),
            PageSection("Steps of the data model", (LineList(tuple(document["schema"])),) if document["schema"] else ()),
        ),
    )


def _fact(document: RollbackDocument) -> str:
    ahead = document["ahead"]
    if ahead is None:
        return f"{counted(document['requests'], 'request')} in {document['seconds']:,.0f} seconds"
    return forecast_line(ahead)


def _objects(document: RollbackDocument) -> Iterator[PagePart]:
    most = max((one["undone"] + one["kept"] for one in document["objects"]), default=0) or 1
    rows = [
        (destination().shown(one["object"]), one["undone"], one["kept"], Bars((one["undone"] / most, one["kept"] / most)))
        for one in sorted(document["objects"], key=lambda one: -one["kept"])
    ]
    if rows:
        back = "To take back" if document["dry_run"] else "Taken back"
        yield listed("Upper bar: taken back; lower bar: kept", ("Kind", back, "Kept", ""), rows, numbers=(1, 2))


def _kept(document: RollbackDocument) -> Iterator[PageTable]:
    reasons: defaultdict[str, list[KeptItem]] = defaultdict(list)
    for item in document["kept"]:
        reasons[item["reason"]].append(item)
    for reason, items in sorted(reasons.items(), key=lambda found: -len(found[1])):
        rows = [(item["pbnId"] or "–", destination().shown(item["object"]), ", ".join(item["fields"])) for item in items]
        where = "`--json` lists them"
        yield listed(f"{len(items):,}: {heading(reason)}", ("Record", "Kind", "Fields"), rows, most=KEPT, where=where)
