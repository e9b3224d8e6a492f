"""Every column that is bound to a meaning is read: no cell can vanish because no step of a reader asks for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableBinding
from producers.entities.registry import SOURCES
from producers.entities.spec import SourceSpec
from producers.records.assembly import compile_reader
from producers.records.plans import compile_line_reader, has_lines
from producers.sources.extract import Documents
from tests.producers.desk import PRACTICE

NOW = datetime(2026, 5, 20, tzinfo=UTC)
RECORDS = [spec for spec in SOURCES if spec.kind.entity is not None or has_lines(TableBinding(kind=spec.kind, columns=()))]


class Watched(list[str]):
    """The cells of a row that note which of them were asked for."""

    def __init__(self, count: int) -> None:
        super().__init__([f"{index + 1}" for index in range(count)])
        self.asked: set[int] = set()

    def __getitem__(self, index):  # type: ignore[no-untyped-def,override]
        self.asked.add(index)
        return super().__getitem__(index)


def unread(spec: SourceSpec, names: list[str]) -> set[str]:
    """Return the columns of a table with these meanings that its readers do not ask for."""
    binding = TableBinding(kind=spec.kind, columns=tuple(ColumnBinding(header=name, field=name) for name in names))
    mapping = ColumnMapping(practice=PRACTICE.id)
    asked: set[int] = set()
    if spec.kind.entity is not None:
        cells = Watched(len(names))
        compile_reader(binding, mapping, PRACTICE, NOW, Documents([]))(cells)
        asked |= cells.asked
    if has_lines(binding):
        cells = Watched(len(names))
        compile_line_reader(binding, mapping, PRACTICE, NOW)(cells)
        asked |= cells.asked
    return {name for index, name in enumerate(names) if index not in asked}


@pytest.mark.parametrize("spec", RECORDS, ids=lambda spec: spec.kind.value)
def test_each_column_of_a_kind_is_asked_for(spec: SourceSpec) -> None:
    names = [column.name for column in spec.columns if not column.ignored]
    assert unread(spec, names) == set()
    assert unread(spec, [name for name in names if name not in ("first_name", "last_name")]) == set()
