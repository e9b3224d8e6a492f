"""`map clear`: take the values of columns that the mapping leaves out now out of the records, and so out of Twenty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.mapping import ClearedColumns, LeftColumn
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.claims.producing import producing
from cutover.runs.left_columns import left_columns
from cutover.runs.run import running
from cutover.runs.run_outcome import RunOutcome, counts_of
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity
from producers.changes.produced import Produced


def map_clear(session: Session, column: str, person: NamedPerson, *, dry_run: bool = False) -> Answer:
    """Append change events that blank the fields of these columns: of the one with this header or field, or of all.

    Raises UsageError where no column of that name is left out with values, Busy, LogError.
    """
    if not dry_run:
        person.require_name_to_decide("clearing the values of a column")
    held = left_columns(session)
    left = [one for one in held if column in ("", one["header"], one["field"])]
    if not left:
        raise UsageError(_nothing(column, held))
    changed, run_id = Counter[str](), ""
    if not dry_run:
        changed, run_id = _clear(session, left, person)
    document: ClearedColumns = {
        "columns": left,
        "by": person.by,
        "why": person.why,
        "dry_run": dry_run,
        "run": run_id,
        "updated": changed["updated"],
    }
    rows = [(one["header"], one["entity"], one["field"], one["records"]) for one in left]
    said = (
        "Nothing was written."
        if dry_run
        else f"{counted(changed['updated'], 'record')} changed in the log; Twenty holds the values until they are carried."
    )
    return Answer(
        document=document,
        text=[table("values to clear", ("column", "of", "field", "records"), rows, right=(3,)), said],
        next_step=(
            "`cutover map clear --by NAME`"
            if dry_run
            else "`cutover consume`, or the next `cutover sync`, clears them in Twenty"
        ),
    )


def _clear(session: Session, left: Sequence[LeftColumn], person: NamedPerson) -> tuple[Counter[str], str]:
    fields: defaultdict[Entity, set[str]] = defaultdict(set)
    for one in left:
        fields[Entity(one["entity"])].add(one["field"])
    outcome = RunOutcome()
    with (
        producing(session, holder="map clear"),
        running("clear", session.log, session.decisions, session.world) as run,
    ):
        body = {"columns": left, "by": person.by, "why": person.why}
        session.decisions.record(Decided.COLUMNS_CLEARED, body, run=run.id)
        changed = session.producer().clear(fields, run.id)
        outcome.produced.append(Produced(extract="", changes=changed))
        run.totals.update(counts_of(outcome))
    return changed, run.id


def _nothing(column: str, held: Sequence[LeftColumn]) -> str:
    named = ", ".join(repr(one["header"]) for one in held)
    if not held:
        return "no column that was carried is left out; `cutover map ignore TABLE COLUMN` and `cutover map approve` do that"
    return f"no column {column!r} that was carried is left out; these are: {named}"
