"""Results of a projection and what it is given: desired records and the context of one workspace. Both are plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.practice import Practice
from projections.providers import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The file of an attachment: where its bytes lie (relative to the extract), their SHA-256 (hex), its original name."""

    path: str
    sha256: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """One record as Twenty should hold it. `object` is the plural API name, `id` its id in Twenty, `values` every field in the
    form that Twenty's API takes, composites whole, so that a blank clears. `needs` names the record (object, id) that must be
    there first, `needs_too` a second one. `deleted` asks for a soft-deleted record and carries no values. `created_at` is the
    source's own date of the record: it is sent where the record is made. It is never compared with what Twenty holds, nor
    written to a record there.
    """

    object: str
    id: UUID
    pbn_id: str | None
    values: Mapping[str, Any]
    needs: tuple[str, UUID] | None = None
    needs_too: tuple[str, UUID] | None = None
    deleted: bool = False
    upload: Upload | None = None
    created_at: datetime | None = None

    @property
    def all_needed(self) -> tuple[tuple[str, UUID], ...]:
        """Return the records (object, id) that must be there first."""
        return tuple(one for one in (self.needs, self.needs_too) if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingWord:
    """A word of a SELECT field for which the workspace has no option yet."""

    object: str
    field: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostValue:
    """A value that the workspace would refuse, and that is therefore left out: where, and a reason code."""

    object: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """Desired records of one change event. They stand in the order in which they must be written. Those `of_missing_object`
    cannot be: the workspace lacks their object, and `lost` says so.
    """

    records: tuple[Desired, ...] = ()
    of_missing_object: tuple[Desired, ...] = ()
    missing_words: tuple[MissingWord, ...] = ()
    lost: tuple[LostValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Knowledge of the practice and the workspace for the projections; handed in, so that they stay pure.

    `types` maps (object, field) to the field's type in the workspace; with `knows_all_fields` it holds every field that there
    is, and one that is not there is not written. `options` maps (object, field) to {word key: option value}. `members` maps
    case-folded e-mails to member ids. `pairings` maps record ids (16 bytes) to the id of a record that was in Twenty before
    the migration. `merged` maps the record ids of patients that people merged into another one to that one's person.
    """

    practice: Practice
    types: Mapping[tuple[str, str], str]
    options: Mapping[tuple[str, str], Mapping[str, str]]
    members: Mapping[str, str] = field(default_factory=dict)
    fallback_member: str | None = None
    directory: Directory = field(default_factory=Directory)
    pairings: Mapping[bytes, UUID] = field(default_factory=dict)
    merged: Mapping[bytes, UUID] = field(default_factory=dict)
    knows_all_fields: bool = False

    def pbn_id(self, entity: Entity, native_id: str) -> str:
        """Return the pbnId of a record of this practice."""
        return pbn_id(self.practice.id, entity, native_id)

    def twenty_id(self, entity: Entity, native_id: str) -> UUID:
        """Return the id in Twenty of a record of this practice: its pairing, or the deterministic one."""
        own = twenty_id(self.practice.namespace, self.pbn_id(entity, native_id))
        return self.pairings.get(own.bytes, own)

    def person_of(self, native_id: str) -> UUID:
        """Return the id in Twenty of the person that a patient's records belong to: of a merged patient the other one's."""
        own = twenty_id(self.practice.namespace, self.pbn_id(Entity.PATIENT, native_id))
        return self.merged.get(own.bytes) or self.twenty_id(Entity.PATIENT, native_id)

    def link_id(self, pbn: str, person_pbn: str) -> UUID:
        """Return the deterministic id of a link row (field map, Identity)."""
        return twenty_id(self.practice.namespace, f"{pbn}->{person_pbn}")

    def member(self, provider_ref: object) -> str | None:
        """Return the workspace member for a provider as PbN names them, else the fallback member; None for no provider."""
        if not isinstance(provider_ref, str) or not provider_ref:
            return None
        email = self.directory.email(provider_ref)
        return (self.members.get(email) if email else None) or self.fallback_member
