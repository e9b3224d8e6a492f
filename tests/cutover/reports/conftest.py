"""A small practice with one of each trouble, after its first day: a copy of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consumers.reconcile.small_practice import Migration, Tables, copied, opened, tables, write_extract


def troubled() -> Tables:
    """Carry a value that cannot be read, providers without a member, rows and records that cannot be carried."""
    content = tables()
    content["patient"][2] |= {"WirelessPhone": "123", "PriProv": "12"}
    content["patient"][3] |= {"PriProv": "77"}
    content["appointment"].append({**content["appointment"][0], "AptNum": "3009", "PatNum": "2999"})
    content["claim"].append({**content["claim"][0], "ClaimNum": "5003", "PatNum": ""})
    content["document"].append({**content["document"][0], "DocNum": "9002", "RelativePath": "documents/9002/gone.txt"})
    return content


def write_troubled(folder: Path) -> Path:
    """Return the first day's extract, with a letter among the tables."""
    write_extract(folder, troubled())
    (folder / "letter.txt").write_text("Dear office,\n\nplease find the files enclosed.\n\nKind regards\n")
    return folder


@pytest.fixture(scope="session")
def troubled_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("troubled")
    project = folder / "project"
    project.mkdir()
    with opened(project) as migration:
        migration.sync(write_troubled(folder / "day-1"))
    return project


@pytest.fixture
def migration(troubled_project: Path, tmp_path: Path) -> Iterator[Migration]:
    with copied(troubled_project, tmp_path / "project") as copy:
        yield copy
