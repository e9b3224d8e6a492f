"""The reconciliation as one HTML page for a practice's manager: what moved, what did not and why, what to look at.

The page needs nothing beside itself. It names records by pbnId, files and fields, and holds no value of a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from consumers.reconcile.reconciliation import ObjectReconciliation, Reconciliation
from cutover.reports.books import left_out_lines, reservation, rows_of
from cutover.reports.documents.books import BookPage
from cutover.reports.documents.oversight.reconcile import ReportedIssue
from cutover.reports.page.markup import Markup, MarkupPart, element, table, together
from cutover.reports.page.style import STYLE
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import REASONS, cost_of
from events.vocabulary.practice import Practice
from projections.destination import destination
from projections.registry import DESTINATIONS

LISTED = 500
"""Rows of a list at most; the page says how many there are beyond."""


def render(
    found: Reconciliation,
    issues: Sequence[ReportedIssue],
    books: Sequence[BookPage],
    *,
    practice: Practice,
    made_at: datetime,
) -> str:
    """Return the whole page. `made_at` (aware) is shown in the practice's time."""
    title = f"{practice.name}: from Practice by Numbers to Twenty"
    body = element(
        "main",
        element("h1", title),
        element("p", f"As of {made_at.astimezone(practice.zone):%d %B %Y, %H:%M} ({practice.zone.key}).", class_="when"),
        _summary(found, issues, books),
        _moved(found),
        _delivery(books),
        _reasons(issues),
        _records(found),
        _issues(issues),
        _population(found),
    )
    head = together(
        [
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", title),
            element("style", Markup(STYLE)),
        ]
    )
    return f'<!doctype html>\n<html lang="en">{element("head", head).html}{element("body", body).html}</html>\n'


def _section(heading: str, *parts: MarkupPart) -> Markup:
    return element("section", element("h2", heading), *parts)


def _summary(found: Reconciliation, issues: Sequence[ReportedIssue], books: Sequence[BookPage]) -> Markup:
    wanted = sum(one.source for one in found.objects)
    wrong = sum(one.missing.count + one.extra.count + one.different.count for one in found.objects)
    costs: Counter[Cost] = Counter()
    for issue in issues:
        costs[cost_of(issue["reason"])] += issue["count"]
    if wrong:
        said, look = f"{wrong:,} of {wanted:,} records differ between Practice by Numbers and Twenty.", "verdict bad"
    elif (but := reservation(books)) is not None:
        said, look = f"Twenty holds the {wanted:,} records that were moved, but not: {but}.", "verdict bad"
    else:
        said, look = f"Twenty holds all {wanted:,} records as Practice by Numbers has them.", "verdict good"
    verdict = element("p", said, class_=look)
    lines = [f"{cost.value}: {costs[cost]:,}" for cost in Cost if costs[cost]]
    if found.behind:
        lines.append(f"Changes that were read and are still to be carried to Twenty: {found.behind:,}")
    if found.forgotten:
        lines.append(f"Records of people who were erased, and cannot be compared: {found.forgotten:,}")
    return together([verdict, element("ul", *(element("li", line) for line in lines))] if lines else [verdict])


def _moved(found: Reconciliation) -> Markup:
    rows = [(_name(one), *(f"{number:,}" for number in _numbers(one))) for one in found.objects]
    columns = ("", "Wanted", "In Twenty", "Missing", "Too many", "Different", "Edited by people", "Waiting for their patient")
    note = "A record edited by people is left as they have it. One that waits follows by itself once its patient has arrived."
    return _section("What moved", table("Records, by kind", columns, rows, numbers=range(1, 8)), element("p", note))


def _delivery(books: Sequence[BookPage]) -> Markup:
    if not books:
        return together([])
    rows = [(str(file), *(f"{number:,}" for number in numbers)) for file, *numbers in rows_of(books)]
    columns = ("", "Records", "Moved", "Merged", "Used", "Held", "Left out", "Unaccounted")
    lines = left_out_lines(books)
    parts = [table("Records of the delivery, by file", columns, rows, numbers=range(1, 8))]
    return _section("What became of the delivery", *parts, element("ul", *(element("li", line) for line in lines)))


def _numbers(one: ObjectReconciliation) -> tuple[int, ...]:
    kinds = (one.missing, one.extra, one.different, one.edited, one.waiting)
    return (one.source, one.twenty, *(kind.count for kind in kinds))


def _reasons(issues: Sequence[ReportedIssue]) -> Markup:
    if not issues:
        return _section("What did not move, and why", element("p", "Everything moved, and every value could be read."))
    counted: Counter[tuple[str, str | None]] = Counter()
    for issue in issues:
        counted[issue["reason"], issue["entity"]] += issue["count"]
    parts: list[MarkupPart] = []
    for cost in Cost:
        mine = [(key, count) for key, count in counted.most_common() if cost_of(key[0]) is cost]
        if mine:
            rows = [(_means(reason), _entity(entity), f"{count:,}", _to_do(reason)) for (reason, entity), count in mine]
            parts.append(table(cost.value, ("What happened", "With", "How often", "What to do"), rows, numbers=(2,)))
    return _section("What did not move, and why", *parts)


def _records(found: Reconciliation) -> Markup:
    """Return the records behind the numbers of the first table."""
    parts: list[MarkupPart] = []
    kinds = (
        ("missing", "Missing in Twenty"),
        ("extra", "In Twenty, but not wanted (any more)"),
        ("different", "Different in Twenty"),
        ("edited", "Edited by people in Twenty"),
    )
    for kind, heading in kinds:
        listed = [(one, d) for one in found.objects for d in getattr(one, kind).listed]
        if listed:
            rows = [(d.pbn_id or d.twenty_id, _name(one), ", ".join(d.fields)) for one, d in listed]
            total = sum(getattr(one, kind).count for one in found.objects)
            parts += _cut(heading, ("Record", "Kind", "Fields"), rows, total)
    return _section("Records to look at", *parts) if parts else Markup("")


def _issues(issues: Sequence[ReportedIssue]) -> Markup:
    if not issues:
        return Markup("")
    rows = [
        (
            ", ".join(part for part in (i["file"], i["sheet"]) if part),
            i["row"] if i["row"] else "",
            i["column"] or "",
            i["pbnId"] or "",
            i["field"] or "",
            _means(i["reason"]),
        )
        for i in issues
    ]
    note = "A row is counted from the top of the file, everything included."
    columns = ("File", "Row", "Column", "Record", "Field", "What happened")
    return _section("Where to look", element("p", note), *_cut("By file and row", columns, rows, len(rows), numbers=(1,)))


def _cut(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[MarkupPart]], total: int, *, numbers: Iterable[int] = ()
) -> list[MarkupPart]:
    """Return a table of at most `LISTED` rows, and how many more there are."""
    shown = rows[:LISTED]
    parts: list[MarkupPart] = [table(caption, columns, shown, numbers=numbers)]
    if total > len(shown):
        parts.append(element("p", f"… and {total - len(shown):,} more; `cutover reconcile --json` lists them."))
    return parts


def _population(found: Reconciliation) -> Markup:
    parts = [
        table(
            f"{_name(one)}: share of records with a value",
            ("Field", "Filled", ""),
            [(field, f"{rate:.1%}", _bar(rate)) for field, rate in one.population.items()],
            numbers=(1,),
        )
        for one in found.objects
        if one.object not in destination().links
    ]
    return _section("How full each field is", *parts) if parts else Markup("")


def _bar(rate: float) -> Markup:
    return element("meter", f"{rate:.0%}", min="0", max="1", value=f"{rate:.4f}", aria_hidden="true")


def _name(one: ObjectReconciliation) -> str:
    return destination().shown(one.object)


def _entity(entity: str | None) -> str:
    if not entity:
        return "files"
    spec = DESTINATIONS.get(entity)
    return spec.shown if spec is not None else entity


def _means(reason: str) -> str:
    return REASONS[reason].means if reason in REASONS else reason


def _to_do(reason: str) -> str:
    return REASONS[reason].to_do if reason in REASONS else ""
