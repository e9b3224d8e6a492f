"""Values of live records that were lost or are doubtful, and providers without a member of Twenty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from events.change_events import ChangeEvent, Origin
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context
from projections.options import is_shortened
from projections.providers import Provider
from projections.registry import DESTINATIONS, provider_field

UNKNOWN_PROVIDER = "unknown_provider"
AMBIGUOUS_PROVIDER = "ambiguous_provider"
UNMATCHED_PROVIDER = "unmatched_provider"
SHORTENED_WORD = "shortened_word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A field of a record in doubt: the record (16 bytes), its place in PbN, the field in Twenty, a reason code.

    A doubt about a provider has a key that is equal for all doubts about the same one. `provider` is their name in the list of
    providers: None for a reference that no list has, which may be any text.
    """

    record_id: bytes
    entity: Entity
    native_id: str
    source: Origin
    field: str
    reason: str
    provider_key: str | None = None
    provider: str | None = None


def doubts_of(event: ChangeEvent, record: Record, context: Context) -> Iterator[Doubt]:
    """Yield the doubts about the record of a change event."""
    for issue in record.issues:
        yield _doubt(event, record, issue.field, issue.reason)
    field, reference = provider_field(record.entity), record.values.get("provider_ref")
    if field is not None and isinstance(reference, str) and reference:
        provider = context.directory.find(reference)
        trouble = _provider_trouble(reference, provider, context)
        if trouble is not None:
            key, name = (reference, None) if provider is None else (provider.native_id, provider.label)
            yield replace(_doubt(event, record, field, trouble), provider_key=_one(key), provider=name)
    spec = DESTINATIONS.get(record.entity)
    if spec is None or spec.object is None:
        return
    for twenty, name in spec.words.items():
        word = record.values.get(name)
        if isinstance(word, str) and is_shortened(word) and context.types.get((spec.object.plural, twenty)) != "TEXT":
            yield _doubt(event, record, twenty, SHORTENED_WORD)


def _doubt(event: ChangeEvent, record: Record, field: str, reason: str) -> Doubt:
    return Doubt(
        record_id=event.record_id,
        entity=event.entity,
        native_id=record.native_id,
        source=Origin(extract=_one(event.source.extract), part=_one(event.source.part), row=event.source.row),
        field=field,
        reason=reason,
    )


@lru_cache(maxsize=1_024)
def _one(name: str | bytes) -> Any:
    """Return one object for all equal ones: a doubt about each of many rows names the same few files."""
    return name


def _provider_trouble(reference: str, provider: Provider | None, context: Context) -> str | None:
    if provider is None:
        return AMBIGUOUS_PROVIDER if context.directory.is_ambiguous(reference) else UNKNOWN_PROVIDER
    return None if provider.email and provider.email in context.members else UNMATCHED_PROVIDER
