"""Comparing a whole practice with a workspace, a page of records at a time.

Each page: open and project the newest events, read their images in one request, compare. What Twenty holds beyond is counted
by pbnId, and listed only where the counts do not agree. Links have no pbnId: those that the log has written are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from consumers.addresses import primary_of, without_primary
from consumers.batches import IN_MEMORY, in_batches
from consumers.fold import ADDRESS_TAKEN, UNKNOWN_PATIENT
from consumers.history import History
from consumers.reconcile.comparing import compare
from consumers.reconcile.extras import of_practice, ours_in_twenty, unwanted
from consumers.reconcile.newest import events_behind, newest_events
from consumers.reconcile.population import Population
from consumers.reconcile.reconciliation import Discrepancy, Lost, Reconciliation
from consumers.reconcile.tally import Tally
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from consumers.view import Head, View, Written
from events.change_events import ChangeEvent, record_of
from events.keys import KeyStore
from events.log import Log
from events.mapping import Mapping
from events.records import Record
from events.sealing import KeyDestroyed
from projections.desired import Context, Desired
from projections.destination import OBJECTS, WRITE_ORDER, destination_fields
from projections.project import project

PAGE = 2_000
LINKS = frozenset({"taskTargets", "noteTargets"})

Key = tuple[str, UUID]
"""An object (plural) and an id in Twenty."""


def reconcile(
    view: View,
    log: Log,
    keys: KeyStore,
    workspace: Workspace,
    context: Context,
    *,
    only: Container[bytes] | None = None,
    page: int = PAGE,
    progress: Callable[[int], None] = lambda _records: None,
) -> Reconciliation:
    """Compare the records that the view knows with what the workspace holds; nothing is written.

    With `only` these records (ids) are compared, and what else the workspace holds is not looked for. `page` is in records;
    `progress` hears how many were compared. Raises TwentyError, LogError, CodecError.
    """
    comparison = _Comparison(view, keys, workspace, context, History(log, keys))
    records = ((head, event) for head, event in newest_events(log, view) if only is None or head.record_id in only)
    for part in in_batches(records, page, IN_MEMORY, _size):
        comparison.page(part)
        progress(len(part))
    tallies = comparison.tallies
    in_twenty = comparison.in_twenty if only is None else comparison.met
    objects = (tallies[name].result(name, in_twenty(name)) for name in WRITE_ORDER)
    found = tuple(one for one in objects if one is not None)
    behind = events_behind(log, view)
    return Reconciliation(context.practice.id, view.workspace, found, behind, comparison.forgotten, tuple(comparison.lost))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A desired record; `lost_words` are its fields whose word has no option in the workspace."""

    head: Head
    desired: Desired
    lost_words: frozenset[str]

    @property
    def key(self) -> Key:
        return self.desired.object, self.desired.id


class _Comparison:
    def __init__(self, view: View, keys: KeyStore, workspace: Workspace, context: Context, history: History) -> None:
        self._view, self._keys, self._workspace, self._context, self._history = view, keys, workspace, context, history
        self._practice = context.practice.id
        self.tallies = {name: self._tally(name) for name in WRITE_ORDER}
        self.forgotten = 0
        self.lost: list[Lost] = []

    def _tally(self, plural: str) -> Tally:
        metadata = self._workspace.metadata()
        kinds = {name: f.type for name, f in metadata.object(plural).columns.items()} if plural in metadata else {}
        fields = [name for name in _fixed_columns(plural, self._practice) if name in kinds]
        return Tally(kinds, Population(kinds, fields))

    def page(self, records: Sequence[tuple[Head, ChangeEvent]]) -> None:
        """Compare a page of records with their images."""
        live = [(head, event, record) for head, event in records if not head.deleted and (record := self._open(event))]
        gone = [head.record_id for head, _ in records if head.deleted]
        wanted = [w for head, event, record in live for w in self._wanted(head, event, record)]
        written = self._written([*gone, *(head.record_id for head, _, _ in live)])
        asked = {w.key for w in wanted}
        stale = [key for key, x in written.items() if key[0] in LINKS and x.alive and key not in asked]
        images = self._images([*asked, *stale])
        for w in wanted:
            self._compare(w, images.get(w.key), written.get(w.key))
        for plural, identity in stale:
            if _is_live(images.get((plural, identity))):
                self.tallies[plural].extra.add(Discrepancy(None, str(identity)))

    def _open(self, event: ChangeEvent) -> Record | None:
        try:
            return record_of(event, self._keys)
        except KeyDestroyed:
            self.forgotten += 1
            return None

    def _wanted(self, head: Head, event: ChangeEvent, record: Record) -> Iterator[_Wanted]:
        projected = project(event.operation, record, self._context)
        self.lost += [Lost(head.record_id, x.field, x.reason) for x in projected.lost]
        for desired in projected.records:
            lost = frozenset(m.field for m in projected.missing_words if m.object == desired.object)
            waits_for_address = head.reason == ADDRESS_TAKEN and primary_of(desired)
            yield _Wanted(head, without_primary(desired) if waits_for_address else desired, lost)

    def _written(self, record_ids: Sequence[bytes]) -> dict[Key, Written]:
        return {(x.object, UUID(bytes=x.twenty_id)): x for x in self._view.written_for(record_ids)}

    def _images(self, keys: Iterable[Key]) -> dict[Key, Image]:
        ids: dict[str, list[str]] = {}
        for plural, identity in keys:
            if self.tallies[plural].kinds:
                ids.setdefault(plural, []).append(str(identity))
        found = self._workspace.read_several(ids, deleted=True) if ids else {}
        return {(plural, UUID(identity)): image for plural, images in found.items() for identity, image in images.items()}

    def _compare(self, w: _Wanted, image: Image | None, written: Written | None) -> None:
        tally = self.tallies[w.desired.object]
        if image is not None and _is_live(image):
            compared = compare(w.desired, image, tally.kinds, written, self._history, w.lost_words)
            known = str(image.get("pbnId") or "").startswith(f"{self._practice}:")
            tally.present(w.desired, image, compared, known=known)
        elif w.head.reason == UNKNOWN_PATIENT:
            tally.waiting.add(Discrepancy(w.desired.pbn_id, str(w.desired.id)))
        else:
            tally.absent(w.desired, () if image is None else ("deletedAt",))

    def met(self, plural: str) -> int:
        """How many live records were met on the pages."""
        tally = self.tallies[plural]
        return tally.live + tally.extra.count

    def in_twenty(self, plural: str) -> int:
        """How many live records of ours the workspace has, after the last page; those not wanted go to `extra`."""
        tally = self.tallies[plural]
        if plural in LINKS:
            return self.met(plural)
        if "pbnId" not in tally.kinds:
            return 0
        count = self._workspace.count(plural, of_practice(self._practice))
        if count == tally.known:
            return count
        found = 0
        for part in ours_in_twenty(self._workspace, plural, self._practice, count):
            found += len(part)
            tally.extra.add(*unwanted(self._view, self._context.pairings, part))
        return found


def _size(record: tuple[Head, ChangeEvent]) -> int:
    sealed = record[1].sealed
    return len(sealed.data) if sealed is not None else 0


def _is_live(image: Image | None) -> bool:
    return image is not None and not image.get("deletedAt")


def _fixed_columns(plural: str, practice: str) -> list[str]:
    """The columns that every practice gets, whatever its extracts hold."""
    singular = next(o.singular for o in OBJECTS.values() if o.plural == plural)
    fixed = (f for f in destination_fields(Mapping(practice)) if f.object == singular)
    return [f"{f.name}Id" if f.type == "RELATION" else f.name for f in fixed]
