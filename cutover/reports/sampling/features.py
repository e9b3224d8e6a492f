"""Features of a practice's records: one reason each for a patient to be in a sample."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import StrEnum

from cutover.reports.documents.approvals import ChoiceReason
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType
from events.vocabulary.records import Record
from projections.registry import DESTINATIONS


class Shows(StrEnum):
    """The kinds of features, those that say most first."""

    OBJECT = "object"
    OPTION = "option"
    ISSUE = "issue"
    HARDEST = "hardest"
    FILLED = "filled"
    BLANK = "blank"
    SIZE = "size"


_SAID = {
    Shows.OBJECT: "has {shown}",
    Shows.FILLED: "{shown}: {field} is filled",
    Shows.BLANK: "{shown}: {field} is blank",
    Shows.OPTION: "{shown}: {field} is {value}",
    Shows.ISSUE: "{shown}: {field} has the issue {value}",
    Shows.HARDEST: "{shown}: {value}",
    Shows.SIZE: "fills the sample up",
}


_PLACES = {shows: place for place, shows in enumerate(Shows)}
_LINK = "patient_id"
"""A record without it cannot be carried: every record of a sample has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something that a sample should show. `entity` is empty where the feature is the patient's as a whole."""

    shows: Shows
    entity: str = Entity.PATIENT.value
    field: str = ""
    value: str = ""

    @property
    def place(self) -> tuple[int, str, str, str]:
        """Return the feature's place in a list."""
        return _PLACES[self.shows], self.entity, self.field, self.value

    def document(self) -> ChoiceReason:
        """Return the feature as documents hold it."""
        spec = DESTINATIONS.get(self.entity)
        shown = spec.shown if spec is not None else self.entity
        text = _SAID[self.shows].format(shown=shown, field=self.field, value=self.value)
        return {"shows": self.shows.value, "entity": self.entity, "field": self.field, "value": self.value, "text": text}


def select_fields(mapping: ColumnMapping) -> frozenset[tuple[Entity, str]]:
    """Return the fields of records that become SELECT fields, custom fields among them."""
    return frozenset((v.entity, v.field) for v in mapping.vocabularies if v.type is FieldType.SELECT)


def features_of(record: Record, selects: Set[tuple[Entity, str]]) -> Iterator[Feature]:
    """Yield the features of one record: its object, its fields, its words and its issues."""
    entity = record.entity.value
    yield Feature(shows=Shows.OBJECT, entity=entity)
    for name, value in {**record.values, **record.custom}.items():
        if name == _LINK:
            continue
        is_blank = value is None or value == "" or value == []
        yield Feature(shows=Shows.BLANK if is_blank else Shows.FILLED, entity=entity, field=name)
        if (record.entity, name) in selects and not is_blank:
            yield Feature(shows=Shows.OPTION, entity=entity, field=name, value=str(value))
    for issue in record.issues:
        yield Feature(shows=Shows.ISSUE, entity=entity, field=issue.field, value=issue.reason)
