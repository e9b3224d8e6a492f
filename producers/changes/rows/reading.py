"""Reading the rows of bound tables: what is unchanged is passed over by its fingerprint, the rest is typed.

A row costs a hash; only one that is new, changed, flagged or due to read differently is typed at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, TableBinding
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.binding.findings import Finding, shown
from producers.binding.sampled import BoundTable
from producers.changes.books import BY_DECISION, NOT_MIGRATED, Books, Page, Term
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.decided_identities import PERSON, DecidedIdentities
from producers.changes.rows.renumbering import Renumbered
from producers.changes.rows.settled import Met, Note, SkimmedRows
from producers.changes.rows.shared_ids import under
from producers.kinds.cell_fates import EMPTY
from producers.records.assembly import UnusableRow, compile_reader, id_reader
from producers.records.doubled_ids import OTHER_PERSON, holds_id, person
from producers.sources.extract import Extract
from producers.sources.tables.table import Extent, Rejected
from producers.state.fingerprints import Fingerprints
from producers.state.identities import IDENTITY_HELD, WAITS_FOR
from producers.state.refusals import RefusedRow, shortened
from producers.verdicts.turned import Watch

CONTRADICTED_VERDICT = "contradicted_verdict"

_TOLD = 0x4000
"""Rows after which the progress is told."""
_ASKED_AT_ONCE = 500

_NOT_MIGRATED = frozenset({"deleted", "archived (deleted)", "purged"})
"""A patient with such a status in the PMS is not migrated (field map, settled cases)."""


def _keep_reading() -> Note | None:
    return None


@dataclass(kw_only=True)
class Reading:
    """The rows of one extract. `refused` collects the rows that cannot be carried, `present` the native ids that such rows
    name; `unclear` has the reasons why patients' rows under shared ids are held, by native id;
    `skipped` are the records that are not migrated on purpose; `documents` are the files that an index mentions. The rows
    are counted in the `books`, those of candidates where they are taken. `findings` are about columns that contradict their
    verdicts. Tables of the entities `incomplete` are not read: no
    record of theirs is taken for absent.
    """

    extract: Extract
    practice: Practice
    mapping: ColumnMapping
    fingerprints: Fingerprints
    identities: DecidedIdentities
    record_id: Callable[[Entity, str], bytes]
    renumbered: Renumbered = field(default_factory=Renumbered)
    refused: list[RefusedRow] = field(default_factory=list)
    named: dict[Entity, set[str]] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    skipped: set[bytes] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    books: Books = field(default_factory=Books)
    incomplete: frozenset[Entity] = frozenset()
    tick: Callable[[int], None] = lambda _rows: None
    findings: list[Finding] = field(default_factory=list)
    _doubted: dict[int, TableBinding] = field(default_factory=dict)

    @property
    def taken_at(self) -> datetime:
        """Return the time at which the extract was taken."""
        return self.extract.taken_at

    def file(self, bound: BoundTable) -> bytes:
        """Return the digest of a table's file."""
        return bytes.fromhex(self.extract.sha256[bound.table.file])

    def quiet(self) -> Reading:
        """Return the same rows once more, without a second note of those that are refused or skipped. The ids that rows
        name are shared: absences are inferred before all rows are carried.
        """
        return replace(self, refused=[], unclear={}, skipped=set(), documents=set(), books=Books(), tick=_untold)

    def watch(self, bound: BoundTable) -> Watch:
        """Return what looks at the new and changed rows of a table, before they are read under its verdicts."""
        return Watch(bound.binding, self.mapping, self.practice)

    def settle(self, bound: BoundTable, watch: Watch) -> None:
        """Doubt the columns of a table whose rows contradict their verdicts: from now on its rows are read so."""
        turned = watch.turned()
        if turned:
            self._doubted[id(bound)] = watch.doubted()
        for index, why in turned.items():
            file, header = bound.table.file, bound.table.headers[index]
            column = shown(bound.table.headers, index)
            text = f"{file}: {column} {why}: values that depend on it are not carried; propose and approve the mapping again"
            self.findings.append(Finding(code=CONTRADICTED_VERDICT, file=file, column=header, text=text))

    def read_as(self, bound: BoundTable) -> TableBinding:
        """Return the binding by which the rows of a table are read."""
        return self._doubted.get(id(bound), bound.binding)

    def rows(self, entity: Entity, tables: Iterable[BoundTable], met: Met | None = None) -> Iterator[Candidate]:
        """Yield the records whose rows differ from what is known, in the order of the rows. `met` takes note of the others."""
        for bound in tables:
            typed = self.typing(bound, entity)
            for row, cells, mark in self.differing(bound, entity, met):
                candidate = typed(row, cells, mark)
                if candidate is not None:
                    yield candidate

    def typing(self, bound: BoundTable, entity: Entity) -> Callable[[int, list[str], bytes], Candidate | None]:
        """Return the function from a row's number, cells and fingerprint to its record; None where it is refused or not
        migrated.
        """
        read = compile_reader(self.read_as(bound), self.mapping, self.practice, self.taken_at, self.extract.documents)
        file, page = self.file(bound), self.books.page(bound)
        as_kept, patients, documents = self.as_kept, entity is Entity.PATIENT, entity is Entity.DOCUMENT
        has_other_ids, see = bool(self.renumbered or self.identities.shared), page.cells.see
        identities = self.identities
        decided = patients and bool(identities)
        settle, nothing = page.fates.settle, [EMPTY] * len(bound.binding.columns)

        def typed(row: int, cells: list[str], mark: bytes) -> Candidate | None:
            see(cells)
            fates = nothing.copy()
            record = read(cells, fates)
            if isinstance(record, UnusableRow):
                page.fates.settle_with_row(cells)
                self.refuse(entity, record, mark, file, row, cells, page)
                return None
            settle(fates)
            if patients and _not_migrated(record):
                self.skipped.add(self.record_id(entity, self.renumbered.id(entity, record.native_id)))
                page.count(Term.LEFT_OUT, NOT_MIGRATED)
                return None
            if has_other_ids:
                record = as_kept(record)
            if decided:
                named = self.record_id(entity, record.native_id)
                if identities.leaves_out(named, record):
                    self.named.setdefault(entity, set()).add(record.native_id)
                    page.count(Term.LEFT_OUT, BY_DECISION)
                    return None
                if named in identities.shared:
                    number = identities.shared[named].number(identities.person(record), record)
                    if number is None:
                        self._hold_unclear(Candidate(record, mark, file, row, None, page), cells)
                        return None
                    record = under(record, number)
            if documents:
                self.documents.add(str(record.values["path"]))
            return Candidate(record, mark, file, row, None, page)

        return typed

    def as_kept(self, record: Record) -> Record:
        """Return a record as it was read, under the ids that it and those it names keep. Where people share the patient's id,
        the record is under the id of the person to whom it belongs.
        """
        record = self.renumbered.record(record) if self.renumbered else record
        native = record.values.get("patient_id")
        if not self.identities.shared or not isinstance(native, str):
            return record
        shared = self.identities.shared.get(self.record_id(Entity.PATIENT, native))
        if shared is None:
            return record
        number = shared.owner(self.record_id(record.entity, record.native_id), record, self.practice.zone)
        return record if number is None else under(record, number)

    def waits(self, record: Record) -> bool:
        """Return whether a record of another table names a shared id, and nothing tells to whom it belongs."""
        shared = self.identities.shared.get(self.record_id(Entity.PATIENT, str(record.values.get("patient_id"))))
        own = self.record_id(record.entity, record.native_id)
        return shared is not None and shared.owner(own, record, self.practice.zone) is None

    def _hold_unclear(self, candidate: Candidate, cells: list[str]) -> None:
        """Hold a patient's row under a shared id of which it cannot be told whom it is about."""
        native = candidate.record.native_id
        reason = OTHER_PERSON if any(person(candidate.record)) else IDENTITY_HELD
        self.unclear[native] = reason
        self.list_row(candidate, cells, reason)
        candidate.settle(Term.HELD, reason)

    def differing(
        self,
        bound: BoundTable,
        entity: Entity,
        met: Met | None,
        note_of: Callable[[], Note | None] = _keep_reading,
        *,
        again: bool = False,
    ) -> Iterator[tuple[int, list[str], bytes]]:
        """Yield the number, the cells and the fingerprint of each row that is not settled as it is.

        As soon as `note_of` gives a note, most of them are only noted. Rows that are read `again` may come from memory.
        """
        fingerprint, reject = self.fingerprint(bound, entity), self.rejected(bound, entity)
        page, extent = self.books.page(bound), Extent()
        told = count = 0
        waiting: list[_Waiting] = []
        any_settled = met is not None and not met.settled.is_empty

        def reject_in_order(rejected: Rejected) -> None:
            if waiting:
                waiting.append(rejected)
            else:
                reject(rejected)

        if met is None:
            skimmed, rows = None, bound.table.rows(reject, extent)
        else:
            joined = self.fingerprints.of_joined_rows(bound.binding, self.mapping, self._other_ids(entity))
            skimmed = SkimmedRows(met, joined, page.met, note_of, reads_again=again)
            rows = bound.table.unknown_rows(reject_in_order, extent, skimmed)
        for row, cells in rows:
            count += 1
            done = count + skimmed.count if skimmed is not None else count
            if done - told >= _TOLD:
                self.tick(done - told)
                told = done
            mark = fingerprint(cells)
            slot = met.settled.find(mark) if met is not None and any_settled else None
            if met is None or not any_settled:
                yield row, cells, mark
            elif slot is not None:
                page.met(met.presence.see_unchanged(slot))
            elif not (waiting or met.settled.may_hold(mark)):
                yield row, cells, mark
            else:
                waiting.append((row, cells, mark))
                if len(waiting) >= _ASKED_AT_ONCE:
                    yield from self._asked(waiting, bound, entity, met, reject)
        if met is not None:
            yield from self._asked(waiting, bound, entity, met, reject)
        page.read(extent)
        self.tick(count + (skimmed.count if skimmed is not None else 0) - told)

    def _asked(
        self,
        waiting: list[_Waiting],
        bound: BoundTable,
        entity: Entity,
        met: Met,
        reject: Callable[[Rejected], None],
    ) -> Iterator[tuple[int, list[str], bytes]]:
        """Ask for the rows that wait by their records' ids; those that are not settled as they are follow in their order."""
        identify, about = id_reader(bound.binding), dict[int, tuple[bytes, bytes]]()
        for one in waiting:
            if not isinstance(one, Rejected) and (native := identify(one[1])[0]) is not None:
                about[one[0]] = (self.record_id(entity, self.renumbered.id(entity, native)), one[2])
        found = met.settled.ask(about.values())
        asked, waiting[:] = list(waiting), []
        for one in asked:
            if isinstance(one, Rejected):
                reject(one)
                continue
            slot = found.get(about[one[0]]) if one[0] in about else None
            if slot is not None:
                self.books.page(bound).met(met.presence.see_unchanged(slot))
            else:
                yield one

    def named_ids(self, entity: Entity) -> Iterator[bytes]:
        """Yield the records that unreadable rows of an entity name, and the other people under those ids."""
        named = [self.record_id(entity, self.renumbered.id(entity, native)) for native in self.named.get(entity, ())]
        yield from named
        yield from self.identities.own_ids(named)

    def fingerprint(self, bound: BoundTable, entity: Entity) -> Callable[[list[str]], bytes]:
        """Return the row's fingerprint. A row reads differently when the ids in it are renumbered, or when people who share
        one were told apart.
        """
        return self.fingerprints.of_rows(bound.binding, self.mapping, self._other_ids(entity))

    def _other_ids(self, entity: Entity) -> bytes:
        return self.renumbered.digest(entity) + self.identities.digest(entity)

    def rejected(self, bound: BoundTable, entity: Entity | None) -> Callable[[Rejected], None]:
        """Return the function that lists and counts a record of a table that cannot be trusted."""
        identify = id_reader(bound.binding)
        fingerprint = self.fingerprints.of_rows(bound.binding, self.mapping)
        file, width, page = self.file(bound), len(bound.table.headers), self.books.page(bound)

        def reject(rejected: Rejected) -> None:
            page.count(Term.HELD, rejected.reason)
            page.note_row(rejected.row)
            padded = [*rejected.cells, *[""] * width][:width]
            native = identify(padded)[0]
            if entity is not None:
                # the row cannot be trusted, but any of its cells may name the record that it is about
                self.named.setdefault(entity, set()).update(
                    {native} if native else set(), (c.strip() for c in rejected.cells[:3])
                )
            self.refused.append(
                RefusedRow(
                    fingerprint=fingerprint(["", rejected.reason, *rejected.cells]),
                    entity=entity,
                    reason=rejected.reason,
                    file=file,
                    row=rejected.row,
                    cells=shortened(rejected.cells),
                    record_id=self.record_id(entity, self.renumbered.id(entity, native))
                    if entity is not None and native
                    else None,
                )
            )

        return reject

    def refuse(
        self,
        entity: Entity,
        refused: UnusableRow,
        mark: bytes,
        file: bytes,
        row: int,
        cells: list[str],
        page: Page | None,
        **detail: str,
    ) -> None:
        """List a row that cannot be carried, and count it on its page; a row without a page is counted elsewhere. Its dead
        letter keeps the `detail`, sealed.
        """
        if page is not None:
            page.count(Term.HELD, refused.reason)
            page.note_row(row)
        record_id = None
        if refused.native_id:
            record_id = self.record_id(entity, self.renumbered.id(entity, refused.native_id))
            self.named.setdefault(entity, set()).add(refused.native_id)
        self.refused.append(
            RefusedRow(
                fingerprint=mark,
                entity=entity,
                reason=refused.reason,
                file=file,
                row=row,
                cells=shortened(cells),
                record_id=record_id,
                detail=detail,
            )
        )

    def list_row(self, candidate: Candidate, cells: list[str], reason: str) -> None:
        """List a row whose record was typed. The finding is another one than that of the same row for another reason."""
        record, mark = candidate.record, self.fingerprints.combine(candidate.fingerprint + reason.encode())
        refused = UnusableRow(reason=reason, native_id=record.native_id)
        detail = {PERSON: self.identities.person(record)} if holds_id(reason, record.entity) else {}
        if reason == IDENTITY_HELD:
            detail = {WAITS_FOR: self.record_id(record.entity, record.native_id).hex()}
        self.refuse(record.entity, refused, mark, candidate.file, candidate.row, cells, None, **detail)


_Waiting = tuple[int, list[str], bytes] | Rejected
"""A row, its cells and its fingerprint; or a record that was rejected behind such a row."""


def _untold(rows: int) -> None:
    del rows


def _not_migrated(record: Record) -> bool:
    status = record.values.get("status")
    return isinstance(status, str) and status.strip().casefold() in _NOT_MIGRATED
