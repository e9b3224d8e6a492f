"""The entities of a practice, and the identity of their records.

Every record has a `pbnId`, `{practice}:{entity}:{native id}`: native ids are unique only within one practice and entity. Its
Twenty id is made from the pbnId, so that the same record has the same id in every run and every workspace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID

from events.vocabulary.names import Name


class Entity(Name):
    """The subject of a PbN row. Its value is the middle part of the row's pbnId."""

    PRACTICE: ClassVar[Entity]
    PROVIDER: ClassVar[Entity]
    PATIENT: ClassVar[Entity]
    APPOINTMENT: ClassVar[Entity]
    TREATMENT_PLAN: ClassVar[Entity]
    BILLING: ClassVar[Entity]
    NOTE: ClassVar[Entity]
    CLAIM: ClassVar[Entity]
    COMMUNICATION: ClassVar[Entity]
    DOCUMENT: ClassVar[Entity]

    of_patient: bool
    """True where each record belongs to one patient and is sealed with that patient's key."""

    @classmethod
    def declare(cls, value: str, *, of_patient: bool = True) -> Entity:
        """Make an entity known, and return it."""
        entity = cls._add(value)
        entity.of_patient = of_patient
        return entity

    @classmethod
    @contextmanager
    def including(cls, value: str, *, of_patient: bool) -> Iterator[Entity]:
        """Make an entity known until the block ends."""
        try:
            yield cls.declare(value, of_patient=of_patient)
        finally:
            cls._remove(value)


Entity.PRACTICE = Entity.declare("practice", of_patient=False)
Entity.PROVIDER = Entity.declare("provider", of_patient=False)
Entity.PATIENT = Entity.declare("patient")
Entity.APPOINTMENT = Entity.declare("appointment")
Entity.TREATMENT_PLAN = Entity.declare("treatment-plan")
Entity.BILLING = Entity.declare("billing")
Entity.NOTE = Entity.declare("note")
Entity.CLAIM = Entity.declare("claim")
Entity.COMMUNICATION = Entity.declare("communication")
Entity.DOCUMENT = Entity.declare("document")


def of_patients() -> list[Entity]:
    """Return the entities whose records belong to one patient, by name."""
    return sorted(entity for entity in Entity if entity.of_patient)


def pbn_id(practice: str, entity: Entity, native_id: str) -> str:
    """Return the pbnId of a record, e.g. `riverside:patient:1042`."""
    return f"{practice}:{entity}:{native_id}"


def record_id(namespace: UUID, identity: str) -> bytes:
    """Return the 16 bytes of `twenty_id`, made without the detour over a UUID object: millions are made in a run."""
    return _uuid5(namespace.bytes + identity.encode())


def record_ids(namespace: UUID, practice: str, entity: Entity) -> Callable[[str], bytes]:
    """Return the function from the native ids of a practice's entity to record ids."""
    start = namespace.bytes + pbn_id(practice, entity, "").encode()
    return lambda native_id: _uuid5(start + native_id.encode())


def _uuid5(name: bytes) -> bytes:
    digest = bytearray(hashlib.sha1(name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # variant of RFC 9562
    return bytes(digest)


def twenty_id(namespace: UUID, identity: str) -> UUID:
    """Return the deterministic id in Twenty of a pbnId, or of a link `{pbnId}->{pbnId}`: UUIDv5 under the project's
    namespace.
    """
    return UUID(bytes=record_id(namespace, identity))
