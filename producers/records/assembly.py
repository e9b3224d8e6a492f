"""Rows into records: a reader is compiled once per table and then called for every row.

`compile_reader` gives a function from a row's cells to a Record, or to a UnusableRow where the record cannot be carried. A
record's values hold the fields whose columns the table has; a blank cell is None. A field whose cell cannot be read (with an
Issue) is absent, as if the table had no such column: what was known of it stays. Treatment plans are made of several rows:
their lines are read and joined in `producers.records.plans`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Protocol

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableBinding, TableKind, Verdict
from events.vocabulary.practice import Practice
from events.vocabulary.records import FIELDS, CustomValue, Issue, Record, Value
from producers.entities.registry import SOURCES
from producers.entities.spec import IdFrom
from producers.entities.steps import ColumnLayout, RowStep, Steps
from producers.kinds.cell_fates import EMPTY, fate_of, fate_of_unread
from producers.kinds.custom import CUSTOM
from producers.kinds.judged import cleaner_under
from producers.kinds.reading import Cleaning, Remembered, Rules
from producers.records.natural_keys import key_reader
from producers.records.odd_rows import compile_plain
from producers.sources.extract import Documents
from producers.sources.tables.odd_cells import OddRow
from producers.sources.tables.table import LONE_CELL
from producers.values.ids import clean_id
from producers.values.reasons import is_unknown
from producers.values.sifting import Cleaner

EXCEL_DAMAGED_ID = "excel_damaged_id"
MISSING_ID = "missing_id"
MISSING_PATIENT = "missing_patient"
MISSING_FILE = "missing_file"
OF_LINES = "lineItems"
"""The field of a plan that its lines fill: they are read apart, and give their own issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableRow:
    """A row whose record cannot be carried: `excel_damaged_id`, `missing_id`, `missing_patient`, `missing_file`,
    `lone_cell`.
    """

    reason: str
    native_id: str | None = None
    issues: tuple[Issue, ...] = ()


class Reader(Protocol):
    """The reading of a row's cells. It sets the cells' fates, where `fates` are given; those of an unusable row are void."""

    def __call__(self, cells: list[str], fates: list[str] | None = None, /) -> Record | UnusableRow:
        """Return the row's record, or the reason why it has none."""


def columns_of(binding: TableBinding) -> dict[str, list[int]]:
    """Return the indexes of the columns bound to each meaning. The binding's columns stand in the order of the table's."""
    found: dict[str, list[int]] = {}
    for index, column in enumerate(binding.columns):
        if column.field is not None:
            found.setdefault(column.field, []).append(index)
    return found


def fields_of(binding: TableBinding) -> frozenset[str]:
    """Return the names of the values and custom fields that a table's rows fill."""
    fields = {column.field for column in binding.columns if column.field}
    filled = (name for field in fields for name in SOURCES[binding.kind].column(field).fills)
    return frozenset({*fields, *filled, *(c.custom for c in binding.columns if c.custom)})


def id_reader(binding: TableBinding) -> Callable[[list[str]], tuple[str | None, str | None]]:
    """Return a row's native id and its patient's id, without cleaning the rest. The native id of a line is its plan's; of a
    patient, the patient's; of a billing row without an id of its own, its patient's; a document without one has None here.
    """
    own, patient = _id_columns(binding)
    if binding.key:
        key_of = key_reader(binding)
        return lambda cells: (key_of(cells), None if patient is None else _id(cells[patient])[0])
    if own is None or patient is None:
        return lambda cells: (
            None if own is None else _id(cells[own])[0],
            None if patient is None else _id(cells[patient])[0],
        )
    return lambda cells: (_id(cells[own])[0], _id(cells[patient])[0])


def id_column(binding: TableBinding) -> int | None:
    """Return the column of a row's native id, as `id_reader` gives it; None where no single column gives it."""
    return _id_columns(binding)[0]


def native_id(cell: str) -> str | None:
    """Return the native id in a cell of such a column."""
    return _id(cell)[0]


def _id_columns(binding: TableBinding) -> tuple[int | None, int | None]:
    """Return the columns of a row's own id and of its patient's."""
    at = columns_of(binding)
    own = next(iter(at.get("native_id") or at.get("plan_id") or []), None)
    patient = next(iter(at.get("patient_id") or []), None)
    if binding.kind is TableKind.PATIENT:
        patient = own
    if own is None and SOURCES[binding.kind].id_from is IdFrom.PATIENT:
        own = patient
    return own, patient


def compile_reader(
    binding: TableBinding, mapping: ColumnMapping, practice: Practice, taken_at: datetime, documents: Documents | None = None
) -> Reader:
    """Return the reader of a table whose columns are bound in its own order (`proposal.bind_for_run` sees to that).

    `taken_at` (aware) bounds birth dates and parts past from future communications; `documents` are needed for a
    document index. Raises ValueError for a kind whose rows make no record of their own (lines, rules, unknown tables).
    """
    entity = binding.kind.entity
    if entity is None:
        raise ValueError(f"rows of a {binding.kind.value} table make no record")
    spec, rules = SOURCES[binding.kind], Rules.of(practice, taken_at)
    at = columns_of(binding)
    plain, steps = _plan(binding, at, rules, taken_at)
    customs = custom_cells(binding, mapping, entity, rules)
    identify = _identity(binding, at)
    attach = _attachment(documents or Documents([]), at) if spec.id_from is IdFrom.FILE else None
    numbered, is_person = spec.numbered, entity is Entity.PATIENT and len(binding.columns) > 3
    is_optional = not spec.patient_needed and "patient_id" in at
    plainly = compile_plain(binding, mapping, EXCEL_DAMAGED_ID)
    unread, nothing = unread_columns(binding), [EMPTY] * len(binding.columns)
    filled_by = [(spec.column(c.field).fills or (c.field,)) if c.field is not None else () for c in binding.columns]

    def read(cells: list[str], fates: list[str] | None = None, /) -> Record | UnusableRow:
        if fates is None:
            fates = nothing.copy()
        lost: tuple[Issue, ...] = ()
        odd: Fates = ()
        damaged: Sequence[int] = ()
        if isinstance(cells, OddRow):
            whole = plainly(cells)
            odd, damaged = whole.fates, whole.lost
            cells, lost = whole.cells, tuple(issue for issue in whole.issues if issue.field != OF_LINES)
            if whole.no_id is not None:
                return UnusableRow(reason=whole.no_id, native_id=identify(cells, fates)[0], issues=lost)
        native, patient, refused = identify(cells, fates)
        if refused is not None:
            return refused
        values: dict[str, Value] = {} if patient is None and not is_optional else {"patient_id": patient}
        issues = list(lost)
        for index, remembered, name in plain:
            value, issue, fates[index] = remembered[cells[index]]
            if issue is not None:
                issues.append(issue)
                if value is None and is_unknown(issue.reason):
                    continue
            values[name] = value
        for step in steps:
            step(cells, values, issues, fates)
        custom: dict[str, CustomValue] = {}
        for index, remembered, name in customs:
            value, issue, fates[index] = remembered[cells[index]]
            if issue is not None:
                issues.append(issue)
                if value is None and is_unknown(issue.reason):
                    continue
            custom[name] = value
        for index, fate in unread:
            if cells[index] and not cells[index].isspace():
                fates[index] = fate
        for index, fate in odd:
            fates[index] = fate
        for index in damaged:
            custom.pop(binding.columns[index].custom or "", None)
            for name in filled_by[index]:
                if not values.get(name):
                    values.pop(name, None)
        if attach is not None:
            digest = attach(cells, values)
            if digest is None:
                return UnusableRow(reason=MISSING_FILE, native_id=native)
            native = native or digest
        if native is None:
            return UnusableRow(reason=MISSING_ID)
        if is_person and not any(values.values()) and not any(custom.values()) and not any(map(str.isdigit, native)):
            return UnusableRow(reason=LONE_CELL, native_id=native)  # the name of a group of rows
        if numbered is not None and numbered not in values:
            values[numbered] = native
        return Record(entity=entity, native_id=native, values=values, custom=custom, issues=tuple(issues))

    return read


Fates = Sequence[tuple[int, str]]
"""The fates of cells of some columns."""


def unread_columns(binding: TableBinding) -> Fates:
    """Return the columns that fill no field, with the fate of their filled cells."""
    return [
        (index, fate_of_unread(column.ignored))
        for index, column in enumerate(binding.columns)
        if column.field is None and column.custom is None
    ]


def reader_of(kind: TableKind, name: str, rules: Rules, verdict: Verdict | None = None) -> Remembered:
    """Return the reader of a column's cells."""
    column = SOURCES[kind].column(name)
    return Remembered(column.cleaner(rules, verdict), column.issue_field)


def cleaner_of(kind: TableKind, column: ColumnBinding, mapping: ColumnMapping, rules: Rules) -> tuple[str, Cleaner] | None:
    """Return the name that issues give to the field of a column, and the cleaner of its cells; None where it is left out."""
    if column.field is not None:
        source = SOURCES[kind].column(column.field)
        return source.issue_field, source.cleaner(rules, column.verdict)
    entity = SOURCES[kind].rows_of
    own = mapping.custom_of(entity).get(column.custom) if entity is not None and column.custom is not None else None
    return None if own is None else (own.name, cleaner_under(CUSTOM[own.type], rules, column.verdict))


Cells = list[tuple[int, Remembered, str]]


def custom_cells(binding: TableBinding, mapping: ColumnMapping, entity: Entity, rules: Rules) -> Cells:
    """Return the columns of custom fields: index, reader, name."""
    known = mapping.custom_of(entity)
    return [
        (
            index,
            _custom(column.custom, CUSTOM[known[column.custom].type], rules, column.verdict),
            column.custom,
        )
        for index, column in enumerate(binding.columns)
        if column.custom is not None
    ]


def _custom(name: str, cleaning: Cleaning, rules: Rules, verdict: Verdict | None) -> Remembered:
    return Remembered(cleaner_under(cleaning, rules, verdict), name)


def _plan(binding: TableBinding, at: dict[str, list[int]], rules: Rules, taken_at: datetime) -> tuple[Cells, Sequence[RowStep]]:
    """Return the columns that fill one field each, and the steps for fields made of several columns."""
    kind, spec = binding.kind, SOURCES[binding.kind]
    verdicts = {name: binding.columns[indexes[0]].verdict for name, indexes in at.items()}
    layout = ColumnLayout(
        at=at,
        reader=lambda name: reader_of(kind, name, rules, verdicts.get(name)),
        rules=rules,
        taken_at=taken_at,
        verdicts=verdicts,
    )
    made = spec.assemble(layout) if spec.assemble is not None else Steps([])
    done = {"native_id", "patient_id"} | made.done
    entity = kind.entity
    fields = FIELDS[entity] if entity is not None else {}
    plain = [
        (indexes[0], reader_of(kind, name, rules, verdicts[name]), name)
        for name, indexes in at.items()
        if name not in done and name in fields
    ]
    return plain, made.steps


_Identity = Callable[[list[str], list[str]], tuple[str | None, str | None, UnusableRow | None]]


def _id(cell: str) -> tuple[str | None, str | None]:
    """Apply `clean_id`, past its memory where there is nothing to clean: ids hardly repeat."""
    return (cell, None) if cell.isdigit() and cell.isascii() else clean_id(cell)


def _identity(binding: TableBinding, at: dict[str, list[int]]) -> _Identity:
    own = at["native_id"][0] if "native_id" in at else None
    linked = at["patient_id"][0] if "patient_id" in at else None
    id_from = SOURCES[binding.kind].id_from
    verdict = binding.columns[linked].verdict if linked is not None else None
    nobody = frozenset(verdict.blanks) if verdict is not None else frozenset()
    key_of = key_reader(binding) if binding.key else None
    needed = SOURCES[binding.kind].patient_needed

    def identify(cells: list[str], fates: list[str]) -> tuple[str | None, str | None, UnusableRow | None]:
        native: str | None = None
        if own is not None:
            native, reason = _id(cells[own])
            fates[own] = fate_of(cells[own], native, reason)
            if reason is not None:
                return None, None, UnusableRow(reason=EXCEL_DAMAGED_ID, native_id=None, issues=(Issue("id", reason),))
            if native is None and id_from is IdFrom.CELL:
                return None, None, UnusableRow(reason=MISSING_ID)
        elif key_of is not None:
            native = key_of(cells)
            if native is None:
                return None, None, UnusableRow(reason=MISSING_ID)
        if linked is None:
            return native, None, None
        patient, reason = _id(cells[linked])
        fates[linked] = fate_of(cells[linked], patient, reason)
        if reason is not None:
            return native, None, UnusableRow(reason=EXCEL_DAMAGED_ID, native_id=native, issues=(Issue("patient", reason),))
        if patient is None or patient in nobody:
            if not needed:
                return native, None, None
            return native, None, UnusableRow(reason=MISSING_PATIENT, native_id=native)
        if native is None and id_from is IdFrom.PATIENT:
            native = patient
        return native, patient, None

    return identify


def _attachment(documents: Documents, at: dict[str, list[int]]) -> Callable[[Sequence[str], dict[str, Any]], str | None]:
    """Find the file of an index row, fills its fields, and gives the id it has where the index gives none."""

    def attach(cells: Sequence[str], values: dict[str, Any]) -> str | None:
        named = values.get("file_name")
        found = documents.find(values.get("path"), named)
        if found is None:
            return None
        values["path"], values["sha256"], values["size"] = found.path, found.sha256, found.size
        values["file_name"] = named or PurePosixPath(found.path).name
        return found.sha256[:16]

    return attach
