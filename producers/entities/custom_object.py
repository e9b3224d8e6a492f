"""The tables of custom objects: their rows are of no known entity, and nearly all of their columns become custom fields."""

from __future__ import annotations

from math import inf

from events.vocabulary.mapping import TableKind
from producers.entities.carried import carried
from producers.entities.column import Column
from producers.entities.shared import PATIENT_ID
from producers.entities.spec import SourceSpec
from producers.kinds import cells

COLUMNS = {
    one.name: one
    for one in (
        Column(name="native_id", kind=cells.ID, issue="id"),
        Column(name="patient_id", kind=PATIENT_ID.kind, issue="patient"),
        Column(name="provider_ref", kind=cells.PROVIDER, issue="provider"),
        Column(name="practice_ref", kind=cells.WORD, issue="practice"),
        Column(name="title", kind=cells.WORD, issue="name"),
    )
}
"""The columns that are no custom fields, by their names: the row's own id, its links, and its name for people."""


def spec_of_object(kind: str) -> SourceSpec | None:
    """Return the spec of the tables of a custom object; None for any other kind of table."""
    try:
        found = TableKind(kind)
    except ValueError:
        return None
    if found.entity is None or found.entity.object_name is None:
        return None
    return SourceSpec(
        place=0,
        kind=found,
        nouns=frozenset(),
        enough=inf,
        columns=tuple(COLUMNS.values()),
        clear={},
        vague={},
        keeps_columns=True,
        carried={
            "patient": carried("patient_id"),
            "provider": carried("provider_ref"),
            "practice": carried("practice_ref"),
            "name": carried("title"),
        },
        patient_needed=False,
    )
