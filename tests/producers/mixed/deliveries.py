"""Hypothesis strategies of mixed deliveries: a first day, and the days after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.producers.mixed.files import WORKBOOK, Form, MixedFile
from tests.producers.mixed.tables import KINDS, TROUBLES, Furniture, Line, Role, Sheet, lines_of, together

_MOST_ROWS = 14
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
_OTHERS = ("visits", "messages", "notes", "claims", "balances", "ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The shape of one table: its kind, its number of rows, its troubles and what stands around its rows."""

    kind: str
    count: int
    troubles: tuple[tuple[int, int], ...]
    furniture: Furniture

    def lines(self) -> tuple[Line, ...]:
        rows = KINDS[self.kind](self.count, 1)
        for trouble, at in self.troubles:
            rows = TROUBLES[trouble](rows, at % len(rows))
        return lines_of(rows, self.furniture, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The shape of one file: the form, and its tables; the second one stands below the first, or in a sheet of its own."""

    form: Form
    tables: tuple[Table, ...]
    hidden: bool
    merged: bool
    error: int | None

    def file(self, number: int) -> MixedFile:
        stem = f"{self.tables[0].kind}-{number}"
        parts = [table.lines() for table in self.tables]
        if self.form is not WORKBOOK:
            return MixedFile(stem=stem, form=self.form, sheets=(Sheet(name="", lines=together(parts, stem)),))
        sheets = [
            Sheet(name=table.kind + str(n), lines=part) for n, (table, part) in enumerate(zip(self.tables, parts, strict=True))
        ]
        sheets[0] = _with_oddities(sheets[0], merged=self.merged, error=self.error)
        if self.hidden:
            sheets.append(Sheet(name="kept aside", lines=parts[-1], hidden=True))
        return MixedFile(stem=stem, form=self.form, sheets=tuple(sheets))


def _with_oddities(sheet: Sheet, *, merged: bool, error: int | None) -> Sheet:
    data = [n for n, line in enumerate(sheet.lines, 1) if line.role is Role.DATA]
    if merged:
        sheet = replace(sheet, merged=((data[-1], 2, 1, 2),))
    if error is not None:
        sheet = replace(sheet, errors=((data[error % len(data)], len(sheet.lines[data[0] - 1].cells)),))
    return sheet


_forms = st.one_of(
    st.just(WORKBOOK),
    st.builds(
        Form,
        suffix=st.sampled_from([".csv", ".txt"]),
        encoding=st.sampled_from(_ENCODINGS),
        delimiter=st.sampled_from([",", ";", "\t", "|"]),
        quote_all=st.booleans(),
        newline=st.sampled_from(["\r\n", "\n"]),
    ),
)
_rarely = st.sampled_from([False, False, False, True])
_furniture = st.builds(
    Furniture,
    **dict.fromkeys(Furniture.__dataclass_fields__, _rarely),  # type: ignore[arg-type]
)
_troubles = st.lists(st.tuples(st.integers(0, len(TROUBLES) - 1), st.integers(0, _MOST_ROWS)), max_size=4).map(tuple)


def _tables(kinds: tuple[str, ...]) -> st.SearchStrategy[Table]:
    return st.builds(
        Table, kind=st.sampled_from(kinds), count=st.integers(4, _MOST_ROWS), troubles=_troubles, furniture=_furniture
    )


def _places(kinds: tuple[str, ...], *, most: int) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        form=_forms,
        tables=st.lists(_tables(kinds), min_size=1, max_size=most).map(tuple),
        hidden=_rarely,
        merged=_rarely,
        error=st.one_of(st.none(), st.none(), st.integers(0, _MOST_ROWS)),
    )


def _changed(day: tuple[Place, ...], troubles: tuple[tuple[int, int], ...], at: int) -> tuple[Place, ...]:
    """Return the next day: one of its tables has more troubles, and rows that were not there."""
    place = day[at % len(day)]
    first = replace(place.tables[0], troubles=troubles, count=place.tables[0].count + at % 3)
    return tuple(replace(p, tables=(first, *p.tables[1:])) if p is place else p for p in day)


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[MixedFile]]:
    """Return the files of each day: patients, other tables, and a second day that changes some of them."""
    day = (
        draw(_places(("patients",), most=1)),
        *draw(st.lists(_places(_OTHERS, most=2), min_size=1, max_size=3)),
    )
    days = [day]
    if draw(st.booleans()):
        days.append(_changed(day, draw(_troubles), draw(st.integers(0, 30))))
    return [[place.file(number) for number, place in enumerate(one)] for one in days]
