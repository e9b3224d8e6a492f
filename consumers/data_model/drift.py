"""Fields and options that people removed from Twenty although the log made them: conflicts about the data model.

Each is met once, as a decision event, and stays open until a person takes a side. `ours` makes the field or option again, and
writes PbN's values where Twenty lost them. `theirs` leaves it away: its values are wanted no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from consumers.data_model.ledger import read_ledger
from consumers.data_model.steps import StepKind
from consumers.twenty.metadata import Metadata, ObjectMetadata
from events.decisions import Decided, Decision, Decisions
from projections.options import option_key

FIELD_REMOVED = "field_removed"
OPTION_REMOVED = "option_removed"


class DriftItem(NamedTuple):
    """A field, or one of its options by label, that is missing in Twenty. `object` is the plural API name."""

    object: str
    field: str
    option: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftConflict:
    """A missing field or option that was met, and the last decision on it."""

    item: DriftItem
    met_at: datetime
    run: str | None
    decision: Decision | None = None

    @property
    def take(self) -> str | None:
        """Return the side that was taken; None while it is open."""
        return None if self.decision is None else str(self.decision.body["take"])


def drifted(metadata: Metadata, decisions: Decisions) -> list[DriftItem]:
    """Return what the log has made and Twenty lacks; what was renamed is known by its id. Raises CodecError, LogError."""
    found: dict[DriftItem, None] = {}
    for applied in read_ledger(decisions, metadata.identity).applied:
        step, made = applied.step, applied.made
        if step.field is None or step.object not in metadata:
            continue
        there = metadata.object(step.object)
        field = there.fields.get(_name_of(there, step.field, made.field))
        if field is None:
            if step.kind in (StepKind.CREATE_FIELD, StepKind.CREATE_RELATION):
                found[DriftItem(there.plural, step.field, "", FIELD_REMOVED)] = None
            continue
        ids = {option.id for option in field.options}
        words = {option_key(option.label) for option in field.options}
        for value, label in step.options if field.type == "SELECT" else ():
            if made.options.get(value) not in ids and option_key(label) not in words:
                found[DriftItem(there.plural, step.field, label, OPTION_REMOVED)] = None
    return list(found)


def _name_of(there: ObjectMetadata, name: str, identity: str | None) -> str:
    """Return the present name of a field that the log made."""
    return next((field.name for field in there.fields.values() if identity is not None and field.id == identity), name)


def met_body(items: Iterable[DriftItem]) -> dict[str, Any]:
    """Return the body of a decision event that these are missing."""
    return {"items": [item._asdict() for item in items]}


def drift_conflicts(decisions: Decisions, workspace: str) -> dict[DriftItem, DriftConflict]:
    """Return every missing field or option that was ever met in a workspace, as it stands. Raises CodecError, LogError."""
    found: dict[DriftItem, DriftConflict] = {}
    for decision in decisions.all(Decided.MODEL_DRIFTED, Decided.CONFLICTS_RESOLVED):
        if decision.workspace != workspace:
            continue
        if decision.decided is Decided.MODEL_DRIFTED:
            for item in _items(decision.body["items"]):
                found[item] = DriftConflict(item=item, met_at=decision.recorded_at, run=decision.run)
        else:
            for item in _items(decision.body.get("drift", ())):
                if item in found:
                    met = found[item]
                    found[item] = DriftConflict(item=item, met_at=met.met_at, run=met.run, decision=decision)
    return found


def fresh(missing: Sequence[DriftItem], known: Mapping[DriftItem, DriftConflict]) -> list[DriftItem]:
    """Return the missing items to be met: new ones, and those that are gone again after PbN's side was taken."""
    return [item for item in missing if item not in known or known[item].take == "ours"]


def _items(written: Iterable[Mapping[str, str]]) -> list[DriftItem]:
    return [DriftItem(**item) for item in written]
