"""From looks at the columns of an extract to a verdict on each, which stands with the column and in its evidence.

A column without a proof of its own follows its table's other columns, then the extract's, then the practice's settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from events.vocabulary.mapping import BOTH_MARKS, BOTH_ORDERS, CERTAIN, ColumnBinding, FoundCode, Verdict
from events.vocabulary.practice import Practice
from producers.kinds import cells as kinds
from producers.kinds.profile import KnownIds
from producers.verdicts.look import Look

_MARK: Final = "; as a column: "
_DOUBTFUL: Final = 0.5
_ZEROS: Final = ("0", "00", "000", "0000")
_SAID_OF_ORDER: Final = {"dmy": "day first", "mdy": "month first"}
_SAID: Final = {".": "a decimal point", ",": "a decimal comma", BOTH_MARKS: "both decimal marks", BOTH_ORDERS: "both orders"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The only order of dates and the only decimal mark that some columns prove; None where they prove none, or several.

    `dotted` is the order that columns of dates with dots prove: a column in another notation is no proof for them.
    """

    order: str | None = None
    decimal: str | None = None
    dotted: str | None = None

    @classmethod
    def by(cls, orders: Iterable[str | None], marks: Iterable[str | None], dotted: Iterable[str | None] = ()) -> Proven:
        """Return what these verdicts prove together."""
        return cls(order=_only(orders, BOTH_ORDERS), decimal=_only(marks, BOTH_MARKS), dotted=_only(dotted, BOTH_ORDERS))

    @classmethod
    def together(cls, tables: Iterable[Proven]) -> Proven:
        """Return what the columns of several tables prove together."""
        tables = list(tables)
        return cls.by((t.order for t in tables), (t.decimal for t in tables), (t.dotted for t in tables))

    @classmethod
    def by_looks(cls, looks: Iterable[Look], columns: Iterable[ColumnBinding] = ()) -> Proven:
        """Return what columns prove together: these that were looked at, and these that were judged before."""
        looks, verdicts = list(looks), [column.verdict for column in columns if column.verdict is not None]
        orders = [*(look.order() for look in looks), *(verdict.order for verdict in verdicts)]
        marks = [look.marks.decided() for look in looks if look.holds_numbers]
        dotted = [look.order() for look in looks if look.orders.are_dotted]
        return cls.by(orders, [*marks, *(verdict.decimal for verdict in verdicts)], dotted)


def judge(
    column: ColumnBinding, look: Look, table: Proven, everywhere: Proven, known: KnownIds, practice: Practice
) -> ColumnBinding:
    """Return a column with its verdict. `table` and `everywhere` are what its table and the extract prove."""
    why: list[str] = []
    order, is_guess = _order(look, table, everywhere, practice, why)
    decimal = _decimal(look, table, everywhere, practice, why)
    unit = look.units.unit if look.kind is None else None
    if unit is not None or (look.kind is None and look.units.are_mixed):
        why.append(f"its numbers: {look.units.said()}")
    if look.kind is None and look.times and look.midnights == look.times:
        why.append(f"the times of all {look.times} dates are midnight: they are days")
    if (width := look.widths.width()) is not None:
        why.append(f"its ids are padded with zeros to {width} digits")
    if foreign := look.foreign.total():
        signs = ", ".join(look.foreign)
        why.append(f"{foreign} amounts are in another currency ({signs}) than the practice's ({practice.currency})")
    blanks: tuple[str, ...] = () if look.none_is_word() else ("None",)
    if (look.kind is kinds.PATIENT_ID and known.patients.isdisjoint(_ZEROS)) or (
        look.kind is kinds.PROVIDER and known.providers.isdisjoint(_ZEROS)
    ):
        blanks += _ZEROS
    words = column.verdict.words if column.verdict is not None else ()
    codes = _codes(look, column, why)
    open_codes = {one.code for one in codes} - {code for code, _ in words}
    doubtful = open_codes or is_guess or BOTH_ORDERS in (order, decimal) or 2 * look.foreign.total() >= max(look.filled, 1)
    verdict = Verdict(
        order=order,  # type: ignore[arg-type]
        blanks=blanks,
        codes=bool(codes or words),
        decimal=decimal,  # type: ignore[arg-type]
        unit=unit,
        width=width,
        words=words,
    )
    before, _, earlier = column.evidence.partition(_MARK)
    was_doubted = bool(earlier) and column.confidence == _DOUBTFUL
    return replace(
        column,
        verdict=verdict,
        codes=codes,
        confidence=min(column.confidence, _DOUBTFUL) if doubtful else CERTAIN if was_doubted else column.confidence,
        evidence=before + (_MARK + "; ".join(why) if why else ""),
    )


def doubted(column: ColumnBinding, why: str) -> ColumnBinding:
    """Return a judged column with another reason for doubt, in its evidence."""
    joint = "; " if _MARK in column.evidence else _MARK
    return replace(column, confidence=min(column.confidence, _DOUBTFUL), evidence=f"{column.evidence}{joint}{why}")


def _order(look: Look, table: Proven, everywhere: Proven, practice: Practice, why: list[str]) -> tuple[str | None, bool]:
    """Return the order of a column of dates, and whether it is a guess that a person must look at."""
    order = look.order()
    if order is not None:
        why.append(f"{look.orders.proofs()}: {_SAID.get(order, order)}")
        if look.orders.are_exchanged:
            turned = f"{look.orders.year_first} real dates among texts that only fit {_SAID_OF_ORDER[order]}"
            why.append(f"{turned}: a spreadsheet program seems to have exchanged their day and month; export it again as text")
            return order, True
    elif look.orders.either and look.holds_dates:
        dotted = look.orders.are_dotted
        own, others = (table.dotted, everywhere.dotted) if dotted else (table.order, everywhere.order)
        order, source = _followed(own, others, "dates")
        if dotted and order is None and practice.date_order == "mdy":
            why.append("its dates fit day first and month first, and are written with dots, as where the day comes first")
            return "dmy", True
        why.append(f"its dates fit day first and month first: {order or practice.date_order}, by {source}")
    return order, False


def _decimal(look: Look, table: Proven, everywhere: Proven, practice: Practice, why: list[str]) -> str | None:
    if not look.holds_numbers:
        return None
    mark: str | None = look.marks.decided()
    if mark is not None:
        if mark != "." or look.marks.either or look.marks.comma:
            why.append(f"{look.marks.proofs()}: {_SAID[mark]}")
    elif look.marks.either:
        mark, source = _followed(table.decimal, everywhere.decimal, "numbers")
        said = _SAID[mark or practice.decimal_mark]
        why.append(f"{look.marks.either} numbers fit a decimal point and a decimal comma: {said}, by {source}")
    return mark


def _followed(table: str | None, everywhere: str | None, what: str) -> tuple[str | None, str]:
    """Return the rule of other columns, and its origin in words. None: the setting rules in each run, and can be corrected."""
    if table is not None:
        return table, f"the table's other {what}"
    return (everywhere, f"the extract's other {what}") if everywhere is not None else (None, "the setting")


def _codes(look: Look, column: ColumnBinding, why: list[str]) -> tuple[FoundCode, ...]:
    """Return the codes that stand where words belong, now or in earlier extracts, with the words that a list proposes."""
    counts = {**{one.code: one.count for one in column.codes}, **look.codes()}
    if not counts or look.kind is None:
        return ()
    known = look.kind.codes
    proposal = known.words if known is not None and known.explains(counts) else {}
    settled = dict(column.verdict.words) if column.verdict is not None else {}
    if (unsettled := len(counts.keys() - settled.keys())) == 0:
        why.append(f"its {len(counts)} bare codes are settled")
    else:
        why.append(f"{unsettled} of its words are bare codes, and no list says what they mean")
        if proposal and known is not None:
            why.append(f"{known.column} of {known.system} has these codes: its words are proposed, not taken")
    return tuple(FoundCode(code=code, count=counts[code], proposed=proposal.get(code)) for code in sorted(counts))


def _only(found: Iterable[str | None], both: str) -> str | None:
    decided = set(found) - {None, both}
    return decided.pop() if len(decided) == 1 else None
