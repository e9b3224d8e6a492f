"""Rows into records: a reader is compiled once per table and then called for every row.

`compile_reader` gives a function from a row's cells to a Record, or to a UnusableRow where the record cannot be carried. A
record's values hold the fields whose columns the table has: a blank cell, and one that cannot be read (with an Issue),
are None. Treatment plans are made of several rows: their lines are read and joined in `producers.records.plans`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, TableBinding, TableKind
from events.vocabulary.practice import Practice
from events.vocabulary.records import FIELDS, CustomValue, Issue, Record, Value
from producers.entities.registry import SOURCES
from producers.kinds.custom import CUSTOM
from producers.kinds.reading import Remembered, Rules
from producers.records.odd_rows import compile_plain
from producers.sources.extract import Documents
from producers.sources.tables.odd_cells import OddRow
from producers.values.date_times import combine
from producers.values.emails import clean_email, split_emails
from producers.values.ids import clean_id
from producers.values.names import split_name, split_provider_name

EXCEL_DAMAGED_ID = "excel_damaged_id"
MISSING_ID = "missing_id"
MISSING_PATIENT = "missing_patient"
MISSING_FILE = "missing_file"
OF_LINES = "lineItems"
"""The field of a plan that its lines fill: they are read apart, and give their own issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableRow:
    """A row whose record cannot be carried: `excel_damaged_id`, `missing_id`, `missing_patient`, `missing_file`."""

    reason: str
    native_id: str | None = None
    issues: tuple[Issue, ...] = ()


Reader = Callable[[list[str]], Record | UnusableRow]
_Step = Callable[[list[str], dict[str, Value], list[Issue]], None]


def columns_of(binding: TableBinding) -> dict[str, list[int]]:
    """The indexes of the columns bound to each meaning. The binding's columns stand in the order of the table's."""
    found: dict[str, list[int]] = {}
    for index, column in enumerate(binding.columns):
        if column.field is not None:
            found.setdefault(column.field, []).append(index)
    return found


_FILLS = {
    "full_name": ("first_name", "last_name"),
    "middle_initial": ("first_name",),
    "display_name": ("first_name", "last_name"),
    "email": ("emails",),
    "mobile_phone": ("phones",),
    "home_phone": ("phones",),
    "work_phone": ("phones",),
    "start_time": ("starts_at",),
    "delivered_at": ("in_future",),
    "delivered_time": ("delivered_at", "in_future"),
}


def fields_of(binding: TableBinding) -> frozenset[str]:
    """The names of the values and custom fields that a table's rows fill (or would fill, in another kind of table)."""
    fields = {column.field for column in binding.columns if column.field} | {c.custom for c in binding.columns if c.custom}
    return frozenset(fields.union(*(_FILLS.get(field, ()) for field in fields)))


def id_reader(binding: TableBinding) -> Callable[[list[str]], tuple[str | None, str | None]]:
    """A row's native id and its patient's id, without cleaning the rest. The native id of a line is its plan's; of a patient,
    the patient's; of a billing row without an id of its own, its patient's; a document without one has None here.
    """
    at = columns_of(binding)
    own = next(iter(at.get("native_id") or at.get("plan_id") or []), None)
    patient = next(iter(at.get("patient_id") or []), None)
    if binding.kind is TableKind.PATIENT:
        patient = own
    if binding.kind is TableKind.BILLING and own is None:
        own = patient
    if own is None or patient is None:
        return lambda cells: (
            None if own is None else clean_id(cells[own])[0],
            None if patient is None else clean_id(cells[patient])[0],
        )
    return lambda cells: (clean_id(cells[own])[0], clean_id(cells[patient])[0])


def compile_reader(
    binding: TableBinding, mapping: ColumnMapping, practice: Practice, taken_at: datetime, documents: Documents | None = None
) -> Reader:
    """The reader of a table whose columns are bound in its own order (`proposal.bind_for_run` sees to that).

    `taken_at` (aware) bounds birth dates and parts past from future communications; `documents` are needed for a
    document index. Raises ValueError for a kind whose rows make no record of their own (lines, rules, unknown tables).
    """
    entity = binding.kind.entity
    if entity is None:
        raise ValueError(f"rows of a {binding.kind.value} table make no record")
    rules = Rules.of(practice, taken_at)
    at = columns_of(binding)
    plain, steps = _plan(binding.kind, at, rules, taken_at)
    customs = custom_cells(binding, mapping, entity, rules)
    identify = _identity(binding.kind, at)
    attach = _attachment(documents or Documents([]), at) if entity is Entity.DOCUMENT else None
    numbered = entity is Entity.CLAIM
    plainly = compile_plain(binding, mapping, EXCEL_DAMAGED_ID)

    def read(cells: list[str]) -> Record | UnusableRow:
        lost: tuple[Issue, ...] = ()
        if isinstance(cells, OddRow):
            whole = plainly(cells)
            cells, lost = whole.cells, tuple(issue for issue in whole.issues if issue.field != OF_LINES)
            if whole.no_id is not None:
                return UnusableRow(reason=whole.no_id, native_id=identify(cells)[0], issues=lost)
        native, patient, refused = identify(cells)
        if refused is not None:
            return refused
        values: dict[str, Value] = {} if patient is None else {"patient_id": patient}
        issues = list(lost)
        for index, remembered, name in plain:
            value, issue = remembered[cells[index]]
            values[name] = value
            if issue is not None:
                issues.append(issue)
        for step in steps:
            step(cells, values, issues)
        custom: dict[str, CustomValue] = {}
        for index, remembered, name in customs:
            value, issue = remembered[cells[index]]
            custom[name] = value
            if issue is not None:
                issues.append(issue)
        if attach is not None:
            digest = attach(cells, values)
            if digest is None:
                return UnusableRow(reason=MISSING_FILE, native_id=native)
            native = native or digest
        if native is None:
            return UnusableRow(reason=MISSING_ID)
        if numbered and "number" not in values:
            values["number"] = native
        return Record(entity=entity, native_id=native, values=values, custom=custom, issues=tuple(issues))

    return read


def reader_of(kind: TableKind, name: str, rules: Rules) -> Remembered:
    """Return the reader of a column's cells."""
    column = SOURCES[kind].column(name)
    return Remembered(column.cleaner(rules), column.issue_field)


Cells = list[tuple[int, Remembered, str]]


def custom_cells(binding: TableBinding, mapping: ColumnMapping, entity: Entity, rules: Rules) -> Cells:
    """The columns of custom fields: index, reader, name."""
    known = mapping.custom_of(entity)
    return [
        (index, Remembered(CUSTOM[known[column.custom].type](rules), column.custom), column.custom)
        for index, column in enumerate(binding.columns)
        if column.custom is not None
    ]


def _plan(kind: TableKind, at: dict[str, list[int]], rules: Rules, taken_at: datetime) -> tuple[Cells, list[_Step]]:
    """The columns that fill one field each, and the steps for fields made of several columns."""
    steps: list[_Step] = []
    done = {"native_id", "patient_id"}
    match kind:
        case TableKind.PATIENT:
            steps += [*_names(at, rules), *_emails(at), *_phones(at, rules)]
            done |= {
                "full_name",
                "first_name",
                "last_name",
                "middle_initial",
                "email",
                "mobile_phone",
                "home_phone",
                "work_phone",
            }
        case TableKind.PROVIDER:
            steps.append(_provider_names(at))
        case TableKind.APPOINTMENT if "start_time" in at:
            steps.append(_moment("starts_at", at["starts_at"][0], at["start_time"][0], "dueAt", rules))
            done.add("starts_at")
        case TableKind.COMMUNICATION:
            if "delivered_time" in at:
                steps.append(_moment("delivered_at", at["delivered_at"][0], at["delivered_time"][0], "dueAt", rules))
                done.add("delivered_at")
            steps.append(_future(taken_at))
        case _:
            pass
    entity = kind.entity
    fields = FIELDS[entity] if entity is not None else {}
    plain = [
        (indexes[0], reader_of(kind, name, rules), name) for name, indexes in at.items() if name not in done and name in fields
    ]
    return plain, steps


_Identity = Callable[[list[str]], tuple[str | None, str | None, UnusableRow | None]]


def _id(cell: str) -> tuple[str | None, str | None]:
    """`clean_id`, past its memory where there is nothing to clean: ids hardly repeat."""
    return (cell, None) if cell.isdigit() and cell.isascii() else clean_id(cell)


def _identity(kind: TableKind, at: dict[str, list[int]]) -> _Identity:
    own = at["native_id"][0] if "native_id" in at else None
    linked = at["patient_id"][0] if "patient_id" in at else None

    def identify(cells: list[str]) -> tuple[str | None, str | None, UnusableRow | None]:
        native: str | None = None
        if own is not None:
            native, reason = _id(cells[own])
            if reason is not None:
                return None, None, UnusableRow(reason=EXCEL_DAMAGED_ID, native_id=None, issues=(Issue("id", reason),))
            if native is None and kind not in (TableKind.BILLING, TableKind.DOCUMENT):
                return None, None, UnusableRow(reason=MISSING_ID)
        if linked is None:
            return native, None, None
        patient, reason = _id(cells[linked])
        if reason is not None:
            return native, None, UnusableRow(reason=EXCEL_DAMAGED_ID, native_id=native, issues=(Issue("patient", reason),))
        if patient is None:
            return native, None, UnusableRow(reason=MISSING_PATIENT, native_id=native)
        if native is None and kind is TableKind.BILLING:
            native = patient
        return native, patient, None

    return identify


def _names(at: dict[str, list[int]], rules: Rules) -> list[_Step]:
    parts = {name: at[name][0] for name in ("first_name", "last_name", "middle_initial", "full_name") if name in at}
    if not parts:
        return []
    whole = parts.get("full_name")
    cells_of = {n: (i, reader_of(TableKind.PATIENT, n, rules)) for n, i in parts.items() if n != "full_name"}

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        first, last, middle = (
            cells_of[n][1][cells[cells_of[n][0]]][0] if n in cells_of else None
            for n in ("first_name", "last_name", "middle_initial")
        )
        if first is None and last is None and whole is not None:
            name, _ = split_name(cells[whole])
            first, last = (name.first, name.last) if name is not None else (None, None)
        if middle is not None:
            first = f"{first} {middle}" if first else middle
        values["first_name"], values["last_name"] = first, last

    return [step]


def _emails(at: dict[str, list[int]]) -> list[_Step]:
    indexes = at.get("email")
    if not indexes:
        return []

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        found: list[str] = []
        for index in indexes:
            cell = cells[index]
            for part in split_emails(cell) if "@" in cell else (cell,):
                address, reason = clean_email(part)
                if reason is not None:
                    issues.append(Issue("emails", reason))
                if address is not None and address not in found:
                    found.append(address)
        values["emails"] = found

    return [step]


def _phones(at: dict[str, list[int]], rules: Rules) -> list[_Step]:
    columns = [
        (at[name][0], reader_of(TableKind.PATIENT, name, rules))
        for name in ("mobile_phone", "home_phone", "work_phone")
        if name in at
    ]
    if not columns:
        return []

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        found: list[str] = []
        for index, remembered in columns:
            number, issue = remembered[cells[index]]
            if issue is not None:
                issues.append(issue)
            if number is not None and number not in found:
                found.append(number)
        values["phones"] = found

    return [step]


def _provider_names(at: dict[str, list[int]]) -> _Step:
    shown = at["display_name"][0] if "display_name" in at else None

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        first, last = values.get("first_name"), values.get("last_name")
        if shown is not None and not first and not last:
            name, _ = split_provider_name(cells[shown])
            values["first_name"], values["last_name"] = (name.first, name.last) if name is not None else (None, None)
        elif not values.get("display_name"):
            values["display_name"] = " ".join(str(part) for part in (first, last) if part) or None

    # an e-mail column is one field here, cleaned by the same cleaner
    return step


def _moment(name: str, day: int, clock: int, field: str, rules: Rules) -> _Step:
    """A date and a time of two columns."""
    read: dict[tuple[str, str], tuple[datetime | None, str | None]] = {}

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        key = (cells[day], cells[clock])
        found = read.get(key)
        if found is None:
            if len(read) >= 65_536:
                read.clear()
            found = read[key] = combine(*key, rules.order, rules.zone, rules.dates)
        values[name] = found[0]
        if found[1] is not None:
            issues.append(Issue(field, found[1]))

    return step


def _future(taken_at: datetime) -> _Step:
    def step(cells: list[str], values: dict[str, Value], issues: list[Issue]) -> None:
        moment = values.get("delivered_at")
        values["in_future"] = isinstance(moment, datetime) and moment > taken_at

    return step


def _attachment(documents: Documents, at: dict[str, list[int]]) -> Callable[[Sequence[str], dict[str, Any]], str | None]:
    """Finds the file of an index row, fills its fields, and gives the id it has where the index gives none."""

    def attach(cells: Sequence[str], values: dict[str, Any]) -> str | None:
        named = values.get("file_name")
        found = documents.find(values.get("path"), named)
        if found is None:
            return None
        values["path"], values["sha256"], values["size"] = found.path, found.sha256, found.size
        values["file_name"] = named or PurePosixPath(found.path).name
        return found.sha256[:16]

    return attach
