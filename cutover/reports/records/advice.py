"""The advice at the end of a comparison: it fits what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cutover.reports.books import records_with
from cutover.reports.documents.books import BookPage
from cutover.reports.documents.oversight.reconcile import ReportedIssue
from cutover.reports.reason_codes.reason import NOTHING, Cost
from cutover.reports.reasons import REASONS, cost_of
from producers.changes.books import NOT_IN_SAMPLE, Term


def advice(known: Sequence[ReportedIssue], books: Sequence[BookPage], *, agrees: bool) -> str:
    """Return the advice that fits the findings: that of the most frequent reason, where values are concerned."""
    if not agrees:
        return "`cutover replay --from start --dry-run` shows the differences field by field"
    if records_with(books, Term.LEFT_OUT, NOT_IN_SAMPLE):
        return "`cutover sync PATH` carries the rows that are not in the sample"
    if any(page["difference"] for page in books):
        return (
            "keep the delivery, and report its layout and the numbers above: records without an account are a defect of Cutover"
        )
    if any(cost_of(issue["reason"]) is Cost.RECORD for issue in known):
        return "`cutover dead-letters list` shows what is held; the table above has the remedy for each reason"
    remedies: Counter[str] = Counter()
    for issue in known:
        if issue["reason"] in REASONS:
            remedies[REASONS[issue["reason"]].to_do] += issue["count"]
    del remedies[NOTHING]
    if remedies:
        (first, _), *others = remedies.most_common()
        return f"{first} The table above has the remedies for the other reasons." if others else first
    return "`cutover sync PATH` for the next extract, or `cutover go-live` after the last one"
