"""Parts of the data model that people removed from Twenty, or switched off: conflicts about the data model.

Each is met once, as a decision event, and stays open until a person takes a side, or the part is there again. `ours` makes it
again, and writes PbN's values where Twenty lost them. `theirs` leaves it away: its values are wanted no more. A part
that is there again gets its values, also where people made it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from consumers.data_model.ledger import Applied, Ledger, read_ledger
from consumers.data_model.steps import StepKind
from consumers.twenty.metadata import Metadata, ObjectMetadata
from events.decisions import Decided, Decision, Decisions
from projections.options import option_key

FIELD_REMOVED = "field_removed"
OPTION_REMOVED = "option_removed"
OBJECT_REMOVED = "object_removed"
FIELD_DEACTIVATED = "field_deactivated"
OBJECT_DEACTIVATED = "object_deactivated"

_SWITCHED_OFF = frozenset({FIELD_DEACTIVATED, OBJECT_DEACTIVATED})

OURS, THEIRS = "ours", "theirs"
"""The sides as a decision's body names them."""


class DriftItem(NamedTuple):
    """An object, a field, or an option by its label, that is missing or switched off in Twenty. `object` is the plural API
    name, `field` empty for a whole object.
    """

    object: str
    field: str
    option: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftConflict:
    """A missing part that was met, the last decision on it, and when it was met to be there again."""

    item: DriftItem
    met_at: datetime
    run: str | None
    decision: Decision | None = None
    back_at: datetime | None = None

    @property
    def take(self) -> str | None:
        """Return the side that was taken; None while it is open, and when the part is there again."""
        return None if self.decision is None or self.back_at is not None else str(self.decision.body["take"])

    @property
    def is_open(self) -> bool:
        """Tell whether a person has yet to take a side."""
        return self.decision is None and self.back_at is None


def drifted(metadata: Metadata, decisions: Decisions) -> list[DriftItem]:
    """Return what the log has made, or used, and Twenty lacks or keeps switched off; what was renamed is known by its id.

    What was missing before its object or field went, too, is still missing: it does not come back with that. Raises
    CodecError, LogError.
    """
    ledger = read_ledger(decisions, metadata.identity)
    found = dict.fromkeys(item for applied in ledger.applied for item in _missing_of(metadata, applied))
    found |= dict.fromkeys(_missing_adopted(metadata, ledger))
    known = drift_conflicts(decisions, metadata.identity)
    found |= dict.fromkeys(item for item, one in known.items() if one.back_at is None and _lost_its_place(metadata, item))
    return list(found)


def _lost_its_place(metadata: Metadata, item: DriftItem) -> bool:
    """Tell whether the object of a removed field, or the field of a removed option, is missing as well."""
    if item.reason not in (FIELD_REMOVED, OPTION_REMOVED):
        return False
    return item.object not in metadata or bool(item.option and item.field not in metadata.object(item.object).fields)


def _missing_of(metadata: Metadata, applied: Applied) -> Iterator[DriftItem]:
    step = applied.step
    if step.object not in metadata:
        if step.kind is StepKind.CREATE_OBJECT:
            yield DriftItem(step.plural or step.object, "", "", OBJECT_REMOVED)
        return
    there = metadata.object(step.object)
    if not there.is_active:
        yield DriftItem(there.plural, "", "", OBJECT_DEACTIVATED)
    if step.field is None:
        return
    if step.kind is not StepKind.ADD_OPTIONS:
        yield from _missing_field(there, step.field)
    field = there.fields.get(step.field)
    if field is None or field.type != "SELECT":
        return
    ids = {option.id for option in field.options}
    words = {option_key(option.stands_for) for option in field.options}
    for value, label in step.options:
        if applied.made.options.get(value) not in ids and option_key(label) not in words:
            yield DriftItem(there.plural, step.field, label, OPTION_REMOVED)


def _missing_adopted(metadata: Metadata, ledger: Ledger) -> Iterator[DriftItem]:
    for name in ledger.adopted.values():
        singular, _, field = name.partition(".")
        there = metadata.object(singular) if singular in metadata else None
        if there is not None and not there.is_active:
            yield DriftItem(there.plural, "", "", OBJECT_DEACTIVATED)
        if there is not None and field:
            yield from _missing_field(there, field)


def _missing_field(there: ObjectMetadata, name: str) -> Iterator[DriftItem]:
    field = there.fields.get(name)
    if field is None:
        yield DriftItem(there.plural, name, "", FIELD_REMOVED)
    elif not field.is_active:
        yield DriftItem(there.plural, name, "", FIELD_DEACTIVATED)


def met_body(missing: Iterable[DriftItem], back: Iterable[DriftItem] = ()) -> dict[str, Any]:
    """Return the body of a decision event that parts are missing, and that others are there again."""
    return {"items": [item._asdict() for item in missing], "back": [item._asdict() for item in back]}


def drift_conflicts(decisions: Decisions, workspace: str) -> dict[DriftItem, DriftConflict]:
    """Return every missing part that was ever met in a workspace, as it stands. Raises CodecError, LogError."""
    found: dict[DriftItem, DriftConflict] = {}
    for decision in decisions.all(Decided.MODEL_DRIFTED, Decided.CONFLICTS_RESOLVED):
        if decision.workspace != workspace:
            continue
        if decision.decided is Decided.MODEL_DRIFTED:
            for item in _items(decision.body["items"]):
                found[item] = DriftConflict(item=item, met_at=decision.recorded_at, run=decision.run)
            for item in _items(decision.body.get("back", ())):
                if item in found:
                    found[item] = replace(found[item], back_at=decision.recorded_at)
        else:
            for item in _items(decision.body.get("drift", ())):
                if item in found:
                    found[item] = replace(found[item], decision=decision)
    return found


def fresh(missing: Sequence[DriftItem], known: Mapping[DriftItem, DriftConflict]) -> list[DriftItem]:
    """Return the missing parts to be met: new ones, and those that are gone again after they had come back."""
    return [item for item in missing if item not in known or known[item].back_at is not None]


def returned(missing: Collection[DriftItem], known: Mapping[DriftItem, DriftConflict]) -> list[DriftItem]:
    """Return the parts that were met as missing and are there now."""
    return [item for item, conflict in known.items() if conflict.back_at is None and item not in missing]


def left_out(metadata: Metadata, decisions: Decisions, *, undecided: bool) -> list[DriftItem]:
    """Return the missing parts that are not to be made: those that a person left out, with `undecided` those, too, about which
    no person has taken a side, and those that are switched off: people activate them. Raises CodecError, LogError.
    """
    known = drift_conflicts(decisions, metadata.identity)
    found = []
    for item in drifted(metadata, decisions):
        take = known[item].take if item in known else None
        if take == THEIRS or (undecided and (take is None or item.reason in _SWITCHED_OFF)):
            found.append(item)
    return found


def _items(written: Iterable[Mapping[str, str]]) -> list[DriftItem]:
    return [DriftItem(**item) for item in written]
