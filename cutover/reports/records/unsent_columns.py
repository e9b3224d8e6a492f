"""Columns that PbN no longer sends: bound before, and missing in the newest delivery that has their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.decisions import Decided, Decision, Decisions
from events.vocabulary.mapping import TableKind
from producers.state.voided import voided_extracts
from projections.destination import destination

COLUMN_NOT_SENT = "column_not_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentColumn:
    """A field of a kind of table without a column since a delivery, and the decision on it."""

    kind: str
    field: str
    since: str
    met_at: datetime
    run: str | None
    decision: Decision | None = None

    @property
    def object(self) -> str:
        """Return the plural API name of the object that the table's records become; the kind where there is none."""
        entity = TableKind(self.kind).entity
        known = destination()
        singular = known.object_of.get(entity.value) if entity else None
        return known.objects[singular].plural if singular else self.kind

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the kind of table, the field, and the first delivery without the column."""
        return self.kind, self.field, self.since


def unsent_columns(decisions: Decisions) -> list[UnsentColumn]:
    """Return the columns that are missing now, in the order in which they went away. Raises CodecError, LogError."""
    missing: dict[tuple[str, str], UnsentColumn] = {}
    decided: dict[tuple[str, str, str], Decision] = {}
    voided = voided_extracts(decisions)
    for decision in decisions.all(Decided.EXTRACT_READ, Decided.CONFLICTS_RESOLVED):
        body = decision.body
        if body.get("extract") in voided:
            continue
        if decision.decided is Decided.CONFLICTS_RESOLVED:
            decided |= {(one["kind"], one["field"], one["since"]): decision for one in body.get("columns", ())}
            continue
        kinds = {kind for _, kind, _ in body["tables"]}
        found = {(f["kind"], f["field"]) for f in body["findings"] if f["code"] == "missing_column" and f.get("field")}
        missing = {key: x for key, x in missing.items() if key[0] not in kinds or key in found}
        for kind, name in sorted(found):
            met = UnsentColumn(kind=kind, field=name, since=body["extract"], met_at=decision.recorded_at, run=decision.run)
            missing.setdefault((kind, name), met)
    return [
        UnsentColumn(kind=x.kind, field=x.field, since=x.since, met_at=x.met_at, run=x.run, decision=decided.get(x.key))
        for x in missing.values()
    ]
