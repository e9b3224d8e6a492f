"""The page of a run: `sync`, `produce` and `consume`: what changed, what was written, and what did not arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cutover.reports.counted import counted
from cutover.reports.documents.runs import ReportedConflict, RunDocument
from cutover.reports.page.parts import Marked, PageMark, PagePart, PageSection, Prose, ReportPage, listed
from cutover.reports.pages.books import books_section, values_section
from cutover.reports.pages.causes import heading, in_words
from cutover.reports.pages.framing import Frame, place
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of
from projections.destination import destination

CONFLICTS = 100
"""Conflicts that a page lists."""


def run_page(document: RunDocument, frame: Frame) -> ReportPage:
    """Return the page. It names records, files and fields, and holds no value."""
    missing = list(_missing(document))
    changes, writes = document["changes"], document["writes"]
    written = writes["create"] + writes["update"] + writes["delete"] + writes["restore"]
    if missing:
        headline = Marked(
            f"{counted(written, 'record was', 'records were')} written to Twenty. Not all arrived: {', '.join(missing)}.",
            PageMark.BAD,
        )
    elif document["findings"]:
        found = counted(len(document["findings"]), "finding is", "findings are")
        said = f"{counted(written, 'record was', 'records were')} written to Twenty. {found} to be looked at."
        headline = Marked(said, PageMark.OPEN)
    else:
        headline = Marked(
            f"{counted(written, 'record was', 'records were')} written to Twenty. Nothing is missing.", PageMark.GOOD
        )
    return ReportPage(
        title=frame.title("a sync"),
        made=frame.made(f"Run {document['run']}."),
        headline=headline,
        facts=(
            "Changes in Practice by Numbers: " + ", ".join(f"{number:,} {kind}" for kind, number in changes.items()),
            "Writes to Twenty: " + ", ".join(f"{number:,} {kind}" for kind, number in writes.items()),
            f"{counted(document['requests'], 'request')} in {document['seconds']:,.0f} seconds",
        ),
        sections=(
            PageSection("Findings", tuple(_findings(document))),
            values_section(document["books"]),
            PageSection("Left as people have it in Twenty", tuple(_conflicts(document))),
            books_section(document["books"]),
            PageSection("Read again", tuple(_read_again(document))),
        ),
    )


def _missing(document: RunDocument) -> Iterator[str]:
    """Yield what did not arrive, in words with its count."""
    values = sum(
        issue["count"] for page in document["books"] for issue in page["issues"] if cost_of(issue["reason"]) is Cost.VALUE
    )
    counts = (
        (document["dead_letters"], "record or row is kept back", "records or rows are kept back"),
        (values + sum(one["count"] for one in document["lost"]), "value is lost", "values are lost"),
        (len(document["unread"]), "file or sheet was not read", "files or sheets were not read"),
        (sum(abs(page["difference"]) for page in document["books"]), "record has no account", "records have no account"),
        (
            sum(one["absent"] for one in document["withheld_list"]),
            "deletion waits for a confirmation",
            "deletions wait for a confirmation",
        ),
        (sum(1 for one in document["conflict_list"] if one["kept"]), "edit of a person was kept", "edits of people were kept"),
    )
    return (counted(count, one, several) for count, one, several in counts if count)


def _findings(document: RunDocument) -> Iterator[PagePart]:
    if document["findings"]:
        rows = [(one["file"], one["column"], one["text"]) for one in document["findings"]]
        yield listed("Tables and columns", ("File", "Column", "Finding"), rows)
    if document["unread"]:
        unread = [(place(one["file"], one["sheet"]), one["row"], heading(one["reason"])) for one in document["unread"]]
        yield listed("Not read", ("File", "From row", "Why, and what to do"), unread, numbers=(1,))
    if document["withheld_list"]:
        gone = [(in_words(one["entity"]), one["absent"], one["live"], one["why"]) for one in document["withheld_list"]]
        yield listed("Deletions that were withheld", ("Kind", "Disappeared", "Of", "Why"), gone, numbers=(1, 2))
    if document["lost"]:
        lost = [(destination().shown(o["object"]), o["field"], o["count"], heading(o["reason"])) for o in document["lost"]]
        yield listed(
            "Values that Twenty cannot hold", ("Kind", "Field", "How often", "Why, and what to do"), lost, numbers=(2,)
        )
    if document["stale"]:
        older = counted(document["stale"], "row is", "rows are")
        yield Prose(f"{older} older than what is known of the records, and changed nothing.")


def _conflicts(document: RunDocument) -> Iterator[PagePart]:
    if not document["conflict_list"]:
        return
    reasons = Counter((one["object"], one["reason"]) for one in document["conflict_list"])
    counted = [(destination().shown(name), heading(reason), n) for (name, reason), n in reasons.most_common()]
    yield listed("By kind", ("Kind", "Why", "Records"), counted, numbers=(2,))
    rows = [
        (
            one["pbnId"] or one["id"],
            ", ".join(one["fields"]) or "the record",
            _by(one),
            "kept" if one["kept"] else Marked("overwritten", PageMark.BAD),
        )
        for one in document["conflict_list"]
    ]
    where = "`cutover conflicts list` shows them"
    yield listed("Records", ("Record", "Fields", "Changed by", "What became of it"), rows, most=CONFLICTS, where=where)


def _by(one: ReportedConflict) -> str:
    by = one["changed_by"]
    return (by["name"] or by["source"]) if by else ""


def _read_again(document: RunDocument) -> Iterator[PagePart]:
    if document["read_again"]:
        rows = [(", ".join(o["settings"]), o["records"], o["changed"], o["extract"]) for o in document["read_again"]]
        columns = ("Settings that changed", "Records read again", "Changed", "Delivery")
        yield listed("Known records that were read by other settings", columns, rows, numbers=(1, 2))
