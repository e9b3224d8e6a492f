"""The reader of one format of tables, and a table that it finds in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from producers.sources.tables.headers.headers import Layout
from producers.sources.tables.table import File, OnLeftOut, RowSource


@dataclass(frozen=True, kw_only=True)
class TableInFile:
    """A table in a file. `name` is that of its sheet, or its number in a file whose tables have no names."""

    name: str
    layout: Layout
    source: RowSource


class TableReader(Protocol):
    """The reader of one format: finds the tables of a file, in its order."""

    def __call__(self, file: File, on_left_out: OnLeftOut, /, *, hidden_sheets: bool) -> Sequence[TableInFile]:
        """Return the tables of a file of this format; sheets and tables of rows that are not read go to `on_left_out`.

        Raises NotATable where the file holds none, or is damaged.
        """
        ...
