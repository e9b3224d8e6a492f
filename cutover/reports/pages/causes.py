"""Issues by cause: a table for each reason, the dearest first, and in it a line for each place with its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cutover.reports.documents.oversight.reconcile import ReportedIssue
from cutover.reports.page.parts import PageTable, listed
from cutover.reports.pages.framing import place, times
from cutover.reports.reason_codes.reason import NOTHING, Cost
from cutover.reports.reasons import REASONS, cost_of
from projections.registry import DESTINATIONS

PLACES = 60
"""Places of one reason that a page lists."""
ROWS = 12
"""Rows and records of one place that a page names."""


@dataclass(slots=True, kw_only=True)
class _Place:
    count: int = 0
    rows: list[int] = field(default_factory=list)
    records: dict[str, None] = field(default_factory=dict)


def issues_by_cause(issues: Sequence[ReportedIssue], where: str) -> tuple[PageTable, ...]:
    """Return a table for each reason. `where` is the command that lists everything."""
    reasons: defaultdict[str, defaultdict[tuple[str, str, str], _Place]] = defaultdict(lambda: defaultdict(_Place))
    for issue in issues:
        column = issue["column"] or issue["field"] or ""
        about = f"{column}: {issue['provider']}" if issue["provider"] else column
        key = place(issue["file"], issue["sheet"]), about, in_words(issue["entity"])
        found = reasons[issue["reason"]][key]
        found.count += issue["count"]
        found.rows += issue["rows"] or ([issue["row"]] if issue["row"] else [])
        if issue["pbnId"]:
            found.records[issue["pbnId"]] = None
    totals = {reason: sum(one.count for one in places.values()) for reason, places in reasons.items()}
    ordered = sorted(reasons, key=lambda reason: (rank(cost_of(reason)), -totals[reason], reason))
    return tuple(_table(reason, reasons[reason], totals[reason], where) for reason in ordered)


def rank(cost: Cost) -> int:
    """Return the place of a cost in the order of lists: 0 for the dearest."""
    return tuple(Cost).index(cost)


def heading(reason: str) -> str:
    """Return what a reason means, and what to do about it; for a code without an explanation, the code."""
    known = REASONS.get(reason)
    if known is None:
        return reason
    return known.means if known.to_do == NOTHING else f"{known.means} {known.to_do}"


def in_words(entity: str | None) -> str:
    """Return the name of an entity's object in Twenty, in the plural."""
    if not entity:
        return "files"
    spec = DESTINATIONS.get(entity)
    return spec.shown if spec is not None else entity


def _table(reason: str, places: dict[tuple[str, str, str], _Place], total: int, where: str) -> PageTable:
    ordered = sorted(places.items(), key=lambda item: -item[1].count)
    rows = [(file or "–", column, entity, ", ".join(_named(one)), one.count) for (file, column, entity), one in ordered]
    return listed(
        f"{cost_of(reason).value}, {times(total)}. {heading(reason)}",
        ("File", "Column or field", "With", "Rows, or records", "How often"),
        rows,
        numbers=(4,),
        most=PLACES,
        where=where,
    )


def _named(one: _Place) -> Iterator[str]:
    """Yield the first rows of a place, or its records where it has no rows, and how many more there are."""
    names = [f"row {row}" for row in sorted(set(one.rows))] or list(one.records)
    yield from names[:ROWS]
    more = max(len(names), one.count if names else 0) - len(names[:ROWS])
    if more:
        yield f"and {more:,} more"
