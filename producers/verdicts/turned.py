"""Columns whose cells contradict the verdict by which they were approved to be read.

The rows of a later extract that are new or changed are looked at before they are read. Where they prove another rule than the
approved one, a value that can be read both ways is not carried, whatever the approved rule says, until the mapping is judged
and approved anew. A column that proves nothing by itself is in doubt with the other columns of its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from events.vocabulary.mapping import (
    BOTH_MARKS,
    BOTH_ORDERS,
    ColumnBinding,
    ColumnMapping,
    FieldType,
    TableBinding,
    Verdict,
    word_key,
)
from events.vocabulary.practice import Practice
from producers.entities.registry import SOURCES
from producers.kinds import cells as kinds
from producers.kinds.judged import BARE_CODE
from producers.kinds.kind import CellKind
from producers.values.blanks import filled
from producers.verdicts.date_orders import LOOKED_AT, DateOrders
from producers.verdicts.decimal_marks import DecimalMarks
from producers.verdicts.look import DATES

_AROUND: Final = " \t\"='"
_FEW: Final = 50
_AT_ONCE: Final = 1_000
"""Rows whose cells are counted together, column by column."""


@dataclass(kw_only=True)
class _Dates:
    orders: DateOrders
    order: str

    def add_all(self, cells: Sequence[str]) -> None:
        # a book repeats its days, not its times: only as much of a cell is counted as a day takes
        for start, times in Counter([cell.strip(_AROUND)[:LOOKED_AT] for cell in cells]).items():
            self.orders.add(start, times)

    def is_turned(self) -> bool:
        return self.orders.overturns("dmy" if self.order == "dmy" else "mdy")

    def is_open(self) -> bool:
        return self.orders.either > 0 and self.orders.decided() is None

    def doubted(self, verdict: Verdict) -> Verdict:
        return replace(verdict, order=BOTH_ORDERS)

    def said(self) -> str:
        rule = "day first" if self.order == "dmy" else "month first"
        return f"was approved as read {rule}, but {self.orders.proofs()} in new and changed rows"


@dataclass(kw_only=True)
class _Numbers:
    marks: DecimalMarks
    mark: str

    def add_all(self, cells: Sequence[str]) -> None:
        for cell, times in Counter(cells).items():
            self.marks.add(cell.strip(_AROUND), times)

    def is_turned(self) -> bool:
        return self.marks.overturns("," if self.mark == "," else ".")

    def is_open(self) -> bool:
        return self.marks.either > 0 and self.marks.decided() is None

    def doubted(self, verdict: Verdict) -> Verdict:
        return replace(verdict, decimal=BOTH_MARKS)

    def said(self) -> str:
        rule = "a decimal comma" if self.mark == "," else "a decimal point"
        return f"was approved as read with {rule}, but {self.marks.proofs()} in new and changed rows"


@dataclass(kw_only=True)
class _States:
    known: Collection[str]
    words: set[str] = field(default_factory=set)

    def add_all(self, cells: Sequence[str]) -> None:
        for cell in dict.fromkeys(cells):
            if len(self.words) <= _FEW:
                self.words.add(cell)

    def _codes(self) -> int:
        found = {text for cell in self.words if (text := filled(cell)) is not None and BARE_CODE.fullmatch(text)}
        return sum(word_key(code) not in self.known for code in found)

    def is_turned(self) -> bool:
        return 2 * self._codes() >= len(self.words) > 0

    def is_open(self) -> bool:
        return False

    def doubted(self, verdict: Verdict) -> Verdict:
        return replace(verdict, codes=True)

    def said(self) -> str:
        return (
            f"was approved as words, but {self._codes()} of its {len(self.words)} words in new and changed rows are bare codes"
        )


_Watched = _Dates | _Numbers | _States


class Watch:
    """The columns of one table that a rule decides. Show it each new or changed row, then ask which have turned."""

    def __init__(self, binding: TableBinding, mapping: ColumnMapping, practice: Practice) -> None:
        self._binding = binding
        self._columns = {
            index: watched
            for index, column in enumerate(binding.columns)
            if (watched := _watched(column, binding, mapping, practice)) is not None
        }
        self._rows: list[Sequence[str]] = []

    def see(self, cells: Sequence[str]) -> None:
        """Take note of a row."""
        self._rows.append(cells)
        if len(self._rows) >= _AT_ONCE:
            self._see_rows()

    def see_columns(self, cells_of: Callable[[int], Sequence[str]]) -> None:
        """Take note of several rows, given the cells of a column by its index."""
        for index, one in self._columns.items():
            one.add_all(cells_of(index))

    def _see_rows(self) -> None:
        rows, self._rows = self._rows, []
        self.see_columns(lambda index: [cells[index] for cells in rows])

    def turned(self) -> dict[int, str]:
        """Return the columns that have turned by their index, each with the contradiction in words."""
        self._see_rows()
        found = {index: one.said() for index, one in self._columns.items() if one.is_turned()}
        sorts = {type(self._columns[index]) for index in found}
        for index, one in self._columns.items():
            if index not in found and type(one) in sorts and one.is_open():
                found[index] = "proves no rule by itself, and another column of the table contradicts its approved rule"
        return found

    def doubted(self) -> TableBinding:
        """Return the binding by which no value of a turned column is carried as if the approved rule held."""
        columns = list(self._binding.columns)
        for index in self.turned():
            verdict = columns[index].verdict or Verdict()
            columns[index] = replace(columns[index], verdict=self._columns[index].doubted(verdict))
        return replace(self._binding, columns=tuple(columns))


def _watched(column: ColumnBinding, binding: TableBinding, mapping: ColumnMapping, practice: Practice) -> _Watched | None:
    """Return what is counted of a column; None where no verdict can turn what its cells mean."""
    verdict, entity = column.verdict or Verdict(), SOURCES[binding.kind].rows_of
    if column.field is not None:
        kind: CellKind | None = SOURCES[binding.kind].column(column.field).kind
        holds_dates, holds_numbers = kind in DATES, kind is kinds.MONEY
    elif column.custom is not None and entity is not None:
        kind, own = None, mapping.custom_of(entity).get(column.custom)
        holds_dates = own is not None and own.type in (FieldType.DATE, FieldType.DATE_TIME)
        holds_numbers = own is not None and own.type in (FieldType.NUMBER, FieldType.CURRENCY)
    else:
        return None
    if holds_dates and verdict.order != BOTH_ORDERS:
        return _Dates(orders=DateOrders(setting=practice.date_order), order=verdict.order or practice.date_order)
    if holds_numbers and verdict.decimal != BOTH_MARKS:
        return _Numbers(marks=DecimalMarks(), mark=verdict.decimal or practice.decimal_mark)
    if kind is not None and kind.codes is not None and not verdict.codes and entity is not None and column.field is not None:
        vocabulary = mapping.vocabulary(entity, column.field)
        return _States(known={word_key(word) for word in vocabulary.words} if vocabulary is not None else ())
    return None
