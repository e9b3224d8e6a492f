"""Meeting an extract with what is known: every table gets a binding of its own columns, and the mapping grows by what is new.

A table is met again by its headers (the order and the way they are written do not matter). What no approved binding
covers is guessed from headers and values; what nobody knows becomes a custom field on the object of its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from producers.binding.binding import Bound, TableGuess, bind_as, guess
from producers.binding.header_scores import repeats_patient
from producers.binding.joins import Looked, pointed_at
from producers.entities.registry import SOURCES
from producers.kinds.profile import SAMPLE, Known, Profile, profiles_of
from producers.sources.tables.table import Table
from producers.values.blanks import trimmed
from producers.values.names import split_name
from producers.vocabulary.cell_shapes import features
from producers.vocabulary.custom_names import camel_case, free_name
from producers.vocabulary.headers import key, meaning

Occurrence = tuple[str, int]
"""A header as it is met again: its key, and which of several columns of that name it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something an operator should know about a table. `code` is a reason code; `text` holds headers and counts, no values.
    A `notice` changes nothing.
    """

    code: str
    file: str
    column: str | None
    text: str
    notice: bool = False


@dataclass(frozen=True)
class BoundTable:
    """A table and how it is read. The binding's columns stand in the order of the table's."""

    table: Table
    binding: TableBinding


@dataclass(kw_only=True)
class Sampled:
    """A table with the profiles of its columns."""

    table: Table
    profiles: list[Profile]
    occurrences: list[Occurrence]
    approved: TableBinding | None = None
    guess: TableGuess | None = None

    @property
    def kind(self) -> TableKind:
        """The kind it is taken for; UNKNOWN where it lacks what that kind needs."""
        if self.approved is not None:
            return self.approved.kind
        return self.guess.kind if self.guess is not None and not self.guess.missing else TableKind.UNKNOWN

    @property
    def likeness(self) -> TableKind | None:
        """What a table of no known entity comes nearest to, if to anything."""
        if self.guess is None or self.kind is not TableKind.UNKNOWN:
            return None
        return self.guess.kind if self.guess.missing else self.guess.likeness

    def index_of(self, name: str) -> int | None:
        """The index of the column that has a meaning, by the approved binding or by the guess."""
        if self.approved is not None:
            fields = {o: c.field for o, c in zip(occurrences(self.approved.headers), self.approved.columns, strict=True)}
            return next((i for i, o in enumerate(self.occurrences) if fields.get(o) == name), None)
        return self.guess.index_of(name) if self.guess is not None and self.kind is not TableKind.UNKNOWN else None


def doubts_of(mapping: ColumnMapping) -> list[str]:
    """The tables and columns of a mapping that need a second look: a column by its header, a table by its kind and its first
    column.
    """
    found: list[str] = []
    for t in mapping.tables:
        if t.doubtful and t.headers:
            found.append(f"the table that begins with {shown(t.headers, 0)} ({t.kind.value})")
        found += [shown(t.headers, index) for index, column in enumerate(t.columns) if column.doubtful]
    return found


def shown(headers: Sequence[str], index: int) -> str:
    """A column as findings name it: by its header, unless that looks like a value (a file whose header is missing)."""
    header = headers[index]
    return f"column {index + 1}" if features(header) & {"email", "phone", "date", "date_time"} else repr(header)


def occurrences(headers: Sequence[str]) -> list[Occurrence]:
    """The headers as they are met again."""
    seen: Counter[str] = Counter()
    out = []
    for header in headers:
        seen[key(header)] += 1
        out.append((key(header), seen[key(header)]))
    return out


def sample(tables: Sequence[Table], mapping: ColumnMapping) -> tuple[list[Sampled], Known]:
    """Look at the first rows of every table, find what covers it, and guess the others, with the ids that the tables hold."""
    sampled = []
    for table in tables:
        rows = list(dict.fromkeys(tuple(cells) for _, cells in islice(table.rows(), SAMPLE)))  # equal rows count once
        sampled.append(
            Sampled(table=table, profiles=profiles_of(rows, len(table.headers)), occurrences=occurrences(table.headers))
        )
    for s in sampled:
        s.approved = _covering(s, mapping)
    pointed = pointed_at([Looked(s.table.headers, s.profiles) for s in sampled])
    for s, links in zip(sampled, pointed, strict=True):
        if s.approved is None:
            s.guess = guess(s.table.headers, s.profiles, Known(), links)
    known = _known(sampled)
    for s, links in zip(sampled, pointed, strict=True):
        if s.approved is None:
            s.guess = guess(s.table.headers, s.profiles, known, links)
    _set_unlikely_aside(sampled)
    return sampled, known


def _set_unlikely_aside(sampled: Sequence[Sampled]) -> None:
    """A table that is hardly of a kind, beside others that are so for certain, is of no known entity (a ledger beside the
    clinical notes).
    """
    certain = {s.kind for s in sampled if s.guess is None or not s.guess.unlikely}
    for s in sampled:
        if s.guess is not None and s.guess.unlikely and s.kind in certain and s.kind is not TableKind.UNKNOWN:
            evidence = f"hardly a {s.kind.value} table, beside others that are so for certain"
            s.guess = TableGuess(kind=TableKind.UNKNOWN, bound=(), points=0.0, confidence=0.0, missing=(), evidence=evidence)


def _covering(s: Sampled, mapping: ColumnMapping) -> TableBinding | None:
    """The approved binding that covers most of a table's headers: at least half of them, with at least half of what the
    binding knows, and among it a column that the kind needs or four that mean something.
    """
    best: tuple[float, TableBinding] | None = None
    for binding in mapping.tables:
        if binding.kind is TableKind.UNKNOWN:
            continue
        fields = dict(zip(occurrences(binding.headers), binding.columns, strict=True))
        met = [fields[o] for o in s.occurrences if o in fields]
        share = len(met) / len(s.occurrences) if s.occurrences else 0.0
        names = {c.field for c in met}
        needed = any(c.need and c.name in names for c in SOURCES[binding.kind].columns if c.name != "patient_id")
        meant = sum(c.field is not None or c.custom is not None for c in met)
        meanings = {c.field or c.custom for c in binding.columns} - {None}
        most = len({c.field or c.custom for c in met} - {None}) * 2 >= len(meanings)
        if share >= 0.5 and most and (needed or meant > 3) and (best is None or share > best[0]):
            best = share, binding
    return best[1] if best is not None else None


def _known(sampled: Sequence[Sampled]) -> Known:
    """The ids of patients, plans and providers, and the patients' first names, from the whole of their tables."""
    patients: set[str] = set()
    plans: set[str] = set()
    providers: set[str] = set()
    names: set[str] = set()
    for s in sampled:
        match s.kind:
            case TableKind.PATIENT:
                ids, first, whole = _columns(s, "native_id", "first_name", "full_name")
                split = (split_name(name)[0] for name in whole)
                patients |= ids
                names |= first | {name.first.split()[0] for name in split if name is not None and name.first}
            case TableKind.TREATMENT_PLAN:
                plans |= _columns(s, "native_id")[0]
            case TableKind.PROVIDER:
                providers |= set().union(*_columns(s, "native_id", "code", "display_name"), _whole_names(s))
            case _:
                pass
    given = frozenset(name.casefold() for name in names if len(name) > 2)
    words = frozenset(word for word in providers if len(word) > 1 and not any(c.isdigit() for c in word))
    return Known(
        patients=frozenset(patients),
        plans=frozenset(plans),
        providers=frozenset(providers),
        provider_words=words,
        given_names=given,
        patient_headers=_own_headers(sampled, TableKind.PATIENT),
        plan_headers=_own_headers(sampled, TableKind.TREATMENT_PLAN),
    )


def _own_headers(sampled: Sequence[Sampled], kind: TableKind) -> frozenset[str]:
    """What the headers of a kind's own ids mean: other tables often call the link the same."""
    at = [(s, s.index_of("native_id")) for s in sampled if s.kind is kind]
    return frozenset(meaning(s.table.headers[index]) for s, index in at if index is not None)


def _whole_names(s: Sampled) -> set[str]:
    """The names of a table that has first and last names in columns of their own, as other tables may write them."""
    first, last = s.index_of("first_name"), s.index_of("last_name")
    if first is None or last is None:
        return set()
    pairs = {(cells[first].strip(), cells[last].strip()) for _, cells in s.table.rows()} - {("", "")}
    return {
        name for one, other in pairs for name in (f"{one} {other}", f"{other}, {one}", f"Dr. {one} {other}", f"Dr. {other}")
    }


def _columns(s: Sampled, *names: str) -> list[set[str]]:
    """The distinct filled cells of some columns; nothing for one that the table has not."""
    found: list[set[str]] = [set() for _ in names]
    at = [(into, index) for into, index in zip(found, map(s.index_of, names), strict=True) if index is not None]
    for _, cells in s.table.rows() if at else ():
        for into, index in at:
            into.add(cells[index])
    return [{cell if cell.isalnum() and cell.isascii() else trimmed(cell) for cell in into} - {""} for into in found]


@dataclass(kw_only=True)
class Growing:
    """A mapping that grows while tables are bound; `added` are the custom fields that are new, with the tables they come
    from.
    """

    mapping: ColumnMapping
    findings: list[Finding] = field(default_factory=list)
    added: dict[tuple[Entity, str], str] = field(default_factory=dict)

    def custom_for(self, header: str, entity: Entity, used: set[str]) -> str:
        """The custom field for a column: one that is there already under this name, else a new one (typed TEXT for now)."""
        for f in self.mapping.custom_fields:
            if f.entity is entity and f.name not in used and camel_case(f.label) == camel_case(header):
                return f.name
        on_object = [f.name for f in self.mapping.custom_fields if SOURCES[f.entity].holder == SOURCES[entity].holder]
        name = free_name(header, SOURCES[entity].reserved, on_object)
        created = CustomField(entity=entity, name=name, label=header.strip() or name, type=FieldType.TEXT)
        self.mapping = replace(self.mapping, custom_fields=(*self.mapping.custom_fields, created))
        self.added[entity, name] = header
        return name

    def keep(self, s: Sampled, bound: TableBinding) -> None:
        """Remember a table's binding: its new columns join the binding that covers it, or one of its kind that does not
        disagree, or it becomes one of its own.
        """
        tables = list(self.mapping.tables)
        for at, binding in enumerate(tables):
            if binding.kind is not bound.kind or (
                s.approved is not None and binding.headers[: len(s.approved.headers)] != s.approved.headers
            ):
                continue
            there = dict(zip(occurrences(binding.headers), binding.columns, strict=True))
            news = [(o, c) for o, c in zip(s.occurrences, bound.columns, strict=True) if o not in there]
            if bound.kind is TableKind.UNKNOWN:
                if news:
                    continue
                return
            if all(_agree(there[o], c) for o, c in zip(s.occurrences, bound.columns, strict=True) if o in there):
                fresh = dict(zip(s.occurrences, bound.columns, strict=True))
                columns = [_judged_anew(c, fresh.get(o)) for o, c in there.items()]
                tables[at] = replace(binding, columns=(*columns, *(c for _, c in news)))
                self.mapping = replace(self.mapping, tables=tuple(tables))
                return
        self.mapping = replace(self.mapping, tables=(*tables, bound))


def _judged_anew(column: ColumnBinding, fresh: ColumnBinding | None) -> ColumnBinding:
    """Return the column with the verdict of a new look at it."""
    if fresh is None or fresh.verdict is None or fresh.verdict == column.verdict:
        return column
    return replace(column, verdict=fresh.verdict, evidence=fresh.evidence, confidence=fresh.confidence)


def _agree(one: ColumnBinding, other: ColumnBinding) -> bool:
    return (one.field, one.custom, one.ignored is None) == (other.field, other.custom, other.ignored is None)


def entity_of(kind: TableKind) -> Entity | None:
    """The entity on whose object a row's custom columns go: a line's on its plan. None: there is no such object."""
    spec = SOURCES.get(kind)
    entity = spec.rows_of if spec is not None else None
    return entity if entity is not None and SOURCES[entity].holder is not None else None


@dataclass(frozen=True, kw_only=True)
class Met:
    """A bound table, with what was found on the way: the columns that no approved binding covered, and the needs unmet."""

    binding: TableBinding
    new: tuple[Bound, ...]
    customs: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]


def meet(s: Sampled, known: Known, growing: Growing, least: float) -> Met:
    """Bind one table. Columns that no approved binding covers are bound where their confidence reaches `least` (columns that
    the kind needs are bound with less, too: the caller judges), else they become custom fields.
    """
    kind, headers = s.kind, s.table.headers
    if kind is TableKind.UNKNOWN:
        nobody = "the table is of no known entity"
        return Met(
            binding=TableBinding(
                kind=kind,
                columns=tuple(ColumnBinding(header=h, ignored=nobody) for h in headers),
                confidence=0.0,
                evidence=_why(s),
            ),
            new=(),
            customs=(),
            missing=(),
        )
    columns: dict[int, ColumnBinding] = {}
    if s.approved is not None:
        there = dict(zip(occurrences(s.approved.headers), s.approved.columns, strict=True))
        columns = {i: replace(there[o], header=headers[i]) for i, o in enumerate(s.occurrences) if o in there}
        taken = {c.field for c in columns.values() if c.field is not None}
        free = [i for i in range(len(headers)) if i not in columns]
        found = bind_as(kind, headers, s.profiles, known, taken, free)
    else:
        assert s.guess is not None
        found = s.guess
    needed = {c.name for c in SOURCES[kind].columns if c.need}
    new = tuple(b for b in found.bound if b.confidence >= least or b.column.name in needed)
    for b in new:
        ignored = b.column.ignored
        name = None if ignored else b.column.name
        columns[b.index] = ColumnBinding(
            header=headers[b.index], field=name, custom=None, ignored=ignored, confidence=b.confidence, evidence=b.evidence
        )
    with_patients = bool(known.patients) or any(t.kind is TableKind.PATIENT for t in growing.mapping.tables)
    customs = tuple(_customs(s, kind, columns, growing, known=with_patients))
    names = {c.field for c in columns.values()}
    missing = {c.need for c in SOURCES[kind].columns if c.need} - {c.need for c in SOURCES[kind].columns if c.name in names}
    confidence = s.approved.confidence if s.approved is not None else found.confidence
    binding = TableBinding(
        kind=kind, columns=tuple(columns[i] for i in range(len(headers))), confidence=confidence, evidence=_why(s)
    )
    return Met(binding=binding, new=new, customs=customs, missing=tuple(sorted(m for m in missing if m)))


def _why(s: Sampled) -> str:
    return s.approved.evidence if s.approved is not None else s.guess.evidence if s.guess is not None else ""


def _customs(
    s: Sampled, kind: TableKind, columns: dict[int, ColumnBinding], growing: Growing, *, known: bool
) -> Iterator[tuple[int, str]]:
    """Give every column that is still unbound a custom field, or the reason why it has none. What a row says of its patient is
    left out only where the patients are `known` by a table of their own.
    """
    entity = entity_of(kind)
    used = {c.custom for c in columns.values() if c.custom is not None}
    for index, header in enumerate(s.table.headers):
        if index in columns:
            continue
        p = s.profiles[index]
        if not header.strip() and not p.filled:
            columns[index] = ColumnBinding(header=header, ignored="a column without name and without values")
        elif known and repeats_patient(kind, header):
            columns[index] = ColumnBinding(header=header, ignored="repeats the patient, to whom the row is linked by id")
        elif entity is None:
            columns[index] = ColumnBinding(header=header, ignored=f"a {kind.value} has no record in Twenty that could hold it")
        else:
            name = growing.custom_for(header, entity, used)
            used.add(name)
            evidence = f"no known meaning; {p.filled} of {p.rows} cells are filled, {p.distinct} distinct"
            columns[index] = ColumnBinding(header=header, custom=name, confidence=0.9, evidence=evidence)
            yield index, name
