"""The settings that decide how rows are read, and those under which the rows of each entity were read last.

They are part of every fingerprint, so that a corrected setting is carried by the next sync of the same extract. The decision
that an extract was read names them, so that a run can say which of them changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from events.decisions import Decisions
from events.vocabulary.entities import Entity
from events.vocabulary.practice import Practice
from producers.state.voided import readings_that_count

RowSettings = Mapping[str, str]
"""Values by the name of the setting."""
READ_UNDER: Final = "read_under"
"""The key of a decision's body with the settings of each entity."""
EARLIER_VERSION: Final = "version of Cutover"
"""The name for all settings of an extract whose decision names none."""
MAPPING: Final = "mapping"

_WRITTEN_IN = "USD"
"""The currency that adds nothing to a record's content: logs from before the currency counted are of such practices."""


def row_settings(practice: Practice, cleaner: int) -> RowSettings:
    """Return the settings of a practice that change the meaning of rows, by their names for people."""
    settings = {
        "time zone": practice.zone.key,
        "date order": practice.date_order,
        "decimal mark": practice.decimal_mark,
        "currency": practice.currency,
        "country": practice.country,
        "cleaner": str(cleaner),
    }
    if practice.locations:  # without any the fingerprints are those of logs from before there were locations
        settings["locations"] = f"{practice.locations.ids} {practice.locations.field}"
    return settings


def digest_of(settings: RowSettings) -> bytes:
    """Return the digest of settings for the fingerprints."""
    return hashlib.sha256(repr(sorted(settings.items())).encode()).digest()


def mark_of_currency(practice: Practice) -> bytes:
    """Return the bytes that make the content of an amount another one in another currency."""
    return b"" if practice.currency == _WRITTEN_IN else practice.currency.encode()


def mark_of_locations(practice: Practice) -> bytes:
    """Return the bytes that make a patient's content another one where patients belong to locations."""
    return f"location {practice.locations.field}".encode() if practice.locations else b""


def changed_settings(decisions: Decisions, now: Mapping[Entity, RowSettings]) -> dict[Entity, Sequence[str]]:
    """Return the names of the settings that are not any more as they were when rows of an entity were read last.

    Entities whose rows were never read are left out. Raises CodecError, LogError.
    """
    last: dict[str, RowSettings] = {}
    unnamed = False
    for decision in readings_that_count(decisions):
        if READ_UNDER in decision.body:
            last.update(decision.body[READ_UNDER])
        else:
            unnamed = True
    found: dict[Entity, Sequence[str]] = {}
    for entity, settings in now.items():
        before = last.get(entity.value)
        if before is None:
            found |= {entity: (EARLIER_VERSION,)} if unnamed else {}
        elif names := [name for name, value in settings.items() if before.get(name) != value]:
            found[entity] = names
    return found


def named_together(settings: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of several entities' settings, each once."""
    return tuple(dict.fromkeys(name for names in settings for name in names))
