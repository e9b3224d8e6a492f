"""The sheet and the column of what was read, from the books of the deliveries."""

from __future__ import annotations

from collections.abc import Sequence

from cutover.reports.documents.books import BookPage
from cutover.reports.records.sightings import Extracts, RowPlace
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from producers.entities.registry import SOURCES


class RowPlaces:
    """The pages of the deliveries' books by file: a row's record says neither its sheet nor its column."""

    def __init__(self, extracts: Extracts) -> None:
        self._extracts = extracts
        self._found: dict[tuple[str, bytes, Entity | None], Sequence[BookPage]] = {}

    def sheet(self, place: RowPlace, entity: Entity | None) -> str | None:
        """Return the sheet of a row; None for a file without sheets. Where several sheets hold such records, it is the one that
        has a finding in a row of this number, or all of them, with ` or ` between.
        """
        found = self._pages(place, entity)
        pages = [page for page in found if page["extract"] == place.extract] or found
        named = [page for page in pages if place.row in page.get("rows", ())] or pages
        sheets = dict.fromkeys(page["sheet"] for page in named if page["sheet"] is not None)
        return " or ".join(sheets) or None

    def column(self, place: RowPlace, entity: Entity | None, field: str | None) -> str | None:
        """Return the headers of the columns that give one of Twenty's fields, several of them with `, ` between; None where no
        page names them.
        """
        for page in self._pages(place, entity):
            headers = [c["header"] for c in page["columns"] if field is not None and _gives(page, c["to"], field)]
            if headers:
                return ", ".join(dict.fromkeys(headers))
        return None

    def _pages(self, place: RowPlace, entity: Entity | None) -> Sequence[BookPage]:
        of = place.extract, place.file, entity
        if of not in self._found:
            file = self._extracts.file_name(place)
            pages = self._extracts.pages(place.extract)
            self._found[of] = [page for page in pages if page["file"] == file and _is_of(page, entity)]
        return self._found[of]


def _is_of(page: BookPage, entity: Entity | None) -> bool:
    kind = TableKind(page["kind"])
    return kind in SOURCES and entity in (None, SOURCES[kind].rows_of)


def _gives(page: BookPage, to: str | None, field: str) -> bool:
    """Return whether a column that is read as a meaning or a custom field gives one of Twenty's fields."""
    issue_fields = {c.name: c.issue_field for c in SOURCES[TableKind(page["kind"])].columns}
    return to is not None and issue_fields.get(to, to) == field
