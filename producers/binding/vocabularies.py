"""The words of SELECT fields and the types of custom fields, from the whole of an extract's tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType, TableKind, Verdict, Vocabulary
from events.vocabulary.records import FIELDS
from producers.binding.guessing.parts import dividing_columns
from producers.binding.inference import ColumnWords, custom_type, word_type
from producers.binding.meeting import entity_of
from producers.binding.sampled import BoundTable
from producers.kinds.judged import BARE_CODE
from producers.kinds.reading import Rules
from producers.records.assembly import id_reader
from producers.records.plans import has_lines

BY_THE_DATA = frozenset({"insurance_carrier", "referral_source"})
"""Fields that are SELECT or TEXT by their data; all other words (statuses, channels) are SELECT."""

Slot = tuple[Entity, str]


def word_fields(entity: Entity) -> list[str]:
    """Return the fields of an entity that hold words."""
    return [name for name, kind in FIELDS[entity].items() if kind.words]


class Words:
    """Words in the columns of some fields, over all tables of an extract. Lives in memory only."""

    def __init__(self, tables: Sequence[BoundTable], custom: Collection[Slot] | None = None, *, fields: bool = True) -> None:
        """Read the tables. `custom` limits the custom fields looked at; `fields=False` leaves the fields of the field
        map out.
        """
        self.columns: dict[Slot, ColumnWords] = {}
        self.varying: set[Slot] = set()
        for bound in tables:
            wanted = list(self._wanted(bound, custom, fields=fields))
            if wanted:
                self._read(bound, wanted)

    def _wanted(self, bound: BoundTable, custom: Collection[Slot] | None, *, fields: bool) -> Iterable[tuple[int, Slot]]:
        entity = entity_of(bound.binding.kind)
        if entity is None:
            return
        words = set(word_fields(entity)) if bound.binding.kind is not TableKind.TREATMENT_LINE and fields else set()
        for index, column in enumerate(bound.binding.columns):
            if column.field in words and column.field is not None:
                yield index, (entity, column.field)
            elif column.custom is not None and (custom is None or (entity, column.custom) in custom):
                yield index, (entity, column.custom)

    def _read(self, bound: BoundTable, wanted: Sequence[tuple[int, Slot]]) -> None:
        columns = [
            (
                index,
                _words_only(
                    self.columns.setdefault(slot, ColumnWords(header=column.header, verdict=column.verdict)).add, column.verdict
                ),
            )
            for index, slot in wanted
            for column in (bound.binding.columns[index],)
        ]
        for _, cells in bound.table.rows():
            for index, add in columns:
                add(cells[index])
        if bound.binding.kind is TableKind.TREATMENT_LINE:
            self.varying |= {slot for _, slot in wanted}
        elif has_lines(bound.binding):
            self._compare_lines(bound, wanted)
        elif bound.binding.kind is TableKind.BILLING and "native_id" not in {c.field for c in bound.binding.columns}:
            dividing = dividing_columns(bound.binding.headers)
            self._compare_lines(bound, [one for one in wanted if one[0] in dividing])

    def _compare_lines(self, bound: BoundTable, wanted: Sequence[tuple[int, Slot]]) -> None:
        """Find the columns that differ between the lines of one plan, or the parts of one balance: they are not the whole's."""
        if not wanted:
            return
        plan_of_row = id_reader(bound.binding)
        first: dict[str | None, list[str]] = {}
        for _, cells in bound.table.rows():
            head = first.setdefault(plan_of_row(cells)[0], cells)
            self.varying |= {slot for index, slot in wanted if cells[index] != head[index]}


def _words_only(add: Callable[[str], None], verdict: Verdict | None) -> Callable[[str], None]:
    """Return the counter of a column's words, without its blanks and without codes that stand where words belong."""
    if verdict is None or not (verdict.blanks or verdict.codes):
        return add
    blanks, codes = frozenset(verdict.blanks), verdict.codes

    def count(cell: str) -> None:
        if cell not in blanks and not (codes and BARE_CODE.fullmatch(cell.strip())):
            add(cell)

    return count


def _type_of(column: ColumnWords, f: CustomField, rules: Rules, given_names: frozenset[str]) -> FieldType:
    return custom_type(column, rules, given_names, of_object=f.entity.object_name is not None)


def typed(
    mapping: ColumnMapping, words: Words, new: Collection[Slot], rules: Rules, given_names: frozenset[str]
) -> ColumnMapping:
    """Return the mapping with the types of its new custom fields, and with vocabularies for all fields that hold words."""
    fields: list[CustomField] = []
    for f in mapping.custom_fields:
        slot = (f.entity, f.name)
        if slot in new and slot in words.columns:
            found = FieldType.TEXT if slot in words.varying else _type_of(words.columns[slot], f, rules, given_names)
            f = replace(f, type=found)
        fields.append(f)
    mapping = replace(mapping, custom_fields=tuple(fields))
    types = {(f.entity, f.name): f.type for f in fields}
    for slot, column in words.columns.items():
        entity, name = slot
        if types.get(slot, FieldType.SELECT) is not FieldType.SELECT:
            continue
        if mapping.vocabulary(entity, name) is None:
            kept = word_type(column) if name in BY_THE_DATA and slot not in types else FieldType.SELECT
            mapping = replace(
                mapping, vocabularies=(*mapping.vocabularies, Vocabulary(entity=entity, field=name, type=kept, words=()))
            )
        vocabulary = mapping.vocabulary(entity, name)
        if vocabulary is not None and vocabulary.type is FieldType.SELECT:
            mapping = mapping.with_words(entity, name, column.words())
    return mapping
