"""Writing files as a practice's computer would, and reading them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import Extent, Rejected, Table
from tests.producers.local_files import local_file


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
    """Read a table to its end; every record of its file is a row, is rejected, or holds no data."""
    rejected: list[Rejected] = []
    extent = Extent()
    rows = list(table.rows(rejected.append, extent))
    assert extent.records == len(rows) + len(rejected) + extent.furniture
    return Read(table, rows, rejected)


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
    """Write a file that holds one table, and read it."""

    def _read_one(content: str | bytes, name: str = "export.csv", encoding: str = "utf-8") -> Read:
        (table,) = read_tables(local_file(write(content, name, encoding), tmp_path))
        return read(table)

    return _read_one
