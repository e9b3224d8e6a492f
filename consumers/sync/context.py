"""The context of the projections, made from what the workspace says of itself and from the practice's providers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from consumers.state.view import View
from consumers.twenty.members import Member
from consumers.twenty.metadata import Metadata
from events.change_events import ChangeEvent, read_change, record_of
from events.log.port import CHANGES, Log
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import word_key
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from projections.desired import Context
from projections.destination import destination
from projections.providers import Provider, directory

NONE_AHEAD: Mapping[bytes, ChangeEvent] = {}


def build_context(
    practice: Practice,
    metadata: Metadata,
    members: Sequence[Member],
    providers: Iterable[Provider],
    pairings: Mapping[bytes, UUID],
    merged: Mapping[bytes, UUID],
    fallback_email: str | None,
) -> Context:
    """Build all that the projections may know; `fallback_email` names the member for providers that match no member."""
    types: dict[tuple[str, str], str] = {}
    options: dict[tuple[str, str], dict[str, str]] = {}
    for ours in destination().objects.values():
        if ours.plural not in metadata:
            continue
        for column, field in metadata.object(ours.plural).columns.items():
            if not field.is_active:
                continue  # nothing is wanted in it while it is switched off
            types[ours.plural, column] = field.type
            if field.options:
                # an option that the log knows goes before one that people made with the same label
                known_last = sorted(field.options, key=lambda o: o.word is not None)
                options[ours.plural, column] = {word_key(o.stands_for): o.value for o in known_last}
    by_email = {m.email: m.id for m in members if m.email}
    return Context(
        practice=practice,
        types=types,
        options=options,
        members=by_email,
        fallback_member=by_email.get(fallback_email.strip().casefold()) if fallback_email else None,
        directory=directory(providers, by_location=practice.locations.ids == "location"),
        pairings=pairings,
        merged=merged,
        knows_all_fields=True,
    )


def provider_of(record: Record) -> Provider:
    """Return the provider of a record of Entity.PROVIDER."""
    values = {name: value if isinstance(value, str) else None for name, value in record.values.items()}
    return Provider(
        native_id=record.native_id,
        code=values.get("code"),
        first_name=values.get("first_name"),
        last_name=values.get("last_name"),
        display_name=values.get("display_name"),
        email=values.get("email"),
    )


def known_providers(view: View, log: Log, keys: KeyStore, ahead: Mapping[bytes, ChangeEvent] = NONE_AHEAD) -> list[Provider]:
    """Return the providers that this workspace's consumers have met, in their newest revision, deleted ones left out.

    `ahead` are events of providers by record id, whether the view holds them yet or not.
    """
    heads = {head.record_id: head for head in view.leading() if head.entity is Entity.PROVIDER}
    newer = {i: event for i, event in ahead.items() if i not in heads or heads[i].revision < event.revision}
    found = [provider_of(record_of(event, keys)) for event in newer.values()]
    for head in heads.values():
        if not head.deleted and head.record_id not in newer:
            entry = log.read(CHANGES, head.partition, head.offset, 1)[0]
            found.append(provider_of(record_of(read_change(entry.value), keys)))
    return found
