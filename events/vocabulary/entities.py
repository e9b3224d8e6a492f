"""The entities of a practice, and the identity of their records.

Every record has a `pbnId`, `{practice}:{entity}:{native id}`: native ids are unique only within one practice and entity. Its
Twenty id is made from the pbnId, so that the same record has the same id in every run and every workspace.

The tables of a practice that are of no known entity have entities of their own, `custom.NAME`, one for each custom object. They
are told by their form: an event that names one can be read without the mapping.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, Final, Self
from uuid import UUID

from events.vocabulary.names import Name

CUSTOM: Final = "custom"
"""The first part of the name of a custom object's entity, and the name of the schema of such records."""
_OF_AN_OBJECT: Final = re.compile(rf"{CUSTOM}\.[a-z][A-Za-z0-9]{{0,62}}")


class Entity(Name):
    """The subject of a PbN row. Its value is the middle part of the row's pbnId. Iterating gives the entities that every
    practice may have.
    """

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
    """True where a record that names a patient belongs to that patient, and is sealed with the patient's key."""

    @classmethod
    def declare(cls, value: str, *, of_patient: bool = True) -> Entity:
        """Make an entity known, and return it."""
        entity = cls._add(value)
        entity.of_patient = of_patient
        return entity

    @classmethod
    def of_object(cls, name: str) -> Entity:
        """Return the entity of the custom object with this name. Raises ValueError for what can be no name."""
        return cls(f"{CUSTOM}.{name}")

    @classmethod
    def _unknown(cls, value: str) -> Self:
        if _OF_AN_OBJECT.fullmatch(value) is None:
            return super()._unknown(value)
        entity = cls._only(value)
        entity.of_patient = True
        return entity

    @property
    def object_name(self) -> str | None:
        """Return the name of the entity's custom object; None for an entity that every practice may have."""
        return self.value.partition(".")[2] or None

    @property
    def schema(self) -> str:
        """Return the name of the schema of its records, shared by all custom objects."""
        return self.value.partition(".")[0]

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
