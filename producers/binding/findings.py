"""Findings about tables and columns, and how they name a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.vocabulary.mapping import ColumnMapping
from producers.vocabulary.cell_shapes import features


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something an operator should know about a table. `code` is a reason code; `text` holds headers and counts, no values.
    A `notice` changes nothing. A missing column names the kind of its table and the field that it was bound to.
    """

    code: str
    file: str
    column: str | None
    text: str
    notice: bool = False
    kind: str | None = None
    field: str | None = None


def doubts_of(mapping: ColumnMapping) -> list[str]:
    """Return the tables and columns of a mapping that need a second look: a column by its header, a table by its kind and
    its first column.
    """
    found: list[str] = []
    for t in mapping.carried.tables:
        if t.doubtful and t.headers:
            found.append(f"the table that begins with {shown(t.headers, 0)} ({t.kind.value})")
        found += [shown(t.headers, index) for index, column in enumerate(t.columns) if column.doubtful]
    return found


def shown(headers: Sequence[str], index: int) -> str:
    """Return a column as findings name it: by its header, unless that looks like a value (a file whose header is missing)."""
    header = headers[index]
    return f"column {index + 1}" if features(header) & {"email", "phone", "date", "date_time"} else repr(header)
