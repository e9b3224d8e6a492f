"""Records in Twenty's trash that are in the way of a sync: with the id, the pbnId or the address of records of PbN. Pure.

A record in the trash keeps its id and its unique values (cassette `duplicate-keys`): a create is refused, one record after the
other is looked up and restored, and a patient whose address lies there waits for it. Counts only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from events.vocabulary.entities import twenty_id


class InTrash(StrEnum):
    """The reason why a record in the trash concerns this project. A record has the first one that fits."""

    DELETED_BY_CUTOVER = "deleted_by_cutover"
    DELETED_BY_PEOPLE = "deleted_by_people"
    SAME_ID = "same_id"
    SAME_PBN_ID = "same_pbn_id"
    SAME_EMAIL = "same_email"


TO_DO: Final[Mapping[InTrash, str]] = {
    InTrash.DELETED_BY_CUTOVER: (
        "they left PbN, and a sync deleted them: nothing to do. A rollback restores them for as long as they lie there"
    ),
    InTrash.DELETED_BY_PEOPLE: (
        "people deleted them after they were migrated: a sync leaves them there. Restore them in Twenty if it was a mistake"
    ),
    InTrash.SAME_ID: (
        "an earlier migration made them: restore them in Twenty and a sync adopts them, or empty the trash and it makes them "
        "anew. Left there, a sync restores them one by one, which takes many requests"
    ),
    InTrash.SAME_PBN_ID: (
        "an earlier project made them, with other ids: restore them in Twenty and a sync adopts them, or empty the trash and "
        "it makes them anew. Left there, a sync restores them one by one, which takes many requests"
    ),
    InTrash.SAME_EMAIL: (
        "other people with the address of a patient: the patient waits for the address until they are restored with another "
        "address, or the trash is emptied"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedInTwenty:
    """Ids and addresses in Twenty that records of PbN claim. `patients` are the record ids of patients, `addresses` those of
    their e-mails, in lower case. `is_in_log` returns which of some record ids are of records that the log holds.
    """

    namespace: UUID
    practice: str
    patients: Collection[bytes]
    addresses: Collection[str]
    is_in_log: Callable[[Sequence[bytes]], Collection[bytes]]


def counted_in_trash(
    images: Sequence[Mapping[str, Any]], claims: ClaimedInTwenty, deleted_by: Mapping[bytes, InTrash]
) -> Counter[InTrash]:
    """Return how many records of a page of one object's trash concern the project, by reason. `deleted_by` has the record ids
    that the log has written and that were not taken back.
    """
    found: Counter[InTrash] = Counter()
    unknown: dict[bytes, Mapping[str, Any]] = {}
    for image in images:
        identity = UUID(image["id"]).bytes
        if identity in deleted_by:
            found[deleted_by[identity]] += 1
        else:
            unknown[identity] = image
    known = claims.is_in_log(list(unknown))
    for identity, image in unknown.items():
        reason = _reason(identity, image, claims, is_known=identity in known or identity in claims.patients)
        if reason is not None:
            found[reason] += 1
    return found


def _reason(identity: bytes, image: Mapping[str, Any], claims: ClaimedInTwenty, *, is_known: bool) -> InTrash | None:
    pbn = str(image.get("pbnId") or "")
    is_of_practice = pbn.startswith(f"{claims.practice}:")
    if is_known or (is_of_practice and twenty_id(claims.namespace, pbn).bytes == identity):
        return InTrash.SAME_ID
    if is_of_practice:
        return InTrash.SAME_PBN_ID
    address = str((image.get("emails") or {}).get("primaryEmail") or "").casefold()
    return InTrash.SAME_EMAIL if address and address in claims.addresses else None
