"""Records of the extracts that the mapping was proposed for; where those are gone, the records that the log holds of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cutover.runs.approvals import approved_mapping, mapping_state
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.session import Session
from events.change_events import ChangeEvent, Operation, read_change, record_of
from events.log.port import CHANGES, read_all
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from events.vocabulary.records import Record
from producers.sources.addresses import SourcePlace, place_of
from producers.sources.extract import Extract
from producers.sources.factory import is_present
from producers.sources.port import ExtractError


def mapped_records(session: Session, kind: TableKind, entity: Entity) -> Iterator[Record]:
    """Yield the records of one kind of table in the extracts that the mapping was proposed for.

    Where an extract or that table of it is gone, the records of that entity that the log holds come first: of a record that
    comes several times, the last one counts. Raises LogError, CodecError.
    """
    proposal = mapping_state(session.decisions).proposal
    places = [place_of(path) for path in (proposal.body.get("paths", []) if proposal else [])]
    extracts = [found for place in places if (found := _opened(session, place)) is not None]
    in_extracts = _of_extracts(session, kind, sorted(extracts, key=lambda one: one.taken_at))
    first = next(in_extracts, None)
    if first is None or len(extracts) < len(places):
        yield from _of_the_log(session, entity)
    if first is not None:
        yield first
    yield from in_extracts


def _opened(session: Session, place: SourcePlace) -> Extract | None:
    """Return the extract at a place; None where nothing lies there that is one (any more)."""
    try:
        return open_extracts(session, [place])[0] if is_present(place) else None
    except ExtractError:
        return None


def _of_extracts(session: Session, kind: TableKind, extracts: Sequence[Extract]) -> Iterator[Record]:
    from producers.binding.proposal import bind_for_run
    from producers.records.assembly import (  # a sync, which extends the data model, reads no extract for it
        UnusableRow,
        compile_reader,
    )
    from projections.custom_names import custom_names

    mapping = approved_mapping(session.decisions)
    for extract in extracts:
        for bound in bind_for_run(extract, mapping, session.practice, custom_names()).tables:
            if bound.binding.kind is kind:
                read = compile_reader(bound.binding, mapping, session.practice, extract.taken_at)
                found = (read(cells) for _, cells in bound.table.rows(lambda _rejected: None))
                yield from (r for r in found if not isinstance(r, UnusableRow))


def _of_the_log(session: Session, entity: Entity) -> Iterator[Record]:
    """Yield the newest revision of each record of an entity, but of deleted and of forgotten ones."""
    newest: dict[bytes, ChangeEvent] = {}
    for entry in read_all(session.log, CHANGES):
        event = read_change(entry.value)
        if event.entity == entity:
            newest[event.record_id] = event
    for event in newest.values():
        if event.operation is not Operation.DELETED:
            try:
                yield record_of(event, session.keys)
            except KeyDestroyed:
                continue
