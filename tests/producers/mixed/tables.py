"""Tables of an invented practice as lines of cells, and the troubles that lines may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from tests.producers.desk import Row, Rows, memo, message, patient, visit


class Role(Enum):
    """The role of a line in its table, as its author meant it."""

    FURNITURE = "furniture"
    HEADER = "header"
    DATA = "data"
    RAGGED = "ragged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record of a file, as it is written."""

    cells: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The lines of a file, or of one sheet of a workbook. `merged` are cells (row, column, rows, columns; from 1)."""

    name: str
    lines: tuple[Line, ...]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    errors: tuple[tuple[int, int], ...] = ()


def _patients(count: int, first: int) -> Rows:
    return [{**patient(n), "SSN": f"900-00-{1000 + n}", "Balance Words": "none"} for n in range(first, first + count)]


def _visits(count: int, first: int) -> Rows:
    return [visit(n, of=1 + n % 7) for n in range(first, first + count)]


def _messages(count: int, first: int) -> Rows:
    return [message(n, of=1 + n % 7) for n in range(first, first + count)]


def _notes(count: int, first: int) -> Rows:
    return [memo(n, f"Seen on visit {n}; no change.", of=1 + n % 7) for n in range(first, first + count)]


def _claims(count: int, first: int) -> Rows:
    return [
        {
            "Claim ID": f"C{n}",
            "Patient ID": f"P{1 + n % 7}",
            "Claim Number": f"{70_000 + n}",
            "Claim Status": ("Submitted", "Paid", "Denied")[n % 3],
            "Insurance Carrier": "Northern Mutual",
            "Amount Submitted": f"${n},250.50",
            "Amount Paid": f"{n}.75",
            "Date of Service": f"0{1 + n % 9}/1{n % 10}/2026",
        }
        for n in range(first, first + count)
    ]


def _balances(count: int, first: int) -> Rows:
    return [
        {
            "Billing ID": f"B{n}",
            "Patient ID": f"P{n}",
            "Outstanding Balance": f"{n}.50",
            "Payment Plan Status": ("Active", "None")[n % 2],
            "Last Payment Date": f"0{1 + n % 9}/1{n % 10}/2026",
        }
        for n in range(first, first + count)
    ]


def _ledger(count: int, first: int) -> Rows:
    return [{"Sequence": str(n), "Batch": f"Q{n}", "Remark": "closing"} for n in range(first, first + count)]


KINDS: Final[Mapping[str, Callable[[int, int], Rows]]] = {
    "patients": _patients,
    "visits": _visits,
    "messages": _messages,
    "notes": _notes,
    "claims": _claims,
    "balances": _balances,
    "ledger": _ledger,
}
"""Tables by their names: so many rows, the first of this number."""


def _repeated(rows: Rows, at: int) -> Rows:
    return [*rows, dict(rows[at])]


def _doubled_id(rows: Rows, at: int) -> Rows:
    key = next(iter(rows[at]))
    other = rows[(at + 1) % len(rows)]
    return [*rows, {**other, key: rows[at][key]}]


def _contradicted(rows: Rows, at: int) -> Rows:
    last = list(rows[at])[-1]
    return [*rows, {**rows[at], last: "Other"}]


def _without_identity(rows: Rows, at: int) -> Rows:
    return _with(rows, at, next(iter(rows[at])), "")


def _orphan(rows: Rows, at: int) -> Rows:
    return _with(rows, at, "Patient ID", "P999") if "Patient ID" in list(rows[at])[1:] else rows


def _without_patient(rows: Rows, at: int) -> Rows:
    return _with(rows, at, "Patient ID", "") if "Patient ID" in list(rows[at])[1:] else rows


def _blank_words(rows: Rows, at: int) -> Rows:
    words = ("NULL", "nan", "<NA>", "N/A", "None", " ", "\\N")
    found = rows[at]
    return _replaced(
        rows, at, {h: words[(n + at) % len(words)] if n > 1 else cell for n, (h, cell) in enumerate(found.items())}
    )


def _empty(rows: Rows, at: int) -> Rows:
    return _replaced(rows, at, dict.fromkeys(rows[at], ""))


def _damaged(rows: Rows, at: int) -> Rows:
    damage = ("#REF!", "1.23E+11", "########", "#N/A")
    return _with(rows, at, list(rows[at])[-1 - at % (len(rows[at]) - 1)], damage[at % len(damage)])


def _damaged_id(rows: Rows, at: int) -> Rows:
    return _with(rows, at, next(iter(rows[at])), "1.23E+11")


def _odd_texts(rows: Rows, at: int) -> Rows:
    texts = ("two\nlines", 'she said "no"', "tab\there", "a;b,c|d", " padded ", "Zo\u00eb", "='formula", "x" * 400)
    return _with(rows, at, list(rows[at])[-1], texts[at % len(texts)])


def _day_first(rows: Rows, _at: int) -> Rows:
    dates = [h for h in rows[0] if "Date" in h]
    return [{h: f"{13 + n % 15}/0{1 + n % 9}/1980" if h in dates else c for h, c in row.items()} for n, row in enumerate(rows)]


def _wrong_date(rows: Rows, at: int) -> Rows:
    dates = [h for h in rows[at] if "Date" in h]
    return _with(rows, at, dates[-1], "31/31/2020") if dates else rows


def _padded_ids(rows: Rows, _at: int) -> Rows:
    if "Patient ID" not in list(rows[0])[1:]:
        return rows
    return [{**row, "Patient ID": row["Patient ID"].replace("P", "P00")} for row in rows]


def _deleted(rows: Rows, at: int) -> Rows:
    return _with(rows, at, "Status", "Deleted") if "Status" in rows[at] else rows


def _gone(rows: Rows, at: int) -> Rows:
    return rows[:at] + rows[at + 1 :] if len(rows) > 1 else rows


def _shuffled(rows: Rows, at: int) -> Rows:
    return [*rows[at:], *rows[:at]]


def _with(rows: Rows, at: int, header: str, cell: str) -> Rows:
    return _replaced(rows, at, {**rows[at], header: cell})


def _replaced(rows: Rows, at: int, row: Row) -> Rows:
    return [*rows[:at], row, *rows[at + 1 :]]


TROUBLES: Final[tuple[Callable[[Rows, int], Rows], ...]] = (
    *(_repeated, _doubled_id, _contradicted, _without_identity, _orphan, _without_patient, _blank_words, _empty, _damaged),
    *(_damaged_id, _odd_texts, _day_first, _wrong_date, _padded_ids, _deleted, _gone, _shuffled),
)
"""Troubles of rows; each is given the rows and the number of one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """Lines of a table that are no data, and rows with a wrong number of cells."""

    title: bool = False
    group_header: bool = False
    header_again: bool = False
    page_line: bool = False
    blank_line: bool = False
    total: bool = False
    short_row: bool = False
    long_row: bool = False


def lines_of(rows: Rows, about: Furniture, name: str) -> tuple[Line, ...]:
    """Return the lines of a table: rows with their header, and what stands around them."""
    headers = tuple(rows[0])
    width = len(headers)
    header, data = Line(cells=headers, role=Role.HEADER), [Line(cells=tuple(r.values()), role=Role.DATA) for r in rows]
    middle = len(data) // 2
    inside: list[Line] = []
    if about.blank_line:
        inside.append(_furniture("", width=width))
    if about.page_line:
        inside.append(_furniture("Page 1 of 2", width=width))
    if about.header_again:
        inside.append(replace(header, role=Role.FURNITURE))
    if about.short_row:
        inside.append(Line(cells=data[0].cells[: max(1, width - 2)], role=Role.RAGGED))
    if about.long_row:
        inside.append(Line(cells=(*data[0].cells, "too", "many"), role=Role.RAGGED))
    above: list[Line] = []
    if about.title:
        above += [_furniture(f"Practice report: {name}", width=width), _furniture("", width=width)]
    if about.group_header:
        half = width // 2
        groups = ("Record", *[""] * (half - 1), "Details", *[""] * (width - half - 1))
        above.append(Line(cells=groups, role=Role.FURNITURE))
    below = [_furniture(f"Total records: {len(data)}", width=width)] if about.total else []
    return (*above, header, *data[:middle], *inside, *data[middle:], *below)


def _furniture(text: str, *, width: int) -> Line:
    return Line(cells=(text, *[""] * (width - 1)), role=Role.FURNITURE)


def together(parts: Sequence[tuple[Line, ...]], name: str) -> tuple[Line, ...]:
    """Return several tables one below the other, with a blank line and a title between them."""
    found = list(parts[0])
    for number, part in enumerate(parts[1:], 2):
        found += [_furniture("", width=1), _furniture(f"{name}, part {number}", width=1), *part]
    return tuple(found)
