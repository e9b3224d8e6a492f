"""Comparing a whole practice with a workspace, a page of records at a time.

Each page: open and project the newest events, read their images in one request, compare. What Twenty holds beyond is counted
by pbnId, and listed only where the counts do not agree. Links have no pbnId: those that the log has written are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from consumers.journal.addresses import primary_of, without_primary
from consumers.journal.automations import automated
from consumers.journal.batches import IN_MEMORY, in_batches
from consumers.journal.history import History
from consumers.journal.merges import Merges
from consumers.journal.newest import events_behind, newest_events
from consumers.reconcile.comparing import AGREES, NEVER, Compared, ComparedRecord, compare_record, doubtful_fields
from consumers.reconcile.doubt_groups import DoubtGroups
from consumers.reconcile.doubts import Doubt, doubts_of
from consumers.reconcile.extras import of_practice, ours_in_twenty, unwanted
from consumers.reconcile.population import Population
from consumers.reconcile.reconciliation import Discrepancy, Lost, Reconciliation
from consumers.reconcile.tally import ObjectTally
from consumers.reconcile.unmet_merges import UnmetMerges
from consumers.state.conflicts import MERGED
from consumers.state.fold import ADDRESS_TAKEN, UNKNOWN_PATIENT
from consumers.state.view import View
from consumers.state.view_rows import Head
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import Refused, Unauthorised
from consumers.twenty.workspace import Workspace
from events.change_events import ChangeEvent, record_of
from events.log.port import Log
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.records import Record
from projections.desired import Context, Desired
from projections.destination import destination, destination_fields
from projections.project import project

PAGE = 2_000
ALWAYS_READ = frozenset({"id", "pbnId", "deletedAt"})
"""Columns that the comparison asks for beside those of the desired values."""

Key = tuple[str, str]
"""An object (plural) and an id in Twenty."""


def reconcile(
    view: View,
    log: Log,
    keys: KeyStore,
    workspace: Workspace,
    context: Context,
    *,
    history: History | None = None,
    merges: Merges | None = None,
    only: Container[bytes] | None = None,
    page: int = PAGE,
    progress: Callable[[int], None] = lambda _records: None,
    compared: Callable[[ComparedRecord], None] = lambda _record: None,
    doubted: Callable[[Doubt], None] = lambda _doubt: None,
) -> Reconciliation:
    """Compare the records that the view knows with what the workspace holds; nothing is written.

    `history` are our last writes; the engine's leave out what Twenty emptied. `merges` tell what people merged since the last
    sync from what is missing; None: it counts as missing. With `only` these records (ids) are compared,
    and what else the workspace holds is not looked for. `page` is in records; `progress` hears how many were compared,
    `compared` each record with its image, `doubted` each doubt. Raises TwentyError, LogError, CodecError.
    """
    comparison = _Comparison(view, keys, workspace, context, history or History(log, keys), merges, compared, doubted)
    records = ((head, event) for head, event in newest_events(log, view) if only is None or head.record_id in only)
    for part in in_batches(records, page, IN_MEMORY, _size):
        comparison.page(part)
        progress(len(part))
    tallies = comparison.tallies
    in_twenty = comparison.in_twenty if only is None else comparison.met
    objects = (tallies[name].result(name, in_twenty(name)) for name in destination().write_order)
    found = tuple(one for one in objects if one is not None)
    behind = events_behind(log, view)
    lost, doubts = tuple(comparison.lost), tuple(comparison.doubts)
    return Reconciliation(
        practice=context.practice.id,
        workspace=view.workspace,
        objects=found,
        behind=behind,
        forgotten=comparison.forgotten,
        lost=lost,
        doubts=doubts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A desired record. `key` is its place in Twenty, `lost_words` are its fields whose word has no option there."""

    head: Head
    desired: Desired
    key: Key
    lost_words: Collection[str]


class _Comparison:
    def __init__(
        self,
        view: View,
        keys: KeyStore,
        workspace: Workspace,
        context: Context,
        history: History,
        merges: Merges | None,
        tell: Callable[[ComparedRecord], None],
        doubted: Callable[[Doubt], None],
    ) -> None:
        self._view, self._keys, self._workspace, self._context, self._history = view, keys, workspace, context, history
        self._merged = {(one.object, str(UUID(bytes=one.twenty_id))) for one in view.conflicts() if one.reason == MERGED}
        self._unmet_merges = UnmetMerges(view=view, workspace=workspace, merges=merges) if merges is not None else None
        self._practice, self._tell, self._doubted = context.practice.id, tell, doubted
        self.tallies = {name: self._tally(name) for name in destination().write_order}
        self.forgotten = 0
        self.lost: list[Lost] = []
        self.doubts = DoubtGroups()

    def _tally(self, plural: str) -> ObjectTally:
        metadata = self._workspace.metadata()
        columns = metadata.object(plural).columns if plural in metadata else {}
        kinds = {name: field.type for name, field in columns.items()}
        fields = [name for name in _fixed_columns(plural, self._practice) if name in columns and columns[name].is_active]
        return ObjectTally(kinds, Population(kinds, fields))

    def page(self, records: Sequence[tuple[Head, ChangeEvent]]) -> None:
        """Compare a page of records with their images."""
        live = [(head, event, record) for head, event in records if not head.deleted and (record := self._open(event))]
        for _, event, record in live:
            doubts = tuple(doubts_of(event, record, self._context))
            self.doubts.take(doubts)
            for doubt in doubts:
                self._doubted(doubt)
        gone = [head.record_id for head, _ in records if head.deleted]
        wanted = [w for head, event, record in live for w in self._wanted(head, event, record)]
        asked = {w.key for w in wanted}
        links = self._view.links_for([*gone, *(head.record_id for head, _, _ in live)])
        stale = [key for x in links if (key := (x.object, str(UUID(bytes=x.twenty_id)))) not in asked]
        images = self._images(wanted, stale)
        self._compare([(w, images.get(w.key[0], {}).get(w.key[1])) for w in wanted])
        for plural, identity in stale:
            if _is_live(images.get(plural, {}).get(identity)):
                self.tallies[plural].extra.add(Discrepancy(pbn_id=None, twenty_id=identity))

    def _open(self, event: ChangeEvent) -> Record | None:
        try:
            return record_of(event, self._keys)
        except KeyDestroyed:
            self.forgotten += 1
            return None

    def _wanted(self, head: Head, event: ChangeEvent, record: Record) -> Iterator[_Wanted]:
        projected = project(event.operation, record, self._context)
        self.lost += [Lost(record_id=head.record_id, field=x.field, reason=x.reason) for x in projected.lost]
        for desired in (*projected.records, *projected.of_missing_object):  # both are wanted
            lost = [m.field for m in projected.missing_words if m.object == desired.object]
            waits_for_address = head.reason == ADDRESS_TAKEN and primary_of(desired)
            key = desired.object, str(desired.id)
            yield _Wanted(
                head=head, desired=without_primary(desired) if waits_for_address else desired, key=key, lost_words=lost
            )

    def _images(self, wanted: Iterable[_Wanted], stale: Iterable[Key]) -> dict[str, dict[str, Image]]:
        """Read the images by object and id, of each object the columns that the page's records want."""
        ids: dict[str, dict[str, None]] = {}
        fields: dict[str, set[str]] = {}
        for w in wanted:
            plural, identity = w.key
            ids.setdefault(plural, {})[identity] = None
            fields.setdefault(plural, set(ALWAYS_READ)).update(w.desired.values)
        for plural, identity in stale:
            ids.setdefault(plural, {})[identity] = None
            fields.setdefault(plural, set(ALWAYS_READ))
        there = {plural: list(some) for plural, some in ids.items() if self.tallies[plural].kinds}
        columns = {plural: fields[plural] for plural in there}
        return self._workspace.read_several(there, deleted=True, fields=columns) if there else {}

    def _compare(self, page: Sequence[tuple[_Wanted, Image | None]]) -> None:
        """Compare records with their images. Our last writes are looked up of the records that seem to differ."""
        doubtful = [self._doubtful(w, image) for w, image in page]
        places = [(w.key[0], w.desired.id.bytes) for w, _ in page]
        written = self._view.written([place for place, fields in zip(places, doubtful, strict=True) if fields])
        self._history.hold(at for x in written.values() for at in (x.intent, x.outcome))  # people edit here and there
        found: dict[Key, Compared] = {}
        for (w, image), place, fields in zip(page, places, doubtful, strict=True):
            if fields and image is not None:
                last = self._history.last_write(written[place]) if place in written else NEVER
                found[w.key] = compare_record(w.desired, image, self.tallies[w.key[0]].kinds, fields, last)
        self._merged |= self._merged_since([w.desired for w, image in page if image is None])
        found |= self._automated(found, {w.key: image for w, image in page if image is not None})
        for w, image in page:
            tally = self.tallies[w.key[0]]
            compared = AGREES
            if image is not None and _is_live(image):
                compared = found.get(w.key, AGREES)
                known = str(image.get("pbnId") or "").startswith(f"{self._practice}:")
                tally.present(w.desired, image, compared, known=known)
            elif w.head.reason == UNKNOWN_PATIENT:
                tally.waiting.add(Discrepancy(pbn_id=w.desired.pbn_id, twenty_id=w.key[1]))
            elif w.key in self._merged:
                tally.lost_to_merge(w.desired)
            else:
                tally.absent(w.desired, () if image is None else ("deletedAt",))
            self._tell(_told(w, image if _is_live(image) else None, compared, tally.kinds))

    def _merged_since(self, absent: Sequence[Desired]) -> set[Key]:
        """Return the records that went with merges which no sync has met."""
        new = [one for one in absent if (one.object, str(one.id)) not in self._merged]
        if self._unmet_merges is None or not new:
            return set()
        return {(plural, str(identity)) for plural, identity in self._unmet_merges.among(new)}

    def _automated(self, found: Mapping[Key, Compared], images: Mapping[Key, Image]) -> dict[Key, Compared]:
        """Return the comparisons in which an automation of Twenty, not a person, wrote an edited field."""
        told: dict[Key, Compared] = {}
        for plural in {plural for plural, _ in found}:
            fields = {i: one.edited for (name, i), one in found.items() if name == plural and one.edited}
            there = {i: images[plural, i] for i in fields}
            with suppress(Refused, Unauthorised):  # without sight of the timeline they count as people's
                for i, theirs in automated(self._workspace, plural, fields, there).items():
                    told[plural, i] = found[plural, i].with_automated(theirs)
        return told

    def _doubtful(self, w: _Wanted, image: Image | None) -> tuple[str, ...]:
        if image is None or not _is_live(image):
            return ()
        return doubtful_fields(w.desired, image, self.tallies[w.key[0]].kinds, w.lost_words)

    def met(self, plural: str) -> int:
        """Return how many live records were met on the pages."""
        tally = self.tallies[plural]
        return tally.live + tally.extra.count

    def in_twenty(self, plural: str) -> int:
        """Return the number of live records with our id, after the last page; unwanted ones go to `extra`."""
        tally = self.tallies[plural]
        if plural in destination().links:
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


def _told(w: _Wanted, image: Image | None, compared: Compared, kinds: Mapping[str, str]) -> ComparedRecord:
    return ComparedRecord(
        record_id=w.head.record_id,
        desired=w.desired,
        image=image,
        compared=compared,
        kinds=kinds,
        lost_words=w.lost_words,
        reason=w.head.reason or "",
    )


def _size(record: tuple[Head, ChangeEvent]) -> int:
    sealed = record[1].sealed
    return len(sealed.data) if sealed is not None else 0


def _is_live(image: Image | None) -> bool:
    return image is not None and not image.get("deletedAt")


def _fixed_columns(plural: str, practice: str) -> list[str]:
    """Return the columns that every practice gets, whatever its extracts hold."""
    singular = next(o.singular for o in destination().objects.values() if o.plural == plural)
    fixed = (f for f in destination_fields(ColumnMapping(practice=practice)) if f.object == singular)
    return [f"{f.name}Id" if f.type == "RELATION" else f.name for f in fixed]
