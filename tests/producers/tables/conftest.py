"""Writing files as a practice's computer would, and reading them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import Rejected, Table


@dataclass
class Read:
    table: Table
    rows: list[tuple[int, list[str]]]
    rejected: list[Rejected]

    @property
    def cells(self) -> list[list[str]]:
        return [cells for _, cells in self.rows]

    @property
    def numbers(self) -> list[int]:
        return [row for row, _ in self.rows]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(r.row, r.reason) for r in self.rejected]


def read(table: Table) -> Read:
    rejected: list[Rejected] = []
    return Read(table, list(table.rows(rejected.append)), rejected)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(content: str | bytes, name: str = "export.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture
def read_one(write: Callable[..., Path], tmp_path: Path) -> Callable[..., Read]:
    """Writes a file that holds one table and reads it."""

    def _read_one(content: str | bytes, name: str = "export.csv", encoding: str = "utf-8") -> Read:
        (table,) = read_tables(write(content, name, encoding), tmp_path)
        return read(table)

    return _read_one
