"""Rows with odd cells of a spreadsheet: the values that they cost.

An error, a formula without a result, a date where no date belongs and a cell hidden by merged cells are no values: the field is
blank, and an Issue gives the reason. An amount that merged cells repeat for each of their rows would be counted several times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from events.vocabulary.mapping import ColumnBinding, ColumnMapping, FieldType, TableBinding, TableKind
from events.vocabulary.records import Issue
from producers.entities.registry import SOURCES
from producers.kinds.cell_fates import EMPTY, fate_of_unread
from producers.sources.tables.odd_cells import DAMAGED, Odd, Oddity, OddRow

ERROR_CELL: Final = "error_cell"
FORMULA_WITHOUT_VALUE: Final = "formula_without_value"
BECAME_DATE: Final = "became_date"
MERGED_CELL: Final = "merged_cell"
MERGED_ROW: Final = "merged_row"

_IDS: Final = frozenset({"native_id", "plan_id", "patient_id"})
_MOMENTS: Final = frozenset(
    {
        "birth_date",
        "last_payment_date",
        "as_of_date",
        "service_date",
        "created_at",
        "modified_at",
        "starts_at",
        "start_time",
        "delivered_at",
        "delivered_time",
        "length_minutes",
    }
)
_AMOUNTS: Final = frozenset({"balance", "submitted_amount", "paid_amount", "adjustment_amount", "fee"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A row's cells as texts, those without a value blank: the columns that `lost` theirs, for the reasons in `issues`. `fates`
    are those of odd cells (by their columns), `no_id` the reason why an id that the row needs is none.
    """

    cells: list[str]
    lost: tuple[int, ...]
    issues: tuple[Issue, ...]
    fates: tuple[tuple[int, str], ...]
    no_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    columns: tuple[int, ...]
    issues: tuple[Issue, ...]
    fates: tuple[tuple[int, str], ...]
    no_id: str | None


def compile_plain(binding: TableBinding, mapping: ColumnMapping, damaged_id: str) -> Callable[[OddRow], Plain]:
    """Return the function that makes odd rows of a table plain; `damaged_id` is the reason for an id that is no value."""
    types = {f.name: f.type for f in mapping.custom_fields}
    known: dict[Odd, _Loss] = {}

    def loss_of(odd: Odd) -> _Loss:
        lost = {
            at: reason
            for at, oddity in odd
            if at < len(binding.columns) and (reason := _reason(binding.kind, binding.columns[at], oddity, types)) is not None
        }
        fields = {at: _field(binding.kind, binding.columns[at]) for at in lost}
        own = {at: lost[at] for at in lost if binding.columns[at].field in _IDS}
        no_id = None
        if own:
            no_id = MERGED_ROW if MERGED_CELL in own.values() else damaged_id
        elif sum(oddity is Oddity.COVERED for _, oddity in odd) * 2 >= len(binding.columns):
            no_id = MERGED_ROW
        issues = dict.fromkeys(Issue(fields[at], reason) for at, reason in lost.items())
        fates = [
            (at, fate)
            for at, oddity in odd
            if at < len(binding.columns) and (fate := _fate(binding.columns[at], oddity, lost.get(at))) is not None
        ]
        return _Loss(columns=tuple(lost), issues=tuple(issues), fates=tuple(fates), no_id=no_id)

    def plain(cells: OddRow) -> Plain:
        loss = known.get(cells.odd)
        if loss is None:
            loss = loss_of(cells.odd)
            if len(known) < 1024:
                known[cells.odd] = loss
        texts = list(cells)
        for at in loss.columns:
            texts[at] = ""
        return Plain(cells=texts, lost=loss.columns, issues=loss.issues, fates=loss.fates, no_id=loss.no_id)

    return plain


def _fate(column: ColumnBinding, oddity: Oddity, reason: str | None) -> str | None:
    """Return the fate of an odd cell; None for one that has the fate of its text. The copy of a merged cell is no cell."""
    if oddity in (Oddity.MERGED, Oddity.COVERED):
        return EMPTY
    if reason is not None:
        return reason
    return fate_of_unread(column.ignored) if oddity in DAMAGED else None


def _field(kind: TableKind, column: ColumnBinding) -> str:
    return column.custom or SOURCES[kind].column(column.field or "").issue_field


def _reason(kind: TableKind, column: ColumnBinding, oddity: Oddity, types: dict[str, FieldType]) -> str | None:
    """Return the reason why an odd cell is no value of its column; None where it is one, or where no reason is asked for."""
    if column.field is None and column.custom is None:
        return None
    match oddity:
        case Oddity.ERROR:
            return ERROR_CELL
        case Oddity.NO_VALUE:
            return FORMULA_WITHOUT_VALUE
        case Oddity.COVERED:
            return MERGED_CELL
        case Oddity.MERGED:
            is_record = column.field == "native_id" and kind is not TableKind.TREATMENT_PLAN
            return MERGED_CELL if is_record or column.field in _AMOUNTS else None
        case Oddity.DATE | Oddity.STRAY_DATE:
            if column.field is not None:
                return None if column.field in _MOMENTS else BECAME_DATE
            dated = types.get(column.custom or "") in (FieldType.DATE, FieldType.DATE_TIME)
            return None if dated or oddity is Oddity.DATE else BECAME_DATE
