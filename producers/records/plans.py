"""Treatment plans: records made of several rows, in one table (a line a row, the plan's columns repeated) or in two.

head = compile_reader(plans_binding, …)(row)         the plan's own columns
line = compile_line_reader(lines_binding, …)(row)    one line item, with the id of its plan
record = plan_of(head, lines)                        the whole plan
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType, TableBinding, TableKind
from events.vocabulary.practice import Practice
from events.vocabulary.records import LINE_FIELDS, Issue, Record
from producers.kinds.cell_fates import EMPTY, fate_of
from producers.kinds.reading import Rules
from producers.records.assembly import (
    EXCEL_DAMAGED_ID,
    MISSING_ID,
    OF_LINES,
    Fates,
    UnusableRow,
    columns_of,
    custom_cells,
    reader_of,
    unread_columns,
)
from producers.records.odd_rows import compile_plain
from producers.sources.tables.odd_cells import OddRow
from producers.values.ids import clean_id

UNKNOWN_PLAN = "unknown_plan"
"""The reason for a line whose plan is in no table: a line alone makes no record."""

_COLUMN_OF = {name: "line_status" if name == "status" else name for name in LINE_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line item. `order` is its place in the plan, where the table says it; `texts` are its custom columns."""

    plan_id: str
    order: int | None
    item: dict[str, Any]
    texts: dict[str, str | None] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


class LineReader(Protocol):
    """The reading of a line item. It sets the fates of its cells, where `fates` are given."""

    def __call__(self, cells: list[str], fates: list[str] | None = None, /) -> Line | UnusableRow | None:
        """Return the line; the reason why there is none; or None for a row without one (a plan that has no lines yet)."""


def has_lines(binding: TableBinding) -> bool:
    """Return whether the rows of a table carry line items."""
    return binding.kind is TableKind.TREATMENT_LINE or (
        binding.kind is TableKind.TREATMENT_PLAN and "code" in columns_of(binding)
    )


def compile_line_reader(binding: TableBinding, mapping: ColumnMapping, practice: Practice, taken_at: datetime) -> LineReader:
    """Return the reader of line items."""
    rules = Rules.of(practice, taken_at)
    at = columns_of(binding)
    plan = (at.get("plan_id") or at["native_id"])[0]
    columns = [
        (at[column][0], reader_of(TableKind.TREATMENT_LINE, column, rules, binding.columns[at[column][0]].verdict), name)
        for name, column in _COLUMN_OF.items()
        if column in at
    ]
    order = at["line_order"][0] if "line_order" in at else None
    places = reader_of(TableKind.TREATMENT_LINE, "line_order", rules)
    unread = unread_columns(binding) if binding.kind is TableKind.TREATMENT_LINE else ()
    known = mapping.custom_of(Entity.TREATMENT_PLAN)
    texts = [c for c in custom_cells(binding, mapping, Entity.TREATMENT_PLAN, rules) if known[c[2]].type is FieldType.TEXT]
    plainly = compile_plain(binding, mapping, EXCEL_DAMAGED_ID)
    of_line = {OF_LINES} | {name for _, _, name in texts}

    def read(cells: list[str], fates: list[str] | None = None, /) -> Line | UnusableRow | None:
        if fates is None:
            fates = [EMPTY] * len(cells)
        lost: tuple[Issue, ...] = ()
        odd: Fates = ()
        if isinstance(cells, OddRow):
            whole = plainly(cells)
            odd = whole.fates
            cells, lost = whole.cells, tuple(issue for issue in whole.issues if issue.field in of_line)
            if whole.no_id is not None:
                return UnusableRow(reason=whole.no_id, native_id=None, issues=lost)
        plan_id, reason = clean_id(cells[plan])
        fates[plan] = fate_of(cells[plan], plan_id, reason)
        if reason is not None:
            return UnusableRow(reason=EXCEL_DAMAGED_ID, native_id=None, issues=(Issue("id", reason),))
        if plan_id is None:
            return UnusableRow(reason=MISSING_ID)
        item: dict[str, Any] = dict.fromkeys(LINE_FIELDS)
        issues = list(lost)
        for index, remembered, name in columns:
            item[name], issue, fates[index] = remembered[cells[index]]
            if issue is not None:
                issues.append(issue)
        words: dict[str, str | None] = {}
        for index, remembered, name in texts:
            words[name], _, fates[index] = remembered[cells[index]]
        place = None
        if order is not None:
            place, _, fates[order] = places[cells[order]]
        for index, fate in unread:
            if cells[index] and not cells[index].isspace():
                fates[index] = fate
        for index, fate in odd:
            fates[index] = fate
        if not issues and all(value is None for value in item.values()):
            return None
        return Line(
            plan_id=plan_id,
            order=place,
            item=item,
            texts=words,
            issues=tuple(issues),
        )

    return read


def plan_of(head: Record, lines: Sequence[Line]) -> Record:
    """Return the plan with its lines: in their order where the table says it, else as they came. A custom text that differs
    from line to line is joined by `; ` in that order, as procedure codes are; one that is the same on all lines stands
    once.
    """
    ordered = sorted(lines, key=lambda line: (line.order is None, line.order or 0))
    custom = dict(head.custom)
    for name in {name: None for line in ordered for name in line.texts}:
        words = [line.texts.get(name) for line in ordered]
        custom[name] = words[0] if len(set(words)) == 1 else "; ".join(word or "" for word in words)
    issues = (*head.issues, *(issue for line in ordered for issue in line.issues))
    return replace(head, values={**head.values, "lines": [line.item for line in ordered]}, custom=custom, issues=issues)


def merged_lines(by_table: Iterable[Sequence[Line]]) -> list[Line]:
    """Return the lines of one plan that occurs in several, overlapping tables: a line found in two of them is one line. A
    line that one table has twice is two, but for a numbered line: rows of one number that are equal count once.
    """
    merged: list[Line] = []
    have: Counter[tuple[Any, ...]] = Counter()
    for lines in by_table:
        seen: Counter[tuple[Any, ...]] = Counter()
        for line in lines:
            key = (line.order, *line.item.values(), *line.texts.items())
            seen[key] += 1
            if seen[key] > have[key] and (line.order is None or seen[key] == 1):
                have[key] += 1
                merged.append(line)
    return merged
