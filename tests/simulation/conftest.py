"""What every simulation starts from: one template for all workers of a test run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.simulation.template import Template, short_lived_folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Template:
    """The prepared project and workspace; the first worker that comes makes them."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "simulation-template"
    shared.mkdir(exist_ok=True)
    with FileLock(shared / "lock"):
        if not (shared / "done").exists():
            with short_lived_folder() as folder:
                Template.made(folder)
                shutil.copytree(folder, shared, dirs_exist_ok=True)
            (shared / "done").touch()
    return Template.at(shared)


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder in memory."""
    with short_lived_folder() as folder:
        yield folder
