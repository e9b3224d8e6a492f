"""Where things were read: which extracts there were, what their files were called, and where a row was last seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cutover.reports.documents.books import BookPage
from events.change_events import NO_PART, Origin
from events.decisions import Decided, Decision, Decisions
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from producers.entities.registry import SOURCES
from producers.sources.extract import FileIssue
from producers.state.state import ProducerState
from producers.state.voided import voided_extracts


class RowPlace(NamedTuple):
    """A row: its extract's id, the SHA-256 of the file (32 bytes), the record's number in it."""

    extract: str
    file: bytes
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSighting:
    """An extract that was read. `files` maps a file's SHA-256 (hex) to its name, `entities` are those it had tables of,
    `file_issues` the files and sheets that carried nothing.
    """

    id: str
    taken_at: datetime
    full: bool
    files: Mapping[str, str]
    entities: frozenset[Entity]
    file_issues: tuple[FileIssue, ...]
    location: str | None = None
    books: tuple[BookPage, ...] = ()
    """Without any where it was read before there were books."""


class Extracts:
    """The extracts that were read, in the order in which they were taken.

    Those `voided` (ids) lend the names of their files alone.
    """

    def __init__(self, read: Iterable[ExtractSighting], voided: Collection[str] = ()) -> None:
        newest = {one.id: one for one in read}  # one that was read again counts as it was read last
        self._voided = frozenset(voided)
        self._ordered = sorted((one for one in newest.values() if one.id not in self._voided), key=lambda one: one.taken_at)
        self._rank = {one.id: rank for rank, one in enumerate(self._ordered)}
        self._names = {digest: name for one in newest.values() for digest, name in one.files.items()}

    def __iter__(self) -> Iterator[ExtractSighting]:
        """Iterate over the extracts, the one that was taken first at the head."""
        return iter(self._ordered)

    @property
    def last(self) -> ExtractSighting | None:
        """Return the one that was taken last."""
        return self._ordered[-1] if self._ordered else None

    @property
    def books(self) -> list[BookPage]:
        """Return the pages of the last full extract, and of those that were taken after it; of each location by itself."""
        full = {one.location: rank for rank, one in enumerate(self._ordered) if one.full}
        return [page for rank, one in enumerate(self._ordered) if rank >= full.get(one.location, 0) for page in one.books]

    def pages(self, extract: str) -> list[BookPage]:
        """Return the pages of an extract, then those of the others, the later ones first: a page without rows that were taken
        apart names no column.
        """
        own = [one for one in self._ordered if one.id == extract]
        others = [one for one in reversed(self._ordered) if one.id != extract]
        return [page for one in (*own, *others) for page in one.books]

    def file_name(self, place: RowPlace) -> str | None:
        """Return the name of a place's file, in its extract or, failing that, in any; None for one that no extract has."""
        digest = place.file.hex()
        if place.extract in self._rank:
            name = self._ordered[self._rank[place.extract]].files.get(digest)
            if name is not None:
                return name
        return self._names.get(digest)

    def digests(self, file: str) -> list[str]:
        """Return the SHA-256 of every file of that name, in hex; a name without its folder counts too."""
        return [digest for digest, name in self._names.items() if file in (name, name.rpartition("/")[2])]

    def is_later(self, extract: str, than: str) -> bool:
        """Return whether the one extract was taken after the other; False where one of them is unknown."""
        return extract in self._rank and than in self._rank and self._rank[extract] > self._rank[than]

    def is_history(self, place: RowPlace, entity: Entity | None) -> bool:
        """Return whether what was wrong at this place is over: the extract was voided, or a later full extract has that
        entity's tables, and not this row.
        """
        if place.extract in self._voided:
            return True
        if place.extract not in self._rank:
            return False
        rank = self._rank[place.extract]
        later = [one for one in self._ordered[rank + 1 :] if one.location == self._ordered[rank].location]
        return any(one.full and (entity is None or entity in one.entities) for one in later)


def extracts_read(decisions: Decisions) -> Extracts:
    """Return what the log says about the extracts that were read. Raises LogError, CodecError."""
    return Extracts((_extract(d) for d in decisions.all(Decided.EXTRACT_READ)), voided_extracts(decisions))


def sightings_in(state: ProducerState) -> dict[bytes, RowPlace]:
    """Return where records with issues and refused rows were last seen: by record id, or by the row's fingerprint."""
    return {event: RowPlace(*place) for event, place in state.sightings().items()}


def place_of(record_id: bytes, source: Origin, sightings: Mapping[bytes, RowPlace], extracts: Extracts) -> RowPlace | None:
    """Return the place where a record was last seen: its latest sighting, or the source of its newest event; None where
    neither names a row.

    Of a row that an extract has twice the event names the first, the sighting the last.
    """
    stated = RowPlace(source.extract, source.part, source.row)
    seen = sightings.get(record_id)
    if source.part == NO_PART or seen is None:
        return seen if source.part == NO_PART else stated
    return stated if seen.extract == stated.extract or extracts.is_later(stated.extract, seen.extract) else seen


def _extract(decision: Decision) -> ExtractSighting:
    body = decision.body
    kinds = {TableKind(kind) for _, kind, _ in body["tables"]}
    entities = {spec.rows_of for spec in SOURCES if spec.kind in kinds and spec.rows_of is not None}
    return ExtractSighting(
        id=body["extract"],
        taken_at=datetime.fromisoformat(body["taken_at"]),
        full=body["scope"] == "full",
        files=body["files"],
        entities=frozenset(entities),
        location=body.get("location"),
        file_issues=tuple(FileIssue(**issue) for issue in body["file_issues"]),
        books=tuple(body.get("books", ())),
    )
