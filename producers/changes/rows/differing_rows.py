"""The rows of an entity's tables that differ from what is known, and which of their ids several of them have.

Before the first event of an entity is appended, all rows are looked at. Where few differ they are kept, and each file was read
once. Where many do, they are read a second time to be carried.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.binding.guessing.parts import amounts, dividing_columns, is_location
from producers.binding.sampled import BoundTable
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.reading import Reading
from producers.changes.rows.settled import Met, Note
from producers.records.assembly import fields_of, id_column, id_reader, native_id
from producers.records.doubled_ids import agree, is_by_patient
from producers.records.repeated_ids import RepeatedIds
from producers.sources.tables.plain_lines import SEPARATOR
from producers.verdicts.turned import Watch

KEPT = 5_000
"""Differing rows of an entity that are kept, at most: typed, each takes a few kilobytes."""
KEPT_CHARACTERS = 4 * 1024 * 1024
"""Characters in their cells, at most."""


class Differing(NamedTuple):
    """A differing row: its record and its cells."""

    candidate: Candidate
    cells: list[str]


_SEPARATOR = SEPARATOR.encode()
_Raw = tuple[int, int, list[str], bytes]


def is_doubled(rows: Sequence[Differing]) -> bool:
    """Return whether rows of one id say different things. A patient's balances of one list do so where any cell differs."""
    if len(rows) > 1 and is_by_patient(rows[0].candidate.record):
        by_file: dict[bytes, set[tuple[str, ...]]] = {}
        for candidate, cells in rows:
            by_file.setdefault(candidate.file, set()).add(tuple(map(str.strip, cells)))
        if any(len(said) > 1 for said in by_file.values()):
            return True
    return len(rows) > 1 and not agree([one.candidate.record for one in rows])


class DifferingRows:
    """The differing rows of one entity's tables. Call `look` first."""

    def __init__(self, reading: Reading, entity: Entity, tables: Sequence[BoundTable], met: Met) -> None:
        self._reading, self.entity, self._tables, self._presence = reading, entity, tables, met.presence
        # an index row may stay the same while the file it names changes: documents are always looked at
        self._met, self._settled = None if entity is Entity.DOCUMENT else met, met.settled
        self._shapes = [fields_of(bound.binding) for bound in tables]
        self._raw: list[_Raw] = []
        self._kept: list[list[Differing]] | None = None
        self._suspects: frozenset[int] = frozenset()
        self._repeated: RepeatedIds | None = None
        self.aside: dict[str, list[Differing]] = {}
        """Rows that `of_table` left out, because several rows may have their id."""

    @property
    def were_kept(self) -> bool:
        """Return whether each file was read once only."""
        return self._kept is not None

    def look(self, see: Callable[[Candidate], None] | None = None) -> None:
        """Read all tables. `see` is shown the record of every differing row."""
        characters = 0
        repeated: RepeatedIds | None = None
        noting: list[Callable[[int, list[str], bytes], None]] = []
        for number, bound in enumerate(self._tables):
            self._presence.begin_table(self._shapes[number])
            watch = self._reading.watch(bound)
            note_of = partial(self._note_of_unread, self._noting_unread(bound, watch))
            for row, cells, mark in self._reading.differing(bound, self.entity, self._met, note_of):
                watch.see(cells)
                if repeated is not None:
                    noting[number](row, cells, mark)
                    continue
                self._raw.append((number, row, cells, mark))
                characters += sum(map(len, cells))
                if len(self._raw) > KEPT or characters > KEPT_CHARACTERS:
                    repeated = RepeatedIds(self._shapes)
                    noting = [self._noting(bound, repeated, see) for bound in self._tables]
                    for at, earlier_row, earlier_cells, earlier_mark in self._raw:
                        noting[at](earlier_row, earlier_cells, earlier_mark)
                    self._raw = []
                    self._repeated = repeated if see is None and not repeated.typed else None
            self._reading.settle(bound, watch)
        self._repeated = None
        if repeated is None:
            self._keep(see)
        else:
            self._suspects = frozenset(repeated.suspects)
            self._settled.rewind()

    def _note_of_unread(self, note: Note) -> Note | None:
        """Return the note for rows that need not be taken apart, once so many differ that all are read again."""
        return note if self._repeated is not None else None

    def _keep(self, see: Callable[[Candidate], None] | None) -> None:
        typing = [self._reading.typing(bound, self.entity) for bound in self._tables]
        self._kept = [[] for _ in self._tables]
        for number, row, cells, mark in self._raw:
            candidate = typing[number](row, cells, mark)
            if candidate is not None:
                self._kept[number].append(Differing(candidate, cells))
                if see is not None:
                    see(candidate)
        self._raw = []

    def _noting(
        self, bound: BoundTable, repeated: RepeatedIds, see: Callable[[Candidate], None] | None
    ) -> Callable[[int, list[str], bytes], None]:
        """Return the function that takes note of a row of a table that is read again later."""
        identify, renumbered, entity = id_reader(bound.binding), self._reading.renumbered, self.entity
        typing = self._reading.quiet().typing(bound, entity) if repeated.typed or see is not None else None

        def note(row: int, cells: list[str], mark: bytes) -> None:
            candidate = typing(row, cells, mark) if typing is not None else None
            if see is not None and candidate is not None:
                see(candidate)
            if repeated.typed:
                if candidate is not None:
                    repeated.note_typed(candidate.record)
            elif (native := identify(cells)[0]) is not None:
                joined = SEPARATOR.join(cells).encode("utf-8", "surrogatepass")
                repeated.note(renumbered.id(entity, native), joined)

        return note

    def _noting_unread(self, bound: BoundTable, watch: Watch) -> Note:
        """Return the function that takes note of rows of a table that are not taken apart now, and are read again later."""
        renumbered, entity = self._reading.renumbered, self.entity
        own, width = id_column(bound.binding), len(bound.table.headers)
        key_of = id_reader(bound.binding) if bound.binding.key else None

        def note(rows: Sequence[bytes]) -> None:
            cells = _SEPARATOR.join(rows).decode("utf-8", "surrogatepass").split(SEPARATOR)
            watch.see_columns(lambda index: cells[index::width])
            repeated = self._repeated
            if repeated is not None and key_of is not None:
                for at, row in enumerate(rows):
                    native = key_of(cells[at * width : (at + 1) * width])[0]
                    if native is not None:
                        repeated.note(native, row)
            if own is None or repeated is None:
                return
            ids = [native_id(cell) for cell in cells[own::width]]
            if renumbered or None in ids:
                named = [
                    (renumbered.id(entity, native), row) for native, row in zip(ids, rows, strict=True) if native is not None
                ]
                repeated.note_all([native for native, _ in named], [row for _, row in named])
            else:
                repeated.note_all(ids, rows)  # type: ignore[arg-type]  # None is not in it

        return note

    def kept(self) -> list[Record]:
        """Return the records of the rows that were kept."""
        return [one.candidate.record for kept in self._kept or () for one in kept]

    def doubled(self) -> dict[str, Sequence[Differing]]:
        """Return the rows that differ from another one of their id. Tables whose rows were not kept are read another time
        where an id is under suspicion.
        """
        groups: dict[str, list[Differing]] = {}
        if self._kept is None:
            suspects, self._suspects = self._suspects, frozenset()
            groups = self._found(lambda native: hash(native) in suspects) if suspects else {}
        for kept in self._kept or ():
            for one in kept:
                groups.setdefault(one.candidate.record.native_id, []).append(one)
        return {native: rows for native, rows in groups.items() if is_doubled(rows)}

    def parts(self) -> tuple[dict[bytes, tuple[int, ...]], frozenset[str]]:
        """Return the columns that divide the balances of each file, and the custom fields that hold amounts.

        A file with several lists is left out: rows do not tell their sheet.
        """
        reading = self._reading
        types = {name: custom.type for name, custom in reading.mapping.custom_of(self.entity).items()}
        columns: dict[bytes, tuple[int, ...]] = {}
        for bound in self._tables:
            file = bytes.fromhex(reading.extract.sha256[bound.table.file])
            columns[file] = () if file in columns else dividing_columns(bound.binding.headers)
        return columns, frozenset().union(*(amounts(bound.binding, types) for bound in self._tables))

    def locations(self, rows: Sequence[Differing]) -> set[str]:
        """Return what the columns of locations say in these rows; empty where their tables have none."""
        names = {c.custom for b in self._tables for c in b.binding.columns if c.custom and is_location(c.header)}
        said = {str(one.candidate.record.custom.get(name) or "") for one in rows for name in names}
        return {word.casefold() for word in said if word}

    def rows_of(self, native_ids: Collection[str]) -> dict[str, list[Differing]]:
        """Return all rows of these ids, after another reading of the tables."""
        return self._found(lambda native: native in native_ids) if native_ids else {}

    def _found(self, is_wanted: Callable[[str], bool]) -> dict[str, list[Differing]]:
        quiet, entity, found = self._reading.quiet(), self.entity, dict[str, list[Differing]]()
        has_other_ids = bool(quiet.renumbered or quiet.identities.shared)
        for bound in self._tables:
            identify, typed, mark_of = id_reader(bound.binding), quiet.typing(bound, entity), quiet.fingerprint(bound, entity)
            page = self._reading.books.page(bound)
            for row, cells in bound.table.rows():
                native = identify(cells)[0]
                if native is not None and not has_other_ids and not is_wanted(native):
                    continue
                candidate = typed(row, cells, mark_of(cells))
                if candidate is not None and is_wanted(candidate.record.native_id):
                    found.setdefault(candidate.record.native_id, []).append(Differing(candidate._replace(page=page), cells))
        return found

    def of_table(self, number: int) -> Iterator[Differing]:
        """Yield the rows of a table, but for those that are put `aside`."""
        if self._kept is not None:
            yield from self._kept[number]
            return
        for candidate, cells in self._read_again(number):
            yield Differing(candidate, cells)

    def candidates_of_table(self, number: int) -> Iterator[Candidate]:
        """Yield rows as `of_table` does, without the cells."""
        if self._kept is not None:
            yield from (one.candidate for one in self._kept[number])
            return
        for candidate, _ in self._read_again(number):
            yield candidate

    def _read_again(self, number: int) -> Iterator[tuple[Candidate, list[str]]]:
        bound, suspects = self._tables[number], self._suspects
        typed = self._reading.typing(bound, self.entity)
        for row, cells, mark in self._reading.quiet().differing(bound, self.entity, self._met, again=True):
            candidate = typed(row, cells, mark)
            if candidate is None:
                continue
            if suspects and hash(candidate.record.native_id) in suspects:
                self.aside.setdefault(candidate.record.native_id, []).append(Differing(candidate, cells))
            else:
                yield candidate, cells
