"""The outcome of a run: its counts, its findings, and the answer made from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rich.console import RenderableType

from consumers.sync.projector import SyncTally
from cutover.reports.answer import Answer, table
from cutover.reports.books import books_table, cell_lines, has_lost_values, left_out_lines, pages_of, value_lines
from cutover.reports.counted import counted
from cutover.reports.documents.runs import ChangeCounts, RunCounts, RunDocument, Writes
from cutover.reports.findings import (
    conflict_lines,
    conflict_list,
    finding_lines,
    shown_finding,
    unread_lines,
    unread_list,
    withheld_lines,
    withheld_list,
)
from cutover.reports.reasons import explain
from cutover.runs.arguments.positions import position_text
from cutover.runs.left_columns import left_column_lines, left_columns
from cutover.runs.run import Run
from cutover.runs.session import Session
from events.log.port import CHANGES
from producers.changes.produced import Produced
from producers.sources.extract import FileIssue
from producers.state.identities import IDENTITY_HELD


@dataclass(kw_only=True)
class RunOutcome:
    """Everything that a run produced and wrote, counted."""

    produced: list[Produced] = field(default_factory=list)
    tally: SyncTally = field(default_factory=SyncTally)
    standing: int = 0
    requests: int = 0

    @property
    def changes(self) -> Counter[str]:
        """Return the change events of all extracts together."""
        return sum((p.changes for p in self.produced), Counter[str]())

    @property
    def unread(self) -> list[FileIssue]:
        """Return the files and sheets that hold rows and were not read."""
        return [issue for p in self.produced for issue in p.file_issues if issue.holds_rows]

    @property
    def has_findings(self) -> bool:
        """Return True where a person needs to look at something."""
        drift = any(not f.notice for p in self.produced for f in p.findings)
        return bool(
            drift
            or self.unread
            or self.standing
            or self.tally.conflicts
            or self.tally.lost
            or any(p.withheld for p in self.produced)
        )


def count_refused_rows(session: Session) -> int:
    """Return the number of rows that made no record, as `dead-letters list` has them. Raises LogError, CodecError."""
    if not session.has_dead_letters():
        return 0
    from cutover.runs.dead_letters_of import dead_letters_of  # most runs and looks at a status find no dead letter

    return dead_letters_of(session).count_rows()


def totals(session: Session, run: Run, outcome: RunOutcome) -> None:
    """Count dead letters, waiting records and refused rows at the end of a run, and set the run's own totals."""
    outcome.standing = session.view.count_kept_back() + count_refused_rows(session)
    run.totals.update(counts_of(outcome))


def writes_of(tally: SyncTally) -> Writes:
    """Return the writes of a run by kind."""
    found = tally.writes
    return {
        "create": found["create"],
        "update": found["update"],
        "delete": found["delete"],
        "restore": found["restore"],
        "unchanged": found["unchanged"],
    }


def counts_of(outcome: RunOutcome) -> RunCounts:
    """Return the counts of a run, as its totals and its document hold them."""
    found = outcome.changes
    changes: ChangeCounts = {
        "created": found["created"],
        "updated": found["updated"],
        "deleted": found["deleted"],
        "unchanged": found["unchanged"],
        "withheld": found["withheld"],
    }
    return {
        "changes": changes,
        "writes": writes_of(outcome.tally),
        "conflicts": len(outcome.tally.conflicts),
        "dead_letters": outcome.standing,
        "requests": outcome.requests,
    }


def answer_of(session: Session, run: Run, outcome: RunOutcome) -> Answer:
    """Return the answer of a run."""
    counts = counts_of(outcome)
    books = [page for produced in outcome.produced for page in pages_of(produced.extract, produced.books)]
    document: RunDocument = {
        "run": run.id,
        "positions": {"from": position_text(run.start), "to": position_text(session.log.ends(CHANGES))},
        "changes": counts["changes"],
        "writes": counts["writes"],
        "conflicts": counts["conflicts"],
        "dead_letters": counts["dead_letters"],
        "requests": counts["requests"],
        "seconds": run.seconds,
        "stale": outcome.changes["stale"],
        "conflict_list": conflict_list(outcome.tally.conflicts),
        "withheld_list": withheld_list([w for p in outcome.produced for w in p.withheld]),
        "books": books,
        "findings": [shown_finding(f) for p in outcome.produced for f in p.findings if not f.notice],
        "lost": [
            {"object": plural, "field": name, "reason": reason, "count": count}
            for (plural, name, reason), count in sorted(outcome.tally.lost.items())
        ],
        "unread": unread_list(outcome.unread),
        "read_again": [
            {"extract": p.extract, "settings": list(a.settings), "records": a.records, "changed": a.changed}
            for p in outcome.produced
            if (a := p.read_again) is not None
        ],
        "left_columns": (left := left_columns(session)),
    }
    rows = [("changes in PbN", k, n) for k, n in counts["changes"].items()]
    rows += [("writes to Twenty", k, n) for k, n in counts["writes"].items()]
    text: list[RenderableType] = [table(f"run {run.id}", ("", "", ""), rows, right=(2,))]
    if books:
        text += [books_table(books), *left_out_lines(books), *cell_lines(books), *value_lines(books)]
    for produced in outcome.produced:
        text += finding_lines(produced.findings)
        if (again := produced.read_again) is not None:
            text.append(
                f"Notice: {counted(again.records, 'record was', 'records were')} read again, because "
                f"{' and '.join(again.settings)} changed since they were read last; {again.changed:,} of them say something "
                "else now"
            )
        text += withheld_lines(produced.withheld)
    text += [*unread_lines(outcome.unread), *left_column_lines(left)]
    if outcome.changes["stale"]:
        text.append(
            f"{counted(outcome.changes['stale'], 'row is', 'rows are')} older than what is known of the records, and changed "
            "nothing: the extract was taken before one that was read already"
        )
    text += conflict_lines(outcome.tally.conflicts)
    for (plural, field_name, reason), count in sorted(outcome.tally.lost.items()):
        text.append(f"Finding: {plural}.{field_name}: {counted(count, 'value was', 'values were')} left out: {explain(reason)}")
    if outcome.standing:
        standing = counted(outcome.standing, "row or record", "rows or records")
        text.append(f"{standing} could not be carried; `cutover reconcile` says why")
    text.append(f"{counted(outcome.requests, 'request')}, {run.seconds:.1f} s")
    findings = outcome.has_findings or has_lost_values(books)
    held = any(f.code == IDENTITY_HELD for p in outcome.produced for f in p.findings)
    at_rest = "`cutover dead-letters list`" if outcome.standing else "`cutover reconcile`"
    following = "`cutover identities list`" if held else at_rest
    return Answer(document=document, text=text, findings=findings, next_step=following)
