"""Reading `mapping.toml` back: the mapping with what people have decided in the file, and a list of their decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cutover.mapping_file.document import FILE_NAME, is_of
from cutover.mapping_file.errors import MappingFileError
from cutover.mapping_file.meanings import BY_A_PERSON, Meaning, settled
from cutover.mapping_file.objects import read_identity, read_object, renamed, without_identity
from events.vocabulary.mapping import (
    ColumnBinding,
    ColumnMapping,
    CustomField,
    FieldType,
    TableBinding,
    Verdict,
    Vocabulary,
)
from producers.binding.meeting import entity_of
from producers.entities.registry import SOURCES
from producers.verdicts.settling import settled as settled_codes
from producers.verdicts.settling import unknown_codes
from producers.vocabulary.labels import label_of
from projections.custom_names import custom_names

_ORDERS: Final = ("mdy", "dmy", "ymd")
_MARKS: Final = (".", ",")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDecision:
    """One thing that a person has decided about a column: its table and header, and the words for it, before and after."""

    table: str
    header: str
    about: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileDecisions:
    """A mapping with all that people have decided in its file."""

    mapping: ColumnMapping
    decisions: tuple[FileDecision, ...]


def decided(mapping: ColumnMapping, document: Mapping[str, Any]) -> FileDecisions:
    """Return the mapping as the file has it. Raises MappingFileError for whatever cannot be read, or fits no table."""
    practice = document.get("practice", mapping.practice)
    if practice != mapping.practice:
        raise MappingFileError(
            f"{FILE_NAME}: is of practice {practice!r}, this project is of {mapping.practice!r}; to take its choices over: "
            "`cutover map propose PATH --from FILE`"
        )
    reader = _Reader(mapping)
    read: dict[int, str] = {}
    for table in document.get("table", ()):
        fitting = (i for i, binding in enumerate(mapping.tables) if is_of(table, binding))
        at = min(fitting, key=lambda i: len(mapping.tables[i].headers), default=None)
        if at is None:
            raise MappingFileError(
                f"{FILE_NAME}: the columns of table {table.get('name', '?')!r} are not those that were proposed; "
                "leave `header` lines and their order as they are, or run `cutover map propose PATH` again"
            )
        name, kind = str(table.get("name", "?")), mapping.tables[at].kind.value
        if at in read:
            raise MappingFileError(f"{FILE_NAME}: tables {read[at]!r} and {name!r} have the same columns; remove one of them")
        if table.get("kind", kind) != kind:
            raise MappingFileError(f'{FILE_NAME}: {name}: `kind` cannot be changed here; write kind = "{kind}" again')
        read[at] = name
        reader.read_table(at, table)
    return reader.finished()


class _Reader:
    def __init__(self, mapping: ColumnMapping) -> None:
        self._mapping = mapping
        self._tables = list(mapping.tables)
        self._customs = {(f.entity, f.name): f for f in mapping.custom_fields}
        self._decisions: list[FileDecision] = []
        self._objects = {made.name: made for made in mapping.objects}
        self._words: dict[tuple[str, str], dict[str, str]] = {}

    def read_table(self, at: int, table: Mapping[str, Any]) -> None:
        binding, name = self._tables[at], str(table.get("name", "?"))
        columns = list(binding.columns)
        for index, said in enumerate(table.get("column", ())):
            columns[index] = self._column(binding, columns[index], said, name)
        self._refuse_doubles(binding, columns, name)
        if self._mapping.object_of(binding.kind) is not None:
            columns = self._object(binding, columns, table, name)
        confidence, evidence = binding.confidence, binding.evidence
        if table.get("settled") is True and binding.doubtful:
            confidence, evidence = 1.0, BY_A_PERSON
            self._decide(name, "", "the table", "doubtful", f"taken for {binding.kind.value}")
        self._tables[at] = replace(binding, columns=tuple(columns), confidence=confidence, evidence=evidence)

    def _object(
        self, binding: TableBinding, columns: list[ColumnBinding], table: Mapping[str, Any], name: str
    ) -> list[ColumnBinding]:
        """Read what the file says about the object that the rows of a table become, and give the columns with its identity."""
        made = self._mapping.object_of(binding.kind)
        assert made is not None, "only asked for such tables"
        place = f"{FILE_NAME}: {name}"

        def decide(about: str, before: str, after: str) -> None:
            self._decide(name, "", about, before, after)

        others = (one for one in self._objects.values() if one.entity is not made.entity)
        used = {*custom_names().objects, *(n for one in others for n in (one.name, one.plural))}
        self._objects[made.name] = read_object(self._objects[made.name], table, place, used, decide)
        types = {f.name: f.type for (entity, _), f in self._customs.items() if entity is made.entity}
        return read_identity(columns, table, types, place, decide)

    def finished(self) -> FileDecisions:
        used = {(entity_of(t.kind), c.custom) for t in self._tables for c in t.columns if c.custom is not None}
        before = {(f.entity, f.name) for f in self._mapping.custom_fields} - {
            (entity_of(t.kind), c.custom) for t in self._mapping.tables for c in t.columns if c.custom is not None
        }  # fields of columns that an extract has no more
        customs = tuple(f for key, f in self._customs.items() if key in used or key in before)
        mapping = replace(self._mapping, tables=tuple(self._tables), custom_fields=customs)
        if strangers := unknown_codes(mapping, self._words):
            header, code = strangers[0]
            raise MappingFileError(f"{FILE_NAME}: {header!r} has no code {code!r}; leave the codes that were found as they are")
        mapping = self._marked(settled_codes(mapping, self._words))
        names = {before: made.name for before, made in self._objects.items() if before != made.name}
        mapping = replace(renamed(mapping, names), objects=tuple(self._objects.values()))
        if (nameless := without_identity(mapping)) is not None:
            raise MappingFileError(
                f"{FILE_NAME}: {nameless}: nothing tells its rows apart; name the columns that do, as in "
                'identity = ["Provider", "Month"], or leave the object off'
            )
        return FileDecisions(_without_unused_words(mapping), tuple(self._decisions))

    def _marked(self, mapping: ColumnMapping) -> ColumnMapping:
        """Mark the columns all of whose codes have a word now."""

        def marked(binding: TableBinding, column: ColumnBinding) -> ColumnBinding:
            named = (binding.kind.value, column.header) in self._words
            return replace(column, settled=True) if named and not column.doubtful else column

        tables = (replace(b, columns=tuple(marked(b, c) for c in b.columns)) for b in mapping.tables)
        return replace(mapping, tables=tuple(tables))

    def _column(self, binding: TableBinding, column: ColumnBinding, said: Mapping[str, Any], table: str) -> ColumnBinding:
        place = f"{FILE_NAME}: {table}: {column.header!r}"
        meaning = Meaning.read(str(said["means"]), binding.kind, place) if "means" in said else Meaning.of(column)
        changed = meaning != Meaning.of(column)
        if changed:
            self._decide(table, column.header, "means", str(Meaning.of(column)), str(meaning))
            column = settled(column, meaning)
        if meaning.custom is not None:
            self._custom(binding, column, said, table, place)
        before = column.verdict or Verdict()
        if changed:  # the column is judged anew, as what it means now
            column = replace(column, verdict=None, codes=())
        else:
            self._codes(binding, column, said, table)
        column = self._verdict(column, before, said, table, place)
        if said.get("settled") is True and column.doubtful:
            self._decide(table, column.header, "settled", "doubtful", str(meaning))
            column = settled(column, meaning)
        return column

    def _custom(self, binding: TableBinding, column: ColumnBinding, said: Mapping[str, Any], table: str, place: str) -> None:
        entity = entity_of(binding.kind)
        assert entity is not None, "Meaning.read has refused it"
        assert column.custom is not None, "its meaning is a custom field"
        there = self._customs.get((entity, column.custom))
        text = str(said.get("type", there.type.value if there else FieldType.TEXT.value))
        if text not in list(FieldType):
            raise MappingFileError(f"{place}: type {text!r}: write one of {', '.join(FieldType)}")
        if there is None and column.custom.casefold() in {n.casefold() for n in custom_names().names(entity)}:
            raise MappingFileError(f"{place}: {column.custom!r} is a field that there is already; choose another name")
        label = str(said.get("label") or (there.label if there else label_of(column.header, entity)))
        made = CustomField(entity=entity, name=column.custom, label=label, type=FieldType(text))
        if there is not None and there.type is not made.type:
            self._decide(table, column.header, "type", there.type.value, made.type.value)
        if there is not None and there.label != made.label:
            self._decide(table, column.header, "label", there.label, made.label)
        self._customs[entity, column.custom] = made

    def _codes(self, binding: TableBinding, column: ColumnBinding, said: Mapping[str, Any], table: str) -> None:
        """Keep the words that the file gives to codes; `?` and a proposed word leave a code open."""
        words = {str(code): str(word) for code, word in said.get("codes", {}).items() if not str(word).startswith("?")}
        had = dict(column.verdict.words) if column.verdict is not None else {}
        for code, word in words.items():
            if had.get(code) != word:
                self._decide(table, column.header, f"code {code}", had.get(code, "?"), word or "nothing")
                self._words.setdefault((binding.kind.value, column.header), {})[code] = word

    def _verdict(
        self, column: ColumnBinding, verdict: Verdict, said: Mapping[str, Any], table: str, place: str
    ) -> ColumnBinding:
        order, decimal = said.get("order", verdict.order), said.get("decimal", verdict.decimal)
        changes: dict[str, Any] = {}
        if order != verdict.order:
            _one_of(order, _ORDERS, f"{place}: order")
            changes["order"] = order
        if decimal != verdict.decimal:
            _one_of(decimal, _MARKS, f"{place}: decimal")
            changes["decimal"] = decimal
        if (blanks := tuple(map(str, said.get("blanks", verdict.blanks)))) != verdict.blanks:
            changes["blanks"] = blanks
        for name, value in changes.items():
            self._decide(table, column.header, name, str(getattr(verdict, name) or "-"), str(value or "-"))
        if not changes:
            return column
        new = replace(column.verdict or Verdict(), **changes)
        open_codes = {c.code for c in column.codes} - {code for code, _ in new.words}
        is_whole = not open_codes and "both" not in (new.order, new.decimal)
        return replace(
            column,
            verdict=new,
            settled=column.settled or is_whole,
            confidence=1.0 if is_whole else column.confidence,
            evidence=BY_A_PERSON if is_whole else column.evidence,
        )

    def _refuse_doubles(self, binding: TableBinding, columns: list[ColumnBinding], table: str) -> None:
        """Raise MappingFileError for two columns of one meaning, but not where a sync has found a column that was renamed."""
        many = {c.name for c in SOURCES[binding.kind].columns if c.many} if binding.kind in SOURCES else set()
        names = Counter(c.field or c.custom for c in columns if c.field or c.custom)
        for name, times in names.items():
            renamed_since = all(
                name in (then.field, then.custom)
                for then, now in zip(binding.columns, columns, strict=True)
                if name in (now.field, now.custom)
            )
            if times > 1 and name not in many and not renamed_since:
                headers = " and ".join(repr(c.header) for c in columns if name in (c.field, c.custom))
                raise MappingFileError(
                    f"{FILE_NAME}: {table}: {headers} both mean {name}; leave one of them out, or give it another meaning"
                )

    def _decide(self, table: str, header: str, about: str, before: str, after: str) -> None:
        self._decisions.append(FileDecision(table=table, header=header, about=about, before=before, after=after))


def _one_of(value: Any, allowed: tuple[str, ...], place: str) -> None:
    if value not in allowed:
        raise MappingFileError(f"{place}: {value!r}: write one of {', '.join(allowed)}")


def _without_unused_words(mapping: ColumnMapping) -> ColumnMapping:
    """Return the mapping without the words of fields that no column means any more, and of custom fields of another type."""
    selects = {(f.entity, f.name): f.type is FieldType.SELECT for f in mapping.custom_fields}
    used = {(entity_of(t.kind), c.field or c.custom) for t in mapping.tables for c in t.columns}

    def keeps(v: Vocabulary) -> bool:
        return (v.entity, v.field) in used and selects.get((v.entity, v.field), True)

    return replace(mapping, vocabularies=tuple(v for v in mapping.vocabularies if keeps(v)))


def unread_needs(mapping: ColumnMapping) -> Iterator[str]:
    """Give the tables that lack what their kind needs, in words."""
    for binding in mapping.tables:
        if binding.kind not in SOURCES:
            continue
        names = {c.field for c in binding.columns}
        needs = {c.need for c in SOURCES[binding.kind].columns if c.need}
        met = {c.need for c in SOURCES[binding.kind].columns if c.need and c.name in names}
        for need in sorted(needs - met):
            yield f"the table that begins with {binding.headers[0]!r} ({binding.kind.value}) has no column for {need}"
