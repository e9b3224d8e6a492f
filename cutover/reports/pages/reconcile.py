"""The page of `reconcile`, for a practice's manager: what moved, what did not and why, and where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cutover.reports.books import reservation, waiting_records
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.reconcile import ListedRecord, ObjectCounts, ReconcileDocument
from cutover.reports.page.parts import Bars, ColumnChart, Marked, PageMark, PagePart, PageSection, Prose, ReportPage, listed
from cutover.reports.pages.books import books_section
from cutover.reports.pages.causes import issues_by_cause
from cutover.reports.pages.framing import Frame
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of
from projections.destination import destination

RECORDS = 100
"""Records of one kind of difference that the page lists."""
DELIVERIES = 12
"""Deliveries that the chart shows, the newest ones."""
_WHERE = "`cutover reconcile --json` lists them"


def reconcile_page(document: ReconcileDocument, frame: Frame) -> ReportPage:
    """Return the page. It names records by pbnId, files and fields, and holds no value of a record."""
    issues = issues_by_cause(document["issues"], _WHERE)
    return ReportPage(
        title=frame.title("from Practice by Numbers to Twenty"),
        made=frame.made(),
        headline=_headline(document),
        facts=tuple(_facts(document)),
        sections=(
            PageSection("What moved", tuple(_moved(document))),
            PageSection("What did not move, and why", issues or (Prose("Everything moved, and every value could be read."),)),
            PageSection("Records to look at", tuple(_records(document))),
            books_section(document["books"]),
            PageSection("Rejected rows of each delivery", tuple(_rejects(document, frame))),
            PageSection("How full each field is", tuple(_fill(document))),
        ),
    )


def _headline(document: ReconcileDocument) -> Marked:
    wanted = sum(one["source"] for one in document["objects"])
    wrong = sum(one["missing"] + one["extra"] + one["different"] for one in document["objects"])
    costs = _costs(document)
    if wrong:
        differ = "differs" if wrong == 1 else "differ"
        of = counted(wanted, "record")
        return Marked(f"{wrong:,} of {of} {differ} between Practice by Numbers and Twenty.", PageMark.BAD)
    records, files, values = costs[Cost.RECORD], costs[Cost.FILE], costs[Cost.VALUE]
    held = reservation(document["books"], waiting_records(document["objects"]))
    held = held or (counted(records, "record") if records else None)
    others = (
        counted(files, "file or table", "files or tables") if files else None,
        counted(values, "value") if values else None,
    )
    but = ", ".join(filter(None, (held, *others)))
    if but:
        return Marked(
            f"Twenty holds the {counted(wanted, 'record that was', 'records that were')} moved, but not: {but}.", PageMark.BAD
        )
    if document["behind"]:
        behind = counted(document["behind"], "change is", "changes are")
        return Marked(f"Twenty holds {counted(wanted, 'record')}. {behind} still to be carried.", PageMark.OPEN)
    if document["issues"]:
        notes = counted(costs.total(), "note needs", "notes need")
        return Marked(f"Twenty holds all {counted(wanted, 'record')}. {notes} a look.", PageMark.OPEN)
    if not document["books"]:
        return Marked(
            f"Twenty holds the {counted(wanted, 'record')} of the log. No delivery was read as a whole yet.", PageMark.OPEN
        )
    return Marked(f"Twenty holds all {counted(wanted, 'record')} as Practice by Numbers has them.", PageMark.GOOD)


def _costs(document: ReconcileDocument) -> Counter[Cost]:
    """Return the number of rows, files and values with an issue, by its cost."""
    costs: Counter[Cost] = Counter()
    for issue in document["issues"]:
        costs[cost_of(issue["reason"])] += issue["count"]
    return costs


def _facts(document: ReconcileDocument) -> Iterator[str]:
    costs = _costs(document)
    yield from (f"{cost.value}: {costs[cost]:,}" for cost in Cost if costs[cost])
    if document["behind"]:
        yield f"Changes that were read and are still to be carried to Twenty: {document['behind']:,}"
    if document["forgotten"]:
        yield f"Records of people who were erased, and cannot be compared: {document['forgotten']:,}"


def _moved(document: ReconcileDocument) -> Iterator[PagePart]:
    most = max((max(one["source"], one["twenty"]) for one in document["objects"]), default=0) or 1
    rows = [
        (
            destination().shown(one["object"]),
            one["source"],
            one["twenty"],
            Bars((one["source"] / most, one["twenty"] / most)),
            *(_counted(one[kind]) for kind in ("missing", "extra", "different")),
            one["edited"] or None,
            one["waiting"] or None,
        )
        for one in sorted(document["objects"], key=lambda o: -(o["missing"] + o["extra"] + o["different"]))
    ]
    columns = ("", "Wanted", "In Twenty", "", "Missing", "Too many", "Different", "Edited by people", "Waiting")
    yield listed("Records by kind", columns, rows, numbers=(1, 2, 4, 5, 6, 7, 8))
    yield Prose("The upper bar is Practice by Numbers, the lower one Twenty. A record edited by people stays as they have it.")
    if any(one["waiting"] for one in document["objects"]):
        yield Prose("A waiting record follows by itself after the arrival of its patient.")


def _counted(number: int) -> Marked | None:
    return Marked(f"{number:,}", PageMark.BAD) if number else None


def _records(document: ReconcileDocument) -> Iterator[PagePart]:
    """Yield the records behind the numbers of the first table."""
    kinds: tuple[tuple[str, Sequence[ListedRecord], int], ...] = (
        ("Missing in Twenty", document["missing"], sum(one["missing"] for one in document["objects"])),
        ("In Twenty, but not wanted (any more)", document["extra"], sum(one["extra"] for one in document["objects"])),
        ("Different in Twenty", document["different"], sum(one["different"] for one in document["objects"])),
        ("Edited by people in Twenty", document["edited"], sum(one["edited"] for one in document["objects"])),
        (
            "Written over by workflows or applications of Twenty",
            document["automated"],
            sum(one["automated"] for one in document["objects"]),
        ),
        ("Merged into another record in Twenty", document["merged"], sum(one["merged"] for one in document["objects"])),
    )
    for caption, records, total in kinds:
        if records:
            shown = destination().shown
            rows = [(one["pbnId"] or one["id"], shown(one["object"]), ", ".join(one["fields"])) for one in records]
            yield listed(caption, ("Record", "Kind", "Fields"), rows, most=RECORDS, total=total, where=_WHERE)


def _rejects(document: ReconcileDocument, frame: Frame) -> Iterator[PagePart]:
    deliveries = document["rejects"][-DELIVERIES:]
    if len(deliveries) < 2:  # one column shows no course
        return
    columns = tuple((frame.local(one["taken_at"]).rpartition(",")[0], one["rows"]) for one in deliveries)
    yield ColumnChart(caption="Rows that are held, by the day of the delivery", columns=columns)


def _fill(document: ReconcileDocument) -> Iterator[PagePart]:
    for one in document["objects"]:
        if one["object"] not in destination().links and one["population"]:
            yield listed(
                f"{destination().shown(one['object'])}: share of records with a value",
                ("Field", "Practice by Numbers", "Twenty", ""),
                [_filled(one, name) for name in sorted(one["population"], key=lambda name: _gap(one, name))],
                numbers=(1, 2),
            )


def _gap(one: ObjectCounts, name: str) -> tuple[float, str]:
    """Return the order of a field: those that lack most in Twenty first."""
    return one["population"][name] - one["source_population"].get(name, 0.0), name


def _filled(one: ObjectCounts, name: str) -> tuple[str, str, str, Bars]:
    source, twenty = one["source_population"].get(name, 0.0), one["population"][name]
    return name, f"{source:.1%}", f"{twenty:.1%}", Bars((source, twenty))
