"""Verdicts: the rule by which all cells of a column are read, from the whole column.

The order of day and month is that of the cells which fit one order only. A contrary cell among many condemns no column: it is
reported when it is read. An undecidable column follows the other columns of its table, those of the extract, then the setting.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from events.vocabulary.mapping import BOTH_ORDERS, ColumnBinding, TableBinding, TableKind, Verdict
from events.vocabulary.practice import Practice
from producers.binding.findings import Finding
from producers.binding.sampled import BoundTable
from producers.entities.registry import SOURCES
from producers.kinds import cells as kinds
from producers.kinds.judged import BARE_CODE
from producers.kinds.kind import CellKind
from producers.kinds.profile import Known
from producers.values.blanks import filled

_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)", re.ASCII)
_DATES = frozenset({kinds.DATE, kinds.BIRTH_DATE, kinds.DATE_TIME})
_STATUSES = frozenset({kinds.CHANNEL, kinds.DELIVERY, kinds.VISIT, kinds.CLAIM, kinds.PLAN, kinds.PATIENT_STATUS})
_NAMES = frozenset({kinds.NAME, kinds.FULL_NAME, kinds.AUTHOR})
_WORDS = frozenset({*_STATUSES, kinds.WORD, kinds.CARRIER})
_FEW = 50
"""Distinct words of a column that keep coming back, at most."""
_MANY = 3
"""Cells that outweigh one contrary cell."""
_SHARE = 50
"""Cells that outweigh a contrary one, in a column with several."""


@dataclass(kw_only=True)
class _Look:
    """The cells of one column, counted. `words` are kept while there are few."""

    kind: CellKind | None
    month_first: int = 0
    day_first: int = 0
    either: int = 0
    filled: int = 0
    words: Counter[str] = field(default_factory=Counter)

    def add(self, cell: str) -> None:
        text = filled(cell)
        if text is None:
            return
        self.filled += 1
        if (self.kind is None or self.kind in _DATES) and (match := _NUMBERS.match(text)) is not None:
            one, other = int(match[1]), int(match[3])
            if 12 < one <= 31 and other <= 12:
                self.day_first += 1
            elif 12 < other <= 31 and one <= 12:
                self.month_first += 1
            elif one != other:
                self.either += 1
        if text in self.words or len(self.words) <= _FEW:
            self.words[text] += 1

    def order(self) -> str | None:
        """Return the order that the cells prove; None where they prove none."""
        most, least = max(self.month_first, self.day_first), min(self.month_first, self.day_first)
        if not most:
            return None
        if least and not (least == 1 and most >= _MANY) and least * _SHARE > most:
            return BOTH_ORDERS
        return "dmy" if self.day_first > self.month_first else "mdy"

    def none_is_word(self) -> bool:
        """Tell whether `None` recurs beside other words, in a column of few words."""
        if self.kind is not None and self.kind not in _WORDS:
            return self.kind in _NAMES
        return self.words["None"] > 1 and 1 < len(self.words) <= _FEW

    def holds_codes(self) -> bool:
        """Tell whether a column of states holds bare codes, mostly."""
        if self.kind not in _STATUSES or not self.words:
            return False
        return 2 * sum(BARE_CODE.fullmatch(word) is not None for word in self.words) >= len(self.words)


def judged(tables: Sequence[BoundTable], known: Known, practice: Practice) -> list[BoundTable]:
    """Return the tables with a verdict about each of their columns. Reads them whole."""
    looks = [_looks(bound) for bound in tables]
    everywhere = _one({look.order() for table in looks for look in table.values()})
    return [
        BoundTable(bound.table, _with_verdicts(bound.binding, found, everywhere, known, practice))
        for bound, found in zip(tables, looks, strict=True)
    ]


def code_findings(tables: Sequence[BoundTable]) -> list[Finding]:
    """Return the columns whose cells are bare codes, and those whose dates are in both orders."""
    found = []
    for bound in tables:
        file = bound.table.file
        for column in bound.binding.columns:
            if column.verdict is not None and (column.verdict.codes or column.verdict.order == BOTH_ORDERS):
                text = f"{file}: {column.header!r}: {column.evidence}"
                found.append(Finding(code="doubtful_column", file=file, column=column.header, text=text))
    return found


def _looks(bound: BoundTable) -> dict[int, _Look]:
    if bound.binding.kind is TableKind.UNKNOWN:
        return {}
    spec = SOURCES[bound.binding.kind]
    looks = {
        index: _Look(kind=None if column.field is None else spec.column(column.field).kind)
        for index, column in enumerate(bound.binding.columns)
        if column.field is not None or column.custom is not None
    }
    adders = [(index, look.add) for index, look in looks.items()]
    for _, row in bound.table.rows():
        for index, add in adders:
            add(row[index])
    return looks


def _with_verdicts(
    binding: TableBinding, looks: dict[int, _Look], everywhere: str | None, known: Known, practice: Practice
) -> TableBinding:
    of_table = _one({look.order() for look in looks.values()})
    columns = list(binding.columns)
    for index, look in looks.items():
        columns[index] = _judge(columns[index], look, of_table, everywhere, known, practice)
    return replace(binding, columns=tuple(columns))


def _judge(
    column: ColumnBinding, look: _Look, of_table: str | None, everywhere: str | None, known: Known, practice: Practice
) -> ColumnBinding:
    order, why = look.order(), ""
    proofs = f"{look.day_first} cells fit day first only, {look.month_first} month first only"
    if order is not None:
        why = f"; {proofs}: {'both orders' if order == BOTH_ORDERS else order}"
    elif look.either:
        order = of_table or everywhere or practice.date_order
        source = "the table's other dates" if of_table else "the extract's other dates" if everywhere else "the setting"
        why = f"; its dates fit day first and month first: {order}, by {source}"
    blanks: tuple[str, ...] = () if look.none_is_word() else ("None",)
    if (look.kind is kinds.PATIENT_ID and not _holds_zero(known.patients)) or (
        look.kind is kinds.PROVIDER and not _holds_zero(known.providers)
    ):
        blanks += ("0", "00", "000", "0000")
    codes, confidence = look.holds_codes(), column.confidence
    if codes:
        why += f"; its {len(look.words)} words are bare codes, and no list says what they mean"
    if codes or order == BOTH_ORDERS:
        confidence = min(confidence, 0.5)
    verdict = Verdict(order=order, blanks=blanks, codes=codes)  # type: ignore[arg-type]
    before = column.evidence.split(_MARK)[0]
    return replace(column, verdict=verdict, confidence=confidence, evidence=before + (_MARK + why[2:] if why else ""))


_MARK = "; as a column: "


def _holds_zero(ids: frozenset[str]) -> bool:
    return any(word in ids for word in ("0", "00", "000", "0000"))


def _one(orders: set[str | None]) -> str | None:
    """Return the only order among them; None where there is none, or several."""
    decided = orders - {None, BOTH_ORDERS}
    return decided.pop() if len(decided) == 1 else None
