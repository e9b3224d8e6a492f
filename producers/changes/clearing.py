"""Clearing fields of records: the columns that filled them are left out from now on, and their values shall go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import partial
from itertools import islice

from events.decisions import Decided, Decisions
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, Record
from producers.changes.appending.changes import Changes
from producers.state.state import ProducerState

_AT_ONCE = 1_000
_EMAILS, _PRIMARY = "emails", "primary_email"


def cleared_columns(decisions: Decisions, since: int = -1) -> set[tuple[Entity, str]]:
    """Return the fields whose values people had cleared after the decision at the offset `since`. Raises LogError."""
    cleared = (d for d in decisions.all(Decided.COLUMNS_CLEARED) if d.offset > since)
    return {(Entity(one["entity"]), one["field"]) for d in cleared for one in d.body["columns"]}


def clear_fields(changes: Changes, state: ProducerState, fields: Mapping[Entity, Set[str]]) -> Counter[str]:
    """Append an update of each living record that has one of these fields filled. Give counts as `Produced.changes`.

    A row that was read without the column has made a record without its custom field, which the destination has kept: it is
    updated, too. Raises LogError, CodecError.
    """
    for entity, names in fields.items():
        blanked = partial(_blanked, names)
        slots = state.live_slots(entity, state.last_slot())
        while piece := list(islice(slots, _AT_ONCE)):
            changes.rewrite(entity, state.at_slots(piece), blanked)
    return changes.counts


def _blanked(names: Set[str], _record_id: bytes, record: Record) -> Record:
    """Return a record with these fields blank. The primary e-mail goes with the addresses."""
    gone = names | {_PRIMARY} if _EMAILS in names else names
    own = gone & FIELDS[record.entity].keys()
    return replace(
        record,
        values={name: None if name in own else value for name, value in record.values.items()},
        custom={**record.custom, **dict.fromkeys(sorted(gone - own))},
        issues=tuple(issue for issue in record.issues if issue.field not in gone),
    )
