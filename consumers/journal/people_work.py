"""People's work on migrated records: values, and notes, tasks, files and records that point at a migrated record.

A rollback destroys no record with work of people on it, and a sync deletes none that left PbN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from consumers.journal.three_way import MANAGED, LastWrite, edited, is_blank
from consumers.twenty.images import Image
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.database import in_parts
from projections.destination import destination
from projections.spec import WritingStage

TwentyPlace = tuple[str, str]
"""A record in Twenty: its object and its id."""


_AT_ONCE = 5_000
"""Records that one request asks about."""


class Pointer(NamedTuple):
    """A live record that points at another one. `image` has the columns that were asked for."""

    object: str
    image: Image
    at: TwentyPlace

    @property
    def place(self) -> TwentyPlace:
        """Return the record that points."""
        return self.object, str(self.image["id"])


def values_of_people(last: LastWrite, image: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields in which people changed our value, then those that we never wrote and that they filled.

    `image` must be whole.
    """
    added = (
        name
        for name, value in image.items()
        if name not in last.values and name not in MANAGED and not is_blank(value) and last.answer.get(name) != value
    )
    return (*edited(last, image), *added)


def referring_columns(metadata: Metadata, plural: str) -> dict[str, list[str]]:
    """Return the columns that point at records of this object, by object. The server's own rows (timelines …) are left out."""
    target = metadata.object(plural)
    morph = f"target{target.capitalised}Id"
    found: dict[str, list[str]] = {}
    linked = destination().write_stages[WritingStage.LINKED]
    for other in metadata.objects:
        if other.is_system and other.plural not in linked:
            continue  # records of an object that is switched off stay, and point
        for column, field in other.columns.items():
            points = field.relation is not None and field.relation.target == target.singular
            if points or (column == morph and other.plural in linked):
                found.setdefault(other.plural, []).append(column)
    return found


def pointers_at(workspace: Workspace, records: Mapping[str, Sequence[str]], *, whole: bool = False) -> Iterator[Pointer]:
    """Yield the live records that point at these (ids by object), with their columns that do, or with `whole` images.

    One request for some thousands of records. Raises TwentyError.
    """
    metadata = workspace.metadata()
    columns = {plural: referring_columns(metadata, plural) for plural in records}
    places = [(plural, identity) for plural in records for identity in records[plural]]
    for part in in_parts(places, _AT_ONCE):
        mine = set(part)
        filters: dict[str, list[Mapping[str, object]]] = {}
        pointing: dict[str, list[tuple[str, str]]] = {}
        for plural in dict.fromkeys(plural for plural, _ in part):
            ids = [identity for of, identity in part if of == plural]
            for name, found in columns[plural].items():
                filters.setdefault(name, []).extend({column: {"in": ids}} for column in found)
                pointing.setdefault(name, []).extend((plural, column) for column in found)
        wanted = {
            name: ({"or": conditions}, None if whole else ("id", *dict.fromkeys(c for _, c in pointing[name])))
            for name, conditions in filters.items()
        }
        for name, images in (workspace.find_several(wanted) if wanted else {}).items():
            for image in images:
                for plural, column in pointing[name]:
                    parent = image.get(column)
                    if parent is not None and (plural, parent) in mine:
                        yield Pointer(name, image, (plural, parent))
