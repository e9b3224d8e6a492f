"""Twenty's trash, held against the records of the log and the patients of the extracts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from consumers.sync.trash import ClaimedInTwenty, InTrash, counted_in_trash
from cutover.runs.arguments.people_before import OwnPatients
from cutover.runs.session import Session
from projections.destination import destination

_COLUMNS = ("pbnId", "emails")


def trash_of(session: Session, patients: OwnPatients) -> dict[str, Counter[InTrash]]:
    """Return the counts of the trash by object (singular), for objects with any. Links are left out: they come and go with
    their task or note.

    Costs one request for all objects, and one more for each 5,000 records of the fullest trash; a page at a time is in memory.
    Raises TwentyError.
    """
    metadata, links = session.workspace.metadata(), destination().links
    there = [one for one in destination().objects.values() if one.singular in metadata and one.plural not in links]
    columns = {
        one.plural: [name for name in _COLUMNS if name in metadata.object(one.singular).columns]
        for one in there
        if metadata.object(one.singular).is_active
    }
    singular = {one.plural: one.singular for one in there}
    claims = ClaimedInTwenty(
        namespace=session.practice.namespace,
        practice=session.practice.id,
        patients=frozenset(map(patients.identity, patients.records)),
        addresses=frozenset(mail.casefold() for mail, owner in patients.owners.items() if owner is not None),
        is_in_log=lambda ids: session.view.heads(ids).keys(),
    )
    found: dict[str, Counter[InTrash]] = {}
    for plural, images in session.workspace.in_trash(columns):
        found.setdefault(singular[plural], Counter()).update(
            counted_in_trash(images, claims, _deleted_by(session, plural, images))
        )
    return {name: counts for name, counts in found.items() if counts.total()}


def _deleted_by(session: Session, plural: str, images: Sequence[Mapping[str, object]]) -> dict[bytes, InTrash]:
    """Return those of these records that the log has written and not taken back, and whose deletion it is."""
    written = session.view.written([(plural, UUID(str(image["id"])).bytes) for image in images])
    return {
        one.twenty_id: InTrash.DELETED_BY_CUTOVER if one.deleted else InTrash.DELETED_BY_PEOPLE
        for one in written.values()
        if one.alive
    }
