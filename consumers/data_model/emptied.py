"""Parts of the data model that Twenty emptied, found from the ledger, the data model as it is, and the drift that was met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from consumers.data_model.drift import FIELD_REMOVED, OBJECT_REMOVED, OPTION_REMOVED, DriftItem, drift_conflicts
from consumers.data_model.ledger import Applied, Ledger, read_ledger
from consumers.data_model.steps import StepKind
from consumers.state.emptied import Emptied
from consumers.twenty.metadata import FieldMetadata, Metadata
from events.decisions import Decisions
from projections.options import option_key

_FIELDS = (StepKind.CREATE_FIELD, StepKind.CREATE_RELATION)


def emptied(metadata: Metadata, decisions: Decisions) -> Emptied:
    """Return what Twenty emptied in a workspace since the log began. Raises CodecError, LogError."""
    ledger = read_ledger(decisions, metadata.identity)
    drift = drift_conflicts(decisions, metadata.identity)
    back = {item: conflict.back_at for item, conflict in drift.items() if conflict.back_at is not None}
    fields: dict[str, dict[str, datetime]] = {}
    options: dict[str, dict[str, dict[str, datetime | None]]] = {}
    again = dict(_fields_made_again(ledger))
    steps_of: dict[tuple[str, str | None], list[Applied]] = {}
    for one in ledger.ever:
        steps_of.setdefault((one.step.object, one.step.field), []).append(one)
    for there in metadata.objects:
        for column, field in there.columns.items():
            moments = (again.get(field.id), back.get(DriftItem(there.plural, field.name, "", FIELD_REMOVED)))
            if known := [moment for moment in moments if moment is not None]:
                fields.setdefault(there.plural, {})[column] = max(known)
            if found := _options(steps_of.get((there.singular, field.name), ()), there.plural, field, back):
                options.setdefault(there.plural, {})[column] = found
    return Emptied(fields=fields, options=options, objects=_latest(_objects_made_again(metadata, ledger, back)))


def made_again(metadata: Metadata, decisions: Decisions) -> dict[str, dict[str, datetime]]:
    """Return the columns by object whose field, option or object was made a second time, or came back, and when: their values
    are to be written once more. The column of a whole object is `id`. Raises CodecError, LogError.
    """
    again: dict[str, dict[str, datetime]] = {}
    met: set[tuple[str, str, str]] = set()
    for applied in read_ledger(decisions, metadata.identity).applied:
        for part in _parts(applied):
            if part in met:
                _note(again, metadata, applied.step.object, part[1], applied.at)
            met.add(part)
    for conflict in drift_conflicts(decisions, metadata.identity).values():
        if conflict.back_at is not None:
            _note(again, metadata, conflict.item.object, conflict.item.field, conflict.back_at)
    return again


def _note(again: dict[str, dict[str, datetime]], metadata: Metadata, name: str, field: str, at: datetime) -> None:
    there = metadata.object(name) if name in metadata else None
    found = there.fields.get(field) if there is not None else None
    column = "id" if not field else found.column if found is not None else None
    if there is not None and column is not None:
        columns = again.setdefault(there.plural, {})
        columns[column] = max(at, columns.get(column, at))


def _latest(moments: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """Return the last moment of each name: an object can be made again several times, with and without a conflict."""
    found: dict[str, datetime] = {}
    for name, at in moments:
        found[name] = max(at, found.get(name, at))
    return found


def _parts(applied: Applied) -> Iterator[tuple[str, str, str]]:
    """Yield what a step made: the object, the field (or an empty text) and the key of an option (or an empty text)."""
    step = applied.step
    if step.kind is StepKind.CREATE_OBJECT:
        yield step.object, "", ""
    if step.field is None:
        return
    if step.kind in _FIELDS:
        yield step.object, step.field, ""
    for _, label in step.options:
        yield step.object, step.field, option_key(label)


def _fields_made_again(ledger: Ledger) -> Iterator[tuple[str, datetime]]:
    """Yield the metadata ids of fields that stand where another one was, and when they were made."""
    met = set(ledger.adopted.values())
    for one in ledger.ever:
        if one.step.kind in _FIELDS and one.made.field is not None:
            if one.step.name in met:
                yield one.made.field, one.at
            met.add(one.step.name)


def _options(
    steps: Sequence[Applied], plural: str, field: FieldMetadata, back: Mapping[DriftItem, datetime]
) -> dict[str, datetime | None]:
    """Return the moments of options that the log made in a field, and that are gone or were made again."""
    ids = {option.id for option in field.options}
    words = {option_key(option.stands_for) for option in field.options}
    found: dict[str, datetime | None] = {}
    for value, label in dict.fromkeys(option for one in steps for option in one.step.options):
        made = [one for one in steps if value in one.made.options]
        there = [one for one in made if one.made.options[value] in ids]
        if there:
            if len(made) > 1:
                found[value] = there[-1].at
        elif option_key(label) not in words:
            found[value] = None
        elif (at := back.get(DriftItem(plural, field.name, label, OPTION_REMOVED))) is not None:
            found[value] = at
    return found


def _objects_made_again(
    metadata: Metadata, ledger: Ledger, back: Mapping[DriftItem, datetime]
) -> Iterator[tuple[str, datetime]]:
    """Yield the objects that stand where another one was: its records are gone."""
    met: set[str] = set()
    for one in ledger.ever:
        if one.step.kind is StepKind.CREATE_OBJECT:
            if one.step.object in met and one.step.object in metadata:
                yield metadata.object(one.step.object).plural, one.at
            met.add(one.step.object)
    for item, at in back.items():
        if item.reason == OBJECT_REMOVED and item.object in metadata:
            yield metadata.object(item.object).plural, at
