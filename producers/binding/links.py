"""Links between tables that fit only after a change of the ids: one finding about the column instead of one for each row."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Final

from events.vocabulary.mapping import TableBinding, TableKind
from producers.binding.findings import Finding, shown
from producers.binding.sampled import Sampled
from producers.kinds.profile import KnownIds
from producers.values.ids import clean_id, undone_date
from producers.verdicts.widths import lost_zeros

PADDED_IDS: Final = "padded_ids"
"""The ids are those of another table only without their leading zeros."""
DAMAGED_IDS: Final = "damaged_ids"
"""A spreadsheet program made dates of the ids of one of two tables."""
_OWN: Final = {"patient_id": TableKind.PATIENT, "plan_id": TableKind.TREATMENT_PLAN}
_LEAST: Final = 3
_FIT: Final = 0.5
_PADDING: Final = re.compile(r"(?<!\d)0+(?=\d)", re.ASCII)


def link_findings(s: Sampled, binding: TableBinding, ids: KnownIds, sampled: Sequence[Sampled]) -> list[Finding]:
    """Return a finding for each link of a table whose ids fit those of the linked table, all of which are `ids`, only after a
    change.
    """
    found = []
    for index, column in enumerate(binding.columns):
        kind = _OWN.get(column.field or "")
        own = [(other, at) for other in sampled if other.kind is kind and (at := other.index_of("native_id")) is not None]
        if kind is None or s.kind is kind or not own:
            continue
        cells = {cell.strip() for cell in s.profiles[index].values}
        known = ids.patients if kind is TableKind.PATIENT else ids.plans
        if len(cells) < _LEAST or _share(cells, known) >= _FIT:
            continue
        file, header = s.table.file, shown(s.table.headers, index)
        if _share(set(map(_unpadded, cells)), set(map(_unpadded, known))) >= _FIT:
            text = f"{file}: {header} has the ids of the {kind.value} table only without their leading zeros; its rows are held"
            found.append(Finding(code=PADDED_IDS, file=file, column=s.table.headers[index], text=text))
        elif _share(set(map(_undated, cells)), set(map(_undated, known))) >= _FIT:
            found += _damaged(s, index, own)
    return found


def lost_widths(s: Sampled, binding: TableBinding) -> list[Finding]:
    """Return a finding for the identity of a table whose ids were approved with leading zeros and have lost them.

    Their links have lost them, too, so that the ids fit each other, and every record would be made once more.
    """
    found = []
    for index, column in enumerate(binding.columns):
        width = column.verdict.width if column.verdict is not None else None
        if column.field == "native_id" and width is not None and lost_zeros(s.profiles[index].values, width):
            file, header = s.table.file, shown(s.table.headers, index)
            text = f"{file}: {header} was approved with ids of {width} digits, and they have lost their leading zeros"
            found.append(Finding(code=PADDED_IDS, file=file, column=s.table.headers[index], text=text))
    return found


def _damaged(s: Sampled, index: int, own: Sequence[tuple[Sampled, int]]) -> list[Finding]:
    """Return a finding for each of the columns that hold dates instead of ids."""
    found = []
    for table, at in ((s, index), *own):
        cells = table.profiles[at].values
        dated = sum(undone_date(cell.strip()) is not None for cell in cells)
        if dated:
            file, header = table.table.file, table.table.headers[at]
            text = f"{file}: {shown(table.table.headers, at)}: a spreadsheet program made dates of {dated} of {len(cells)} ids"
            found.append(Finding(code=DAMAGED_IDS, file=file, column=header, text=text))
    return found


def _share(cells: Set[str], known: Set[str]) -> float:
    return len(cells & known) / len(cells)


def _unpadded(cell: str) -> str:
    return _PADDING.sub("", clean_id(cell)[0] or cell)


def _undated(cell: str) -> str:
    return undone_date(cell) or cell
