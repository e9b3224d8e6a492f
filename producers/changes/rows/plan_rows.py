"""Reading treatment plans: their rows and lines, of any number of tables, are joined.

The fingerprint of a plan is that of all its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import FieldType, TableKind
from events.vocabulary.records import Record
from producers.binding.sampled import BoundTable
from producers.changes.books import LINE_OF_PLAN, Term
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.reading import Reading
from producers.changes.rows.settled import Met
from producers.kinds.cell_fates import EMPTY
from producers.records.assembly import Reader, UnusableRow, compile_reader, id_reader
from producers.records.doubled_ids import agree, joined, judge
from producers.records.plans import UNKNOWN_PLAN, Line, LineReader, compile_line_reader, has_lines, merged_lines, plan_of
from producers.sources.tables.table import Extent
from producers.state.refusals import RefusedRow, shortened

_PlanRow = tuple[BoundTable, int, list[str], bytes]
"""A row of a plan or of a line: its table, number, cells and fingerprint."""


@dataclass(frozen=True, kw_only=True)
class PlanRows:
    """The rows of treatment plans in an extract, refused and counted as in its reading."""

    reading: Reading
    _readers: dict[int, Reader] = field(default_factory=dict)
    _line_readers: dict[int, LineReader] = field(default_factory=dict)

    def plans(self, tables: Iterable[BoundTable], met: Met | None = None) -> Iterator[Candidate]:
        """Yield the plans that differ from what is known. `met` takes note of the others."""
        tables = list(tables)
        gathered = self._gather(tables)
        lines_read = any(has_lines(b.binding) for b in tables)
        differing = list(self._differing_plans(gathered, met))
        watches = {id(bound): (bound, self.reading.watch(bound)) for bound in tables}
        for rows, _ in differing:
            for bound, _, cells, _ in rows:
                watches[id(bound)][1].see(cells)
        for bound, watch in watches.values():
            self.reading.settle(bound, watch)
        for rows, mark in differing:
            yield from self._plan(rows, mark, lines_read=lines_read)

    def _differing_plans(
        self, gathered: Mapping[str, list[_PlanRow]], met: Met | None
    ) -> Iterator[tuple[list[_PlanRow], bytes]]:
        """Yield the rows of each plan that is not known as it is, with their fingerprint."""
        for native, rows in gathered.items():
            mark = self.reading.fingerprints.combine(b"".join(m for _, _, _, m in rows))
            if met is not None:
                slot = met.settled.find(mark)
                if slot is None and met.settled.may_hold(mark):
                    about = (self.reading.record_id(Entity.TREATMENT_PLAN, native), mark)
                    slot = met.settled.ask([about]).get(about)
                if slot is not None:
                    first = next((at for at, (b, *_) in enumerate(rows) if b.binding.kind is TableKind.TREATMENT_PLAN), 0)
                    self.reading.books.page(rows[first][0]).met(met.presence.see_unchanged(slot))
                    self._count_others(rows, first, Term.MERGED, LINE_OF_PLAN)
                    continue
            yield rows, mark

    def _gather(self, tables: list[BoundTable]) -> dict[str, list[_PlanRow]]:
        gathered: dict[str, list[_PlanRow]] = {}
        for bound in tables:
            identify = id_reader(bound.binding)
            fingerprint = self.reading.fingerprint(bound, Entity.TREATMENT_PLAN)
            extent = Extent()
            for row, cells in bound.table.rows(self.reading.rejected(bound, Entity.TREATMENT_PLAN), extent):
                native = identify(cells)[0]
                if native is None:
                    self._unreadable_plan_row(bound, row, cells, fingerprint(cells))
                else:
                    native = self.reading.renumbered.id(Entity.TREATMENT_PLAN, native)
                    gathered.setdefault(native, []).append((bound, row, cells, fingerprint(cells)))
            self.reading.books.page(bound).read(extent)
        return gathered

    def _unreadable_plan_row(self, bound: BoundTable, row: int, cells: list[str], mark: bytes) -> None:
        line = compile_line_reader(bound.binding, self.reading.mapping, self.reading.practice, self.reading.taken_at)(cells)
        reason = line.reason if isinstance(line, UnusableRow) else "missing_id"
        page = self.reading.books.page(bound)
        page.cells.see(cells)
        page.fates.settle_with_row(cells)
        page.count(Term.HELD, reason)
        page.note_row(row)
        self.reading.refused.append(
            RefusedRow(
                fingerprint=mark,
                entity=Entity.TREATMENT_PLAN,
                reason=reason,
                file=self.reading.file(bound),
                row=row,
                cells=shortened(cells),
            )
        )

    def _plan(self, rows: list[_PlanRow], mark: bytes, *, lines_read: bool) -> Iterator[Candidate]:
        heads: dict[int, Record] = {}
        lines: dict[int, list[Line]] = {}
        for at, (bound, row, cells, row_mark) in enumerate(rows):
            page, fates = self.reading.books.page(bound), [EMPTY] * len(cells)
            page.cells.see(cells)
            if bound.binding.kind is TableKind.TREATMENT_PLAN:
                record = self._reader(bound)(cells, fates)
                if isinstance(record, UnusableRow):
                    page.fates.settle_with_row(cells)
                    self.reading.refuse(Entity.TREATMENT_PLAN, record, row_mark, self.reading.file(bound), row, cells, page)
                    self._count_others(rows, at, Term.HELD, record.reason)
                    return
                heads[at] = self.reading.as_kept(record)
            if has_lines(bound.binding):
                line = self._line_reader(bound)(cells, fates)
                if isinstance(line, Line):
                    lines.setdefault(id(bound), []).append(line)
            page.fates.settle(fates)
        if not heads:
            for bound, row, cells, row_mark in rows:
                self.reading.books.page(bound).count(Term.HELD, UNKNOWN_PLAN)
                self.reading.books.page(bound).note_row(row)
                self.reading.refused.append(
                    RefusedRow(
                        fingerprint=row_mark,
                        entity=Entity.TREATMENT_PLAN,
                        reason=UNKNOWN_PLAN,
                        file=self.reading.file(bound),
                        row=row,
                        cells=shortened(cells),
                    )
                )
            return
        head = self._head(rows, heads)
        if head is None:
            return
        head_at = next(iter(heads))
        # without any table of lines nothing is said about them; with one, a plan that it does not name has none
        record = plan_of(head, merged_lines(lines.values())) if lines_read else head
        bound, row, _, _ = rows[head_at]
        others = tuple(self.reading.books.page(other) for at, (other, *_) in enumerate(rows) if at != head_at)
        yield Candidate(record, mark, self.reading.file(bound), row, page=self.reading.books.page(bound), others=others)

    def _head(self, rows: Sequence[_PlanRow], heads: Mapping[int, Record]) -> Record | None:
        """Return the plan's own columns, made of all rows that have them (by the number of the row); None where the plan is
        held. Rows that contradict each other are listed.
        """
        compared = {at: self._without_texts(rows[at][0], head) for at, head in heads.items()}
        if agree(list(compared.values())):
            return joined(list(heads.values()))
        judgement = judge(list(compared.values()))
        listed = list(range(len(rows)))
        if judgement.carried is not None:
            listed = [at for at, one in compared.items() if not any(one == compared[a] for a in compared if a < at)]
        for at in listed if judgement.reason is not None else ():
            bound, row, cells, mark = rows[at]
            refused = UnusableRow(reason=judgement.reason or "", native_id=next(iter(heads.values())).native_id)
            of_reason = self.reading.fingerprints.combine(mark + refused.reason.encode())
            page = self.reading.books.page(bound) if judgement.carried is None else None
            self.reading.refuse(Entity.TREATMENT_PLAN, refused, of_reason, self.reading.file(bound), row, cells, page)
        return judgement.carried

    def _without_texts(self, bound: BoundTable, head: Record) -> Record:
        """Return a plan's own columns without texts that each of its lines has for itself."""
        if not has_lines(bound.binding):
            return head
        known = self.reading.mapping.custom_of(Entity.TREATMENT_PLAN)
        return replace(head, custom={n: value for n, value in head.custom.items() if known[n].type is not FieldType.TEXT})

    def _count_others(self, rows: Sequence[_PlanRow], head: int, term: Term, detail: str) -> None:
        """Count the rows of a plan but the one at `head`."""
        for at, (bound, *_) in enumerate(rows):
            if at != head:
                self.reading.books.page(bound).count(term, detail)

    def _reader(self, bound: BoundTable) -> Reader:
        if id(bound) not in self._readers:
            about = self.reading
            read = compile_reader(about.read_as(bound), about.mapping, about.practice, about.taken_at)
            self._readers[id(bound)] = read
        return self._readers[id(bound)]

    def _line_reader(self, bound: BoundTable) -> LineReader:
        if id(bound) not in self._line_readers:
            about = self.reading
            read = compile_line_reader(about.read_as(bound), about.mapping, about.practice, about.taken_at)
            self._line_readers[id(bound)] = read
        return self._line_readers[id(bound)]
