"""The entities of a practice, and the identity of their records.

Every record has a `pbnId`, `{practice}:{entity}:{native id}`: native ids are unique only within one practice and entity. Its
Twenty id is made from the pbnId, so that the same record has the same id in every run and every workspace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import StrEnum
from uuid import UUID


class Entity(StrEnum):
    """What a PbN row is about. The value is the middle part of its pbnId."""

    PRACTICE = "practice"
    PROVIDER = "provider"
    PATIENT = "patient"
    APPOINTMENT = "appointment"
    TREATMENT_PLAN = "treatment-plan"
    BILLING = "billing"
    NOTE = "note"
    CLAIM = "claim"
    COMMUNICATION = "communication"
    DOCUMENT = "document"


OF_A_PATIENT = frozenset(set(Entity) - {Entity.PRACTICE, Entity.PROVIDER})
"""Entities whose records belong to one patient, and are sealed with that patient's key."""


def pbn_id(practice: str, entity: Entity, native_id: str) -> str:
    """The pbnId of a record, e.g. `riverside:patient:1042`."""
    return f"{practice}:{entity}:{native_id}"


def record_id(namespace: UUID, identity: str) -> bytes:
    """The 16 bytes of `twenty_id`, made without the detour over a UUID object: millions are made in a run."""
    return _uuid5(namespace.bytes + identity.encode())


def record_ids(namespace: UUID, practice: str, entity: Entity) -> Callable[[str], bytes]:
    """The function from the native ids of a practice's entity to record ids."""
    start = namespace.bytes + pbn_id(practice, entity, "").encode()
    return lambda native_id: _uuid5(start + native_id.encode())


def _uuid5(name: bytes) -> bytes:
    digest = bytearray(hashlib.sha1(name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # variant of RFC 9562
    return bytes(digest)


def twenty_id(namespace: UUID, identity: str) -> UUID:
    """The deterministic id in Twenty of a pbnId, or of a link `{pbnId}->{pbnId}`: UUIDv5 under the project's namespace."""
    return UUID(bytes=record_id(namespace, identity))
